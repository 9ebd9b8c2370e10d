"""Keys that are missing, placeholders, malformed or of another provider."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import KEY, check_case, diagnostics_of, rules_of

ERROR, INFORMATION = Severity.ERROR, Severity.INFORMATION

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "missing-api-key",
        """\
models:
  openai/gpt-4o:
# ^^^^^^^^^^^^^ missing-api-key: openai/gpt-4o: api_key is missing. Add your OpenAI API key.
    name: api_key
default: openai/gpt-4o
""",
        ("name: api_key", f"api_key: {KEY}"),
    ),
    (
        "placeholder-api-key",
        """\
models:
  openai/gpt-4o:
    api_key: sk-...
#            ^^^^^^ placeholder-api-key: openai/gpt-4o: api_key is a placeholder. Replace it with your API key.
default: openai/gpt-4o
""",
        ("sk-...", KEY),
    ),
    (
        "malformed-api-key",
        f"""\
models:
  openai/gpt-4o:
    api_key: '{KEY} '
#            {"^" * (len(KEY) + 3)} malformed-api-key: openai/gpt-4o: api_key contains a space or another character that no API key has. Paste the key again.
default: openai/gpt-4o
""",
        (" '", "'"),
    ),
    (
        "key-of-another-provider",
        f"""\
models:
  openai/gpt-4o:
    api_key: {"sk-ant-" + "not-a-real-one-" * 4}x
#            {"^" * 68} key-of-another-provider: openai/gpt-4o: api_key is a key for Anthropic, not for OpenAI. Paste your OpenAI API key.
default: openai/gpt-4o
""",
        ("sk-ant", "sk-unt"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ("", ERROR),
        ("    api_key:\n", ERROR),
        ("    api_key: ''\n", ERROR),
        ("    api_base: https://models.example.com/v1\n", INFORMATION),
        ("    api_base: http://localhost:8000/v1\n", None),
        ("    api_base: http://192.168.1.5:8000/v1\n", None),
    ],
)
def test_missing_api_key(fields: str, level: Severity | None) -> None:
    """How much a missing key matters depends on where the calls go."""
    found = diagnostics_of(f"models:\n  openai/gpt-4o:\n{fields}default: openai/gpt-4o\n")
    assert [(item.rule.id, item.level) for item in found] == ([("missing-api-key", level)] if level else [])


def test_keys_are_not_judged_at_another_address() -> None:
    """A server of one's own may issue keys of any form."""
    for key in ("sk-ant-" + "x1" * 40, "short"):
        text = (
            f"models:\n  openai/gpt-4o:\n    api_key: {key}\n    api_base: https://h.com/v1\ndefault: openai/gpt-4o\n"
        )
        assert rules_of(text) == []


def test_placeholder_key() -> None:
    """An error where a key is needed, with any server; the agent does not send a placeholder."""
    (found,) = diagnostics_of("models:\n  openai/gpt-4o:\n    api_key: sk-...\ndefault: openai/gpt-4o\n")
    assert (found.rule.id, found.level, found.fixes) == ("placeholder-api-key", Severity.ERROR, ())
    local = "models:\n  openai/x:\n    api_key: xxx\n    api_base: http://localhost:8000/v1\ndefault: openai/x\n"
    (found,) = diagnostics_of(local)
    assert (found.rule.id, found.level) == ("placeholder-api-key", Severity.ERROR)
    assert found.message.endswith("or remove api_key if it needs none.")


def test_anthropic_key_under_openai() -> None:
    """A warning that names both and quotes neither."""
    key = "sk-ant-api03-" + "not-a-real-one-" * 4
    (found,) = diagnostics_of(f"models:\n  openai/gpt-4o:\n    api_key: {key}x\ndefault: openai/gpt-4o\n")
    assert (found.rule.id, found.level) == ("key-of-another-provider", Severity.WARNING)
    assert "Anthropic" in found.message
    assert "OpenAI" in found.message


@pytest.mark.parametrize("key", ["YOUR_API_KEY", "YOUR_KEY_HERE", "YOUR_OPENAI_KEY"])
@pytest.mark.parametrize("model_id", ["openai/gpt-4o", "ollama/a", "openai/m\n    api_base: https://gw.example.com/v1"])
def test_a_placeholder_in_capital_letters_is_no_reference(key: str, model_id: str) -> None:
    """It looks like the name of an environment variable."""
    head, _, base = model_id.partition("\n")
    text = f"models:\n  {head}:\n    api_key: {key}\n{base}\ndefault: {head}\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level, text[slice(*found.span)]) == ("placeholder-api-key", Severity.ERROR, key)


def test_the_name_of_a_variable_is_a_reference() -> None:
    for field in ("api_key: MY_API_KEY", "api_key: OPENAI_API_KEY"):
        (found,) = diagnostics_of(f"models:\n  openai/gpt-4o:\n    {field}\ndefault: openai/gpt-4o\n")
        assert found.rule.id == "env-reference"
