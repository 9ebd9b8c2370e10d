"""Leaves out the diagnostics that follow from another one, so that each mistake has one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from aloop_models.core.document import Document
from aloop_models.features.checks.api_key import MISSING_API_KEY
from aloop_models.features.checks.commented_ids import COMMENTED_ID
from aloop_models.features.checks.duplicates import DUPLICATE_KEY
from aloop_models.features.checks.endpoint import MISSING_API_BASE
from aloop_models.features.checks.fields import UNKNOWN_FIELD
from aloop_models.features.checks.key_placement import ENV_REFERENCE
from aloop_models.features.checks.model_id import INVALID_MODEL_ID
from aloop_models.features.checks.syntax import YAML_SYNTAX
from aloop_models.features.checks.values import WRONG_TYPE
from aloop_models.features.diagnostic import Diagnostic

_MISSING = (MISSING_API_KEY, MISSING_API_BASE)
_MISREAD = (WRONG_TYPE, INVALID_MODEL_ID, UNKNOWN_FIELD)


def without_misplaced(found: tuple[Diagnostic, ...], fields: Collection[str]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics without "missing" for fields that are in the file with the indentation of an ID."""
    if not fields:
        return found
    return tuple(item for item in found if item.rule not in _MISSING or item.field not in fields)


def drop_repeated(document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics of a file without those about fields that are repeated because an ID is a comment."""
    mixed = {document.last_entry_before(item.span.start) for item in found if item.rule is COMMENTED_ID}
    if not mixed:
        return found
    return [
        item
        for item in found
        if item.rule is not DUPLICATE_KEY or document.last_entry_before(item.span.start) not in mixed
    ]


def drop_misread(found: list[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics of a file without those about keys and values that a syntax error marks."""
    marked = sorted(item.span for item in found if item.rule is YAML_SYNTAX)
    if not marked:
        return found
    starts = [span.start for span in marked]

    def is_marked(at: int) -> bool:
        place = bisect_right(starts, at) - 1
        return place >= 0 and at < marked[place].end

    return [item for item in found if item.rule not in _MISREAD or not is_marked(item.span.start)]


def drop_consequences(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the diagnostics of an entry that do not follow from another one.

    "Missing" follows if the value of the field has another name or is in another field; the cause then has the severity
    of the consequence if that is higher. Everything follows if the entry is a field with the indentation of an ID.
    """
    found = tuple(found)
    if len(found) < 2:
        # Without another one, nothing follows from another one.
        yield from found
        return
    misplaced = tuple(item for item in found if item.rule is INVALID_MODEL_ID and item.field)
    if misplaced:
        # The "entry" is a field with the indentation of an ID, so nothing else about it is true.
        yield from misplaced
        return
    references = [item.span for item in found if item.rule is ENV_REFERENCE]
    present = {item.field for item in found if item.field and item.rule not in _MISSING}
    missing = {item.field: item.level for item in found if item.rule in _MISSING}
    for item in found:
        if item.rule in _MISSING:
            if item.field not in present:
                yield item
        elif item.rule is WRONG_TYPE and any(
            span.start <= item.span.start and item.span.end <= span.end for span in references
        ):
            # For example, `!env NAME`, whose tag is unknown, and `{{ NAME }}`, whose key is a mapping.
            continue
        elif item.field in missing and missing[item.field] < item.level:
            yield item._replace(severity=missing[item.field])
        else:
            yield item
