"""Lists where the entries of a file send conversations and credentials: URLs in full, else the provider."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from aloop_models.catalog import looks_like_key, split_id
from aloop_models.catalog.arns import has_invalid_arn
from aloop_models.catalog.json_keys import urls_of_key
from aloop_models.catalog.redaction import MASK, redact
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.features.checks.distance import host_of
from aloop_models.snapshot import Facts

_URL = lazy_re(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?(?P<slashes>[/\\]*)(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?P<rest>.*)",
    re.DOTALL,
)
_OWN_NAMES = ("api_base", "api_key")


def destinations(document: Document, facts: Facts) -> tuple[str, ...]:
    """Each destination once: providers first, then URLs, with the name of the field unless it is `api_base`.

    Includes all entries, all URL fields of the schema and the URLs in JSON keys, also those with errors.
    """
    providers: dict[str, None] = {}
    urls: dict[str, None] = {}
    for placed in document.entries:
        found = (*_urls(placed, facts), *_urls_in_key(placed))
        urls.update(dict.fromkeys(url for _, url in found))
        if not any(field in ("api_base", "model") for field, _ in found):
            providers[_provider(placed.model_id, facts)] = None
    return (*providers, *urls)


def names_url(placed: PlacedEntry, facts: Facts) -> bool:
    """Whether the entry contains a URL that its requests can go to.

    A URL in an unsupported field (`base_url`) counts, because it shows the intention.
    """
    return any(_urls(placed, facts)) or _has_other_url(placed)


def server_of(placed: PlacedEntry, facts: Facts) -> str | None:
    """The server of the entry's requests as `scheme://host:port`; empty for the provider's own, None if unknown."""
    base = placed.entry.text("api_base")
    if any(name != "api_base" for name, _ in _urls(placed, facts)) or _has_other_url(placed):
        return None
    return server_of_base(base)


def server_of_base(base: str) -> str | None:
    """The server of an `api_base`, as `server_of`."""
    if not base:
        return ""
    parts = urlsplit(base) if host_of(base) else None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower() if parts else None


def display_url(value: str) -> str:
    """A URL for people: scheme, host, port and path in full; password, query and fragment masked.

    A host is never masked, even if it looks like an API key. Confusable characters in it are escaped.
    """
    text = "".join(letter for letter in value.strip() if unicodedata.category(letter)[0] not in "CZ")
    parts = _URL.fullmatch(text)
    if parts is None or (not parts["scheme"] and not parts["slashes"] and looks_like_key(text)):
        return MASK
    user, at, host = parts["authority"].rpartition("@")
    displayed = f"{parts['scheme'] or ''}{parts['slashes']}{f'{MASK}@' if user or at else ''}{host}{parts['path']}"
    if len(parts["rest"]) > 1:
        displayed += f"{parts['rest'][0]}{MASK}"
    return displayed if host.isascii() else f"{displayed} (host {host.encode('ascii', 'backslashreplace').decode()})"


def _urls(placed: PlacedEntry, facts: Facts) -> Iterator[tuple[str, str]]:
    for name, value in placed.entry.profile.items():
        spec = facts.schema.fields.get(name)
        if spec is not None and spec.is_url and isinstance(value, str) and value.strip():
            yield name, display_url(value) if name == "api_base" else f"{display_url(value)} ({name})"
    # LiteLLM sends requests to a model that is a URL, and to the region of an ARN.
    model = split_id(placed.model_id)[1]
    if "://" in model or has_invalid_arn(placed.model_id):
        yield "model", f"{display_url(model)} (model ID)"


def _urls_in_key(placed: PlacedEntry) -> Iterator[tuple[str, str]]:
    """The URLs in a JSON key; they come with the key, so they are not a server of the entry that a key is sent to."""
    provider = split_id(placed.model_id)[0]
    # SAP's server answers with the URL that gets the conversation.
    place = "api_key, and servers that it names" if provider == "sap" else "api_key"
    for url in urls_of_key(provider, placed.entry.text("api_key")):
        yield "api_key", f"{display_url(url)} ({place})"


def _has_other_url(placed: PlacedEntry) -> bool:
    """Whether a field besides `api_base` contains a URL; a reference in `api_key`, such as `op://…`, is not one."""
    fields = placed.entry.profile.items()
    return any(isinstance(value, str) and "://" in value for name, value in fields if name not in _OWN_NAMES)


def _provider(model_id: str, facts: Facts) -> str:
    provider = split_id(model_id)[0]
    known = facts.catalog.providers.get(provider)
    return redact(known.label if known else provider or model_id)
