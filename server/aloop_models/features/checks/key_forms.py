"""Recognition of API keys in any place."""

from __future__ import annotations

import re

from aloop_models.catalog import looks_like_key
from aloop_models.core.lazy_re import lazy_re

_UUID = lazy_re(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def is_key(text: str) -> bool:
    """Whether a text is an API key in any place; a UUID is masked, but it is not one."""
    return looks_like_key(text) and not _UUID.fullmatch(text.strip())
