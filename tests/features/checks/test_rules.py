"""The rules themselves: each has a case, an example and words for people."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from aloop_models.features.checks.rules import RULES
from support.expectations import PLACES, SAFE, diagnostics_of, entry, rules_of


def test_every_rule_has_a_case() -> None:
    """No rule without one in the file of its check; the rules of places have theirs in PLACES."""
    files = [import_module(f"features.checks.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    cases = [case[0] for file in files for case in getattr(file, "CASES", ())]
    assert sorted([*cases, *PLACES]) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples(rule) -> None:
    """An example gives its diagnostic alone, at the rule's own level; the good one gives nothing."""
    (broken,) = diagnostics_of(rule.example, place=PLACES.get(rule.id, SAFE))
    assert (broken.rule.id, broken.level) == (rule.id, rule.severity)
    assert rules_of(rule.good, place=SAFE) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_are_written_for_people(rule) -> None:
    """Titles are one line without a full stop; reasons are sentences."""
    assert "\n" not in rule.title
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.severity_reason.endswith(".")
    assert "\n" not in rule.severity_reason
    assert rule.example != rule.good or rule.id in PLACES


def test_page_of_rules_is_up_to_date() -> None:
    """docs/rules.md is what the rules say."""
    script = Path(__file__).parents[3] / "scripts" / "make_rules_docs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_settings_turn_a_rule_off() -> None:
    """By its id."""
    from aloop_models.settings import Settings

    off = Settings(disabled_rules=frozenset({"wrong-type"}))
    assert rules_of(entry("timeout: 5m"), settings=off) == []
