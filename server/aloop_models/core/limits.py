"""The size up to which a models.yaml is read: no other thread can run while one text is searched."""

from __future__ import annotations

from aloop_models.core.lines import BREAKS, Lines

MAX_BYTES = 4 * 1024 * 1024
"""The maximum size of a models.yaml, in UTF-8: of a file, and of a text in an editor."""

MAX_LINE = 262_144
"""Maximum characters of one line. A file of a thousand models in one line has fewer."""

MAX_VALUE = 32_768
"""Maximum characters of one value or key."""


def exceeded_limit(text: str) -> str | None:
    """Return which limit a text exceeds, so that it is not read: "is larger …", "has more …"; None if it does not."""
    if _is_too_large(text):
        return f"is larger than {MAX_BYTES >> 20} MiB"
    start = _long_line(text)
    if start is None:
        return None
    return f"has more than {MAX_LINE:,} characters in line {Lines(text).line_at(start) + 1:,}"


def _is_too_large(text: str) -> bool:
    if 4 * len(text) <= MAX_BYTES:
        return False
    return len(text) > MAX_BYTES or (not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES)


def _long_line(text: str) -> int | None:
    """The start of the first line with more than `MAX_LINE` characters."""
    start = 0
    while len(text) - start > MAX_LINE:
        end = text.rfind("\n", start, start + MAX_LINE + 1)
        if end < 0:
            end = max(text.rfind(character, start, start + MAX_LINE + 1) for character in BREAKS)
        if end < 0:
            return start
        start = end + 1
    return None
