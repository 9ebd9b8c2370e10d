"""Paths in `api_base` that LiteLLM adds itself, or that are missing, judged from the provider and the URL alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from aloop_models.catalog.provider_hosts import provider_of_host
from aloop_models.catalog.url_completion import (
    COMPLETIONS,
    PUBLIC_PATHS,
    SERVERS_WITH_V1,
    TWO_APIS,
    UrlCompletion,
)
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text import Edit
from aloop_models.features.checks.distance import Distance, distance_of, host_of, is_near
from aloop_models.features.diagnostic import Severity

_REQUEST = lazy_re(
    r"/(?:chat/completions?|(?:(?:agents|fim)/)?completions|embeddings|responses|messages)/*$|(?<=/v1)/+(?:chat|models)/*$"
)
_VERSION_AND_REQUEST = lazy_re(
    r"(?:/v1){1,2}(?:/(?:chat/completions?|chat|completions|complete|embeddings|responses|messages|models))?/*$"
    r"|/(?:chat/completions?|completions|complete|embeddings|responses|messages)/*$"
)
_OLLAMA = lazy_re(
    r"/api(?:/[a-z]+)?/*$"
    r"|(?:/v1)?/(?:chat/completions?|completions|embeddings|models|responses|messages)/*$"
    r"|(?:/v1){1,2}(?:/chat)?/*$"
)
# LiteLLM replaces what follows /anthropic (azure_anthropic_messages_url).
_CLAUDE_IN_AZURE = lazy_re(r"/anthropic|/v1/messages/*$")
_PATHS_OF_OLLAMA = frozenset({"/api", "/api/chat", "/api/generate"})
_REPEATED_VERSION = lazy_re(r"(/v[0-9]+(?:beta)?)\1+(?![^/])")
_GEMINI = lazy_re(r"/models(?:/[^/]*)?/*$")
_WATSONX = lazy_re(r"/ml/v1(?:/(?:text|deployments)(?:/.*)?)?/*$")
_ADDRESS = lazy_re(r"localhost|[0-9.]+", re.IGNORECASE)
_PORT = lazy_re(r"/[0-9]{4,5}(?=/|$)")
_GUESSED_PATHS = frozenset({"", "/api", "/api/v1", "/openai", "/openai/v1", "/v1", "/v2"})
"""Paths that people write if they do not know the path of an API."""
_DATABRICKS = "/serving-endpoints"
"""The path at each host of Databricks."""
_DEFAULT = COMPLETIONS["openai"]
_KINDS = {COMPLETIONS[name].route: name for name in PUBLIC_PATHS}


class PathProblem(NamedTuple):
    """One problem of a URL's path; the offsets of the edits are those in the URL."""

    message: str
    title: str
    edits: tuple[Edit, ...]
    safe: bool
    level: Severity


@lru_cache(maxsize=1024)
def path_problem(provider: str, base: str) -> PathProblem | None:
    """The problem of the path of a valid URL without query and credentials, or None; cached, as models share URLs."""
    # `vllm/` ignores the URL, and its fix is `hosted_vllm/`.
    provider = "hosted_vllm" if provider == "vllm" else provider
    start = base.index("://") + 3
    start += len(urlsplit(base).netloc)
    path = base[start:]
    found = (
        _port_in_path(base, path) or _path_of_other_api(provider, base, path) or _path_of_ollama(provider, base, path)
    )
    found = found or (_wrong_end(provider, path) if path.strip("/") else _missing_version(provider, base))
    found = found or _other_public_path(provider, base, path) or _repeated_version(path)
    # Some proxies have the URL of another server in their path.
    slashes = re.finditer(r"(?<=/)(?<!:/)/+", path)
    if found is None and (cuts := tuple(Edit(match.start(), match.end(), "") for match in slashes)):
        message = "The path of api_base contains '//'. Remove the extra slash."
        found = PathProblem(message, "Remove the extra slash", cuts, safe=True, level=Severity.INFORMATION)
    return found and found._replace(edits=tuple(edit.shift(start) for edit in found.edits))


def url_suits(provider: str, base: str) -> bool:
    """Whether a URL has no problem with a provider; true for what is not a URL."""
    return host_of(base) is None or path_problem(provider, base.strip()) is None


def _port_in_path(base: str, path: str) -> PathProblem | None:
    """The problem of a port after a slash at a private address without one: `http://192.168.1.20/8000/v1`."""
    if not _PORT.match(path) or not _ADDRESS.fullmatch(urlsplit(base).netloc) or not is_near(base):
        return None
    message = "The port is in the path of api_base. Write ':' before it."
    return PathProblem(message, "Write ':' before the port", (Edit(0, 1, ":"),), safe=False, level=Severity.WARNING)


def _path_of_other_api(provider: str, base: str, path: str) -> PathProblem | None:
    """The problem of a public host with two APIs, if the path is that of the one that is not called."""
    host = host_of(base) or ""
    paths = TWO_APIS.get(host)
    route = COMPLETIONS.get(provider, _DEFAULT).route
    if paths is None:
        return None
    given = _REQUEST.sub("", path).rstrip("/")
    start = given.removesuffix("/v1")
    is_other_case = start != paths.anthropic == start.casefold()
    if provider == "anthropic" and (is_other_case or start in _GUESSED_PATHS | {paths.openai.removesuffix("/v1")}):
        right = paths.anthropic
        message = f"The API of {host} for anthropic/ is at {right}. Change the path of the URL."
    elif route.endswith("chat/completions") and start.casefold() == paths.anthropic:
        right = paths.openai
        step = f"change the path to {right}" if right else "remove the path"
        message = f"{paths.anthropic} at {host} is for anthropic/. Change the provider, or {step}."
    else:
        return None
    title = f"Change the path to {right}" if right else f"Remove {given}"
    return PathProblem(message, title, (Edit(0, len(path), right),), safe=False, level=Severity.WARNING)


def _path_of_ollama(provider: str, base: str, path: str) -> PathProblem | None:
    """The problem of a path of Ollama's own API at its port, with a provider that calls its API for OpenAI clients."""
    given = path.rstrip("/")
    completion = COMPLETIONS.get(provider)
    if completion is None or completion.route != "chat/completions" or given not in _PATHS_OF_OLLAMA:
        return None
    if not base.removesuffix(path).endswith(":11434"):
        return None
    message = f"{given} at Ollama's port is for ollama/. Change the provider, or change the path to /v1."
    edits = (Edit(0, len(path), "/v1"),)
    return PathProblem(message, "Change the path to /v1", edits, safe=False, level=Severity.WARNING)


def _wrong_end(provider: str, path: str) -> PathProblem | None:
    completion = COMPLETIONS.get(provider, _DEFAULT)
    if not completion.route or provider in ("azure", "azure_text"):
        return None
    if provider == "gemini":
        return _gemini_path(path)
    if provider in ("ollama", "ollama_chat"):
        return _ollama_path(path)
    if provider in ("watsonx", "watsonx_text"):
        return _watsonx_path(path)
    if provider == "azure_ai/claude" and _CLAUDE_IN_AZURE.search(path):
        return None
    appends_version = completion.route.startswith("v1/") and not completion.optional
    end = (_VERSION_AND_REQUEST if appends_version else _REQUEST).search(path)
    if end is None:
        return None
    accepted = completion.once and path.rstrip("/").endswith(f"/{completion.route}")
    if accepted and appends_version:
        return None
    return _removal(path, end.start(), completion, accepted=accepted)


def _removal(path: str, start: int, completion: UrlCompletion, *, accepted: bool) -> PathProblem:
    cut = path[start:].rstrip("/")
    added = completion.route.removeprefix(f"{completion.optional}/")
    if accepted:
        message = f"api_base ends with {cut}, which LiteLLM adds where it is missing. You can remove it."
    elif cut == f"/{added}":
        message = f"api_base ends with {cut}, which LiteLLM adds to each request. Remove it."
    else:
        message = f"api_base ends with {cut}, but LiteLLM adds /{added} to it. Remove {cut}."
    level = Severity.INFORMATION if accepted else Severity.WARNING
    # A path of this name can also be a part of the URL of the API.
    safe = not cut.endswith(("/v1", "/chat"))
    return PathProblem(message, f"Remove {cut}", (Edit(start, len(path), ""),), safe=safe, level=level)


def _ollama_path(path: str) -> PathProblem | None:
    end = _OLLAMA.search(path)
    if end is None:
        return None
    cut = end[0].rstrip("/")
    where = "ends at the port" if end.start() == 0 else f"ends before {cut}"
    other = ", or use openai/ as the provider" if cut.endswith("/v1") else ""
    message = f"The Ollama URL {where}. Remove {cut}{other}."
    edits = (Edit(end.start(), len(path), ""),)
    return PathProblem(message, f"Remove {cut}", edits, safe=not cut.endswith("/v1"), level=Severity.WARNING)


def _gemini_path(path: str) -> PathProblem | None:
    end = _GEMINI.search(path)
    if end is None:
        return None
    message = "LiteLLM adds /models, the model and the method to the URL. Remove /models and what follows."
    title = "Remove /models" if end[0].strip("/") == "models" else "Remove /models and what follows"
    return PathProblem(message, title, (Edit(end.start(), len(path), ""),), safe=True, level=Severity.WARNING)


def _watsonx_path(path: str) -> PathProblem | None:
    end = _WATSONX.search(path)
    if end is None:
        return None
    cut = end[0].rstrip("/")
    message = f"The URL of watsonx.ai ends before /ml, which LiteLLM adds. Remove {cut}."
    edits = (Edit(end.start(), len(path), ""),)
    return PathProblem(message, f"Remove {cut}", edits, safe=not cut.endswith("/v1"), level=Severity.WARNING)


def _other_public_path(provider: str, base: str, path: str) -> PathProblem | None:
    """The problem of a public host whose API is at another path, if this one is a guess."""
    route = COMPLETIONS.get(provider, _DEFAULT).route
    kind = _KINDS.get(route)
    host, given = host_of(base) or "", path.rstrip("/")
    right = PUBLIC_PATHS[kind].get(host) if kind else None
    if kind == "openai" and provider_of_host(host) == "databricks":
        right = _DATABRICKS
    if right is None:
        return None
    # Google's API is also at /v1.
    guesses = {""} if kind == "gemini" else _GUESSED_PATHS - {right}
    is_other = host == "openrouter.ai" and given != "/api" and not given.startswith("/api/")
    is_other = is_other or (right == _DATABRICKS and given.endswith("/invocations"))
    if given == right or not (is_other or given.casefold() in guesses | {right}):
        return None
    message = f"The API of {host} is at {right}. Change the path of the URL."
    edits = (Edit(0, len(path), right),)
    return PathProblem(message, f"Change the path to {right}", edits, safe=False, level=Severity.WARNING)


def _repeated_version(path: str) -> PathProblem | None:
    repeated = _REPEATED_VERSION.search(path)
    if repeated is None:
        return None
    message = f"The path of api_base contains {repeated[1]} more than once. Keep one."
    edits = (Edit(repeated.end(1), repeated.end(), ""),)
    return PathProblem(message, f"Keep one {repeated[1]}", edits, safe=False, level=Severity.WARNING)


def _missing_version(provider: str, base: str) -> PathProblem | None:
    completion = COMPLETIONS.get(provider)
    if completion is None or completion.route != "chat/completions":
        return None
    try:
        server = SERVERS_WITH_V1.get(urlsplit(base).port or 0)
    except ValueError:
        # The port is invalid.
        return None
    if server is None or distance_of(base) is Distance.FAR:
        return None
    slash = "" if base.endswith("/") else "/"
    edit = Edit(0, 0, "/v1") if slash else Edit(1, 1, "v1")
    message = f"The URL has no path. The API of {server}, which uses this port, is at /v1. Add /v1."
    return PathProblem(message, "Add /v1", (edit,), safe=False, level=Severity.INFORMATION)
