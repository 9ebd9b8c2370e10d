"""Roles and fallbacks that name no entry, have a wrong name or type, or occur twice."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, diagnostics_of, rules_of

CASES = [
    (
        "undefined-model",
        """\
models:
  ollama/llama3:
default: ollama/llama3
roles:
  fast: ollama/llama2
#       ^^^^^^^^^^^^^ undefined-model: roles.fast: 'ollama/llama2' is not an entry in models. Did you mean ollama/llama3?
""",
        ("llama2", "llama3"),
    ),
    (
        "invalid-role-name",
        """\
models:
  ollama/llama3:
default: ollama/llama3
roles:
  Fast: ollama/llama3
# ^^^^ invalid-role-name: 'Fast' is not the name of a role. Use lowercase letters, digits and hyphens, and start with a letter.
""",
        ("Fast", "fast"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


HEAD = "models:\n  ollama/llama3:\n    name: Llama\n  ollama/qwen3:\ndefault: ollama/llama3\n"
ERROR, WARNING = Severity.ERROR, Severity.WARNING
NOT_A_NAME = "is not the name of a role. Use lowercase letters, digits and hyphens, and start with a letter."

# The text after HEAD, then for its one diagnostic: rule, severity, marked text, message, text after the first fix.
ONE = [
    (
        "roles: {fast: ollama/qwen}\n",
        ("undefined-model", WARNING, "ollama/qwen"),
        "roles.fast: 'ollama/qwen' is not an entry in models. Did you mean ollama/qwen3?",
        "roles: {fast: ollama/qwen3}\n",
    ),
    (
        "roles:\n  fast: Llama  # mine\n",
        ("undefined-model", WARNING, "Llama"),
        "roles.fast: 'Llama' is a display name. Write the ID: ollama/llama3.",
        "roles:\n  fast: ollama/llama3  # mine\n",
    ),
    (
        "roles:\n  fast: qwen3\n",
        ("undefined-model", WARNING, "qwen3"),
        "roles.fast: 'qwen3' is not an entry in models. Did you mean ollama/qwen3?",
        "roles:\n  fast: ollama/qwen3\n",
    ),
    (
        "fallbacks:\n  - ollama/qwen3\n  - openai/gpt-4o\n",
        ("undefined-model", WARNING, "openai/gpt-4o"),
        "fallback: 'openai/gpt-4o' is not an entry in models. Write the ID of an entry or remove it.",
        None,
    ),
    (
        "fallbacks:\n- ollama/qwem3\n",
        ("undefined-model", WARNING, "ollama/qwem3"),
        "fallback: 'ollama/qwem3' is not an entry in models. Did you mean ollama/qwen3 or ollama/llama3?",
        "fallbacks:\n- ollama/qwen3\n",
    ),
    (
        "roles:\n  fast: 5\n",
        ("wrong-type", ERROR, "5"),
        "roles.fast must be a model ID, not a number. Write provider/model or remove the role.",
        None,
    ),
    (
        "roles:\n  fast:\n",
        ("wrong-type", ERROR, "fast"),
        "roles.fast must be a model ID, not null. Write provider/model or remove the role.",
        None,
    ),
    (
        "roles:\n  fast: [ollama/llama3]\n",
        ("wrong-type", ERROR, "[ollama/llama3]"),
        "roles.fast must be a model ID, not a list or mapping. Write provider/model or remove the role.",
        "roles:\n  fast: ollama/llama3\n",
    ),
    (
        "fallbacks:\n  -\n",
        ("wrong-type", ERROR, "fallbacks"),
        "fallback must be a model ID, not null. Write provider/model or remove it.",
        None,
    ),
    (
        "fallbacks: ollama/qwen3\n",
        ("wrong-type", ERROR, "ollama/qwen3"),
        "fallbacks must be a list, not text. Write one '- provider/model' per line below it.",
        "fallbacks: [ollama/qwen3]\n",
    ),
    (
        "fallbacks:\n  ollama/qwen3:\n",
        ("wrong-type", ERROR, "ollama/qwen3:"),
        "fallbacks must be a list, not a mapping. Write one '- provider/model' per line below it.",
        None,
    ),
    (
        "roles:\n  - ollama/qwen3\n",
        ("wrong-type", ERROR, "- ollama/qwen3"),
        "roles must be a mapping, not a list. Write one 'name: provider/model' per line below it.",
        None,
    ),
    (
        "fallbacks: ollama/qwen3, ollama/llama3 # both\n",
        ("wrong-type", ERROR, "ollama/qwen3, ollama/llama3"),
        "fallbacks must be a list, not text. Write one '- provider/model' per line below it.",
        "fallbacks: [ollama/qwen3, ollama/llama3] # both\n",
    ),
    (
        "fallbacks: 'ollama/qwen3, ollama/llama3'\n",
        ("wrong-type", ERROR, "'ollama/qwen3, ollama/llama3'"),
        "fallbacks must be a list, not text. Write one '- provider/model' per line below it.",
        None,
    ),
    (
        "roles: ollama/qwen3\n",
        ("wrong-type", ERROR, "ollama/qwen3"),
        "roles must be a mapping, not text. Write one 'name: provider/model' per line below it.",
        None,
    ),
    (
        "roles:\n  Very_Fast: ollama/qwen3\n",
        ("invalid-role-name", WARNING, "Very_Fast"),
        f"'Very_Fast' {NOT_A_NAME}",
        "roles:\n  very-fast: ollama/qwen3\n",
    ),
    (
        "roles:\n  '@fast': ollama/qwen3\n",
        ("invalid-role-name", WARNING, "'@fast'"),
        f"'@fast' {NOT_A_NAME}",
        "roles:\n  'fast': ollama/qwen3\n",
    ),
    ("roles:\n  2nd: ollama/qwen3\n", ("invalid-role-name", WARNING, "2nd"), f"'2nd' {NOT_A_NAME}", None),
    ("roles:\n  yes: ollama/qwen3\n", ("invalid-role-name", WARNING, "yes"), f"'yes' {NOT_A_NAME}", None),
    (
        "roles:\n  fast: ollama/qwen3\n  FAST: ollama/qwen3\n",
        ("invalid-role-name", WARNING, "FAST"),
        f"'FAST' {NOT_A_NAME}",
        None,
    ),
    (
        "roles:\n  fast: ollama/qwen3\n  fast: ollama/llama3\n",
        ("duplicate-key", ERROR, "fast"),
        "Duplicate key: only the last one is used. Remove one of them.",
        None,
    ),
    (
        "fallbacks:\n  - ollama/qwen3\n  - ollama/llama3\n  - ollama/qwen3\n",
        ("duplicate-key", WARNING, "ollama/qwen3"),
        "fallbacks contains 'ollama/qwen3' twice: only the first one has an effect. Remove this.",
        "fallbacks:\n  - ollama/qwen3\n  - ollama/llama3\n",
    ),
    (
        "fallbacks: [ollama/qwen3, ollama/qwen3]\n",
        ("duplicate-key", WARNING, "ollama/qwen3"),
        "fallbacks contains 'ollama/qwen3' twice: only the first one has an effect. Remove this.",
        "fallbacks: [ollama/qwen3]\n",
    ),
    (
        "fallbacks:\n- ollama/qwen3\n- ollama/qwen3 # why\n",
        ("duplicate-key", WARNING, "ollama/qwen3"),
        "fallbacks contains 'ollama/qwen3' twice: only the first one has an effect. Remove this.",
        None,
    ),
]


@pytest.mark.parametrize(("text", "where", "message", "fixed"), ONE, ids=[item[0] for item in ONE])
def test_one_mistake(text: str, where: tuple[str, Severity, str], message: str, fixed: str | None) -> None:
    """Exactly one diagnostic, whose first fix gives the text."""
    whole = HEAD + text
    (found,) = diagnostics_of(whole)
    assert (found.rule.id, found.level, whole[slice(*found.span)]) == where
    assert found.message == message
    assert bool(found.fixes) == (fixed is not None)
    if fixed is not None:
        assert apply_fix(whole, found) == HEAD + fixed
        assert rules_of(HEAD + fixed) == []


@pytest.mark.parametrize(
    "text",
    [
        "roles:\n  fast: ollama/qwen3\n  code-review2: ollama/llama3\nfallbacks:\n  - ollama/qwen3\n  - ollama/llama3\n",
        "roles:\nfallbacks:\n",
        "roles: {}\nfallbacks: []\n",
        "fallbacks: &all [ollama/qwen3]\n",
    ],
)
def test_nothing_to_report(text: str) -> None:
    assert rules_of(HEAD + text) == []


def test_key_as_the_model_of_a_role() -> None:
    """The key is in no message, and the fix removes it."""
    key = "sk-ant-api03-" + "Zx9Qm4Lr7Tn2" * 8
    text = f"{HEAD}roles:\n  fast: {key}\n"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "key-in-wrong-field")
    assert found.message == "roles.fast is an API key, not a model ID. Write provider/model or remove the role."
    assert apply_fix(text, found) == f"{HEAD}roles:\n  fast: ollama/llama3\n"


def test_a_file_without_entries() -> None:
    text = "models:\nroles:\n  fast: ollama/a\nfallbacks: [ollama/b]\n"
    assert [item.message for item in diagnostics_of(text) if item.rule.id == "undefined-model"] == [
        "roles.fast: 'ollama/a' is not an entry in models. Add the entry, or remove the role.",
        "fallback: 'ollama/b' is not an entry in models. Add the entry, or remove it.",
    ]
