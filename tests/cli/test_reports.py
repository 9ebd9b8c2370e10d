"""What `check` and `list` print."""

import json
from pathlib import Path
from typing import Any

import pytest

from aloop_models import __version__
from aloop_models.cli.reports import render_check, render_json, render_list, render_sarif
from aloop_models.commands.check_models import check_models, diagnostic_view
from aloop_models.commands.definition import NoParameters
from aloop_models.commands.list_models import list_models
from aloop_models.core.text import Span
from aloop_models.features.diagnostic import Diagnostic, Rule, Severity
from support.snapshots import HOME_PLACE, snapshot

FILE = HOME_PLACE.path
FOLDER = Path("/home/me/project")

TYPO = Rule("unknown-field", Severity.WARNING, "An unknown field", "It is not used.", "timout: 5\n", "timeout: 5\n")
WRONG = Rule("wrong-type", Severity.ERROR, "A value of a wrong type", "It cannot be used.", "a: b", "a: 1")
NEAR = Rule("unknown-model", Severity.HINT, "An unknown model", "It may be a slip.", "a: b", "a: c")
RULES = (WRONG, TYPO, NEAR)

TEXT = "models:\n  openai/😀gpt: {timout: 5}\n"


def result(*diagnostics: Diagnostic, file: str | None = FILE) -> dict[str, Any]:
    views = [diagnostic_view(snapshot(TEXT), item) for item in diagnostics]
    levels = [item.level for item in diagnostics]
    errors, warnings = levels.count(Severity.ERROR), levels.count(Severity.WARNING)
    return {"message": "…", "file": file, "errors": errors, "warnings": warnings, "findings": views}


def diagnostic(rule: Rule, words: str, message: str) -> Diagnostic:
    start = TEXT.index(words)
    return Diagnostic(rule, Span(start, start + len(words)), message)


THREE = (
    diagnostic(NEAR, "openai/😀gpt", "openai lists no model 'openai/😀gpt'."),
    diagnostic(WRONG, "5", "Write a number.\x1b[2J"),
    diagnostic(TYPO, "timout", "Write timeout."),
)


def test_a_line_for_each_finding_and_a_summary():
    assert render_check(result(*THREE), color=False) == (
        f"{FILE}:2:3 hint unknown-model openai lists no model 'openai/😀gpt'.\n"
        f"{FILE}:2:25 error wrong-type Write a number.[2J\n"
        f"{FILE}:2:17 warning unknown-field Write timeout.\n"
        "1 error, 1 warning, 1 note\n"
    )


def test_the_file_is_named_from_the_folder_around_it():
    first = render_check(result(THREE[0]), FOLDER, color=False).splitlines()[0]
    assert first.startswith(".aloop/models.yaml:2:3 ")
    elsewhere = render_check(result(THREE[0]), Path("/elsewhere"), color=False)
    assert elsewhere.startswith(f"{FILE}:2:3 ")


def test_colour_only_where_it_is_asked_for():
    assert render_check(result(THREE[2]), FOLDER, color=True) == (
        "\x1b[1m.aloop/models.yaml:2:17\x1b[0m \x1b[33mwarning\x1b[0m \x1b[2munknown-field\x1b[0m Write timeout.\n"
        "\x1b[33m0 errors, 1 warning, 0 notes\x1b[0m\n"
    )
    assert render_check(result(), FOLDER, color=True) == "\x1b[32mNo problems in .aloop/models.yaml.\x1b[0m\n"


@pytest.mark.parametrize(
    ("diagnostics", "summary"),
    [
        ((), f"No problems in {FILE}."),
        (THREE[:1] * 2, "0 errors, 0 warnings, 2 notes"),
        (THREE[1:2] * 2, "2 errors, 0 warnings, 0 notes"),
    ],
)
def test_summary(diagnostics: tuple[Diagnostic, ...], summary: str):
    assert render_check(result(*diagnostics), color=False).splitlines()[-1] == summary


def test_a_text_without_a_file_has_a_name():
    assert render_check(result(THREE[2], file=None), color=False).startswith(".aloop/models.yaml:2:17 warning ")


def test_json_is_the_result_in_ascii():
    printed = render_json(result(*THREE))
    assert printed.isascii()
    assert json.loads(printed) == result(*THREE)


def test_the_command_s_own_result_is_printed():
    outcome = check_models(snapshot("models:\n  ollama/llama2:\n"), NoParameters())
    given = {"message": outcome.message, **outcome.value}
    assert render_check(given, color=False).startswith(f"{FILE}:1:1 information missing-default ")
    assert json.loads(render_sarif(given))["version"] == "2.1.0"


def test_sarif():
    page = "file:///opt/aloop_models/docs/rules.md"
    log = json.loads(render_sarif(result(*THREE[:2]), FOLDER, rules_page=page, rules=RULES))
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
            "markdown": "It is not used.\n\nWrong:\n\n```yaml\ntimout: 5\n```\n\nRight:\n\n```yaml\ntimeout: 5\n```\n",
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
        },
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


def model(model_id: str, **others: Any) -> dict[str, Any]:
    plain = {
        "modelId": model_id,
        "displayName": model_id,
        "provider": model_id.partition("/")[0],
        "current": False,
        "default": False,
        "ready": True,
        "notReady": None,
        "contextWindow": None,
        "inputPrice": None,
        "outputPrice": None,
    }
    return {**plain, **others}


def test_list():
    models = [
        model("openai/gpt-4o", displayName="GPT-4o", contextWindow=128000, inputPrice=2.5, outputPrice=10.0),
        model("ollama/llama2", displayName="日本", current=True, default=True, inputPrice=0.0, outputPrice=0.0),
        model("groq/x", displayName="e\u0301", ready=False, notReady="it has no API key", inputPrice=3.0, problems=1),
    ]
    assert render_list({"file": FILE, "models": models}) == (
        "                  NAME    ID             PROVIDER  CONTEXT  IN / OUT PER 1M  READY\n"
        "                  GPT-4o  openai/gpt-4o  openai    128K     $2.5 / $10       yes\n"
        "current, default  日本    ollama/llama2  ollama             $0 / $0          yes\n"
        "                  e\u0301       groq/x         groq               $3 / ?           no: it has no API key\n"
        "\n"
        f"File: {FILE}\n"
        "1 problem in these models. See: aloop models check\n"
    )


def test_an_empty_list_says_what_to_do():
    assert (
        render_list({"file": FILE, "models": []})
        == f"No models in {FILE}. Add a model: aloop models add provider/model\n"
    )
    assert render_list({"file": None, "models": []}) == (
        "There is no models.yaml yet. Add a model: aloop models add provider/model\n"
    )


def test_the_list_command_s_own_result_is_printed():
    outcome = list_models(snapshot("models:\n  ollama/llama2:\n    name: Local\n"), NoParameters())
    header, row, *_ = render_list(outcome.value).splitlines()
    assert header.split() == ["NAME", "ID", "PROVIDER", "CONTEXT", "IN", "/", "OUT", "PER", "1M", "READY"]
    assert row.split()[:3] == ["current", "Local", "ollama/llama2"]
