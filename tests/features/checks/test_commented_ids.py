"""An ID that is a comment, with fields below it that are none."""

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, diagnostics_of

ABOVE = "models:\n  ollama/a:\n    timeout: 5\n"
BELOW = "  ollama/c:\ndefault: ollama/a\n"


CASES = [
    (
        "commented-id",
        """\
models:
  ollama/a:
  # openai/b:
    timeout: 60
#   ^^^^^^^ commented-id: openai/b is a comment, so the fields below it belong to ollama/a. Make them comments too.
default: ollama/a
""",
        ("# openai/b:", "# openai/b"),
    )
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES)
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("written", "commented", "again"),
    [
        (
            "  # ollama/b:\n    name: B\n    keep_alive: 5m\n",
            "  # ollama/b:\n  #   name: B\n  #   keep_alive: 5m\n",
            "  ollama/b:\n    name: B\n    keep_alive: 5m\n",
        ),
        (
            "#  ollama/b:\n    name: B\n",
            "#  ollama/b:\n#     name: B\n",
            "  ollama/b:\n    name: B\n",
        ),
        (
            "  #ollama/b:8b#mine:\n    name: B\n\n    # mine\n    stop:\n    - a\n",
            "  #ollama/b:8b#mine:\n  #   name: B\n\n    # mine\n  #   stop:\n  #   - a\n",
            "  ollama/b:8b#mine:\n    name: B\n\n    # mine\n    stop:\n    - a\n",
        ),
        (
            "  # ollama/b:\n    timeout: 60\n",
            "  # ollama/b:\n  #   timeout: 60\n",
            "  ollama/b:\n    timeout: 60\n",
        ),
    ],
)
def test_both_ways_out(written: str, commented: str, again: str) -> None:
    """The fields get comments, or the ID is an entry again; a repeated field has no diagnostic of its own."""
    text = ABOVE + written + BELOW
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("commented-id", Severity.WARNING)
    assert [(fix.title, fix.safe) for fix in found.fixes] == [
        ("Comment out these fields", False),
        ("Make the ID an entry again", False),
    ]
    for at, right in enumerate((commented, again)):
        assert apply_fix(text, found, at) == ABOVE + right + BELOW
        assert diagnostics_of(ABOVE + right + BELOW) == ()


@pytest.mark.parametrize(
    "written",
    [
        "  # ollama/b:\n  #   name: B\n",
        "    # ollama/b:\n    name: A\n",
        "  # ollama/b:\n",
        "  # ollama/b:\n\n",
        "  # see ollama/b:\n    name: A\n",
        "  # nobody/b:\n    name: A\n",
        "  # https://x.example/b:\n    name: A\n",
        "    name: A  # ollama/b:\n    keep_alive: 5m\n",
    ],
)
def test_other_comments(written: str) -> None:
    assert diagnostics_of(ABOVE + written + BELOW) == ()


def test_fields_without_an_id_are_the_cause_of_a_syntax_error() -> None:
    text = "models:\n  # ollama/a:\n    name: A\n    keep_alive: 5m\n  ollama/b:\n    timeout: 5\ndefault: ollama/b\n"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "yaml-syntax")
    assert found.message == "ollama/a is a comment, so the fields below it have no ID. Make them comments too."
    assert text[slice(*found.span)] == "name: A\n    keep_alive: 5m"
    fixed = apply_fix(text, found)
    assert fixed == text.replace("    name: A\n    keep_alive: 5m\n", "  #   name: A\n  #   keep_alive: 5m\n")
    assert diagnostics_of(fixed) == ()


def test_an_id_is_not_aligned_with_fields() -> None:
    text = "models:\n    name: A\n  ollama/b:\n    timeout: 5\ndefault: ollama/b\n"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "yaml-syntax")
    assert found.fixes == ()


def test_an_id_that_is_an_entry_too_is_not_one_again() -> None:
    (found,) = diagnostics_of(f"{ABOVE}  # ollama/a:\n    name: A\n{BELOW}")
    assert [fix.title for fix in found.fixes] == ["Comment out these fields"]


def test_a_comment_about_the_first_field() -> None:
    (found,) = diagnostics_of(f"{ABOVE}  # ollama/b:\n    # mine\n    name: A\n{BELOW}")
    assert found.rule.id == "commented-id"
