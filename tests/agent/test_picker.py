"""Picking one or several models from a list, with the keys that a person presses."""

from __future__ import annotations

import asyncio
import time
from io import StringIO

import pyte
import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output

from aloop_models.agent.favorites import Favorites
from aloop_models.agent.picker import choose, pick, pick_several, rows_of

ROWS = [("a/one", "a/one", ""), ("b/two", "b/two", "8B"), ("b/three", "b/three", "")]
DOWN, UP, ALL, CANCEL, STAR = "\x1b[B", "\x1b[A", "\x01", "\x03", "\x06"


async def several(keys: str) -> tuple[str, ...] | None:
    with create_pipe_input() as typed:
        typed.send_text(keys)
        return await pick_several(ROWS, (typed, DummyOutput()))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("\r", ("a/one",)),
        (f"{DOWN}\r", ("b/two",)),
        (" \r", ("a/one",)),
        (f" {DOWN}{DOWN} \r", ("a/one", "b/three")),
        (f"{DOWN}{DOWN} {UP}{UP} \r", ("a/one", "b/three")),
        (f" {DOWN} {UP} \r", ("b/two",)),
        (f"{ALL}\r", ("a/one", "b/two", "b/three")),
        (f"{ALL} \r", ("b/two", "b/three")),
        (f"b/{ALL}\r", ("b/two", "b/three")),
        (f"{DOWN} thr \r", ("b/two", "b/three")),
        (f"{ALL}{ALL}{DOWN}\r", ("b/two",)),
        (CANCEL, None),
        (f"zzz \r{CANCEL}", None),
    ],
)
async def test_several(keys: str, expected: tuple[str, ...] | None) -> None:
    assert await several(keys) == expected


@pytest.mark.parametrize(
    ("keys", "expected"), [("\r", "b/two"), (f"{UP}\r", "a/one"), ("thr\r", "b/three"), (CANCEL, None)]
)
async def test_one(keys: str, expected: str | None) -> None:
    with create_pipe_input() as typed:
        typed.send_text(keys)
        assert await pick(ROWS, "b/two", Favorites(), terminal=(typed, DummyOutput())) == expected


async def test_favorites_are_marked_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    favorites = Favorites()
    for keys, expected in ((f"{STAR}{DOWN}{STAR}\r", ("b/two", "b/three")), (f"thr{STAR}\r", ("b/two",))):
        with create_pipe_input() as typed:
            typed.send_text(keys)
            assert await pick(ROWS, "b/two", favorites, terminal=(typed, DummyOutput())) == "b/three"
        assert favorites.favorites == expected


def test_favorites_come_first_then_the_models_asked_last() -> None:
    favorites = Favorites()
    for model_id in ("b/two", "gone/model"):
        favorites.toggle(model_id)
    for model_id in ("b/three", "a/four"):
        favorites.add_recent(model_id)
    models = [
        {"modelId": model_id, "displayName": model_id, "default": False, "contextWindow": None, "notReady": None}
        | {"inputPrice": None, "outputPrice": None}
        for model_id in ("a/one", "b/two", "b/three", "a/four", "a/five")
    ]
    assert [row[0] for row in rows_of({"models": models}, None, favorites)] == [
        *("b/two", "a/four", "b/three", "a/one", "a/five")
    ]


@pytest.mark.parametrize(("keys", "expected"), [("\r", "a/one"), (f"{DOWN}\r", "b/two"), (CANCEL, None)])
async def test_a_choice(keys: str, expected: str | None) -> None:
    with create_pipe_input() as typed:
        typed.send_text(keys)
        assert await choose("Where?", ROWS, (typed, DummyOutput())) == expected


@pytest.mark.parametrize("columns", [20, 40, 42, 43, 80])
async def test_the_question_is_whole_in_a_narrow_terminal(columns: int) -> None:
    question = "Where should models and API keys be saved?"
    drawn = StringIO()
    output = Vt100_Output(drawn, lambda: Size(rows=24, columns=columns), term="xterm", enable_cpr=False)
    with create_pipe_input() as typed:
        choosing = asyncio.create_task(choose(question, ROWS, (typed, output)))
        end = time.monotonic() + 20
        while "cancels" not in drawn.getvalue() and time.monotonic() < end:
            await asyncio.sleep(0.02)
        typed.send_text(CANCEL)
        # As it was drawn first, before it is erased.
        first = drawn.getvalue().partition("cancels")[0]
        assert await choosing is None
    screen = pyte.Screen(columns, 24)
    pyte.Stream(screen).feed(first)
    assert "".join(screen.display).startswith(question)
    assert "❯ a/one" in "\n".join(screen.display)
