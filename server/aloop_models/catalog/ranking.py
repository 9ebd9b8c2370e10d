"""Ranks the models of a provider: the most useful and newest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from aloop_models.catalog.facts import ModelFacts
from aloop_models.catalog.model_names import DATE, TRIAL, version
from aloop_models.core.lazy_re import lazy_re

_YEAR = lazy_re(r"(?<!\d)(?:(20\d{2})[-_]?(\d{2})|(\d{2})-(20\d{2}))")

# IDs with a region or a fine-tune ("us-east-1/", "eu.", "ft:") come after the plain ID.
_PLACE = lazy_re(r"^(?:[a-z]+(?:-[a-z]+)+-\d/|(?:us|eu|global|global-standard|us-gov|apac)/|ft:)")
_GEOGRAPHY = lazy_re(r"^(?:us|eu|apac|jp|au|ca|global|us-gov)\.")


def rank_models(models: Iterable[ModelFacts], today: datetime.date | None) -> tuple[ModelFacts, ...]:
    """Return the models, best first.

    The criteria, in this order: callable with litellm.completion (chat and responses, then completion); neither retired
    by `today` nor soon, then not retired (None: no model is); no region or fine-tune in the ID; no date in the ID, if
    the ID without it is listed; tools; higher version in the name; stable before preview; later date in the name;
    shorter ID; A to Z.
    """
    known = tuple(models)
    names = {_model(facts) for facts in known}
    return tuple(sorted(known, key=lambda facts: _key(facts, names, today)))


def _key(
    facts: ModelFacts, names: set[str], today: datetime.date | None
) -> tuple[int, int, int, bool, bool, float, bool, int, int, str]:
    model = _model(facts)
    kind = 0 if facts.mode in ("chat", "responses") else 1 if facts.is_chat else 2
    place = 2 if _PLACE.match(model) else 1 if _GEOGRAPHY.match(model) else 0
    return (
        kind,
        0 if today is None else facts.lifecycle(today),
        place,
        _has_undated_twin(model, names),
        "tools" not in facts.capabilities,
        -version(model),
        TRIAL.search(model) is not None,
        -_date_in(model),
        len(model),
        model,
    )


def _date_in(model: str) -> int:
    """Return the year and month in a name as 202509, or 0."""
    found = _YEAR.search(model)
    if found is None:
        return 0
    year, month, month_first, year_last = found.groups()
    return int(year + month) if year else int(year_last + month_first)


def _has_undated_twin(model: str, names: set[str]) -> bool:
    dated = DATE.search(model)
    if dated is None:
        return False
    start, end = model[: dated.start()].rstrip("-_@"), model[dated.end() :]
    return start + end in names or f"{start}-latest{end}" in names


def _model(facts: ModelFacts) -> str:
    return facts.id.partition("/")[2]
