"""Escapes text of users and data files for Markdown."""

from __future__ import annotations

from aloop_models.catalog.redaction import redact
from aloop_models.core.lazy_re import lazy_re

_SYNTAX = lazy_re(
    r"[\\`*\[\]<>|~&$@]"  # anywhere
    r"|(?<![^\W_])_|_(?![^\W_])"  # not inside a word
    r"|:(?=//)|(?<=www)\."  # URLs that a viewer turns into links
    r"|^[#+-]|(?<=^\d)[.)](?=\s)"  # at the beginning
)


def escape(text: str) -> str:
    """The redacted text with all Markdown and HTML syntax escaped."""
    return _SYNTAX.sub(r"\\\g<0>", redact(text))


def code(text: str) -> str:
    """The redacted text as inline code, or escaped if that is not possible."""
    safe = redact(text)
    return escape(text) if "`" in safe or not safe.strip() else f"`{safe}`"
