"""The catalog: facts about models and providers, extracted from LiteLLM's data and read from one JSON file."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from aloop_models.catalog import provider_table as table
from aloop_models.catalog.facts import (
    CALLABLE_MODES,
    CredentialField,
    ModelFacts,
    ProviderFacts,
    litellm_id,
    split_id,
)
from aloop_models.catalog.key_forms import prefixes_of
from aloop_models.catalog.nearest import nearest
from aloop_models.catalog.ranking import rank_models
from aloop_models.catalog.successors import find_successor

_SHIPPED = Path(__file__).with_name("catalog.json")
_FORMAT = 1
_OLLAMA = ("ollama", "ollama_chat")

# Path segments that select a route of LiteLLM, not a model (main.py, bedrock/common_utils.py).
_ROUTES = ("converse/", "invoke/", "responses/", "chat/")

# A shorter text is part of too many names.
_SHORTEST_PART = 5

_Row = list[object]


class Catalog:
    """Facts about models and providers; immutable. Facts are built when they are looked up.

    `made` is the date of the extraction, `origin` is the shipped snapshot or an installed litellm, and `source` is the
    file or folder that the data comes from, if any.
    """

    def __init__(
        self, data: Mapping[str, object], origin: Literal["snapshot", "installed"], source: Path | None = None
    ) -> None:
        """Use extracted data (see `extraction.extract_data`).

        Raises:
            ValueError: the data has a different format.
        """
        if data.get("format") != _FORMAT:
            raise ValueError("the catalog has a different format")
        made, version = data.get("made"), data.get("litellm")
        models, providers = data.get("models"), data.get("providers")
        if not (isinstance(made, str) and isinstance(version, str)):
            raise ValueError("the catalog has no version or date")
        if not (isinstance(models, dict) and isinstance(providers, dict)):
            raise ValueError("the catalog has no models or providers")
        self.made = datetime.date.fromisoformat(made)
        self.litellm_version = version
        self.origin: Literal["snapshot", "installed"] = origin
        self.source = source
        self.data = data
        self._rows = cast("dict[str, dict[str, _Row]]", models)
        self._providers = cast("dict[str, dict[str, object]]", providers)
        self._ranked = functools.lru_cache(maxsize=256)(self._rank)
        self._successor = functools.lru_cache(maxsize=256)(self._find_successor)

    @functools.cached_property
    def providers(self) -> Mapping[str, ProviderFacts]:
        """All provider names that LiteLLM knows, A to Z, with their facts."""
        return MappingProxyType({name: self._provider(name) for name in self._providers})

    def model(self, model_id: str) -> ModelFacts | None:
        """Return the facts of a model, or None if they are unknown; a label is ignored.

        Also finds another API name of a provider (`ollama_chat/…`), a route before the model (`bedrock/converse/…`), a
        region before a Bedrock model, and fine-tuned models (`openai/ft:gpt-4o-2024-08-06:org::id`). The facts have
        the given ID, without its label.
        """
        provider, model = split_id(model_id)
        rows = self._rows_of(provider)
        if not rows:
            return None
        model_id = litellm_id(model_id)
        for name in _spellings(provider, model):
            row = rows.get(name)
            if row is not None:
                return _facts(model_id, provider, row)
        return None

    def configured_model(self, model_id: str, fields: Mapping[str, object]) -> ModelFacts | None:
        """Return the facts of the model of an entry with these fields, or None if they are unknown.

        `base_model` names the model of an Azure deployment; `num_ctx` is the context window that Ollama allocates.
        """
        base, window = fields.get("base_model"), fields.get("num_ctx")
        found = self.model(base) if isinstance(base, str) and base.strip() else None
        found = found or self.model(model_id)
        provider = split_id(model_id)[0]
        if isinstance(window, int) and not isinstance(window, bool) and window > 0 and provider in _OLLAMA:
            return dataclasses.replace(found or _unknown(model_id, provider), context_window=window)
        return found

    def successor(self, model_id: str, today: datetime.date) -> str | None:
        """Return the ID of the model that replaces a retired one (see `successors.find_successor`), without a label.

        It has the same provider, route and region. None if no successor is certain enough. The model may have retired
        so long ago that it is not in the catalog.
        """
        provider, model = split_id(model_id)
        rows = self._rows_of(provider)
        name = next((name for name in _spellings(provider, model) if name in rows), model)
        if not model.endswith(name) or model.startswith("ft:"):
            return None
        found = self._successor(provider, name, today)
        if found is None:
            return None
        head = model.removesuffix(name)
        if head in ("", *_ROUTES) or f"{head}{found}" in rows:
            return f"{provider}/{head}{found}"
        return None

    def models_of(self, provider: str, today: datetime.date | None = None) -> Sequence[ModelFacts]:
        """Return the models of a provider in all modes, best first (see `ranking.rank_models`)."""
        return self._ranked(provider, today)

    def nearest_models(self, model_id: str, limit: int = 3) -> tuple[str, ...]:
        """Return up to `limit` known IDs with a similar spelling, without a label, chat models first.

        They have the same provider. Without a provider, they are the same model of any provider; with an unknown
        provider, models of similar providers.
        """
        model_id = litellm_id(model_id)
        provider, model = split_id(model_id)
        if provider and self._rows_of(provider):
            others: tuple[str, ...] = (provider,)
        elif provider:
            others = self.nearest_providers(provider, 2)
        else:
            others = self._owners_of(model)
        found = (near for other in others for near in self._nearest_of(other, model, limit))
        return tuple(near for near in found if near != model_id)[:limit]

    def provider_named(self, name: str) -> str | None:
        """Return the provider with this name, in any case or as other tools write it; None if there is none."""
        folded = name.casefold()
        if folded in self.providers:
            return folded
        return next((other for other in _meant_by(folded) if other in self.providers), None)

    def id_of(self, provider: str, model: str) -> str:
        """Return the ID of a provider's model; a model with the provider in front is an ID, or a name with a vendor."""
        whole = f"{provider}/{model}"
        if not model.startswith(f"{provider}/") or model.partition(":")[0] in table.NAMES_WITH_PROVIDER:
            return whole
        return whole if self.model(model) is None and self.model(whole) else model

    def nearest_providers(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """Return up to `limit` provider names: common meanings of the name, then similar spellings.

        Chat providers come first. A name that differs only in case is the only result.
        """
        folded = name.casefold()
        if name != folded and folded in self.providers:
            return (folded,)
        meant = tuple(other for other in _meant_by(folded) if other != name and other in self._providers)
        near = nearest(name, self._chatting, limit) or nearest(name, self._providers, limit)
        return tuple(dict.fromkeys((*meant, *(other for other in near if other != name))))[:limit]

    @functools.cached_property
    def _chatting(self) -> tuple[str, ...]:
        makers = (name for name in table.MAKERS if name in self.providers)
        others = (name for name, facts in self.providers.items() if facts.is_chat)
        return tuple(dict.fromkeys((*makers, *others)))

    def check(self) -> None:
        """Build all facts once.

        Raises:
            ValueError, TypeError, AttributeError, LookupError: the data has an unexpected structure.
        """
        lists = cast("dict[str, object]", self._rows)
        if not all(isinstance(rows, dict) for rows in lists.values()):
            raise ValueError("the catalog has an invalid model list")
        for provider, rows in lists.items():
            if provider not in self.providers:
                raise ValueError("the catalog has models without a provider")
            for row in cast("dict[str, object]", rows).values():
                if not isinstance(row, list) or not _is_row(cast("_Row", row)):
                    raise ValueError("the catalog has an invalid model")
            self.models_of(provider)

    def _nearest_of(self, provider: str, model: str, limit: int) -> tuple[str, ...]:
        start = len(provider) + 1
        names = [facts.id[start:] for facts in self.models_of(provider)]
        chatting = sum(facts.is_chat for facts in self.models_of(provider))
        found = nearest(model, names[:chatting], limit) or nearest(model, names, limit)
        if not found and len(model) >= _SHORTEST_PART:
            # For example, claude-sonnet-4-5 in anthropic.claude-sonnet-4-5-20250929-v1:0.
            part = model.casefold()
            found = tuple(name for name in names if part in name.casefold())[:limit]
        return tuple(f"{provider}/{name}" for name in found)

    def _owners_of(self, model: str) -> tuple[str, ...]:
        """Return the providers of a model name or of similar names, its maker first."""
        names = {name for provider in self._chatting for name in self._rows_of(provider)}
        near = (model,) if model in names else nearest(model, sorted(names), 3)
        return tuple(
            dict.fromkeys(provider for name in near for provider in self._chatting if name in self._rows_of(provider))
        )

    def _rank(self, provider: str, today: datetime.date | None) -> tuple[ModelFacts, ...]:
        rows = self._rows_of(provider)
        return rank_models((_facts(f"{provider}/{name}", provider, rows[name]) for name in rows), today)

    def _find_successor(self, provider: str, name: str, today: datetime.date) -> str | None:
        start = len(provider) + 1
        return find_successor(name, {facts.id[start:]: facts for facts in self.models_of(provider)}, today)

    def _rows_of(self, provider: str) -> Mapping[str, _Row]:
        return self._rows.get(table.SHARES_MODELS_WITH.get(provider, provider), {})

    def _provider(self, name: str) -> ProviderFacts:
        raw = self._providers[name]
        fields = cast("list[_Row]", raw.get("fields", []))
        is_chat, needs_key = bool(raw.get("chat")), bool(raw.get("key"))
        # The name with the same account, if LiteLLM has several names for a provider.
        account = name if name in table.KEYS_URL else table.SHARES_CREDENTIALS_WITH.get(name, name)
        return ProviderFacts(
            name=name,
            label=_text(raw.get("label")) or name,
            credentials=tuple(_credential(field) for field in fields),
            needs_key=needs_key,
            needs_base=bool(raw.get("base")),
            local=name in table.LOCAL,
            is_chat=is_chat,
            lists_models=is_chat
            and name not in table.NAMES_MODELS_FREELY
            and any(row[0] in CALLABLE_MODES for row in self._rows_of(name).values()),
            key_prefixes=prefixes_of(name),
            docs_url=_text(raw.get("docs")),
            keys_url=table.KEYS_URL.get(account) if needs_key else None,
            pricing_url=table.PRICING_URL.get(account),
            default_base=_text(raw.get("default_base")),
        )


def load_catalog() -> Catalog:
    """Return the shipped snapshot, read once. Programs use `workspace.catalog`, which also knows newer catalogs."""
    return _shipped()


def shipped_version() -> str:
    """Return the LiteLLM version of the shipped snapshot without reading the whole file."""
    with _SHIPPED.open("rb") as stream:
        found = re.search(rb'"litellm": ?"([^"]+)"', stream.read(200))
    return found.group(1).decode() if found else _shipped().litellm_version


@functools.cache
def _shipped() -> Catalog:
    return Catalog(_object(json.loads(_SHIPPED.read_bytes())), "snapshot", _SHIPPED)


def _meant_by(name: str) -> tuple[str, ...]:
    """The providers that a lowercase name commonly means, as people or other tools write it."""
    return table.COMMONLY_MEANT.get(name) or table.NAMES_IN_OTHER_TOOLS.get(name, ())


def _is_row(row: _Row) -> bool:
    mode, *numbers = row[:5] or [None]
    texts = (mode, *(text or "" for text in row[5:]))
    return all(isinstance(text, str) for text in texts) and all(
        number is None or isinstance(number, int | float) for number in numbers
    )


def _spellings(provider: str, model: str) -> Sequence[str]:
    spellings = [model]
    for route in _ROUTES:
        if model.startswith(route):
            spellings.append(model[len(route) :])
    if provider == "bedrock" and "/" in model:
        spellings.append(model.rpartition("/")[2])
    if model.startswith("ft:"):
        spellings.append(":".join(model.split(":")[:2]))
    return spellings


def _facts(model_id: str, provider: str, row: _Row) -> ModelFacts:
    mode, window, output, input_price, output_price, words, retires, successor = (
        *row,
        *(None,) * (8 - len(row)),
    )
    return ModelFacts(
        id=model_id,
        provider=provider,
        mode=cast("str", mode),
        context_window=cast("int | None", window),
        max_output=cast("int | None", output),
        input_price=cast("float | None", input_price),
        output_price=cast("float | None", output_price),
        capabilities=tuple(cast("str", words or "").split()),
        retires=datetime.date.fromisoformat(cast("str", retires)) if retires else None,
        successor=cast("str | None", successor),
    )


def _unknown(model_id: str, provider: str) -> ModelFacts:
    """A model that is not in the catalog, such as one that a person has built for Ollama."""
    return ModelFacts(litellm_id(model_id), provider, "chat", None, None, None, None, (), None, None)


def _credential(field: _Row) -> CredentialField:
    name, required, secret, default, placeholder = (*field, *(None,) * (5 - len(field)))
    return CredentialField(
        name=cast("str", name),
        required=bool(required),
        secret=bool(secret),
        default=_text(default),
        placeholder=_text(placeholder),
    )


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("the catalog is not a JSON object")
    return cast("dict[str, object]", value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
