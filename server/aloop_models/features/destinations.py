"""Where the entries of a file send conversations and credentials: every URL in full, else the provider."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from aloop_models.catalog import looks_like_key, split_id
from aloop_models.catalog.redaction import MASK, redact
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.snapshot import Facts

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?(?P<slashes>[/\\]*)(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?P<rest>.*)",
    re.DOTALL,
)


def destinations(document: Document, facts: Facts) -> tuple[str, ...]:
    """Each place that the entries name, once: providers first, then URLs, each with the field if it is not `api_base`.

    Every entry and every URL field of the schema counts, also one with an error.
    """
    providers: dict[str, None] = {}
    urls: dict[str, None] = {}
    for placed in document.entries:
        found = tuple(_urls(placed, facts))
        urls.update(dict.fromkeys(url for _, url in found))
        if not any(field in ("api_base", "model") for field, _ in found):
            providers[_provider(placed.model_id, facts)] = None
    return (*providers, *urls)


def names_url(placed: PlacedEntry, facts: Facts) -> bool:
    """Whether the entry itself says where its requests go, which may be anybody's server.

    A URL in a field that nothing reads (`base_url`) counts, because it shows what the person meant.
    """
    texts = (value for value in placed.entry.profile.values() if isinstance(value, str))
    return any(_urls(placed, facts)) or any("://" in text for text in texts)


def display_url(value: str) -> str:
    """A URL as a person may see it: scheme, host, port and path in full, without password, query and fragment.

    A host is never masked, even if it looks like an API key, and letters that only look like others are spelled out.
    """
    text = "".join(letter for letter in value.strip() if unicodedata.category(letter)[0] not in "CZ")
    parts = _URL.fullmatch(text)
    if parts is None or (not parts["scheme"] and not parts["slashes"] and looks_like_key(text)):
        return MASK
    user, at, host = parts["authority"].rpartition("@")
    shown = f"{parts['scheme'] or ''}{parts['slashes']}{f'{MASK}@' if user or at else ''}{host}{parts['path']}"
    if len(parts["rest"]) > 1:
        shown += f"{parts['rest'][0]}{MASK}"
    return shown if host.isascii() else f"{shown} (host {host.encode('ascii', 'backslashreplace').decode()})"


def _urls(placed: PlacedEntry, facts: Facts) -> Iterator[tuple[str, str]]:
    for name, value in placed.entry.profile.items():
        spec = facts.schema.fields.get(name)
        if spec is not None and spec.is_url and isinstance(value, str) and value.strip():
            yield name, display_url(value) if name == "api_base" else f"{display_url(value)} ({name})"
    # LiteLLM takes a model that is a URL for the place to call.
    model = split_id(placed.model_id)[1]
    if "://" in model:
        yield "model", f"{display_url(model)} (model ID)"


def _provider(model_id: str, facts: Facts) -> str:
    provider = split_id(model_id)[0]
    known = facts.catalog.providers.get(provider)
    return redact(known.label if known else provider or model_id)
