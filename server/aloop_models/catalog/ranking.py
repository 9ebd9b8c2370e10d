"""Ranks the models of a provider: the most useful and newest first."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from aloop_models.catalog.facts import ModelFacts

# Dates in a name, which are not versions: 20250929, 2025-09-29, 09-2025, 2512, 0309.
_DATE = re.compile(r"(?<!\d)(?:20\d{2}[-_]?\d{2}(?:[-_]?\d{2})?|\d{2}-20\d{2}|[0-3]\d\d\d)(?!\d)")

_YEAR = re.compile(r"(?<!\d)(?:(20\d{2})[-_]?(\d{2})|(\d{2})-(20\d{2}))")

# "4", "4.1", "4-1", "v4", "v4p1"; neither a size ("70b", "128k") nor part of a longer number.
_VERSION = re.compile(r"(?<![\d.])(\d{1,2})(?:[.p-](\d{1,2}))?(?![\d.]*[bBkKmMtTeExX])(?!\d)")

_TRIAL = re.compile(r"preview|beta|alpha|exp(?:erimental)?\b|nightly|-rc\b")

# IDs with a region or a fine-tune ("us-east-1/", "eu.", "ft:") come after the plain ID.
_PLACE = re.compile(r"^(?:[a-z]+(?:-[a-z]+)+-\d/|(?:us|eu|global|global-standard|us-gov|apac)/|ft:)")
_GEOGRAPHY = re.compile(r"^(?:us|eu|apac|jp|au|ca|global|us-gov)\.")


def rank_models(models: Iterable[ModelFacts], today: datetime.date | None) -> tuple[ModelFacts, ...]:
    """Return the models, best first.

    The criteria, in this order: callable with litellm.completion (chat and responses, then completion); not retired by
    `today` (None: no model is retired); no region or fine-tune in the ID; no date in the ID, if the ID without it is
    listed; tools; higher version in the name; stable before preview; later date in the name; shorter ID; A to Z.
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
        -_date_in(model),
        len(model),
        model,
    )


def version(model: str) -> float:
    """Return the first version number in a model name, or 0.0.

    The part after the dot is a decimal fraction (grok-4.20 is older than grok-4.7), and so is the second of two digits
    without a dot (gpt-35 is 3.5).
    """
    found = _VERSION.search(_DATE.sub("", model.rpartition("/")[2]))
    if found is None:
        return 0.0
    whole, fraction = found.group(1), found.group(2)
    if len(whole) == 2:
        whole, fraction = whole
    return float(f"{whole}.{fraction or 0}")


def _date_in(model: str) -> int:
    """Return the year and month in a name as 202509, or 0."""
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
