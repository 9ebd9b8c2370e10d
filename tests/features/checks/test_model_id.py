"""IDs that are no provider/model, and letters that look alike."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

from datetime import date

import pytest

from support.expectations import check_case, check_id, diagnostics_of

KEY = f"sk-ant-api03-{'a1B2c3D4' * 11}-_AA"

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "invalid-model-id",
        """\
models:
  openai:gpt-4o:
# ^^^^^^^^^^^^^ invalid-model-id: openai:gpt-4o: The ID has ':' after the provider. Write a slash, such as openai/gpt-4o.
    api_base: http://localhost:8000
default: null
#<0^^^^^^^ missing-default
""",
        ("openai:gpt", "openai/gpt"),
    ),
    (
        "look-alike-id",
        """\
models:
  ollama/llаma3:
#          ^ look-alike-id: ollama/llаma3: The ID contains an invisible or look-alike character. Replace it.
default: null
#<0^^^^^^^ missing-default
""",
        ("llаma3", "llama3"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


IDS = [
    ("gpt-4o", "invalid-model-id", "gpt-4o", "openai/gpt-4o"),
    ("/gpt-4o", "invalid-model-id", "/gpt-4o", "openai/gpt-4o"),
    ("openai:gpt-4o", "invalid-model-id", "openai:gpt-4o", "openai/gpt-4o"),
    ("openai/", "invalid-model-id", "openai/", None),
    ("openai", "invalid-model-id", "openai", None),
    ("' ollama/a '", "invalid-model-id", "' ollama/a '", "'ollama/a'"),
    ("openai/gpt-4o#work", None, "", None),
    ("openai/gpt-4o#Work_1.eu-2", None, "", None),
    ("'openai/gpt-4o#'", "invalid-model-id", "#", "'openai/gpt-4o'"),
    ("openai/gpt-4o##", "invalid-model-id", "##", "openai/gpt-4o"),
    ("openai/gpt-4o#a b", "invalid-model-id", "a b", "openai/gpt-4o#a-b"),
    ("openai/gpt-4o#a#b", "invalid-model-id", "a#b", "openai/gpt-4o#a-b"),
    ("openai/gpt-4o#a/b", "invalid-model-id", "a/b", "openai/gpt-4o#a-b"),
    ("openai/gpt-4o#Büro", "invalid-model-id", "Büro", "openai/gpt-4o#buro"),
    ("openai/gpt-4o#私", "invalid-model-id", "私", None),
    ("openai#work/gpt-4o", "invalid-model-id", "work/gpt-4o", "openai/gpt-4o#work"),
    ("'openai/gpt-4o # work'", "invalid-model-id", "'openai/gpt-4o # work'", "'openai/gpt-4o#work'"),
    ("gpt-4o#work", "invalid-model-id", "gpt-4o#work", "openai/gpt-4o#work"),
    ("openai:gpt-4o#work", "invalid-model-id", "openai:gpt-4o#work", "openai/gpt-4o#work"),
    ("openai/#work", "invalid-model-id", "openai/#work", None),
    ("“ollama/a”", "invalid-model-id", "“ollama/a”", "ollama/a"),
    ("‘ollama/a’", "invalid-model-id", "‘ollama/a’", "ollama/a"),
    ("„ollama/a“,", "invalid-model-id", "„ollama/a“,", "ollama/a"),
    ("«ollama/a»;", "invalid-model-id", "«ollama/a»;", "ollama/a"),
    ("ollama/a”", "invalid-model-id", "ollama/a”", "ollama/a"),
    ("ollama/“a”", "invalid-model-id", "ollama/“a”", "ollama/a"),
    ("“ollama/a”#work", "invalid-model-id", "“ollama/a”#work", "ollama/a#work"),
    ("“ollama/a#work”", "invalid-model-id", "“ollama/a#work”", "ollama/a#work"),
    ("'\"ollama/a\" '", "invalid-model-id", "'\"ollama/a\" '", "'ollama/a'"),
    ("\"'ollama/a'\"", "invalid-model-id", "\"'ollama/a'\"", '"ollama/a"'),
    ("'`ollama/a`'", "invalid-model-id", "'`ollama/a`'", "'ollama/a'"),
    ("'ollama/a:'", "invalid-model-id", "'ollama/a:'", "'ollama/a'"),
    ("<ollama/a>", "invalid-model-id", "<ollama/a>", "ollama/a"),
    ("(ollama/a)", "invalid-model-id", "(ollama/a)", "ollama/a"),
    ("'[“ollama/a”]'", "invalid-model-id", "'[“ollama/a”]'", "'ollama/a'"),
    ('"\\"ollama/a\\""', "invalid-model-id", '"\\"ollama/a\\""', None),
    ("“@b/a”", "unknown-provider", "“@b", "openai/“@b/a”"),
    ("ollama/<a>", None, "", None),
    ("<ollama>/<a>", "unknown-provider", "<ollama>", "ollama/<a>"),
    ("ollama/a(b)", None, "", None),
    ("ollama/llа​ma", "look-alike-id", "а​", "ollama/llama"),
    ("ollama/通义", None, "", None),
    (
        "https://openrouter.ai/openai/gpt-4o",
        "invalid-model-id",
        "https://openrouter.ai/openai/gpt-4o",
        "openrouter/openai/gpt-4o",
    ),
    ("https://openrouter.ai/api/v1", "invalid-model-id", "https://openrouter.ai/api/v1", None),
    ("http://localhost:8000/v1/m", "invalid-model-id", "http://localhost:8000/v1/m", None),
    (
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
        "invalid-model-id",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
        "bedrock/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
    ),
    ("ollama/https://a/b", None, "", None),
    ("openai/ft:gpt-4o-2024-08-06:org::id", None, "", None),
    (
        "bedrock/agentcore/arn:aws:a:h.example/:1:r",
        "invalid-model-id",
        "bedrock/agentcore/arn:aws:a:h.example/:1:r",
        None,
    ),
]


@pytest.mark.parametrize(("model_id", "rule", "underlined", "after"), IDS, ids=[repr(item[0]) for item in IDS])
def test_id(model_id: str, rule: str | None, underlined: str, after: str | None) -> None:
    check_id(model_id, rule, underlined, after)


@pytest.mark.parametrize(
    ("today", "is_suggested"), [(date(2026, 10, 15), True), (date(2026, 11, 15), False), (date(2026, 12, 1), False)]
)
def test_a_model_that_retires_soon_is_suggested_only_by_its_whole_name(today: date, is_suggested: bool) -> None:
    """It retires on 2026-11-30; `claude-sonnet-4-5` can only mean this model."""
    titles = {}
    for rule, model_id in (("invalid-model-id", "claude-sonnet-4-5"), ("unknown-model", "anthropic/claude-sonet-4-5")):
        text = f"models:\n  {model_id}:\n    api_key: {KEY}\ndefault: {model_id}\n"
        found = next(item for item in diagnostics_of(text, today=today) if item.rule.id == rule)
        titles[rule] = [fix.title for fix in found.fixes]
    title = "Change to anthropic/claude-sonnet-4-5"
    assert (title in titles["invalid-model-id"], title in titles["unknown-model"]) == (is_suggested, False)


def test_an_id_that_is_offered_is_complete() -> None:
    text = "models:\n  bedrock/anthropic.claude-sonet-4-5-20250929-v1:0:\ndefault: null\n"
    (found,) = (item for item in diagnostics_of(text) if item.rule.id == "unknown-model")
    assert "Did you mean bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0" in found.message


@pytest.mark.parametrize("value", ["\n    fast: ollama/a", " [ollama/a]", " ollama/a", "\n    - ollama/a"])
@pytest.mark.parametrize("name", ["default", "roles", "fallbacks"])
def test_a_top_level_key_with_the_indentation_of_an_id(name: str, value: str) -> None:
    """It is the only problem: what is below it is not about an entry."""
    text = f"models:\n  ollama/a:\n    timeout: 5\n  {name}:{value}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id not in ("missing-default", "undefined-default")]
    message = f"{name}: {name} is a top-level key, not an ID. Remove its indentation."
    assert [(item.rule.id, item.message) for item in found] == [("invalid-model-id", message)]
