"""What the command line and the agent print with."""

from __future__ import annotations

import io
import json
import sys

import pytest

from aloop_models.errors import PeerGoneError, RefusedError
from aloop_models.features.table import Column
from aloop_models.terminal import error_view, note, print_json, print_markdown, print_table, refusal_view

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
