"""Ranks how well a name matches typed text: prefix, word, part, then similar spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from aloop_models.catalog import nearest
from aloop_models.core.lazy_re import lazy_re

_SEPARATOR = lazy_re(r"[-_.:/@ ]+")
_SHORTEST_NEAR = 3
_LONGEST = 100
"""Maximum number of characters that are searched for; no name is longer."""

Item = TypeVar("Item")


class Fit(IntEnum):
    """Kinds of matches, best first."""

    EXACT = 0
    LOOSE_EXACT = 1
    """Equal without separators: `gpt4o` and `gpt-4o`."""
    PREFIX = 2
    LOOSE_PREFIX = 3
    """A prefix without separators: `gpt4o` of `gpt-4o-mini`."""
    WORD = 4
    """At the start of a word of the name, without separators: `sonnet5` of `claude-sonnet-5`."""
    PART = 5
    WORDS = 6
    """Each typed word at the start of a word, in any order: `mini gpt` of `gpt-5-mini`."""
    NEAR = 7


class Name(NamedTuple):
    """A text in the forms that are compared."""

    folded: str
    squeezed: str
    """Folded, without separators."""
    spaced: str
    """Folded, with one space before each word."""


def name_of(text: str) -> Name:
    """The forms of a text."""
    folded = text.casefold()
    return Name(folded, _SEPARATOR.sub("", folded), space_words(folded))


def space_words(folded: str) -> str:
    """A folded text with one space before each of its words and no other separator."""
    return f" {_SEPARATOR.sub(' ', folded).strip()}"


def fit(typed: Name, name: Name) -> Fit | None:
    """How a name matches the typed text, or None."""
    if name.folded.startswith(typed.folded):
        return Fit.EXACT if name.folded == typed.folded else Fit.PREFIX
    if not typed.squeezed:
        return Fit.PART if typed.folded in name.folded else None
    if typed.squeezed not in name.squeezed:
        return Fit.WORDS if fits_words(typed, name.spaced) else None
    if name.squeezed.startswith(typed.squeezed):
        # After a separator at the end, more is expected: `llama3.` is not equal to `llama3`.
        is_whole = name.squeezed == typed.squeezed and typed.folded[-1].isalnum()
        return Fit.LOOSE_EXACT if is_whole else Fit.LOOSE_PREFIX
    return Fit.WORD if word_pattern(typed.squeezed).search(name.spaced) else Fit.PART


def fits_words(typed: Name, text: str) -> bool:
    """Whether two or more words were typed and each is at the start of a word of a spaced text."""
    words = typed.folded[:_LONGEST].split()
    return len(words) > 1 and all(word_pattern(_SEPARATOR.sub("", word)).search(text) for word in words)


@lru_cache(maxsize=64)
def word_pattern(squeezed: str) -> re.Pattern[str]:
    """The pattern that finds a squeezed text at the start of a word of a spaced text, without separators.

    A number does not match the minor part of a version: `5` matches `gpt-5.1`, but not `gpt-4.5`.
    """
    before = r"(?<!\d) " if squeezed.isdecimal() else " "
    return re.compile(before + " ?".join(map(re.escape, squeezed[:_LONGEST])))


def match_names(typed: str, named: Iterable[tuple[str, Item]]) -> Sequence[tuple[Fit, Item]]:
    """The items whose name matches, best first; those with a similar spelling only if none matches."""
    known = list(named)
    if not typed:
        return [(Fit.PREFIX, item) for _, item in known]
    word = name_of(typed)
    fitting = [(found, item) for name, item in known if (found := fit(word, name_of(name))) is not None]
    if fitting or len(typed) < _SHORTEST_NEAR:
        return sorted(fitting, key=lambda pair: pair[0])
    items = dict(known)
    return [(Fit.NEAR, items[name]) for name in nearest(typed, items)]
