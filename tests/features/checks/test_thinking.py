"""A thinking budget that leaves no tokens for the answer, or is too small for Claude."""

# ruff: noqa: E501
# Annotation lines are below the text that they mark, so they cannot be broken.

from importlib.metadata import distribution
from pathlib import Path

import pytest

from aloop_models.features.checks.thinking import ANSWER_ROOM, SMALLEST_BUDGET
from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, diagnostics_of

MARKED = [
    (
        "out-of-range",
        """\
models:
  ollama/a:
    max_tokens: 2000
    thinking: {type: enabled, budget_tokens: 4000}
#                                            ^^^^ out-of-range: ollama/a: thinking.budget_tokens (4000) must be less than max_tokens (2000).
default: ollama/a
""",
        ("2000", "4001"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), MARKED)
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


OPUS = "ollama/claude-opus-4-5"
BUDGETS = [
    ("ollama/a", 8000, 8000, [(12096, 8000), (8000, 4000)]),
    ("ollama/a", 2000, 4000, [(8096, 4000)]),
    ("ollama/a", 4001, 4000, None),
    ("ollama/a", 4000, 10, None),
    ("ollama/claude", 4000, 10, [(4000, SMALLEST_BUDGET)]),
    ("ollama/claude", 1024, 10, []),
]


@pytest.mark.parametrize(("model_id", "limit", "budget", "after"), BUDGETS)
def test_budget(model_id: str, limit: int, budget: int, after: list[tuple[int, int]] | None) -> None:
    def text(limit: int, budget: int) -> str:
        fields = f"    max_tokens: {limit}\n    thinking:\n      type: enabled\n      budget_tokens: {budget}\n"
        return f"models:\n  {model_id}:\n{fields}default: {model_id}\n"

    found = diagnostics_of(text(limit, budget))
    if after is None:
        assert found == ()
        return
    assert [(item.rule.id, item.level) for item in found] == [("out-of-range", Severity.INFORMATION)]
    fixed = [apply_fix(text(limit, budget), found[0], at) for at in range(len(found[0].fixes))]
    assert fixed == [text(*numbers) for numbers in after]
    assert all(diagnostics_of(item) == () for item in fixed)


def test_the_numbers_are_those_of_litellm() -> None:
    constants = Path(str(distribution("litellm").locate_file("litellm/constants.py"))).read_text()
    assert f"ANTHROPIC_MIN_THINKING_BUDGET_TOKENS: Final = {SMALLEST_BUDGET}\n" in constants
    assert f'get_env_int("BEDROCK_MIN_THINKING_BUDGET_TOKENS", {SMALLEST_BUDGET})' in constants
    assert f'get_env_int("DEFAULT_MAX_TOKENS", {ANSWER_ROOM})' in constants


@pytest.mark.parametrize(
    ("thinking", "after"),
    [
        ("{type: enabled}", "{type: enabled, budget_tokens: 4096}"),
        ("{type: enabled}\n    max_tokens: 4096", "{type: enabled, budget_tokens: 2048}\n    max_tokens: 4096"),
        ('{"type": "enabled"}', '{"type": "enabled", "budget_tokens": 4096}'),
        ("{type: enabled}\n    max_tokens: 2000", None),
        ("\n      type: enabled", None),
    ],
)
def test_no_budget_for_claude(thinking: str, after: str | None) -> None:
    """Its API requires a budget if thinking is enabled."""
    text = f"models:\n  {OPUS}:\n    thinking: {thinking}\ndefault: {OPUS}\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("out-of-range", Severity.INFORMATION)
    assert text[slice(*found.span)].strip('"') == "enabled"
    assert found.message == f"{OPUS}: thinking needs budget_tokens if its type is enabled. Add it."
    fixed = [apply_fix(text, found, at) for at in range(len(found.fixes))]
    assert fixed == ([text.replace(thinking, after)] if after else [])
    assert all(diagnostics_of(each) == () for each in fixed)


@pytest.mark.parametrize("thinking", ["{type: disabled}", "{type: adaptive}", "{type: enabled, my_budget: 5}", "null"])
def test_no_budget_is_needed(thinking: str) -> None:
    assert diagnostics_of(f"models:\n  {OPUS}:\n    thinking: {thinking}\ndefault: {OPUS}\n") == ()


@pytest.mark.parametrize(
    ("model", "needs_budget"),
    [
        ("claude-3-7-sonnet-20250219", True),
        ("claude-opus-4-20250514", True),
        ("claude-sonnet-4-5-20250929", True),
        ("anthropic.claude-opus-4-6-v1:0", True),
        ("claude-sonnet-4.5", True),
        ("claude-opus-4-7", False),
        ("claude-opus-4-7-20270101", False),
        ("claude-opus-4.7", False),
        ("claude-sonnet-5", False),
        ("claude-sonnet-5-5", False),
        ("claude-3-5-sonnet", False),
        ("glm-4", False),
    ],
)
def test_the_models_that_need_a_budget(model: str, *, needs_budget: bool) -> None:
    """LiteLLM makes an adaptive mode of it for later models."""
    text = f"models:\n  ollama/{model}:\n    thinking: {{type: enabled}}\ndefault: ollama/{model}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id == "out-of-range"]
    assert bool(found) is needs_budget


@pytest.mark.parametrize(
    ("model_id", "field", "most"),
    [
        ("anthropic/claude-sonnet-5-5", "max_tokens: 1000000", 128000),
        ("anthropic/claude-sonnet-5-5#a", "max_completion_tokens: 128001", 128000),
        ("anthropic/claude-sonnet-5-5", "max_tokens: 128000", None),
        ("anthropic/claude-sonnet-9", "max_tokens: 1000000", None),
        ("groq/openai/gpt-oss-120b", "max_tokens: 1000000", None),
        ("anthropic/claude-sonnet-5-5", "api_base: https://gw.example.com\n    max_tokens: 1000000", None),
    ],
)
def test_an_answer_longer_than_the_maximum_of_the_model(model_id: str, field: str, most: int | None) -> None:
    text = f"models:\n  {model_id}:\n    {field}\ndefault: {model_id}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id == "out-of-range"]
    if most is None:
        assert found == []
        return
    name, _, given = field.partition(": ")
    message = f"{model_id}: {name} is {given}, but the model's maximum output is {most} tokens. Reduce it."
    assert [(item.level, item.message) for item in found] == [(Severity.INFORMATION, message)]
    assert apply_fix(text, found[0]) == text.replace(given, str(most))


@pytest.mark.parametrize(("provider", "count"), [("openai", 1), ("anthropic", 0), ("hosted_vllm", 0)])
def test_two_names_of_one_limit(provider: str, count: int) -> None:
    """LiteLLM sends both to OpenAI, and one of them to most others."""
    fields = "    max_tokens: 10\n    max_completion_tokens: 20\n"
    text = f"models:\n  {provider}/gpt-4o:\n{fields}default: {provider}/gpt-4o\n"
    found = [item for item in diagnostics_of(text) if item.rule.id == "out-of-range"]
    message = "openai/gpt-4o: OpenAI refuses max_tokens together with max_completion_tokens. Remove one of them."
    assert [(item.level, item.message) for item in found] == [(Severity.WARNING, message)] * count
    assert [apply_fix(text, item) for item in found] == [text.replace("    max_tokens: 10\n", "")] * count


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("{budget_tokens: 4096}", "{type: enabled, budget_tokens: 4096}"),
        ('{"budget_tokens": 4096}', '{"type": "enabled", "budget_tokens": 4096}'),
        ("\n      budget_tokens: 4096", "\n      type: enabled\n      budget_tokens: 4096"),
    ],
)
def test_a_budget_without_type(written: str, after: str) -> None:
    text = f"models:\n  {OPUS}:\n    thinking: {written}\ndefault: {OPUS}\n"
    (found,) = diagnostics_of(text)
    message = f"{OPUS}: thinking needs type: enabled with budget_tokens. Add it."
    assert (found.rule.id, found.level, found.message) == ("out-of-range", Severity.INFORMATION, message)
    assert apply_fix(text, found) == text.replace(written, after)
    assert diagnostics_of(apply_fix(text, found)) == ()
    assert diagnostics_of(text.replace(OPUS, "ollama/a")) == ()
