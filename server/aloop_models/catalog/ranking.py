"""The order in which a provider's models are offered: the most useful and newest first."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from aloop_models.catalog.facts import ModelFacts

# A date in a name is no version: 20250929, 2025-09-29, 09-2025, 2512, 0309.
_DATE = re.compile(r"(?<!\d)(?:20\d{2}[-_]?\d{2}(?:[-_]?\d{2})?|\d{2}-20\d{2}|[0-3]\d\d\d)(?!\d)")

_YEAR = re.compile(r"(?<!\d)(?:(20\d{2})[-_]?(\d{2})|(\d{2})-(20\d{2}))")

# "4", "4.1", "4-1", "v4", "v4p1"; neither a size ("70b", "128k") nor part of a longer number.
_VERSION = re.compile(r"(?<![\d.])(\d{1,2})(?:[.p-](\d{1,2}))?(?![\d.]*[bBkKmMtTeExX])(?!\d)")

_TRIAL = re.compile(r"preview|beta|alpha|exp(?:erimental)?\b|nightly|-rc\b")

# Ids that choose a place or tune ("us-east-1/", "eu.", "ft:") stand behind the plain id.
_PLACE = re.compile(r"^(?:[a-z]+(?:-[a-z]+)+-\d/|(?:us|eu|global|global-standard|us-gov|apac)/|ft:)")
_GEOGRAPHY = re.compile(r"^(?:us|eu|apac|jp|au|ca|global|us-gov)\.")


def ranked(models: Iterable[ModelFacts], today: datetime.date | None) -> tuple[ModelFacts, ...]:
    """Return the models, best first; a pure function of the facts and the day.

    In this order: those that litellm.completion can talk to, chat and responses before
    completion; those not retired by `today` (None: nothing counts as retired); plain ids before
    placed or tuned ones; undated ids before dated ones of which an undated twin is listed; with
    tools before without; higher version in the name; stable before preview; later date in the name; shorter id; A to Z.
    """
    known = tuple(models)
    names = {_model(facts) for facts in known}
    return tuple(sorted(known, key=lambda facts: _key(facts, names, today)))


def _key(
    facts: ModelFacts, names: set[str], today: datetime.date | None
) -> tuple[int, bool, int, bool, bool, float, bool, int, int, str]:
    model = _model(facts)
    kind = 0 if facts.mode in ("chat", "responses") else 1 if facts.is_chat else 2
    place = 2 if _PLACE.match(model) else 1 if _GEOGRAPHY.match(model) else 0
    return (
        kind,
        today is not None and facts.is_retired(today),
        place,
        _has_undated_twin(model, names),
        "tools" not in facts.capabilities,
        -version(model),
        _TRIAL.search(model) is not None,
        -_dated(model),
        len(model),
        model,
    )


def version(model: str) -> float:
    """Return the first version number in a model's name, 0.0 where it has none.

    A dotted minor is a decimal fraction, as vendors count (grok-4.20 came before grok-4.7), and
    so are two digits without a dot (gpt-35 is 3.5).
    """
    found = _VERSION.search(_DATE.sub("", model.rpartition("/")[2]))
    if found is None:
        return 0.0
    whole, fraction = found.group(1), found.group(2)
    if len(whole) == 2:
        whole, fraction = whole
    return float(f"{whole}.{fraction or 0}")


def _dated(model: str) -> int:
    """Return the year and month in a name as 202509, 0 where it names none."""
    found = _YEAR.search(model)
    if found is None:
        return 0
    year, month, month_first, year_last = found.groups()
    return int(year + month) if year else int(year_last + month_first)


def _has_undated_twin(model: str, names: set[str]) -> bool:
    dated = _DATE.search(model)
    if dated is None:
        return False
    start, end = model[: dated.start()].rstrip("-_@"), model[dated.end() :]
    return start + end in names or f"{start}-latest{end}" in names


def _model(facts: ModelFacts) -> str:
    return facts.id.partition("/")[2]
