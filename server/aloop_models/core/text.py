"""Text with offsets: spans, edits, and the border between offsets and lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """Characters from `start` up to, but without, `end`; offsets are code points from the text's start."""

    start: int
    end: int

    def shifted(self, by: int) -> Span:
        """The same characters in a text that begins `by` characters earlier."""
        return Span(self.start + by, self.end + by)


class Edit(NamedTuple):
    """Put `text` in place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str

    def shifted(self, by: int) -> Edit:
        """The same edit in a text that begins `by` characters earlier."""
        return Edit(self.start + by, self.end + by, self.text)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, which count from the text as given.

    Raises:
        ValueError: two edits overlap, or one lies outside the text; nothing is applied then.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}-{edit.end} overlaps another or leaves the text")
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*parts, text[done:]))


class Encoding(Enum):
    """What one column of an LSP position counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


def compose_edits(length: int, first: Iterable[Edit], second: Iterable[Edit]) -> tuple[Edit, ...]:
    """One list of edits for a text of this length that does what two do one after the other."""
    pieces: list[Span | str] = _replaced([Span(0, length)], first)
    edits: list[Edit] = []
    at, added = 0, ""
    for piece in (*_replaced(pieces, second), Span(length, length)):
        if isinstance(piece, str):
            added += piece
            continue
        if piece.start > at or added:
            edits.append(Edit(at, piece.start, added))
        at, added = piece.end, ""
    return tuple(edits)


def _replaced(pieces: Iterable[Span | str], edits: Iterable[Edit]) -> list[Span | str]:
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


class Position(NamedTuple):
    """A zero-based line and a zero-based column in units of an `Encoding`."""

    line: int
    column: int


class Lines:
    r"""The lines of one text, as LSP counts them: they end at `\n`, `\r\n` or `\r` and nowhere else."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = _line_starts(text)

    def __len__(self) -> int:
        return len(self._starts)

    def line_at(self, offset: int) -> int:
        """The zero-based line that holds the offset; the last line for an offset past the end."""
        return bisect_right(self._starts, offset) - 1

    def span(self, line: int) -> Span:
        """The line's characters without its line break; clamped to the text's lines."""
        line = max(0, min(line, len(self._starts) - 1))
        start = self._starts[line]
        if line + 1 == len(self._starts):
            return Span(start, len(self._text))
        end = self._starts[line + 1] - 1
        if end > start and self._text[end] == "\n" and self._text[end - 1] == "\r":
            end -= 1
        return Span(start, end)

    def text(self, line: int) -> str:
        """The line's text without its line break."""
        return self._text[slice(*self.span(line))]

    def position(self, offset: int, encoding: Encoding = Encoding.UTF32) -> Position:
        """Line and column of an offset; an offset inside a line break is that line's end."""
        offset = max(0, min(offset, len(self._text)))
        line = self.line_at(offset)
        start, end = self.span(line)
        return Position(line, _width(self._text[start : min(offset, end)], encoding))

    def offset(self, position: Position, encoding: Encoding = Encoding.UTF32) -> int:
        """Offset of a line and column; past a line's end is its end, past the last line the text's end.

        A column inside a character is the offset before that character.
        """
        if position.line >= len(self._starts):
            return len(self._text)
        if position.line < 0:
            return 0
        start, end = self.span(position.line)
        line = self._text[start:end]
        column = max(0, position.column)
        if encoding is Encoding.UTF32 or line.isascii():
            return min(start + column, end)
        units = 0
        for index, character in enumerate(line):
            units += _width(character, encoding)
            if units > column:
                return start + index
        return end


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
    lengths = map(len, text.split("\n"))
    starts = list(accumulate((length + 1 for length in lengths), initial=0))
    del starts[-1]
    return starts


def _width(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)
