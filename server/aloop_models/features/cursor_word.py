"""Finds where the word at the cursor ends, and what follows it, if its quote or its colon is missing."""

from __future__ import annotations

import re

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.features.cursor_lines import Word

# Characters that no field, role, section or ID contains. Only IDs contain colons.
_NAME_END = lazy_re(r"""[,{}\[\]"':]""")
_ID_END = lazy_re(r"""[,{}\[\]"']|:(?=[\s,{}\[\]"'])""")
_NAME_OR_BLANK_END = lazy_re(rf"{_NAME_END.pattern}|\s")
_ID_OR_BLANK_END = lazy_re(rf"{_ID_END.pattern}|\s")
_VALUE_END = lazy_re(r"""[\s,{}\[\]"']""")

_NOTHING_MORE = rf"[ \t]*(?:[,}}\]{BREAKS}]|\Z)|[ \t]+\#"
_AFTER_VALUE = lazy_re(_NOTHING_MORE)
_AFTER_QUOTED_KEY = lazy_re(rf"[ \t]*:|{_NOTHING_MORE}")
_COLON = lazy_re(r"[ \t]*:")
_NEXT_KEY = lazy_re(rf"""[ \t]*(?:(?:"[^"{BREAKS}]*"|'[^'{BREAKS}]*')[ \t]*:|[^\s,{{}}\[\]"':]+:(?=\s))""")


def key_at(text: str, word: Word, offset: int, *, is_id: bool) -> Word | None:
    """The key at the cursor, which ends where its name does; None if the cursor is after the name.

    Until then, `word` ends at the quote of another word if its quote is open, or contains the value if its colon is
    missing.
    """
    name_end = _ID_END if is_id else _NAME_END
    if name_end.search(text, word.start, offset):
        return None
    is_name = not _search(name_end, text, offset, word.end)
    if is_name and _is_closed(text, word, _AFTER_QUOTED_KEY if word.quote else _COLON):
        return word
    stop = _search(_ID_OR_BLANK_END if is_id and not word.quote else _NAME_OR_BLANK_END, text, offset, word.end)
    return word if stop is None else word._replace(end=stop, closed=not word.quote)


def value_at(text: str, word: Word, offset: int) -> Word | None:
    """The value at the cursor, without what follows an open quote; None if its end is not clear."""
    stop = _search(_VALUE_END, text, offset, word.end) if word.quote else None
    if stop is None or _is_closed(text, word, _AFTER_VALUE):
        return word
    return word._replace(end=stop, closed=False) if _AFTER_VALUE.match(text, stop) else None


def has_colon(text: str, word: Word) -> bool:
    """Whether a colon follows the key."""
    return _COLON.match(text, word.after) is not None


def missing_colon(text: str, word: Word) -> str:
    """The colon that is missing between a key and the value on the same line, with a space if necessary, or ""."""
    is_empty = word.start == word.end and not word.quote
    if is_empty or any(after.match(text, word.after) for after in (_COLON, _AFTER_VALUE, _NEXT_KEY)):
        return ""
    return ":" if text[word.after] in " \t" else ": "


def _is_closed(text: str, word: Word, after: re.Pattern[str]) -> bool:
    """Whether the word ends where it seems to: its last quote does not open the next word."""
    return word.closed and not text[word.end - 1 : word.end].isspace() and after.match(text, word.after) is not None


def _search(end: re.Pattern[str], text: str, start: int, stop: int) -> int | None:
    """The first place from `start` to `stop` where a word ends; what follows a colon there can be after `stop`."""
    found = end.search(text, start, stop + 1)
    return found.start() if found and found.start() < stop else None
