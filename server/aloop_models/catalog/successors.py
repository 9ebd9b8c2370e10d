"""Finds the model that replaces a retired one: the provider's own successor, else the newest of its family and tier."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from aloop_models.catalog.facts import RETIRING_SOON_DAYS, ModelFacts, split_id
from aloop_models.catalog.model_names import ModelName, parse_name


def find_successor(name: str, models: Mapping[str, ModelFacts], today: datetime.date) -> str | None:
    """Return the name of the model that replaces a model of the same provider, or None.

    LiteLLM's data names a successor for some models; if that one is retired too, its own successor counts. Else the
    successor is the newest model with

    - the same region, vendor and path (`us.anthropic.`, `deepseek-ai/`);
    - the same family, tier and size, which are all words of the name without version, date and `preview`;
    - a higher version; or the same version with a later date, without a date, or `-latest`;
    - tools, if the model has them.

    A successor is in the catalog, can be called as a chat model, and neither is retired nor retires soon. Only a
    preview is replaced by a preview, if there is no stable model. A name without a date comes before a dated one.

    Args:
        name: the name of the model, without provider; a model that is not in the catalog any more must have had tools.
        models: the models of the provider, by name.
        today: the day that decides which models are retired.
    """
    return _named(name, models, today) or _newest(name, models, today)


def _named(name: str, models: Mapping[str, ModelFacts], today: datetime.date) -> str | None:
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        facts = models.get(name)
        if facts is None or facts.successor is None:
            return None
        name = split_id(facts.successor)[1]
        if _lasts(name, models, today):
            return name
    return None


def _newest(name: str, models: Mapping[str, ModelFacts], today: datetime.date) -> str | None:
    own, needs_tools = parse_name(name), name not in models or "tools" in models[name].capabilities
    relatives = list(_relatives(own, models))
    found = [
        (parsed, other)
        for other, parsed in relatives
        if _is_newer(parsed, own)
        and (own.is_trial or not parsed.is_trial)
        and _lasts(other, models, today)
        and (not needs_tools or "tools" in models[other].capabilities)
        and _outlives(parsed, name, relatives, models, today)
    ]
    if not found:
        return None
    return max(
        found,
        key=lambda pair: (
            not pair[0].is_trial,
            pair[0].version,
            not pair[0].is_dated,
            pair[0].date,
            -len(pair[1]),
            pair[1],
        ),
    )[1]


def _relatives(own: ModelName, models: Mapping[str, ModelFacts]) -> Iterator[tuple[str, ModelName]]:
    for other in models:
        parsed = parse_name(other)
        if parsed.place == own.place and parsed.family == own.family:
            yield other, parsed


def _is_newer(other: ModelName, own: ModelName) -> bool:
    if other.version != own.version:
        return other.version > own.version and own.version > 0
    if own.is_trial and not other.is_trial and not other.is_dated:
        return True
    if other.is_dated:
        return other.date > own.date > 0
    # Without a version, a name without a date is often the oldest of its family.
    return own.is_dated and (other.version > 0 or other.is_latest)


def _lasts(name: str, models: Mapping[str, ModelFacts], today: datetime.date) -> bool:
    facts = models.get(name)
    return facts is not None and facts.is_chat and not facts.is_retired(today) and not facts.is_retiring(today)


def _outlives(
    alias: ModelName,
    name: str,
    relatives: list[tuple[str, ModelName]],
    models: Mapping[str, ModelFacts],
    today: datetime.date,
) -> bool:
    """Whether a name without a date, which means one of the dated models of its version, remains when `name` retires.

    LiteLLM often has the retirement date of the dated models only.
    """
    dated = [
        models[other].retires for other, parsed in relatives if parsed.is_dated and parsed.version == alias.version
    ]
    known = [retires for retires in dated if retires is not None]
    own = models[name].retires if name in models else None
    if alias.is_dated or not dated or len(known) < len(dated) or own is None:
        return True
    return max(known) > own and (max(known) - today).days > RETIRING_SOON_DAYS
