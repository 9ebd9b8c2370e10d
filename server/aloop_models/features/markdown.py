"""Text of a person or of a data file as Markdown that shows it and nothing else."""

from __future__ import annotations

import re

from aloop_models.catalog.redaction import redact

_MEANS_SOMETHING = re.compile(
    r"[\\`*\[\]<>|~&$@]"  # anywhere
    r"|(?<![^\W_])_|_(?![^\W_])"  # not inside a word
    r"|:(?=//)|(?<=www)\."  # addresses that a viewer would make a link of
    r"|^[#+-]|(?<=^\d)[.)](?=\s)"  # at the beginning
)


def escape(text: str) -> str:
    """The text as it may be shown, with everything escaped that Markdown or HTML would read."""
    return _MEANS_SOMETHING.sub(r"\\\g<0>", redact(text))


def code(text: str) -> str:
    """The text as inline code, or escaped where it cannot be that."""
    safe = redact(text)
    return escape(text) if "`" in safe or not safe.strip() else f"`{safe}`"
