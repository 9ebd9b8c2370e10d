"""What is known about a model, a provider and a field, as Markdown for hovers and completions."""

from __future__ import annotations

import datetime
import json

from aloop_models.catalog import Catalog, ModelFacts, ProviderFacts
from aloop_models.core.schema import FieldSpec
from aloop_models.features.formatting import format_price, format_tokens, plural
from aloop_models.features.markdown import code, escape


def model_lines(model: ModelFacts, today: datetime.date) -> list[str]:
    """The facts of a model, one Markdown list item each."""
    lines: list[str] = []
    if model.context_window:
        lines.append(f"- Context window: {format_tokens(model.context_window)} tokens")
    if model.max_output:
        lines.append(f"- Longest answer: {format_tokens(model.max_output)} tokens")
    if model.input_price is not None and model.output_price is not None:
        prices = f"{format_price(model.input_price)} in, {format_price(model.output_price)} out"
        lines.append(f"- Price per million tokens: {prices}")
    if model.capabilities:
        lines.append(f"- Capabilities: {escape(', '.join(model.capabilities))}")
    if not model.is_chat:
        lines.append(f"- Not a chat model: its mode is {escape(model.mode)}")
    if model.retires:
        lines.append(f"- {_retirement(model, model.retires, today)}")
    return lines


def model_card(model: ModelFacts, catalog: Catalog, today: datetime.date) -> str:
    """A model that stands in no file: its facts, its provider, the catalog's day."""
    provider = catalog.providers.get(model.provider)
    title = f"{code(model.id)} · {escape(provider.label if provider else model.provider)}"
    return "\n\n".join((title, "\n".join(model_lines(model, today)), source_line(catalog))).replace("\n\n\n\n", "\n\n")


def provider_card(provider: ProviderFacts) -> str:
    """A provider: what it needs, and where its documentation is."""
    needs = [field.name for field in provider.credentials if field.required]
    lines = [f"**{escape(provider.label)}**"]
    if provider.local:
        lines.append("Runs on your machine.")
    if provider.needs_key:
        lines.append("Needs `api_key`" + (f" ({escape(provider.key_prefixes[0])}…)." if provider.key_prefixes else "."))
    else:
        lines.append("Needs no `api_key`.")
    others = [name for name in needs if name != "api_key"]
    if others:
        lines.append("Needs " + ", ".join(code(name) for name in others) + ".")
    if provider.docs_url:
        lines.append(f"[Documentation]({provider.docs_url})")
    return "\n\n".join(lines)


def field_card(spec: FieldSpec, provider: ProviderFacts | None) -> str:
    """A field: what it is for, which values it takes, its default and an example."""
    kinds = " or ".join(_KINDS.get(kind, kind) for kind in spec.types)
    lines = [f"**{escape(spec.name)}** · {kinds}{_range(spec)}", escape(spec.description)]
    facts: list[str] = []
    if spec.enum:
        facts.append("One of " + ", ".join(code(value_text(value)) for value in spec.enum))
    if spec.default is not None:
        facts.append(f"Default: {code(value_text(spec.default))}")
    if spec.examples and not spec.secret:
        facts.append(f"Example: {code(value_text(spec.examples[0]))}")
    if facts:
        lines.append("\n".join(f"- {fact}" for fact in facts))
    if spec.secret:
        lines.append("Secret: it is never shown, logged or sent to anybody but the provider.")
    if spec.name == "api_key" and provider is not None:
        lines.append(_key_origin(provider))
    return "\n\n".join(line for line in lines if line)


def value_text(value: object) -> str:
    """A value of the schema in short, as YAML would hold it on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def source_line(catalog: Catalog) -> str:
    """Where the facts come from and how old they are."""
    return f"Catalog of {catalog.made.isoformat()}, from LiteLLM {escape(catalog.litellm_version)}"


_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
}


def _range(spec: FieldSpec) -> str:
    parts: list[str] = []
    if spec.exclusive_minimum is not None:
        parts.append(f"more than {spec.exclusive_minimum:g}")
    if spec.minimum is not None:
        parts.append(f"at least {spec.minimum:g}")
    if spec.maximum is not None:
        parts.append(f"at most {spec.maximum:.10g}")
    return ", " + ", ".join(parts) if parts else ""


def _retirement(model: ModelFacts, day: datetime.date, today: datetime.date) -> str:
    left = (day - today).days
    successor = f"; its successor is {code(model.successor)}" if model.successor else ""
    if left <= 0:
        return f"**Retired** on {day.isoformat()}{successor}"
    return f"Retires on {day.isoformat()}, in {plural(left, 'day')}{successor}"


def _key_origin(provider: ProviderFacts) -> str:
    if not provider.needs_key:
        return f"{escape(provider.label)} needs none."
    begins = " or ".join(code(prefix) for prefix in provider.key_prefixes)
    form = f" Its keys begin with {begins}." if begins else ""
    docs = f" See [its documentation]({provider.docs_url})." if provider.docs_url else ""
    return f"The key comes from your {escape(provider.label)} account.{form}{docs}"
