"""A cache of results for texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Value = TypeVar("Value")

LONGEST = 256
"""Maximum characters of a text whose result is kept. A longer one would stay in memory after its file is closed."""


def per_text(most: int) -> Callable[[Callable[[str], Value]], Callable[[str], Value]]:
    """Cache up to `most` results of a pure function of a text, those of long texts excepted."""

    def decorate(find: Callable[[str], Value]) -> Callable[[str], Value]:
        cached = lru_cache(maxsize=most)(find)

        @wraps(find)
        def found(text: str) -> Value:
            return cached(text) if len(text) <= LONGEST else find(text)

        return found

    return decorate
