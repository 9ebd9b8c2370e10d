"""Pieces of a text that are read alone."""

import pytest

from aloop_models.core import pieces, reader
from aloop_models.core.pieces import read_piece
from aloop_models.core.reader import read_document
from aloop_models.core.yaml_reader import Problem, Reading, read

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


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("models:\n  a/b: &x\n    timeout: 5\n  c/d: *x\n", 1),
        ("- a\n- b\n", 1),
        ("models:\n  - a/b: 1\n  - c/d: 2\n", 1),
        ("models:\n  a/b:\n    timeout: 5\n  c/d:\n    timeout: 5\n", 4),
    ],
)
def test_no_text_is_read_twice(text: str, reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text with an anchor or a list is read whole, others in pieces; the first piece is the text before all keys."""
    sources: list[str] = []

    def counted(source: str) -> Reading:
        sources.append(source)
        return read(source)

    monkeypatch.setattr(pieces, "read", counted)
    monkeypatch.setattr(reader, "read", counted)
    document = read_document(text)
    assert document.parses
    assert len(sources) == reads
    assert sum(map(len, sources)) == len(text)


BROKEN = """\
models:
  a/b:
      # A comment that is indented deeper than the fields.
    name: x
    two: 1
      more: 2
    bad: [
    timeout: 5
  c/d:
    seed: 1
"""


def test_the_fields_of_an_entry_that_is_not_valid() -> None:
    document = read_document(BROKEN)
    found = [(placed.model_id, placed.entry.readable, dict(placed.entry.profile)) for placed in document.entries]
    assert found == [("a/b", False, {"name": "x", "timeout": 5}), ("c/d", True, {"seed": 1})]
    entry = document.entries[0]
    ranges = [BROKEN[slice(*entry.span(part))] for field in entry.entry.fields for part in (field.key, field.value)]
    assert ranges == ["name", "x", "timeout", "5"]
    assert BROKEN[slice(*entry.full_span)].startswith("a/b:\n")
    assert BROKEN[slice(*entry.full_span)].endswith("timeout: 5")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("models:\n  a/b\n", None),
        ("models:\n  a/b:\n  c/d\n", Problem("missing colon", 17, start=15)),
        ("models:\n  a/b:\n  c/d\n  e/f:\n", Problem("missing colon", 17, start=15)),
        (
            "models:\n  a/b:\n    x\n  c/d: [\n",
            Problem("did not find expected node content", 30, "while parsing a flow node", 30, 21),
        ),
        # A bracket that a piece leaves open is closed in a later one, so only the quote is a problem.
        (
            "models:\n  a/b: [\n  c/d: 1\n  ]\n  e/f: 'x\n",
            Problem("found unexpected end of stream", 40, "while scanning a quoted scalar", 37, 30),
        ),
        (
            "a: {b: 1,\nc: 2}\nd: [\n",
            Problem("did not find expected node content", 21, "while parsing a flow node", 21, 16),
        ),
        ("a: *x\nb: &x 1\n", Problem("undefined alias", 3)),
    ],
)
def test_the_problem_of_a_piece(text: str, problem: Problem | None) -> None:
    assert read_document(text).problems == (() if problem is None else (problem,))
