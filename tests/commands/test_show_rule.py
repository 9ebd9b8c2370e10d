"""`rule`: one rule, or all of them."""

import pytest

from aloop_models.commands.show_rule import render
from aloop_models.commands.style import Prompt, Shell
from aloop_models.core.formatter import format_text
from aloop_models.errors import RefusedError
from aloop_models.features.checks.endpoint import INSECURE_API_BASE
from aloop_models.features.checks.rules import RULES
from aloop_models.features.checks.syntax import MULTIPLE_DOCUMENTS
from aloop_models.features.rule_page import render_rule
from support.commands import FIVE_MODELS, run
from support.pages import REPOSITORY


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_one_rule(rule) -> None:
    outcome = run("showRule", FIVE_MODELS, {"ruleId": rule.id})
    assert outcome.message == f"{rule.id}: {rule.title}"
    assert outcome.value["markdown"] == render_rule(rule)
    assert outcome.value["page"] == (REPOSITORY / "docs" / "rules" / f"{rule.id}.md").as_uri()
    assert render(outcome.value, Shell()) == render(outcome.value, Prompt()) == render_rule(rule)


def test_what_a_program_gets() -> None:
    rule = INSECURE_API_BASE
    value = dict(run("showRule", FIVE_MODELS, {"ruleId": rule.id}).value)
    del value["markdown"], value["page"]
    assert value == {
        "rule": "insecure-api-base",
        "title": "API key sent without encryption",
        "severity": "warning",
        "severities": [
            {"severity": "warning", "condition": None},
            {"severity": "information", "condition": "in a private network"},
        ],
        "reason": rule.severity_reason,
        "fixes": "unsafe",
        "since": "0.1.0",
        "why": rule.why,
        "incorrect": format_text(rule.example),
        "correct": format_text(rule.good),
        "fixDescription": rule.fix_safety,
        "related": ["invalid-api-base"],
    }
    assert run("showRule", FIVE_MODELS, {"ruleId": MULTIPLE_DOCUMENTS.id}).value["fixDescription"] is None


def test_the_commands_of_a_rule_about_the_place() -> None:
    value = run("showRule", FIVE_MODELS, {"ruleId": "readable-by-others"}).value
    assert (value["incorrect"], value["correct"]) == (
        "chmod 644 .aloop/models.yaml\n",
        "chmod 600 .aloop/models.yaml\n",
    )


def test_all_rules() -> None:
    outcome = run("showRule", FIVE_MODELS)
    assert outcome.message == f"{len(RULES)} rules"
    assert [item["rule"] for item in outcome.value["rules"]] == [rule.id for rule in RULES]
    lines = render(outcome.value, Shell()).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [[rule.id, rule.severity.name.lower()] for rule in RULES]
    assert [line.split(maxsplit=2)[2] for line in lines[1:]] == [rule.title for rule in RULES]


def test_case_and_blanks_do_not_matter() -> None:
    assert run("showRule", FIVE_MODELS, {"ruleId": " Wrong-Type "}).value["rule"] == "wrong-type"


@pytest.mark.parametrize(
    ("typed", "message", "suggestions"),
    [
        ("unkown-field", "Unknown rule 'unkown-field'. Did you mean unknown-field?", ("unknown-field",)),
        ("yaml_syntax", "Unknown rule 'yaml_syntax'. Did you mean yaml-syntax?", ("yaml-syntax",)),
        ("zzz", "Unknown rule. Enter the command without an ID to list all rules.", ()),
        (
            "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0",
            "Unknown rule. Enter the command without an ID to list all rules.",
            (),
        ),
    ],
)
def test_unknown_rule(typed: str, message: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as caught:
        run("showRule", FIVE_MODELS, {"ruleId": typed})
    assert (caught.value.reason, caught.value.message) == ("ruleNotFound", message)
    assert tuple(caught.value.suggestions) == suggestions
