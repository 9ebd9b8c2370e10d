"""Code actions: fixes, fix all, default and switch."""

import pytest

from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.code_actions import KINDS, QUICK_FIX, REWRITE, Action, code_actions
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.features.diagnostics import diagnose
from support.snapshots import snapshot, with_cursor

RULE = Rule("some-rule", Severity.WARNING, "Title", "Why", "a: b", "a: c", severity_reason="It works.")


def at(marked: str) -> list[Action]:
    text, offset = with_cursor(marked)
    return list(code_actions(snapshot(text), (), Span(offset, offset)))


def test_fixes_of_the_findings_in_the_span():
    one, two = Fix("One", (Edit(0, 3, "x"),), safe=False), Fix("Two", (Edit(0, 3, "y"),), safe=True)
    first = Diagnostic(RULE, Span(0, 3), "Do this.", (one, two, two._replace(title="Other")))
    second = Diagnostic(RULE, Span(4, 7), "Do this.", (Fix("Three", (Edit(4, 7, "z"),), safe=False),))
    subject = snapshot("abc def ghi\n")
    assert code_actions(subject, (first, second), Span(3, 3))[:3] == (
        Action("One", QUICK_FIX, one.edits, False, first),
        Action("Two", QUICK_FIX, two.edits, True, first),
        Action("Other", QUICK_FIX, two.edits, False, first),
    )
    titles = [item.title for item in code_actions(subject, (first, second), Span(2, 4)) if item.kind == QUICK_FIX]
    assert titles == ["One", "Two", "Other", "Three"]
    assert [item.kind for item in code_actions(subject, (second,), Span(8, 9))] == []


TEXT = "models:\n  ollama/a:\n    timeout: 5\n  ollama/b: # $0\n    name: B\ndefault: ollama/a\n"


def test_an_entry_can_become_the_default_or_current():
    text, _ = with_cursor(TEXT)
    default, switch = at(TEXT)
    assert (default.title, default.kind, default.command) == ("Make B the default model", REWRITE, None)
    assert apply_edits(text, default.edits) == text.replace("default: ollama/a", "default: ollama/b")
    assert switch == Action("Switch to B", REWRITE, command="aloop.switchModel", arguments={"modelId": "ollama/b"})
    assert {default.kind, switch.kind} <= set(KINDS)


@pytest.mark.parametrize(
    ("marked", "titles"),
    [
        ("models:\n  ollama/a$0:\n  ollama/b:\ndefault: ollama/a\n", []),
        ("models:\n  ollama/a$0:\n  ollama/b:\n", ["Make ollama/a the default model"]),
        ("models:\n  ollama/a:\n  openai/b$0:\n", []),
        ("models:\n  ollama/a:\n  ollama/b:\n    ti$0meout: 5\n", []),
        ("models: {ollama/a: {}, ollama/b: {$0}}\n", ["Make ollama/b the default model", "Switch to ollama/b"]),
        ("models: {ollama/a: {$0}, ollama/b: {}}\n", ["Make ollama/a the default model"]),
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
        for action in code_actions(subject, diagnose(subject).items, Span(12, 12))
        if action.diagnostic and action.diagnostic.rule.id == "unknown-provider"
    )
    assert apply_edits(text, fix.edits) == text.replace("openia", "openai")
