"""The pages of the rules: their examples, run and checked word for word, their links and the table of severities."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from aloop_models.catalog.rule_pages import rule_page
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Rule
from aloop_models.features.rule_page import describe_severities
from aloop_models.workspace.locate import reason_to_skip
from aloop_models.workspace.place import place_of
from support.expectations import SAFE, diagnostics_of, rules_of
from support.pages import PAGES, REPOSITORY, blocks

IN_FILES = [rule for rule in RULES if rule.shell is None]
IN_SHELLS = [rule for rule in RULES if rule.shell is not None]


def page_of(rule: Rule) -> str:
    return f"docs/rules/{rule.id}.md"


def problems_in(folder: Path) -> list[str]:
    """The rules that an editor reports for the models.yaml in a folder."""
    file = folder / ".aloop" / "models.yaml"
    skipped = reason_to_skip(file)
    place = replace(place_of(file), skipped=str(skipped) if skipped else "")
    return rules_of(file.read_text("utf-8"), place=place)


@pytest.mark.parametrize("rule", IN_FILES, ids=lambda rule: rule.id)
def test_incorrect_has_this_problem_only_and_correct_has_none(rule: Rule) -> None:
    incorrect, correct = blocks(page_of(rule), "yaml")
    (problem,) = diagnostics_of(incorrect, place=SAFE)
    assert (problem.rule.id, problem.level) == (rule.id, rule.severity)
    assert diagnostics_of(correct, place=SAFE) == ()


@pytest.mark.parametrize("rule", IN_SHELLS, ids=lambda rule: rule.id)
def test_commands_cause_this_problem_only_and_fix_it(rule: Rule, tmp_path: Path) -> None:
    """As a reader runs them, in a project with the file of the page."""
    (text,) = blocks(page_of(rule), "yaml")
    incorrect, correct = blocks(page_of(rule), "sh")
    file = tmp_path / ".aloop" / "models.yaml"
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o600)
    assert problems_in(tmp_path) == []
    subprocess.run(["bash", "-e", "-c", incorrect], cwd=tmp_path, check=True)
    assert problems_in(tmp_path) == [rule.id]
    subprocess.run(["bash", "-e", "-c", correct], cwd=tmp_path, check=True, capture_output=True)
    assert problems_in(tmp_path) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page(rule: Rule) -> None:
    """The link of a diagnostic leads to the page, which has every section."""
    assert rule_page(rule.id) == (REPOSITORY / page_of(rule)).as_uri()
    text = PAGES[page_of(rule)]
    assert text.startswith(f"# {rule.id}\n\n**{rule.title}**\n\nSeverity: {rule.severity.name.lower()} · fixes: ")
    sections = ["Why it matters", "Incorrect", "Correct", "Severity", "Fixes", "Related rules"]
    assert re.findall("^## (.+)$", text, re.MULTILINE) == sections
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links == [*(f"{other}.md" for other in rule.related), "../rules.md"]
    assert all((REPOSITORY / "docs" / "rules" / link).is_file() for link in links)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_the_page_says_about_fixes(rule: Rule) -> None:
    """It names the kinds that the rule has."""
    stated = {kind for kind in ("safe", "unsafe") if re.search(rf"\b{kind}\b", rule.fix_safety, re.IGNORECASE)}
    assert stated == {"none": set(), "safe or unsafe": {"safe", "unsafe"}}.get(rule.fixes, {rule.fixes})


def test_one_row_of_severities_for_each_rule() -> None:
    """With the reason."""
    rows = [row.split(" | ") for row in PAGES["docs/rules.md"].splitlines() if row.startswith("| [`")]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        (f"| [`{rule.id}`](rules/{rule.id}.md)", describe_severities(rule), rule.severity_reason) for rule in RULES
    ]


def test_versions_are_in_the_changelog() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+)\b", text, re.MULTILINE)
    # New rules are in the next version, which is called "Unreleased" until then.
    assert len({rule.since for rule in RULES} - set(versions)) <= text.count("\n## Unreleased\n")


def test_related_rules_exist() -> None:
    known = {rule.id for rule in RULES}
    for rule in RULES:
        assert rule.related
        assert set(rule.related) <= known - {rule.id}
        assert len(set(rule.related)) == len(rule.related)
