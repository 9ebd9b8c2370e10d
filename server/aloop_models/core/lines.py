r"""Line breaks: the only definition in the package.

There are two kinds of lines, because YAML and LSP disagree:

- A **YAML line** ends at `\n`, `\r\n`, `\r`, U+0085, U+2028 or U+2029, as in YAML 1.1, PyYAML and libyaml: in comments,
  between keys and inside values. Everything that depends on the structure of the text uses these lines: edits, cursor,
  checks, comments and the search for secrets. They are the functions of this module.
- An **LSP line** ends at `\n`, `\r\n` or `\r`. Positions from and to a client count these lines: `Lines`.

Every LSP break is a YAML break, so a range on one YAML line is on one LSP line. Inserted text uses only LSP breaks,
which every editor supports. `str.splitlines` and `\s` treat more characters as breaks and are not used to find lines.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import Enum
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text import Span

LSP_BREAKS = "\n\r"
"""The characters that end a line for an LSP client."""

BREAKS = "\n\r\x85\u2028\u2029"
"""The characters that end a line for YAML 1.1; inside `[…]` of a regular expression they need no escape."""

_OTHER_BREAKS = BREAKS[1:]
RARE_BREAK = rf"(?:\r(?!\n)|[{BREAKS[2:]}])"
r"""Matches the breaks other than `\n` and `\r\n`, which are rare."""

LSP_BREAK = lazy_re("\r\n?|\n")
_LINE_FEED = lazy_re("\n")

STEP = 4_096
"""Characters that are searched in one step: no other thread can run during a search."""

_BLOCK = 512
"""Characters of a text whose lines are counted together."""


def line_start(text: str, offset: int) -> int:
    """Return where the line of the offset begins, after a byte order mark; a line's break belongs to the line."""
    if is_inside_break(text, offset):
        offset -= 1
    start = text.rfind("\n", 0, offset) + 1
    # Looking only at the line itself keeps this fast: most texts have none of these characters.
    for character in _OTHER_BREAKS:
        start = max(start, text.rfind(character, start, offset) + 1)
    return 1 if start == 0 and text.startswith("\ufeff") else start


def line_end(text: str, offset: int) -> int:
    """Return where the line of the offset ends, without its break."""
    if is_inside_break(text, offset):
        return offset - 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    for character in _OTHER_BREAKS:
        found = text.find(character, offset, end)
        end = end if found < 0 else found
    return end


def next_line(text: str, offset: int) -> int:
    """Return where the line after that of the offset begins; the text's end after the last one."""
    end = line_end(text, offset)
    return end + 2 if text.startswith("\r\n", end) else min(end + 1, len(text))


def lines_above(text: str, start: int) -> Iterator[Span]:
    """Yield the lines before the one that begins at `start`, nearest first, without their breaks."""
    while (above := line_start(text, max(start - 1, 0))) < start:
        yield Span(above, line_end(text, above))
        start = above


def lines_in(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the lines from `start` up to `end`, without their breaks."""
    while start < end:
        yield Span(start, min(line_end(text, start), end))
        start = next_line(text, start)


def steps(text: str, overlap: int) -> Iterator[Span]:
    """Yield the text in steps of `STEP` to twice as many characters, for a search that other threads can interrupt.

    A step ends at the end of a line. If none is near, the next step repeats the last characters, as many as `overlap`,
    at most `STEP`.
    """
    start = end = 0
    while end < len(text):
        feed = text.find("\n", start + STEP, start + 2 * STEP)
        end = min(start + 2 * STEP, len(text)) if feed < 0 else feed + 1
        yield Span(start, end)
        start = end if feed >= 0 else end - overlap


def is_inside_break(text: str, offset: int) -> bool:
    r"""Return whether the offset is between the two characters of `\r\n`."""
    return offset > 0 and text.startswith("\r\n", offset - 1)


def has_rare_break(text: str) -> bool:
    r"""Return whether lines of the text end with anything but `\n` and `\r\n`; faster than a regular expression."""
    if any(character in text for character in BREAKS[2:]):
        return True
    return "\r" in text and text.count("\r") != text.count("\r\n")


def break_near(text: str, offset: int) -> str:
    """Return the break to write at the offset: the one there, else the one before its line, else the text's first."""
    start = offset if offset and text[offset - 1] in BREAKS else line_start(text, offset)
    before = LSP_BREAK.search(text[max(0, start - 2) : start])
    found = LSP_BREAK.match(text, offset) or before or LSP_BREAK.search(text)
    return found[0] if found else "\n"


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
    r"""The lines of one text, as LSP counts them: they end at `\n`, `\r\n` or `\r` and nowhere else.

    Only the breaks in each block of the text are counted, and a line is searched in its block. This takes milliseconds
    and almost no memory for a text with a million lines.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_returns = "\r" in text
        self._is_ascii = text.isascii()
        self._break = LSP_BREAK if self._has_returns else _LINE_FEED
        self._blocks = self._cut()
        counts = (self._count(start, end) for start, end in pairwise((*self._blocks, len(text))))
        self._breaks = list(accumulate(counts, initial=0))
        """The number of breaks before each block, and in the whole text."""

    def __len__(self) -> int:
        return self._breaks[-1] + 1

    def line_at(self, offset: int) -> int:
        """The zero-based line of the offset; the last line for an offset past the end."""
        offset = max(0, min(offset, len(self._text)))
        if self._has_returns and is_inside_break(self._text, offset):
            offset -= 1
        block = bisect_right(self._blocks, offset) - 1
        return self._breaks[block] + self._count(self._blocks[block], offset)

    def span(self, line: int) -> Span:
        """The line's characters without its line break; clamped to the text's lines."""
        line = max(0, min(line, len(self) - 1))
        start = self._start(line)
        return Span(start, self._end(start))

    def text(self, line: int) -> str:
        """The line's text without its line break."""
        return self._text[slice(*self.span(line))]

    def position(self, offset: int, encoding: Encoding = Encoding.UTF32) -> Position:
        """Line and column of an offset; an offset inside a line break is that line's end."""
        offset = max(0, min(offset, len(self._text)))
        if self._has_returns and is_inside_break(self._text, offset):
            offset -= 1
        line = self.line_at(offset)
        start = self._start(line)
        is_width = self._is_ascii or encoding is Encoding.UTF32
        return Position(line, offset - start if is_width else _width(self._text[start:offset], encoding))

    def offset(self, position: Position, encoding: Encoding = Encoding.UTF32) -> int:
        """Offset of a line and column; past a line's end is its end, past the last line the text's end.

        A column inside a character is the offset before that character.
        """
        if position.line >= len(self):
            return len(self._text)
        if position.line < 0:
            return 0
        start, end = self.span(position.line)
        column = max(0, position.column)
        if encoding is Encoding.UTF32 or self._is_ascii:
            return min(start + column, end)
        line = self._text[start:end]
        if line.isascii():
            return min(start + column, end)
        return start + bisect_right(range(len(line) + 1), column, key=lambda count: _width(line[:count], encoding)) - 1

    def _cut(self) -> list[int]:
        r"""The starts of the blocks; none is inside `\r\n`."""
        starts = range(0, len(self._text) or 1, _BLOCK)
        if not self._has_returns:
            return list(starts)
        return [start + is_inside_break(self._text, start) for start in starts]

    def _count(self, start: int, end: int) -> int:
        count = self._text.count("\n", start, end)
        if self._has_returns:
            count += self._text.count("\r", start, end) - self._text.count("\r\n", start, end)
        return count

    def _start(self, line: int) -> int:
        if not line:
            return 0
        # The block with the break before the line.
        block = bisect_left(self._breaks, line) - 1
        start, count = self._blocks[block], line - self._breaks[block]
        for found in islice(self._break.finditer(self._text, start), count - 1, count):
            start = found.end()
        return start

    def _end(self, start: int) -> int:
        if self._has_returns:
            found = LSP_BREAK.search(self._text, start)
            return found.start() if found else len(self._text)
        end = self._text.find("\n", start)
        return len(self._text) if end < 0 else end


def _width(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
