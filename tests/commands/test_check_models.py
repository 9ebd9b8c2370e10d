"""`check`: places and levels."""

from datetime import date

import pytest

from aloop_models.commands.check_models import CheckParameters, check_models, render_check
from aloop_models.commands.style import Prompt, Shell
from aloop_models.errors import RefusedError
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.snapshot import Place
from support.commands import KEY, PATH, run
from support.diagnostics import FILE, FOLDER, THREE, result
from support.snapshots import snapshot


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
                "message": "ollama/🎉é: timeout must be a number of seconds, not text. Write 300.",
                "modelId": "ollama/🎉é",
                "field": "timeout",
                "line": 3,
                "column": 14,
                "endLine": 3,
                "endColumn": 16,
            }
        ],
        "ignored": [],
    }


def test_ignored_problems_are_counted_apart() -> None:
    text = "models:\n  ollama/a:\n    timeout: 5m  # aloop: ignore[wrong-type]\ndefault: ollama/a\n"
    outcome = run("checkModels", text)
    assert outcome.message == "0 errors, 0 warnings, 0 notes, 1 ignored"
    assert (outcome.value["errors"], outcome.value["findings"]) == (0, [])
    assert [(item["rule"], item["severity"], item["line"]) for item in outcome.value["ignored"]] == [  # type: ignore[attr-defined]
        ("wrong-type", "error", 3)
    ]
    assert (
        render_check({**outcome.value, "message": outcome.message}, Shell()) == f"No problems in {PATH} (1 ignored).\n"
    )
    listed = {**result(THREE[0]), "ignored": outcome.value["ignored"]}
    assert render_check(listed, Shell()).splitlines()[-1] == "0 errors, 0 warnings, 1 note, 1 ignored"


def test_a_byte_order_mark_is_not_a_column() -> None:
    (first, second) = run("checkModels", "\ufeffmodls: 5\nmodels: {ollama/a: {timout: 5}}\ndefault: ollama/a\n").value[
        "findings"
    ]  # type: ignore[misc]
    assert [first[name] for name in ("line", "column", "endColumn", "modelId", "field")] == [1, 1, 6, None, None]
    assert [second[name] for name in ("line", "column", "endColumn")] == [2, 21, 27]
    assert (second["modelId"], second["field"]) == ("ollama/a", "timout")


def test_check_looks_at_the_place_and_the_day() -> None:
    text = f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n"
    place = Place(PATH, 0o644, "/home/me/project", tracked="yes", ignored=True)
    diagnostics = run("checkModels", text, place=place, today=date(2026, 11, 22)).value["findings"]
    assert [item["rule"] for item in diagnostics] == ["readable-by-others", "tracked-by-git", "deprecated-model"]  # type: ignore[attr-defined]


def test_a_line_for_each_problem_and_a_summary() -> None:
    assert render_check(result(*THREE), Shell()) == (
        f"{FILE}:2:3 hint unknown-model openai lists no model 'openai/😀gpt'.\n"
        f"{FILE}:2:25 error wrong-type Write a number.[2J\n"
        f"{FILE}:2:17 warning unknown-field Write timeout.\n"
        "1 error, 1 warning, 1 note\n"
    )


def test_the_file_is_named_from_the_folder_around_it() -> None:
    first = render_check(result(THREE[0]), Shell(FOLDER)).splitlines()[0]
    assert first.startswith(".aloop/models.yaml:2:3 ")
    elsewhere = render_check(result(THREE[0]), Shell("/elsewhere"))
    assert elsewhere.startswith(f"{FILE}:2:3 ")


def test_colour_only_where_it_is_asked_for() -> None:
    assert render_check(result(THREE[2]), Shell(FOLDER, is_colored=True)) == (
        "\x1b[1m.aloop/models.yaml:2:17\x1b[0m \x1b[33mwarning\x1b[0m \x1b[2munknown-field\x1b[0m Write timeout.\n"
        "\x1b[33m0 errors, 1 warning, 0 notes\x1b[0m\n"
    )
    assert (
        render_check(result(), Shell(FOLDER, is_colored=True)) == "\x1b[32mNo problems in .aloop/models.yaml.\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("diagnostics", "summary"),
    [
        ((), f"No problems in {FILE}."),
        (THREE[:1] * 2, "0 errors, 0 warnings, 2 notes"),
        (THREE[1:2] * 2, "2 errors, 0 warnings, 0 notes"),
    ],
)
def test_summary(diagnostics: tuple[Diagnostic, ...], summary: str) -> None:
    assert render_check(result(*diagnostics), Shell()).splitlines()[-1] == summary


def test_a_text_without_a_file_has_a_name() -> None:
    assert render_check(result(THREE[2], file=None), Shell()).startswith(".aloop/models.yaml:2:17 warning ")


def test_the_command_s_own_result_is_printed() -> None:
    outcome = check_models(snapshot("models:\n  ollama/llama2:\n"), CheckParameters())
    given = {"message": outcome.message, **outcome.value}
    assert render_check(given, Shell()).startswith(f"{FILE}:1:1 information missing-default ")


def test_in_the_prompt_a_line_for_each_problem() -> None:
    assert render_check(result(*THREE[1:]), Prompt()) == (
        f"2:25 error wrong-type Write a number.[2J\n2:17 warning unknown-field Write timeout.\n{FILE}: …\n"
    )


def test_rules_can_be_turned_off() -> None:
    text = "models:\n  ollama/a:\n    timeout: 5m\n    whatever: 1\ndefault: ollama/a\n"
    for given, left in (
        ({"disable": "wrong-type"}, ["unknown-field"]),
        ({"disable": "wrong-type, unknown-field,"}, []),
        ({"disable": ""}, ["wrong-type", "unknown-field"]),
    ):
        assert [item["rule"] for item in run("checkModels", text, given).value["findings"]] == left  # type: ignore[attr-defined]
    with pytest.raises(RefusedError) as refusal:
        run("checkModels", text, {"disable": "wrong-type,unknwon-field"})
    assert str(refusal.value) == "Unknown rule 'unknwon-field'. Did you mean unknown-field?"
    assert refusal.value.reason == "ruleNotFound"


def test_the_field_of_each_problem() -> None:
    lines = "".join(f"    f{number}: 1\n" for number in range(30))
    text = f"models:\n  ollama/a: &a\n    tim: 5\n  ollama/b:\n    <<: *a\n{lines}    timeout: [5]\ndefault: ollama/b\n"
    found = check_models(snapshot(text), CheckParameters()).value
    assert found is not None
    fields = [(item["modelId"], item["field"]) for item in found["findings"]]
    # A problem of an inherited field is reported at the ID.
    own = [("ollama/b", name) for name in (*(f"f{number}" for number in range(30)), "timeout")]
    assert fields == [("ollama/a", "tim"), ("ollama/b", None), *own]
