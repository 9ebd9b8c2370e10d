"""Explain one rule, or list all rules."""

from __future__ import annotations

from dataclasses import dataclass

from aloop_models.catalog import nearest
from aloop_models.catalog.redaction import quote
from aloop_models.catalog.rule_pages import rule_page
from aloop_models.commands.definition import Command, Outcome, Result, parameter
from aloop_models.commands.style import Style
from aloop_models.commands.views import JsonObject
from aloop_models.core.formatter import format_text
from aloop_models.errors import RefusedError
from aloop_models.features.diagnostic import Rule
from aloop_models.features.formatting import plural
from aloop_models.features.rule_page import render_rule
from aloop_models.features.table import Column, fit_table
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RuleParameters:
    """The parameters of the command."""

    rule_id: str | None = parameter("The ID of a rule, such as unknown-field.", kind="rule", default=None)


def show_rule(_: Snapshot, parameters: RuleParameters) -> Outcome:
    """Explain a rule with its page as Markdown; without an ID, list all rules."""
    # Imported here, because it imports every rule, which other commands do not need.
    from aloop_models.features.checks.rules import RULES

    if parameters.rule_id is None:
        return Outcome(plural(len(RULES), "rule"), {"rules": [_view(rule) for rule in RULES]})
    rule = find_rule(parameters.rule_id, "Enter the command without an ID to list all rules.")
    value = _view(rule) | {
        "why": rule.why,
        "incorrect": rule.shell.incorrect if rule.shell else format_text(rule.example),
        "correct": rule.shell.correct if rule.shell else format_text(rule.good),
        "fixDescription": rule.fix_safety or None,
        "related": list(rule.related),
        "page": rule_page(rule.id),
        "markdown": render_rule(rule),
    }
    return Outcome(f"{rule.id}: {rule.title}", value)


def find_rule(rule_id: str, otherwise: str) -> Rule:
    """Return a rule by its ID.

    Raises:
        RefusedError: There is no such rule. The message names similar ones, and without them it ends with `otherwise`.
    """
    from aloop_models.features.checks.rules import RULES_BY_ID

    rule = RULES_BY_ID.get(rule_id.strip().lower())
    if rule is None:
        near = nearest(rule_id, RULES_BY_ID)
        message = f"Unknown rule. {otherwise}"
        if near:
            # A word that is similar to no rule is not quoted: it can be a key.
            message = f"Unknown rule {quote(rule_id, 'ID')}. Did you mean {' or '.join(near)}?"
        raise RefusedError("ruleNotFound", message, near)
    return rule


def _view(rule: Rule) -> JsonObject:
    cases = ((rule.severity, None), *rule.other_severities)
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity.name.lower(),
        "severities": [{"severity": severity.name.lower(), "condition": when} for severity, when in cases],
        "reason": rule.severity_reason,
        "fixes": rule.fixes,
        "since": rule.since,
    }


def render(result: Result, style: Style) -> str:
    """Render the page as Markdown, or one line for each rule."""
    if "markdown" in result:
        return result["markdown"]
    rows = [(item["rule"], item["severity"], item["title"]) for item in result["rules"]]
    columns = (Column("RULE", is_id=True), Column("SEVERITY", drop=10), Column("PROBLEM", wraps=20))
    return fit_table(columns, rows, style.width)


RULE = Command(
    "aloop.showRule",
    "rule",
    "Show Rule…",
    "Explain a rule of `check`, or list all rules.",
    RuleParameters,
    show_rule,
    reads_file=False,
    needs_file=False,
    asks_owner=False,
    # The result is text of the documentation, in which an example has a made-up key.
    echoes=True,
    render=render,
)
