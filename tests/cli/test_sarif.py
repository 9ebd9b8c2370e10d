"""What `check --format sarif` prints."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aloop_models import __version__
from aloop_models.catalog.rule_pages import rule_page, rules_page
from aloop_models.cli.sarif import render_sarif
from aloop_models.features.checks.rules import RULES as ALL_RULES
from aloop_models.features.rule_page import render_rule
from support.commands import run
from support.diagnostics import FOLDER, RULES, THREE, TYPO, result
from support.sarif import check_sarif

KEY = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
BROKEN = f"""\
models:
  openai/gpt-4o:
    timout: 5
    api_key: {KEY}
  olama/llama3:
    timeout: 5m
  {KEY}:
default: openai/gpt-4
"""


def log_of(text: str) -> Any:
    """The log of a text, valid and without its secrets."""
    printed = render_sarif(run("checkModels", text).value, Path(FOLDER))
    assert KEY not in printed
    log = json.loads(printed)
    check_sarif(log)
    return log


def results_of(text: str) -> list[dict[str, Any]]:
    return log_of(text)["runs"][0]["results"]


def prints_of(text: str) -> list[tuple[str, str]]:
    return sorted((item["ruleId"], item["partialFingerprints"]["aloopProblem/v1"]) for item in results_of(text))


def test_sarif():
    log = json.loads(render_sarif(result(*THREE[:2]), Path(FOLDER), rules=RULES))
    check_sarif(log)
    (run,) = log["runs"]
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": f"file://{FOLDER}/"}}
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("aloop-models", __version__, __version__)
    assert driver["informationUri"] == rules_page()
    assert driver["rules"][1] == {
        "id": "unknown-field",
        "name": "UnknownField",
        "shortDescription": {"text": "An unknown field"},
        "fullDescription": {"text": "It is not used.", "markdown": "It is not used."},
        "help": {"text": render_rule(TYPO), "markdown": render_rule(TYPO)},
        "helpUri": rule_page("unknown-field"),
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["models.yaml"], "problem.severity": "warning"},
    }
    assert [rule["defaultConfiguration"]["level"] for rule in driver["rules"]] == ["error", "warning", "note"]
    found = run["results"]
    assert [(item["ruleId"], item["ruleIndex"], item["level"], item["message"]["text"]) for item in found] == [
        ("unknown-model", 2, "note", "openai lists no model 'openai/😀gpt'."),
        ("wrong-type", 0, "error", "Write a number.\x1b[2J"),
    ]
    artifact = {"uri": ".aloop/models.yaml", "uriBaseId": "%SRCROOT%"}
    # The astral character is one column.
    assert [item["locations"][0]["physicalLocation"] for item in found] == [
        {
            "artifactLocation": artifact,
            "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 14},
        },
        {
            "artifactLocation": artifact,
            "region": {"startLine": 2, "startColumn": 25, "endLine": 2, "endColumn": 26},
        },
    ]


def test_ignored_problems_are_suppressed():
    given = result(THREE[0])
    log = json.loads(render_sarif({**given, "ignored": result(THREE[1])["findings"]}, rules=RULES))
    assert [(item["ruleId"], item["suppressions"]) for item in log["runs"][0]["results"]] == [
        ("unknown-model", []),
        ("wrong-type", [{"kind": "inSource"}]),
    ]


def test_every_rule_is_described_for_code_scanning():
    rules = log_of("models:\n")["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in ALL_RULES]
    assert rules[0]["name"] == "YamlSyntax"
    for rule in rules:
        assert rule["helpUri"].endswith(f"/docs/rules/{rule['id']}.md")
        assert "`" not in rule["fullDescription"]["text"]


@pytest.mark.parametrize(
    "text", [BROKEN, f"\ufeff{BROKEN}", BROKEN.replace("\n", "\r\n"), "- a\n", "models: [", "", "a: 1"]
)
def test_the_log_is_valid_and_has_no_key(text: str):
    assert [item["ruleId"] for item in results_of(text)] == [
        item["rule"]
        for item in run("checkModels", text).value["findings"]  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_the_example_of_every_rule_gives_a_valid_log(rule):
    results_of(rule.example)
    results_of(rule.good)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_is_not_a_column(mark: str):
    found = results_of(f"{mark}modls: 5\nmodels: {{ollama/a: }}\ndefault: ollama/a\n")
    region = found[0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6}


@pytest.mark.parametrize(
    "moved",
    [
        "# A comment.\n\n" + BROKEN,
        "\ufeff" + BROKEN,
        BROKEN.replace("\n", "\r\n"),
        BROKEN.replace("models:\n", "models:\n  # Mine.\n  ollama/llama3:\n"),
        BROKEN.replace("    timout: 5\n", "    seed: 5\n    timout:    6 # six\n"),
        BROKEN.replace(KEY, KEY[:-3] + "xyz"),
    ],
    ids=["lines above", "BOM", "CRLF", "another entry", "another value", "another key"],
)
def test_fingerprints_do_not_change_when_lines_move(moved: str):
    assert prints_of(moved) == prints_of(BROKEN)
    assert prints_of(BROKEN)


def test_fingerprints_of_different_problems_differ():
    """Also for the same rule in another entry, in another field, or twice in the same one."""
    text = "models:\n  ollama/a: {timeout: 5m, seed: x}\n  ollama/b: {timeout: 5m, stop: [1, 2]}\ndefault: ollama/a\n"
    found = [print_ for rule, print_ in prints_of(text) if rule == "wrong-type"]
    assert len(set(found)) == len(found) >= 4


def test_fingerprints_do_not_depend_on_the_day():
    """The message of a model that is retired soon has the number of days."""
    text = f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n"
    logs = [json.loads(render_sarif(run("checkModels", text, today=date(2026, 10, day)).value)) for day in (1, 2)]
    (one, other) = [log["runs"][0]["results"] for log in logs]
    assert one[0]["message"] != other[0]["message"]
    assert one[0]["partialFingerprints"] == other[0]["partialFingerprints"]


def test_no_fingerprint_is_computed_from_the_text():
    """GitHub warns about a `primaryLocationLineHash` that is not its own hash of the text, which can contain keys."""
    for item in results_of(BROKEN):
        assert set(item["partialFingerprints"]) == {"aloopProblem/v1"}


@pytest.mark.parametrize(
    ("file", "folder", "artifact"),
    [
        ("/home/me/a b/é.yaml", None, {"uri": "file:///home/me/a%20b/%C3%A9.yaml"}),
        ("/home/me/a b/é.yaml", "/home/me", {"uri": "a%20b/%C3%A9.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/home/me/a b/é.yaml", "/home/me/other", {"uri": "file:///home/me/a%20b/%C3%A9.yaml"}),
        ("/a:b.yaml", "/", {"uri": "a%3Ab.yaml", "uriBaseId": "%SRCROOT%"}),
        (None, None, {"uri": ".aloop/models.yaml", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_sarif_names_the_file_as_an_address(file: str | None, folder: str | None, artifact: dict[str, str]):
    given = result(THREE[0], file=file)
    log = json.loads(render_sarif(given, Path(folder) if folder else None, rules=RULES))
    check_sarif(log)
    (found,) = log["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_the_root_is_the_uri_of_a_folder():
    for folder, uri in (("/", "file:///"), ("/home/me/a b", "file:///home/me/a%20b/")):
        (run,) = json.loads(render_sarif(result(), Path(folder), rules=RULES))["runs"]
        assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": uri}}


def test_sarif_without_findings_is_a_clean_run():
    log = json.loads(render_sarif(result(), rules=RULES))
    check_sarif(log)
    (run,) = log["runs"]
    assert run["results"] == []
    assert len(run["tool"]["driver"]["rules"]) == len(RULES)
