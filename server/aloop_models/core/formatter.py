"""Formatting of a models.yaml: white space is the only thing that changes.

The scanner's tokens stay as they are, and so does the order of everything. The formatter replaces the white space
between them: the indentation of a line, the spaces in a line and blank lines, and the white space at both ends of the
lines of a scalar, which YAML does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, takewhile
from typing import NamedTuple

from aloop_models.core.document import Document
from aloop_models.core.format_items import Item, Level, read_items
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, break_near, line_end, line_start, lines_in, next_line
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.core.yaml_reader import has_same_events

INDENT = 2
"""Spaces per level."""

_BREAK = lazy_re(f"\r\n|[{BREAKS}]")
_PLAIN_GAP = lazy_re("(?:\r\n|[\n\r]) *")
_WHITE = " \t"
_COMMENTED_OUT = lazy_re(r"#(?:  |\t| ?[\w.-]+/\S+:\Z)")
"""A comment that is a commented-out line with its indentation, or a commented-out ID."""

_OPENING = ("[", "{")
_CLOSING = ("]", "}")
_INDICATORS = (":", "-", "?")
_NAMES = ("<alias>", "<anchor>", "<tag>")
"""Tokens that can end with any character, so that white space has to follow them."""


def format_edits(document: Document, area: Span | None = None) -> tuple[Edit, ...]:
    """Return the edits that format the text, or only the lines that are entirely in `area`.

    There are none if the text cannot be read, or if its meaning would change.
    """
    text = document.text
    if not document.parses or document.other_root is not None or not text.strip("\ufeff" + _WHITE + BREAKS):
        return ()
    edits = _Formatter(text, area or Span(0, len(text))).edits()
    if not edits:
        return ()
    return edits if has_same_events(text, apply_edits(text, edits)) else ()


def format_text(text: str) -> str:
    """Return the formatted text; the same text if it cannot be read."""
    return apply_edits(text, format_edits(read_document(text)))


def format_lines(document: Document, span: Span) -> tuple[Edit, ...]:
    """Return the edits that format the lines of a range; one that ends at the start of a line leaves that line out."""
    text = document.text
    ends_early = span.start < span.end == line_start(text, span.end)
    end = span.end if ends_early else next_line(text, span.end)
    return format_edits(document, Span(line_start(text, span.start), end))


class _Line(NamedTuple):
    """One line of the white space and comments between two tokens; `content` is without white space around it."""

    start: int
    end: int
    next: int
    indent: int
    content: str


class _Column(NamedTuple):
    """A column of the text, and the column that replaces it."""

    old: int
    new: int


class _Formatter:
    """Collects the edits of one text."""

    def __init__(self, text: str, area: Span) -> None:
        self._text = text
        self._area = area
        self._edits: list[Edit] = []
        self._brackets: list[int] = []
        """For each open bracket, the indentation of what it belongs to."""
        self._base = 0
        """The indentation of what the next bracket belongs to."""

    def edits(self) -> tuple[Edit, ...]:
        """Return the sorted edits."""
        items, levels = read_items(self._text)
        for level in levels:
            self._place(level)
        before = None
        for item in items:
            self._format_gap(before, item)
            self._format_item(item)
            before = item
        self._format_end(before, levels[0] if levels else None)
        return tuple(self._edits)

    def _place(self, level: Level) -> None:
        level.is_kept = not self._covers(level.start, level.end)
        level.new = level.old if level.is_kept else level.parent.new + INDENT if level.parent else 0

    def _replace(self, start: int, end: int, new: str) -> None:
        """Replace a part of the text with the smallest edit, if it is in the area."""
        old = self._text[start:end]
        if old == new or not self._covers(start, end):
            return
        if old.startswith(new):
            self._add(Edit(start + len(new), end, ""))
            return
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
        old, new, start = old[same:], new[same:], start + same
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old[::-1], new[::-1], strict=False)))
        self._add(Edit(start, end - same, new[: len(new) - same]))

    def _add(self, edit: Edit) -> None:
        # What is between a CR and a LF makes two line breaks of them.
        joins = self._text[edit.start - 1 : edit.start] == "\r" and self._text[edit.end : edit.end + 1] == "\n"
        if edit.text or not joins:
            self._edits.append(edit)

    # Between two tokens

    def _format_gap(self, before: Item | None, item: Item) -> None:
        start = before.end if before else self._text_start()
        gap = self._text[start : item.start]
        starts_line = before is None or before.ends_line or (gap not in ("", " ") and _BREAK.search(gap) is not None)
        if starts_line:
            column = self._column(item)
            if _PLAIN_GAP.fullmatch(gap) and _has_tail(before) and not _is_separated(before, item):
                self._replace(item.start - len(gap.lstrip(BREAKS)), item.start, " " * column)
            else:
                self._format_lines(before, item, column, self._lines(start, item.start))
            self._base = column
        elif before is not None:
            self._replace(start, item.start, self._space(before, item, gap))
        if item.is_head and item.level is not None and not self._brackets:
            self._base = item.level.new + (INDENT if item.kind in ("-", "?") else 0)

    def _format_end(self, before: Item | None, root: Level | None) -> None:
        start = before.end if before else self._text_start()
        lines = self._lines(start, len(self._text))
        column = _Column(root.old, root.new) if root else _Column(0, 0)
        tail = lines.pop(0) if _has_tail(before) else None
        if tail is not None:
            self._format_tail(tail)
        self._format_comments(before, None, column, lines)
        rest = list(lines)
        while rest and not rest[-1].content:
            rest.pop()
        self._delete_blanks(rest, lead=before is None)
        end = rest[-1] if rest else tail
        if end is not None:
            if len(rest) < len(lines) and end.next < len(self._text):
                self._replace(end.next, len(self._text), "")
            elif end.next == end.end:
                self._insert_break(len(self._text))
        elif before is not None and before.block is not None:
            self._end_block(before)

    def _end_block(self, item: Item) -> None:
        assert item.block is not None
        size = len(self._text)
        if item.end < size:
            self._replace(item.end, size, "")
        elif self._text[-1] not in BREAKS and item.block.chomping == "-":
            # Without `-`, a last line break would be a part of the value.
            self._insert_break(size)

    def _text_start(self) -> int:
        return 1 if self._text.startswith("\ufeff") else 0

    def _insert_break(self, offset: int) -> None:
        if self._area.start < offset < self._area.end or offset == self._area.end == len(self._text):
            self._edits.append(Edit(offset, offset, break_near(self._text, offset)))

    def _lines(self, start: int, end: int) -> list[_Line]:
        """Return the lines between two tokens; the last one has no line break."""
        lines: list[_Line] = []
        for found in _BREAK.finditer(self._text, start, end):
            lines.append(self._line(start, found.start(), found.end()))
            start = found.end()
        lines.append(self._line(start, end, end))
        return lines

    def _line(self, start: int, end: int, after: int) -> _Line:
        line = self._text[start:end]
        content = line.strip(_WHITE)
        return _Line(start, end, after, len(line) - len(line.lstrip(_WHITE)), content)

    # A gap with line breaks

    def _format_lines(self, before: Item | None, item: Item, column: int, lines: list[_Line]) -> None:
        if _has_tail(before):
            self._format_tail(lines.pop(0))
        last = lines.pop()
        places = self._format_comments(before, item, _Column(last.indent, column), lines)
        self._delete_blanks(lines, lead=before is None or _begins_value(before, item))
        self._separate(before, item, places, lines, last)
        self._replace(last.start, last.end, " " * column)

    def _format_tail(self, line: _Line) -> None:
        """Format the rest of a line after its last token: nothing, or a comment."""
        start = line.start + line.indent
        if not line.content:
            self._replace(line.start, line.end, "")
            return
        if "\t" in self._text[line.start : start]:
            self._replace(line.start, start, " ")
        self._trim_comment(line)

    def _trim_comment(self, line: _Line) -> None:
        start = line.start + line.indent
        # The header of the template has an empty comment with a space.
        end = start + len(line.content) + (line.content == "#" and self._text.startswith("# ", start))
        self._replace(min(end, line.end), line.end, "")

    def _format_comments(
        self, before: Item | None, item: Item | None, column: _Column, lines: Sequence[_Line]
    ) -> dict[int, int]:
        """Indent the comments, and return the new column of each by its offset."""
        places: dict[int, int] = {}
        comments = [line for line in lines if line.content]
        if not comments:
            return places
        columns = self._columns_around(before, item, column)
        can_nest = not self._brackets and (before is None or before.block is None)
        least = max(column.old, columns[-1].old)
        previous: _Line | None = None
        is_code = False
        for line in comments:
            if previous is None or previous.next != line.start:
                previous, is_code = None, _COMMENTED_OUT.match(line.content) is not None
            place = self._place_of_comment(line.indent, column, columns, is_code=is_code)
            if can_nest and previous is not None and line.indent > previous.indent >= least:
                # A comment that is deeper than the one above it, such as a commented-out field.
                place = places[previous.start] + line.indent - previous.indent
            places[line.start] = place if self._covers(line.start, line.end) else line.indent
            self._replace(line.start, line.start + line.indent, " " * place)
            self._trim_comment(line)
            previous = line
        return places

    def _columns_around(self, before: Item | None, item: Item | None, column: _Column) -> list[_Column]:
        """Return the columns to which a comment here can belong, leftmost first."""
        columns: list[_Column] = []
        level = before.level if before else None
        if before is not None and not self._brackets and self._is_empty(before):
            old = level.old if level else 0
            columns.append(_Column(old + 1, (level.new if level else 0) + INDENT))
        while level is not None:
            columns.append(_Column(level.old, level.new))
            level = level.parent
        if item is not None or not columns:
            columns.append(column)
        return sorted(columns)

    def _is_empty(self, before: Item) -> bool:
        """Return whether the token has no lines below it, so that a deeper comment is about what could be there."""
        return before.kind in (*_INDICATORS, *_CLOSING) or self._text[before.start : before.end] in ("null", "~")

    def _place_of_comment(self, indent: int, column: _Column, columns: Sequence[_Column], *, is_code: bool) -> int:
        """Return the new column of a comment that begins at `indent`."""
        if self._brackets:
            return self._brackets[-1] + INDENT
        if indent == column.old:
            return column.new
        if indent < column.old:
            outer = next((each for each in columns if each.old == indent), None)
            return outer.new if outer and is_code else column.new
        return max((each for each in columns if each.old <= indent), default=column).new

    def _delete_blanks(self, lines: Sequence[_Line], *, lead: bool) -> None:
        """Keep one blank line of several; with `lead`, none before the first comment."""
        # At the start of the text, U+FEFF would be a byte order mark.
        keeps_one = not lead or next((line.content for line in lines if line.content), "").startswith("\ufeff")
        for is_blank, group in groupby(lines, lambda line: not line.content):
            if is_blank:
                blanks = list(group)
                if keeps_one:
                    first = blanks.pop(0)
                    self._replace(first.start, first.end, "")
                outdated = [line for line in blanks if self._covers(line.start, line.next)]
                if outdated:
                    # In one edit: a CR and a LF of different lines would become one line break.
                    self._replace(outdated[0].start, outdated[-1].next, "")
            keeps_one = True

    def _separate(
        self, before: Item | None, item: Item, places: dict[int, int], lines: Sequence[_Line], last: _Line
    ) -> None:
        """Insert the blank line between two items of a level, before the comments above the second one."""
        level = item.level
        if before is None or level is None or not _is_separated(before, item):
            return
        deep = [index for index, line in enumerate(lines) if places.get(line.start, 0) > level.new]
        above = lines[deep[-1] + 1 :] if deep else lines
        if all(line.content for line in above):
            offset = above[0].start if above else last.start
            if before.block is None or before.block.chomping != "+" or offset > before.end:
                self._insert_break(offset)

    # Columns and spaces

    def _column(self, item: Item) -> int:
        """Return the new column of a token that starts its line."""
        if self._brackets:
            return self._brackets[-1] + (0 if item.kind in _CLOSING else INDENT)
        level = item.level
        if level is None:
            return 0
        return level.new if item.is_head or item.kind == ":" else level.new + INDENT

    def _space(self, before: Item, item: Item, gap: str) -> str:
        """Return the white space between two tokens of one line."""
        if item.kind == ":" and not gap:
            return ""
        if not self._brackets and item.is_head and item.level and item.level.is_kept:
            return gap
        if before.kind in (*_NAMES, "-", "?", "<document start>"):
            return " " if gap else ""
        if before.kind == ":":
            return gap[:1] and " " if item.kind in (",", *_CLOSING) else " "
        if before.kind in _OPENING or item.kind in _CLOSING or item.kind == ",":
            return ""
        if before.kind == ",":
            return " "
        if item.kind == ":":
            return "" if self._can_be_joined(before, item) else gap[:1] and " "
        return " " if gap else ""

    def _can_be_joined(self, key: Item, colon: Item) -> bool:
        """Return whether a colon directly after the key is still the indicator of a value."""
        is_quoted = key.kind != "<scalar>" or self._text[key.start] in "'\""
        return is_quoted or self._text[colon.end : colon.end + 1] in ("", *_WHITE, *BREAKS)

    # Inside a token

    def _format_item(self, item: Item) -> None:
        if item.kind in _OPENING:
            self._brackets.append(self._base)
        elif item.kind in _CLOSING and self._brackets:
            self._base = self._brackets.pop()
        elif item.block is not None:
            self._format_block(item)
        elif item.kind == "<scalar>" and _BREAK.search(self._text, item.start, item.end):
            self._format_scalar(item)

    def _format_scalar(self, item: Item) -> None:
        """Indent the lines of a plain or quoted scalar, of which YAML reads no white space at either end."""
        outer = self._brackets[-1] if self._brackets else item.level.new if item.level else -INDENT
        column = outer + INDENT
        is_escaped = self._text[item.start] == '"'
        lines = list(lines_in(self._text, item.start, item.end))
        for index, (start, end) in enumerate(lines):
            line = self._text[start:end]
            content = line.strip(_WHITE) if index else line.rstrip(_WHITE)
            if index:
                self._replace(start, start + len(line) - len(line.lstrip(_WHITE)), " " * column if content else "")
            if content and index < len(lines) - 1 and not (is_escaped and content.endswith("\\")):
                self._replace(start + len(line.rstrip(_WHITE)), end, "")

    def _format_block(self, item: Item) -> None:
        """Move the lines of a block scalar together with its key."""
        block, level = item.block, item.level
        assert block is not None
        header_end = line_end(self._text, item.start)
        header = self._text[item.start : header_end].rstrip(_WHITE)
        self._replace(item.start + len(header), header_end, "")
        if not block.indent or level is None or not self._covers(item.start, item.end):
            return
        column = level.new + (block.increment or INDENT)
        for start, end in lines_in(self._text, *block.content):
            line = self._text[start:end]
            spaces = len(line) - len(line.lstrip(" "))
            if spaces == len(line) and spaces <= block.indent:
                self._replace(start, end, "")
            else:
                self._replace(start, start + block.indent, " " * column)

    def _covers(self, start: int, end: int) -> bool:
        return self._area.start <= start and end <= self._area.end


def _has_tail(before: Item | None) -> bool:
    """Whether the line of the token continues after it."""
    return before is not None and not before.ends_line


def _is_separated(before: Item | None, item: Item) -> bool:
    """Whether a blank line has to be between the two tokens."""
    level = item.level
    return before is not None and item.is_head and level is not None and level.is_spaced and item.start != level.start


def _begins_value(before: Item, item: Item) -> bool:
    """Whether the second token begins the value after the first one, a `:` or `-`."""
    if before.kind not in _INDICATORS:
        return False
    level = item.level
    if level is before.level:
        return not item.is_head
    return level is not None and level.parent is before.level and level.start == item.start
