"""Lines of a text and how one line splits into key, colon and value, told without reading the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from aloop_models.core.lines import line_end, line_start, lines_above, next_line

# A quoted key or value ends on its own line here, so that an unclosed quote costs no other line.
_DOUBLE_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*')
_SINGLE_QUOTED = re.compile(r"'(?:[^']|'')*")
_COLON = re.compile(r":(?=[ \t]|\Z)")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")
_SPACE = re.compile(r"[ \t]*")
_PROPERTIES = re.compile(r"(?:[&!][^\s,{}\[\]]*(?:[ \t]+|\Z))+")

FAR = 1_000
"""Lines that are looked at in one direction, at most."""


class CursorLine(NamedTuple):
    """One line without its line break; `start` is its first character's offset in the text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset at which its line break begins."""
        return self.start + len(self.text)

    @property
    def indent(self) -> int:
        """How many blanks and tabs it begins with."""
        return len(self.text) - len(self.text.lstrip(" \t"))

    @property
    def is_content(self) -> bool:
        """Whether anything but white space and a comment stands on it."""
        content = self.text.lstrip()
        return bool(content) and content[0] != "#"


class Word(NamedTuple):
    """A key or value as written: its characters without the quotes."""

    start: int
    end: int
    quote: str
    closed: bool
    """True where the closing quote is there; for a word without quotes always."""


class Head(NamedTuple):
    """A line of block style, split: `key: value`."""

    key: Word
    name: str
    colon: int
    """Offset of the colon after the key, -1 where none follows."""
    value: int
    """Offset at which the value begins or would begin; the line's end where there is none."""
    value_text: str
    """The value and what follows it on the line; empty where nothing or only a comment stands there."""

    @property
    def opens_block_scalar(self) -> bool:
        """Whether lines of free text follow."""
        return self.value_text.startswith(("|", ">"))

    @property
    def opens_flow(self) -> bool:
        """Whether the value is written in brackets."""
        return self.value_text.startswith(("{", "["))


def line_at(text: str, offset: int) -> CursorLine:
    """The line that holds the offset."""
    start = line_start(text, offset)
    return CursorLine(start, text[start : line_end(text, offset)])


def lines_before(text: str, line: CursorLine, limit: int) -> Iterator[CursorLine]:
    """The lines before one, nearest first."""
    return (CursorLine(start, text[start:end]) for start, end in islice(lines_above(text, line.start), limit))


def lines_after(text: str, line: CursorLine, limit: int) -> Iterator[CursorLine]:
    """The lines after one, nearest first; an empty one after the text's last line break is among them."""
    end = line.end
    while end < len(text) and limit > 0:
        line = line_at(text, next_line(text, end))
        yield line
        end = line.end
        limit -= 1


def content_below(text: str, line: CursorLine) -> CursorLine | None:
    """The first line after one that holds more than white space and a comment."""
    return next((other for other in lines_after(text, line, FAR) if other.is_content), None)


def block_end(text: str, line: CursorLine) -> int:
    """Where the lines that belong to one end: at the first that is no deeper, unless it closes a bracket."""
    for other in lines_after(text, line, FAR):
        if other.is_content and other.indent <= line.indent and other.text[other.indent] not in "}]":
            return other.start
    return len(text)


def head_of(line: CursorLine) -> Head:
    """The line as a key with or without a colon and a value; never a comment line."""
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
    """The quoted or plain word that begins there; a plain one runs to a comment or the text's end."""
    quote = text[start : start + 1]
    if quote in ('"', "'") and quote:
        body = (_DOUBLE_QUOTED if quote == '"' else _SINGLE_QUOTED).match(text, start)
        end = body.end() if body else start + 1
        return Word(start + 1, end, quote, text.startswith(quote, end))
    end = comment_start(text, start)
    return Word(start, start + len(text[start:end].rstrip()), "", closed=True)


def comment_start(text: str, start: int) -> int:
    """Where the first comment of a line begins from `start` on, its end where there is none."""
    comment = _COMMENT.search(text, start)
    return comment.start() if comment else len(text)


def blank_end(text: str, start: int) -> int:
    """Where the blanks and tabs that begin there end."""
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
