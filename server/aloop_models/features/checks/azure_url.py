"""Azure's URLs and API versions: LiteLLM builds the URL of a call from the resource URL, the ID and `api_version`."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from aloop_models.core.lazy_re import lazy_re

_PATH = lazy_re(
    r"(?P<base>.*?)/openai"
    r"(?:/(?:deployments(?:/(?:(?P<deployment>[^/]+)(?P<call>/+[^/].*)?)?)?/*|(?P<v1>v1)(?:/.*)?|.*))?"
)
_HOST = lazy_re(r"https?://[\w-]+\.(?:openai|services\.ai|cognitiveservices)\.azure\.(?:com|us|cn)(?=/)", re.IGNORECASE)
# Other paths, such as /models and the one of a project, can be right.
_NOT_OF_OPENAI = lazy_re(r"/*(?:v1|openai(?:/(?:deployments(?:/.*)?)?)?)?/*")
_VERSION = lazy_re(r"\d{4}-\d\d-\d\d(?:-[a-z0-9.-]+)?|preview|latest|v1")
_DATE = lazy_re(r"(?<!\d)(\d{4})([-/._]?)(\d\d)\2(\d\d)(?!\d)(?:[-_ ]?(preview))?", re.IGNORECASE)
V1_VERSIONS = ("preview", "latest", "v1")
"""Values of `api_version` with which LiteLLM uses `/openai/v1` (BaseAzureLLM.is_azure_v1_api_version)."""


class AzureUrl(NamedTuple):
    """The parts of a URL of an Azure resource."""

    resource: str
    """The URL of the resource, which is the beginning of the text."""
    deployment: str | None
    is_v1: bool
    is_accepted: bool
    """Whether LiteLLM completes the URL as it is: `/openai/deployments/NAME`."""
    version: str | None


def read_azure_url(base: str) -> AzureUrl | None:
    """Split a valid URL; None if it has no path of Azure OpenAI, no version and no other path at Azure's host."""
    parts = urlsplit(base)
    start = base.index("://") + 3 + len(parts.netloc)
    match = _PATH.fullmatch(parts.path)
    version = version_in_query(parts.query)
    if match is None and has_path_at_azure(base):
        return AzureUrl(base[:start], None, False, False, version)
    if match is None:
        return AzureUrl(base[: start + len(parts.path)], None, False, False, version) if version else None
    plain = not parts.query and not parts.fragment and not match["call"]
    return AzureUrl(
        base[: start + len(match["base"])],
        match["deployment"],
        match["v1"] is not None,
        bool(match["deployment"]) and plain,
        version,
    )


def has_path_at_azure(base: str) -> bool:
    """Whether a URL is the one of an Azure resource with a path after it."""
    host = _HOST.match(base)
    return host is not None and base[host.end() :].partition("?")[0].strip("/") != ""


def resource_without_v1(base: str) -> str | None:
    """The URL of the resource if a valid URL is one of Azure without `/openai/v1`, where `openai/` calls it."""
    parts = urlsplit(base)
    resource = base[: base.index("://") + 3 + len(parts.netloc)]
    is_azure = _HOST.match(f"{resource}/") is not None
    return resource if is_azure and _NOT_OF_OPENAI.fullmatch(parts.path) else None


def version_in_query(query: str) -> str | None:
    """The valid API version in the query of a URL, or None."""
    versions = parse_qs(query).get("api-version", [])
    return next((item for item in versions if is_version(item)), None)


def is_version(text: str) -> bool:
    """Whether a text is an API version by its form: one of the words, or a date with what follows."""
    return has_form_of_version(text) and (text in V1_VERSIONS or _is_date(text[:10]))


def has_form_of_version(text: str) -> bool:
    """Whether a text is like an API version, with a date that may not exist."""
    return _VERSION.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def version_in(text: str) -> str | None:
    """The API version that a text contains, or None."""
    match = _DATE.search(text)
    if match is not None:
        days = (f"{match[1]}-{month}-{day}" for month, day in ((match[3], match[4]), (match[4], match[3])))
        day = next(filter(_is_date, days), None)
        return day and day + ("-preview" if match[5] else "")
    rest = text.strip().casefold().rpartition("=")[2]
    return rest if rest in V1_VERSIONS else None
