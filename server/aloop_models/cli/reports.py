"""What `check` and `list` print: text for people, JSON and SARIF for programs; pure functions of a command's result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aloop_models import __version__
from aloop_models.catalog.redaction import redact
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Rule, Severity
from aloop_models.features.formatting import format_price, format_tokens, plural
from aloop_models.features.table import render_table

Result = Mapping[str, Any]
"""A command's JSON result, as every face gets it."""

_COLOURS = {"error": "\x1b[31m", "warning": "\x1b[33m", "information": "\x1b[36m", "hint": "\x1b[2m"}
_BOLD, _DIM, _GREEN, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[0m"

_LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
"""SARIF's words for our severities."""

_HEADINGS = ("", "NAME", "ID", "PROVIDER", "CONTEXT", "IN / OUT PER 1M", "READY")


def render_check(result: Result, folder: Path | None = None, *, color: bool) -> str:
    """One line for each diagnostic, `file:line:column severity rule message`, and a summary.

    `result` is that of `aloop.checkModels`; the file is named as seen from `folder` where it lies in it.
    """
    file = redact(str(_from(folder, result["file"])))
    paint = _painted if color else _plain
    lines: list[str] = []
    for item in result["findings"]:
        place = f"{file}:{item['line']}:{item['column']}"
        severity = paint(item["severity"], _COLOURS[item["severity"]])
        lines.append(f"{paint(place, _BOLD)} {severity} {paint(item['rule'], _DIM)} {redact(item['message'])}")
    errors, warnings = result["errors"], result["warnings"]
    notes = len(result["findings"]) - errors - warnings
    if not lines:
        return paint(f"No problems in {file}.", _GREEN) + "\n"
    worst = "error" if errors else "warning" if warnings else "information"
    counts = ((errors, "error"), (warnings, "warning"), (notes, "note"))
    summary = ", ".join(plural(count, noun) for count, noun in counts)
    return "\n".join((*lines, paint(summary, _COLOURS[worst]))) + "\n"


def render_json(result: Result) -> str:
    """The result as it is, in ASCII, so that every terminal and pipe can carry it."""
    return json.dumps(result, indent=2) + "\n"


def render_sarif(
    result: Result,
    folder: Path | None = None,
    *,
    rules_page: str | None = None,
    rules: tuple[Rule, ...] = RULES,
) -> str:
    """The diagnostics as a SARIF 2.1.0 log; it holds no text of the file.

    `result` is that of `aloop.checkModels`. A file inside `folder` is named from there, as code scanning wants it.
    `rules_page` is the absolute address of docs/rules.md, to which each rule's id is an anchor.
    """
    positions = {rule.id: index for index, rule in enumerate(rules)}
    artifact = _artifact(folder, result["file"])
    diagnostics: list[dict[str, object]] = []
    for item in result["findings"]:
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


def render_list(state: Result) -> str:
    """A table of the models, and the file it comes from; `state` is the result of `aloop.listModels`."""
    file = state["file"]
    models = state["models"]
    if not models and state.get("problem"):
        return ""
    if not models and not file and state.get("skipped"):
        return "No models.yaml is used here.\n"
    if not models:
        where = f"No models in {redact(str(file))}." if file else "There is no models.yaml yet."
        return f"{where} Add a model: aloop models add provider/model\n"
    lines = [render_table([_HEADINGS, *map(_row, models)]), f"File: {redact(str(file))}"]
    problems = sum(model.get("problems", 0) for model in models)
    if problems:
        lines.append(f"{plural(problems, 'problem')} in these models. See: aloop models check")
    return "\n".join(lines) + "\n"


def _row(model: Result) -> tuple[str, ...]:
    marker = ", ".join(word for word in ("current", "default") if model[word])
    window = model["contextWindow"]
    prices = [model["inputPrice"], model["outputPrice"]]
    price = " / ".join("?" if price is None else format_price(price) for price in prices)
    return (
        marker,
        model["displayName"],
        model["modelId"],
        model["provider"],
        format_tokens(window) if window else "",
        "" if prices == [None, None] else price,
        "yes" if model["ready"] else f"no: {model['notReady']}",
    )


def _sarif_rule(rule: Rule, page: str | None) -> dict[str, object]:
    examples = f"Wrong:\n\n```yaml\n{rule.example.rstrip()}\n```\n\nRight:\n\n```yaml\n{rule.good.rstrip()}\n```\n"
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
    path = _from(folder, file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _from(folder: Path | None, file: str | None) -> Path:
    """The file as seen from the folder where it lies inside, else its whole path; a text without a file has a name."""
    path = Path(file or ".aloop/models.yaml")
    return path.relative_to(folder) if folder and path.is_relative_to(folder) else path


def _painted(text: str, colour: str) -> str:
    return f"{colour}{text}{_RESET}"


def _plain(text: str, _: str) -> str:
    return text
