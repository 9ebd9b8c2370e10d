"""Extracts the catalog from LiteLLM's data files, without importing litellm."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import cast

from aloop_models.catalog.provider_extraction import extract_providers
from aloop_models.core.lazy_re import lazy_re

FORMAT = 1

# LiteLLM's flags and our names for them, in display order.
CAPABILITIES = {
    "supports_function_calling": "tools",
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_response_schema": "json_schema",
    "supports_pdf_input": "pdf",
    "supports_audio_input": "audio",
    "supports_audio_output": "audio_output",
    "supports_video_input": "video",
    "supports_web_search": "web_search",
    "supports_computer_use": "computer_use",
    "supports_prompt_caching": "prompt_caching",
}

# Entries of the price map that are not models: a sample and rules for unknown names.
_NOT_MODELS = frozenset({"sample_spec", "fallback_generalizations"})

# Prices of size classes ("fireworks-ai-up-to-4b"), which cannot be called.
_PRICE_CLASS = lazy_re(r"(?:fireworks|together)-ai-")

_PROVIDER_OF_PRICE_MAP = {
    "bedrock_converse": "bedrock",
    "cohere_chat": "cohere",
    "fireworks_ai-embedding-models": "fireworks_ai",
}

# Prefixes of keys in the price map that differ from the name of the provider.
_KEY_PREFIXES = {"amazon_nova": ("amazon-nova",), "azure_text": ("azure",)}

# Path segments that select a price, not a model: image sizes, steps and provisioned throughput.
_SIZE = lazy_re(r"\d+-x-\d+|max-x-max")
_QUALIFIER = lazy_re(r"\d+-x-\d+|max-x-max|(?:max|\d+)-steps|low|medium|high|standard|hd")
_COMMITMENT = lazy_re(r"(?:\*/)?\d+-month-commitment/")


def extract_data(
    litellm_dir: Path, version: str, made: datetime.date, known_to_chat: Collection[str] = ()
) -> dict[str, object]:
    """Return the data of the catalog for a litellm package folder, as sorted JSON values.

    `known_to_chat` are the chat providers of the last good catalog. They remain chat providers if LiteLLM routes them.

    The keys are `format`, `litellm`, `made`, `providers` (name → facts) and `models` (provider → model → row). A row
    has the mode, the context window, the max output tokens, the input and output prices (US dollars per 1M tokens), the
    capabilities, the retirement date and the successor, without trailing nulls.

    Raises:
        OSError: a file is missing.
        ValueError: a file has an unexpected structure.
    """
    prices = read_object(litellm_dir / "model_prices_and_context_window_backup.json")
    models = _models(prices)
    modes = {name: {str(row[0]) for row in rows.values()} for name, rows in models.items()}
    providers = extract_providers(litellm_dir, modes, known_to_chat)
    return {
        "format": FORMAT,
        "litellm": version,
        "made": made.isoformat(),
        "providers": providers,
        "models": {name: dict(sorted(rows.items())) for name, rows in sorted(models.items())},
    }


def dump(data: Mapping[str, object]) -> str:
    """Return the data as JSON text with one provider or model per line."""
    lines = ["{"]
    lines.extend(f"{_json(name)}: {_json(data[name])}," for name in ("format", "litellm", "made"))
    lines.append('"providers": {')
    providers = cast("Mapping[str, object]", data["providers"])
    lines.append(",\n".join(f"{_json(name)}: {_json(facts)}" for name, facts in providers.items()))
    lines.append('},\n"models": {')
    groups: list[str] = []
    for name, rows in cast("Mapping[str, Mapping[str, object]]", data["models"]).items():
        body = ",\n".join(f"{_json(model)}: {_json(row)}" for model, row in rows.items())
        groups.append(f"{_json(name)}: {{\n{body}\n}}")
    lines.append(",\n".join(groups))
    lines.append("}\n}\n")
    return "\n".join(lines)


def read_object(path: Path) -> dict[str, object]:
    """Read a JSON object from a file.

    Raises:
        ValueError: the file contains something else.
    """
    value: object = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is not a JSON object")
    return cast("dict[str, object]", value)


def written_id(key: str, price_map_provider: str) -> tuple[str, str, bool] | None:
    """Return (provider, model, exact) for a key of the price map, or None if it is not a model.

    `exact` is False if the key is a price variant of the model. The provider is the name before the first `/`, as in
    litellm's get_llm_provider.
    """
    if "/" not in key and _PRICE_CLASS.match(key):
        return None
    provider = _PROVIDER_OF_PRICE_MAP.get(price_map_provider, price_map_provider)
    if provider.startswith("vertex_ai-"):
        provider = "vertex_ai"
    model = key
    for prefix in (provider, price_map_provider, *_KEY_PREFIXES.get(provider, ())):
        if key.startswith(prefix + "/"):
            model = key[len(prefix) + 1 :]
            break
    plain = _COMMITMENT.sub("", model)
    segments = plain.split("/")
    leading = 0
    while leading < len(segments) - 1 and _QUALIFIER.fullmatch(segments[leading]):
        leading += 1
    if any(_SIZE.fullmatch(segment) for segment in segments[:leading]):
        plain = "/".join(segments[leading:]).removeprefix(provider + "/")
    return provider, plain, plain == model


def _models(prices: Mapping[str, object]) -> dict[str, dict[str, list[object]]]:
    models: dict[str, dict[str, list[object]]] = {}
    # A key with the name of its provider takes precedence over one without, and both over a price variant.
    ranked: dict[tuple[str, str], int] = {}
    for key, value in prices.items():
        if key in _NOT_MODELS or not isinstance(value, dict):
            continue
        entry = cast("dict[str, object]", value)
        provider_name = entry.get("litellm_provider")
        written = written_id(key, provider_name) if isinstance(provider_name, str) else None
        if written is None:
            continue
        provider, model, exact = written
        rank = 0 if exact and key == f"{provider}/{model}" else 1 if exact else 2
        if rank < ranked.get((provider, model), 3):
            ranked[provider, model] = rank
            models.setdefault(provider, {})[model] = _row(entry)
    if not models:
        raise ValueError("the price map has no models")
    return models


def _row(entry: Mapping[str, object]) -> list[object]:
    mode = entry.get("mode")
    capabilities = [word for flag, word in CAPABILITIES.items() if entry.get(flag) is True]
    row: list[object] = [
        mode if isinstance(mode, str) else "chat",
        _tokens(entry.get("max_input_tokens")) or _tokens(entry.get("max_tokens")),
        _tokens(entry.get("max_output_tokens")),
        _price(entry.get("input_cost_per_token")),
        _price(entry.get("output_cost_per_token")),
        " ".join(capabilities) or None,
        _date(entry.get("deprecation_date")),
        _successor(entry),
    ]
    while row[-1] is None:
        row.pop()
    return row


def _successor(entry: Mapping[str, object]) -> str | None:
    """Return the ID of the provider's successor, in the price map as `successor_model` or in `metadata`."""
    metadata, provider = entry.get("metadata"), entry.get("litellm_provider")
    named = entry.get("successor_model")
    if named is None and isinstance(metadata, dict):
        named = cast("Mapping[str, object]", metadata).get("successor")
    written = written_id(named, provider) if isinstance(named, str) and isinstance(provider, str) else None
    return f"{written[0]}/{written[1]}" if written else None


def _tokens(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if math.isfinite(value) and value >= 1 else None


def _price(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or value < 0:
        return None
    # Four decimals are enough for all published prices and remove rounding errors.
    return round(value * 1_000_000, 4)


def _date(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
