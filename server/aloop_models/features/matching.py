"""How well a name fits what was typed: a prefix before a part, a part before a near spelling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TypeVar

from aloop_models.catalogue import nearest

_SEPARATORS = str.maketrans("", "", "-_.:/@ ")
_NEAR = 3

Item = TypeVar("Item")


class Fit(IntEnum):
    """Ways in which a name can fit, best first."""

    EXACT = 0
    PREFIX = 1
    LOOSE_PREFIX = 2
    """A prefix once separators count for nothing: `gpt4o` of `gpt-4o`."""
    PART = 3
    NEAR = 4


def folded(name: str) -> str:
    """The name as it is compared."""
    return name.casefold()


def squeezed(name: str) -> str:
    """The folded name without separators."""
    return name.casefold().translate(_SEPARATORS)


def fit(typed: str, typed_squeezed: str, name: str, name_squeezed: str) -> Fit | None:
    """How a folded name fits a folded text; None where it does not, which says nothing about near spellings."""
    if name.startswith(typed):
        return Fit.EXACT if name == typed else Fit.PREFIX
    if typed_squeezed and name_squeezed.startswith(typed_squeezed):
        return Fit.LOOSE_PREFIX
    if typed in name or (typed_squeezed and typed_squeezed in name_squeezed):
        return Fit.PART
    return None


def matching(typed: str, named: Iterable[tuple[str, Item]]) -> Sequence[tuple[Fit, Item]]:
    """The items whose name fits, best first and otherwise in their order; near spellings only where none fits."""
    known = list(named)
    if not typed:
        return [(Fit.PREFIX, item) for _, item in known]
    word, word_squeezed = folded(typed), squeezed(typed)
    fitting: list[tuple[Fit, Item]] = []
    for name, item in known:
        plain = folded(name)
        found = Fit.PREFIX if plain.startswith(word) else fit(word, word_squeezed, plain, squeezed(name))
        if found is not None:
            fitting.append((Fit.EXACT if plain == word else found, item))
    if fitting or len(typed) < _NEAR:
        return sorted(fitting, key=lambda pair: pair[0])
    items = dict(known)
    return [(Fit.NEAR, items[name]) for name in nearest(typed, items)]
