"""Ignore comments that "Ignore here" writes."""

from collections import Counter

import pytest
import yaml
from hypothesis import given, settings

from aloop_models.core.text import Span, apply_edits
from aloop_models.features.code_actions import code_actions
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.ignores import add_ignore, find_ignores
from aloop_models.features.readiness import why_not_ready
from features.test_diagnostics_laws import ENTRIES, TEXTS, examples
from features.test_readiness import CASES as NOT_READY
from features.test_readiness import text_of
from support.expectations import SAFE
from support.snapshots import snapshot


def ignored(text: str, rule: str) -> str:
    """The text after "Ignore here" for the first problem of a rule."""
    subject = snapshot(text, place=SAFE)
    diagnostics = diagnose(subject).items
    item = next(item for item in diagnostics if item.rule.id == rule)
    actions = code_actions(subject, diagnostics, Span(item.span.start, item.span.start))
    (action,) = (action for action in actions if action.title == f"Ignore here: {rule}")
    return apply_edits(text, action.edits)


def fields(*lines: str) -> str:
    """A file of one entry with these lines of fields."""
    return "\n".join(("models:", "  ollama/a:", *(f"    {line}" for line in lines), "default: ollama/a", ""))


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        (["timeout: 5m"], ["timeout: 5m  # aloop: ignore[wrong-type]"]),
        (["timeout: 5m  \t"], ["timeout: 5m  # aloop: ignore[wrong-type]"]),
        (["timeout: 5m # five"], ["timeout: 5m # five  # aloop: ignore[wrong-type]"]),
        (
            ["timeout: 5m  # aloop: ignore[unknown-field]"],
            ["timeout: 5m  # aloop: ignore[unknown-field, wrong-type]"],
        ),
        (
            ["timeout: 5m  # aloop: ignore[ unknown-field ] because"],
            ["timeout: 5m  # aloop: ignore[ unknown-field, wrong-type ] because"],
        ),
        (
            ["# aloop: ignore[unknown-field]", "# five", "timeout: 5m"],
            ["# aloop: ignore[unknown-field, wrong-type]", "# five", "timeout: 5m"],
        ),
        (["timeout: 5m  # aloop: ignore"], ["timeout: 5m  # aloop: ignore  # aloop: ignore[wrong-type]"]),
        (["timeout:", "  5m"], ["timeout:", "  5m  # aloop: ignore[wrong-type]"]),
        (["timeout: 5m", "  or 6m"], ["# aloop: ignore[wrong-type]", "timeout: 5m", "  or 6m"]),
        (["timeout: '5m", "", "  or 6m'"], ["# aloop: ignore[wrong-type]", "timeout: '5m", "", "  or 6m'"]),
        (["timeout: |", "  5m", "  # 6m"], ["timeout: |  # aloop: ignore[wrong-type]", "  5m", "  # 6m"]),
        (["timeout: >- # five", "  5m"], ["timeout: >- # five  # aloop: ignore[wrong-type]", "  5m"]),
        (["timeout: [5,", "  6]"], ["timeout: [5,  # aloop: ignore[wrong-type]", "  6]"]),
        (
            ["extra_headers: {a: 'x", "    y', b: [1], c: 'x", "    z'}"],
            None,
        ),
    ],
)
def test_where_the_comment_goes(lines: list[str], after: list[str] | None) -> None:
    text = fields(*lines)
    if after is None:
        subject = snapshot(text, place=SAFE)
        (item,) = (item for item in diagnose(subject).items if item.rule.id == "wrong-type")
        assert add_ignore(subject.document, (), "wrong-type", item.span.start) == ()
        return
    for line_break in ("\n", "\r\n"):
        given, wanted = (part.replace("\n", line_break) for part in (text, fields(*after)))
        assert ignored(given, "wrong-type") == wanted


@pytest.mark.parametrize(
    ("text", "rule", "after"),
    [
        ("", "missing-models", "# aloop: ignore[missing-models]"),
        ("\ufeff\n", "missing-models", "\ufeff# aloop: ignore[missing-models]\n"),
        ("# mine", "missing-models", "# mine  # aloop: ignore[missing-models]"),
        ("default: x", "missing-models", "default: x  # aloop: ignore[missing-models]"),
        ("models:\n  ollama/a:\n", "missing-default", "models:  # aloop: ignore[missing-default]\n  ollama/a:\n"),
        (
            "models:\n  openai/gpt-4o:\ndefault: openai/gpt-4o",
            "missing-api-key",
            "models:\n  openai/gpt-4o:  # aloop: ignore[missing-api-key]\ndefault: openai/gpt-4o",
        ),
        (
            "models: {ollama/a: {timeout: 5m}, ollama/b: {}}\ndefault: ollama/a",
            "wrong-type",
            "models: {ollama/a: {timeout: 5m}, ollama/b: {}}  # aloop: ignore[wrong-type]\ndefault: ollama/a",
        ),
        (
            "models:\n  ollama/a:\ndefault: 'ollama\n  /b'\n",
            "undefined-default",
            "models:\n  ollama/a:\n# aloop: ignore[undefined-default]\ndefault: 'ollama\n  /b'\n",
        ),
    ],
)
def test_where_the_comment_goes_outside_fields(text: str, rule: str, after: str) -> None:
    assert ignored(text, rule) == after


@given(TEXTS | ENTRIES)
@settings(max_examples=300, deadline=None)
def test_ignoring_hides_the_problem_and_changes_nothing_else(text: str) -> None:
    check_ignoring(text)


@pytest.mark.parametrize("text", examples())
def test_ignoring_in_the_examples(text: str) -> None:
    check_ignoring(text)


def check_ignoring(text: str) -> None:
    """Each "Ignore here" hides its problems, adds none and changes no value."""
    subject = snapshot(text)
    before = diagnose(subject)
    ignores = tuple(find_ignores(subject.document))
    for item in before.items:
        changes = add_ignore(subject.document, ignores, item.rule.id, item.span.start) if item.rule.ignorable else ()
        if not changes:
            continue
        after = apply_edits(text, changes)
        assert tree(after) == tree(text)
        found = diagnose(snapshot(after))
        hidden = said(found.ignored) - said(before.ignored)
        assert said((item,)) <= hidden
        assert said(found.items) == said(before.items) - hidden, after


def tree(text: str) -> str:
    """Every value as YAML, with the tags and without comments."""
    node = yaml.compose(text)
    return yaml.serialize(node) if node else ""


def said(items: tuple[Diagnostic, ...]) -> Counter[tuple[str, str]]:
    """What is reported, without the ranges, which move.

    Another ID in a comment changes whether the unused ones are reported together.
    """
    return Counter((item.rule.id, item.message) for item in items if item.rule.id != "unused-ignore")


@pytest.mark.parametrize(("model_id", "fields", "reason"), NOT_READY)
def test_ignoring_makes_no_model_ready(model_id: str, fields: str, reason: str | None) -> None:
    """It hides the messages only."""
    text = text_of(model_id, fields)
    for _ in range(6):
        subject = snapshot(text)
        items = [item for item in diagnose(subject).items if item.rule.ignorable]
        if not items:
            break
        ignores = tuple(find_ignores(subject.document))
        changes = add_ignore(subject.document, ignores, items[0].rule.id, items[0].span.start)
        if not changes:
            break
        text = apply_edits(text, changes)
    subject = snapshot(text)
    assert [item for item in diagnose(subject).items if item.rule.ignorable] == []
    assert why_not_ready(subject.document.by_id[model_id].entry, subject.facts) == reason
