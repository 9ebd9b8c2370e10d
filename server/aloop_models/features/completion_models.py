"""Completion of model ids: the provider first, then its chat models; or whole ids for a model's bare name."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import accumulate, islice
from typing import NamedTuple

from aloop_models.catalogue import Catalogue, ModelFacts, ProviderFacts
from aloop_models.catalogue import provider_table as table
from aloop_models.core.text import Edit
from aloop_models.features.completion_item import MOST_ITEMS, Completion, Kind
from aloop_models.features.completion_text import block_after, key_edit, plain_key, snippet_text, word_edit
from aloop_models.features.cursor import Cursor
from aloop_models.features.matching import Fit, fit, folded, matching, squeezed
from aloop_models.features.model_card import model_card, provider_card
from aloop_models.features.readiness import facts_text
from aloop_models.snapshot import Snapshot

_SHORTEST_NAME = 3
"""Characters of a model's bare name that must be typed before whole ids are offered."""

_MAKER = re.compile(r"^(?:[a-z][a-z_-]*\.)+(?=[a-z])")
"""What stands before the name in Bedrock's ids: `us.anthropic.claude-…`."""


class _Named(NamedTuple):
    """A model with its folded name, kept ready for matching."""

    name: str
    squeezed: str
    retired: bool
    detail: str
    facts: ModelFacts


@dataclass(frozen=True, eq=False)
class Proposing:
    """What every proposal of one answer shares."""

    snapshot: Snapshot
    cursor: Cursor
    line_break: str
    snippets: bool
    blocks: dict[str, str] = field(default_factory=dict[str, str])
    """What follows a new id, by provider: made once, for all its models have the same."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in force."""
        return self.snapshot.facts.catalogue

    @property
    def today(self) -> datetime.date:
        """The day that decides what is retired."""
        return self.snapshot.facts.today

    def block_after(self, provider: str) -> str:
        """What follows the colon of a new entry of this provider."""
        known = self.blocks.get(provider)
        if known is None:
            facts = self.catalogue.providers.get(provider)
            schema = self.snapshot.facts.schema
            known = block_after(self.cursor, facts, schema, self.line_break, snippets=self.snippets)
            self.blocks[provider] = known
        return known


def model_ids(proposing: Proposing) -> tuple[Iterator[Completion], bool]:
    """Proposals for the key of an entry, best first, and whether typing on can bring others."""
    typed = proposing.cursor.typed
    if "/" not in typed:
        return _providers_and_models(proposing, typed), True
    provider, _, name = typed.partition("/")
    facts = proposing.catalogue.providers.get(provider)
    # The client can narrow down a provider's whole list by itself, and any other answer it cannot.
    return _models(proposing, provider, name), bool(name) or facts is None or not facts.lists_models


def provider_order(catalogue: Catalogue) -> tuple[str, ...]:
    """All providers that chat, the most widely used first, as far as the data tells.

    Makers of their own models in the table's order; then those with most of these signs: a published key form, a
    model list (or models that people name themselves), a page in LiteLLM's documentation, a name people use for it.
    Second names of a provider come last. Among equals A to Z.
    """
    return _provider_order(catalogue)


def warm(catalogue: Catalogue, today: datetime.date) -> None:
    """Prepare what the first completion of a bare model name would otherwise wait for (about 0.1 s)."""
    _all_names(catalogue, today)


@lru_cache(maxsize=4)
def _provider_order(catalogue: Catalogue) -> tuple[str, ...]:
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
        return name in table.SHARES_CREDENTIALS_WITH, 1, -sum(signs), name

    chatting = (facts for facts in catalogue.providers.values() if facts.is_chat)
    return tuple(facts.name for facts in sorted(chatting, key=rank))


@lru_cache(maxsize=512)
def _named(catalogue: Catalogue, provider: str, today: datetime.date) -> tuple[_Named, ...]:
    """A provider's chat models, best first, retired ones last."""
    start = len(provider) + 1
    found = [
        _Named(folded(facts.id[start:]), squeezed(facts.id[start:]), facts.is_retired(today), facts_text(facts), facts)
        for facts in catalogue.models_of(provider, today)
        if facts.is_chat
    ]
    return tuple(sorted(found, key=lambda named: named.retired))


class _AllNames(NamedTuple):
    """Every model's folded name without place and maker, a line each in one text, so that one search finds them all."""

    text: str
    starts: list[int]
    models: list[_Named]


@lru_cache(maxsize=4)
def _all_names(catalogue: Catalogue, today: datetime.date) -> _AllNames:
    models = [
        named
        for provider in _provider_order(catalogue)
        if provider not in table.SHARES_MODELS_WITH
        for named in _named(catalogue, provider, today)
    ]
    names = [_MAKER.sub("", named.name.rpartition("/")[2]) for named in models]
    starts = list(accumulate((len(name) + 1 for name in names), initial=0))
    return _AllNames("".join(f"\n{name}" for name in names), starts, models)


def _providers_and_models(proposing: Proposing, typed: str) -> Iterator[Completion]:
    catalogue = proposing.catalogue
    providers = _offered_providers(proposing)
    word, word_squeezed = folded(typed), squeezed(typed)
    fitting: dict[str, Fit] = {}
    for name in providers:
        found = fit(word, word_squeezed, name, squeezed(name))
        if found is None and typed and fit(word, "", folded(catalogue.providers[name].label), ""):
            found = Fit.PART
        if found is not None:
            fitting[name] = found
    for name in table.COMMONLY_MEANT.get(word, ()):
        if name in catalogue.providers:
            fitting[name] = Fit.EXACT
    ranked = sorted(fitting, key=lambda name: fitting[name])
    leading = [name for name in ranked if fitting[name] < Fit.PART]
    yield from (_provider(proposing, name, typed) for name in leading)
    by_name = list(islice(_by_name(proposing, word, providers), MOST_ITEMS)) if len(typed) >= _SHORTEST_NAME else []
    yield from by_name
    yield from (_provider(proposing, name, typed) for name in ranked if name not in leading)
    if not ranked and not by_name and typed:
        for name in catalogue.nearest_providers(typed):
            if catalogue.providers[name].is_chat:
                yield _provider(proposing, name, typed)


def _offered_providers(proposing: Proposing) -> Sequence[str]:
    """Providers used in this file, most used first, then all others in their order."""
    order = _provider_order(proposing.catalogue)
    used = Counter(model_id.partition("/")[0] for model_id in proposing.snapshot.document.by_id)
    known = proposing.catalogue.providers
    first = [name for name, _ in used.most_common() if name in known and known[name].is_chat]
    return list(dict.fromkeys((*first, *order)))


def _provider(proposing: Proposing, name: str, typed: str) -> Completion:
    cursor = proposing.cursor
    facts = proposing.catalogue.providers[name]
    label = f"{name}/"
    _, slash, rest = cursor.word.partition("/")
    return Completion(
        label=label,
        kind=Kind.PROVIDER,
        edit=word_edit(cursor, label + rest),
        detail=facts.label,
        describe=partial(provider_card, facts),
        filter=label if label.startswith(typed) else typed,
        retrigger=not slash,
    )


def _by_name(proposing: Proposing, word: str, providers: Sequence[str]) -> Iterator[Completion]:
    """Whole ids of models whose name, without place and maker, begins with the word."""
    if "\n" in word:
        return
    known = _all_names(proposing.catalogue, proposing.today)
    places = {name: place for place, name in enumerate(providers)}
    found: list[tuple[bool, int, int]] = []
    at = known.text.find("\n" + word)
    while at >= 0:
        index = bisect_right(known.starts, at) - 1
        named = known.models[index]
        found.append((named.retired, places[named.facts.provider], index))
        at = known.text.find("\n" + word, at + 1)
    found.sort()
    yield from _unused(proposing, (known.models[index] for *_, index in found))


def _models(proposing: Proposing, provider: str, name: str) -> Iterator[Completion]:
    catalogue, today, typed = proposing.catalogue, proposing.today, proposing.cursor.typed
    facts = catalogue.providers.get(provider)
    if facts is None or not facts.is_chat:
        for other in catalogue.nearest_providers(provider, 2):
            if catalogue.providers[other].is_chat:
                yield from _models(proposing, other, name)
        return
    known = _named(catalogue, provider, today)
    word, word_squeezed = folded(name), squeezed(name)
    fitting: list[tuple[bool, Fit, int]] = []
    for place, named in enumerate(known):
        found = fit(word, word_squeezed, named.name, named.squeezed)
        if found is not None:
            fitting.append((named.retired, found, place))
    fitting.sort()
    models = [known[place] for *_, place in fitting]
    models = models or [item for _, item in matching(name, ((named.name, named) for named in known))]
    yield from _unused(proposing, models)
    if name and not facts.lists_models and all(named.facts.id != typed for named in models):
        yield from _as_typed(proposing, facts)


def _unused(proposing: Proposing, models: Iterable[_Named]) -> Iterator[Completion]:
    """Proposals for the models that have no entry yet; the one under the cursor counts as having none."""
    configured, cursor = proposing.snapshot.document.by_id, proposing.cursor
    for named in models:
        model = named.facts
        if model.id in configured and model.id != cursor.word:
            continue
        edit, is_snippet = _entry_edit(proposing, model.id, model.provider)
        name = model.id[len(model.provider) + 1 :]
        compared = next((text for text in (model.id, name) if text.startswith(cursor.typed)), cursor.typed)
        yield Completion(
            label=model.id,
            kind=Kind.MODEL,
            edit=edit,
            is_snippet=is_snippet,
            detail=named.detail,
            describe=partial(model_card, model, proposing.catalogue, proposing.today),
            filter=compared,
            deprecated=named.retired,
        )


def _as_typed(proposing: Proposing, provider: ProviderFacts) -> Iterator[Completion]:
    """The id as it stands, with its fields: the models of some providers are named by people."""
    word = proposing.cursor.word
    taken = proposing.cursor.has_colon or proposing.cursor.has_children
    if taken or word.endswith("/") or any(character.isspace() for character in word):
        return
    edit, is_snippet = _entry_edit(proposing, word, provider.name)
    yield Completion(
        label=word,
        kind=Kind.MODEL,
        edit=edit,
        is_snippet=is_snippet,
        detail=f"as typed, {provider.label}",
        describe=partial(provider_card, provider),
        filter=proposing.cursor.typed,
    )


def _entry_edit(proposing: Proposing, model_id: str, provider: str) -> tuple[Edit, bool]:
    cursor = proposing.cursor
    name = model_id if cursor.quote else plain_key(model_id, flow=cursor.flow)
    if cursor.has_colon:
        return word_edit(cursor, name), False
    after = "" if cursor.has_children else proposing.block_after(provider)
    if proposing.snippets and "$" in after:
        return key_edit(cursor, snippet_text(name), after), True
    return key_edit(cursor, name, after), False
