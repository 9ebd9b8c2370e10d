"""Removal of characters that control a terminal or reorder text."""

from __future__ import annotations

import re

# Not `lazy_re`: a Tab press imports this module and few others.
_UNSAFE = re.compile(
    # C0 without tab and line feed, DEL, C1; marks that change the writing direction; lone surrogates.
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def sanitize(text: str) -> str:
    """Return the text as a terminal may be given it: words, tabs, and line feeds in place of every other line end.

    Of an escape sequence its harmless letters are left, so a reader sees that something was there.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub("", _LINE_ENDS.sub("\n", text))


def sanitize_line(text: str) -> str:
    """Return the text as `sanitize` does, in one line: for names, paths and ids."""
    return re.sub(r"[\n\t]+", " ", sanitize(text))


class StreamSanitizer:
    """Sanitizes a text that arrives in pieces, as `sanitize` does the whole text."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, piece: str) -> str:
        """Return what can be shown after the next piece."""
        text, self._held = self._held + piece, ""
        if text.endswith("\r"):
            # The line feed of a CR LF may arrive with the next piece.
            text, self._held = text[:-1], "\r"
        return sanitize(text)


def is_blank(text: str) -> bool:
    """Return whether the text is empty or has only spaces and invisible characters."""
    return not any(character.isprintable() and not character.isspace() for character in text)
