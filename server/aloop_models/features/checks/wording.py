"""Names, lists of names and long texts in the messages of checks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from aloop_models.catalog.redaction import redact

_LONGEST_NAME = 48
_LONGEST_CHOICE = 160
"""Maximum number of characters of a choice, which no ID of the catalog reaches."""
_LONGEST_LIST = 100


def quote_name(text: str) -> str:
    """Return a name in quotes, redacted and shortened."""
    return f"'{shorten_end(redact(text), _LONGEST_NAME)}'"


def name_of_character(character: str) -> str:
    """Return the code and the name of a character: `U+00A0 (no-break space)`."""
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'control character').lower()})"


def list_choices(names: Iterable[str]) -> str:
    """Return names as a choice: `a, b or c`; only the first ones if the list gets long.

    A choice is something to write, so it is complete.
    """
    shown: list[str] = []
    for name in names:
        text = shorten_end(redact(name), _LONGEST_CHOICE)
        if shown and sum(map(len, shown)) + len(text) > _LONGEST_LIST:
            break
        shown.append(text)
    *first, last = shown
    return f"{', '.join(first)} or {last}" if first else last


def shorten_end(text: str, length: int) -> str:
    """Return at most `length` characters of the text, with `…` in place of a longer end."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def shorten_middle(text: str, length: int) -> str:
    """Return at most `length` characters of the text, with `…` in place of a longer middle."""
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}…{text[len(text) - end :]}"
