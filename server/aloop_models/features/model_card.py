"""Facts about a model, a provider and a field, as Markdown for hovers and completions."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection

from aloop_models.catalog import Catalog, ModelFacts, ProviderFacts
from aloop_models.catalog.redaction import redact
from aloop_models.core.schema import FieldSpec
from aloop_models.features.formatting import format_prices, format_tokens, join_parts, plural
from aloop_models.features.markdown import code, escape

ROOT_KEYS = {
    "models": "One entry per model. The key is the LiteLLM model ID, `provider/model`.",
    "default": "Default model: the ID of the entry that new agents start with.",
    "roles": "Models for particular tasks: `name: ID`. Use a role as `@name` wherever a model is named.",
    "fallbacks": "Models that are tried, in this order, when the current model cannot answer: rate limit, server "
    "error, timeout, no connection.",
}
"""Descriptions of the keys at the root of the file."""

NO_DEFAULT = "No default model: new agents start with the first ready model."
"""The meaning of `default: null`."""


CAPABILITIES = {
    "json_schema": "JSON schema",
    "pdf": "PDF input",
    "audio": "audio input",
    "audio_output": "audio output",
    "video": "video input",
    "web_search": "web search",
    "computer_use": "computer use",
    "prompt_caching": "prompt caching",
}
"""Capabilities in words, where the word of the catalog is a name in code."""


def model_lines(model: ModelFacts, catalog: Catalog, today: datetime.date, known: Collection[str] = ()) -> list[str]:
    """The facts of a model, one Markdown list item each, without those that the problems `known` (rule IDs) say."""
    lines: list[str] = []
    if model.context_window:
        lines.append(f"- Context window: {format_tokens(model.context_window)} tokens")
    if model.max_output:
        lines.append(f"- Max output: {format_tokens(model.max_output)} tokens")
    if prices := format_prices(model):
        lines.append(f"- Price: {prices} per 1M tokens")
    if model.capabilities:
        words = (CAPABILITIES.get(name, name) for name in model.capabilities)
        lines.append(f"- Capabilities: {escape(', '.join(words))}")
    if not model.is_chat and "not-a-chat-model" not in known:
        lines.append(f"- Not a chat model (mode: {escape(model.mode)})")
    if model.retires and "deprecated-model" not in known:
        lines.append(f"- {_retirement(model, model.retires, catalog, today)}")
    return lines


def model_card(model: ModelFacts, catalog: Catalog, today: datetime.date) -> str:
    """A model that may not be in the file: its provider, its facts and the date of the catalog."""
    provider = catalog.providers.get(model.provider)
    title = f"{code(model.id)} · {escape(provider.label if provider else model.provider)}"
    return "\n\n".join((title, "\n".join(model_lines(model, catalog, today)), source_line(catalog))).replace(
        "\n\n\n\n", "\n\n"
    )


def provider_card(provider: ProviderFacts) -> str:
    """A provider: the fields that it needs and a link to its documentation."""
    required = [code(field.name) for field in provider.credentials if field.required and field.name != "api_key"]
    lines = [f"**{escape(provider.label)}**"]
    if provider.local:
        lines.append("Runs locally.")
    if provider.needs_key:
        example = f" ({escape(provider.key_prefixes[0])}…)" if provider.key_prefixes else ""
        required.insert(0, f"`api_key`{example}")
    else:
        lines.append("Does not require an API key.")
    if required:
        lines.append(f"Requires {', '.join(required)}.")
    lines.append(provider_links(provider))
    return "\n\n".join(line for line in lines if line)


def provider_links(provider: ProviderFacts) -> str:
    """Links to the pages of a provider: its API keys, its prices, and LiteLLM's documentation; empty without any."""
    pages = (("API keys", provider.keys_url), ("Pricing", provider.pricing_url), ("LiteLLM docs", provider.docs_url))
    return join_parts(*(f"[{title}]({url})" for title, url in pages if url))


def field_card(spec: FieldSpec, provider: ProviderFacts | None) -> str:
    """A field: its type, description, values, default and an example."""
    kinds = " or ".join(_KINDS.get(kind, kind) for kind in spec.types)
    lines = [f"**{escape(spec.name)}** · {kinds}{_range(spec)}", escape(spec.description)]
    facts: list[str] = []
    if spec.enum:
        facts.append("Values: " + ", ".join(code(value_text(value)) for value in spec.enum))
    if spec.default is not None:
        facts.append(f"Default: {code(value_text(spec.default))}")
    if example := _example(spec):
        facts.append(f"Example: {code(example)}")
    if facts:
        lines.append("\n".join(f"- {fact}" for fact in facts))
    if spec.secret:
        lines.append("Secret: masked in messages, lists and logs.")
    if spec.name == "api_key" and provider is not None:
        lines.append(_key_source(provider))
    return "\n\n".join(line for line in lines if line)


def value_text(value: object) -> str:
    """A value of the schema, as YAML on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def source_line(catalog: Catalog) -> str:
    """The date of the catalog and the LiteLLM version that it comes from."""
    return f"Catalog of {catalog.made.isoformat()} (LiteLLM {escape(catalog.litellm_version)})"


_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
}


_TECHNICAL_LIMIT = 1e9
"""Limits from here on only exclude infinity, and are not displayed."""


def _range(spec: FieldSpec) -> str:
    above, low, high = (
        limit if limit is not None and abs(limit) < _TECHNICAL_LIMIT else None
        for limit in (spec.exclusive_minimum, spec.minimum, spec.maximum)
    )
    if low is not None and high is not None:
        return f", {low:g} to {high:.10g}"
    parts: list[str] = []
    if above is not None:
        parts.append(f"greater than {above:g}")
    if low is not None:
        parts.append(f"at least {low:g}")
    if high is not None:
        parts.append(f"at most {high:.10g}")
    return "".join(f", {part}" for part in parts)


def _example(spec: FieldSpec) -> str:
    """The first example that is not the default and not masked; "" for a secret field."""
    texts = (value_text(value) for value in spec.examples if value != spec.default)
    return "" if spec.secret else next((text for text in texts if redact(text) == text), "")


def _retirement(model: ModelFacts, day: datetime.date, catalog: Catalog, today: datetime.date) -> str:
    left = (day - today).days
    named = catalog.successor(model.id, today)
    successor = f". Successor: {code(named)}" if named else ""
    if left <= 0:
        return f"**Retired** on {day.isoformat()}{successor}"
    return f"Retires on {day.isoformat()} (in {plural(left, 'day')}){successor}"


def _key_source(provider: ProviderFacts) -> str:
    if not provider.needs_key:
        return f"{escape(provider.label)} does not require an API key."
    prefixes = " or ".join(code(prefix) for prefix in provider.key_prefixes)
    key_format = f" Keys start with {prefixes}." if prefixes else ""
    if provider.keys_url:
        return f"[Get an API key]({provider.keys_url}) in your {escape(provider.label)} account.{key_format}"
    docs = f" See the [documentation]({provider.docs_url})." if provider.docs_url else ""
    return f"Create an API key in your {escape(provider.label)} account.{key_format}{docs}"
