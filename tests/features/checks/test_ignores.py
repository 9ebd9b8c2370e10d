"""Ignore comments: what they hide, and what is reported about them."""

import pytest

from aloop_models.core.text import apply_edits
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import fix_all
from aloop_models.settings import Settings
from support.expectations import SAFE, check_case, diagnostics_of, rules_of
from support.snapshots import snapshot

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "unused-ignore",
        """\
models:
  ollama/a:
    timeout: 300  # aloop: ignore[wrong-type]
#<18^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-ignore: Unused ignore: the line has no wrong-type problem. Remove it.
default: ollama/a
""",
        ("300", "5m"),
    ),
    (
        "invalid-ignore",
        """\
models:
  ollama/a:
    timeout: 5m  # aloop: ignore[wrong-tipe]
    #        ^^ wrong-type
    #                            ^^^^^^^^^^ invalid-ignore: Unknown rule 'wrong-tipe'. Did you mean wrong-type?
default: ollama/a
""",
        ("wrong-tipe", "wrong-type"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


def fields(*lines: str) -> str:
    """A file of one entry with these lines of fields."""
    return "\n".join(("models:", "  ollama/a:", *(f"    {line}" for line in lines), "default: ollama/a", ""))


TIMEOUT = "timeout: 5m  # aloop: ignore[wrong-type]"


@pytest.mark.parametrize(
    "text",
    [
        fields(TIMEOUT),
        fields("timeout: 5m # aloop:ignore[ wrong-type ]"),
        fields("timeout: 5m # five minutes # aloop: ignore[wrong-type] because of the proxy"),
        fields("# aloop: ignore[wrong-type]", "timeout: 5m"),
        fields("# aloop: ignore[wrong-type]", "# Five minutes.", "timeout: 5m  # really"),
        fields("timout: [5m,  # aloop: ignore[unknown-field, wrong-type]", "  1]").replace(", wrong-type", ""),
        fields("api_key: |  # aloop: ignore[malformed-api-key]", "  sk-a b").replace("ollama/a", "openai/gpt-4o"),
        fields(TIMEOUT).replace("\n", "\r\n"),
        fields(TIMEOUT).rstrip("\n"),
        "\ufeff" + fields(TIMEOUT),
        "models:\n  ollama/a: {timeout: 5m}  # aloop: ignore[wrong-type]\ndefault: ollama/a\n",
        "models: {ollama/a: {\n  # aloop: ignore[wrong-type]\n  timeout: 5m}}\ndefault: ollama/a\n",
        "models:\n  openai/gpt-4o:  # aloop: ignore[missing-api-key]\ndefault: openai/gpt-4o\n",
        "models:\n  # aloop: ignore[missing-api-key]\n  openai/gpt-4o:\ndefault: openai/gpt-4o\n",
        "models:\n  ollama/a:\ndefault: ollama/b  # aloop: ignore[undefined-default]\n",
        "models:  # aloop: ignore[missing-default]\n  ollama/a:\n",
        "# aloop: ignore[missing-models]\n",
    ],
)
def test_an_ignore_hides_its_problem(text: str) -> None:
    """At the end of the line or directly above it, with any line break, in block and flow style."""
    found = diagnose(snapshot(text, place=SAFE))
    assert found.items == ()
    assert len(found.ignored) == 1


def test_one_comment_for_several_problems() -> None:
    text = fields("extra: {timeout: 5m}  # aloop: ignore[unknown-field]", TIMEOUT)
    found = diagnose(snapshot(text, place=SAFE))
    assert (found.items, [item.rule.id for item in found.ignored]) == ((), ["unknown-field", "wrong-type"])


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (fields("# aloop: ignore[wrong-type]", "", "timeout: 5m"), ["unused-ignore", "wrong-type"]),
        (fields("timeout: 5m", "# aloop: ignore[wrong-type]"), ["wrong-type", "unused-ignore"]),
        (fields("name: x  # aloop: ignore[wrong-type]", "timeout: 5m"), ["unused-ignore", "wrong-type"]),
        (fields("timeout: 5m  # aloop: ignore[unknown-field]"), ["wrong-type", "unused-ignore"]),
        (fields("timeout: 5m#aloop:ignore[wrong-type]"), ["wrong-type"]),
        (fields('name: "# aloop: ignore[unknown-field]"'), []),
        (fields("name: |", "  # aloop: ignore[unknown-field]"), []),
        (fields("name: 'a", "  # aloop: ignore[unknown-field]'"), []),
        (fields("name: a#aloop:ignore[unknown-field]"), []),
        (
            "models:\n  # aloop: ignore[wrong-type]\n  ollama/a:\n    timeout: 5m\ndefault: ollama/a\n",
            ["unused-ignore", "wrong-type"],
        ),
    ],
)
def test_an_ignore_covers_one_line_only(text: str, rules: list[str]) -> None:
    """Not the line above or another one below, not a whole entry; and only a comment is one."""
    assert rules_of(text, place=SAFE) == rules


@pytest.mark.parametrize(
    ("comment", "marked", "message", "after"),
    [
        ("# aloop: ignore[unknown-field]", "", "Unused ignore: the line has no unknown-field problem. Remove it.", ""),
        (
            "# five  # aloop: ignore[unknown-field]",
            "# aloop: ignore[unknown-field]",
            "Unused ignore: the line has no unknown-field problem. Remove it.",
            "  # five",
        ),
        (
            "# aloop: ignore[unknown-field] five",
            "# aloop: ignore[unknown-field]",
            "Unused ignore: the line has no unknown-field problem. Remove it.",
            "  # five",
        ),
        (
            "# aloop: ignore[unknown-field]  # five",
            "# aloop: ignore[unknown-field]",
            "Unused ignore: the line has no unknown-field problem. Remove it.",
            "  # five",
        ),
        (
            "# aloop: ignore[unknown-field, wrong-type]",
            "",
            "Unused ignore: the line has no unknown-field or wrong-type problem. Remove it.",
            "",
        ),
    ],
)
def test_the_fix_removes_the_unused_ignore_and_nothing_else(
    comment: str, marked: str, message: str, after: str
) -> None:
    text = fields(f"timeout: 5  {comment}")
    (found,) = diagnostics_of(text, place=SAFE)
    assert (found.rule.id, found.level, found.message, found.unnecessary) == (
        "unused-ignore",
        Severity.HINT,
        message,
        True,
    )
    assert text[slice(*found.span)] == (marked or comment)
    (fix,) = found.fixes
    assert (fix.title, fix.safe) == ("Remove the unused ignore", True)
    assert apply_edits(text, fix.edits) == fields(f"timeout: 5{after}")
    done = fix_all(snapshot(text, place=SAFE), (found,))
    assert done is not None
    assert apply_edits(text, done.edits) == fields(f"timeout: 5{after}")


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_an_unused_ignore_on_a_line_of_its_own_is_removed_with_the_line(line_break: str) -> None:
    text = fields("# aloop: ignore[unknown-field]", "timeout: 5").replace("\n", line_break)
    (found,) = diagnostics_of(text, place=SAFE)
    assert apply_edits(text, found.fixes[0].edits) == fields("timeout: 5").replace("\n", line_break)


@pytest.mark.parametrize(
    ("rules", "marked", "after"),
    [
        ("wrong-type, unknown-field", "unknown-field", "wrong-type"),
        ("unknown-field,wrong-type", "unknown-field", "wrong-type"),
        ("out-of-range, wrong-type, wrong-type", "out-of-range", "wrong-type, wrong-type"),
    ],
)
def test_one_unused_rule_of_several_is_removed_alone(rules: str, marked: str, after: str) -> None:
    text = fields(f"timeout: 5m  # aloop: ignore[{rules}]")
    found = diagnostics_of(text, place=SAFE)[0]
    assert (found.rule.id, text[slice(*found.span)]) == ("unused-ignore", marked)
    assert apply_edits(text, found.fixes[0].edits) == fields(f"timeout: 5m  # aloop: ignore[{after}]")


def test_a_comment_above_a_line_with_its_own_ignore_is_unused() -> None:
    text = fields("# aloop: ignore[wrong-type]", TIMEOUT)
    (found,) = diagnostics_of(text, place=SAFE)
    assert (found.rule.id, found.span.start) == ("unused-ignore", text.index("#"))


def test_an_ignore_of_a_rule_that_is_off_is_not_unused() -> None:
    """The rule may be on in another editor and on the command line."""
    off = Settings(disabled_rules=frozenset({"wrong-type"}))
    found = diagnose(snapshot(fields(TIMEOUT), place=SAFE, settings=off))
    assert (found.items, found.ignored) == ((), ())


def test_nothing_is_unused_while_the_file_is_not_valid_yaml() -> None:
    """A problem may be missing only because its line cannot be read; an ignore still has its effect."""
    text = fields(TIMEOUT, "name: x  # aloop: ignore[unknown-field]") + "{\n"
    found = diagnose(snapshot(text, place=SAFE))
    assert [item.rule.id for item in found.items] == ["yaml-syntax"]
    assert [item.rule.id for item in found.ignored] == ["wrong-type"]


@pytest.mark.parametrize(
    ("comment", "marked", "message", "fixes"),
    [
        (
            "# aloop: ignore[wrong-tipe]",
            "wrong-tipe",
            "Unknown rule 'wrong-tipe'. Did you mean wrong-type?",
            {"Change to wrong-type": "  # aloop: ignore[wrong-type]", "Remove the comment": ""},
        ),
        (
            "# aloop: ignore[wrong-type, E501]",
            "E501",
            "Unknown rule 'E501'. Write the ID of a rule, such as unknown-model.",
            {"Remove this ID": "  # aloop: ignore[wrong-type]"},
        ),
        (
            "# aloop: ignore[wrong-type, yaml-syntax]",
            "yaml-syntax",
            "yaml-syntax cannot be ignored. Remove it.",
            {"Remove this ID": "  # aloop: ignore[wrong-type]"},
        ),
        (
            "# aloop: ignore[unused-ignore]",
            "unused-ignore",
            "unused-ignore cannot be ignored. Remove it.",
            {"Remove the comment": ""},
        ),
        *(
            (
                comment,
                comment,
                "This ignore has no effect. Write # aloop: ignore[rule].",
                {"Change to # aloop: ignore[wrong-type]": "  # aloop: ignore[wrong-type]", "Remove the comment": ""},
            )
            for comment in (
                "# aloop: ignore",
                "# aloop:ignore",
                "# aloop: ignore[]",
                "# aloop: ignore[ ]",
                "# aloop: ignore[",
                "# aloop: ignore[wrong-type",
                "# aloop ignore[wrong-type]",
                "# aloop: ignroe[wrong-type]",
                "# aloop: disable[wrong-type]",
                "# aloop: Ignored[wrong-type]",
            )
        ),
    ],
)
def test_invalid_ignores(comment: str, marked: str, message: str, fixes: dict[str, str]) -> None:
    text = fields(f"timeout: 5m  {comment}")
    (found,) = (item for item in diagnostics_of(text, place=SAFE) if item.rule.id == "invalid-ignore")
    assert (found.level, found.message, text[slice(*found.span)]) == (Severity.WARNING, message, marked)
    after = {fix.title: apply_edits(text, fix.edits) for fix in found.fixes}
    assert after == {title: fields(f"timeout: 5m{end}") for title, end in fixes.items()}


def test_a_malformed_ignore_without_a_problem_can_only_be_removed() -> None:
    (found,) = diagnostics_of(fields("timeout: 5  # aloop: ignore"), place=SAFE)
    assert [fix.title for fix in found.fixes] == ["Remove the comment"]


@pytest.mark.parametrize(
    "comment",
    [
        "# aloop: see the wiki",
        "# aloop",
        "# aloop ignores this",
        "# aloop: models[1]",
        "# the aloop: ignore",
        "#aloop:",
    ],
)
def test_other_comments_are_not_reported(comment: str) -> None:
    assert rules_of(fields(f"timeout: 5  {comment}"), place=SAFE) == []


def test_what_cannot_be_ignored() -> None:
    """A file that nothing can use, who can read it, and the rules about ignore comments."""
    assert [rule.id for rule in RULES if not rule.ignorable] == [
        "yaml-syntax",
        "look-alike-syntax",
        "multiple-documents",
        "file-too-large",
        "not-a-mapping",
        "not-gitignored",
        "tracked-by-git",
        "readable-by-others",
        "skipped-file",
        "unused-ignore",
        "invalid-ignore",
    ]


def test_a_key_in_the_brackets_is_not_shown() -> None:
    key = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
    found = diagnostics_of(fields(f"timeout: 5  # aloop: ignore[{key}]"), place=SAFE)
    assert [item.rule.id for item in found] == ["invalid-ignore"]
    assert key[8:20] not in repr([(item.message, [fix.title for fix in item.fixes]) for item in found])
