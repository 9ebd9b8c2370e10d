"""Findings of a snapshot: what every check says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.core.document import Entry
from aloop_models.features.checks.document_checks import DOCUMENT_CHECKS
from aloop_models.features.checks.entry_checks import entry_diagnostics
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """All diagnostics of one version, in the order of the text."""

    items: tuple[Diagnostic, ...]
    by_entry: Mapping[Entry, tuple[Diagnostic, ...]]
    """Of each entry, in its own coordinates, disabled rules included; texts may contain secrets of other entries."""


def diagnose(snapshot: Snapshot) -> Diagnostics:
    """Every diagnostic of the snapshot; those of an entry that has not changed since the last call are kept."""
    facts = snapshot.facts
    by_entry: dict[Entry, tuple[Diagnostic, ...]] = {}
    items: list[Diagnostic] = []
    for placed in snapshot.document.entries:
        found = by_entry[placed.entry] = entry_diagnostics(placed.entry, facts)
        if found:
            items += (diagnostic.shift(placed.start) for diagnostic in found)
    for check in DOCUMENT_CHECKS:
        items += check(snapshot)
    disabled = facts.settings.disabled_rules
    if disabled:
        items = [item for item in items if item.rule.id not in disabled]
    items = [item.with_texts(snapshot.redactor.redact) for item in items]
    items.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.rule.id))
    return Diagnostics(tuple(items), by_entry)
