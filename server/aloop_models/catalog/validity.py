"""Decides whether a new catalog may replace the last good one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, cast

from aloop_models.catalog import provider_table as table
from aloop_models.catalog.catalog import Catalog
from aloop_models.catalog.facts import CALLABLE_MODES

_MOST_LOST = 0.25
"""Maximum share of the last good catalog that can be missing from a new one. LiteLLM updates drop up to 5 %."""
_MOST_LOST_PROVIDERS = 0.1
_MOST_LOST_OF_PROVIDER = 0.5
"""The same for the chat models of one well-known provider."""
_MOST_CHANGED = 0.1
"""Maximum share of the common models that can start or stop being chat models, or change their price absurdly."""
_FEW = 20
"""Smaller numbers are too few for shares."""
_FACTOR = 20
_HIGHEST_PRICE = 100_000
"""US dollars per 1M tokens; the highest real price is a few hundred."""
_LARGEST_WINDOW = 1_000_000_000

_Row = list[object]
_Rows = Mapping[str, Mapping[str, _Row]]
_Providers = Mapping[str, Mapping[str, object]]


class _Column(NamedTuple):
    """A column of the rows of models (see `extraction.extract_data`)."""

    place: int
    title: str


_COLUMNS = (
    _Column(1, "context windows"),
    _Column(2, "output limits"),
    _Column(3, "input prices"),
    _Column(4, "output prices"),
    _Column(5, "capabilities"),
    _Column(6, "retirement dates"),
)
_PROVIDER_FACTS: tuple[tuple[str, Callable[[Mapping[str, object]], int]], ...] = (
    ("providers that chat", lambda facts: bool(facts.get("chat"))),
    ("providers that do not chat", lambda facts: not facts.get("chat")),
    ("providers that require a key", lambda facts: bool(facts.get("key"))),
    ("providers that do not require a key", lambda facts: not facts.get("key")),
    ("providers with a base URL", lambda facts: bool(facts.get("default_base"))),
    ("providers with a documentation page", lambda facts: bool(facts.get("docs"))),
    ("provider fields", lambda facts: len(_fields(facts))),
    ("required provider fields", lambda facts: sum(bool(field[1]) for field in _fields(facts))),
    ("secret provider fields", lambda facts: sum(bool(field[2]) for field in _fields(facts))),
)


def problem_of(new: Catalog, good: Catalog) -> str | None:
    """Return why `new` must not replace the last good catalog, as a clause, or None if it can.

    An update can add, correct and drop a few facts. It must not have an unexpected structure or absurd values, lack a
    well-known provider, or lose more than a small share of any kind of fact.
    """
    try:
        new.check()
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        return str(error) or "it has an unexpected structure"
    providers, models = _data(new)
    good_providers, good_models = _data(good)
    return (
        _check_values(models)
        or _check_well_known(providers)
        or _check_providers(providers, good_providers)
        or _check_models(models, good_models, new)
        or _check_changes(models, good_models)
        or _check_facts(models, good_models)
    )


def _data(catalog: Catalog) -> tuple[_Providers, _Rows]:
    data = catalog.data
    return cast("_Providers", data["providers"]), cast("_Rows", data["models"])


def _check_values(models: _Rows) -> str | None:
    for provider, rows in models.items():
        for name, row in rows.items():
            _, *numbers = (*row, *(None,) * 5)[:5]
            window, output, *prices = numbers
            for tokens in (window, output):
                if tokens is not None and not _is_within(tokens, 1, _LARGEST_WINDOW):
                    return f"{provider}/{name} has a limit of {tokens} tokens"
            for price in prices:
                if price is not None and not _is_within(price, 0, _HIGHEST_PRICE):
                    return f"{provider}/{name} has a price of {price} US dollars per 1M tokens"
    return None


def _is_within(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and least <= value <= most


def _check_well_known(providers: _Providers) -> str | None:
    for name in table.WELL_KNOWN:
        facts = providers.get(name)
        if facts is None:
            return f"the well-known provider {name} is missing"
        if not facts.get("chat"):
            return f"the well-known provider {name} has no chat models"
        if bool(facts.get("key")) == (name in table.NEEDS_NO_KEY):
            return f"whether the well-known provider {name} requires a key is wrong"
    return None


def _check_providers(providers: _Providers, good: _Providers) -> str | None:
    lost = [name for name in good if name not in providers]
    if len(lost) > _MOST_LOST_PROVIDERS * len(good):
        return f"{len(lost)} of {len(good)} known providers are missing"
    silent = [name for name, facts in good.items() if facts.get("chat") and not providers.get(name, {}).get("chat")]
    chatting = sum(bool(facts.get("chat")) for facts in good.values())
    if len(silent) > _MOST_LOST_PROVIDERS * chatting:
        return f"{len(silent)} of {chatting} known chat providers have no chat models"
    for title, count in _PROVIDER_FACTS:
        before, now = (sum(count(facts) for facts in known.values()) for known in (good, providers))
        if _is_loss(now, before):
            return f"it has {now} {title} instead of {before}"
    common = [(facts, providers[name]) for name, facts in good.items() if name in providers]
    renamed = sum(now.get("label") != before.get("label") for before, now in common)
    if len(good) >= _FEW and renamed > _MOST_LOST * len(good):
        return f"{renamed} of {len(good)} known providers have a different name"
    return None


def _fields(facts: Mapping[str, object]) -> list[_Row]:
    """The fields other than `api_key`, which almost all have and which would hide losses of the others."""
    return [field for field in cast("list[_Row]", facts.get("fields", [])) if field[0] != "api_key"]


def _check_models(models: _Rows, good: _Rows, new: Catalog) -> str | None:
    """Retired models do not count, because LiteLLM removes them."""
    total = total_lost = 0
    for provider, rows in good.items():
        known = models.get(provider, {})
        current = [name for name, row in rows.items() if row[0] in CALLABLE_MODES and not _is_retired(row, new)]
        lost = sum(name not in known for name in current)
        total, total_lost = total + len(current), total_lost + lost
        if provider in table.WELL_KNOWN and len(current) >= _FEW / 2 and lost > _MOST_LOST_OF_PROVIDER * len(current):
            return f"{lost} of {len(current)} known chat models of {provider} are missing"
    if total_lost > _MOST_LOST * total:
        return f"{total_lost} of {total} known chat models are missing"
    return None


def _is_retired(row: _Row, new: Catalog) -> bool:
    retires = row[6] if len(row) > 6 else None
    return isinstance(retires, str) and retires <= new.made.isoformat()


def _check_facts(models: _Rows, good: _Rows) -> str | None:
    """Facts that are missing for models in both catalogs."""
    common = _common(models, good)
    for place, title in _COLUMNS:
        now, before = (
            sum(len(row) > place and row[place] is not None for row in rows) for rows in zip(*common, strict=True)
        )
        if _is_loss(now, before):
            return f"it has {now} {title} instead of {before}"
    words, good_words = (_capabilities(rows) for rows in zip(*common, strict=True))
    for word, before in good_words.items():
        if _is_loss(words[word], before):
            return f"it has {words[word]} models with {word} instead of {before}"
    return None


def _common(models: _Rows, good: _Rows) -> list[tuple[_Row, _Row]]:
    """The new and the known row of each model in both catalogs."""
    return [
        (rows[name], row)
        for provider, rows in models.items()
        for name, row in good.get(provider, {}).items()
        if name in rows
    ]


def _capabilities(rows: Iterable[_Row]) -> Counter[str]:
    return Counter(word for row in rows if len(row) > 5 for word in str(row[5] or "").split())


def _is_loss(now: int, before: int) -> bool:
    return before >= _FEW and now < (1 - _MOST_LOST) * before


def _check_changes(models: _Rows, good: _Rows) -> str | None:
    common = _common(models, good)
    kinds = sum((now[0] in CALLABLE_MODES) != (before[0] in CALLABLE_MODES) for now, before in common)
    if len(common) >= _FEW and kinds > _MOST_CHANGED * len(common):
        return f"{kinds} of {len(common)} known models start or stop being chat models"
    priced = [
        (now[3], before[3])
        for now, before in common
        if len(now) > 3 and len(before) > 3 and isinstance(now[3], int | float) and isinstance(before[3], int | float)
    ]
    paid = [(now, before) for now, before in priced if before > 0]
    odd = sum(not before / _FACTOR <= now <= before * _FACTOR for now, before in paid)
    if len(paid) >= _FEW and odd > _MOST_CHANGED * len(paid):
        return f"{odd} of {len(paid)} known prices changed by more than a factor of {_FACTOR}"
    return None
