"""Renaming entries: each key and each use, with its quotes, and nothing else."""

import pytest

from aloop_models.core.edits import rename_duplicate, rename_entry
from aloop_models.core.reader import read_document
from support.edit_files import after, refusal

TEXT = """\
models:
  a/b: &e  # one
    name: a/b
  'a/b':
    name: y
  c/d: {name: *e}
roles: {small: a/b, "large": 'a/b', a/b: c/d}
fallbacks: [a/b, "c/d", a/b]
other: [a/b, c/d]
default: "a/b"
"""
DOCUMENT = read_document(TEXT)
KNOWN = "The model is already in models.yaml."
UNKNOWN = "models.yaml has no such model."
NOT_WRITABLE = (
    "A value cannot be written in YAML. Use text, numbers, true or false, and lists and mappings "
    "with at most 40 levels."
)
NOT_OWN = "The entry comes from a merge key ('<<') or an alias. Edit it manually where it is defined."


def replaced(*changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def test_every_use_is_renamed() -> None:
    text = TEXT.replace("name: *e", "name: x")
    expected = replaced(
        ("  a/b: &e", "  n/m: &e"),
        ("  'a/b':", "  'n/m':"),
        ("name: *e", "name: x"),
        ("small: a/b, \"large\": 'a/b'", "small: n/m, \"large\": 'n/m'"),
        ('[a/b, "c/d", a/b]', '[n/m, "c/d", n/m]'),
        ('default: "a/b"', 'default: "n/m"'),
    )
    assert after(read_document(text), rename_entry(read_document(text), "a/b", "n/m")) == expected


def test_an_id_with_special_characters_is_quoted_where_needed() -> None:
    expected = replaced(("  c/d: {", "  'n: m': {"), ("a/b: c/d", "a/b: 'n: m'"), ('"c/d"', '"n: m"'))
    assert after(DOCUMENT, rename_entry(DOCUMENT, "c/d", "n: m")) == expected


def test_in_braces_more_characters_need_quotes() -> None:
    text = "{models: {a/b: , c/d: }, roles: {x: a/b}, fallbacks: [a/b], default: a/b}"
    expected = "{models: {'a/b:c': , c/d: }, roles: {x: 'a/b:c'}, fallbacks: ['a/b:c'], default: 'a/b:c'}"
    assert after(read_document(text), rename_entry(read_document(text), "a/b", "a/b:c")) == expected
    text = "models:\n  a/b:\nfallbacks:\n  - a/b\nroles:\n  x: a/b\ndefault: a/b\n"
    assert after(read_document(text), rename_entry(read_document(text), "a/b", "a/b:c")) == text.replace("a/b", "a/b:c")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("c/d", "a/b", KNOWN),
        ("x/y", "n/m", UNKNOWN),
        ("x/y", "x/y", UNKNOWN),
        ("c/d", "\ud800", NOT_WRITABLE),
    ],
)
def test_a_rename_that_is_refused(old: str, new: str, reason: str) -> None:
    assert refusal(rename_entry(DOCUMENT, old, new)) == reason


def test_the_same_id_needs_no_edit() -> None:
    assert rename_entry(DOCUMENT, "a/b", "a/b") == ()


def test_a_default_without_a_value_stays() -> None:
    text = "models:\n  ~: {}\n  'null': {}\n  a/b:\ndefault: null\nroles: {x: null}\nfallbacks: [null]\n"
    document = read_document(text)
    expected = text.replace("'null'", "'n/m'")
    assert after(document, rename_entry(document, "null", "n/m")) == expected


@pytest.mark.parametrize("text", ["k: &k a/b\nmodels:\n  *k : {name: x}\n", "base: &b {a/b: {}}\nmodels:\n  <<: *b\n"])
def test_an_id_that_is_defined_elsewhere(text: str) -> None:
    document = read_document(text)
    assert refusal(rename_entry(document, "a/b", "n/m")) == NOT_OWN
    assert refusal(rename_duplicate(document, document.entries[0], "n/m")) == NOT_OWN


@pytest.mark.parametrize(("index", "old", "new"), [(0, "  a/b: &e", "  n/m: &e"), (1, "  'a/b':", "  'n/m':")])
def test_one_of_two_entries_with_the_same_id(index: int, old: str, new: str) -> None:
    edits = rename_duplicate(DOCUMENT, DOCUMENT.entries[index], "n/m")
    assert after(DOCUMENT, edits) == replaced((old, new))


@pytest.mark.parametrize(("new", "reason"), [("c/d", KNOWN), ("a/b", KNOWN), ("\ud800", NOT_WRITABLE)])
def test_a_duplicate_that_keeps_its_id(new: str, reason: str) -> None:
    assert refusal(rename_duplicate(DOCUMENT, DOCUMENT.entries[0], new)) == reason


def test_a_duplicate_of_another_file() -> None:
    other = read_document("models:\n  x/y:\n").entries[0]
    assert refusal(rename_duplicate(DOCUMENT, other, "n/m")) == UNKNOWN
