"""Inlay hints: retirement, context window and prices of a model, on the line of its ID."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from aloop_models.catalog import Catalog, ModelFacts
from aloop_models.core.document import PlacedEntry
from aloop_models.core.text import Span
from aloop_models.features.formatting import format_facts, format_facts_and_lifecycle, format_prices
from aloop_models.features.readiness import retiring_model
from aloop_models.snapshot import Snapshot

_LONGEST_LINE = 100
"""Maximum length of a line with its hint, in characters; a longer line wraps in many windows, and the hint with it."""


class InlayHint(NamedTuple):
    """A text that is displayed at `offset`."""

    offset: int
    text: str
    tooltip: str


def inlay_hints(snapshot: Snapshot, span: Span) -> tuple[InlayHint, ...]:
    """The hints of the entries whose IDs are in the span, in the order of the text."""
    if not snapshot.facts.settings.inlay_hints:
        return ()
    facts, hints = snapshot.facts, list[InlayHint]()
    seen = [
        placed
        for placed in snapshot.document.by_id.values()
        if placed.start + placed.entry.key.start <= span.end and placed.start + placed.entry.key.end >= span.start
    ]
    seen.sort(key=lambda placed: placed.key_span)
    for index, placed in enumerate(seen):
        model = facts.catalog.configured_model(placed.model_id, placed.entry.profile)
        if model is None:
            continue
        retiring = retiring_model(placed.entry, facts)
        text = format_facts_and_lifecycle(retiring, facts.today) if retiring else format_facts(model)
        if text:
            following = seen[index + 1] if index + 1 < len(seen) else None
            offset = _offset(snapshot, placed, following, len(text))
            hints.append(InlayHint(offset, text, _tooltip(model, facts.catalog, facts.today)))
    return tuple(hints)


def _offset(snapshot: Snapshot, placed: PlacedEntry, following: PlacedEntry | None, length: int) -> int:
    """The end of the line of the ID; after its colon if the line is long; before another entry on this line."""
    text, lines = snapshot.document.text, snapshot.document.lines
    line = lines.span(lines.line_at(placed.key_span.end))
    after_key = placed.key_span.end + 1
    if line.end - line.start + length > _LONGEST_LINE and text[after_key - 1 : after_key + 1] == ": ":
        return after_key
    if following is None or following.key_span.start > line.end:
        return line.end
    return min(placed.full_span.end, following.key_span.start)


def _tooltip(model: ModelFacts, catalog: Catalog, today: date) -> str:
    parts: list[str] = []
    if model.context_window:
        parts.append(f"Context window: {model.context_window:,} tokens.")
    if prices := format_prices(model):
        parts.append(f"List price: {prices} per 1M tokens.")
    if model.retires is not None:
        named = catalog.successor(model.id, today)
        successor = f" Successor: {named}." if named else ""
        verb = "Retired" if model.is_retired(today) else "Retires"
        parts.append(f"{verb} on {model.retires.isoformat()}.{successor}")
    parts.append(f"Catalog of {catalog.made.isoformat()} (LiteLLM {catalog.litellm_version}).")
    return "\n".join(parts)
