"""Characters that are not part of a key, and keys at the public host of a provider."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from aloop_models.catalog import provider_hosts
from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of
from support.expectations import diagnostics_of
from support.snapshots import snapshot

OPENAI = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
ANTHROPIC = "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
AZURE = "0123abcd4567ef890123abcd4567ef89"
GATEWAY = "    api_base: https://gw.example.com/v1\n"
AROUND = "Remove the characters around the key"
INSIDE = "Remove the characters that no API key has"
BEARER = "api_key starts with 'Bearer', which is added when the key is sent. Remove it."
NAME = "api_key contains the name of a variable or a header. Keep only the key."
QUOTES = "api_key contains quotes that are not part of the key. Remove them."
BRACKETS = "api_key has the brackets of an example around the key. Keep only the key."
CHARACTERS = "api_key contains a space or another character that no API key has. Paste the key again."

WRITTEN = [
    (f'"{OPENAI}\\r\\n"', CHARACTERS, AROUND),
    (f'"{OPENAI}\\u200b"', CHARACTERS, AROUND),
    (f'"\\ufeff{OPENAI}"', CHARACTERS, AROUND),
    (f"'{OPENAI}\u00a0'", CHARACTERS, AROUND),
    (f"{OPENAI}\u200b", CHARACTERS, AROUND),
    (f"{OPENAI[:20]}\u200b{OPENAI[20:]}", CHARACTERS, AROUND),
    (f"{OPENAI[:20]} {OPENAI[20:]}", CHARACTERS, INSIDE),
    (f"{OPENAI[:20]}\n      {OPENAI[20:]}", CHARACTERS, INSIDE),
    (f"\u201c{OPENAI}\u201d", QUOTES, AROUND),
    (f"\u201e{OPENAI}\u201c", QUOTES, AROUND),
    (f"\u00ab{OPENAI}\u00bb", QUOTES, AROUND),
    (f"\u2018{OPENAI}\u2019", QUOTES, AROUND),
    (f"'\"{OPENAI}\"'", QUOTES, AROUND),
    (f'"\\"{OPENAI}\\""', QUOTES, AROUND),
    (f"<{OPENAI}>", BRACKETS, AROUND),
    (f"({OPENAI})", BRACKETS, AROUND),
    (f"'[{OPENAI}]'", BRACKETS, AROUND),
    (f'"<{OPENAI}> "', BRACKETS, AROUND),
    (f"|\n      {OPENAI}", CHARACTERS, AROUND),
    (f"|-\n      {OPENAI}\u200b", CHARACTERS, AROUND),
    (f">\n      {OPENAI}\n", CHARACTERS, AROUND),
    (f"Bearer {OPENAI}", BEARER, AROUND),
    (f"'bearer: {OPENAI}'", BEARER, AROUND),
    (f'"\\"Bearer {OPENAI}\\""', BEARER, AROUND),
    (f"'Authorization: Bearer {OPENAI}'", BEARER, AROUND),
    (f"Bearer{OPENAI}", BEARER, AROUND),
    (f"OPENAI_API_KEY={OPENAI}", NAME, AROUND),
    (f"export OPENAI_API_KEY='{OPENAI}'", NAME, AROUND),
    (f"'x-api-key: {OPENAI}'", NAME, AROUND),
]


@pytest.mark.parametrize("base", ["", GATEWAY, "    api_base: http://localhost:8000/v1\n"], ids=["own", "gw", "local"])
@pytest.mark.parametrize(("written", "message", "title"), WRITTEN, ids=[str(at) for at in range(len(WRITTEN))])
def test_what_is_not_part_of_the_key(written: str, message: str, title: str, base: str) -> None:
    """A warning at any host; the fix changes nothing but the value, leaves the key and adds no diagnostic."""
    before, after = f"models:\n  openai/gpt-4o:\n{base}    api_key: ", "\n    name: x\ndefault: openai/gpt-4o\n"
    text = f"{before}{written}{after}"
    if base and title == INSIDE:
        # A header can contain a space, and another server's key may have one.
        assert diagnostics_of(text) == ()
        return
    subject = snapshot(text)
    (found,) = diagnose(subject).items
    assert (found.rule.id, found.level, found.message) == (
        "malformed-api-key",
        Severity.WARNING,
        f"openai/gpt-4o: {message}",
    )
    assert text[slice(*found.span)] == written.rstrip()
    (fix,) = found.fixes
    assert (fix.title, fix.safe) == (title, title == AROUND)
    assert not any(OPENAI[8:] in edit.text for edit in fix.edits)
    changed = apply_edits(text, edits_of(subject, fix))
    assert changed.startswith(before)
    assert changed.endswith(after)
    assert yaml.safe_load(changed)["models"]["openai/gpt-4o"]["api_key"] == OPENAI
    assert diagnostics_of(changed) == ()


@pytest.mark.parametrize(
    "written",
    [
        f"{{{OPENAI}}}",
        f"| # mine\n      {OPENAI}",
        "'schlüssel'",
        "\u201cyour-api-key\u201d",
        "Bearer",
        f"{OPENAI[:-1]}é",
        f"{OPENAI} work",
        f"{OPENAI} (mine)",
        f'"Bearer {OPENAI} old"',
    ],
)
def test_no_fix_where_the_key_is_not_certain(written: str) -> None:
    text = f"models:\n  openai/gpt-4o:\n{GATEWAY}    api_key: {written}\ndefault: openai/gpt-4o\n"
    assert [fix for item in diagnostics_of(text) for fix in item.fixes] == []


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("https://api.mistral.ai/v1", "a URL"),
        ("http://localhost:4000", "a URL"),
        ("me@example.com", "an email address"),
    ],
)
@pytest.mark.parametrize("model_id", ["openai/gpt-4o", "mistral/mistral-large-latest", "ollama/llama3"])
@pytest.mark.parametrize("base", ["", GATEWAY], ids=["own", "gw"])
def test_what_is_no_key_at_any_host(key: str, what: str, model_id: str, base: str) -> None:
    text = f"models:\n  {model_id}:\n{base}    api_key: {key}\ndefault: {model_id}\n"
    found = [(item.level, item.message, item.fixes) for item in diagnostics_of(text) if "key" in item.rule.id]
    message = f"{model_id}: api_key is {what}, not an API key. Paste the key."
    # Another server may accept any text but a URL.
    assert found == [(Severity.WARNING, message, ())] * (what == "a URL" or not base)


def test_a_key_of_json_has_spaces_and_quotes() -> None:
    text = 'models:\n  sap/gpt-4o:\n    api_key: \'{"clientid": "a b", "clientsecret": "c"}\'\ndefault: sap/gpt-4o\n'
    assert diagnostics_of(text) == ()


@pytest.mark.parametrize(
    ("model_id", "key"),
    [("sap/gpt-4o", '{"clientid": "a b"'), ("sap/gpt-4o", '{"a": 1}'), ("gdc/x", '{"type": "service_account"}')],
)
def test_a_key_of_json_without_credentials(model_id: str, key: str) -> None:
    fields = f"{{api_base: https://gdc.example.com, vertex_project: p, vertex_location: l, api_key: '{key}'}}"
    text = f"models:\n  {model_id}: {fields}\ndefault: {model_id}\n"
    found = [(item.rule.id, item.severity, item.message) for item in diagnostics_of(text) if "api_key" in item.message]
    message = f"{model_id}: api_key is not a JSON key with credentials. Paste the whole JSON."
    assert found == [("malformed-api-key", Severity.ERROR, message)]


@pytest.mark.parametrize(
    ("model_id", "prefix", "kind"),
    [
        ("openai/gpt-4o", "sk-admin-", "an Admin API key"),
        ("anthropic/claude-opus-5", "sk-ant-admin01-", "an Admin API key"),
        ("gemini/gemini-4-argon", "ya29.", "an access token of Google Cloud"),
    ],
)
def test_a_key_for_another_api_of_the_provider(model_id: str, prefix: str, kind: str) -> None:
    key = f"{prefix}{'a1B2c3D4' * 12}"
    text = f"models:\n  {model_id}:\n    api_key: {key}\ndefault: {model_id}\n"
    found = [(item.rule.id, item.message, item.fixes) for item in diagnostics_of(text) if "api-key" in item.rule.id]
    message = f"{model_id}: api_key is {kind}, which cannot call a model. Paste an API key."
    assert found == [("malformed-api-key", message, ())]


def test_the_name_of_a_provider_that_ends_with_api() -> None:
    (found,) = [item for item in diagnostics_of("models:\n  aiml/m:\n") if item.rule.id == "missing-api-key"]
    assert found.message == "aiml/m: api_key is missing. Add your AI/ML API key."


HOSTS = [
    ("azure/d", "https://r.openai.azure.com", OPENAI, "key-of-another-provider"),
    ("azure/d", "https://r.openai.azure.com", ANTHROPIC, "key-of-another-provider"),
    ("azure/d", "https://r.cognitiveservices.azure.com/", OPENAI, "key-of-another-provider"),
    ("azure/d", "https://r.openai.azure.com", "ab", "malformed-api-key"),
    ("azure/d", "https://r.openai.azure.com", AZURE, None),
    ("azure_ai/d", "https://r.services.ai.azure.com", AZURE, None),
    ("azure/d", "https://apim.example.com", OPENAI, None),
    ("openai/gpt-4o", "https://api.openai.com/v1", ANTHROPIC, "key-of-another-provider"),
    ("openai/gpt-4o", "https://eu.api.openai.com/v1", "sk-short", "malformed-api-key"),
    ("openai/gpt-4o", "https://API.openai.com/v1", OPENAI, None),
    ("openai/claude-opus-5", "https://api.anthropic.com/v1", ANTHROPIC, None),
    ("openai/claude-opus-5", "https://api.anthropic.com/v1", OPENAI, "key-of-another-provider"),
    ("anthropic/claude-opus-5", "https://api.anthropic.com", OPENAI, "key-of-another-provider"),
    ("openai/gpt-4o", "https://api.openai.com.example.com/v1", ANTHROPIC, None),
    ("openai/gpt-4o", "https://api.openai.com/v1", "sk-...", "placeholder-api-key"),
]


@pytest.mark.parametrize(("model_id", "base", "key", "rule"), HOSTS)
def test_the_public_host_of_a_provider(model_id: str, base: str, key: str, rule: str | None) -> None:
    """At the provider's own host, length and prefix are checked; at any other host, they are not."""
    version = "    api_version: '2024-10-21'\n" if model_id.startswith("azure/") else ""
    text = f"models:\n  {model_id}:\n    api_base: {base}\n{version}    api_key: {key}\ndefault: {model_id}\n"
    assert [(item.rule.id, text[slice(*item.span)]) for item in diagnostics_of(text)] == ([(rule, key)] if rule else [])


def test_the_hosts_are_in_litellm() -> None:
    """LiteLLM's source has every exact host."""
    hosts = set(provider_hosts._HOSTS)  # pyright: ignore[reportPrivateUsage]
    package = find_spec("litellm")  # Importing it would open the network.
    assert package
    assert package.origin
    for path in Path(package.origin).parent.rglob("*.py"):
        if not hosts:
            break
        text = path.read_text(encoding="utf-8")
        hosts = {host for host in hosts if host not in text}
    assert not hosts
