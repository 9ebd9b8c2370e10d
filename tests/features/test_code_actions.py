"""Code actions: fixes, fix all, default and switch."""

import pytest

from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.code_actions import FIX_ALL, KINDS, QUICK_FIX, REWRITE, Action, DisableCommand, code_actions
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.snapshot import Place
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
    assert titles == ["One", "Two", "Other", "Three", "Ignore here: some-rule"]
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


BROKEN = "models:\n  openai/gpt-9:\n    timeout: 5m\n    timout: 5m\ndefault: openai/gpt-9\n"
DISABLE = DisableCommand("editor.disable", ("workspace", "user"))


def about_rules(text: str, span: Span, disable: DisableCommand | None = None) -> list[Action]:
    actions = code_actions(snapshot(text), diagnose(snapshot(text)).items, span, disable=disable)
    return [item for item in actions if item.title.startswith(("Ignore ", "Turn off "))]


def test_a_problem_can_be_ignored_and_its_rule_turned_off():
    at = BROKEN.index("5m")
    ignore, workspace, user = about_rules(BROKEN, Span(at, at), DISABLE)
    (item,) = (item for item in diagnose(snapshot(BROKEN)).items if item.rule.id == "wrong-type")
    edit = Edit(at + 2, at + 2, "  # aloop: ignore[wrong-type]")
    assert ignore == Action("Ignore here: wrong-type", QUICK_FIX, (edit,), diagnostic=item)
    arguments = {"rule": "wrong-type", "target": "workspace"}
    title = "Turn off wrong-type in the workspace settings"
    assert workspace == Action(title, QUICK_FIX, diagnostic=item, command="editor.disable", arguments=arguments)
    assert (user.title, user.arguments) == (
        "Turn off wrong-type in the user settings",
        {"rule": "wrong-type", "target": "user"},
    )


def test_these_come_after_the_fixes_and_are_not_part_of_fix_all():
    everything = code_actions(snapshot(BROKEN), diagnose(snapshot(BROKEN)).items, Span(0, len(BROKEN)), disable=DISABLE)
    first = next(index for index, item in enumerate(everything) if item.title.startswith(("Ignore ", "Turn off ")))
    assert all(item.kind == QUICK_FIX for item in everything[:first])
    assert {item.title.partition(" ")[0] for item in everything[first:] if item.kind == QUICK_FIX} == {"Ignore", "Turn"}
    assert not any(item.preferred for item in everything[first:])
    (fixed,) = (item for item in everything if item.kind == FIX_ALL)
    assert "aloop: ignore" not in apply_edits(BROKEN, fixed.edits)


def test_one_action_for_each_rule_and_line():
    text = BROKEN.replace("timout: 5m", "'a b': 1\n    # c\n    timout: {a: 5m}")
    titles = [item.title for item in about_rules(text, Span(0, len(text)), DISABLE)]
    assert titles.count("Ignore here: unknown-field") == 2
    assert titles.count("Turn off unknown-field in the user settings") == 1


def test_nothing_can_be_ignored_in_a_file_that_is_not_valid_yaml():
    text = BROKEN + "x: 'open\n"
    assert [item.title for item in about_rules(text, Span(0, len(text)))] == []
    assert "Turn off yaml-syntax in the user settings" in [
        item.title for item in about_rules(text, Span(0, len(text)), DISABLE)
    ]


def test_who_can_read_the_file_cannot_be_ignored():
    exposed = Place("/home/me/p/.aloop/models.yaml", 0o644, "/home/me/p", tracked="yes", ignored=False)
    subject = snapshot("models:\n  ollama/a: {api_key: my-first-secret}\ndefault: ollama/a\n", place=exposed)
    items = diagnose(subject).items
    assert {item.rule.id for item in items} >= {"tracked-by-git", "readable-by-others"}
    actions = code_actions(subject, items, Span(0, len(subject.document.text)))
    assert [item.title for item in actions if item.title.startswith("Ignore ")] == []
