"""The URLs and the local files that a JSON key names, and whether it has credentials."""

import json

import pytest

from aloop_models.catalog.json_keys import file_in_key, has_credentials, urls_of_key

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


@pytest.mark.parametrize(
    ("provider", "key", "expected"),
    [
        ("sap", json.dumps({"clientid": "a", "clientsecret": "b"}), True),
        ("sap", json.dumps({"credentials": {"certificate": "a", "key": "b"}}), True),
        ("sap", json.dumps(json.dumps({"url": "https://a.example"})), True),
        ("sap", json.dumps({"clientid": None, "credentials": None}), False),
        ("sap", json.dumps({"credentials": json.dumps({"clientid": "a"})}), False),
        ("sap", json.dumps({"serviceurls": {"AI_API_URL": "https://a.example"}}), False),
        ("sap", json.dumps([{"clientid": "a"}]), False),
        ("sap", '{"clientid": "a", "clientsecret": "b"', False),
        *(("sap", key, False) for key in ("", "{}", "5", "null", '"a"', "sk-a", "[" * 100_000)),
        ("gdc", json.dumps({"type": "gdch_service_account", "private_key": "a"}), True),
        ("gdc", "ya29.a-token", True),
        ("gdc", json.dumps({"type": "service_account", "private_key": "a"}), False),
        ("gdc", json.dumps(json.dumps({"type": "gdch_service_account"})), False),
        ("gdc", ' {"type": "gdch_service_account", "private_key": "a"', False),
        ("gdc", "[]", False),
        ("openai", "{}", True),
    ],
)
def test_credentials(provider: str, key: str, expected: bool) -> None:
    assert has_credentials(provider, key) == expected
