"""The public hosts of providers, at which only the provider's own keys are valid."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.catalog.nearest import one_slip
from aloop_models.core.text_cache import per_text

# Sources: the default URLs in LiteLLM's provider modules and constants.py; the endings, which include two
# exact hosts, from the documentation of the providers.
_HOSTS = {
    "ai-gateway.vercel.sh": "vercel_ai_gateway",
    "api.anthropic.com": "anthropic",
    "api.cerebras.ai": "cerebras",
    "api.cohere.ai": "cohere",
    "api.cohere.com": "cohere",
    "api.deepseek.com": "deepseek",
    "api.fireworks.ai": "fireworks_ai",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral",
    "api.moonshot.ai": "moonshot",
    "api.openai.com": "openai",
    "api.perplexity.ai": "perplexity",
    "api.replicate.com": "replicate",
    "api.together.ai": "together_ai",
    "api.together.xyz": "together_ai",
    "api.x.ai": "xai",
    "generativelanguage.googleapis.com": "gemini",
    "integrate.api.nvidia.com": "nvidia_nim",
    "models.inference.ai.azure.com": "github",
    "openrouter.ai": "openrouter",
    "router.huggingface.co": "huggingface",
}
_ENDINGS = {
    "api.moonshot.cn": "moonshot",
    "models.github.ai": "github",
    ".api.openai.com": "openai",
    ".cognitiveservices.azure.com": "azure",
    ".openai.azure.com": "azure",
    ".openai.azure.us": "azure",
    ".services.ai.azure.com": "azure",
    ".cloud.databricks.com": "databricks",
    ".azuredatabricks.net": "databricks",
}

WEB_PAGES = {
    "ai.azure.com": "azure",
    "aistudio.google.com": "gemini",
    "build.nvidia.com": "nvidia_nim",
    "chat.openai.com": "openai",
    "claude.ai": "anthropic",
    "cloud.cerebras.ai": "cerebras",
    "console.anthropic.com": "anthropic",
    "console.groq.com": "groq",
    "console.mistral.ai": "mistral",
    "console.x.ai": "xai",
    "dashboard.cohere.com": "cohere",
    "gemini.google.com": "gemini",
    "oai.azure.com": "azure",
    "openai.com": "openai",
    "platform.claude.com": "anthropic",
    "platform.deepseek.com": "deepseek",
    "platform.moonshot.ai": "moonshot",
    "platform.openai.com": "openai",
    "portal.azure.com": "azure",
    "www.perplexity.ai": "perplexity",
    "x.ai": "xai",
}
"""Hosts of web pages, such as consoles with API keys, that are not the host of an API, by their provider."""


_LONG_ENOUGH = 12
"""Characters of a host that no other host resembles by chance."""
_TOP_LEVELS = frozenset({"ai", "co", "com", "io", "net", "org"})
"""Top-level domains that people confuse. Anyone can have a host below others, such as `vercel.app`."""
_NO_HOSTS = {
    "api.minimax.com": ("api.minimax.io", "minimax"),
    "api.xai.com": ("api.x.ai", "xai"),
    "api.zai.ai": ("api.z.ai", "zai"),
    "api.zai.com": ("api.z.ai", "zai"),
}
"""Hosts that have the name of a provider but are not its host; its host and the provider."""
_OWNERS = {**_HOSTS, **dict(_NO_HOSTS.values())}


@per_text(256)
def meant_host(host: str) -> str | None:
    """Return the public host of a provider, or localhost, from which this host (in lower case) differs slightly.

    The difference is one letter or the top-level domain. None if there is no such host.
    """
    if host.isalpha() and one_slip(host, "localhost"):
        return "localhost"
    if provider_of_host(host) or host in WEB_PAGES:
        return None
    if host in _NO_HOSTS:
        return _NO_HOSTS[host][0]
    return next((known for known in (*_HOSTS, *_below_endings(host)) if _is_near(host, known)), None)


def _below_endings(host: str) -> Iterator[str]:
    """Yield the host with each ending that has as many labels as its own."""
    labels = host.split(".")
    for ending in _ENDINGS:
        before = len(labels) - ending.count(".")
        if ending.startswith(".") and before > 0:
            yield ".".join(labels[:before]) + ending


def _is_near(host: str, known: str) -> bool:
    if len(known) < _LONG_ENOUGH:
        return False
    name, _, top = host.rpartition(".")
    return one_slip(host, known) or (top in _TOP_LEVELS and known.rpartition(".")[0] == name)


def can_mean(provider: str, host: str) -> bool:
    """Return whether an entry of this provider can have this host: its own, localhost, or any if it has none."""
    owner = _OWNERS.get(host) or provider_of_host(host)
    return owner in (provider, None) or provider == "openai" or provider not in _OWNERS.values()


@per_text(256)
def provider_of_host(host: str) -> str | None:
    """Return the provider with this public host (in lower case), or None if it is not known to be a provider's own."""
    if host in _HOSTS:
        return _HOSTS[host]
    return next((provider for ending, provider in _ENDINGS.items() if host.endswith(ending)), None)
