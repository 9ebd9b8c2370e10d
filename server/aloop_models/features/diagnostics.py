"""Diagnostics of a snapshot: the results of all checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Entry, PlacedEntry
from aloop_models.core.entry_cache import per_entry
from aloop_models.features.checks.consequences import drop_misread, drop_repeated, without_misplaced
from aloop_models.features.checks.document_checks import DOCUMENT_CHECKS
from aloop_models.features.checks.entry_checks import entry_diagnostics
from aloop_models.features.checks.ignores import hide_ignored
from aloop_models.features.checks.look_alike_syntax import LOOK_ALIKE_SYNTAX
from aloop_models.features.checks.rules import RULES_BY_ID
from aloop_models.features.checks.wording import shorten_end, shorten_middle
from aloop_models.features.diagnostic import MESSAGE_LIMIT, Diagnostic
from aloop_models.features.look_alikes import report_look_alikes
from aloop_models.snapshot import Facts, Snapshot

_MOST_SUGGESTIONS = 200
"""Number of diagnostics after which the checks of further entries do not search for similar names."""

_SHORTEST_ID = 24
"""Characters of an entry's ID that every message keeps."""


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """All diagnostics of one version, in the order of the text."""

    items: tuple[Diagnostic, ...]
    by_entry: Mapping[Entry, tuple[Diagnostic, ...]]
    """Diagnostics of each entry, in its coordinates, disabled and ignored ones included; texts may have secrets."""
    ignored: tuple[Diagnostic, ...] = ()
    """The diagnostics that comments in the file hide, in the order of the text; not in `items`."""


def diagnose(snapshot: Snapshot) -> Diagnostics:
    """Return every diagnostic of the snapshot; those of an unchanged entry are cached.

    The message of a diagnostic inside an entry begins with the entry's ID: `openai/gpt-4o: api_key is a placeholder.`
    Only the first ones suggest similar names; `with_suggestions` adds those of others.
    """
    by_entry, items = _check(snapshot)
    rule = LOOK_ALIKE_SYNTAX
    if rule.id not in snapshot.facts.settings.disabled_rules:
        items = report_look_alikes(snapshot, items, lambda changed: _check(changed)[1])
    items, ignored = hide_ignored(snapshot.document, items, RULES_BY_ID)
    return Diagnostics(_finish(snapshot, items), by_entry, _finish(snapshot, ignored))


def _check(snapshot: Snapshot) -> tuple[dict[Entry, tuple[Diagnostic, ...]], list[Diagnostic]]:
    """Return the diagnostics of each entry, and all diagnostics in the coordinates of the file."""
    facts = snapshot.facts
    by_entry: dict[Entry, tuple[Diagnostic, ...]] = {}
    items: list[Diagnostic] = []
    misplaced = _misplaced_fields(snapshot)
    for placed in snapshot.document.entries:
        if len(items) >= _MOST_SUGGESTIONS:
            facts = facts.brief
        found = _of_entry(placed.entry, snapshot, facts)
        items += (item.shift(placed.start) for item in without_misplaced(found, misplaced))
        by_entry[placed.entry] = found
    for check in DOCUMENT_CHECKS:
        items += check(snapshot)
    return by_entry, drop_misread(drop_repeated(snapshot.document, items))


def _finish(snapshot: Snapshot, items: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics of rules that are not disabled, redacted and in order."""
    disabled = snapshot.facts.settings.disabled_rules
    kept = (item.with_texts(snapshot.redactor.redact) for item in items if item.rule.id not in disabled)
    return tuple(sorted(kept, key=lambda diagnostic: (diagnostic.span, diagnostic.rule.id)))


def diagnose_entry(snapshot: Snapshot, placed: PlacedEntry, *, with_id: bool = True) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of one entry, without the others of the file, as `diagnose` does.

    Args:
        snapshot: The file.
        placed: The entry.
        with_id: Whether each message begins with the entry's ID.
    """
    facts = snapshot.facts
    of_entry = _of_entry(placed.entry, snapshot, facts) if with_id else entry_diagnostics(placed.entry, facts)
    found = without_misplaced(of_entry, _misplaced_fields(snapshot))
    items = [item.shift(placed.start) for item in found]
    ignored = hide_ignored(snapshot.document, items, RULES_BY_ID)[1]
    return _finish(snapshot, [item for item in items if item not in ignored])


def _misplaced_fields(snapshot: Snapshot) -> frozenset[str]:
    """The names of fields that have the indentation of an ID."""
    return frozenset(snapshot.document.by_id.keys() & snapshot.facts.schema.fields.keys())


def most_severe(found: Sequence[Diagnostic], most: int) -> Sequence[Diagnostic]:
    """Return all diagnostics, or if there are more than `most`, one less: the most severe ones, in the same order."""
    if len(found) <= most:
        return found
    chosen = sorted(range(len(found)), key=lambda index: found[index].level)[: most - 1]
    return [found[index] for index in sorted(chosen)]


def with_suggestions(
    snapshot: Snapshot, found: tuple[Diagnostic, ...], near: Sequence[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics in `near` with the suggestions that `diagnose` has left out.

    Args:
        snapshot: The file.
        found: All diagnostics of the snapshot.
        near: Some of them.
    """
    if len(found) < _MOST_SUGGESTIONS:
        return tuple(near)
    around = {snapshot.document.last_entry_before(item.span.start) for item in near}
    full = [
        item.shift(placed.start)
        for placed in around
        if placed
        for item in _of_entry(placed.entry, snapshot, snapshot.facts)
    ]
    known = {(item.rule.id, item.span): item for item in _finish(snapshot, full)}
    return tuple(known.get((item.rule.id, item.span), item) for item in near)


def _of_entry(entry: Entry, snapshot: Snapshot, facts: Facts) -> tuple[Diagnostic, ...]:
    """The diagnostics of an entry, in its coordinates, with its ID shortened if a message would be too long."""
    found = _diagnostics_with_whole_id(entry, facts)
    if all(len(item.message) <= MESSAGE_LIMIT for item in found):
        return found
    # A secret of the file can be masked only in the whole ID.
    model_id = snapshot.redactor.redact(entry.model_id).strip()
    return tuple(_with_id(item, model_id) for item in entry_diagnostics(entry, facts))


@per_entry
def _diagnostics_with_whole_id(entry: Entry, facts: Facts) -> tuple[Diagnostic, ...]:
    found = entry_diagnostics(entry, facts)
    model_id = redact(entry.model_id).strip() if found else ""
    return tuple(item._replace(message=f"{model_id}: {item.message}") for item in found) if model_id else found


def _with_id(item: Diagnostic, model_id: str) -> Diagnostic:
    room = max(MESSAGE_LIMIT - len(item.message) - 2, _SHORTEST_ID)
    return item._replace(message=shorten_end(f"{shorten_middle(model_id, room)}: {item.message}", MESSAGE_LIMIT))
