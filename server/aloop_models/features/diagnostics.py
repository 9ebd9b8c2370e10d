"""Findings of a snapshot: what every check says, the entries' part kept from version to version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.core.document import Entry
from aloop_models.features.checks import DOCUMENT_CHECKS, ENTRY_CHECKS
from aloop_models.features.finding import Finding
from aloop_models.snapshot import Facts, Snapshot


@dataclass(frozen=True, eq=False)
class Findings:
    """All findings of one version, in the order of the text, and what the next version can reuse."""

    items: tuple[Finding, ...]
    facts: Facts
    by_entry: Mapping[Entry, tuple[Finding, ...]]


def find(snapshot: Snapshot, previous: Findings | None = None) -> Findings:
    """Every finding of the snapshot; `previous` only makes it faster."""
    facts = snapshot.facts
    known: Mapping[Entry, tuple[Finding, ...]] = previous.by_entry if previous and previous.facts is facts else {}
    by_entry: dict[Entry, tuple[Finding, ...]] = {}
    items: list[Finding] = []
    for placed in snapshot.document.entries:
        entry = placed.entry
        found = known.get(entry)
        if found is None:
            found = tuple(finding for check in ENTRY_CHECKS for finding in check(entry, facts))
        by_entry[entry] = found
        if found:
            items += (finding.shifted(placed.start) for finding in found)
    for check in DOCUMENT_CHECKS:
        items += check(snapshot)
    disabled = facts.settings.disabled_rules
    if disabled:
        items = [item for item in items if item.rule.id not in disabled]
    items.sort(key=lambda finding: (finding.span, finding.rule.id))
    return Findings(tuple(items), facts, by_entry)
