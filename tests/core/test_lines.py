"""Where lines begin and end, and edits of texts with every line break that YAML 1.1 knows."""

import re
from itertools import product

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.core import lines as lines_module
from aloop_models.core.document import Document
from aloop_models.core.edits import Edits, add_entry, remove_entry, set_default, set_fields
from aloop_models.core.lines import (
    BREAKS,
    LSP_BREAKS,
    Lines,
    Position,
    break_near,
    has_rare_break,
    is_inside_break,
    line_end,
    line_start,
    lines_above,
    lines_in,
    next_line,
)
from aloop_models.core.reader import read_document
from support.edit_files import after

EVERY_BREAK = ("\n", "\r\n", "\r", "\x85", "\u2028", "\u2029")
TEXTS = st.lists(st.sampled_from(["a", " ", "\v", "\f", "\x1c", "\ufeff", "😀", *EVERY_BREAK]), max_size=30).map(
    "".join
)


@given(TEXTS)
def test_lines_are_what_is_between_breaks(text: str):
    rest = text.removeprefix("\ufeff")
    first = len(text) - len(rest)
    expected = re.split(f"\r\n|[{BREAKS}]", rest)
    found = [text[slice(*line)] for line in lines_in(text, first, len(text))]
    assert found == (expected if expected[-1] else expected[:-1])


@given(TEXTS)
def test_the_functions_agree(text: str):
    for offset in range(len(text) + 1):
        start, end, following = line_start(text, offset), line_end(text, offset), next_line(text, offset)
        assert start <= end <= following
        assert not set(text[start:end]) & set(BREAKS)
        assert start <= offset <= following or text[:1] == "\ufeff"
        if not is_inside_break(text, offset):
            assert end >= offset
        below = start
        for line in lines_above(text, start):
            assert line_end(text, line.start) == line.end
            assert next_line(text, line.start) == below
            below = line.start


@given(TEXTS)
def test_a_line_of_yaml_is_on_one_line_of_lsp(text: str):
    lines = Lines(text)
    assert set(LSP_BREAKS) < set(BREAKS)
    for start, end in lines_in(text, 0, len(text)):
        assert lines.line_at(start) == lines.line_at(end)


@given(TEXTS, st.integers(1, 4))
def test_positions_do_not_depend_on_the_blocks(text: str, block: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "_BLOCK", block)
        lines = Lines(text)
    starts = [0, *(found.end() for found in re.finditer("\r\n|[\r\n]", text))]
    assert len(lines) == len(starts)
    for line, (start, following) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        content = re.split("[\r\n]", text[start:following])[0]
        assert lines.span(line) == (start, start + len(content))
        for column in range(len(content) + 1):
            assert lines.position(start + column) == (line, column)
            assert lines.offset(Position(line, column)) == start + column
            assert lines.line_at(start + column) == line


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("a\r\nb\n", 4, "\n"),
        ("a\nb\r\nc", 6, "\r\n"),
        ("a\rb", 3, "\r"),
        ("a\u2028b", 3, "\n"),
        ("a\x85b\r\nc", 2, "\r\n"),
        ("", 0, "\n"),
        ("\r\nb", 3, "\r\n"),
        ("a\r\n\nb", 5, "\n"),
        ("a\n\r\nb", 5, "\r\n"),
        ("a\r\nb", 1, "\r\n"),
        ("a\nb\rc", 3, "\r"),
    ],
)
def test_a_new_line_gets_a_break_of_lsp(text: str, offset: int, expected: str):
    assert break_near(text, offset) == expected


@pytest.mark.parametrize(
    ("text", "has_one"),
    [
        ("", False),
        ("a\n", False),
        ("a\r\nb\r\n", False),
        ("a\rb", True),
        ("a\r\nb\rc", True),
        ("\x85", True),
        ("\u2028", True),
        ("\u2029", True),
        ("\v\f", False),
    ],
)
def test_rare_breaks(text: str, has_one: bool):
    assert has_rare_break(text) is has_one


TEXT = """# first
models:
  a/b:  # beside
    name: "one~two"
    # inside~    # and more
    stop: |
      x
      y

  # between
  c/d: {name: x}
# end
default: a/b
"""


def written(outer: str, inner: str) -> str:
    return TEXT.replace("\n", outer).replace("~", inner)


def new_break(outer: str, inner: str) -> str:
    """The break that an edit writes into such a text."""
    return next((item for item in (outer, inner) if item[-1] in LSP_BREAKS), "\n")


def check(document: Document, edits: Edits, expected: str) -> None:
    """The edited text is exactly what is expected, and both of PyYAML's loaders read it."""
    text = after(document, edits)
    assert text == expected
    assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, yaml.CSafeLoader)
    document = read_document(text)
    data = yaml.safe_load(text)
    assert document.parses
    assert [*document.by_id] == [*data["models"]]
    assert document.default_id == data.get("default")
    assert all(placed.entry.profile == (data["models"][name] or {}) for name, placed in document.by_id.items())


@pytest.mark.parametrize(("outer", "inner"), [*product(EVERY_BREAK, EVERY_BREAK)])
class TestEdits:
    def test_set_default(self, outer: str, inner: str):
        text = written(outer, inner)
        check(
            read_document(text), set_default(read_document(text), "c/d"), text.replace("default: a/b", "default: c/d")
        )

    def test_add_default(self, outer: str, inner: str):
        text = written(outer, inner).replace(f"default: a/b{outer}", "")
        new = new_break(outer, inner)
        check(read_document(text), set_default(read_document(text), "c/d"), f"{text}{new}default: c/d{new}")

    def test_add_entry(self, outer: str, inner: str):
        text = written(outer, inner)
        new = new_break(outer, inner)
        line = f"  c/d: {{name: x}}{outer}"
        added = f"{new}  x/y: {{name: z}}{new}"
        check(
            read_document(text), add_entry(read_document(text), "x/y", {"name": "z"}), text.replace(line, line + added)
        )

    def test_edit_value(self, outer: str, inner: str):
        text = written(outer, inner)
        edits = set_fields(read_document(text), "a/b", {"name": "new"})
        check(read_document(text), edits, text.replace(f'"one{inner}two"', '"new"'))

    def test_edit_block(self, outer: str, inner: str):
        text = written(outer, inner)
        edits = set_fields(read_document(text), "a/b", {"stop": "z"})
        check(read_document(text), edits, text.replace(f"|{outer}      x{outer}      y", "z"))

    def test_set_key(self, outer: str, inner: str):
        text = written(outer, inner)
        edits = set_fields(read_document(text), "a/b", {"api_key": "k"})
        last = f"      y{outer}"
        check(read_document(text), edits, text.replace(last, f"{last}    api_key: k{new_break(outer, inner)}"))

    def test_remove_field(self, outer: str, inner: str):
        text = written(outer, inner)
        edits = set_fields(read_document(text), "a/b", {"name": None})
        # The comments below the field are no deeper than its key, so they stay.
        check(read_document(text), edits, text.replace(f'    name: "one{inner}two"{outer}', ""))

    def test_remove_entry(self, outer: str, inner: str):
        text = written(outer, inner)
        edits = remove_entry(read_document(text), "c/d")
        check(read_document(text), edits, text.replace(f"  c/d: {{name: x}}{outer}", ""))
        start = text.index("  a/b:")
        edits = remove_entry(read_document(text), "a/b")
        check(read_document(text), edits, text[:start] + text[text.index("  # between") :])
