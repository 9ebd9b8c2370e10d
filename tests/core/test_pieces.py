"""Pieces of a text that are read alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.core import pieces, reader
from aloop_models.core.lines import RARE_BREAK, STEP
from aloop_models.core.nodes import Pair
from aloop_models.core.pieces import Piece, cut, read_entries, read_piece
from aloop_models.core.reader import read_document
from aloop_models.core.yaml_reader import Problem, Reading, read, read_parts

REACHES_OUT = re.compile(
    rf"\t|{RARE_BREAK}|\ufeff|<<|(?:^|[\s\[{{,:-])[&*][^\s]|^[ ]*[?:](?:\s|$)|^(?:---|\.\.\.|%)", re.MULTILINE
)
"""What affects other pieces, in one search, which takes ten times as long."""


@pytest.mark.parametrize("filler", ["    a: b\n", "    a: b\r\n", "x"])
@pytest.mark.parametrize(
    "mark", ["&a 1", "*a", "<<: 1", "\t", "\ufeff", "\x85", "? a", "- &a x", "\n? a", "\n  : a", "\n...", "\n%TAG"]
)
@pytest.mark.parametrize("at", [10, STEP - 3, STEP, 2 * STEP - 2, 2 * STEP - 1, 2 * STEP, 5 * STEP])
def test_what_affects_other_pieces_is_found_in_every_step(filler: str, mark: str, at: int) -> None:
    before = (filler * (at // len(filler) + 1))[:at]
    source = f"{before} {mark}\n{filler * (STEP // len(filler))}"
    assert pieces._reaches_out(source) == (REACHES_OUT.search(source) is not None)


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
        ("models:\n  a/b:\n    timeout: 5\t# tab\n", 1),
        ("models:\r  a/b:\r    timeout: 5\r", 1),
        ("models:\n  - a/b: 1\n  - c/d: 2\n", 1),
        ("models:\n  a/b:\n    timeout: 5\n  c/d:\n    timeout: 5\n", 3),
    ],
)
def test_no_text_is_read_twice(text: str, reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text with an anchor or a list is read whole, others in pieces; the first piece is the text before all keys."""
    sources: list[str] = []

    def counted(source: str) -> Reading:
        sources.append(source)
        return read(source)

    def counted_parts(source: str, parts: list[tuple[int, int]]) -> tuple[Pair, ...] | None:
        sources.append(source)
        return read_parts(source, parts)

    monkeypatch.setattr(pieces, "read", counted)
    monkeypatch.setattr(pieces, "read_parts", counted_parts)
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


def test_fields_of_aliases_and_merge_keys_are_inherited() -> None:
    text = "x: &x {timeout: 5}\nmodels:\n  a/b: &y\n    <<: *x\n    'seed': 1\n  c/d: *y\n  e/f: {top_p: 2}\n"
    found = [
        (placed.model_id, field.name, text[slice(*placed.span(field.key))], field.data, field.inherited)
        for placed in read_document(text).entries
        for field in placed.entry.fields
    ]
    assert found == [
        ("a/b", "timeout", "timeout", 5, True),
        ("a/b", "seed", "'seed'", 1, False),
        ("c/d", "timeout", "timeout", 5, True),
        ("c/d", "seed", "'seed'", 1, True),
        ("e/f", "top_p", "top_p", 2, False),
    ]


ENTRIES = st.lists(
    st.sampled_from(
        [
            "  a/b:\n",
            "  a/b: 1\n",
            "  a/b:\n    timeout: 5\n    stop: [x, 'é']\n",
            '  "c/d":\n    name: "two\n      lines"\n',
            "  c/d: {timeout: 5}\n    # comment\n\n",
            "  e/f: !tag\n    x: |\n      text\n\n  # comment\n",
            "  !tag g/h:\n    timeout: 0x10\n",
            "  - item\n",
            "  broken\n",
            "  [x]: 1\n",
            "  open: [x,\n",
            "  ]: 1\n",
            '  open: "x\n',
            "  <<: {a: 1}\n",
            "  k: &x 1\n",
            "  null:\n",
            "  ? k\n",
            "  wide:\r\n    a: 1\r\n",
        ]
    ),
    min_size=1,
    max_size=5,
)


@given(ENTRIES)
def test_entries_that_are_read_together_are_read_as_each_one_alone(sources: list[str]) -> None:
    text = f"models:\n{''.join(sources)}"
    spans = [(start, end) for kind, start, end in cut(text) if kind == "e"]
    together = read_entries(text, spans) if spans else None
    for (start, end), piece in zip(spans, together or (), strict=False):
        alone = read_piece(text[start:end], "e")
        assert alone.context_free
        assert alone.problem is None
        assert _parts(piece) == _parts(alone)


def _parts(piece: Piece) -> tuple[object, ...]:
    entry = piece.entry
    assert entry is not None
    return (
        (entry.model_id, entry.key, entry.value, entry.fields),
        (dict(entry.profile), entry.readable, entry.faults, entry.end),
        (piece.context_free, piece.pair, piece.problem, piece.root),
    )


def test_entries_of_a_new_text_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "models:\n" + "".join(f"  ollama/m{number}:\n    timeout: 5\n" for number in range(120))
    monkeypatch.setattr(reader, "read_piece", lambda source, kind: read_piece(source, kind) if kind != "e" else None)
    document = read_document(text)
    assert [placed.model_id for placed in document.entries] == [f"ollama/m{number}" for number in range(120)]
    assert all(text.startswith(placed.model_id, placed.key_span.start) for placed in document.entries)
