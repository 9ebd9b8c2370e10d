"""The document of a text: its sections and entries, what is refused, and what the next version has of it."""

from __future__ import annotations

import pytest

from aloop_models.core import reader
from aloop_models.core.document import Document
from aloop_models.core.limits import MAX_BYTES
from aloop_models.core.nodes import Node, shift
from aloop_models.core.pieces import cut
from aloop_models.core.reader import read_document, read_whole
from aloop_models.core.yaml_reader import TOO_LARGE, UNREADABLE, Problem, Reading, read, syntax_problem

NOT_A_WORD = "a key must be a single word or number"


def source_of(document: Document, node: Node | None) -> str | None:
    return None if node is None else document.text[node.start : node.end]


def drawn(document: Document) -> list[tuple[str | None, ...]]:
    """The texts of all sections, entries and faults."""
    return [
        *((item.name, source_of(document, item.key), source_of(document, item.value)) for item in document.sections),
        *((document.text[slice(*placed.full_span)],) for placed in document.entries),
        *((document.text[slice(*span)], reason) for span, reason in document.faults),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "a: 1\nmodels:\n  b/c:\n    timeout: 5\ndefault: b/c\n",
            [("a", "a", "1"), ("models", "models", None), ("default", "default", "b/c"), ("b/c:\n    timeout: 5",)],
        ),
        ("models: {a/b: {}}\n", [("models", "models", "{a/b: {}}"), ("a/b: {}",)]),
        ("models:\n", [("models", "models", "")]),
        ("models: 1\n", [("models", "models", "1")]),
        # A value of an entry that is refused is in the entry, of which the last `models` has those that count.
        (
            "a: =\nmodels: {b/c: =}\n",
            [("a", "a", "="), ("models", "models", "{b/c: =}"), ("b/c: =",), ("=", UNREADABLE)],
        ),
        (
            "!!int x: [=]\n",
            [("x", "x", "[=]"), ("x", "this value cannot be read as what its tag says"), ("=", UNREADABLE)],
        ),
        (
            "models:\n  a/b: [=]\nmodels:\n  c/d:\n",
            [("models", "models", None), ("models", "models", None), ("c/d:",), ("=", UNREADABLE)],
        ),
        (
            "models:\n  a/b: =\nmodels: {c/d: 1}\n",
            [("models", "models", None), ("models", "models", "{c/d: 1}"), ("c/d: 1",), ("=", UNREADABLE)],
        ),
        (
            "models: {a/b: =}\nmodels:\n  c/d: 1\n",
            [("models", "models", "{a/b: =}"), ("models", "models", None), ("c/d: 1",), ("=", UNREADABLE)],
        ),
    ],
)
def test_a_document_that_is_read_in_pieces(text: str, parts: list[tuple[str | None, ...]]) -> None:
    document = read_document(text)
    assert (document.text, document.problems, document.other_root, document.tree) == (text, (), None, None)
    assert drawn(document) == parts
    assert all(placed.entry.readable for placed in document.entries)
    assert drawn(read_whole(text))[-1] == parts[-1]
    assert read_whole(text).tree is not None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("~\n", []),
        ("{a: 1}\n", [("a", "a", "1")]),
        ("x: &x 1\nmodels: {}\n", [("x", "x", "1"), ("models", "models", "{}")]),
        ("x: &x 1\nmodels: {a/b: *x}\n", [("x", "x", "1"), ("models", "models", "{a/b: *x}"), ("a/b: *x",)]),
        (
            "x: &x =\nmodels:\n  a/b: =\nmodels:\n  c/d: [=]\n",
            [
                ("x", "x", "="),
                ("models", "models", "a/b: ="),
                ("models", "models", None),
                ("c/d: [=]",),
                ("=", UNREADABLE),
                ("=", UNREADABLE),
            ],
        ),
        (
            "x: &x y\n*x : 1\nmodels:\n  ? [z]\n  : 1\n  0: 2\n",
            [("x", "x", "y"), ("models", "models", None), ("0: 2",), ("[z]", NOT_A_WORD), ("*x", NOT_A_WORD)],
        ),
        ("a: 1\n\ufeff# c\nmodels:\n  b/c:\n", [("a", "a", "1"), ("models", "models", None), ("b/c:",)]),
        ("\ufeffa: 1\n\ufeff# c\nb: 2\n", [("a", "a", "1"), ("b", "b", "2")]),
    ],
)
def test_a_document_that_is_read_whole(text: str, parts: list[tuple[str | None, ...]]) -> None:
    for document in (read_document(text), read_whole(text)):
        assert (document.text, document.problems, document.other_root) == (text, (), None)
        assert source_of(document, document.tree) == text.strip("\ufeff\n")
        assert drawn(document) == parts
        assert all(placed.entry.readable for placed in document.entries)


@pytest.mark.parametrize(
    ("text", "root"), [("", None), ("# c\n", None), ("a\n", "a"), ("''\n", "''"), ("=\n", "="), ("- a\n", "- a")]
)
def test_a_document_without_keys(text: str, root: str | None) -> None:
    document = read_document(text)
    assert (document.text, document.sections, document.entries) == (text, (), ())
    assert (document.problems, source_of(document, document.other_root)) == ((), root)


@pytest.mark.parametrize(
    ("text", "problems", "model_ids"),
    [
        # Only the whole text shows that the byte order mark ends the entries.
        (
            "models:\n  a/b: 1\n\ufeff  c/d: 2\n",
            [Problem("did not find expected key", 20, "while parsing a block mapping", 10)],
            ["a/b"],
        ),
        (
            "\ufeffa: [\n\ufeffb: : 1\n",
            [Problem("did not find expected node content", 10, "while parsing a flow node", 10)],
            [],
        ),
        ("\n\ufeffa: [\n", [Problem("did not find expected node content", 7, "while parsing a flow node", 7)], []),
        # The bracket of the first piece is closed in the second one.
        (
            "a: {b: 1,\nc: 2}\nd: e: f\n",
            [Problem("mapping values are not allowed in this context", 20, start=16)],
            [],
        ),
        (
            "a: 'b\nc: 'd\n",
            [
                Problem("found unexpected end of stream", 6, "while scanning a quoted scalar", 3, 0),
                Problem("found unexpected end of stream", 12, "while scanning a quoted scalar", 9, 6),
            ],
            [],
        ),
        # The quote is not closed, which is not a problem of the bracket before it.
        (
            "a: [\nb: 'x\nc: d: e\n",
            [
                Problem("found unexpected end of stream", 11, "while scanning a quoted scalar", 8, 5),
                Problem("mapping values are not allowed in this context", 15, start=11),
            ],
            [],
        ),
        ("a: [\n}\n", [Problem("did not find expected node content", 5, "while parsing a block node", 5, 5)], []),
        # The bracket is never closed, so all after it is inside.
        (
            "models:\n  a/b:\n  c/d: [\n  e/f: 1\n",
            [Problem("did not find expected ',' or ']'", 33, "while parsing a flow sequence", 22)],
            ["a/b", "c/d", "e/f"],
        ),
    ],
)
def test_the_problems_of_a_document(text: str, problems: list[Problem], model_ids: list[str]) -> None:
    for document in (read_document(text), read_whole(text)):
        assert [*document.problems] == problems
        assert [placed.model_id for placed in document.entries] == model_ids
        assert document.text == text


def test_a_text_above_the_limit_has_no_parts() -> None:
    document = read_document("#" * (MAX_BYTES + 1))
    assert (document.text, document.sections, document.entries) == ("", (), ())
    assert (document.problems, document.other_root) == ((Problem(TOO_LARGE, 0, "is larger than 4 MiB"),), None)


def test_the_text_before_a_broken_entry_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sources: list[str] = []

    def counted(source: str) -> Problem | None:
        sources.append(source)
        return syntax_problem(source)

    def counted_whole(source: str) -> Reading:
        sources.append(source)
        return read(source)

    monkeypatch.setattr(reader, "syntax_problem", counted)
    monkeypatch.setattr(reader, "read", counted_whole)
    read_document("models:\n  a/b: 1\n  c/d:\n    e: [\n  f/g: 1\n")
    assert sources == ["models:\n  x:\n  c/d:\n    e: [\n  f/g: 1\n"]
    sources.clear()
    read_document("a: 1\nb: 1\nc: [\nd: 1\n")
    assert sources == ["x:\nc: [\nd: 1\n"]
    sources.clear()
    read_document("models:\n  a/b: [\n  c/d: 1\n")
    assert sources == ["models:\n  a/b: [\n  c/d: 1\n"]
    sources.clear()
    read_document("a: 1\nb: [\nc: 1\n")
    assert sources == ["x:\nb: [\nc: 1\n"]


TEXT = "models:\n  a/b: 1\n  c/d: 2\n  e/f: 3\ndefault: a/b\n"


@pytest.mark.parametrize(
    ("between", "is_read_whole"),
    [(f"x: &x 1\n{TEXT}", True), (f"{TEXT}? x\n: 1\n", True), (f"{TEXT}\ufeff# c\n", True), (f"# c\n{TEXT}", False)],
)
def test_the_next_version_has_the_entries_that_are_the_same(between: str, is_read_whole: bool) -> None:
    first = read_document(TEXT)
    second = read_document(between, first)
    assert (second.tree is not None) == is_read_whole
    third = read_document(TEXT.replace("2", "4"), second)
    same = [old.entry is new.entry for old, new in zip(first.entries, third.entries, strict=True)]
    assert same == [True, False, True]
    assert [placed.entry.profile for placed in third.entries] == [{}, {}, {}]
    assert [source_of(third, shift(placed.entry.value, placed.start)) for placed in third.entries] == ["1", "4", "3"]


def test_equal_entries_are_read_once() -> None:
    first, second, third = read_document("models:\n  a/b: 1\n  c/d: 2\n  a/b: 1\n").entries
    assert first.entry is third.entry
    assert first.entry is not second.entry
    assert [placed.key_span for placed in (first, second, third)] == [(10, 13), (19, 22), (28, 31)]


@pytest.mark.parametrize(
    ("known", "groups"),
    [
        ([], [["a/b", "c/d"], ["e/f", "g/h", "i/j", "k/l"]]),
        (["c/d"], [["a/b", "e/f", "g/h", "i/j", "k/l"]]),
        (["g/h"], [["a/b", "c/d"], ["i/j", "k/l"]]),
        (["k/l"], [["a/b", "c/d"], ["e/f", "g/h", "i/j"]]),
        (["c/d", "i/j"], [["a/b", "e/f", "g/h"]]),
    ],
)
def test_new_entries_that_follow_each_other_are_a_group(known: list[str], groups: list[list[str]]) -> None:
    """A group never has two equal entries, and an entry that would be alone in a group is in none."""
    names = ["a/b", "c/d", "a/b", "e/f", "g/h", "i/j", "k/l"]
    text = "models:\n" + "".join(f"  {name}: 1\n" for name in names) + "default: a/b\n"
    found = reader._new_entries(text, [*cut(text)], {f"e  {name}: 1\n" for name in known})
    assert [[text[start : end - 4].strip() for start, end in group] for group in found] == groups


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, []), (2, [2]), (50, [50]), (51, [50]), (52, [50, 2]), (100, [50, 50])]
)
def test_a_group_has_50_entries(count: int, sizes: list[int]) -> None:
    text = "models:\n" + "".join(f"  a/{number}: 1\n" for number in range(count))
    assert [len(group) for group in reader._new_entries(text, [*cut(text)], ())] == sizes
