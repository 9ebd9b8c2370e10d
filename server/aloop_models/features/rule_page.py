"""The documentation of a rule as Markdown, for its page, the command line, editors and code scanning."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aloop_models.core.formatter import format_text
from aloop_models.features.diagnostic import Rule


def render_rule(rule: Rule, link: Callable[[str], str] = lambda rule_id: f"`{rule_id}`") -> str:
    """Return the page of a rule.

    Args:
        rule: The rule.
        link: Returns the Markdown for a related rule by its ID.
    """
    facts = f"Severity: {_usual(rule)} · fixes: {rule.fixes} · since {rule.since}"
    parts = [f"# {rule.id}", f"**{rule.title}**", facts, "## Why it matters", rule.why]
    if rule.shell is not None:
        parts += [
            "## Incorrect",
            "With a `.aloop/models.yaml` such as this one:",
            _example(rule.example),
        ]
        parts += ["Commands that cause the problem:", _fenced("sh", rule.shell.incorrect)]
        parts += ["## Correct", _fenced("sh", rule.shell.correct)]
    else:
        parts += [
            "## Incorrect",
            _example(rule.example),
            "## Correct",
            _example(rule.good),
        ]
    cases = [f"- **{case.severity.name.capitalize()}** {case.condition}." for case in rule.other_severities]
    parts += ["## Severity", "\n".join((f"- **{_usual(rule).capitalize()}**: {rule.severity_reason}", *cases))]
    parts += ["## Fixes", rule.fix_safety or "This rule has no quick fix."]
    parts += ["## Related rules", "\n".join(f"- {link(other)}" for other in rule.related)]
    return "\n\n".join(parts) + "\n"


def describe_severities(rule: Rule) -> str:
    """Return every severity of a rule with its condition: `error; warning if …`."""
    return "; ".join(
        (_usual(rule), *(f"{case.severity.name.lower()} {case.condition}" for case in rule.other_severities))
    )


def render_severity_table(rules: Iterable[Rule], link: Callable[[str], str]) -> str:
    """Return a Markdown table with one row for each rule: its severities with their conditions, and one reason."""
    rows = [
        f"| {link(rule.id)} | {rule.title} | {describe_severities(rule)} | {rule.severity_reason} | {rule.fixes} |"
        for rule in rules
    ]
    return "\n".join(("| rule | problem | severity | reason | fixes |", "|---|---|---|---|---|", *rows))


def _usual(rule: Rule) -> str:
    return rule.severity.name.lower()


def _example(text: str) -> str:
    return _fenced("yaml", format_text(text))


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"
