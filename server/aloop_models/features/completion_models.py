"""Completion of model IDs: providers, then their chat models, or whole IDs for a model name without provider."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from aloop_models.catalog import Catalog, ProviderFacts, is_entry_id, litellm_id, split_id, split_label
from aloop_models.catalog.facts import Lifecycle
from aloop_models.core.text import Edit
from aloop_models.features.completion_item import Completion, Kind
from aloop_models.features.completion_text import block_after, key_edit, plain_key, rename_edit, snippet_text, word_edit
from aloop_models.features.cursor import Cursor
from aloop_models.features.model_card import model_card, provider_card
from aloop_models.features.model_search import Offer, search
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Request:
    """What all items of one completion request share."""

    snapshot: Snapshot
    cursor: Cursor
    line_break: str
    snippets: bool
    asks_for_key: bool = False
    """Whether the editor can ask for an API key with hidden input."""
    blocks: dict[str, str] = field(default_factory=dict[str, str])
    """Cache of `block_after`, by provider."""

    @property
    def catalog(self) -> Catalog:
        """The catalog in use."""
        return self.snapshot.facts.catalog

    @property
    def today(self) -> datetime.date:
        """The date that decides which models are retired."""
        return self.snapshot.facts.today

    @cached_property
    def other_ids(self) -> frozenset[str]:
        """The IDs of the entries without the one whose ID is at the cursor."""
        document, start = self.snapshot.document, self.cursor.span.start
        here = document.last_entry_before(start)
        if here and start > here.key_span.end:
            here = None
        return frozenset(placed.model_id for placed in document.entries if placed is not here)

    def block_after(self, provider: str) -> str:
        """The text after the colon of a new entry of this provider."""
        known = self.blocks.get(provider)
        if known is None:
            facts = self.catalog.providers.get(provider)
            schema = self.snapshot.facts.schema
            known = block_after(self.cursor, facts, schema, self.line_break, snippets=self.snippets)
            self.blocks[provider] = known
        return known


def model_ids(request: Request) -> Iterator[Completion]:
    """Items for the key of an entry, best match first."""
    cursor, typed = request.cursor, request.cursor.typed
    others = request.other_ids
    configured = {litellm_id(entry_id) for entry_id in others}
    provider = request.catalog.providers.get(split_id(typed)[0])
    if split_label(typed)[1] is not None:
        # People choose a label themselves.
        if is_entry_id(typed) and provider is not None and provider.is_chat:
            yield from _as_typed(request, provider)
        return
    used = Counter(model_id.partition("/")[0] for model_id in request.snapshot.document.by_id)
    found = search(request.catalog, request.today, typed, [name for name, _ in used.most_common()])
    offered: set[str] = set()
    for item in found:
        if isinstance(item, ProviderFacts):
            yield _provider(request, item)
        elif item.facts.id not in configured or (item.facts.id == cursor.word and cursor.word not in others):
            offered.add(item.facts.id)
            yield _model(request, item)
    if provider is not None and provider.is_chat and not provider.lists_models and typed not in offered:
        yield from _as_typed(request, provider)


def _provider(request: Request, facts: ProviderFacts) -> Completion:
    cursor = request.cursor
    label = f"{facts.name}/"
    _, slash, rest = cursor.word.partition("/")
    return Completion(
        label=label,
        kind=Kind.PROVIDER,
        edit=word_edit(cursor, label + rest),
        detail=facts.label if facts.label.casefold() != facts.name.casefold() else "",
        describe=partial(provider_card, facts),
        retrigger=not slash,
    )


def _model(request: Request, offer: Offer) -> Completion:
    model = offer.facts
    edit, is_snippet = _entry_edit(request, model.id, model.provider)
    return Completion(
        label=model.id,
        kind=Kind.MODEL,
        edit=edit,
        is_snippet=is_snippet,
        detail=offer.detail,
        describe=partial(model_card, model, request.catalog, request.today),
        deprecated=offer.lifecycle is not Lifecycle.CURRENT,
    )


def _as_typed(request: Request, provider: ProviderFacts) -> Iterator[Completion]:
    """The typed ID with its fields, because the catalog does not list all models of some providers."""
    word = request.cursor.word
    has_fields = request.cursor.has_colon or request.cursor.has_children
    if has_fields or word in request.other_ids or word.endswith("/") or any(character.isspace() for character in word):
        return
    edit, is_snippet = _entry_edit(request, word, provider.name)
    yield Completion(
        label=word,
        kind=Kind.MODEL,
        edit=edit,
        is_snippet=is_snippet,
        detail=f"as typed · {provider.label}",
        describe=partial(provider_card, provider),
    )


def _entry_edit(request: Request, model_id: str, provider: str) -> tuple[Edit, bool]:
    cursor = request.cursor
    name = model_id if cursor.quote else plain_key(model_id, flow=cursor.flow)
    if cursor.has_colon:
        return rename_edit(cursor, name), False
    after = "" if cursor.has_children else request.block_after(provider)
    if request.snippets and "$" in after:
        return key_edit(cursor, snippet_text(name), after), True
    return key_edit(cursor, name, after), False
