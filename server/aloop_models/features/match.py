"""How well a name fits what was typed: a prefix before a word, a word before a part, a part before a near spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from aloop_models.catalog import nearest

_SEPARATOR = re.compile(r"[-_.:/@ ]+")
_SHORTEST_NEAR = 3
_LONGEST = 100
"""Characters of a text that are looked for inside names; more than any name has."""

Item = TypeVar("Item")


class Fit(IntEnum):
    """Ways in which a name can fit, best first."""

    EXACT = 0
    LOOSE_EXACT = 1
    """The same once separators are ignored: `gpt4o` and `gpt-4o`."""
    PREFIX = 2
    LOOSE_PREFIX = 3
    """A prefix once separators are ignored: `gpt4o` of `gpt-4o-mini`."""
    WORD = 4
    """At the start of a word in the name, separators ignored: `sonnet5` of `claude-sonnet-5`."""
    PART = 5
    WORDS = 6
    """Each typed word at the start of a word, in any order: `mini gpt` of `gpt-5-mini`."""
    NEAR = 7


class Name(NamedTuple):
    """A text in the forms in which it is compared."""

    folded: str
    squeezed: str
    """Folded, without separators."""
    spaced: str
    """Folded, one space before each word."""


def name_of(text: str) -> Name:
    """The forms of a text."""
    folded = text.casefold()
    return Name(folded, _SEPARATOR.sub("", folded), space_words(folded))


def space_words(folded: str) -> str:
    """A folded text with one space before each of its words and no other separator."""
    return f" {_SEPARATOR.sub(' ', folded).strip()}"


def fit(typed: Name, name: Name) -> Fit | None:
    """How a name fits; None where neither it nor a part of it does."""
    if name.folded.startswith(typed.folded):
        return Fit.EXACT if name.folded == typed.folded else Fit.PREFIX
    if not typed.squeezed:
        return Fit.PART if typed.folded in name.folded else None
    if typed.squeezed not in name.squeezed:
        return Fit.WORDS if fits_words(typed, name.spaced) else None
    if name.squeezed.startswith(typed.squeezed):
        # A separator at the end asks for more: `llama3.` is not the whole of `llama3`.
        is_whole = name.squeezed == typed.squeezed and typed.folded[-1].isalnum()
        return Fit.LOOSE_EXACT if is_whole else Fit.LOOSE_PREFIX
    return Fit.WORD if word_pattern(typed.squeezed).search(name.spaced) else Fit.PART


def fits_words(typed: Name, text: str) -> bool:
    """Whether each of several words that were typed is at the start of a word of a spaced text."""
    words = typed.folded.split()
    return len(words) > 1 and all(word_pattern(_SEPARATOR.sub("", word)).search(text) for word in words)


@lru_cache(maxsize=64)
def word_pattern(squeezed: str) -> re.Pattern[str]:
    """What finds a squeezed text at the start of a word of a spaced text, separators ignored.

    A number is not looked for in the minor part of a version: `5` finds `gpt-5.1` and not `gpt-4.5`.
    """
    before = r"(?<!\d) " if squeezed.isdecimal() else " "
    return re.compile(before + " ?".join(map(re.escape, squeezed[:_LONGEST])))


def match_names(typed: str, named: Iterable[tuple[str, Item]]) -> Sequence[tuple[Fit, Item]]:
    """The items whose name fits, best first and otherwise in their order; near spellings only where none fits."""
    known = list(named)
    if not typed:
        return [(Fit.PREFIX, item) for _, item in known]
    word = name_of(typed)
    fitting = [(found, item) for name, item in known if (found := fit(word, name_of(name))) is not None]
    if fitting or len(typed) < _SHORTEST_NEAR:
        return sorted(fitting, key=lambda pair: pair[0])
    items = dict(known)
    return [(Fit.NEAR, items[name]) for name in nearest(typed, items)]
