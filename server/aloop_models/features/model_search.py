"""Searches providers and models for typed text, with one ranking for the editor, the agent and the command line."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from typing import NamedTuple

from aloop_models.catalog import Catalog, ModelFacts, ProviderFacts, nearest
from aloop_models.catalog import provider_table as table
from aloop_models.catalog.facts import Lifecycle
from aloop_models.core.lazy_re import lazy_re
from aloop_models.features.formatting import format_facts_and_lifecycle
from aloop_models.features.match import Fit, Name, fit, fits_words, name_of, space_words, word_pattern

_SHORTEST_NAME = 3
"""Minimum length of a model name without provider to search for; one less with a digit (`4o`, `o3`)."""

_MAKER = lazy_re(r"^(?:[a-z][a-z_-]*\.)+(?=[a-z])")
"""The prefix of the name in Bedrock's IDs: `us.anthropic.claude-…`."""

_MEANT = {name_of(word).squeezed: names for word, names in table.COMMONLY_MEANT.items()}


_MEANT_ELSEWHERE = {
    name_of(word).squeezed: tuple(
        "custom_openai" if word in table.OPENAI_COMPATIBLE and name == "openai" else name for name in names
    )
    for word, names in table.NAMES_IN_OTHER_TOOLS.items()
}
"""As `_MEANT`; a protocol means a server of one's own, not OpenAI."""
_MOST_OF_MEANT = 10
"""Maximum number of models that follow a provider."""
_MISSPELLED = 0.26
"""Maximum edits per character of a misspelled word."""


class Offer(NamedTuple):
    """A model that matches, with the data for ranking and lists."""

    facts: ModelFacts
    lifecycle: Lifecycle
    detail: str
    """Retirement if it is near, context window and prices, for one line of a list."""
    name: Name
    """The ID without its provider."""


def search(
    catalog: Catalog, today: datetime.date, typed: str, used: Sequence[str] = ()
) -> Iterator[ProviderFacts | Offer]:
    """The providers and models that match a text, best first; `used` are the providers to prefer, most used first.

    After `provider/`, the chat models of that provider. Without a slash, providers, and models of all providers by
    name (`sonnet`, `gpt5`, `gemini flash`). Models that retire soon follow the others, and retired models come last,
    unless their whole name is typed. Exact names come before longer ones, the maker of a model before its hosts, and
    newer models before older ones.
    """
    provider, slash, name = typed.partition("/")
    if not slash:
        return _providers_and_models(catalog, today, typed, used)
    if (facts := catalog.providers.get(provider)) and facts.is_chat:
        return iter(_models_of(catalog, today, provider, name_of(name)))
    return _models_of_similar(catalog, today, provider, name, used)


def search_to_add(catalog: Catalog, today: datetime.date, typed: str) -> Iterator[ProviderFacts | Offer]:
    """The providers and models for one box in which a person looks for a model to add, best first.

    As `search`, but the models of a provider that is meant follow the provider, retired models always come last, and a
    misspelled word is corrected. With nothing typed, the newest model of each maker, then all providers.
    """
    if "/" in typed:
        return search(catalog, today, typed)
    if not typed.strip():
        return _first_rows(catalog, today)
    found = _rows_to_add(catalog, today, typed)
    if not found and (corrected := _corrected(catalog, today, typed)):
        found = _rows_to_add(catalog, today, corrected)
    return iter(found) if found else _similar(catalog, today, typed)


def offers_of(catalog: Catalog, provider: str, today: datetime.date) -> tuple[Offer, ...]:
    """The chat models of a provider, best first; models that retire soon, then retired models come last."""
    return _offers_of(catalog, provider, today)


def example_model(catalog: Catalog, today: datetime.date) -> str:
    """The ID for examples: the best-ranked model that is not retired and does not retire soon."""
    ranked = (offer for provider in provider_order(catalog) for offer in offers_of(catalog, provider, today))
    return next((offer.facts.id for offer in ranked if offer.lifecycle is Lifecycle.CURRENT), "provider/model")


def bare_name(model: str) -> str:
    """A model's name without path, region and maker: `claude-opus-5` of `eu/us.anthropic.claude-opus-5`."""
    return _MAKER.sub("", model.rpartition("/")[2])


def provider_order(catalog: Catalog) -> tuple[str, ...]:
    """All providers with chat models, roughly by how widely they are used.

    First makers of models, in the order of `provider_table.MAKERS`. Then the providers with most of these: a published
    key format, a model list (or user-defined model names), a page in LiteLLM's documentation, a common other name.
    Other names of a provider come last. Equal ones are sorted A to Z.
    """
    return _provider_order(catalog)


def warm(catalog: Catalog, today: datetime.date) -> None:
    """Build the index that the first search by name needs (about 0.1 s)."""
    _index(catalog, today)


@lru_cache(maxsize=4)
def _provider_order(catalog: Catalog) -> tuple[str, ...]:
    known_otherwise = {name for names in table.COMMONLY_MEANT.values() for name in names}

    def rank(facts: ProviderFacts) -> tuple[bool, int, int, str]:
        name = facts.name
        if name in table.MAKERS:
            return False, 0, table.MAKERS.index(name), name
        signs = (
            bool(facts.key_prefixes),
            facts.lists_models or name in table.NAMES_MODELS_FREELY,
            facts.docs_url is not None,
            name in known_otherwise,
        )
        return name in table.SHARES_CREDENTIALS_WITH or name in table.IN_PROCESS, 1, -sum(signs), name

    chatting = (facts for facts in catalog.providers.values() if facts.is_chat)
    return tuple(facts.name for facts in sorted(chatting, key=rank))


@lru_cache(maxsize=512)
def _offers_of(catalog: Catalog, provider: str, today: datetime.date) -> tuple[Offer, ...]:
    start = len(provider) + 1
    offers: list[Offer] = []
    for facts in catalog.models_of(provider, today):
        if facts.is_chat:
            text = format_facts_and_lifecycle(facts, today)
            offers.append(Offer(facts, facts.lifecycle(today), text, name_of(facts.id[start:])))
    return tuple(sorted(offers, key=lambda offer: (offer.lifecycle, not _is_own(offer))))


class _Index(NamedTuple):
    """All models, with one name per line of one text, for a single regular expression search."""

    offers: list[Offer]
    names: list[Name]
    """The name without region and maker: `claude-opus-5` of `bedrock/us.anthropic.claude-opus-5`."""
    text: str
    starts: list[int]
    """The offset of the line of each name in the text."""
    descriptions: list[str]
    """Provider, label and ID in one spaced text, for searches for several words."""


@lru_cache(maxsize=4)
def _index(catalog: Catalog, today: datetime.date) -> _Index:
    offers = [
        offer
        for provider in _provider_order(catalog)
        if provider not in table.SHARES_MODELS_WITH
        for offer in _offers_of(catalog, provider, today)
    ]
    names = [name_of(bare_name(offer.name.folded)) for offer in offers]
    starts = list(accumulate((len(name.spaced) + 1 for name in names), initial=0))
    labels = {name: facts.label.casefold() for name, facts in catalog.providers.items()}
    described = [space_words(f"{offer.facts.id.casefold()} {labels[offer.facts.provider]}") for offer in offers]
    return _Index(offers, names, "".join(f"\n{name.spaced}" for name in names), starts, described)


def _providers_and_models(
    catalog: Catalog, today: datetime.date, typed: str, used: Sequence[str]
) -> Iterator[ProviderFacts | Offer]:
    known = catalog.providers
    preferred = (name for name in used if name in known and known[name].is_chat)
    order = tuple(dict.fromkeys((*preferred, *_provider_order(catalog))))
    word = name_of(typed.strip())
    fitting = _fitting_providers(catalog, order, word)
    ranked = sorted(fitting, key=lambda name: fitting[name])
    yield from (known[name] for name in ranked if fitting[name] <= Fit.LOOSE_PREFIX)
    models = _by_name(catalog, today, word, order)
    yield from models
    yield from (known[name] for name in ranked if fitting[name] > Fit.LOOSE_PREFIX)
    if not ranked and not models and word.squeezed:
        yield from _similar(catalog, today, typed)


def _first_rows(catalog: Catalog, today: datetime.date) -> Iterator[ProviderFacts | Offer]:
    for maker in table.MAKERS:
        if (facts := catalog.providers.get(maker)) and facts.lists_models:
            current = (offer for offer in _offers_of(catalog, maker, today) if offer.lifecycle is Lifecycle.CURRENT)
            yield from islice((offer for offer in current if _is_own(offer)), 1)
    yield from (catalog.providers[name] for name in _provider_order(catalog))


def _rows_to_add(catalog: Catalog, today: datetime.date, typed: str) -> list[ProviderFacts | Offer]:
    word, order = name_of(typed.strip()), _provider_order(catalog)
    fitting = _fitting_providers(catalog, order, word)
    ranked = sorted(fitting, key=lambda name: fitting[name])
    near = [name for name in ranked if fitting[name] <= Fit.LOOSE_PREFIX]
    models = _by_name(catalog, today, word, order)
    # A whole word of a name (`mini`) rather means models than a provider that begins with it, unless that is a maker.
    names = (space_words(bare_name(offer.name.folded)) for offer in models[:_MOST_OF_MEANT])
    is_word = any(f" {word.squeezed} " in f"{name} " for name in names) and not {*near} & {*table.MAKERS}
    meant = _meant_providers(catalog, word, near, is_prefix=not is_word)
    rows: list[ProviderFacts | Offer] = []
    for name in meant:
        rows.append(catalog.providers[name])
        if len(meant) == 1 or catalog.providers[name].lists_models:
            own = _offers_of(catalog, name, today)
            if word.squeezed in _MEANT:
                # The name of a family, such as `claude`.
                own = [offer for offer in models if offer.facts.provider == name] or own
            rows += own[:_MOST_OF_MEANT]
    others = [catalog.providers[name] for name in near if name not in meant]
    rows += [*models, *others] if is_word else [*others, *models]
    rows += (catalog.providers[name] for name in ranked if fitting[name] > Fit.LOOSE_PREFIX)
    unique = dict.fromkeys(rows)
    return sorted(unique, key=lambda row: isinstance(row, Offer) and row.lifecycle is Lifecycle.RETIRED)


def _meant_providers(catalog: Catalog, word: Name, near: Sequence[str], *, is_prefix: bool) -> list[str]:
    """The providers that the text names; `near` are those that it can be the beginning of."""
    names = _provider_names(catalog)
    common = (*_MEANT.get(word.squeezed, ()), *_MEANT_ELSEWHERE.get(word.squeezed, ()))
    exact = [name for name in near if any(text.squeezed == word.squeezed for text in names[name]) or name in common]
    exact += [name for name in common if name not in exact and name in names and catalog.providers[name].is_chat]
    if not exact and is_prefix and len(word.squeezed) >= _SHORTEST_NAME:
        # `anthropic_text` is another name of `anthropic`.
        alone = [name for name in near if table.SHARES_CREDENTIALS_WITH.get(name) not in near]
        return alone if len(alone) == 1 else []
    servers = (table.IN_PROCESS[name] for name in exact if name in table.IN_PROCESS)
    return list(dict.fromkeys((*servers, *exact)))


def _corrected(catalog: Catalog, today: datetime.date, typed: str) -> str | None:
    """The text with the nearest known words; None if nothing changes."""
    known = _vocabulary(catalog, today)
    words = space_words(typed.casefold()).split()
    near = [
        word if len(word) <= _SHORTEST_NAME or word in known else next(iter(nearest(word, known, 1, _MISSPELLED)), word)
        for word in words
    ]
    return None if near == words else " ".join(near)


@lru_cache(maxsize=4)
def _vocabulary(catalog: Catalog, today: datetime.date) -> dict[str, int]:
    """The words of the names of providers and models, the most frequent first."""
    index = _index(catalog, today)
    texts = (*(name.spaced for names in _provider_names(catalog).values() for name in names), *index.descriptions)
    counts = Counter(word for text in texts for word in text.split() if word.isalpha() and len(word) > _SHORTEST_NAME)
    common = dict.fromkeys((*table.COMMONLY_MEANT, *table.MAKERS), counts.total())
    return dict(Counter({**counts, **common}).most_common())


def _fitting_providers(catalog: Catalog, order: Sequence[str], word: Name) -> dict[str, Fit]:
    fitting: dict[str, Fit] = {}
    names = _provider_names(catalog)
    for name in order:
        found, labelled = (fit(word, text) for text in names[name])
        if found is None or found > Fit.LOOSE_PREFIX:
            # A label is displayed but never typed in an ID; its whole text counts as a prefix.
            ways = [found, None if labelled is None else max(labelled, Fit.LOOSE_PREFIX)]
            found = min((way for way in ways if way is not None), default=None)
        if found is not None:
            fitting[name] = found
    for name, server in table.IN_PROCESS.items():
        if name in fitting and server in fitting:
            fitting[server] = min(fitting[name], fitting[server])
    for name in _MEANT.get(word.squeezed, ()):
        if name in fitting or name in order:
            fitting[name] = Fit.EXACT
    return fitting


@lru_cache(maxsize=4)
def _provider_names(catalog: Catalog) -> dict[str, tuple[Name, Name]]:
    """Name and label of each provider, ready for matching."""
    return {name: (name_of(name), name_of(facts.label)) for name, facts in catalog.providers.items()}


def _similar(catalog: Catalog, today: datetime.date, typed: str) -> Iterator[ProviderFacts | Offer]:
    """Providers with a similar spelling, else models."""
    near = [name for name in catalog.nearest_providers(typed) if catalog.providers[name].is_chat]
    yield from (catalog.providers[name] for name in near)
    if not near and len(typed) >= _SHORTEST_NAME:
        ids = set(catalog.nearest_models(typed))
        yield from (offer for offer in _index(catalog, today).offers if offer.facts.id in ids)


def _by_name(catalog: Catalog, today: datetime.date, word: Name, order: Sequence[str]) -> list[Offer]:
    """Models with the word at the start of a word of their name; if there is none, other matches."""
    shortest = _SHORTEST_NAME - any(character.isdigit() for character in word.squeezed)
    if len(word.squeezed) < shortest or "\n" in word.folded:
        return []
    index = _index(catalog, today)
    found = {bisect_right(index.starts, at.start()) - 1 for at in word_pattern(word.squeezed).finditer(index.text)}
    if " " in word.folded:
        found.update(at for at, text in enumerate(index.descriptions) if fits_words(word, text))
    if not found and len(word.squeezed) >= _SHORTEST_NAME:
        found.update(at for at, name in enumerate(index.names) if word.squeezed in name.squeezed)
    places = {name: place for place, name in enumerate(order)}

    def rank(at: int) -> tuple[int, int, int, int, int]:
        offer = index.offers[at]
        how = fit(word, index.names[at])
        how = Fit.WORDS if how is None else how
        return _lifecycle_rank(offer, how), _closeness(offer), places[offer.facts.provider], how, at

    return [index.offers[at] for at in sorted(found, key=rank)]


def _models_of(catalog: Catalog, today: datetime.date, provider: str, word: Name) -> Sequence[Offer]:
    offers = _offers_of(catalog, provider, today)
    fitting = [(how, offer) for offer in offers if (how := fit(word, offer.name)) is not None]
    fitting.sort(key=lambda pair: (_lifecycle_rank(pair[1], pair[0]), pair[0]))
    if fitting or len(word.folded) < _SHORTEST_NAME:
        return [offer for _, offer in fitting]
    near = set(catalog.nearest_models(f"{provider}/{word.folded}"))
    return [offer for offer in offers if offer.facts.id in near]


def _models_of_similar(
    catalog: Catalog, today: datetime.date, provider: str, name: str, used: Sequence[str]
) -> Iterator[ProviderFacts | Offer]:
    """Matches for an ID with an unknown provider: similar providers, else models by name."""
    others = [other for other in catalog.nearest_providers(provider, 2) if catalog.providers[other].is_chat]
    for other in others:
        yield from _models_of(catalog, today, other, name_of(name))
    if not others and name:
        yield from (item for item in _providers_and_models(catalog, today, name, used) if isinstance(item, Offer))


def _closeness(offer: Offer) -> int:
    """How close a provider is to the model: 0 for its maker, 1 for a host, 2 for a maker that also hosts it."""
    is_maker = offer.facts.provider in table.MAKERS
    return 1 if not is_maker else 0 if _is_own(offer) else 2


def _is_own(offer: Offer) -> bool:
    """Whether a provider makes the model, if it makes models; true for other providers and local servers."""
    provider, name = offer.facts.provider, offer.name
    if provider not in table.MAKERS or provider in table.LOCAL:
        return "/" not in name.folded or provider not in table.MAKERS
    if "/" in name.folded:
        return False
    first = name.spaced.split(maxsplit=1)[0]
    if first in table.MAKERS:
        return first == provider
    vendor = next((vendor for family, vendor in table.OPENROUTER_VENDORS.items() if first.startswith(family)), None)
    return table.MAKER_OF_VENDOR.get(vendor or "", provider) == provider


def _lifecycle_rank(offer: Offer, how: Fit) -> int:
    """The lifecycle for the order; a model whose whole name is typed counts as current."""
    return Lifecycle.CURRENT if how <= Fit.LOOSE_EXACT else offer.lifecycle
