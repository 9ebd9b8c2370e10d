"""The checks of one entry, and their findings, kept for as long as the entry and the facts are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias
from weakref import WeakKeyDictionary

from aloop_models.core.document import Entry
from aloop_models.features.checks.api_key import check_api_key
from aloop_models.features.checks.duplicates import check_field_duplicates
from aloop_models.features.checks.endpoint import check_endpoint
from aloop_models.features.checks.fields import check_fields
from aloop_models.features.checks.misplaced import check_misplaced
from aloop_models.features.checks.model import check_model
from aloop_models.features.checks.model_id import check_model_id
from aloop_models.features.checks.shape import check_entry_shape
from aloop_models.features.checks.values import check_values
from aloop_models.features.finding import Finding
from aloop_models.snapshot import Facts

EntryCheck: TypeAlias = Callable[[Entry, Facts], Iterable[Finding]]
"""What is wrong inside one entry, in its own coordinates."""

ENTRY_CHECKS: tuple[EntryCheck, ...] = (
    check_entry_shape,
    check_field_duplicates,
    check_fields,
    check_values,
    check_model_id,
    check_model,
    check_api_key,
    check_misplaced,
    check_endpoint,
)

_known: WeakKeyDictionary[Facts, WeakKeyDictionary[Entry, tuple[Finding, ...]]] = WeakKeyDictionary()


def entry_findings(entry: Entry, facts: Facts) -> tuple[Finding, ...]:
    """Every finding of an entry, in its own coordinates, disabled rules included."""
    known = _known.get(facts)
    if known is None:
        known = _known[facts] = WeakKeyDictionary()
    found = known.get(entry)
    if found is None:
        found = known[entry] = tuple(finding for check in ENTRY_CHECKS for finding in check(entry, facts))
    return found
