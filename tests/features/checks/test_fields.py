"""Fields that nobody knows or that are set elsewhere."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, check_field, diagnostics_of, faults_of, rules_of

WARNING = Severity.WARNING
OLLAMA = "default: ollama/llama2\n"

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "unknown-field",
        """\
models:
  ollama/llama3:
    timout: 5
#   ^^^^^^ unknown-field: ollama/llama3: Unknown field 'timout': it has no effect. Did you mean timeout?
default: ollama/llama3
""",
        ("timout", "timeout"),
    ),
    (
        "unsupported-field",
        """\
models:
  ollama/llama3:
    stream: true
#   ^^^^^^ unsupported-field: ollama/llama3: stream is not supported. The agent sets it for each request. Remove this field.
default: ollama/llama3
""",
        ("stream", "#stream"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


FIELDS = [
    ("base_url: http://localhost:1", "unsupported-field", WARNING, "base_url", ["api_base: http://localhost:1"]),
    ("stream: true", "unsupported-field", WARNING, "stream", ["# stream: true"]),
    ("apiKey: x", "unknown-field", WARNING, "apiKey", ["api_key: x"]),
    ("endpoint: http://localhost:1", "unknown-field", WARNING, "endpoint", ["api_base: http://localhost:1"]),
    ("zzzzzz: 1 # c", "unknown-field", WARNING, "zzzzzz", ["# zzzzzz: 1 # c"]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), FIELDS, ids=[item[0] for item in FIELDS])
def test_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    check_field(field, rule, level, underlined, after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model:\n  ollama/a:\n", [("unknown-field", "model")]),
        ("foo: 1\nmodels:\n", [("unknown-field", "foo")]),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)


def test_timout() -> None:
    """The diagnostic names the right field, also where that one is set already."""
    text = f"models:\n  ollama/llama2:\n    timout: 5\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("unknown-field", Severity.WARNING)
    assert "timeout" in found.message
    assert rules_of(apply_fix(text, found)) == []
    (both,) = diagnostics_of(f"models:\n  ollama/llama2:\n    timeout: 5\n    timout: 5\n{OLLAMA}")
    assert "timeout" in both.message
    assert [fix.title for fix in both.fixes] == ["Comment out this line"]
