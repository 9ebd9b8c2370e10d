"""Ranges of a text, and edits as values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """The characters from `start` to before `end`, as offsets in code points."""

    start: int
    end: int

    def shift(self, by: int) -> Span:
        """The same characters in a text that begins `by` characters earlier."""
        return Span(self.start + by, self.end + by)


class Edit(NamedTuple):
    """The replacement of the characters from `start` to before `end` with `text`."""

    start: int
    end: int
    text: str

    def shift(self, by: int) -> Edit:
        """The same edit in a text that begins `by` characters earlier."""
        return Edit(self.start + by, self.end + by, self.text)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, whose offsets are those of the given text.

    Raises:
        ValueError: two edits overlap, or one is outside the text.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}-{edit.end} overlaps another or leaves the text")
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*parts, text[done:]))


def compose_edits(length: int, first: Iterable[Edit], second: Iterable[Edit]) -> tuple[Edit, ...]:
    """One list of edits that equals two lists applied one after the other, for a text of this length."""
    pieces: list[Span | str] = _replace([Span(0, length)], first)
    edits: list[Edit] = []
    at, added = 0, ""
    for piece in (*_replace(pieces, second), Span(length, length)):
        if isinstance(piece, str):
            added += piece
            continue
        if piece.start > at or added:
            edits.append(Edit(at, piece.start, added))
        at, added = piece.end, ""
    return tuple(edits)


def _replace(pieces: Iterable[Span | str], edits: Iterable[Edit]) -> list[Span | str]:
    """The pieces of a text (ranges of an older one, and new text) after sorted, disjoint edits."""
    result: list[Span | str] = []
    left = list(reversed(list(pieces)))
    at = 0
    for edit in edits:
        while left and at < edit.start:
            piece = left.pop()
            size = min(_size(piece), edit.start - at)
            result.append(_part(piece, 0, size))
            if size < _size(piece):
                left.append(_part(piece, size, _size(piece)))
            at += size
        result.append(edit.text)
        while left and at < edit.end:
            piece = left.pop()
            size = min(_size(piece), edit.end - at)
            if size < _size(piece):
                left.append(_part(piece, size, _size(piece)))
            at += size
    return [*result, *reversed(left)]


def _size(piece: Span | str) -> int:
    return len(piece) if isinstance(piece, str) else piece.end - piece.start


def _part(piece: Span | str, start: int, end: int) -> Span | str:
    return piece[start:end] if isinstance(piece, str) else Span(piece.start + start, piece.start + end)
