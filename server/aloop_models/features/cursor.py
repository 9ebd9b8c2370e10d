"""Finds the cursor's context from the lines around it, not from the tree, because the text can be incomplete."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain

from aloop_models.core.document import Document
from aloop_models.core.lines import is_inside_break
from aloop_models.core.text import Span
from aloop_models.features.cursor_flow import flow_place, keys_after
from aloop_models.features.cursor_lines import (
    MAX_LINES,
    CursorLine,
    Head,
    Word,
    blank_end,
    block_end,
    content_below,
    head_of,
    line_at,
    lines_after,
    lines_before,
    word_at,
)
from aloop_models.features.cursor_word import has_colon, key_at, missing_colon, value_at

_FEW = 50
"""Number of lines that are searched for the indentation of fields."""

_NO_KEYS = ("#", "- ", "---", "...", "%", "? ")
"""Starts of lines without help."""

_NO_WORDS = ("[", "]", "{", "}", "&", "*", "!", ",", "|", ">", "@", "`")  # no plain key starts with these


class Context(Enum):
    """What can be written at the cursor."""

    ROOT_KEY = "root key"
    MODEL_ID = "model id"
    FIELD_NAME = "field name"
    FIELD_VALUE = "field value"
    DEFAULT_VALUE = "default"
    ROLE_NAME = "role name"
    REFERENCE = "reference"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The context of the cursor and the word at it, which an edit replaces."""

    context: Context
    offset: int
    span: Span
    """The whole word, without its quotes."""
    word: str = ""
    typed: str = ""
    """The part of the word before the cursor."""
    quote: str = ""
    """The quote that the word starts with, or ""."""
    closed: bool = True
    """Whether the quote is closed on the same line."""
    has_colon: bool = False
    """Whether a colon or a value follows the word: it is a key."""
    missing_colon: str = ""
    """The colon to insert before the value that follows, with a space if necessary."""
    has_children: bool = False
    """Whether deeper lines follow: the key has fields."""
    flow: bool = False
    """Whether the cursor is between brackets."""
    indent: str = ""
    """The white space at the start of the line."""
    prefix: str = ""
    """Text to insert before the word: indentation, or the space after a colon."""
    child_indent: str = ""
    """The indentation of the fields of a model ID here."""
    entry_indent: str = ""
    """At the root inside the `models` section: the indentation that makes the word a model ID."""
    model_id: str = ""
    """The ID of the entry around the cursor."""
    field: str = ""
    """The field of the value."""
    present: frozenset[str] = frozenset()
    """The other keys of the mapping around the cursor; empty for model IDs."""

    @property
    def end(self) -> int:
        """The offset after the word and its closing quote, if any."""
        return self.span.end + (1 if self.quote and self.closed else 0)


def cursor_at(document: Document, offset: int) -> Cursor:
    """The cursor at an offset of the document's text; never raises."""
    text = document.text
    nothing = Cursor(Context.NOTHING, offset, Span(offset, offset))
    if not 0 <= offset <= len(text) or is_inside_break(text, offset):
        return nothing
    line = line_at(text, offset)
    if line.start > offset:
        return nothing
    return _Finder(document, offset, line, nothing).find()


class _Finder:
    """One search for the cursor's context."""

    def __init__(self, document: Document, offset: int, line: CursorLine, nothing: Cursor) -> None:
        self.document = document
        self.text = document.text
        self.offset = offset
        self.line = line
        self.is_blank = not line.text.strip()
        self.level = offset - line.start if self.is_blank else line.indent
        self.nothing = nothing
        self.base = replace(nothing, indent=line.text[: self.level])

    def find(self) -> Cursor:
        """The cursor, by the section around its line."""
        content = self.line.text[self.level :]
        if self.offset < self.line.start + self.level:
            return self.nothing
        above = [section for section in self.document.sections if section.key.start < self.line.start]
        if above and above[-1].name == "fallbacks" and (content == "-" or content.startswith("- ")):
            return self._item()
        if content.startswith(_NO_KEYS):
            return self.nothing
        header = line_at(self.text, above[-1].key.start) if above else None
        if header is None or header.start + header.indent != above[-1].key.start or self.level == 0:
            return self._root(header)
        return self._inside(header)

    def _root(self, header: CursorLine | None) -> Cursor:
        bracket = self._root_bracket()
        if bracket is not None:
            return self._flow(bracket, (), len(self.text))
        if self.level:
            return self.nothing
        found = self._on_line(())
        if header is None or found.context is not Context.ROOT_KEY or found.has_colon:
            return found
        head = head_of(header)
        if head.name != "models" or head.value_text:
            return found
        entry = content_below(self.text, header)
        indent = (entry.text[: entry.indent] if entry else "") or "  "
        return replace(
            found,
            entry_indent=indent,
            child_indent=self._child_indent(header, indent),
            has_children=self._is_followed_deeper_than(len(indent)),
        )

    def _root_bracket(self) -> int | None:
        """The offset of the opening bracket of a document in flow style, or None."""
        line = line_at(self.text, 0)
        for other in chain((line,), lines_after(self.text, line, MAX_LINES)):
            if other.is_content and not other.text.startswith(("---", "%")):
                start = other.start + other.indent
                return start if self.text.startswith("{", start) else None
        return None

    def _item(self) -> Cursor:
        """The cursor after the dash of an item of `fallbacks`."""
        dash = self.line.start + self.level + 1
        start = blank_end(self.line.text, self.level + 1)
        if self.offset < dash or self.line.text[start : start + 1].startswith(("{", "[", "&", "*", "!", "|", ">")):
            return self.nothing
        word = word_at(self.line.text, start)
        word = word._replace(start=word.start + self.line.start, end=word.end + self.line.start)
        if word.start == word.end and not word.quote:
            word = word._replace(start=self.offset, end=self.offset)
        if not word.start <= self.offset <= word.end:
            return self.nothing
        return replace(self._with_word(("fallbacks",), "", word), prefix=" " if word.start == dash else "")

    def _inside(self, header: CursorLine) -> Cursor:
        """The cursor on an indented line below a section's header."""
        head = head_of(header)
        if head.opens_flow:
            return self._flow(head.value, (head.name,), len(self.text))
        if head.value_text:
            return self.nothing
        if head.name == "default":
            return self._value((), "default")
        if head.name not in ("models", "roles"):
            return self.nothing
        below = content_below(self.text, header)
        first = below if below and below.indent else None
        if first and first.text.startswith("{", first.indent):
            return self._flow(first.start + first.indent, (head.name,), len(self.text))
        if head.name == "roles":
            return self._role(first)
        if first and self.level > first.indent:
            return self._in_entry(first.indent)
        indent = first.text[: first.indent] if first else self.base.indent
        found = self._on_line(("models",))
        if found.context is not Context.MODEL_ID or found.flow:
            return found
        return replace(
            found,
            prefix="" if found.has_colon else " " * (len(indent) - self.level),
            child_indent=self._child_indent(header, indent),
            has_children=self._is_followed_deeper_than(len(indent) if self.is_blank else self.level),
        )

    def _role(self, first: CursorLine | None) -> Cursor:
        """The cursor on a line below `roles`, whose names have the indentation of the first one."""
        if first is None or self.level == first.indent:
            return self._on_line(("roles",))
        missing = " " * (first.indent - self.level) if self.is_blank else ""
        return replace(self._on_line(("roles",)), prefix=missing) if missing else self.nothing

    def _in_entry(self, entry_level: int) -> Cursor:
        """The cursor on a line deeper than the keys of the entries, by its parent lines."""
        parents: list[CursorLine] = []
        level = self.level
        for line in lines_before(self.text, self.line, MAX_LINES):
            if line.is_content and line.indent < level:
                parents.append(line)
                level = line.indent
                if level <= entry_level:
                    break
        if not parents or not 0 < level <= entry_level:
            return self.nothing
        path = ["models"]
        for line in reversed(parents):
            head = head_of(line)
            path.append(head.name)
            if head.opens_flow:
                return self._flow(head.value, tuple(path), max(self.offset, block_end(self.text, parents[-1])))
            if head.value_text:
                return self.nothing
        if len(path) == 2:
            return self._field_name(parents[-1], path[1])
        if len(path) == 3 and head_of(self.line).colon < 0:
            return self._value(("models", path[1]), path[2])
        return self.nothing

    def _field_name(self, entry: CursorLine, model_id: str) -> Cursor:
        """The cursor on a line among the fields of an entry."""
        present: set[str] = set()
        level = 0
        for line in lines_after(self.text, entry, MAX_LINES):
            if not line.is_content or line.start == self.line.start:
                continue
            if line.indent <= entry.indent:
                break
            level = level or line.indent
            if line.indent == level:
                present.add(head_of(line).name)
        found = self._on_line(("models", model_id))
        if found.flow:
            return found
        missing = " " * (level - self.level) if self.is_blank else ""
        return replace(found, prefix=missing or found.prefix, present=frozenset(present))

    def _on_line(self, path: tuple[str, ...]) -> Cursor:
        """The cursor in the key or value of its line, which belongs to the mapping at `path`."""
        if self.is_blank:
            return self._key(path, Word(self.offset, self.offset, "", closed=True))
        head = head_of(self.line)
        if head.name.startswith(_NO_WORDS) and not head.key.quote:
            return self.nothing
        if head.colon < 0 or self.offset <= head.colon:
            if not head.key.start <= self.offset <= head.key.end:
                return self.nothing
            return self._key(path, head.key)
        if head.opens_flow and self.offset > head.value:
            return self._flow(head.value, (*path, head.name), max(self.offset, block_end(self.text, self.line)))
        if head.opens_block_scalar or head.value_text.startswith("*"):
            return self.nothing
        return self._value(path, head.name, head)

    def _key(self, path: tuple[str, ...], word: Word) -> Cursor:
        found = self._with_word(path, None, word)
        present = {section.name for section in self.document.sections} - {found.word} if not path else ()
        return replace(found, present=frozenset(present))

    def _value(self, path: tuple[str, ...], key: str, head: Head | None = None) -> Cursor:
        """The cursor in the value of a key, on the line of the key (`head`) or on its own line."""
        is_absent = not head.value_text if head else self.is_blank
        if head and is_absent and self.text[head.colon + 1 : self.offset].strip():
            return self.nothing
        word = Word(self.offset, self.offset, "", closed=True)
        if not is_absent:
            word = word_at(self.line.text, head.value - self.line.start if head else self.level)
            word = word._replace(start=word.start + self.line.start, end=word.end + self.line.start)
        if not word.start <= self.offset <= word.end:
            return self.nothing
        return self._with_word(path, key, word)

    def _flow(self, start: int, path: tuple[str, ...], end: int) -> Cursor:
        """The cursor in a flow value that opens at `start` and belongs to the last key of `path`."""
        place = flow_place(self.text, start, self.offset, end)
        if place is None:
            return self.nothing
        found = self._with_word((*path, *place.path), place.key, place.word)
        if found.context is Context.NOTHING:
            return self.nothing
        in_item = place.key is not None or bool(found.word or found.quote)
        present = place.present | keys_after(self.text, found.end, end, in_item=in_item)
        return replace(found, flow=True, present=present)

    def _with_word(self, path: tuple[str, ...], key: str | None, word: Word) -> Cursor:
        """The cursor in a key (`key` is None) of the mapping at `path`, or in the value of `key`."""
        outer = self.text[word.start - len(word.quote) - 1 : word.start - len(word.quote)]
        is_key, is_id = key is None, path == ("models",)
        found = key_at(self.text, word, self.offset, is_id=is_id) if is_key else value_at(self.text, word, self.offset)
        if found is None:
            return self.nothing
        missing = missing_colon(self.text, found) if is_key else ""
        return replace(
            self.base,
            context=_context(path, key),
            has_colon=is_key and (missing != "" or has_colon(self.text, found)),
            missing_colon=missing,
            span=Span(found.start, found.end),
            word=self.text[found.start : found.end],
            typed=self.text[found.start : self.offset],
            quote=found.quote,
            closed=found.closed,
            prefix=" " if key is not None and outer == ":" else "",
            model_id=path[1] if len(path) == 2 else "",
            field=key or "",
        )

    def _child_indent(self, header: CursorLine, indent: str) -> str:
        """The indentation of fields: that of one of the first entries, else twice that of the entries."""
        for line in lines_after(self.text, header, _FEW):
            if line.is_content and line.indent > len(indent) and line.start != self.line.start:
                return line.text[: line.indent]
        return indent * 2 or "    "

    def _is_followed_deeper_than(self, level: int) -> bool:
        below = content_below(self.text, self.line)
        return below is not None and below.indent > level


def _context(path: tuple[str, ...], key: str | None) -> Context:
    if not path:
        return Context.ROOT_KEY if key is None else Context.DEFAULT_VALUE if key == "default" else Context.NOTHING
    if path == ("fallbacks",):
        return Context.REFERENCE if key == "" else Context.NOTHING
    if path == ("roles",):
        return Context.ROLE_NAME if key is None else Context.REFERENCE
    if path[0] != "models" or len(path) > 2 or key == "":
        return Context.NOTHING
    if len(path) == 1:
        return Context.MODEL_ID if key is None else Context.NOTHING
    return Context.FIELD_NAME if key is None else Context.FIELD_VALUE
