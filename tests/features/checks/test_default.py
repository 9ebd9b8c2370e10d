"""A default that is missing or names nothing."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import KEY, apply_fix, check_case, diagnostics_of, faults_of, rules_of

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "undefined-default",
        """\
models:
  ollama/llama3:
default: ollama/llama2
#        ^^^^^^^^^^^^^ undefined-default: default: 'ollama/llama2' is not an entry in models. Did you mean ollama/llama3?
""",
        ("llama2", "llama3"),
    ),
    (
        "missing-default",
        """\
models:
#<0^^^^^^ missing-default: No default model: new agents start with the first ready model. Set default to choose one.
  ollama/llama3:
#default: ollama/llama3
""",
        ("#default", "default"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("default:\nmodels:\n  ollama/a:\n", [("missing-default", "default")]),
        ("default: ollama/A\nmodels:\n  ollama/a:\n", [("undefined-default", "ollama/A")]),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)


def test_missing_default_names_the_first_ready_model() -> None:
    """The fix sets what a session would start with."""
    text = f"models:\n  openai/gpt-4.1:\n  ollama/a:\n  openai/gpt-4o:\n    api_key: {KEY}"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "missing-default")
    assert apply_fix(text, found) == text + "\n\ndefault: ollama/a\n"


def test_default_that_names_nothing() -> None:
    """A warning on the name, with the nearest entry as its fix."""
    text = "models:\n  ollama/llama2:\ndefault: ollama/llama3\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("undefined-default", Severity.WARNING)
    assert rules_of(apply_fix(text, found)) == []


NAMES = [
    ("Sonnet", ["ollama/a"], "default: 'Sonnet' is a display name. Write the ID: ollama/a."),
    ("'Sonnet '", ["ollama/a"], "default: 'Sonnet ' is a display name. Write the ID: ollama/a."),
    ("sonnet", ["ollama/a"], "default: 'sonnet' is a display name. Write the ID: ollama/a."),
    ("my work", ["ollama/b", "ollama/c"], "default: 'my work' is a display name. Write the ID: ollama/b or ollama/c."),
]


@pytest.mark.parametrize(("written", "ids", "message"), NAMES)
def test_default_that_is_a_display_name(written: str, ids: list[str], message: str) -> None:
    """The fixes set the ID of each entry with the name."""
    models = "  ollama/a:\n    name: Sonnet\n  ollama/b:\n    name: My-Work\n  ollama/c:\n    name: My_Work\n"
    text = f"models:\n{models}default: {written}\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level, text[slice(*found.span)]) == ("undefined-default", Severity.WARNING, written)
    assert found.message == message
    fixed = [apply_fix(text, found, at) for at in range(len(found.fixes))]
    assert fixed == [text.replace(f"default: {written}", f"default: {model_id}") for model_id in ids]
    assert all(rules_of(item) == [] for item in fixed)
