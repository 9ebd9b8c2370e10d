"""Problems of `api_base` that depend on the provider and other fields: Azure, Gemini and vLLM; and `0.0.0.0`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from aloop_models.catalog import is_entry_id, provider_of, split_id
from aloop_models.catalog.provider_hosts import WEB_PAGES
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.references import refers
from aloop_models.catalog.url_completion import api_of
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit
from aloop_models.features.checks.azure_url import (
    V1_VERSIONS,
    AzureUrl,
    has_form_of_version,
    has_path_at_azure,
    is_version,
    read_azure_url,
    resource_without_v1,
    version_in,
)
from aloop_models.features.checks.distance import host_of
from aloop_models.features.checks.endpoint_path import path_problem
from aloop_models.features.checks.fixes import (
    offer,
    own_scalar,
    put_field_before,
    remove_field,
    replace_part,
    replace_scalar,
)
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import part_of, value_span
from aloop_models.features.checks.values import OUT_OF_RANGE
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts

INVALID_API_BASE = Rule(
    "invalid-api-base",
    Severity.ERROR,
    "Invalid api_base",
    "A URL starts with `http://` or `https://` and contains no spaces. LiteLLM adds the path of a request to it: "
    "`/chat/completions`, for Anthropic `/v1/messages`, for Ollama `/api/chat`. `vllm/` loads the model itself and "
    "uses no URL; a vLLM server needs `hosted_vllm/`.",
    "models:\n  ollama/llama3:\n    api_base: localhost:11434\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    api_base: http://localhost:11434\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: removing spaces, quotes, an extra slash, a second `https://` or the path of a request, "
    "changing `0.0.0.0` to `localhost`, and adding `http://` for a server on your machine. "
    "Unsafe: choosing or correcting a protocol in other cases, replacing a backslash, comma or dot, adding or "
    "removing `/v1`, changing the path at a public host, removing a password or a query, reducing Azure's URL or "
    "adding `/openai/v1` to it, removing the URL of a web page, and changing the host or the provider.",
    severity_reason="LiteLLM cannot send a request to it.",
    other_severities=(
        SeverityCase(
            Severity.WARNING,
            "if requests probably go to a wrong path: the URL ends with the path of a request or with `/v1` where "
            "LiteLLM adds it, contains `/v1/v1`, has another path than the API of its public host, has a password or a "
            "query, or is one that the provider does not use (the URL of a call to Azure, Azure's `/openai/v1` without "
            "`api_version: preview`, Azure's URL without `/openai/v1` with `openai/`, Google's "
            "`/openai` with `gemini/`, any URL with `vllm/`), is a web page of a provider, or has a host that differs "
            "from a public one by one letter or in its top-level domain, or from `localhost` by one letter",
        ),
        SeverityCase(
            Severity.INFORMATION,
            "for a path that LiteLLM does not repeat, a missing `/v1` at the usual port of a local server, `//` in "
            "the path, and `0.0.0.0`",
        ),
        SeverityCase(Severity.HINT, "if the deployment in Azure's URL differs from the ID"),
    ),
    related=("missing-api-base", "insecure-api-base"),
)

SPECIAL = frozenset({"azure", "azure_text", "azure_ai", "custom", "gemini", "vllm"})
"""Providers whose URLs depend on the entry."""
UNSPECIFIED = frozenset({"0.0.0.0", "::"})  # noqa: S104
_OPENAI = lazy_re(r"/v1(?:/(?:chat/)?completions)?/*$")
_GEMINI = lazy_re(r"/openai(?:/.*)?$")
# Only agents are called in a project. Other paths can be right at a resource that is called like OpenAI.
_OTHER_THAN_MODELS = lazy_re(r"/(?:v1|api/projects/[^/]+)/*")
_OTHER_THAN_CLAUDE = lazy_re(rf"{_OTHER_THAN_MODELS.pattern}|/(?:models|openai)(?:/.*)?")
_GOOGLE = "generativelanguage.googleapis.com"
_KEEP_RESOURCE = "Keep only the URL of the resource"


def check_api_version(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the form of `api_version`: a date, or `preview`, `latest` or `v1`."""
    del facts
    value = entry.profile.get("api_version")
    if not isinstance(value, str) or not value.strip() or is_version(value) or refers(value) or is_key(value):
        return
    field = entry.field("api_version")
    if field is None or not provider_of(entry.model_id).startswith("azure"):
        return
    if any(span == field.value.span for span, _ in entry.faults):
        # YAML reads it as a date that does not exist, which has a diagnostic already.
        return
    version = version_in(value)
    if version is None:
        message = "api_version is a date, such as 2024-10-21, or preview."
        yield Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, (), Severity.WARNING)
        return
    is_date = has_form_of_version(value)
    message = (
        f"api_version is not a date. Did you mean {version}?"
        if is_date
        else f"api_version is only the version. Write {version}."
    )
    fix = Fix(f"Change to {version}", replace_scalar(own_scalar(field), f"'{version}'"), safe=False)
    yield Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, offer(fix), Severity.WARNING if is_date else None)


def unspecified_host(entry: Entry, field: Field, base: str, start: int | None) -> Diagnostic:
    """The diagnostic of a URL with `0.0.0.0`, at which a server listens, but to which not every system connects."""
    host = "[::]" if "://[::]" in base else "0.0.0.0"  # noqa: S104
    first = base.find(host)
    scalar = own_scalar(field)
    is_known = start is not None and scalar is not None and first >= 0
    span = part_of(scalar, first, first + len(host)) if is_known and scalar else value_span(entry, field)
    edits = (Edit(start + first, start + first + len(host), "localhost"),) if start is not None and first >= 0 else ()
    message = f"{host} is where a server listens, and not a destination on every system. Use localhost."
    fix = Fix("Change to localhost", edits, safe=True)
    return Diagnostic(INVALID_API_BASE, span, message, offer(fix), Severity.INFORMATION)


def special_problem(entry: Entry, field: Field, base: str, start: int | None) -> tuple[Diagnostic, ...] | None:
    """The problems of a valid URL of a provider in `SPECIAL`; None if there are none of these."""
    provider = provider_of(entry.model_id)
    if provider in ("azure", "azure_text"):
        url = read_azure_url(base)
        return None if url is None else tuple(_azure(entry, field, base, start, url)) or None
    if provider == "azure_ai":
        return _foundry(entry, field, base, start)
    if provider == "openai" and (resource := resource_without_v1(base)) is not None:
        return (_openai_at_azure(entry, field, base, start, resource),)
    path = urlsplit(base).path
    if provider == "custom" and _OPENAI.search(path):
        others = (_to_provider(entry, name) for name in ("openai", "hosted_vllm") if not path_problem(name, base))
        message = "custom/ sends a request of its own format to this URL. For an OpenAI-compatible server, use openai/."
        return (_warning(entry, field, message, *others),)
    if provider == "gemini" and _GEMINI.search(path) and not urlsplit(base).query:
        return (_gemini(entry, field, base, start),)
    return None


def _warning(entry: Entry, field: Field, message: str, *fixes: Fix) -> Diagnostic:
    return Diagnostic(INVALID_API_BASE, value_span(entry, field), message, offer(*fixes), Severity.WARNING)


def _to_provider(entry: Entry, provider: str) -> Fix:
    edits = replace_part(entry.key, 0, len(split_id(entry.model_id)[0]), provider)
    return Fix(f"Change the provider to {provider}", edits, safe=False)


def web_page(entry: Entry, field: Field, base: str, facts: Facts) -> Diagnostic:
    """The diagnostic of the URL of a web page of a provider, which is removed if it is the entry's own provider."""
    provider = provider_of(entry.model_id)
    known = facts.catalog.providers.get(provider)
    if known is not None and not known.needs_base and WEB_PAGES[host_of(base) or ""] == provider:
        message = "This is the URL of a web page, not of an API. Remove api_base."
        return _warning(entry, field, message, Fix("Remove api_base", remove_field(entry, field), safe=False))
    return _warning(entry, field, "This is the URL of a web page, not of an API. Write the URL of the API.")


def url_in_process(entry: Entry, field: Field) -> Diagnostic:
    """The diagnostic of a URL under `vllm/`, which LiteLLM does not use (main.py, _complete_vllm)."""
    message = "vllm/ loads the model in the agent's process and ignores api_base. For a server, use hosted_vllm/."
    return _warning(entry, field, message, _to_provider(entry, "hosted_vllm"))


def _gemini(entry: Entry, field: Field, base: str, start: int | None) -> Diagnostic:
    openai = () if path_problem("openai", base) else (_to_provider(entry, "openai"),)
    if urlsplit(base).hostname == _GOOGLE:
        message = "This is Google's URL for OpenAI clients, which gemini/ is not. Remove api_base, or use openai/."
        return _warning(entry, field, message, Fix("Remove api_base", remove_field(entry, field), safe=False), *openai)
    cut = base.rindex("/openai")
    edits = () if start is None else (Edit(start + cut, start + len(base), ""),)
    message = "A URL that ends with /openai is for OpenAI clients, and gemini/ is not one. Remove it, or use openai/."
    return _warning(entry, field, message, Fix("Remove /openai", edits, safe=False), *openai)


def _openai_at_azure(entry: Entry, field: Field, base: str, start: int | None, resource: str) -> Diagnostic:
    """The diagnostic of a URL of Azure to which LiteLLM adds `/chat/completions` without a version and deployment."""
    message = "openai/ can call Azure only at /openai/v1. Use azure/ as the provider, or end the URL with /openai/v1."
    url = read_azure_url(base)
    azure = (_to_provider(entry, "azure"),) if url is None or url.is_accepted else ()
    # There, the model in the ID is the deployment.
    is_same = url is None or url.deployment in (None, split_id(entry.model_id)[1].partition("#")[0])
    edits = (Edit(start + len(resource), start + len(base), "/openai/v1"),) if start is not None and is_same else ()
    return _warning(entry, field, message, *azure, Fix("Change the path to /openai/v1", edits, safe=False))


def _azure(entry: Entry, field: Field, base: str, start: int | None, url: AzureUrl) -> Iterator[Diagnostic]:
    given = entry.profile.get("api_version")
    cut = () if start is None else (Edit(start + len(url.resource), start + len(base), ""),)
    if url.is_v1:
        if given in V1_VERSIONS and urlsplit(base).path.rstrip("/").endswith("/openai/v1") and "?" not in base:
            return
        resource = Fix(_KEEP_RESOURCE, cut, safe=False)
        if given in V1_VERSIONS:
            message = f"LiteLLM adds /openai/v1 and the path of the request. {_KEEP_RESOURCE}."
            yield _warning(entry, field, message, resource)
            return
        preview = put_field_before(entry, field, "api_version", "preview")
        message = "A URL with /openai/v1 needs api_version: preview. With a date, keep only the URL of the resource."
        is_plain = urlsplit(base).path.rstrip("/").endswith("/openai/v1") and "?" not in base
        second = (Fix("Set api_version to preview", preview, safe=False),) if is_plain else ()
        yield _warning(entry, field, message, resource, *second)
        return
    if url.deployment is not None:
        yield from _deployment(entry, field, base, url.deployment, in_use="URL" if url.is_accepted else "ID")
    if url.is_accepted:
        return
    moved = move_version(entry, field, url.version)
    title = _KEEP_RESOURCE + (f", and set api_version to {url.version}" if moved else "")
    message = f"LiteLLM adds the path of the request. {_KEEP_RESOURCE}"
    message += "; put the version in api_version." if "?" in base or "/openai" in base else "."
    edits = () if moved is None or not cut else tuple(sorted((*moved, *cut)))
    yield _warning(entry, field, message, Fix(title, edits, safe=False))


def _foundry(entry: Entry, field: Field, base: str, start: int | None) -> tuple[Diagnostic, ...] | None:
    """The problem of a URL of a project or of another API of Azure AI, to which LiteLLM adds its own path."""
    wrong = _OTHER_THAN_CLAUDE if api_of(entry.model_id) == "azure_ai/claude" else _OTHER_THAN_MODELS
    parts = urlsplit(base)
    is_foundry = has_path_at_azure(base) and ".services.ai." in parts.netloc.casefold()
    if not is_foundry or not wrong.fullmatch(parts.path) or "agents/" in entry.model_id:
        return None
    end = base.index("://") + 3 + len(parts.netloc)
    edits = () if start is None else (Edit(start + end, start + len(base), ""),)
    message = f"LiteLLM adds the path of the request. {_KEEP_RESOURCE}."
    return (_warning(entry, field, message, Fix(_KEEP_RESOURCE, edits, safe=False)),)


def move_version(entry: Entry, field: Field, version: str | None) -> tuple[Edit, ...] | None:
    """The edits that put the version of a URL into `api_version`; empty if that is not needed, None if not possible."""
    given = entry.profile.get("api_version")
    if version is None or (isinstance(given, str) and is_version(given)):
        return ()
    return put_field_before(entry, field, "api_version", f"'{version}'") or None


def _deployment(entry: Entry, field: Field, base: str, deployment: str, *, in_use: str) -> Iterator[Diagnostic]:
    provider, model = split_id(entry.model_id)
    name = model.partition("#")[0].rpartition("/")[2]
    if name == deployment or redact(deployment) != deployment or not is_entry_id(f"{provider}/{deployment}"):
        return
    first = base.index("/deployments/") + len("/deployments/")
    scalar = own_scalar(field)
    span = part_of(scalar, first, first + len(deployment)) if isinstance(scalar, Scalar) else value_span(entry, field)
    at = len(provider) + 1 + model.partition("#")[0].rindex(name) if name else 0
    edits = replace_part(entry.key, at, at + len(name), deployment) if name else ()
    message = f"The deployment in the URL is {deployment}, and the ID has {name}. LiteLLM uses the one in the {in_use}."
    fix = Fix(f"Change the deployment in the ID to {deployment}", edits, safe=False)
    yield Diagnostic(INVALID_API_BASE, span, message, offer(fix), Severity.HINT)
