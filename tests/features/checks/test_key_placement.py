"""Keys in a field of another kind, and references to environment variables."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import KEY, SECRET, check_case, check_field, faults_of

ERROR, WARNING = Severity.ERROR, Severity.WARNING

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "key-in-wrong-field",
        """\
models:
  ollama/llama3:
    name: sk-proj-A1b2C3d4E5f6G7h8I9j0
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key-in-wrong-field: ollama/llama3: Field 'name' contains an API key. Put it in api_key instead.
default: ollama/llama3
""",
        ("sk-proj-A1b2C3d4E5f6G7h8I9j0", "Llama"),
    ),
    (
        "env-reference",
        """\
models:
  openai/gpt-4o:
    api_key: ${OPENAI_API_KEY}
#            ^^^^^^^^^^^^^^^^^ env-reference: openai/gpt-4o: api_key contains a reference, such as an environment variable. Write the API key itself: references are not expanded.
default: openai/gpt-4o
""",
        ("${OPENAI_API_KEY}", KEY),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


FIELDS = [
    ("api_base: http://${HOST}/v1", "env-reference", ERROR, "http://${HOST}/v1", []),
    ("api_key: os.environ/KEY", "env-reference", ERROR, "os.environ/KEY", []),
    ("api_key: $KEY", "env-reference", ERROR, "$KEY", []),
    ("api_key: '%KEY%'", "env-reference", ERROR, "'%KEY%'", []),
    ("api_key: pa$word", None, None, "", []),
    (f"name: {SECRET}", "key-in-wrong-field", WARNING, SECRET, [f"api_key: {SECRET}"]),
    (f"api_base: {SECRET}", "key-in-wrong-field", ERROR, SECRET, [f"api_key: {SECRET}"]),
    (f"user: the {SECRET}", "key-in-wrong-field", WARNING, f"the {SECRET}", []),
    ("tenant_id: 3f2b8c1e-0a4d-4c5b-9e8f-7a6b5c4d3e2f", None, None, "", []),
]  # fmt: skip


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), FIELDS, ids=[item[0] for item in FIELDS])
def test_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    check_field(field, rule, level, underlined, after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"models:\n  openai/gpt-4o: {SECRET}\ndefault: openai/gpt-4o\n", [("key-in-wrong-field", SECRET)]),
        (f"default: {SECRET}\nmodels:\n  ollama/a:\n", [("key-in-wrong-field", SECRET)]),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)
