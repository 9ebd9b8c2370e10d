"""Where lines begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from aloop_models.core.text import Span

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def line_start(text: str, offset: int) -> int:
    """Return where the line of the offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of the offset ends, without its line break."""
    ends = (text.find("\n", offset), text.find("\r", offset))
    return min((end for end in ends if end >= 0), default=len(text))


class Encoding(Enum):
    """What one column of an LSP position counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


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
