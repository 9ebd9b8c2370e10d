"""The result of `check` as SARIF, for code scanning."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from aloop_models import __version__
from aloop_models.commands.check_models import seen_from
from aloop_models.commands.definition import Result
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Rule, Severity

_LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
"""SARIF's level for each severity."""

_IGNORED: dict[str, object] = {"kind": "inSource"}
"""The suppression of a diagnostic that a comment in the file ignores."""


def render_sarif(
    result: Result,
    folder: Path | None = None,
    *,
    rules_page: str | None = None,
    rules: tuple[Rule, ...] = RULES,
) -> str:
    """The diagnostics as a SARIF 2.1.0 log, which contains no text of the file.

    `result` is the result of `aloop.checkModels`. The path of a file inside `folder` is relative to it, as code
    scanning requires. `rules_page` is the URL of docs/rules.md, in which each rule's ID is an anchor.
    """
    positions = {rule.id: index for index, rule in enumerate(rules)}
    artifact = _artifact(folder, result["file"])
    diagnostics: list[dict[str, object]] = []
    reported, ignored = result["findings"], result.get("ignored", [])
    for item, suppressions in [*((item, []) for item in reported), *((item, [_IGNORED]) for item in ignored)]:
        region = {
            "startLine": item["line"],
            "startColumn": item["column"],
            "endLine": item["endLine"],
            "endColumn": item["endColumn"],
        }
        diagnostic: dict[str, object] = {"ruleId": item["rule"]}
        if item["rule"] in positions:
            diagnostic["ruleIndex"] = positions[item["rule"]]
        diagnostic["level"] = _LEVELS[item["severity"]]
        diagnostic["message"] = {"text": item["message"]}
        diagnostic["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
        # SARIF requires the property in every result of a run or in none; an empty list means "not suppressed".
        diagnostic["suppressions"] = suppressions
        diagnostics.append(diagnostic)
    driver = {
        "name": "aloop-models",
        "version": __version__,
        "rules": [_sarif_rule(rule, rules_page) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": diagnostics,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _sarif_rule(rule: Rule, page: str | None) -> dict[str, object]:
    examples = (
        f"Incorrect:\n\n```yaml\n{rule.example.rstrip()}\n```\n\nCorrect:\n\n```yaml\n{rule.good.rstrip()}\n```\n"
    )
    described: dict[str, object] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.why, "markdown": f"{rule.why}\n\n{examples}"},
        "defaultConfiguration": {"level": _LEVELS[Severity(rule.severity).name.lower()]},
    }
    if page:
        described["helpUri"] = f"{page}#{rule.id}"
    return described


def _artifact(folder: Path | None, file: str | None) -> dict[str, object]:
    path = Path(seen_from(str(folder) if folder else None, file))
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}
