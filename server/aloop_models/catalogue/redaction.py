"""Redact texts before a person, a log or a model sees them: keys become a mask, control characters go."""

from __future__ import annotations

import unicodedata

from aloop_models.catalogue.key_forms import looks_like_key

MASK = "••••••••"
"""Replaces every secret, whatever its length."""

_LONGEST_NAME = 24
"""Characters of a name without a `/` that is repeated to the person who typed it; most keys are longer."""


def redact(text: str) -> str:
    """Return the text without control characters, or the mask where it contains an API key."""
    if looks_like_key(text):
        return MASK
    if text.isprintable():
        return text
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")


def quote(typed: str, instead: str) -> str:
    """Return a name that a person typed, in quotes; `instead` where it has no `/` and is long: it may be a key.

    A key of no known form cannot be told from a name, so no message repeats one.
    """
    return instead if "/" not in typed and len(typed) > _LONGEST_NAME else f"'{redact(typed)}'"
