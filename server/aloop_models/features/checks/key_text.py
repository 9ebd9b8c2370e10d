"""Whether a text is a key, or stands for one that is kept elsewhere."""

from __future__ import annotations

import re

from aloop_models.catalogue import looks_like_key

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\$\{[^}]*\}|\$\(|^\$\w+$|(?<=/)\$\w+|^%\w+%$|^(?:os\.environ|process\.env|env)[/.:\[]|^\{\{.*\}\}$|^<<.*>>$"
)
_BEGINNINGS = ("%", "{", "<", "o", "p", "e")


def is_key(text: str) -> bool:
    """Whether a text is a key wherever it stands; an id in the form of a UUID is masked, but is none."""
    return looks_like_key(text) and not _UUID.fullmatch(text.strip())


def is_reference(text: str) -> bool:
    """Whether a text refers to a variable: `${X}`, `$X`, `os.environ/X`, `%X%`."""
    text = text.strip()
    return ("$" in text or text[:1] in _BEGINNINGS) and _REFERENCE.search(text) is not None
