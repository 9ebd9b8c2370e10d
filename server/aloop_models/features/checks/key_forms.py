"""Whether a text is a key, wherever it is."""

from __future__ import annotations

import re

from aloop_models.catalog import looks_like_key

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def is_key(text: str) -> bool:
    """Whether a text is a key wherever it stands; an id in the form of a UUID is masked, but is none."""
    return looks_like_key(text) and not _UUID.fullmatch(text.strip())
