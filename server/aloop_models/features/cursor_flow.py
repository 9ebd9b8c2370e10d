"""Finds the keys around a cursor between brackets, and the word at it, from the text alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.features.cursor_lines import Word

_TOKEN = lazy_re(
    rf"""(?P<open>[{{\[])|(?P<close>[}}\]])|(?P<comma>,)
    |(?P<colon>:(?=[\s,\[\]{{}}]|\Z))
    |(?P<double>"(?:[^"\\{BREAKS}]|\\[^{BREAKS}])*"?)
    |(?P<single>'(?:[^'{BREAKS}]|'')*'?)
    |(?P<comment>(?<=\s)\#[^{BREAKS}]*)
    |(?P<space>[ \t]+)|(?P<break>[{BREAKS}]+)
    |(?P<plain>(?:[^\s,\[\]{{}}:]|:(?=[^\s,\[\]{{}}]))+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_BEFORE = 200_000
"""Maximum number of characters from the bracket to the cursor; a longer value gets no help."""
_AFTER = 5_000
"""Number of characters after the cursor that are searched for other keys of the mapping."""


class FlowPlace(NamedTuple):
    """A position between brackets."""

    path: tuple[str, ...]
    """The keys from the outermost bracket to the mapping around the cursor."""
    key: str | None
    """The key of the value at the cursor; None if a key is at the cursor, "" for an item of a list."""
    word: Word
    present: frozenset[str]
    """The keys of the same mapping before the cursor."""


@dataclass(slots=True)
class _Frame:
    """An open bracket; `key` is None if a key can follow."""

    is_mapping: bool
    keys: list[str] = field(default_factory=list[str])
    key: str | None = None
    word: Word | None = None

    def take_key(self, text: str) -> None:
        self.key = text[self.word.start : self.word.end] if self.word else ""
        self.keys.append(self.key)
        self.word = None


def flow_place(text: str, start: int, offset: int, end: int) -> FlowPlace | None:
    """The position of the cursor in the flow value that opens at `start`, or None if it is outside or too far.

    `end` limits the search after the cursor.
    """
    if not start < offset <= start + _BEFORE:
        return None
    stack: list[_Frame] = []
    at = start
    while at <= offset and (token := _TOKEN.match(text, at)):
        kind = token.lastgroup or ""
        is_word = kind in ("double", "single", "plain")
        if token.start() == offset and not is_word:
            break
        if kind == "comment" and token.end() >= offset:
            return None
        at = token.end()
        if not is_word:
            if not _step(stack, kind, token[0], text):
                return None
            continue
        frame = stack[-1]
        frame.word = _word(token, frame.word)
        if at >= offset:
            break
        if kind != "plain" and text.startswith(":", at) and frame.is_mapping and frame.key is None:
            # After a quoted key the colon needs no space, as in JSON.
            frame.take_key(text)
            at += 1
    return _place(text, stack, offset, min(end, offset + _AFTER)) if stack else None


def _step(stack: list[_Frame], kind: str, written: str, text: str) -> bool:
    """Process a token other than a word; False if the outermost bracket is closed or was not opened."""
    if kind == "open":
        stack.append(_Frame(is_mapping=written == "{"))
        return True
    if not stack:
        return False
    frame = stack[-1]
    if kind == "close":
        stack.pop()
        if stack:
            stack[-1].word = None
    elif kind == "comma":
        frame.key = frame.word = None
    elif kind == "colon" and frame.is_mapping and frame.key is None:
        frame.take_key(text)
    elif kind in ("break", "comment"):
        # A word that continues on the next line is rare; an unfinished word at the end of a line is common.
        frame.word = None
    return bool(stack)


def _word(token: re.Match[str], before: Word | None) -> Word:
    start, end = token.span()
    if token.lastgroup == "plain":
        first = before.start if before and not before.quote else start
        return Word(first, end, "", closed=True)
    quote = token[0][0]
    closed = len(token[0]) > 1 and token[0].endswith(quote)
    return Word(start + 1, end - 1 if closed else end, quote, closed)


def _place(text: str, stack: list[_Frame], offset: int, end: int) -> FlowPlace | None:
    frame = stack[-1]
    if not all(outer.is_mapping and outer.key is not None for outer in stack[:-1]):
        return None
    is_key = frame.is_mapping and frame.key is None
    word = frame.word or Word(offset, offset, "", closed=True)
    at = word.end
    # A blank after a key is rather in front of the next key or of a value without its colon.
    while frame.word and not word.quote and not is_key and (token := _TOKEN.match(text, at, end)):
        if token.lastgroup == "plain":
            word = word._replace(end=token.end())
        elif token.lastgroup != "space":
            break
        at = token.end()
    if not word.start <= offset <= word.end:
        return None
    path = tuple(outer.key or "" for outer in stack[:-1])
    return FlowPlace(path, frame.key if frame.is_mapping else "", word, frozenset(frame.keys))


def keys_after(text: str, at: int, end: int, *, in_item: bool) -> frozenset[str]:
    """The keys from `at` on in the mapping around the cursor; `in_item`: `at` is after a key or in its value."""
    end = min(end, at + _AFTER)
    # If no word is at the cursor, it is before the next key and not in a value.
    stack = [_Frame(is_mapping=True, key="" if in_item else None)]
    while stack and (token := _TOKEN.match(text, at, end)):
        kind, at = token.lastgroup or "", token.end()
        if kind in ("double", "single", "plain"):
            frame = stack[-1]
            frame.word = _word(token, frame.word)
            if kind != "plain" and text.startswith(":", at, end) and frame.is_mapping and frame.key is None:
                frame.take_key(text)
                at += 1
        else:
            outermost = stack[0]
            if not _step(stack, kind, token[0], text):
                return frozenset(outermost.keys)
    return frozenset(stack[0].keys)
