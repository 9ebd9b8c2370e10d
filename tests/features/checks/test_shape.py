"""The shape of the file: what has to be a mapping, and what is missing at the root."""

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, check_expectations, diagnostics_of, faults_of, rules_of

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "not-a-mapping",
        """\
models
#<0^^^^^^ not-a-mapping: Missing colon after 'models'. Write 'models:'.
""",
        ("models", "models:"),
    ),
    (
        "missing-models",
        """\
default: null
#<0^^^^^^^^^^^^^ missing-models: This file has no models. Add 'models:', and write one ID per line below it.
""",
        ("default: null", "models: null"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models: []\n", [("wrong-type", "[]")]),
        ("models: 5\n", [("wrong-type", "5")]),
        ("models:\n  ollama/a: [1]\ndefault: ollama/a\n", [("wrong-type", "[1]")]),
        ("models:\n  ollama/a: x\ndefault: ollama/a\n", [("wrong-type", "x")]),
        ("models:\n  ollama/a: timeout:5\ndefault: ollama/a\n", [("wrong-type", "timeout:5")]),
        ("models:\n  ollama/a:\n    timeout 5\ndefault: ollama/a\n", [("wrong-type", "timeout 5")]),
        ("default: 5\nmodels:\n  ollama/a:\n", [("wrong-type", "5")]),
        ("default: [a]\nmodels:\n  ollama/a:\n", [("wrong-type", "[a]")]),
        ("x: &x {timeout: 5}\nmodels:\n  ollama/a: *x\ndefault: ollama/a\n", []),
        (
            "x: &x {timeout: 5m}\nmodels:\n  ollama/a:\n    <<: *x\ndefault: ollama/a\n",
            [("wrong-type", "ollama/a")],
        ),
        (
            "models:\n  123:\ndefault: null\n",
            [("missing-default", "default"), ("invalid-model-id", "123")],
        ),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)


@pytest.mark.parametrize("line", ["timeout 5", "timeout:5"])
def test_field_without_colon_or_space(line: str) -> None:
    """Where it is the entry's only line, YAML takes it for the entry's value."""
    text = f"models:\n  ollama/a:\n    {line}\ndefault: ollama/a\n"
    (found,) = diagnostics_of(text)
    assert found.message.startswith("ollama/a: 'timeout' is not followed by a colon")
    assert apply_fix(text, found) == text.replace(line, "{timeout: 5}")


def test_list_at_the_root() -> None:
    """An error on its first line."""
    check_expectations("""\
- ollama/llama2
#<0^^^^^^^^^^^^^^^ not-a-mapping
- ollama/llama3
""")


@pytest.mark.parametrize("text", ["", "\n", "   \n\n", "# nothing\n", "\ufeff", "---\n"])
def test_empty_file(text: str) -> None:
    """Information on the first line, and a fix that puts in a frame without diagnostics above a hint."""
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("missing-models", Severity.INFORMATION)
    if found.fixes:
        assert diagnostics_of(apply_fix(text, found)) == ()


def test_models_without_value_is_an_empty_set() -> None:
    """Nothing to say."""
    for text in ("models:\n", "models: {}\n", "models: null\ndefault: null\n", "models:\n  # none\ndefault:\n"):
        assert rules_of(text) == []


MODELS = "models:\n  ollama/a:\n"
TOP_LEVEL = [
    ("model: gpt-6-sol\n", "Write the model as an entry in models.", []),
    ("model: ollama/a\n", "Write the model as an entry in models.", ["models:\n  ollama/a:\n"]),
    ("model:\n  ollama/a:\n", "Did you mean models?", ["models:\n  ollama/a:\n"]),
    (f"{MODELS}defaults: {{timeout: 60}}\n", "Write its fields in each entry.", []),
    (f"{MODELS}defaults: ollama/a\n", "Did you mean default?", [f"{MODELS}default: ollama/a\n"]),
    (f"{MODELS}defaults:\n", "Did you mean default?", [f"{MODELS}default:\n"]),
    (f"{MODELS}role: ollama/a\n", "Did you mean roles?", []),
    (f"{MODELS}fallback: ollama/a\n", "Did you mean fallbacks?", []),
    (f"{MODELS}fallback: [ollama/a]\n", "Did you mean fallbacks?", [f"{MODELS}fallbacks: [ollama/a]\n"]),
]


@pytest.mark.parametrize(("text", "end", "after"), TOP_LEVEL)
def test_a_top_level_key_is_renamed_only_if_its_value_fits(text: str, end: str, after: list[str]) -> None:
    (found,) = (item for item in diagnostics_of(text) if item.rule.id == "unknown-field")
    assert found.message.endswith(end)
    assert [apply_fix(text, found, index) for index in range(len(found.fixes))] == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("models:\nollama/a:\n  timeout: 5\n", "models:\n  ollama/a:\n    timeout: 5\n"),
        (
            "models:\n   ollama/a:\nollama/b:\n  name: |\n    x\n\n    y\ndefault: ollama/a\n",
            "models:\n   ollama/a:\n   ollama/b:\n     name: |\n       x\n\n       y\ndefault: ollama/a\n",
        ),
        (
            "models:\n  ollama/a:\nollama/b:\ndefault: ollama/a\n",
            "models:\n  ollama/a:\n  ollama/b:\ndefault: ollama/a\n",
        ),
        ("models:\n  ollama/a:\nollama/a:\ndefault: ollama/a\n", None),
        ("models: {\n  ollama/a: {}}\nollama/b:\ndefault: ollama/a\n", None),
        ("models: {}\nollama/b:\ndefault: null\n", None),
        ("models:\n  ollama/a:\ndefault: ollama/a\nollama/b:\n", None),
    ],
)
def test_a_model_at_the_top_level_is_indented(text: str, after: str | None) -> None:
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "unknown-field"]
    assert found.message.endswith("has no effect. Indent it and its fields under models.")
    assert [(fix.title, fix.safe) for fix in found.fixes] == ([("Indent it under models", False)] if after else [])
    if after:
        assert apply_fix(text, found) == after


@pytest.mark.parametrize(
    ("below", "after"),
    [
        ("    - timeout: 5\n    - name: A\n", "    timeout: 5\n    name: A\n"),
        ("    -   timeout: 5\n    # c\n    -   name: A # c\n", "    timeout: 5\n    # c\n    name: A # c\n"),
        (
            "    - timeout: 5\n      extra_headers:\n        a: b\n    - name: A\n",
            "    timeout: 5\n    extra_headers:\n        a: b\n    name: A\n",
        ),
        ("  - timeout: 5\n", None),
        ("    -  timeout: 5\n    - name: A\n", None),
        ("    - timeout: 5\n    - timeout: 6\n", None),
        ("    - timeout: 5\n    - name\n", None),
        ("    - {timeout: 5}\n", None),
        ("    [timeout: 5]\n", None),
        ("    - &a\n      timeout: 5\n", None),
    ],
)
def test_fields_with_dashes(below: str, after: str | None) -> None:
    text = f"models:\n  ollama/a:\n{below}default: ollama/a\n"
    (found,) = [item for item in diagnostics_of(text) if "is a list" in item.message]
    assert [(fix.title, fix.safe) for fix in found.fixes] == ([("Remove the dashes", False)] if after else [])
    if after:
        fixed = apply_fix(text, found)
        assert fixed == text.replace(below, after)
        assert diagnostics_of(fixed) == ()
