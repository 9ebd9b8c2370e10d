"""The `catalog` command: the providers that LiteLLM knows, and the models of one provider."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from aloop_models.catalog import ModelFacts, ProviderFacts, nearest
from aloop_models.catalog.redaction import quote
from aloop_models.cli.output import EXIT_DONE
from aloop_models.cli.verbs import Verb
from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import RefusedError
from aloop_models.features.formatting import format_price_pair, format_tokens, plural
from aloop_models.features.table import Cell, Column
from aloop_models.terminal import note, print_json, print_table

if TYPE_CHECKING:
    import datetime

    from aloop_models.catalog import Catalog

_TOKENS = lazy_re(r"(\d+(?:\.\d+)?)\s*([kKmM]?)")
_COLUMNS = (
    Column("MODEL", is_id=True, shorten=35),
    Column("CONTEXT", drop=10),
    Column("IN / OUT PER 1M", drop=20),
    Column("CAPABILITIES", drop=40, shorten=50),
    Column("RETIRES", drop=30, shorten=60),
)
_PROVIDER_COLUMNS = (
    Column("PROVIDER", is_id=True),
    Column("NAME", wraps=20),
    Column("MODELS", drop=10),
    Column("NEEDS", drop=20),
)


class _Tokens(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """A number of tokens in the printed form: `200000`, `200K`, `1M`."""

    name = "tokens"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of tokens; fail on any other text."""
        if isinstance(value, int):
            return value
        found = _TOKENS.fullmatch(str(value))
        if found is None:
            self.fail("Give a number of tokens, such as 200000, 200K or 1M.", param, ctx)
        number, unit = found.groups()
        return int(float(number) * {"": 1, "k": 1_000, "m": 1_000_000}[unit.casefold()])


def catalog_verb() -> click.Command:
    """The command `aloop models catalog`."""
    return Verb(
        "catalog",
        params=[
            click.Argument(["provider"], required=False, metavar="[PROVIDER]", shell_complete=_providers),
            click.Option(
                ["--search"],
                metavar="TEXT",
                help="Show only providers and models with this name, such as sonnet, 'gemini flash' or aws.",
            ),
            click.Option(
                ["--min-context"],
                type=_Tokens(),
                metavar="TOKENS",
                help="Show only models with at least this context window, such as 200K.",
            ),
            click.Option(
                ["--max-price"],
                type=float,
                metavar="DOLLARS",
                help="Show only models with at most this input price per 1M tokens.",
            ),
            click.Option(
                ["--with", "capabilities"],
                multiple=True,
                metavar="WORD",
                shell_complete=_capabilities,
                help="Show only models with this capability, such as tools or vision. Can be repeated.",
            ),
            click.Option(
                ["--all", "is_all"], is_flag=True, help="Include retired models and models that are not for chat."
            ),
            click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON."),
        ],
        callback=_catalog,
        short_help="List the known providers, or one provider's models.",
        help="List the providers that LiteLLM knows, or the models of one provider with context window and price.",
    )


def _catalog(provider: str | None, *, as_json: bool, is_all: bool, **filters: Any) -> int:
    from aloop_models.workspace.catalog import current_catalog
    from aloop_models.workspace.today import today

    catalog, day = current_catalog(), today()
    _require_known(filters["capabilities"], catalog)
    if provider is not None:
        return _one_provider(catalog, day, provider, as_json=as_json, is_all=is_all, **filters)
    text = (filters.pop("search") or "").casefold()
    is_filtered = any(value not in (None, ()) for value in filters.values())
    known = [item for item in catalog.providers.values() if is_all or item.is_chat]
    found: list[ProviderFacts | ModelFacts] = []
    if text:
        found = _search(catalog, day, text)
        meant = [item.name for item in found if isinstance(item, ProviderFacts)]
        known = [item for item in known if item.name in meant or text in f"{item.name}\n{item.label}".casefold()]
    elif is_filtered:
        found = [model for provider in known for model in catalog.models_of(provider.name, day) if model.is_chat]
        known = []
    models = [item for item in found if isinstance(item, ModelFacts) and (is_all or not item.is_retired(day))]
    models = [item for item in models if _matches(item, search=None, **filters)]
    counts = [plural(len(known), "provider")] if known or not models else []
    message = f"{', '.join([*counts, *([plural(len(models), 'model')] if models else [])])}. {_origin(catalog)}"
    if as_json:
        view = {"message": message, "providers": [_provider_view(catalog, item, day) for item in known]}
        views = [_model_view(item, catalog, day) for item in models]
        print_json(view | ({"models": views} if text or is_filtered else {}))
        return EXIT_DONE
    if known:
        print_table(_PROVIDER_COLUMNS, [_provider_row(catalog, item, day) for item in known])
    if models:
        print_table(_COLUMNS, [_row(item, catalog, day) for item in models])
    note(message)
    return EXIT_DONE


def _one_provider(
    catalog: Catalog, day: datetime.date, name: str, *, as_json: bool, is_all: bool, **filters: Any
) -> int:
    provider, slash, part = name.partition("/")
    if provider not in catalog.providers:
        near = catalog.nearest_providers(provider) or nearest(provider, catalog.providers)
        models = not near and not slash and _search(catalog, day, name.casefold())
        step = f" --search {shlex.quote(name)}" if models else ""
        hint = f" Did you mean {' or '.join(near)}?" if near else f" See: aloop models catalog{step}"
        raise RefusedError(
            "providerNotFound", f"LiteLLM has no provider {quote(provider, 'of that name')}.{hint}", near
        )
    every = [item for item in catalog.models_of(provider, day) if not slash or part.casefold() in item.id.casefold()]
    if slash and not every:
        near = catalog.nearest_models(name)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"List its models: aloop models catalog {provider}"
        raise RefusedError("modelNotFound", f"The catalog has no model {quote(name, 'of that name')}. {hint}", near)
    # Who asks for a model by its name gets it also if it is retired or not for chat.
    common = [item for item in every if item.is_chat and not item.is_retired(day)]
    models = [item for item in (every if is_all or (slash and not common) else common) if _matches(item, **filters)]
    message = f"{plural(len(models), 'model')}. {_origin(catalog)}"
    near = catalog.nearest_models(f"{provider}/{filters['search']}") if filters["search"] and not models else ()
    if near:
        message = f"No model has this name. Did you mean {' or '.join(near)}? {_origin(catalog)}"
    if not catalog.providers[provider].lists_models:
        message += f"\nLiteLLM does not list all models of {provider}. Any ID that starts with {provider}/ is accepted."
    if as_json:
        views = [_model_view(item, catalog, day) for item in models]
        print_json({"message": message.replace("\n", " "), "provider": provider, "models": views})
        return EXIT_DONE
    if models:
        print_table(_COLUMNS, [_row(item, catalog, day) for item in models])
    note(message)
    return EXIT_DONE


def _origin(catalog: Catalog) -> str:
    return f"Source: LiteLLM {catalog.litellm_version} ({catalog.made.isoformat()})."


def _search(catalog: Catalog, day: datetime.date, text: str) -> list[ProviderFacts | ModelFacts]:
    """The providers and models that a search finds, best first, as in completion; a misspelled word is corrected."""
    from aloop_models.features.model_search import Offer, search, search_to_add

    rows = list(search(catalog, day, text)) or list(search_to_add(catalog, day, text))
    return [item.facts if isinstance(item, Offer) else item for item in rows]


def _require_known(words: tuple[str, ...], catalog: Catalog) -> None:
    known = _known_capabilities(catalog) if words else []
    for word in words:
        if word not in known:
            message = f"{quote(word, 'This')} is not a capability. Use one of: {', '.join(known)}."
            raise RefusedError("invalidArguments", message, nearest(word, known))


def _known_capabilities(catalog: Catalog) -> list[str]:
    models = (model for name in catalog.providers for model in catalog.models_of(name))
    return sorted({word for model in models for word in model.capabilities})


def _matches(
    model: ModelFacts,
    search: str | None,
    min_context: int | None,
    max_price: float | None,
    capabilities: tuple[str, ...],
) -> bool:
    """Whether the model is within the limits; a model without the value in question is not."""
    if search and search.casefold() not in model.id.casefold():
        return False
    if min_context is not None and (model.context_window or 0) < min_context:
        return False
    if max_price is not None and (model.input_price is None or model.input_price > max_price):
        return False
    return all(word in model.capabilities for word in capabilities)


def _count(catalog: Catalog, provider: ProviderFacts, day: datetime.date) -> int:
    """The number of models that the page of the provider lists."""
    return sum(model.is_chat and not model.is_retired(day) for model in catalog.models_of(provider.name, day))


def _provider_row(catalog: Catalog, provider: ProviderFacts, day: datetime.date) -> tuple[str, ...]:
    needs = [word for word, needed in (("key", provider.needs_key), ("api_base", provider.needs_base)) if needed]
    return provider.name, provider.label, str(_count(catalog, provider, day) or ""), ", ".join(needs)


def _provider_view(catalog: Catalog, provider: ProviderFacts, day: datetime.date) -> dict[str, object]:
    return {
        "provider": provider.name,
        "name": provider.label,
        "models": _count(catalog, provider, day),
        "needsKey": provider.needs_key,
        "needsBase": provider.needs_base,
        "chat": provider.is_chat,
        "docs": provider.docs_url,
        "keys": provider.keys_url,
        "pricing": provider.pricing_url,
    }


def _row(model: ModelFacts, catalog: Catalog, day: datetime.date) -> tuple[Cell, ...]:
    retires = model.retires.isoformat() if model.retires else ""
    successor = catalog.successor(model.id, day) if model.retires else None
    return (
        model.id,
        format_tokens(model.context_window) if model.context_window else "",
        format_price_pair(model.input_price, model.output_price),
        " ".join(model.capabilities),
        (f"{retires} → {successor}", retires) if successor else retires,
    )


def _model_view(model: ModelFacts, catalog: Catalog, day: datetime.date) -> dict[str, object]:
    return {
        "modelId": model.id,
        "mode": model.mode,
        "contextWindow": model.context_window,
        "maxOutput": model.max_output,
        "inputPrice": model.input_price,
        "outputPrice": model.output_price,
        "capabilities": list(model.capabilities),
        "retires": model.retires.isoformat() if model.retires else None,
        "successor": catalog.successor(model.id, day) if model.retires else None,
    }


def _capabilities(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from aloop_models.workspace.catalog import current_catalog

    return [word for word in _known_capabilities(current_catalog()) if word.startswith(incomplete)]


def _providers(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from aloop_models.workspace.catalog import current_catalog

    return [
        name for name, facts in current_catalog().providers.items() if facts.is_chat and name.startswith(incomplete)
    ]
