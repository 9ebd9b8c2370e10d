"""Each mistake has one diagnostic, and its fixes leave none."""

import pytest

from aloop_models.core.text import apply_edits
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot
from support.expectations import PLACES, SAFE, draw
from support.single_mistakes import MISTAKES, TWO_MISTAKES
from support.snapshots import snapshot

SINGLE = [(rule, text) for rule, texts in MISTAKES.items() for text in texts]
_EVERY = [*SINGLE, *((rule, text) for rule, text, _ in TWO_MISTAKES)]


def _snapshot(text: str) -> Snapshot:
    return snapshot(text, place=SAFE, catalog_is_exact=True)


def _diagnostics(text: str) -> tuple[Diagnostic, ...]:
    return diagnose(_snapshot(text)).items


def _after_fixes(text: str) -> list[tuple[str, set[str]]]:
    """For each fix of the first diagnostic, the text after it and the rules that it breaks."""
    shot = _snapshot(text)
    edits = [edits_of(shot, fix) for fix in diagnose(shot).items[0].fixes]
    texts = [apply_edits(text, item) for item in edits if item]
    return [(after, {item.rule.id for item in _diagnostics(after)}) for after in texts]


def test_every_rule_about_an_entry_or_the_file_has_a_mistake() -> None:
    elsewhere = {"invalid-ignore", "unused-ignore", "file-too-large"}
    assert MISTAKES.keys() == {rule.id for rule in RULES} - PLACES.keys() - elsewhere
    assert len(SINGLE) >= 80


@pytest.mark.parametrize(("rule", "text"), _EVERY)
def test_a_mistake_has_one_diagnostic(rule: str, text: str) -> None:
    found = _diagnostics(text)
    assert [item.rule.id for item in found] == [rule], "\n" + draw(text, found)


@pytest.mark.parametrize(("rule", "text"), SINGLE)
def test_a_fix_leaves_no_diagnostic(rule: str, text: str) -> None:
    assert [(after, rules) for after, rules in _after_fixes(text) if rules] == []


@pytest.mark.parametrize(("rule", "text", "others"), TWO_MISTAKES)
def test_a_fix_leaves_the_other_mistake_only(rule: str, text: str, others: frozenset[str]) -> None:
    after = _after_fixes(text)
    assert after
    assert [rules for _, rules in after if rules != others] == []


@pytest.mark.parametrize(("rule", "text"), _EVERY)
def test_a_model_is_not_ready_exactly_if_its_entry_has_an_error(rule: str, text: str) -> None:
    shot = _snapshot(text)
    by_entry = diagnose(shot).by_entry
    for placed in shot.document.entries:
        reason = why_not_ready(placed.entry, shot.facts)
        errors = [item.message for item in by_entry.get(placed.entry, ()) if item.level is Severity.ERROR]
        # A part of the file that is not YAML has a diagnostic of the file.
        assert bool(errors) == (reason is not None) or not placed.entry.readable
