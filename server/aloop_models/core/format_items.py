"""The tokens of a YAML text with the block collection that each belongs to, for the formatter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_start, lines_in, next_line
from aloop_models.core.text import Span
from aloop_models.core.yaml_reader import Token, scan

_BLOCK_HEADER = lazy_re(r"[|>](?P<indicators>[-+0-9]*)")
_STARTS = ("<block mapping start>", "<block sequence start>")
_SKIPPED = ("<stream start>", "<stream end>")


@dataclass(eq=False, slots=True)
class Level:
    """One block collection: its column in the text (`old`) and in the formatted text (`new`)."""

    parent: Level | None
    old: int
    start: int
    is_mapping: bool
    is_spaced: bool = False
    """Whether a blank line separates its items: the sections of the file, and the entries of `models`."""
    is_indentless: bool = False
    """Whether it is a list in the column of its key, which the scanner does not report."""
    end: int = 0
    new: int = 0
    is_kept: bool = False
    """Whether it stays in its column, because a part of it is outside the formatted range."""


class Block(NamedTuple):
    """The content of a block scalar."""

    content: Span
    """Its lines, without trailing blank lines that do not count."""
    indent: int
    """The columns that the reader removes from each line; 0 if there is no content."""
    increment: int
    """The indentation indicator; 0 without one."""
    chomping: str
    """`-`, `+` or empty."""


class Item(NamedTuple):
    """One token with text."""

    kind: str
    start: int
    end: int
    level: Level | None
    """The innermost block collection around it."""
    is_head: bool
    """Whether it is at the column of its level: a key, or the `-` of an item."""
    block: Block | None = None

    @property
    def ends_line(self) -> bool:
        """Whether the line break after it belongs to it."""
        return self.block is not None


def read_items(text: str) -> tuple[list[Item], list[Level]]:
    """Return the tokens of a text that can be read, and its block collections, each after its parent."""
    reader = _ItemReader(text)
    for token in scan(text):
        reader.feed(token)
    return reader.items, reader.levels


class _ItemReader:
    """Assigns each token to its block collection."""

    def __init__(self, text: str) -> None:
        self.items: list[Item] = []
        self.levels: list[Level] = []
        self._text = text
        self._level: Level | None = None
        self._flow_depth = 0
        self._is_key = False
        self._section = ""
        """The newest key of the file's mapping, as written."""

    def feed(self, token: Token) -> None:
        kind, start, end = token
        if kind in _STARTS:
            self._open(start, is_mapping=kind == _STARTS[0])
        elif kind == "<block end>":
            self._close_indentless()
            self._close()
        elif kind not in _SKIPPED:
            if self._flow_depth == 0 and kind in ("?", ":"):
                self._close_indentless()
            if start == end and kind == "?":
                self._is_key = self._flow_depth == 0
            else:
                self._add(kind, start, end)

    def _add(self, kind: str, start: int, end: int) -> None:
        level = self._level
        if kind == "-" and (level is None or level.is_mapping):
            self._open(start, is_mapping=False, is_indentless=True)
            level = self._level
        is_head = self._is_key or (self._flow_depth == 0 and kind in ("-", "?"))
        self._is_key = False
        block = None
        if kind == "<scalar>":
            if is_head and level is not None and level.parent is None:
                self._section = self._text[start:end].strip("'\"")
            if self._text[start] in "|>":
                block = _read_block(self._text, start, level.old if level else -1)
                end = block.content.end
        self.items.append(Item(kind, start, end, level, is_head, block))
        if kind in ("[", "{"):
            self._flow_depth += 1
        elif kind in ("]", "}"):
            self._flow_depth -= 1

    def _open(self, start: int, *, is_mapping: bool, is_indentless: bool = False) -> None:
        parent = self._level
        column = parent.old if is_indentless and parent else start - line_start(self._text, start)
        is_spaced = is_mapping and (
            parent is None or (parent.parent is None and parent.is_mapping and self._section == "models")
        )
        self._level = Level(parent, column, start, is_mapping, is_spaced, is_indentless)
        self.levels.append(self._level)

    def _close(self) -> None:
        level = self._level
        if level is not None:
            level.end = self.items[-1].end if self.items else level.start
            self._level = level.parent

    def _close_indentless(self) -> None:
        if self._level is not None and self._level.is_indentless:
            self._close()


def _read_block(text: str, start: int, parent_column: int) -> Block:
    """Return the content of the block scalar whose `|` or `>` is at `start`."""
    header = _BLOCK_HEADER.match(text, start)
    indicators = header["indicators"] if header else ""
    increment = int(re.sub(r"\D", "", indicators) or 0)
    chomping = "+" if "+" in indicators else "-" if "-" in indicators else ""
    first = end = next_line(text, start)
    indent = max(parent_column, 0) + increment if increment else 0
    for line in lines_in(text, first, len(text)):
        content = text[line.start : line.end]
        spaces = len(content) - len(content.lstrip(" "))
        is_blank = spaces == len(content)
        if not is_blank and not indent:
            indent = spaces if spaces > parent_column else -1
        if not is_blank and (spaces < indent or indent < 0):
            break
        if not is_blank or (0 < indent < spaces) or chomping == "+":
            end = next_line(text, line.start)
    return Block(Span(first, end), max(indent, 0), increment, chomping)
