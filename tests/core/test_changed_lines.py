"""Many changes of a text, each of the text after the previous one."""

from hypothesis import given
from hypothesis import strategies as st

from aloop_models.core.changed_lines import ChangedLines
from aloop_models.core.lines import Encoding, Lines, Position
from aloop_models.core.text import Edit, apply_edits

TEXTS = st.text("ab\n\ré🎉\u2028\ufeff", max_size=12)
PLACES = st.builds(Position, st.integers(0, 6), st.integers(0, 8))
CHANGES = st.lists(st.tuples(PLACES, PLACES, TEXTS), max_size=6)


@given(TEXTS, CHANGES, st.sampled_from(Encoding))
def test_it_does_what_single_changes_do(text: str, changes: list[tuple[Position, Position, str]], encoding: Encoding):
    changed = ChangedLines(text, encoding)
    for start, end, new in changes:
        lines = Lines(text)
        span = lines.offset(start, encoding), lines.offset(end, encoding)
        is_valid = span[0] <= span[1]
        assert changed.replace(start, end, new) == is_valid
        text = apply_edits(text, [Edit(*span, new)]) if is_valid else text
        assert changed.text == text


def test_a_break_that_is_made_of_two() -> None:
    changed = ChangedLines("a\rb\nc", Encoding.UTF16)
    assert changed.replace(Position(1, 0), Position(1, 1), "")
    assert changed.text == "a\r\nc"
    assert changed.replace(Position(1, 0), Position(1, 1), "d")
    assert changed.text == "a\r\nd"
