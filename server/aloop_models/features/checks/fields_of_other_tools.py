"""The fields of other tools that an entry has under another name: the account of a cloud, parameters of the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from aloop_models.core.lazy_re import lazy_re

_Names = Mapping[str, str]

FIELDS: _Names = MappingProxyType(
    {
        "apiKey": "api_key",
        "apiBase": "api_base",
        "baseURL": "api_base",
        "base_url": "api_base",
        "apiVersion": "api_version",
    }
)
"""Every tool's name → the field here."""
OF_SERVER: _Names = MappingProxyType(
    {**FIELDS, "api_key": "api_key", "extra_headers": "extra_headers", "headers": "extra_headers"}
)
"""The name in opencode, crush or LibreChat, where a server has several models → the field here."""

# Sources: the reference of Continue's config.yaml, the models of its older config.json, opencode's provider.ts, and the
# settings of the AI SDK's providers, which opencode passes on.
_AWS = {"region": "aws_region_name", "profile": "aws_profile_name"}
OF_PROVIDER: Mapping[str, _Names] = MappingProxyType(
    {
        "azure": {"apiVersion": "api_version"},
        "bedrock": {
            **_AWS,
            "accessKeyId": "aws_access_key_id",
            "secretAccessKey": "aws_secret_access_key",
            "sessionToken": "aws_session_token",
            "endpoint": "aws_bedrock_runtime_endpoint",
        },
        "ollama": {
            "contextLength": "num_ctx",
            "numThreads": "num_thread",
            "numGpu": "num_gpu",
            "keepAlive": "keep_alive",
        },
        "openai": {"organization": "organization"},
        "sagemaker": _AWS,
        "vertex_ai": {
            "region": "vertex_location",
            "location": "vertex_location",
            "projectId": "vertex_project",
            "project": "vertex_project",
        },
        "watsonx": {"projectId": "project_id"},
    }
)
"""LiteLLM's provider → the name in Continue or opencode → the field here."""

# Source: models.dev, which opencode reads. These are URLs that LiteLLM's provider does not have.
_URLS_OF_OPENCODE = {
    "alibaba": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "kimi-for-coding": "https://api.kimi.com/coding/v1",
    "lmstudio": "http://localhost:1234/v1",
    "moonshotai-cn": "https://api.moonshot.cn/v1",
    "zai-coding-plan": "https://api.z.ai/api/coding/paas/v4",
    "zhipuai": "https://open.bigmodel.cn/api/paas/v4",
    "zhipuai-coding-plan": "https://open.bigmodel.cn/api/coding/paas/v4",
}
_URLS_OF_CONTINUE = {"lm_studio": "http://localhost:1234/v1", "moonshot": "https://api.moonshot.cn/v1"}
"""LiteLLM's provider → the URL that Continue calls, which LiteLLM's provider does not have."""
AZURE_URL = ("https://", ".openai.azure.com")
"""What is before and after the name of a resource of Azure."""
_RESOURCE = lazy_re(r"[A-Za-z0-9-]+")

_PARAMETERS = {
    "maxTokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "minP": "min_p",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
    "stop": "stop",
}
_REQUEST = {"headers": "extra_headers", "timeout": "timeout"}


def fields_of_continue(provider: str, item: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a model; those in a known mapping have their names here, or the path in that mapping.

    Args:
        provider: LiteLLM's name of the provider.
        item: The model, without its ID and name.
    """
    own = OF_PROVIDER.get(provider, {})
    parameters = {**_PARAMETERS, **own}
    nested = {
        "env": own,
        "completionOptions": parameters,
        "defaultCompletionOptions": parameters,
        "requestOptions": _REQUEST,
    }
    fields: dict[str, object] = {}
    for name, value in item.items():
        if name in nested and isinstance(value, Mapping):
            for part, content in cast("Mapping[object, object]", value).items():
                _add(fields, nested[name].get(str(part)), f"{name}.{part}", content)
        else:
            _add(fields, own.get(name), name, value)
    if fields.keys() >= {"aws_access_key_id", "aws_secret_access_key", "aws_profile_name"}:
        # LiteLLM would prefer the profile, which Continue uses only without keys.
        fields["profile"] = fields.pop("aws_profile_name")
    url = fields.get("apiBase") or _URLS_OF_CONTINUE.get(provider)
    if isinstance(url, str):
        fields["apiBase"] = without_version(provider, url)
    return fields


def _add(fields: dict[str, object], field: str | None, path: str, value: object) -> None:
    """Add a value as this field, or under its path if there is none or the model has the field in two places."""
    fields[path if field is None or fields.get(field) is not None else field] = value


def without_version(provider: str, url: str) -> str:
    """Return the URL as LiteLLM needs it, which adds /v1 for Anthropic; Ollama's own API is not below /v1."""
    return re.sub(r"/v1/?$", "", url) if provider in ("anthropic", "ollama") else url


def url_of_opencode(name: str, provider: str, options: dict[str, object]) -> str:
    """Return the URL of a provider without `baseURL`, or an empty text; the option that names it is removed.

    Args:
        name: opencode's name of the provider.
        provider: LiteLLM's name of the provider.
        options: The options without a field here.
    """
    if isinstance(options.get("api"), str):
        return str(options.pop("api"))
    resource = options.get("resourceName")
    if provider == "azure" and isinstance(resource, str) and _RESOURCE.fullmatch(resource):
        return str(options.pop("resourceName")).join(AZURE_URL)
    return _URLS_OF_OPENCODE.get(name, "")
