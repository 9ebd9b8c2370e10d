"""What the JSON key of a service account contains: URLs that requests go to, and names of local files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from aloop_models.catalog.key_forms import takes_json_key

_SAP_CREDENTIALS = ("clientid", "clientsecret", "url", "certurl", "certificate", "key")
"""The members of a service key of SAP that LiteLLM reads, without paths; it searches for others if there is none."""

_GDC_TYPE = "gdch_service_account"
"""The `type` of the only JSON keys that LiteLLM accepts for GDC."""


def urls_of_key(provider: str, key: str) -> tuple[str, ...]:
    """The URLs in a JSON key, each once."""
    return tuple(dict.fromkeys(text for _, text in _texts(provider, key) if "://" in text))


def file_in_key(provider: str, key: str) -> str | None:
    """The name in a JSON key whose value is the path of a local file, such as `key_file_path`; None if there is none.

    LiteLLM and the libraries of the provider read that file.
    """
    return next((name for name, text in _texts(provider, key) if name.casefold().endswith("_path") and text), None)


def has_credentials(provider: str, key: str) -> bool:
    """Whether LiteLLM finds credentials in a key that is JSON; other keys are not looked at.

    For a key of SAP without them, it would use those in the environment or in a file of the home folder. As a key of
    GDC, it would send JSON that is cut off to the server, with the private key in it.
    """
    value = _parse(key)
    if provider == "gdc" and key.lstrip().startswith(("{", "[", '"')):
        return _mapping(value).get("type") == _GDC_TYPE
    if provider != "sap":
        return True
    outer = _mapping(_parse(value) if isinstance(value, str) else value)
    inner = _mapping(outer.get("credentials"))
    return any(each.get(name) is not None for each in (outer, inner) for name in _SAP_CREDENTIALS)


def _texts(provider: str, key: str) -> Iterator[tuple[str, str]]:
    """The texts of a JSON key with the names of their members."""
    waiting: list[tuple[str, object]] = [("", _parse(key))] if takes_json_key(provider) else []
    while waiting:
        name, value = waiting.pop(0)
        if isinstance(value, str):
            # LiteLLM also parses JSON in a JSON string.
            inner = _parse(value)
            if inner is None:
                yield name, value
            else:
                waiting.append((name, inner))
        elif isinstance(value, Mapping):
            waiting += cast("Mapping[str, object]", value).items()
        elif isinstance(value, list):
            waiting += ((name, item) for item in cast("list[object]", value))


def _mapping(value: object) -> Mapping[str, object]:
    """The value as a JSON object; empty if it is another value."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
