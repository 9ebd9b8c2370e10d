"""The URL in api_base."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aloop_models.core.scalars import write_scalar
from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from support.expectations import check_case, check_field, diagnostics_of

ERROR, WARNING = Severity.ERROR, Severity.WARNING

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "invalid-api-base",
        """\
models:
  ollama/llama3:
    api_base: http:/localhost:11434
#             ^^^^^^^^^^^^^^^^^^^^^ invalid-api-base: ollama/llama3: Not a URL. Start it with http:// or https://.
default: ollama/llama3
""",
        ("http:/", "http://"),
    ),
    (
        "missing-api-base",
        """\
models:
  lm_studio/qwen3:
# ^^^^^^^^^^^^^^^ missing-api-base: lm_studio/qwen3: api_base is missing. LM Studio needs a URL, such as http://localhost:1234/v1.
    #api_base: http://localhost:1234/v1
default: lm_studio/qwen3
""",
        ("#api_base", "api_base"),
    ),
    (
        "insecure-api-base",
        """\
models:
  openai/my-model:
    api_key: my-first-secret
    api_base: http://models.example.com/v1
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ insecure-api-base: openai/my-model: api_base uses http://, which sends the API key unencrypted. Use https://.
default: openai/my-model
""",
        ("http:", "https:"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("http://a.example", WARNING),
        ("http://10.0.0.5:1", Severity.INFORMATION),
        ("http://localhost:1", None),
        ("https://a.example", None),
    ],
)
def test_url_in_a_json_key(url: str, level: Severity | None) -> None:
    text = f"""models:\n  sap/gpt-4o:\n    api_key: '{{"clientsecret":"b","url":"{url}"}}'\ndefault: sap/gpt-4o\n"""
    found = [(item.level, item.message) for item in diagnostics_of(text) if item.rule.id == "insecure-api-base"]
    message = "sap/gpt-4o: api_key contains a URL with http://, which sends credentials unencrypted. Use https://."
    assert found == ([(level, message)] if level else [])


FIELDS = [
    ("api_base: localhost:11434", "invalid-api-base", ERROR, "localhost:11434", ["api_base: http://localhost:11434"]),
    ("api_base: h.com/a", "invalid-api-base", ERROR, "h.com/a", ["api_base: https://h.com/a"]),
    ("api_base: ' http://localhost:1 '", "invalid-api-base", ERROR, "' http://localhost:1 '", ["api_base: 'http://localhost:1'"]),
    ("api_base: http://localhost:1/v1", "invalid-api-base", WARNING, "http://localhost:1/v1", ["api_base: http://localhost:1"]),
    ("api_base: https://me:pw@h.com", "invalid-api-base", WARNING, "https://me:pw@h.com", ["api_base: https://h.com"]),
    ("api_base: https://h.com/?a=b", "invalid-api-base", WARNING, "https://h.com/?a=b", ["api_base: https://h.com/"]),
    ("api_base: https://h.com/completions", "invalid-api-base", WARNING, "https://h.com/completions", ["api_base: https://h.com"]),
    ("api_base: ftp://h.com", "invalid-api-base", ERROR, "ftp://h.com", []),
    ("api_base: http://h:99999", "invalid-api-base", ERROR, "http://h:99999", []),
]  # fmt: skip


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), FIELDS, ids=[item[0] for item in FIELDS])
def test_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    check_field(field, rule, level, underlined, after)


def test_a_wrong_port_is_not_a_password() -> None:
    """It is not masked in the message of another entry."""
    text = "models:\n  openai/m:\n    api_base: http://localhost:99999/v1\n  hosted_vllm/m:\n    name: M\ndefault: openai/m\n"
    messages = [item.message for item in diagnostics_of(text) if item.rule.id == "missing-api-base"]
    example = "http://localhost:8000/v1"
    assert messages == [f"hosted_vllm/m: api_base is missing. vLLM server needs a URL, such as {example}."]


NOT_A_URL = "Not a URL. Start it with http:// or https://."
NO_HOST = "api_base has no valid host or port. Write it as http://host:port/path."
NUMBERS = "The host has more than four numbers. Write it as http://host:port/path."
SLASH = "api_base contains a backslash. Write / instead."


def test_a_letter_for_the_last_number_of_a_host() -> None:
    text = "models:\n  openai/m:\n    api_base: http://192.168.1.x:8000/v1\ndefault: openai/m\n"
    messages = [item.message for item in diagnostics_of(text)]
    assert messages == ["openai/m: api_base is a placeholder. Write the URL of your server."]


@pytest.mark.parametrize(
    ("base", "message", "title", "after"),
    [
        ("https//gw.example.com/v1", NOT_A_URL, "Start it with https://", "https://gw.example.com/v1"),
        ("https:/gw.example.com/v1", NOT_A_URL, "Start it with https://", "https://gw.example.com/v1"),
        ("https:///gw.example.com/v1", NOT_A_URL, "Start it with https://", "https://gw.example.com/v1"),
        ("https;//gw.example.com/v1", NOT_A_URL, "Start it with https://", "https://gw.example.com/v1"),
        ("htps://gw.example.com/v1", NOT_A_URL, "Start it with https://", "https://gw.example.com/v1"),
        ("ttps://gw.example.com/v1", NOT_A_URL, "Start it with https://", "https://gw.example.com/v1"),
        ("http:/localhost:9000/v1", NOT_A_URL, "Start it with http://", "http://localhost:9000/v1"),
        ("htttp://localhost:9000/v1/chat/completions", NOT_A_URL, "Start it with http://, and remove /chat/completions", "http://localhost:9000/v1"),
        ("http:/localhost:99999/v1", NOT_A_URL, "", ""),
        ("ftp://gw.example.com/v1", NOT_A_URL, "", ""),
        ("https://gw.example.com\\v1", SLASH, "Replace backslashes with /", "https://gw.example.com/v1"),
        ("https:\\\\gw.example.com\\v1", SLASH, "Replace backslashes with /", "https://gw.example.com/v1"),
        ("https://gw.example,com/v1,2", NO_HOST, "Replace ',' with '.'", "https://gw.example.com/v1,2"),
        ("http://192.168.1.300:8000/v1", NO_HOST, "", ""),
        ("http://localhost;8000/v1", NO_HOST, "Replace ';' with ':'", "http://localhost:8000/v1"),
        ("http://192.168.1.20.8000/v1", NUMBERS, "Write ':' before the port", "http://192.168.1.20:8000/v1"),
        ("http://192.168.1.20.11434/v1/chat/completions", NUMBERS, "Write ':' before the port, and remove /chat/completions", "http://192.168.1.20:11434/v1"),
        ("http://192.168.1.20.99999/v1", NUMBERS, "", ""),
        ("http://192.168.1.20.80/v1", NUMBERS, "", ""),
        ("http://127.0.0.0.1:8000/v1", NUMBERS, "", ""),
        ("http://1.2.3.4.5.6", NUMBERS, "", ""),
        ("http://localhost:99999/v1", NO_HOST, "", ""),
        ("http://localhost[8000/v1", NO_HOST, "", ""),
        ("http://[::1", NO_HOST, "", ""),
        ("http://[x]/v1", NO_HOST, "", ""),
        ("https://a]b.example.com,/v1", NO_HOST, "", ""),
    ],
)  # fmt: skip
def test_invalid_url(base: str, message: str, title: str, after: str) -> None:
    text = f"models:\n  openai/m:\n    api_base: {base}\ndefault: openai/m\n"
    (found, *_) = [item for item in diagnostics_of(text) if item.rule.id == "invalid-api-base"]
    assert (found.level, found.message, text[slice(*found.span)]) == (ERROR, f"openai/m: {message}", base)
    assert [(fix.title, fix.safe) for fix in found.fixes] == ([(title, False)] if title else [])
    for fix in found.fixes:
        fixed = apply_edits(text, fix.edits)
        assert fixed == text.replace(base, after)
        assert "invalid-api-base" not in [item.rule.id for item in diagnostics_of(fixed)]


TWICE = "api_base starts with a protocol twice. Remove one of them."


@pytest.mark.parametrize(
    ("base", "title", "safe", "after"),
    [
        ("https://https://gw.example.com/v1", "Keep only https://", True, "https://gw.example.com/v1"),
        ("HTTPS://https://gw.example.com/v1", "Keep only https://", True, "https://gw.example.com/v1"),
        ("https://https:/gw.example.com/v1", "Keep only https://", True, "https://gw.example.com/v1"),
        ("https://https://https://gw.example.com/v1", "Keep only https://", True, "https://gw.example.com/v1"),
        ("http://http://localhost:4000/v1", "Keep only http://", False, "http://localhost:4000/v1"),
        ("https://http://localhost:4000/v1", "Keep only http://", False, "http://localhost:4000/v1"),
        ("http://https://gw.example.com/v1", "Keep only https://", False, "https://gw.example.com/v1"),
        ("https://https://gw.example.com/v1/v1", "Keep only https://, and keep one /v1", False, "https://gw.example.com/v1"),
        ("https://https://", "", False, ""),
        ("https://https://me:pw@gw.example.com/v1", "", False, ""),
    ],
)  # fmt: skip
def test_a_protocol_twice(base: str, title: str, safe: bool, after: str) -> None:
    text = f"models:\n  openai/m:\n    api_key: my-first-secret\n    api_base: {base}\ndefault: openai/m\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level, found.message) == ("invalid-api-base", ERROR, f"openai/m: {TWICE}")
    assert [(fix.title, fix.safe) for fix in found.fixes] == ([(title, safe)] if title else [])
    for fix in found.fixes:
        fixed = apply_edits(text, fix.edits)
        assert fixed == text.replace(base, after)
        assert not diagnostics_of(fixed)


@pytest.mark.parametrize(
    ("base", "meant"),
    [
        ("https://api.opanai.com/v1", "api.openai.com"),
        ("https://API.openai.co/v1", "api.openai.com"),
        ("https://openrouter.a/api/v1", "openrouter.ai"),
        ("https://api.antrhopic.com", "api.anthropic.com"),
        ("https://api.\u043epenai.com/v1", "api.openai.com"),
        ("https://api.ope\u0149ai.com/v1", "api.openai.com"),
        ("https://api.opena\u0130.com/v1", "api.openai.com"),
        ("https://api.opanai.com./v1", "api.openai.com"),
        ("https://us.api.opanai.com/v1", "us.api.openai.com"),
        ("https://r.opanai.azure.com", "r.openai.azure.com"),
        ("https://r.openai.azure.con", "r.openai.azure.com"),
        ("https://adb-1.2.azuredatabrick.net", "adb-1.2.azuredatabricks.net"),
        ("https://openrouter.io/api/v1", "openrouter.ai"),
        ("https://api.openai.org/v1", "api.openai.com"),
        ("https://api.zai.ai/api/paas/v4", "api.z.ai"),
        ("https://api.minimax.com/v1", "api.minimax.io"),
    ],
)
def test_a_host_with_one_wrong_letter(base: str, meant: str) -> None:
    text = f"models:\n  ours/m:\n    api_key: my-first-secret\n    api_base: {base}\ndefault: ours/m\n"
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "invalid-api-base"]
    message = f"ours/m: Did you mean {meant}? The API key is sent to the host in api_base."
    assert (found.level, found.message, text[slice(*found.span)]) == (Severity.WARNING, message, base)
    assert [(fix.title, fix.safe) for fix in found.fixes] == [(f"Change the host to {meant}", False)]
    assert apply_edits(text, found.fixes[0].edits) == text.replace(base.split("/")[2], meant)


@pytest.mark.parametrize("host", ["loaclhost", "Localhos", "locallhost", "localhoat"])
@pytest.mark.parametrize("model_id", ["openai/m", "mistral/m", "ours/m"])
def test_localhost_with_one_wrong_letter(model_id: str, host: str) -> None:
    text = f"models:\n  {model_id}:\n    api_key: my-first-secret\n    api_base: https://{host}:4000/v1\n"
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "invalid-api-base"]
    assert (found.level, found.message) == (Severity.WARNING, f"{model_id}: Did you mean localhost?")
    assert [(fix.title, fix.safe) for fix in found.fixes] == [("Change the host to localhost", False)]
    assert apply_edits(text, found.fixes[0].edits) == text.replace(host, "localhost")


def test_no_fix_sends_a_key_to_another_provider() -> None:
    text = "models:\n  {}:\n    api_key: my-first-secret\n    api_base: https://api.grok.com/v1\n"
    found = [item for item in diagnostics_of(text.format("openai/m")) if item.rule.id == "invalid-api-base"]
    message = "openai/m: Did you mean api.groq.com? The API key is sent to the host in api_base."
    assert [(item.message, item.fixes) for item in found] == [(message, ())]
    assert "invalid-api-base" not in [item.rule.id for item in diagnostics_of(text.format("xai/m"))]
    text = text.replace("api.grok.com/v1", "api.zai.ai/api/paas/v4")
    for model_id, titles in (("zai/m", ["Change the host to api.z.ai"]), ("openai/m", []), ("minimax/m", None)):
        found = [item for item in diagnostics_of(text.format(model_id)) if item.rule.id == "invalid-api-base"]
        assert [[fix.title for fix in item.fixes] for item in found] == ([titles] if titles is not None else [])


@pytest.mark.parametrize(
    "host",
    [
        "api.x.ai",
        "api.y.ai",
        "api.x.com",
        "api.moonshot.cn",
        "api.openai.example.com",
        "eu.api.openai.com",
        "api.together.ai",
        "api.openai.eu",
        "ai-gateway.vercel.app",
        "r.openai.azure.us",
        "r.openai.azure.cn",
        "r.services.ai.azure.com",
        "opanai.azure.com",
        "api.minimaxi.com",
        "localhost",
        "localhost2",
        "local-host",
        "local",
        "1.2.3.4.example.com",
    ],
)
def test_other_hosts_are_right(host: str) -> None:
    text = f"models:\n  ours/m:\n    api_base: https://{host}/v1\ndefault: ours/m\n"
    assert "invalid-api-base" not in [item.rule.id for item in diagnostics_of(text)]


@pytest.mark.parametrize("port", ["secret", "99999", "-1"])
def test_an_invalid_port_of_an_unknown_provider(port: str) -> None:
    text = f"models:\n  openia/gpt-4o:\n    api_base: http://example.com:{port}\ndefault: openia/gpt-4o\n"
    assert {"unknown-provider", "invalid-api-base"} <= {item.rule.id for item in diagnostics_of(text)}


@given(
    host=st.sampled_from(["api.openai.com", "r.openai.azure.com", "localhost:8000", "[::1]:1234", "api.z.ai"]),
    at=st.integers(0, 20),
    odd=st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from("[]@:/?#%,\\\u0130\u0149"), max_size=3),
    provider=st.sampled_from(
        ["openai", "azure", "azure_ai", "anthropic", "ollama", "gemini", "custom", "vllm", "ours"]
    ),
)
@settings(max_examples=100)
@example("api.openai.com", 7, "\u0149", "ours")
@example("localhost:8000", 9, "[", "openai")
def test_each_text_has_diagnostics(host: str, at: int, odd: str, provider: str) -> None:
    """No text in a URL makes a check fail, after which the file would have no diagnostics."""
    base = write_scalar(f"https://{host[:at]}{odd}{host[at + 1 :]}/v1", flow=False)
    text = f"models:\n  {provider}/m:\n    api_key: my-first-secret\n    api_base: {base}\ndefault: {provider}/m\n"
    for item in diagnostics_of(text):
        for fix in item.fixes:
            diagnostics_of(apply_edits(text, fix.edits))
