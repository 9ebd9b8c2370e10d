"""What can be done at a place."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.code_actions import FIX_ALL, KINDS, QUICK_FIX, REWRITE, Action, code_actions
from aloop_models.features.diagnostics import find
from aloop_models.features.finding import Finding, Fix, Rule, Severity
from support.snapshots import snapshot, with_cursor

RULE = Rule("some-rule", Severity.WARNING, "Title", "Why", "a: b", "a: c")


def finding(start: int, end: int, *fixes: Fix) -> Finding:
    return Finding(RULE, Span(start, end), "Do this.", fixes)


def preferred(*edits: Edit) -> Fix:
    return Fix("Mend", edits, preferred=True)


def at(marked: str) -> list[Action]:
    text, offset = with_cursor(marked)
    return list(code_actions(snapshot(text), (), Span(offset, offset)))


def test_fixes_of_the_findings_in_the_span():
    first = finding(0, 3, Fix("One", (Edit(0, 3, "x"),)), Fix("Two", (Edit(0, 3, "y"),), preferred=True))
    second = finding(4, 7, Fix("Three", (Edit(4, 7, "z"),)))
    subject = snapshot("abc def ghi\n")
    assert code_actions(subject, (first, second), Span(3, 3))[:2] == (
        Action("One", QUICK_FIX, (Edit(0, 3, "x"),), False, first),
        Action("Two", QUICK_FIX, (Edit(0, 3, "y"),), True, first),
    )
    titles = [item.title for item in code_actions(subject, (first, second), Span(2, 4)) if item.kind == QUICK_FIX]
    assert titles == ["One", "Two", "Three"]
    assert [item.kind for item in code_actions(subject, (second,), Span(8, 9))] == []


def test_fix_all_takes_every_preferred_fix_that_stands_apart():
    findings = (
        finding(0, 1, preferred(Edit(0, 1, "A"))),
        finding(0, 2, preferred(Edit(0, 2, "overlaps"))),
        finding(1, 1, preferred(Edit(1, 1, "touches"))),
        finding(2, 3, Fix("not preferred", (Edit(2, 3, "no"),))),
        finding(4, 5, preferred(Edit(4, 5, "E"), Edit(6, 7, "G"))),
    )
    subject = snapshot("abcdefg\n")
    (action,) = [item for item in code_actions(subject, findings, Span(8, 8)) if item.kind == FIX_ALL]
    assert action.title == "Fix everything that can be fixed (2 findings)"
    assert apply_edits("abcdefg\n", action.edits) == "AbcdEfG\n"


PLACES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), min_size=1, max_size=3).map(sorted)


@given(st.lists(PLACES, max_size=12))
def test_fix_all_of_any_fixes(places: list[list[tuple[int, int]]]):
    """A fix is taken where none of its edits touches one that was taken before."""
    groups = [tuple(Edit(at, at + length, "x") for at, length in group) for group in places]
    groups = [group for group in groups if all(one.end <= other.start for one, other in pairwise(group))]
    taken: list[Edit] = []
    for group in groups:
        if not any(edit.start <= other.end and other.start <= edit.end for edit in group for other in taken):
            taken += group
    subject = snapshot("-" * 50)
    findings = tuple(finding(0, 1, preferred(*group)) for group in groups)
    actions = [item.edits for item in code_actions(subject, findings, Span(50, 50)) if item.kind == FIX_ALL]
    assert actions == ([tuple(sorted(taken))] if taken else [])


class Counted(int):
    """A number that counts how often it is compared."""

    compared = 0

    def __le__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) <= other

    def __lt__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) < other


def test_fix_all_of_many_findings_compares_each_with_its_neighbours_only():
    findings = tuple(
        finding(at, at + 1, preferred(Edit(Counted(at), Counted(at + 1), "x"))) for at in range(0, 8000, 2)
    )
    Counted.compared = 0
    code_actions(snapshot(""), findings, Span(9000, 9000))
    assert Counted.compared < 4000 * 2 * 40


def test_no_fix_all_without_a_preferred_fix():
    findings = (finding(0, 1, Fix("x", (Edit(0, 1, "A"),))),)
    assert [item.kind for item in code_actions(snapshot("abc\n"), findings, Span(0, 0))] == [QUICK_FIX]


TEXT = "models:\n  ollama/a:\n    timeout: 5\n  ollama/b: # $0\n    name: B\ndefault: ollama/a\n"


def test_an_entry_can_become_the_default_or_current():
    text, _ = with_cursor(TEXT)
    default, switch = at(TEXT)
    assert (default.title, default.kind, default.command) == ("Make B the default", REWRITE, None)
    assert apply_edits(text, default.edits) == text.replace("default: ollama/a", "default: ollama/b")
    assert switch == Action("Switch to B", REWRITE, command="aloop.switchModel", arguments={"modelId": "ollama/b"})
    assert {default.kind, switch.kind} <= set(KINDS)


@pytest.mark.parametrize(
    ("marked", "titles"),
    [
        ("models:\n  ollama/a$0:\n  ollama/b:\ndefault: ollama/a\n", []),
        ("models:\n  ollama/a$0:\n  ollama/b:\n", ["Make ollama/a the default"]),
        ("models:\n  ollama/a:\n  openai/b$0:\n", []),
        ("models:\n  ollama/a:\n  ollama/b:\n    ti$0meout: 5\n", []),
        ("models: {ollama/a: {}, ollama/b: {$0}}\n", ["Make ollama/b the default", "Switch to ollama/b"]),
        ("models: {ollama/a: {$0}, ollama/b: {}}\n", ["Make ollama/a the default"]),
        ('models:\n  ollama/a:\n    name: "open\n  ollama/b$0:\n', []),
        ("models:\n  sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh$0:\n", []),
        ("$0", []),
    ],
)
def test_what_an_entry_offers(marked: str, titles: list[str]):
    assert [item.title for item in at(marked)] == titles


def test_a_corrected_id_takes_the_default_along():
    key = "sk-proj-zq8only7for6this5test4lm3nb2"
    text = f"models:\n  'openia/gpt-4o': # mine\n    api_key: {key}\ndefault: openia/gpt-4o\n"
    subject = snapshot(text)
    fix = next(
        action
        for action in code_actions(subject, find(subject).items, Span(12, 12))
        if action.finding and action.finding.rule.id == "unknown-provider"
    )
    assert apply_edits(text, fix.edits) == text.replace("openia", "openai")
