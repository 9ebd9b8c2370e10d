"""Edits that fix a value, without a copy of its text."""

from __future__ import annotations

from aloop_models.core.document import Entry, Field
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit
from aloop_models.features.checks.spans import inner_start
from aloop_models.features.diagnostic import Fix

MOST_FIXES = 3
"""Fixes of one diagnostic, at most."""


def own_scalar(field: Field) -> Scalar | None:
    """The field's value where it is one scalar that this entry writes itself, so that it can be fixed here."""
    return field.value if isinstance(field.value, Scalar) and not field.inherited else None


def quote_scalar(scalar: Scalar) -> tuple[Edit, ...]:
    """Put quotes around a plain scalar; no edits where that cannot be done."""
    if scalar.style or not scalar.text or inner_start(scalar) is None:
        return ()
    start, end = scalar.span
    doubled = (start + index for index, character in enumerate(scalar.text) if character == "'")
    return (Edit(start, start, "'"), *(Edit(offset, offset, "'") for offset in doubled), Edit(end, end, "'"))


def replace_scalar(scalar: Scalar | None, text: str) -> tuple[Edit, ...]:
    """Put a plain text in a scalar's place; no edits where there is none or it reaches over several lines."""
    if scalar is None or scalar.style in ("|", ">") or scalar.end <= scalar.start:
        return ()
    return (Edit(scalar.start, scalar.end, text),)


def replace_part(scalar: Scalar, start: int, end: int, text: str) -> tuple[Edit, ...]:
    """Replace the characters `start` to `end` of the scalar's text; no edits where they cannot be told."""
    first = inner_start(scalar)
    return () if first is None else (Edit(first + start, first + end, text),)


def comment_out_field(entry: Entry, field: Field) -> tuple[Edit, ...]:
    """Turn the field's line into a comment, which keeps what was written; only where it is one line of a block."""
    block, value = entry.block, own_scalar(field)
    if block is None or block.flow or value is None or not entry.readable:
        return ()
    one_line = inner_start(value) is not None and value.start - field.key.end == 2
    return (Edit(field.key.start, field.key.start, "# "),) if one_line else ()


def offer(*candidates: Fix) -> tuple[Fix, ...]:
    """The fixes that change something, no more than allowed."""
    return tuple(fix for fix in candidates if fix.edits)[:MOST_FIXES]
