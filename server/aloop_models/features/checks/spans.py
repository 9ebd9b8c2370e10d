"""The ranges of diagnostics."""

from __future__ import annotations

from aloop_models.core.document import Document, Entry, Field
from aloop_models.core.lines import line_end, line_start
from aloop_models.core.nodes import Mapping, Node, Scalar, Sequence
from aloop_models.core.text import Span


def value_span(entry: Entry, field: Field) -> Span:
    """The range of the field's value; of its name if the value is empty, of the ID if the field is inherited."""
    if field.inherited:
        return entry.key.span
    value = field.value
    if isinstance(value, Scalar) and value.style in ("|", ">"):
        # The line breaks after a block are part of it.
        return Span(value.start, value.start + len(value.source.rstrip()))
    return value.span if value.end > value.start else field.key.span


def name_span(entry: Entry, field: Field) -> Span:
    """The range of the field's name; of the ID if the field is inherited."""
    return entry.key.span if field.inherited else field.key.span


def part_span(entry: Entry, field: Field, path: tuple[str | int, ...]) -> Span:
    """The range of a part of the field's value, given as the keys and indices of its path."""
    if field.inherited:
        return entry.key.span
    span = value_span(entry, field)
    for name, node in _parts(field.value, path):
        shown = node if node.end > node.start else name
        span = shown.span if shown.end > shown.start else span
    return span


def part_node(field: Field, path: tuple[str | int, ...]) -> Node | None:
    """The node of a part of the field's value, or None if it is not found."""
    parts = _parts(field.value, path)
    if len(parts) < len(path):
        return None
    return parts[-1][1] if parts else field.value


def inner_start(scalar: Scalar) -> int | None:
    """The offset of the scalar's first character; None if its text differs from what is written (escapes, blocks)."""
    quotes = 1 if scalar.style in ("'", '"') else 0
    is_verbatim = scalar.style not in ("|", ">") and not scalar.source
    return scalar.start + quotes if is_verbatim else None


def part_of(scalar: Scalar, start: int, end: int) -> Span:
    """The range of the characters `start` to `end` of the scalar's text; all of it if their offsets are unknown."""
    first = inner_start(scalar)
    return scalar.span if first is None else Span(first + start, first + end)


def _parts(node: Node, path: tuple[str | int, ...]) -> list[tuple[Node, Node]]:
    """For each step of the path that is found, the key (the item itself in a list) and the value."""
    parts: list[tuple[Node, Node]] = []
    for step in path:
        part = _part(node, step)
        if part is None:
            break
        parts.append(part)
        node = part[1]
    return parts


def _part(node: Node, step: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step], node.items[step]
    if isinstance(node, Mapping):
        for pair in reversed(node.pairs):
            if isinstance(pair.key, Scalar) and step in (pair.key.value, pair.key.text):
                return pair.key, pair.value
    return None


def content_span(text: str, offset: int) -> Span:
    """The line of the offset, without white space at its start and end."""
    start, end = line_start(text, offset), line_end(text, offset)
    line = text[start:end]
    begins = start + len(line) - len(line.lstrip(" \t\ufeff"))
    return Span(begins, max(begins, start + len(line.rstrip())))


def rest_of_line(text: str, offset: int) -> Span:
    """The rest of the line from the offset, without white space at its end; the whole line if that is empty."""
    end = offset + len(text[offset : line_end(text, offset)].rstrip())
    return Span(offset, end) if end > offset else content_span(text, offset)


def file_span(document: Document) -> Span:
    """The range of a diagnostic about the whole file: `models`, else the first line."""
    models = document.models
    return models.key.span if models else content_span(document.text, 0)
