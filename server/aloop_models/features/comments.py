"""Finds the comments of a text. A `#` inside a quoted or block value does not start one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from aloop_models.core.document import Document
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.core.nodes import Mapping, Node, Scalar, Sequence
from aloop_models.core.text import Span

_BEFORE = f" \t\ufeff{BREAKS}"
_COMMENT = lazy_re(f"(?<![^{_BEFORE}])#[^{BREAKS}]*")
_REST_OF_HEADER = lazy_re(f"[^{BREAKS}]*")


def comments(document: Document) -> Iterator[Span]:
    """Every comment from its `#` to the end of its line, in the order of the text."""
    pieces: list[tuple[int, int, Node, Node | None]] = []
    for start, entry in document.entries:
        pieces.append((entry.key.start + start, start, entry.key, entry.value))
    pieces += ((section.key.start, 0, section.key, section.value) for section in document.sections)
    if document.other_root:
        pieces.append((0, 0, document.other_root, None))
    pieces.sort(key=lambda piece: piece[0])
    starts = [piece[0] for piece in pieces]
    text, position = document.text, 0
    while match := _COMMENT.search(text, position):
        start, end = match.span()
        index = bisect_right(starts, start) - 1
        around = None
        if index >= 0:
            _, shift, key, value = pieces[index]
            around = _value_around(start - shift, key, value)
        if around is None:
            yield Span(start, end)
        position = end if around is None else around.end + pieces[index][1]


def is_in_comment(document: Document, offset: int) -> bool:
    """Whether the `#` at the offset starts or continues a comment, found without looking at the rest of the text."""
    if offset and document.text[offset - 1] not in _BEFORE:
        return False
    return _scalar_at(document, offset, _value_around) is None


def is_inside_value(document: Document, offset: int) -> bool:
    """Whether a comment at the offset would become part of a value or break it; false in the header of a block."""
    return _scalar_at(document, offset, _scalar_around) is not None


def _scalar_at(document: Document, offset: int, find: Callable[..., Scalar | None]) -> Scalar | None:
    placed = document.last_entry_before(offset)
    if placed and (found := find(offset - placed.start, placed.entry.key, placed.entry.value)):
        return found
    values = (node for section in document.sections for node in (section.key, section.value))
    return find(offset, *values, document.other_root)


def _value_around(offset: int, *roots: Node | None) -> Scalar | None:
    """The quoted or block value around the offset; a plain value cannot contain a comment.

    A comment after the header of a block (`|  # comment`) is not part of its value.
    """
    found = _scalar_around(offset, *roots)
    return found if found and found.style else None


def _scalar_around(offset: int, *roots: Node | None) -> Scalar | None:
    waiting = [root for root in roots if root]
    while waiting:
        node = waiting.pop()
        if not node.start <= offset < node.end:
            continue
        if isinstance(node, Scalar):
            if node.start < offset and (node.style not in ("|", ">") or not _is_in_header(node, offset)):
                return node
        elif isinstance(node, Sequence):
            waiting += node.items
        elif isinstance(node, Mapping):
            for key, value in node.pairs:
                waiting += (key, value)
    return None


def _is_in_header(block: Scalar, offset: int) -> bool:
    header = _REST_OF_HEADER.match(block.source)
    return header is not None and offset - block.start <= header.end()
