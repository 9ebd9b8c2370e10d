"""Picking one or several models from a list, with the keys that a person presses."""

from __future__ import annotations

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from aloop_models.agent.picker import pick, pick_several

ROWS = [("a/one", "a/one", ""), ("b/two", "b/two", "8B"), ("b/three", "b/three", "")]
DOWN, UP, ALL, CANCEL = "\x1b[B", "\x1b[A", "\x01", "\x03"


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
        assert await pick(ROWS, "b/two", "Switch to", (typed, DummyOutput())) == expected
