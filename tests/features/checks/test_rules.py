"""The rules themselves: each has a case, an example and words for people."""

import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from aloop_models.core.limits import MAX_BYTES
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Severity
from aloop_models.snapshot import Place
from support.expectations import HOME, PATH, PLACES, SAFE, SECRET, diagnostics_of, entry, rules_of

_COPIES = Place(PATH, 0o600, HOME, tracked="no", ignored=True, copies_ignored=False)
# A comment makes the example too large; the case of the rule is in tests/core/test_limits.py.
_TOO_LARGE = {"file-too-large": "#" * MAX_BYTES}
_WITH_KEY = "api_key: my-first-secret"
OTHER_SEVERITIES = {
    ("duplicate-key", Severity.WARNING): (
        f"{entry(_WITH_KEY, 'openai/gpt-4o')}fallbacks: [openai/gpt-4o, openai/gpt-4o]\n",
        {},
    ),
    ("wrong-type", Severity.WARNING): (entry("timeout: 010"), {}),
    ("wrong-type", Severity.INFORMATION): (entry("timeout: 1.200"), {}),
    ("out-of-range", Severity.WARNING): (entry("thinking: {type: enable}"), {}),
    ("out-of-range", Severity.INFORMATION): (entry("timeout: 30000"), {}),
    ("unknown-model", Severity.WARNING): (entry(_WITH_KEY, "openrouter/claude-sonnet-4-5"), {}),
    ("unknown-model", Severity.HINT): (entry(_WITH_KEY, "openai/zzzzzzzz"), {}),
    ("unknown-provider", Severity.ERROR): (entry(_WITH_KEY, "olama/llama3"), {"catalog_is_exact": True}),
    ("deprecated-model", Severity.WARNING): (entry(_WITH_KEY, "openai/gpt-4"), {"today": date(2026, 10, 1)}),
    ("deprecated-model", Severity.INFORMATION): (entry(_WITH_KEY, "openai/gpt-4"), {"today": date(2026, 9, 1)}),
    ("missing-api-key", Severity.INFORMATION): (entry("api_base: https://llm.example.com", "openai/gpt-4o"), {}),
    ("unknown-field", Severity.ERROR): (entry("apikey: my-first-secret", "openai/gpt-4o"), {}),
    ("unsupported-field", Severity.ERROR): (entry("base_url: http://localhost:1234/v1", "lm_studio/qwen3"), {}),
    ("malformed-api-key", Severity.ERROR): (entry("""api_key: '{"key_file_path": "/a"}'""", "sap/gpt-4o"), {}),
    ("look-alike-id", Severity.ERROR): (entry(_WITH_KEY, "оpenai/gpt-4o"), {"catalog_is_exact": True}),
    ("key-in-wrong-field", Severity.ERROR): (entry(f"api_base: {SECRET}"), {}),
    ("invalid-api-base", Severity.WARNING): (entry("api_base: http://localhost:11434/api/chat"), {}),
    ("invalid-api-base", Severity.INFORMATION): (entry("api_base: http://localhost:11434//"), {}),
    ("invalid-api-base", Severity.HINT): (
        entry("api_base: https://r.openai.azure.com/openai/deployments/other\n    " + _WITH_KEY, "azure/gpt-4o"),
        {},
    ),
    ("insecure-api-base", Severity.INFORMATION): (entry("api_base: http://10.0.0.5:1\n    " + _WITH_KEY), {}),
    ("not-gitignored", Severity.INFORMATION): (entry(_WITH_KEY), {"place": _COPIES}),
    ("not-gitignored", Severity.HINT): (entry("timeout: 5"), {"place": PLACES["not-gitignored"]}),
    ("skipped-file", Severity.INFORMATION): (
        entry(_WITH_KEY),
        {"place": Place(path="/home/me/models.yaml", unread=True)},
    ),
    ("tracked-by-git", Severity.HINT): (entry("timeout: 5"), {"place": PLACES["tracked-by-git"]}),
}
"""A file with each severity that is not the usual one of its rule, and what else the snapshot has."""


def test_every_other_severity_has_a_case() -> None:
    """The documentation states no severity that does not occur."""
    stated = {(rule.id, case.severity) for rule in RULES for case in rule.other_severities}
    assert stated == OTHER_SEVERITIES.keys()


@pytest.mark.parametrize(("rule", "severity"), OTHER_SEVERITIES, ids=lambda item: getattr(item, "name", item))
def test_other_severity(rule: str, severity: Severity) -> None:
    text, around = OTHER_SEVERITIES[rule, severity]
    assert severity in [
        item.level for item in diagnostics_of(text, **{"place": SAFE, **around}) if item.rule.id == rule
    ]


def test_every_rule_has_a_case() -> None:
    """No rule without one in the file of its check; the rules of places have theirs in PLACES."""
    files = [import_module(f"features.checks.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    cases = [case[0] for file in files for case in getattr(file, "CASES", ())]
    assert sorted([*cases, *PLACES, *_TOO_LARGE]) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples(rule) -> None:
    """An example gives its diagnostic alone, at the rule's own level; the good one gives nothing."""
    text = rule.example + _TOO_LARGE.get(rule.id, "")
    (broken,) = diagnostics_of(text, place=PLACES.get(rule.id, SAFE))
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
    assert rule.example != rule.good or rule.id in {*PLACES, *_TOO_LARGE}


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
