"""Completion in ignore comments, and the hover of a rule ID in one."""

import pytest

from aloop_models.core.text import apply_edits
from aloop_models.features.checks.rules import RULES
from aloop_models.features.completion import Completions, complete
from aloop_models.features.hover import hover
from support.snapshots import snapshot, with_cursor

IGNORABLE = [rule.id for rule in RULES if rule.ignorable]


def at(line: str, *, snippets: bool = True) -> tuple[str, int, Completions]:
    text, offset = with_cursor(f"models:\n  ollama/a:\n    {line}\ndefault: ollama/a\n")
    return text, offset, complete(snapshot(text), offset, snippets=snippets)


def labels(line: str) -> list[str]:
    return [item.label for item in at(line)[2].items]


def test_rules_with_a_problem_on_the_line_come_first() -> None:
    offered = labels("timout: 5  # aloop: ignore[$0]")
    assert offered == ["unknown-field", *(name for name in IGNORABLE if name != "unknown-field")]
    assert labels("# aloop: ignore[$0]\n    timeout: 5m")[0] == "wrong-type"
    assert labels("timeout: 5m  # aloop: ignore[wrong-type, $0]")[0] != "wrong-type"


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("timeout: 5m  # aloop: ignore[$0]", "timeout: 5m  # aloop: ignore[wrong-type]"),
        ("timeout: 5m  # aloop: ignore[wr$0", "timeout: 5m  # aloop: ignore[wrong-type"),
        ("timeout: 5m  # aloop: ignore[wro$0ng-tipe]", "timeout: 5m  # aloop: ignore[wrong-type]"),
        ("timeout: 5m  # aloop: ignore[unknown-field,typ$0]", "timeout: 5m  # aloop: ignore[unknown-field,wrong-type]"),
        ("timeout: 5m  # $0", "timeout: 5m  # aloop: ignore[wrong-type]"),
        ("timeout: 5m  #$0", "timeout: 5m  # aloop: ignore[wrong-type]"),
        ("timeout: 5m  # al$0", "timeout: 5m  # aloop: ignore[wrong-type]"),
        ("timeout: 5m  # five  # aloop: ig$0", "timeout: 5m  # five  # aloop: ignore[wrong-type]"),
        ("timeout: 5  # al$0", "timeout: 5  # aloop: ignore[$1]"),
    ],
)
def test_the_first_item(line: str, after: str) -> None:
    text, offset, found = at(line)
    item = found.items[0]
    typed = text[item.edit.start : offset]
    assert item.filter == (typed or item.label)
    assert apply_edits(text, [item.edit]) == with_cursor(f"models:\n  ollama/a:\n    {after}$0\ndefault: ollama/a\n")[0]


def test_a_client_without_snippets_gets_brackets() -> None:
    text, _, found = at("timeout: 5  # $0", snippets=False)
    (item,) = found.items
    assert (item.is_snippet, item.retrigger) == (False, False)
    assert apply_edits(text, [item.edit]) == text.replace("# ", "# aloop: ignore[]")


@pytest.mark.parametrize(
    "line",
    [
        "timeout: 5m  # five$0",
        "timeout: 5m  # aloop: ignore[wrong-type] be$0",
        "timeout: 5m  # $0 five",
        "timeout: 5m  # aloop: ignore[xyz$0]",
    ],
)
def test_other_comments_have_no_items(line: str) -> None:
    assert labels(line) == []


def test_text_in_quotes_is_not_a_comment() -> None:
    assert "wrong-type" not in labels('name: "# aloop: ignore[$0]"')


def test_the_hover_of_a_rule() -> None:
    text, offset = with_cursor("models:\n  ollama/a:\n    timeout: 5m  # aloop: ignore[wrong-$0type, x, yaml-syntax]\n")
    rule = next(rule for rule in RULES if rule.id == "wrong-type")
    found = hover(snapshot(text), offset)
    assert found is not None
    assert text[slice(*found.span)] == "wrong-type"
    assert found.markdown == f"**wrong-type** · error\n\n{rule.title}.\n\n{rule.why}"
    assert hover(snapshot(text), text.index(", x") + 2) is None
    cannot = hover(snapshot(text), text.index("yaml-syntax"))
    assert cannot is not None
    assert "This rule cannot be ignored." in cannot.markdown
