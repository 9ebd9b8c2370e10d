"""Text tables."""

from __future__ import annotations

import pytest

from aloop_models.features.table import Column, fit_table, render_table, width


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


MODELS = (
    Column(shorten=60),
    Column("NAME", shorten=65, drop=50),
    Column("ID", is_id=True, shorten=40),
    Column("CONTEXT", drop=20),
    Column("READY", wraps=12),
)
ROWS = [
    (("current, default", ">*"), "The Good One", "openai/gpt-6-sol", "922K", "yes"),
    ("", "", "ollama/llama3.1", "8K", "no: it has no API key"),
    (("default", " *"), "", "bedrock/us.anthropic.claude-sonnet-4-5-v1:0", "", "yes"),
]


@pytest.mark.parametrize(
    ("most", "table"),
    [
        (
            200,
            """\
                  NAME          ID                                           CONTEXT  READY
current, default  The Good One  openai/gpt-6-sol                             922K     yes
                                ollama/llama3.1                              8K       no: it has no API key
default                         bedrock/us.anthropic.claude-sonnet-4-5-v1:0           yes
""",
        ),
        (
            82,
            """\
    ID                                           CONTEXT  READY
>*  openai/gpt-6-sol                             922K     yes
    ollama/llama3.1                              8K       no: it has no API key
 *  bedrock/us.anthropic.claude-sonnet-4-5-v1:0           yes
""",
        ),
        (
            60,
            """\
    ID                                          READY
>*  openai/gpt-6-sol                            yes
    ollama/llama3.1                             no: it has
                                                no API key
 *  bedrock/us.anthropic.claude-sonnet-4-5-v1:0
                                                yes
""",
        ),
        (
            44,
            """\
    ID                          READY
>*  openai/gpt-6-sol            yes
    ollama/llama3.1             no: it has
                                no API key
 *  bedrock/us.anthropic.claude-sonnet-4-5-v1:0
                                yes
""",
        ),
    ],
)
def test_a_table_fits_its_terminal(most: int, table: str) -> None:
    assert fit_table(MODELS, ROWS, most) == table


def test_a_pipe_gets_whole_rows_and_every_column() -> None:
    assert fit_table(MODELS, ROWS, None).splitlines()[1].split("  ")[:2] == ["current, default", "The Good One"]
    assert fit_table((Column("A"), Column("B")), [("1", "")], None) == "A  B\n1\n"
    assert fit_table((Column("A"), Column("B")), [("1", "")], 80) == "A\n1\n"


def test_a_text_without_room_is_below_its_row() -> None:
    columns = (Column(), Column(wraps=30))
    rows = [("/model add MODEL [FIELD=VALUE]…", "Add a model to the file."), ("/model list", "List the models.")]
    assert fit_table(columns, rows, 50) == (
        "/model add MODEL [FIELD=VALUE]…\n    Add a model to the file.\n/model list\n    List the models.\n"
    )
    assert fit_table(columns, rows, 80).splitlines()[1] == "/model list                      List the models."


def test_words_are_cut_only_after_a_word_and_empty_rows_separate() -> None:
    columns = (Column("MODEL", is_id=True), Column("CAPABILITIES", shorten=2, drop=1))
    rows = [("openai/gpt-4o", "tools vision json_schema pdf"), ("", ""), ("openai/o1", "tools")]
    assert fit_table(columns, rows, 34) == (
        "MODEL          CAPABILITIES\nopenai/gpt-4o  tools vision …\n\nopenai/o1      tools\n"
    )
    assert fit_table(columns, rows, 24) == "MODEL\nopenai/gpt-4o\n\nopenai/o1\n"


def test_a_column_that_was_dropped_comes_back_if_a_wider_one_is_dropped_too() -> None:
    columns = (Column("ID", is_id=True), Column("SIZE", drop=2), Column("NAME", drop=1))
    assert fit_table(columns, [("a", "1", "a long name of a model")], 20) == "ID  SIZE\na   1\n"
