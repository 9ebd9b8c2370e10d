"""The result of `check` as SARIF, for code scanning."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from aloop_models import __version__
from aloop_models.catalog.rule_pages import rule_page, rules_page
from aloop_models.commands.check_models import seen_from
from aloop_models.commands.definition import Result
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Rule
from aloop_models.features.rule_page import render_rule

_LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
"""SARIF's level for each severity."""
_GITHUB_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
"""What GitHub filters by, for each level."""
_ROOT = "%SRCROOT%"
_FINGERPRINT = "aloopProblem/v1"
"""Not `primaryLocationLineHash`: GitHub computes that from the text after the problem, which can contain API keys, and
GitHub warns about any other value with that name."""
_IGNORED: dict[str, object] = {"kind": "inSource"}
"""The suppression of a diagnostic that a comment in the file ignores."""


def render_sarif(result: Result, folder: Path | None = None, *, rules: tuple[Rule, ...] = RULES) -> str:
    """The diagnostics as a SARIF 2.1.0 log, which contains no text of the file.

    It has no fixes, because their text can contain API keys.

    Args:
        result: The result of `aloop.checkModels`.
        folder: The root of the sources; the path of a file in it is relative to it, as code scanning requires.
        rules: The rules that the log describes.
    """
    positions = {rule.id: index for index, rule in enumerate(rules)}
    artifact = _artifact(folder, result["file"])
    counts: Counter[tuple[str, str, str]] = Counter()
    diagnostics: list[dict[str, object]] = []
    # In the order of the text, so that a comment that ignores a problem does not change the fingerprints of others.
    for item, is_ignored in _in_order(result):
        subject = (item["rule"], item["modelId"] or "", item["field"] or "")
        counts[subject] += 1
        region = {
            "startLine": item["line"],
            "startColumn": item["column"],
            "endLine": item["endLine"],
            "endColumn": item["endColumn"],
        }
        diagnostics.append(
            {
                "ruleId": item["rule"],
                **({"ruleIndex": positions[item["rule"]]} if item["rule"] in positions else {}),
                "level": _LEVELS[item["severity"]],
                "message": {"text": item["message"]},
                "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
                "partialFingerprints": {_FINGERPRINT: _hash(*subject, str(counts[subject]))},
                # SARIF requires the property in every result of a run or in none; an empty list means "not suppressed".
                "suppressions": [_IGNORED] if is_ignored else [],
            }
        )
    driver = {
        "name": "aloop-models",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": rules_page(),
        "rules": [_sarif_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        **({"originalUriBaseIds": {_ROOT: {"uri": f"{folder.as_uri().removesuffix('/')}/"}}} if folder else {}),
        "results": diagnostics,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _sarif_rule(rule: Rule) -> dict[str, object]:
    level = _LEVELS[rule.severity.name.lower()]
    page = render_rule(rule)
    return {
        "id": rule.id,
        "name": "".join(map(str.capitalize, rule.id.split("-"))),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why.replace("`", ""), "markdown": rule.why},
        "help": {"text": page, "markdown": page},
        "helpUri": rule_page(rule.id),
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["models.yaml"], "problem.severity": _GITHUB_SEVERITIES[level]},
    }


def _artifact(folder: Path | None, file: str | None) -> dict[str, object]:
    path = Path(seen_from(str(folder) if folder else None, file))
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


def _in_order(result: Result) -> list[tuple[Result, bool]]:
    """Return the diagnostics by their place, and whether a comment ignores them."""
    reported: list[Result] = result["findings"]
    ignored: list[Result] = result.get("ignored", [])
    found = [*((item, False) for item in reported), *((item, True) for item in ignored)]
    return sorted(found, key=lambda pair: (pair[0]["line"], pair[0]["column"]))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
