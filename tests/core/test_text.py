"""Laws of text: offsets and positions say the same in every encoding, and edits touch only what they name."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.core.lines import Encoding, Lines, Position
from aloop_models.core.text import Edit, Span, apply_edits, compose_edits

PIECES = [
    "a",
    "b:",
    " ",
    "é",
    "\u20ac",
    "🎉",
    "𝒳",
    "\ud83d",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\f",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)
EACH_ENCODING = pytest.mark.parametrize("encoding", list(Encoding))


def inside_a_break(text: str, offset: int) -> bool:
    return text[max(0, offset - 1) : offset + 1] == "\r\n"


@EACH_ENCODING
@given(text=TEXTS)
def test_an_offset_survives_its_position(encoding: Encoding, text: str) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        back = lines.offset(lines.position(offset, encoding), encoding)
        assert back == (offset - 1 if inside_a_break(text, offset) else offset)


@EACH_ENCODING
@given(text=TEXTS)
def test_a_later_offset_has_a_later_position(encoding: Encoding, text: str) -> None:
    lines = Lines(text)
    offsets = [offset for offset in range(len(text) + 1) if not inside_a_break(text, offset)]
    positions = [lines.position(offset, encoding) for offset in offsets]
    assert all(before < after for before, after in itertools.pairwise(positions))


@EACH_ENCODING
@given(text=TEXTS, line=st.integers(-2, 60), column=st.integers(-2, 200))
def test_any_position_leads_into_its_line(encoding: Encoding, text: str, line: int, column: int) -> None:
    lines = Lines(text)
    offset = lines.offset(Position(line, column), encoding)
    if line < 0:
        assert offset == 0
    elif line >= len(lines):
        assert offset == len(text)
    else:
        start, end = lines.span(line)
        assert start <= offset <= end
        assert lines.position(offset, encoding).column <= max(0, column)


@given(text=TEXTS)
def test_the_lines_are_the_text_cut_at_its_breaks(text: str) -> None:
    lines = Lines(text)
    spans = [lines.span(line) for line in range(len(lines))]
    assert [text[slice(*span)] for span in spans] == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    gaps = {text[before.end : after.start] for before, after in itertools.pairwise(spans)}
    assert gaps <= {"\r\n", "\r", "\n"}
    assert (spans[0].start, spans[-1].end) == (0, len(text))
    assert all(lines.line_at(span.start) == line for line, span in enumerate(spans))


@pytest.mark.parametrize(
    ("encoding", "column"),
    [(Encoding.UTF8, 3 + 1 + 4 + 1), (Encoding.UTF16, 1 + 1 + 2 + 1), (Encoding.UTF32, 1 + 1 + 1 + 1)],
)
def test_columns_count_in_the_units_of_the_encoding(encoding: Encoding, column: int) -> None:
    text = "é\r\n\u20ac 🎉x"
    assert Lines(text).position(len(text), encoding) == (1, column)


@pytest.mark.parametrize(
    ("encoding", "column", "offset"),
    [
        (Encoding.UTF8, 2, 1),
        (Encoding.UTF8, 4, 1),
        (Encoding.UTF8, 5, 2),
        (Encoding.UTF16, 2, 1),
        (Encoding.UTF16, 3, 2),
    ],
)
def test_a_column_inside_a_character_is_the_place_before_it(encoding: Encoding, column: int, offset: int) -> None:
    assert Lines("a🎉b").offset(Position(0, column), encoding) == offset


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\f", "\x1c"])
def test_only_the_line_breaks_of_lsp_end_a_line(separator: str) -> None:
    lines = Lines(f"a{separator}b\nc")
    assert (len(lines), lines.text(0), lines.text(1)) == (2, f"a{separator}b", "c")


def test_an_offset_inside_a_line_break_is_the_lines_end() -> None:
    lines = Lines("ab\r\ncd")
    assert [lines.position(offset) for offset in (2, 3, 4)] == [(0, 2), (0, 2), (1, 0)]
    assert lines.span(0) == (0, 2)


def test_places_outside_the_text_are_held_to_it() -> None:
    lines = Lines("ab\n")
    assert (lines.position(-5), lines.position(99)) == ((0, 0), (1, 0))
    assert (lines.offset(Position(0, 99)), lines.offset(Position(9, 0)), lines.offset(Position(-1, 5))) == (2, 3, 0)
    assert (lines.span(-1), lines.span(9)) == ((0, 2), (3, 3))


def test_shifting_keeps_the_length() -> None:
    assert Span(1, 3).shift(4) == (5, 7)
    assert Edit(1, 3, "x").shift(4) == (5, 7, "x")


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(TEXTS)
    offsets = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = zip(offsets[0::2], offsets[1::2], strict=False)
    return text, [Edit(start, end, draw(st.text(max_size=4))) for start, end in spans]


@given(case=texts_with_edits(), order=st.randoms())
def test_edits_touch_only_what_they_name(case: tuple[str, list[Edit]], order: Random) -> None:
    text, edits = case
    shuffled = list(edits)
    order.shuffle(shuffled)
    expected, done = "", 0
    for edit in edits:
        expected += text[done : edit.start] + edit.text
        done = edit.end
    assert apply_edits(text, shuffled) == expected + text[done:]


@given(case=texts_with_edits())
def test_edits_at_once_equal_edits_from_the_end(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    one_by_one = text
    for edit in reversed(edits):
        one_by_one = apply_edits(one_by_one, [edit])
    assert apply_edits(text, edits) == one_by_one


@given(text=TEXTS)
def test_no_edits_change_nothing(text: str) -> None:
    assert apply_edits(text, ()) == text
    assert apply_edits(text, [Edit(0, len(text), text)]) == text


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, ""), Edit(1, 3, "")],
        [Edit(0, 3, "x"), Edit(1, 1, "y")],
        [Edit(2, 1, "")],
        [Edit(-1, 0, "")],
        [Edit(0, 4, "")],
        [Edit(4, 4, "x")],
    ],
)
def test_edits_that_overlap_or_leave_the_text_are_an_error(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps another or leaves the text"):
        apply_edits("abc", edits)


def test_insertions_at_one_place_stand_in_order() -> None:
    assert apply_edits("ab", [Edit(1, 1, "1"), Edit(1, 2, "2")]) == "a12"


@pytest.mark.parametrize(
    ("length", "first", "second", "composed"),
    [
        (6, [], [], ()),
        (6, [Edit(1, 3, "XY")], [Edit(2, 4, "z")], (Edit(1, 4, "Xz"),)),
        (
            6,
            [Edit(1, 1, "ab"), Edit(4, 6, "")],
            [Edit(0, 2, "Q"), Edit(3, 3, "!")],
            (Edit(0, 1, "Qb!"), Edit(4, 6, "")),
        ),
        (3, [Edit(0, 3, "abcd")], [Edit(1, 2, ""), Edit(4, 4, "e")], (Edit(0, 3, "acde"),)),
        (4, [Edit(4, 4, "x")], [Edit(0, 0, "a"), Edit(5, 5, "b")], (Edit(0, 0, "a"), Edit(4, 4, "xb"))),
        (5, [Edit(1, 4, "")], [Edit(1, 1, "z")], (Edit(1, 4, "z"),)),
        (5, [Edit(1, 2, "")], [Edit(1, 2, "")], (Edit(1, 3, ""),)),
        (5, [Edit(0, 1, "abc")], [Edit(1, 4, "")], (Edit(0, 2, "a"),)),
        (9, [Edit(2, 3, "")], [Edit(5, 6, "x")], (Edit(2, 3, ""), Edit(6, 7, "x"))),
    ],
)
def test_two_lists_of_edits_as_one(
    length: int, first: list[Edit], second: list[Edit], composed: tuple[Edit, ...]
) -> None:
    assert compose_edits(length, first, second) == composed


@given(case=texts_with_edits(), data=st.data())
def test_composed_edits_do_what_both_do(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, first = case
    between = apply_edits(text, first)
    offsets = sorted(data.draw(st.lists(st.integers(0, len(between)), max_size=8, unique=True)))
    spans = zip(offsets[0::2], offsets[1::2], strict=False)
    second = [Edit(start, end, data.draw(st.text(max_size=4))) for start, end in spans]
    assert apply_edits(text, compose_edits(len(text), first, second)) == apply_edits(between, second)
