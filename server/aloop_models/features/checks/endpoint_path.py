"""Paths in `api_base` that LiteLLM adds itself, or that are missing, judged from the provider and the URL alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from aloop_models.catalog.url_completion import COMPLETIONS, SERVERS_WITH_V1, UrlCompletion
from aloop_models.core.text import Edit
from aloop_models.features.checks.distance import Distance, distance_of
from aloop_models.features.diagnostic import Severity

_REQUEST = re.compile(r"/(?:chat/completions|completions|embeddings|responses|messages)/*$|(?<=/v1)/models/*$")
_VERSION_AND_REQUEST = re.compile(
    r"/v1(?:/(?:chat/completions|completions|complete|embeddings|responses|messages|models))?/*$"
    r"|/(?:chat/completions|completions|complete|embeddings|responses|messages)/*$"
)
_OLLAMA = re.compile(
    r"/api(?:/[a-z]+)?/*$"
    r"|(?:/v1)?/(?:chat/completions|completions|embeddings|models|responses|messages)/*$"
    r"|/v1/*$"
)
_DEFAULT = COMPLETIONS["openai"]


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
    found = _wrong_end(provider, path) if path.strip("/") else _missing_version(provider, base)
    if found is None and "//" in path:
        cuts = tuple(Edit(match.start(), match.end(), "") for match in re.finditer(r"(?<=/)/+", path))
        message = "The path of api_base contains '//'. Remove the extra slash."
        found = PathProblem(message, "Remove the extra slash", cuts, safe=True, level=Severity.INFORMATION)
    return found and found._replace(edits=tuple(edit.shift(start) for edit in found.edits))


def _wrong_end(provider: str, path: str) -> PathProblem | None:
    completion = COMPLETIONS.get(provider, _DEFAULT)
    if not completion.route or provider in ("azure", "azure_text", "gemini"):
        return None
    if provider in ("ollama", "ollama_chat"):
        return _ollama_path(path)
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
    return PathProblem(message, f"Remove {cut}", (Edit(start, len(path), ""),), safe=cut != "/v1", level=level)


def _ollama_path(path: str) -> PathProblem | None:
    end = _OLLAMA.search(path)
    if end is None:
        return None
    cut = end[0].rstrip("/")
    where = "ends at the port" if end.start() == 0 else f"ends before {cut}"
    other = ", or use openai/ as the provider" if cut == "/v1" else ""
    message = f"The Ollama URL {where}. Remove {cut}{other}."
    edits = (Edit(end.start(), len(path), ""),)
    return PathProblem(message, f"Remove {cut}", edits, safe=cut != "/v1", level=Severity.WARNING)


def _missing_version(provider: str, base: str) -> PathProblem | None:
    completion = COMPLETIONS.get(provider)
    if completion is None or completion.route != "chat/completions":
        return None
    server = SERVERS_WITH_V1.get(urlsplit(base).port or 0)
    if server is None or distance_of(base) is Distance.FAR:
        return None
    slash = "" if base.endswith("/") else "/"
    edit = Edit(0, 0, "/v1") if slash else Edit(1, 1, "v1")
    message = f"The URL has no path. The API of {server}, which uses this port, is at /v1. Add /v1."
    return PathProblem(message, "Add /v1", (edit,), safe=False, level=Severity.INFORMATION)
