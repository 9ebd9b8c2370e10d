"""Inlay hints: context window, prices and retirement at the end of the line of a model ID."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from aloop_models.catalog import Catalog, ModelFacts
from aloop_models.core.document import PlacedEntry
from aloop_models.core.text import Span
from aloop_models.features.formatting import format_facts, format_prices
from aloop_models.snapshot import Snapshot

_SOON = timedelta(days=365)


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
        model = facts.catalog.model(placed.model_id)
        if model is None:
            continue
        text = format_facts(model)
        if model.retires is not None and model.retires - facts.today <= _SOON:
            verb = "retired" if model.is_retired(facts.today) else "retires"
            text = f"{text} → {verb} {model.retires.isoformat()}".lstrip()
        if text:
            following = seen[index + 1] if index + 1 < len(seen) else None
            offset = _end_of_line(snapshot, placed, following)
            hints.append(InlayHint(offset, text, _tooltip(model, facts.catalog, facts.today)))
    return tuple(hints)


def _end_of_line(snapshot: Snapshot, placed: PlacedEntry, following: PlacedEntry | None) -> int:
    lines = snapshot.document.lines
    end = lines.span(lines.line_at(placed.key_span.end)).end
    if following is None or following.key_span.start > end:
        return end
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
