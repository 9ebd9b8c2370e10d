"""The checks of one entry, and their diagnostics, cached per entry and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from aloop_models.core.document import Entry
from aloop_models.core.entry_cache import per_entry
from aloop_models.features.checks.api_key import check_api_key
from aloop_models.features.checks.aws import check_aws_credentials
from aloop_models.features.checks.consequences import drop_consequences
from aloop_models.features.checks.duplicates import check_field_duplicates
from aloop_models.features.checks.endpoint import check_endpoint
from aloop_models.features.checks.endpoint_provider import check_api_version
from aloop_models.features.checks.fields import check_fields
from aloop_models.features.checks.headers import check_headers
from aloop_models.features.checks.key_placement import check_key_placement
from aloop_models.features.checks.model import check_model
from aloop_models.features.checks.model_id import check_model_id
from aloop_models.features.checks.regions import check_regions
from aloop_models.features.checks.shape import check_entry_shape
from aloop_models.features.checks.thinking import check_limits, check_thinking
from aloop_models.features.checks.values import check_values
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.snapshot import Facts

EntryCheck: TypeAlias = Callable[[Entry, Facts], Iterable[Diagnostic]]
"""Reports problems inside one entry, in its own coordinates, with messages that do not name the entry."""

_CHECKS_WITH_ERRORS: tuple[EntryCheck, ...] = (
    check_entry_shape,
    check_field_duplicates,
    check_fields,
    check_values,
    check_headers,
    check_model_id,
    check_api_key,
    check_key_placement,
    check_aws_credentials,
    check_endpoint,
    check_api_version,
    check_regions,
)
_OTHER_CHECKS: tuple[EntryCheck, ...] = (check_model, check_limits, check_thinking)
"""Checks that take the most time, because they search the catalog for similar names, also without problems. Readiness
asks for the facts of their errors itself: no such provider, not a chat model, retired."""

ENTRY_CHECKS = (*_CHECKS_WITH_ERRORS, *_OTHER_CHECKS)


def entry_diagnostics(entry: Entry, facts: Facts) -> tuple[Diagnostic, ...]:
    """Every diagnostic of an entry, in its own coordinates, disabled rules included."""
    found = _diagnostics_of_checks_with_errors(entry, facts.brief)
    if found and facts.suggests:
        found = _diagnostics_of_checks_with_errors(entry, facts)
    return tuple(drop_consequences((*found, *_run(_OTHER_CHECKS, entry, facts))))


def entry_errors(entry: Entry, facts: Facts) -> list[Diagnostic]:
    """The diagnostics of an entry that are errors, without those of the model in the catalog."""
    return [item for item in _diagnostics_of_checks_with_errors(entry, facts.brief) if item.level is Severity.ERROR]


@per_entry
def _diagnostics_of_checks_with_errors(entry: Entry, facts: Facts) -> tuple[Diagnostic, ...]:
    return tuple(drop_consequences(_run(_CHECKS_WITH_ERRORS, entry, facts)))


def _run(checks: tuple[EntryCheck, ...], entry: Entry, facts: Facts) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for check in checks for diagnostic in check(entry, facts))
