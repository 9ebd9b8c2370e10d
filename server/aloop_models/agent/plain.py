"""Text that came from elsewhere as a terminal may be given it: words only, nothing that moves or paints."""

from __future__ import annotations

import re

# Control characters but tab and line feed, and those that turn the direction of writing around.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)


def plain(text: str) -> str:
    """The text without control characters; line breaks and tabs stay."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
