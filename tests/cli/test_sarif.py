"""What `check --format sarif` prints."""

import json
from pathlib import Path

import pytest

from aloop_models import __version__
from aloop_models.cli.sarif import render_sarif
from support.diagnostics import FOLDER, RULES, THREE, result


def test_sarif():
    page = "file:///opt/aloop_models/docs/rules.md"
    log = json.loads(render_sarif(result(*THREE[:2]), Path(FOLDER), rules_page=page, rules=RULES))
    assert set(log) == {"$schema", "version", "runs"}
    assert (log["$schema"], log["version"]) == ("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0")
    (run,) = log["runs"]
    assert set(run) == {"tool", "columnKind", "invocations", "results"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True}]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("aloop-models", __version__)
    assert driver["rules"][1] == {
        "id": "unknown-field",
        "shortDescription": {"text": "An unknown field"},
        "help": {
            "text": "It is not used.",
            "markdown": (
                "It is not used.\n\nIncorrect:\n\n```yaml\ntimout: 5\n```\n\nCorrect:\n\n```yaml\ntimeout: 5\n```\n"
            ),
        },
        "defaultConfiguration": {"level": "warning"},
        "helpUri": f"{page}#unknown-field",
    }
    assert [rule["defaultConfiguration"]["level"] for rule in driver["rules"]] == ["error", "warning", "note"]
    assert run["results"] == [
        {
            "ruleId": "unknown-model",
            "ruleIndex": 2,
            "level": "note",
            "message": {"text": "openai lists no model 'openai/😀gpt'."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": ".aloop/models.yaml", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 14},
                    }
                }
            ],
            "suppressions": [],
        },
        {
            "ruleId": "wrong-type",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "Write a number.\x1b[2J"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": ".aloop/models.yaml", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 2, "startColumn": 25, "endLine": 2, "endColumn": 26},
                    }
                }
            ],
            "suppressions": [],
        },
    ]


def test_ignored_problems_are_suppressed():
    given = result(THREE[0])
    log = json.loads(render_sarif({**given, "ignored": result(THREE[1])["findings"]}, rules=RULES))
    assert [(item["ruleId"], item["suppressions"]) for item in log["runs"][0]["results"]] == [
        ("unknown-model", []),
        ("wrong-type", [{"kind": "inSource"}]),
    ]


@pytest.mark.parametrize(
    ("file", "folder", "artifact"),
    [
        ("/home/me/a b/é.yaml", None, {"uri": "file:///home/me/a%20b/%C3%A9.yaml"}),
        ("/home/me/a b/é.yaml", "/home/me", {"uri": "a%20b/%C3%A9.yaml", "uriBaseId": "%SRCROOT%"}),
        (None, None, {"uri": ".aloop/models.yaml", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_sarif_names_the_file_as_an_address(file: str | None, folder: str | None, artifact: dict[str, str]):
    given = result(THREE[0], file=file)
    log = json.loads(render_sarif(given, Path(folder) if folder else None, rules=RULES))
    (found,) = log["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_sarif_without_findings_is_a_clean_run():
    (run,) = json.loads(render_sarif(result(), rules=RULES))["runs"]
    assert run["results"] == []
    assert len(run["tool"]["driver"]["rules"]) == len(RULES)
    assert "helpUri" not in run["tool"]["driver"]["rules"][0]
