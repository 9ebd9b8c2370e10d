"""Text tables."""

from __future__ import annotations

from aloop_models.features.table import render_table, width


def test_columns_are_two_spaces_apart_and_lines_end_with_their_text() -> None:
    rows = [("NAME", "ID", ""), ("a", "openai/a", "x"), ("bc", "", "")]
    assert render_table(rows) == "NAME  ID\na     openai/a  x\nbc\n"


def test_a_row_may_have_fewer_columns() -> None:
    assert render_table([("a", "b", "c"), ("long",)]) == "a     b  c\nlong\n"
    assert render_table([]) == ""


def test_columns_count_what_a_terminal_shows() -> None:
    assert [width(text) for text in ("abc", "模型", "e\u0301", "👩\u200d💻", "")] == [3, 4, 1, 2, 0]
    assert render_table([("模型", "x"), ("abcd", "y")]) == "模型  x\nabcd  y\n"
    assert width("a\x07é") == 3
