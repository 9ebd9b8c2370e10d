"""Lines of a text, and a line split into key, colon and value, without reading the whole text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_end, line_start, lines_above, next_line

# A quoted key or value ends on its line here. This limits the effect of an unclosed quote.
_DOUBLE_QUOTED = lazy_re(r'"(?:[^"\\]|\\.)*')
_SINGLE_QUOTED = lazy_re(r"'(?:[^']|'')*")
_COLON = lazy_re(r":(?=[ \t]|\Z)")
_COMMENT = lazy_re(r"(?:^|(?<=[ \t]))#")
_SPACE = lazy_re(r"[ \t]*")
_PROPERTIES = lazy_re(r"(?:[&!][^\s,{}\[\]]*(?:[ \t]+|\Z))+")

MAX_LINES = 1_000
"""Maximum number of lines that are searched in one direction."""


class CursorLine(NamedTuple):
    """One line without its line break; `start` is its offset in the text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset of the end, before the line break."""
        return self.start + len(self.text)

    @property
    def indent(self) -> int:
        """The number of spaces and tabs at the start."""
        return len(self.text) - len(self.text.lstrip(" \t"))

    @property
    def is_content(self) -> bool:
        """Whether it contains more than white space and a comment."""
        content = self.text.lstrip()
        return bool(content) and content[0] != "#"


class Word(NamedTuple):
    """A key or value as written, without its quotes."""

    start: int
    end: int
    quote: str
    closed: bool
    """Whether the closing quote exists; True for a word without quotes."""

    @property
    def after(self) -> int:
        """The offset after the closing quote, if any."""
        return self.end + (1 if self.quote and self.closed else 0)


class Head(NamedTuple):
    """A line of block style, split: `key: value`."""

    key: Word
    name: str
    colon: int
    """Offset of the colon after the key, or -1."""
    value: int
    """Offset of the value, or where it would be; without a colon, the end of the line."""
    value_text: str
    """The value and the rest of the line; "" if there is nothing or only a comment."""

    @property
    def opens_block_scalar(self) -> bool:
        """Whether the value is a block scalar (`|` or `>`)."""
        return self.value_text.startswith(("|", ">"))

    @property
    def opens_flow(self) -> bool:
        """Whether the value is written in brackets."""
        return self.value_text.startswith(("{", "["))


def line_at(text: str, offset: int) -> CursorLine:
    """The line that contains the offset."""
    start = line_start(text, offset)
    return CursorLine(start, text[start : line_end(text, offset)])


def lines_before(text: str, line: CursorLine, limit: int) -> Iterator[CursorLine]:
    """The lines before one, nearest first."""
    return (CursorLine(start, text[start:end]) for start, end in islice(lines_above(text, line.start), limit))


def lines_after(text: str, line: CursorLine, limit: int) -> Iterator[CursorLine]:
    """The lines after one, nearest first, including an empty one after the last line break of the text."""
    end = line.end
    while end < len(text) and limit > 0:
        line = line_at(text, next_line(text, end))
        yield line
        end = line.end
        limit -= 1


def content_below(text: str, line: CursorLine) -> CursorLine | None:
    """The first line after one that contains more than white space and a comment."""
    return next((other for other in lines_after(text, line, MAX_LINES) if other.is_content), None)


def block_end(text: str, line: CursorLine) -> int:
    """The end of the block of a line: the first line that is not deeper, unless it closes a bracket."""
    for other in lines_after(text, line, MAX_LINES):
        if other.is_content and other.indent <= line.indent and other.text[other.indent] not in "}]":
            return other.start
    return len(text)


def head_of(line: CursorLine) -> Head:
    """Split a line into key, colon and value; must not be a comment line."""
    key = word_at(line.text, line.indent)
    colon = _colon_after(line.text, key)
    if colon < 0:
        if not key.quote:
            key = key._replace(end=max(key.start, key.start + len(line.text[key.start : key.end].rstrip())))
        return Head(_shift(key, line.start), line.text[key.start : key.end], -1, line.end, "")
    if not key.quote:
        key = key._replace(end=key.start + len(line.text[key.start : colon].rstrip()))
    value = blank_end(line.text, colon + 1)
    value_text = "" if line.text.startswith("#", value) else line.text[value:]
    properties = _PROPERTIES.match(value_text)
    if properties:
        value += properties.end()
        value_text = value_text[properties.end() :]
        value_text = "" if value_text.startswith("#") else value_text
    name = line.text[key.start : key.end]
    return Head(_shift(key, line.start), name, line.start + colon, line.start + value, value_text)


def word_at(text: str, start: int) -> Word:
    """The quoted or plain word at `start`; a plain word ends at a comment or at the end of the text."""
    quote = text[start : start + 1]
    if quote in ('"', "'") and quote:
        body = (_DOUBLE_QUOTED if quote == '"' else _SINGLE_QUOTED).match(text, start)
        end = body.end() if body else start + 1
        return Word(start + 1, end, quote, text.startswith(quote, end))
    end = comment_start(text, start)
    return Word(start, start + len(text[start:end].rstrip()), "", closed=True)


def comment_start(text: str, start: int) -> int:
    """The start of the first comment of a line from `start` on; the end of the line if there is none."""
    comment = _COMMENT.search(text, start)
    return comment.start() if comment else len(text)


def blank_end(text: str, start: int) -> int:
    """The end of the spaces and tabs at `start`."""
    blanks = _SPACE.match(text, start)
    return blanks.end() if blanks else start


def _colon_after(text: str, key: Word) -> int:
    if key.quote:
        after = blank_end(text, key.end + 1)
        found = _COLON.match(text, after) if key.closed else None
    else:
        found = _COLON.search(text, key.start)
        if found and found.start() > key.end:
            return -1
    return found.start() if found else -1


def _shift(word: Word, by: int) -> Word:
    return word._replace(start=word.start + by, end=word.end + by)
