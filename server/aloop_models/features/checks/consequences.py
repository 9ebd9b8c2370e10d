"""Leaves out the diagnostics that follow from another one of the same entry, so that each mistake has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from aloop_models.features.checks.api_key import MISSING_API_KEY
from aloop_models.features.checks.endpoint import MISSING_API_BASE
from aloop_models.features.diagnostic import Diagnostic

_MISSING = (MISSING_API_KEY, MISSING_API_BASE)


def drop_consequences(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the diagnostics without "missing" for a field whose value has another name or is in another field.

    The cause then has the severity of the consequence if that is higher.
    """
    found = tuple(found)
    present = {item.field for item in found if item.field and item.rule not in _MISSING}
    missing = {item.field: item.level for item in found if item.rule in _MISSING}
    for item in found:
        if item.rule in _MISSING:
            if item.field not in present:
                yield item
        elif item.field in missing and missing[item.field] < item.level:
            yield replace(item, severity=missing[item.field])
        else:
            yield item
