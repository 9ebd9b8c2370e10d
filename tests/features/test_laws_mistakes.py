"""What people write by mistake: exact diagnostics and fixes, and the law of every fix."""

import pytest
import yaml

from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Rule
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.lazy_fixes import lazy_fixes
from support.expectations import SAFE
from support.law_of_fixes import check_law, check_twins
from support.mistake import Mistake, after_action, quick_fixes, view
from support.mistakes import ALL, BY_NAME
from support.single_mistakes import MISTAKES as SINGLE_MISTAKES
from support.snapshots import snapshot

each_mistake = pytest.mark.parametrize("mistake", ALL, ids=[mistake.name[:80] for mistake in ALL])


def test_names() -> None:
    """No mistake is there twice."""
    assert len(BY_NAME) == len(ALL)


@each_mistake
def test_diagnostics(mistake: Mistake) -> None:
    """Exactly the expected problems."""
    prefix = f"{mistake.model_id}: " if mistake.model_id else ""
    found = [
        (item.level, item.rule.id, mistake.text[slice(*item.span)].rstrip(" \n"), item.message)
        for item in diagnose(view(mistake)).items
    ]
    assert found == [(item.level, item.rule, item.underlined, prefix + item.message) for item in mistake.problems]


@each_mistake
def test_fixes(mistake: Mistake) -> None:
    """Exactly the expected fixes, each with its text and values."""
    subject = view(mistake)
    for item, problem in zip(diagnose(subject).items, mistake.problems, strict=True):
        safe = {fix.title: fix.safe for fix in (*item.fixes, *lazy_fixes(subject, item))}
        offered = [
            (action.title, safe[action.title], after_action(subject, action))
            for action in quick_fixes(subject, item)
            if action.title in safe
        ]
        assert offered == [(fix.title, fix.safe, fix.apply(mistake.text)) for fix in problem.fixes]
        for _, _, text in offered:
            assert isinstance(yaml.safe_load(text or ""), dict)


@each_mistake
def test_law(mistake: Mistake) -> None:
    check_law(view(mistake))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_law_of_other_examples(rule: Rule) -> None:
    """The examples of the documentation, and the files with a single mistake."""
    for text in (rule.example, *SINGLE_MISTAKES.get(rule.id, ())):
        check_law(snapshot(text, place=SAFE))
        check_twins(snapshot(text, place=SAFE))


@each_mistake
def test_no_fix_makes_an_id_that_exists(mistake: Mistake) -> None:
    check_twins(view(mistake))
