"""Fields of Continue's models that other tools do not have: the account of a cloud, and parameters of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

# Source: the reference of Continue's config.yaml, models and their providers.
_ACCOUNT = {
    "azure": {"apiVersion": "api_version"},
    "bedrock": {"region": "aws_region_name", "profile": "aws_profile_name"},
    "vertex_ai": {"region": "vertex_location", "projectId": "vertex_project"},
    "watsonx": {"projectId": "project_id", "apiVersion": "api_version"},
}
"""LiteLLM's provider → the name in `env` → the field here."""
_NESTED = {
    "defaultCompletionOptions": {
        "maxTokens": "max_tokens",
        "temperature": "temperature",
        "topP": "top_p",
        "topK": "top_k",
        "minP": "min_p",
        "presencePenalty": "presence_penalty",
        "frequencyPenalty": "frequency_penalty",
        "stop": "stop",
        "keepAlive": "keep_alive",
    },
    "requestOptions": {"headers": "extra_headers", "timeout": "timeout"},
}


def fields_of_continue(provider: str, item: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a model; those in a known mapping have their names here, or the path in that mapping.

    Args:
        provider: LiteLLM's name of the provider.
        item: The model, without its ID and name.
    """
    known = {**_NESTED, "env": _ACCOUNT.get(provider, {})}
    fields: dict[str, object] = {}
    for name, value in item.items():
        names = known.get(name)
        if names is None or not isinstance(value, Mapping):
            fields[name] = value
            continue
        parts = cast("Mapping[object, object]", value)
        fields |= {names.get(str(part), f"{name}.{part}"): content for part, content in parts.items()}
    return fields
