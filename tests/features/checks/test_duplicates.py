"""Keys that are written twice."""

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, diagnostics_of, faults_of

OLLAMA = "default: ollama/llama2\n"

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "duplicate-key",
        """\
models:
  ollama/llama3:
    timeout: 5
    timeout: 6
#   ^^^^^^^ duplicate-key: ollama/llama3: Duplicate key: only the last one is used. Remove one of them.
default: ollama/llama3
""",
        ("    timeout: 5", "#   timeout: 5"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models:\n  ollama/a:\nmodels:\n  ollama/b:\ndefault: ollama/b\n", [("duplicate-key", "models")]),
        ("models:\n  ollama/a:\ndefault: x\ndefault: ollama/a\n", [("duplicate-key", "default")]),
        (
            "models:\n  ollama/a:\n    extra_headers: {a: b, a: c}\ndefault: ollama/a\n",
            [("duplicate-key", "a")],
        ),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)


def test_duplicate_model() -> None:
    """Reported on the later one, related to the first; the first fix keeps both, the others take one out."""
    text = f"models:\n  ollama/llama2:\n    timeout: 5\n  # two\n  ollama/llama2:\n    timeout: 6\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("duplicate-key", Severity.ERROR)
    assert text[slice(*found.span)] == "ollama/llama2"
    assert found.span.start > found.related[0].span.start == 10
    assert apply_fix(text, found, 0) == (
        f"models:\n  ollama/llama2#2:\n    timeout: 5\n  # two\n  ollama/llama2:\n    timeout: 6\n{OLLAMA}"
    )
    assert apply_fix(text, found, 1) == f"models:\n  # two\n  ollama/llama2:\n    timeout: 6\n{OLLAMA}"
    assert apply_fix(text, found, 2) == f"models:\n  ollama/llama2:\n    timeout: 5\n  # two\n{OLLAMA}"


def test_the_entries_of_two_models_belong_together() -> None:
    """Removing one of them would lose entries."""
    text = "models:\n  ollama/a:\n    timeout: 5\nmodels:\n  ollama/b:\n    timeout: 6\ndefault: ollama/b\n"
    (found,) = diagnostics_of(text)
    assert found.message == "models: Duplicate key: only the last one is used. Move all entries below one of them."
    assert found.fixes == ()
