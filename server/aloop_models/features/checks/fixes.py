"""Edits of values for fixes, which do not copy the text of the value."""

from __future__ import annotations

from aloop_models.core.document import Entry, Field
from aloop_models.core.lines import has_rare_break
from aloop_models.core.nodes import Mapping, Node, Scalar
from aloop_models.core.scalars import write_like
from aloop_models.core.text import Edit
from aloop_models.features.checks.spans import inner_start, part_node
from aloop_models.features.diagnostic import Fix

MOST_FIXES = 3
"""Maximum number of fixes of one diagnostic."""


def own_scalar(field: Field) -> Scalar | None:
    """The field's value if it is one scalar inside this entry, so that it can be fixed here."""
    return field.value if isinstance(field.value, Scalar) and not field.inherited else None


def last_on_line(entry: Entry, field: Field) -> Scalar | None:
    """The field's value if it is one scalar inside this entry, and nothing but a comment can follow it on its line."""
    return own_scalar(field) if entry.block is not None and not entry.block.flow else None


def own_part(field: Field, path: tuple[str | int, ...]) -> Scalar | None:
    """The scalar at a path in the field's value if it is inside this entry, so that it can be fixed here."""
    node = part_node(field, path)
    return node if isinstance(node, Scalar) and not field.inherited else None


def quote_scalar(scalar: Scalar) -> tuple[Edit, ...]:
    """Quote a plain scalar; no edits if that is not possible."""
    if scalar.style or not scalar.text or inner_start(scalar) is None:
        return ()
    start, end = scalar.span
    doubled = (start + index for index, character in enumerate(scalar.text) if character == "'")
    return (Edit(start, start, "'"), *(Edit(offset, offset, "'") for offset in doubled), Edit(end, end, "'"))


def replace_scalar(scalar: Scalar | None, text: str) -> tuple[Edit, ...]:
    """Replace a scalar with plain text; no edits if there is no scalar or it is a text block."""
    if scalar is None or scalar.style in ("|", ">") or scalar.end <= scalar.start:
        return ()
    return (Edit(scalar.start, scalar.end, text),)


def change_text(scalar: Scalar | None, text: str) -> tuple[Edit, ...]:
    """Replace a scalar with text, in the same quotes, or with quotes only where they are necessary."""
    if scalar is not None and scalar.style in ("'", '"') and inner_start(scalar) is not None:
        return replace_part(scalar, 0, len(scalar.text), text)
    return replace_scalar(scalar, write_like(text, ""))


def needs_no_quotes(scalar: Scalar, text: str) -> bool:
    """Whether a text can replace that of the scalar without other quotes."""
    return bool(scalar.style) or write_like(text, "") == text


def replace_part(scalar: Scalar, start: int, end: int, text: str) -> tuple[Edit, ...]:
    """Replace the characters `start` to `end` of the scalar's text; no edits if their offsets are unknown."""
    first = inner_start(scalar)
    return () if first is None else (Edit(first + start, first + end, text),)


def comment_out_field(entry: Entry, field: Field) -> tuple[Edit, ...]:
    """Turn the field's line into a comment; no edits if the field is not one line in block style."""
    block, value = entry.block, own_scalar(field)
    if block is None or block.flow or value is None or not entry.readable or field.key.has_properties:
        return ()
    if block.is_tagged and len(block.pairs) == 1:
        return ()  # Without fields, PyYAML refuses the tag.
    one_line = inner_start(value) is not None and value.start - field.key.end == 2 and not has_rare_break(value.text)
    return (Edit(field.key.start, field.key.start, "# "),) if one_line else ()


def put_field_before(entry: Entry, field: Field, name: str, text: str) -> tuple[Edit, ...]:
    """Set a field of the entry to a YAML text, if necessary before another field; no edits if that is not possible."""
    existing = entry.field(name)
    if existing is not None:
        return replace_scalar(own_scalar(existing), text)
    block, value = entry.block, own_scalar(field)
    if block is None or value is None or not entry.readable or value.start - field.key.end < 2:
        return ()
    if block.column < 0 or field.key.has_properties:
        return ()
    end = ", " if block.flow else f"\n{' ' * block.column}"
    return (Edit(field.key.start, field.key.start, f"{name}: {text}{end}"),)


def remove_field(entry: Entry, field: Field) -> tuple[Edit, ...]:
    """Remove the field; no edits if it is not one line in block style, or on the line of another one in `{…}`."""
    block = entry.block
    if block is not None and block.flow:
        return _remove_from_line(block, field)
    if not comment_out_field(entry, field) or block is None or block.column < 0:
        return ()
    return (Edit(field.key.start - block.column - 1, field.value.end, ""),)


def _remove_from_line(block: Mapping, field: Field) -> tuple[Edit, ...]:
    value, pairs = own_scalar(field), block.pairs
    at = next((at for at, pair in enumerate(pairs) if pair.key is field.key), -1)
    if at < 0 or value is None or value.has_properties or field.key.has_properties:
        return ()
    # Only a comma and a space are between two fields, so no comment is lost.
    if at + 1 < len(pairs) and pairs[at + 1].key.start == value.end + 2:
        return (Edit(field.key.start, pairs[at + 1].key.start, ""),)
    if at and field.key.start == pairs[at - 1].value.end + 2:
        return (Edit(pairs[at - 1].value.end, value.end, ""),)
    return (Edit(field.key.start, value.end, ""),) if len(pairs) == 1 else ()


def has_no_colon(key: Scalar, value: Node | None) -> bool:
    """Whether a key in `{…}` is alone, without a colon after it and without a value."""
    return value is not None and value.start == value.end == key.end


def missing_space(key: Scalar, name: str) -> tuple[str, Fix]:
    """The message and the fix for a key in `{…}` that contains its value, because no space follows its colon."""
    at = len(name) + 1
    fix = Fix("Add a space", replace_part(key, at, at, " "), safe=False)
    return f"There is no space after the colon of {name}. Add one.", fix


def offer(*candidates: Fix) -> tuple[Fix, ...]:
    """The first `MOST_FIXES` fixes that have edits."""
    return tuple(fix for fix in candidates if fix.edits)[:MOST_FIXES]
