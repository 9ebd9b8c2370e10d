"""Titles of fixes that write an ID, and IDs with a label that is a comment."""

import pytest

from aloop_models.features.checks.entry_reference import title
from support.expectations import apply_fix, diagnostics_of

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("openai/gpt-4o", "Change default to openai/gpt-4o"),
        # The whole ID is redacted, then it is cut: a part of a key has no format.
        (f"{'a' * 30}/{KEY}", "Change default to ••••••••"),
    ],
)
def test_the_title_of_a_fix_has_no_key(model_id: str, expected: str) -> None:
    assert title("Change", "default", model_id) == expected


TWO = "models:\n  ollama/a:\n  ollama/a#work:\n  ollama/b:\n"


@pytest.mark.parametrize(
    ("below", "subject", "rule", "right"),
    [
        ("default: ollama/a #work\n", "default", "undefined-default", "default: ollama/a#work\n"),
        ("default: ollama/a  \t#work  \n", "default", "undefined-default", "default: ollama/a#work  \n"),
        (
            "default: null\nroles:\n  fast: ollama/a #work\n",
            "roles.fast",
            "undefined-model",
            "default: null\nroles:\n  fast: ollama/a#work\n",
        ),
        (
            "default: null\nfallbacks:\n- ollama/a #work\n",
            "fallback",
            "undefined-model",
            "default: null\nfallbacks:\n- ollama/a#work\n",
        ),
        ("default: 'ollama/a' #work\n", "default", "undefined-default", "default: ollama/a#work\n"),
        ("default: ollama/a # Work\n", "default", "undefined-default", "default: ollama/a#work\n"),
        ("default: ollama/a #work, # mine\n", "default", "undefined-default", "default: ollama/a#work # mine\n"),
        ("default: ollama/a #work: mine\n", "default", "undefined-default", None),
    ],
)
def test_the_label_is_a_comment(below: str, subject: str, rule: str, right: str | None) -> None:
    """Both entries are in the file, so that the one with the label is probably meant."""
    (found,) = [item for item in diagnostics_of(f"{TWO}{below}") if item.rule.id != "missing-default"]
    message = f"{subject}: The space makes the label a comment, so this is 'ollama/a'. Did you mean 'ollama/a#work'?"
    assert (found.rule.id, found.message) == (rule, message)
    assert [(fix.title, fix.safe) for fix in found.fixes] == (
        [(f"Change {subject} to ollama/a#work", False)] if right else []
    )
    if right:
        assert apply_fix(f"{TWO}{below}", found) == f"{TWO}{right}"


@pytest.mark.parametrize(
    "value",
    ["ollama/a # for work", "ollama/a # work of mine", "ollama/a #home", "ollama/b #work", "ollama/a#work #work"],
)
def test_a_comment_is_no_label(value: str) -> None:
    assert diagnostics_of(f"{TWO}default: {value}\n") == ()


def test_a_fix_keeps_the_quotes_of_json() -> None:
    text = '{"models": {"ollama/a": {}}, "default": "ollama/b"}\n'
    (found,) = diagnostics_of(text)
    assert apply_fix(text, found) == text.replace("ollama/b", "ollama/a")


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("default: [ollama/a]\n", "default: ollama/a\n"),
        ("default: {model: ollama/a} # c\n", "default: ollama/a # c\n"),
        ("default:\n  - ollama/a#work\n", "default:\n  ollama/a#work\n"),
        ("default: [ollama/a, ollama/b]\n", None),
        ("default: [ollama/x]\n", None),
        ("default: [\n  ollama/a # c\n]\n", None),
    ],
)
def test_the_only_value_of_a_list_or_mapping(written: str, after: str | None) -> None:
    (found,) = diagnostics_of(f"{TWO}{written}")
    assert (found.rule.id, found.message) == (
        "wrong-type",
        "default must be a model ID, not a list or mapping. Write provider/model or null.",
    )
    assert len(found.fixes) == (after is not None)
    if after:
        assert apply_fix(f"{TWO}{written}", found) == f"{TWO}{after}"


@pytest.mark.parametrize("written", ["fast", "'@fast'"])
def test_a_role_in_place_of_its_id(written: str) -> None:
    text = f"{TWO}default: {written}\nroles:\n  fast: ollama/b\n"
    (found,) = diagnostics_of(text)
    name = written.strip("'")
    message = f"default: '{name}' is a role. Write its ID: ollama/b."
    assert (found.rule.id, found.message) == ("undefined-default", message)
    assert apply_fix(text, found) == text.replace(written, "ollama/b", 1)
