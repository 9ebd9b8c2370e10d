"""Where a diagnostic stands and how a fix is drawn: spans and small edits that never hold a value's text."""

from __future__ import annotations

from collections.abc import Iterable

from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Entry, Field
from aloop_models.core.nodes import Mapping, Node, Scalar, Sequence
from aloop_models.core.text import Edit, Span
from aloop_models.features.diagnostic import Fix

MOST_FIXES = 3
"""Fixes of one diagnostic, at most."""

_SHOWN_LENGTH = 48


def fields_in_force(entry: Entry) -> Iterable[Field]:
    """The fields the runtime sees: of two with one name the later."""
    if len(entry.fields) == len(entry.profile):
        return entry.fields
    return {field.name: field for field in entry.fields}.values()


def value_span(entry: Entry, field: Field) -> Span:
    """Where the field's value stands; its name where nothing is written, the model id where it is inherited."""
    if field.inherited:
        return entry.key.span
    value = field.value
    return value.span if value.end > value.start else field.key.span


def name_span(entry: Entry, field: Field) -> Span:
    """Where the field's name stands; the model id where it is inherited."""
    return entry.key.span if field.inherited else field.key.span


def part_span(entry: Entry, field: Field, path: tuple[str | int, ...]) -> Span:
    """Where a part of the field's value stands, by the keys and indices that lead to it."""
    if field.inherited:
        return entry.key.span
    node = field.value
    for step in path:
        child = _child(node, step)
        if child is None:
            break
        node = child
    return node.span if node.end > node.start else value_span(entry, field)


def written_here(field: Field) -> Scalar | None:
    """The field's value where it is one scalar that this entry writes itself, so that it can be mended here."""
    return field.value if isinstance(field.value, Scalar) and not field.inherited else None


def inner_start(scalar: Scalar) -> int | None:
    """The offset of the scalar's first character, where each of its characters stands for itself; else None."""
    quotes = 1 if scalar.style in ("'", '"') else 0
    if scalar.style in ("|", ">") or scalar.end - scalar.start != len(scalar.text) + 2 * quotes:
        return None
    return scalar.start + quotes


def part_of(scalar: Scalar, start: int, end: int) -> Span:
    """Where the characters `start` to `end` of the scalar's text stand; all of it where they cannot be told."""
    first = inner_start(scalar)
    return scalar.span if first is None else Span(first + start, first + end)


def quoting(scalar: Scalar) -> tuple[Edit, ...]:
    """Put quotes around a plain scalar; no edits where that cannot be done."""
    if scalar.style or not scalar.text or inner_start(scalar) is None:
        return ()
    start, end = scalar.span
    doubled = (start + index for index, character in enumerate(scalar.text) if character == "'")
    return (Edit(start, start, "'"), *(Edit(offset, offset, "'") for offset in doubled), Edit(end, end, "'"))


def replacing(scalar: Scalar | None, text: str) -> tuple[Edit, ...]:
    """Put a plain text in a scalar's place; no edits where there is none or it reaches over several lines."""
    if scalar is None or scalar.style in ("|", ">") or scalar.end <= scalar.start:
        return ()
    return (Edit(scalar.start, scalar.end, text),)


def renaming(scalar: Scalar, start: int, end: int, text: str) -> tuple[Edit, ...]:
    """Replace the characters `start` to `end` of the scalar's text; no edits where they cannot be told."""
    first = inner_start(scalar)
    return () if first is None else (Edit(first + start, first + end, text),)


def commenting_out(entry: Entry, field: Field) -> tuple[Edit, ...]:
    """Turn the field's line into a comment, which keeps what was written; only where it is one line of a block."""
    block, value = entry.block, written_here(field)
    if block is None or block.flow or value is None or not entry.readable:
        return ()
    one_line = inner_start(value) is not None and value.start - field.key.end == 2
    return (Edit(field.key.start, field.key.start, "# "),) if one_line else ()


def fixes(*candidates: Fix) -> tuple[Fix, ...]:
    """The fixes that change something, no more than allowed."""
    return tuple(fix for fix in candidates if fix.edits)[:MOST_FIXES]


def quoted(text: str) -> str:
    """A name in a message: in quotes, masked where it looks like a key, shortened where it is long."""
    safe = redact(text)
    return f"'{safe[:_SHOWN_LENGTH]}…'" if len(safe) > _SHOWN_LENGTH else f"'{safe}'"


def either(names: Iterable[str]) -> str:
    """Names as a choice: `a, b or c`."""
    *first, last = [redact(name)[:_SHOWN_LENGTH] for name in names]
    return f"{', '.join(first)} or {last}" if first else last


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    if isinstance(node, Mapping):
        for pair in reversed(node.pairs):
            if isinstance(pair.key, Scalar) and step in (pair.key.value, pair.key.text):
                return pair.value if pair.value.end > pair.value.start else pair.key
    return None
