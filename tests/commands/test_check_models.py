"""`check`: places and levels."""

from datetime import date

from aloop_models.snapshot import Place
from support.commands import KEY, PATH, run


def test_check_counts_from_one_and_in_code_points() -> None:
    text = "models:\n  ollama/🎉é:\n    name: x\n    timeout: 5m # 🎉\ndefault: ollama/🎉é\n"
    outcome = run("checkModels", text.replace("name: x\n    timeout", "timeout"))
    assert outcome.message == "1 error, 0 warnings, 0 notes"
    assert outcome.value == {
        "file": PATH,
        "errors": 1,
        "warnings": 0,
        "findings": [
            {
                "rule": "wrong-type",
                "severity": "error",
                "message": "timeout has to be a number of seconds; this is text. Write 300.",
                "line": 3,
                "column": 14,
                "endLine": 3,
                "endColumn": 16,
            }
        ],
    }


def test_check_looks_at_the_place_and_the_day() -> None:
    text = f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n"
    place = Place(PATH, 0o644, "/home/me/project", tracked="yes", ignored=True)
    diagnostics = run("checkModels", text, place=place, today=date(2026, 11, 22)).value["findings"]
    assert [item["rule"] for item in diagnostics] == ["readable-by-others", "tracked-by-git", "deprecated-model"]  # type: ignore[attr-defined]
