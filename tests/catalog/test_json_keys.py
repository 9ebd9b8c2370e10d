"""The URLs and the local files that a JSON key names."""

import json

import pytest

from aloop_models.catalog.json_keys import file_in_key, urls_of_key

KEY = {"clientid": "a", "url": "https://a.example", "credentials": {"urls": ["https://a.example", "http://b:8"]}}


@pytest.mark.parametrize(
    ("provider", "key", "urls"),
    [
        ("sap", json.dumps(KEY), ("https://a.example", "http://b:8")),
        ("gdc", json.dumps(json.dumps(KEY)), ("https://a.example", "http://b:8")),
        ("sap", json.dumps({"serviceurls": json.dumps({"AI_API_URL": "http://b:8"})}), ("http://b:8",)),
        ("sap", "https://a.example", ()),
        ("sap", "[" * 100_000, ()),
        ("openai", json.dumps(KEY), ()),
    ],
)
def test_urls(provider: str, key: str, urls: tuple[str, ...]) -> None:
    assert urls_of_key(provider, key) == urls


@pytest.mark.parametrize(
    ("provider", "key", "name"),
    [
        ("sap", {"credentials": {"key_file_path": "/home/me/key.pem"}}, "key_file_path"),
        ("gdc", {"ca_cert_path": "/etc/ca.pem"}, "ca_cert_path"),
        ("gdc", {"ca_cert_path": "", "name": "a_path"}, None),
        ("openai", {"ca_cert_path": "/etc/ca.pem"}, None),
    ],
)
def test_file(provider: str, key: dict[str, object], name: str | None) -> None:
    assert file_in_key(provider, json.dumps(key)) == name
