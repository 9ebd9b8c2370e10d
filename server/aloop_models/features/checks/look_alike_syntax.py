"""Find characters that look like YAML syntax: no-break spaces, full-width colons, commas, brackets and quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import lines_in
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.sections import SECTIONS
from aloop_models.features.checks.syntax_lines import closes_quote
from aloop_models.features.diagnostic import Rule, Severity

LOOK_ALIKE_SYNTAX = Rule(
    "look-alike-syntax",
    Severity.ERROR,
    "A look-alike character instead of YAML syntax",
    "Web pages, chats and input methods replace spaces, colons and quotes with characters that look the same, such as "
    "a no-break space (U+00A0) or a full-width colon (U+FF1A). YAML reads them as text, so the file has another "
    "structure than the one you see. The rule is reported once per file, at the first of these characters. Other "
    "problems that they cause are not reported.",
    "models:\n\u00a0\u00a0ollama/llama3:\n",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: replacing spaces and colons where the file is then valid. Unsafe: replacing commas, brackets, "
    "quotes and `#`, because a value can contain them.",
    severity_reason="The runtime reads another structure, or none at all.",
    ignorable=False,
    related=("look-alike-id", "yaml-syntax"),
)

_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_ODD = _BLANKS + _INVISIBLE
_MARKS = {
    ":": "：﹕︓꞉∶",
    ",": "，﹐、､",
    "#": "＃﹟",
    "{": "｛﹛",
    "}": "｝﹜",
    "[": "［【",
    "]": "］】",
    '"': "“”„‟＂",
    "'": "‘’‚‛＇",
}
_PLAIN = {mark: plain for plain, marks in _MARKS.items() for mark in marks}
_COLON, _HASH = _MARKS[":"], _MARKS["#"]
_OPENING, _CLOSING = "{[" + _MARKS["{"] + _MARKS["["], "}]" + _MARKS["}"] + _MARKS["]"]
_ANY = lazy_re(f"[{_ODD}{''.join(_PLAIN)}]")
_ODD_RUN = lazy_re(f"[{_ODD}]+")
_FLOW_MARK = lazy_re(f"[\"'{''.join(_PLAIN)}]|[{_ODD}]+")
_INDENT = lazy_re(f"[ \t{_ODD}]*")
_DASH = lazy_re(f"-[ \t{_ODD}]+")
_NAME = rf"\"[^\"]*\"|'[^']*'|[^\s:{_COLON}\"'#]+"
# The name is not searched a second time for a shorter one, which would take quadratic time.
_MARKED_NAME = lazy_re(rf"(?=({_NAME}))\1[ \t{_ODD}]*[{_COLON}]([ \t{_ODD}]*)")
_MARKED_ID = lazy_re(rf"([^\s\"'#/]+/\S*?)[{_COLON}]([ \t{_ODD}]*)(?=#|$)")
_PLAIN_NAME = lazy_re(f"({_NAME}|[^\\s\"'#][^\\s\"'#]*?):(?=[ \t{_ODD}]|$)([ \t{_ODD}]*)")
_SECTION = lazy_re(rf"(\w+)[ \t{_ODD}]*[:{_COLON}]")
_FLOW_NAME = lazy_re(rf"[{{,{_MARKS['{']}{_MARKS[',']}][ \t{_ODD}]*(\w+)[ \t{_ODD}]*[:{_COLON}]")
_NEEDS_QUOTES = lazy_re(r":(?:\s|$)|\s#")
_NEXT_KEY = lazy_re(r":(?:\s|$)")
_COMMENT = lazy_re(f"(?<=[^\\s{_ODD}])[ \t{_ODD}]+[#{_HASH}]")
_OPENS_BLOCK = lazy_re(r"(?:^|[\s:：-])[|>][-+0-9]{0,2}[ \t]*(?:#.*)?$")
_OPENS_QUOTE = lazy_re(f"(?:^|[ \t{_ODD}{_COLON}])([\"'])(.*)$")


class LookAlike(NamedTuple):
    """One replacement of a look-alike character, or of several in a row."""

    edit: Edit
    is_certain: bool
    """Whether only syntax can be intended; otherwise the replacement must solve a problem."""
    start: int
    """Where the text with the problem can begin: on the same line, or above it where a bracket is open."""


def find_look_alikes(text: str, names: Collection[str]) -> list[LookAlike]:
    """Return the look-alike characters at places of YAML syntax, outside text blocks and quoted values.

    Args:
        text: The file.
        names: The names of fields.
    """
    if text.isascii() or not _ANY.search(text, 1 if text.startswith("\ufeff") else 0):
        return []
    return [item for line in _lines_with_syntax(text) for item in _Line(text, line, {*names, *SECTIONS}).find()]


def plain_for(character: str) -> str:
    """Return the ASCII character that a look-alike looks like; empty for an invisible one."""
    return _PLAIN.get(character) or ("" if re.match(f"[{_INVISIBLE}]", character) else " ")


class _SyntaxLine(NamedTuple):
    span: Span
    flow_start: int
    """Where the line with the open bracket begins; -1 if none is open."""


def _lines_with_syntax(text: str) -> Iterator[_SyntaxLine]:
    """Yield the lines that are not part of a text block or of a quoted value that began above."""
    block, quote, depth, flow_start = -1, "", 0, -1
    for line in lines_in(text, 1 if text.startswith("\ufeff") else 0, len(text)):
        content = text[slice(*line)]
        indent = _INDENT.match(content)
        column = indent.end() if indent else 0
        if block >= 0 and (column > block or not content.strip()):
            continue
        block = -1
        if quote:
            quote = "" if closes_quote(content, quote) else quote
            continue
        yield _SyntaxLine(line, flow_start if depth else -1)
        if content[column : column + 1] in ("#", *_HASH):
            continue
        opened = _OPENS_QUOTE.search(content)
        if opened and not closes_quote(opened[2], opened[1]):
            quote = opened[1]
        elif _OPENS_BLOCK.search(content):
            block = column
        change = sum(content.count(mark) for mark in _OPENING) - sum(content.count(mark) for mark in _CLOSING)
        flow_start = line.start if depth == 0 else flow_start
        depth = max(0, depth + change)


class _Line:
    """One line, read from left to right."""

    def __init__(self, text: str, line: _SyntaxLine, names: Collection[str]) -> None:
        self._text = text
        self._end = line.span.end
        self._at = line.span.start
        self._is_flow = line.flow_start >= 0
        self._start = line.flow_start if self._is_flow else line.span.start
        self._names = names

    def find(self) -> Iterator[LookAlike]:
        """Yield the look-alikes of the line."""
        if not _ANY.search(self._text, self._at, self._end):
            return
        yield from self._indent()
        first = self._text[self._at : min(self._at + 1, self._end)]
        if first == "#":
            return
        if first and first in _HASH:
            yield self._make(Edit(self._at, self._at + 1, "#"), is_certain=True)
            return
        yield from self._blanks(_DASH)
        if not self._is_flow:
            yield from self._name()
        yield from self._value()

    def _make(self, edit: Edit, *, is_certain: bool) -> LookAlike:
        return LookAlike(edit, is_certain, self._start)

    def _indent(self) -> Iterator[LookAlike]:
        """Yield the blanks at the start of the line; a section has none."""
        start = self._at
        blanks = list(self._blanks(_INDENT))
        section = _SECTION.match(self._text, self._at, self._end)
        if blanks and section and section[1] in SECTIONS and not self._is_flow:
            blanks = [self._make(Edit(start, self._at, ""), is_certain=True)]
        yield from blanks

    def _blanks(self, pattern: re.Pattern[str]) -> Iterator[LookAlike]:
        found = pattern.match(self._text, self._at, self._end)
        if found:
            for run in _ODD_RUN.finditer(self._text, *found.span()):
                yield self._make(Edit(*run.span(), _spaces(run[0])), is_certain=True)
            self._at = found.end()

    def _name(self) -> Iterator[LookAlike]:
        """Yield the look-alikes from the colon to the value."""
        text, end = self._text, self._end
        marked = _MARKED_ID.match(text, self._at, end) or _MARKED_NAME.match(text, self._at, end)
        if marked and _is_part_of_name(text[marked.end() : end]):
            marked = None
        found = marked or _PLAIN_NAME.match(text, self._at, end)
        if found is None:
            return
        start, stop = found.span(2)
        blanks = _spaces(text[start:stop])
        if not blanks and stop < end:
            blanks = " "
        self._at = stop
        is_known = found[1].strip("\"'") in self._names or ("/" in found[1] and stop == end)
        if marked:
            yield self._make(Edit(start - 1, stop, f":{blanks}"), is_certain=is_known)
        elif _ODD_RUN.search(text, start, stop):
            is_broken = _ODD_RUN.match(text, start) is not None
            yield self._make(Edit(start, stop, blanks if stop < end else ""), is_certain=is_known and is_broken)

    def _value(self) -> Iterator[LookAlike]:
        text = self._text
        comment = _COMMENT.search(text, self._at, self._end)
        end = comment.start() if comment else self._end
        first = text[self._at : min(self._at + 1, end)]
        if first in ("'", '"') and not self._is_flow:
            return
        if self._is_flow or (first and first in _OPENING):
            yield from self._flow(end)
        else:
            yield from self._quotes(end)
        if comment:
            written, plain = comment[0], f"{_spaces(comment[0][:-1]) or ' '}#"
            if written != plain:
                yield self._make(Edit(*comment.span(), plain), is_certain=False)

    def _flow(self, end: int) -> Iterator[LookAlike]:
        text, quote = self._text, ""
        named = (item for item in _FLOW_NAME.finditer(text, self._at, end) if item[1] in self._names)
        certain = {place for item in named for place in (item.start(), item.end() - 1)}
        for found in _FLOW_MARK.finditer(text, self._at, end):
            at, mark = found.start(), found[0]
            if quote:
                quote = "" if mark == quote else quote
            elif mark in ("'", '"'):
                quote = mark
            elif (plain := _PLAIN.get(mark)) is None:
                yield self._make(Edit(*found.span(), _spaces(mark)), is_certain=False)
            elif plain not in ("'", '"'):
                is_tight = plain in (":", ",") and at + 1 < end and not text[at + 1].isspace()
                yield self._make(Edit(at, at + 1, plain + " " * is_tight), is_certain=at in certain)

    def _quotes(self, end: int) -> Iterator[LookAlike]:
        value = self._text[self._at : end].rstrip()
        marks = [_PLAIN.get(value[0]), _PLAIN.get(value[-1])] if len(value) > 1 else [None, None]
        # Quotes are part of a value that is valid without them.
        if not _NEEDS_QUOTES.search(value[1:-1]) or "\\" in value:
            return
        if marks[0] in ('"', "'") and marks[0] == marks[1] and marks[0] not in value:
            last = self._at + len(value) - 1
            yield self._make(Edit(self._at, self._at + 1, marks[0]), is_certain=False)
            yield self._make(Edit(last, last + 1, marks[0]), is_certain=False)


def _is_part_of_name(rest: str) -> bool:
    """Return whether a name continues after a look-alike colon, up to a real colon."""
    return rest[:1] not in tuple("{[｛［\"'") and _NEXT_KEY.search(rest) is not None


def _spaces(text: str) -> str:
    """Return the spaces that are as wide as the text; a tab stays."""
    return "".join(
        character if character == "\t" else "  " if character == "\u3000" else plain_for(character)
        for character in text
    )
