"""Pieces of a text that are read alone."""

import pytest

from aloop_models.core import pieces
from aloop_models.core.pieces import read_piece

STEP = pieces._STEP


@pytest.mark.parametrize("filler", ["    a: b\n", "    a: b\r\n", "x"])
@pytest.mark.parametrize("mark", ["&a 1", "*a", "<<: 1", "\t", "\ufeff", "\x85", "? a", "- &a x"])
@pytest.mark.parametrize("at", [10, STEP - 3, STEP, 2 * STEP - 2, 2 * STEP - 1, 2 * STEP, 5 * STEP])
def test_what_affects_other_pieces_is_found_in_every_step(filler: str, mark: str, at: int) -> None:
    before = (filler * (at // len(filler) + 1))[:at]
    source = f"{before} {mark}\n{filler * (STEP // len(filler))}"
    assert pieces._reaches_out(source) == (pieces._REACHES_OUT.search(source) is not None)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_long_entry_is_context_free(line_break: str) -> None:
    lines = "".join(f"    f{number}: 1{line_break}" for number in range(20_000))
    piece = read_piece(f"  ollama/a:{line_break}{lines}", "e")
    assert piece.context_free
    assert piece.entry is not None
    assert len(piece.entry.fields) == 20_000
