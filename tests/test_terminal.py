"""What the command line and the agent print with."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import click
import pytest

from aloop_models.cli.main import make_cli
from aloop_models.errors import PeerGoneError, RefusedError
from aloop_models.features.table import Column
from aloop_models.terminal import (
    error_view,
    name_selected_file,
    note,
    print_json,
    print_markdown,
    print_table,
    refusal_view,
    select_file,
)

COLUMNS = (Column("MODEL", is_id=True), Column("CAPABILITIES", wraps=12))
ROWS = [("openai/gpt-4o", "tools vision schema cache"), ("openai/o1", "tools\x1b[31m")]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_each_row_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, ROWS)
    assert capsys.readouterr().out.splitlines() == [
        "MODEL          CAPABILITIES",
        "openai/gpt-4o  tools vision schema cache",
        "openai/o1      tools[31m",
    ]


def test_a_terminal_gets_rows_of_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "30")
    print_table(COLUMNS, ROWS)
    assert [line.rstrip() for line in screen.getvalue().splitlines()] == [
        "MODEL          CAPABILITIES",
        "openai/gpt-4o  tools vision",
        "               schema cache",
        "openai/o1      tools[31m",
    ]


def test_json_has_floats_as_a_person_writes_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"message": "é", "costs": [0.11726400000000001, 0.1 + 0.2, 3.0, 1e-7, None], "more": {"seconds": 0.3}})
    written = json.loads(capsys.readouterr().out, parse_float=str)
    assert written == {"message": "é", "costs": ["0.117264", "0.3", "3.0", "1e-07", None], "more": {"seconds": "0.3"}}


def test_each_error_has_the_same_shape_in_json() -> None:
    shape = {"reason": "wrong", "message": "No.", "suggestions": ["a"]}
    assert error_view("wrong", "No.", ("a",)) == {"error": shape}
    assert refusal_view(RefusedError("wrong", "No.", ("a",))) == {"error": shape}
    assert refusal_view(PeerGoneError("It ended.")) == {
        "error": {"reason": "refused", "message": "It ended.", "suggestions": []}
    }


PAGE = "# a-rule\n\nWrite `a`, not `b`.\x1b[31m\n\n```yaml\na: 1\n```\n"


def test_a_pipe_gets_markdown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_markdown(PAGE)
    assert capsys.readouterr().out == PAGE.replace("\x1b", "")


def test_a_terminal_gets_markdown_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "dumb")
    print_markdown(PAGE)
    lines = [line.strip() for line in screen.getvalue().splitlines()]
    assert [line for line in lines if line] == ["a-rule", "Write a, not b.[31m", "a: 1"]


def test_a_terminal_without_rich_gets_markdown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    print_markdown(PAGE)
    assert screen.getvalue() == PAGE.replace("\x1b", "")


def test_a_note_is_beside_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    note("Stopped.\x07")
    assert capsys.readouterr() == ("", "Stopped.\n")


class TestSelectedFile:
    """What is printed names the file that an option selected, so that its next step changes that file."""

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("Set one: aloop models key openai/o1", "Set one: aloop models key --config o.yaml openai/o1"),
            (
                "Run: aloop models edit a/b, or: aloop models switch a/b.",
                "Run: aloop models edit --config o.yaml a/b, or: aloop models switch --config o.yaml a/b.",
            ),
            ("For one run: aloop --model a/b.", "For one run: aloop --config o.yaml --model a/b."),
            ('Ask: aloop --task "…"', 'Ask: aloop --config o.yaml --task "…"'),
            ("Add: aloop compare TEXT --models a", "Add: aloop compare --config o.yaml TEXT --models a"),
            ("models.yaml is not valid YAML (line 2).", "o.yaml is not valid YAML (line 2)."),
            ("'models' in models.yaml is not a mapping.", "'models' in o.yaml is not a mapping."),
            ("aloop: No. Correct roles in models.yaml.", "aloop: No. Correct roles in o.yaml."),
            *(
                (text, text)
                for text in (
                    "aloop models test: It is not ready.",
                    "aloop compare: It is not ready.",
                    "Too many arguments. See: aloop models add --help",
                    "List its models: aloop models catalog openai",
                    "Remove it there first: aloop models remove a/b --global. Nothing was changed.",
                    "Create it: aloop models init --config new.yaml",
                    "/p/models.yaml has no models. /model list",
                    "Only models.yaml is read.",
                )
            ),
        ],
    )
    def test_texts(self, text: str, named: str) -> None:
        assert name_selected_file(text) == text
        select_file(Path("o.yaml"))
        assert name_selected_file(text) == named == name_selected_file(named)

    @pytest.mark.parametrize(("name", "verb"), make_cli().commands.items())
    def test_every_command_gets_an_option_that_it_has(self, name: str, verb: click.Command) -> None:
        options = {option for parameter in verb.params for option in parameter.opts}
        text = f"Run: aloop models {name}"
        select_file(Path("my models.yaml"))
        assert name_selected_file(text) == text + " --config 'my models.yaml'" * ("--config" in options)
        select_file(Path("/h/models.yaml"), is_global=True)
        option = "--global" if "--global" in options else "--config /h/models.yaml"
        assert name_selected_file(text) == text + f" {option}" * ("--config" in options)

    def test_notes_tables_and_messages(self, capsys: pytest.CaptureFixture[str]) -> None:
        select_file(Path("o.yaml"))
        text, named = "aloop models check", "aloop models check --config o.yaml"
        note(text)
        print_table((Column(is_id=True), Column()), [("a", text)])
        assert capsys.readouterr() == (f"a  {named}\n", f"{named}\n")
        print_json({**error_view("wrong", text), "diff": text, "results": [{"message": text}]})
        error = {"reason": "wrong", "message": named, "suggestions": []}
        written = json.loads(capsys.readouterr().out)
        assert written == {"error": error, "diff": text, "results": [{"message": named}]}
