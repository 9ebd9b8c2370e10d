"""The check of an edited text: any difference from what was requested is noticed."""

import pytest

from aloop_models.core.edit_check import Meaning, has_meaning, keeps_changes_of, reread, tidy
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit

TEXT = """\
models:
  a/b:
    name: one
    timeout: 5
  c/d:
roles: {small: c/d, large: a/b}
fallbacks: [a/b, c/d]
extra: 1
default: a/b
"""
BEFORE = read_document(TEXT)
UNCHANGED = Meaning.of(BEFORE)


def edited(*changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "text",
    [
        edited(("name: one", "name: two")),
        edited(("    timeout: 5\n", "")),
        edited(("timeout: 5", "timeout: 5.0")),
        edited(("timeout: 5", "timeout: '5'")),
        edited(("  c/d:\n", "")),
        edited(("  c/d:\n", "  c/d:\n  e/f:\n")),
        edited(("  c/d:\n", "  c/e:\n")),
        edited(("  c/d:\n", "  c/d: {}\n")),
        edited(("default: a/b", "default: c/d")),
        edited(("default: a/b\n", "")),
        edited(("extra: 1", "extra: true")),
        edited(("extra: 1", "extra: 1\nmore: null")),
        edited(("extra: 1", "other: 1")),
        edited(("{small: c/d", "{small: a/b")),
        edited(("[a/b, c/d]", "[c/d, a/b]")),
    ],
)
def test_a_text_with_another_meaning(text: str) -> None:
    assert not has_meaning(BEFORE, read_document(text), UNCHANGED)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        edited(("name: one", "name: 'one'  # a comment")),
        edited(("    timeout: 5\n", ""), ("    name: one\n", "    timeout: 5\n    name: one\n")),
        edited(("extra: 1\n", ""), ("default: a/b\n", "default: a/b\nextra: 1\n")),
    ],
)
def test_a_text_with_the_same_meaning(text: str) -> None:
    assert has_meaning(BEFORE, read_document(text), UNCHANGED)


def test_the_order_of_entries_is_part_of_the_meaning() -> None:
    swapped = "models: {c/d: , a/b: {name: one, timeout: 5}}"
    assert not has_meaning(BEFORE, read_document(TEXT.replace(TEXT.partition("roles")[0], f"{swapped}\n")), UNCHANGED)


@pytest.mark.parametrize("value", ["{x: 1}", "[]", "text", "0", "false"])
def test_an_entry_without_fields_is_a_mapping_or_empty(value: str) -> None:
    wanted = UNCHANGED._replace(entries=(UNCHANGED.entries[0], ("c/d", {})))
    found = read_document(edited(("  c/d:\n", f"  c/d: {value}\n")))
    assert has_meaning(BEFORE, found, wanted) is (value in ("[]", "0", "false"))
    assert has_meaning(BEFORE, read_document(edited(("  c/d:\n", "  c/d: {}\n"))), wanted)


def test_a_value_that_cannot_be_read_is_noticed() -> None:
    """The fields are those requested, but one of them got a value that the agent cannot read."""
    broken = read_document(edited(("name: one", "name: !unknown one")))
    assert not has_meaning(BEFORE, broken, UNCHANGED)
    wanted = UNCHANGED._replace(entries=(("a/b", broken.entries[0].entry), UNCHANGED.entries[1]))
    assert not has_meaning(BEFORE, broken, wanted)
    assert has_meaning(broken, broken, wanted)


RENAMED = (("  c/d:\n", "  x/y:\n"), ("small: c/d", "small: x/y"), ("[a/b, c/d]", "[a/b, x/y]"))


@pytest.mark.parametrize(
    ("changes", "is_wanted"),
    [
        (RENAMED, True),
        (RENAMED[:2], False),
        ((RENAMED[0], RENAMED[2]), False),
        (RENAMED[1:], False),
        ((*RENAMED, ("large: a/b", "large: x/y")), False),
        ((*RENAMED, ("extra: 1", "extra: x/y")), False),
    ],
)
def test_a_renamed_entry_is_renamed_everywhere(changes: tuple[tuple[str, str], ...], is_wanted: bool) -> None:
    entries = (UNCHANGED.entries[0], ("x/y", UNCHANGED.entries[1][1]))
    wanted = Meaning(entries, "a/b", ("c/d", "x/y"))
    assert has_meaning(BEFORE, read_document(edited(*changes)), wanted) is is_wanted


def test_only_lists_of_references_contain_the_new_id() -> None:
    text = "models: {a/b: , c/d: }\nother: {x: a/b}\nlist: [a/b]\n"
    before = read_document(text)
    wanted = Meaning((("e/f", before.entries[0].entry), ("c/d", before.entries[1].entry)), None, ("a/b", "e/f"))
    assert has_meaning(before, read_document(text.replace("a/b: ", "e/f: ")), wanted)
    assert not has_meaning(before, read_document(text.replace("a/b", "e/f")), wanted)


SET = edited(("name: one", "name: two"))
REMOVED = edited(("  c/d:\n", ""))
ADDED = edited(("  c/d:\n", "  c/d:\n  e/f: {name: x}\n"))
DEFAULT = edited(("default: a/b", "default: c/d"))


@pytest.mark.parametrize(
    ("parts", "together", "is_kept"),
    [
        ([SET, DEFAULT], edited(("name: one", "name: two"), ("default: a/b", "default: c/d")), True),
        ([SET, DEFAULT], SET, False),
        ([SET, DEFAULT], DEFAULT, False),
        ([DEFAULT, SET], SET, False),
        ([SET, REMOVED], edited(("name: one", "name: two"), ("  c/d:\n", "")), True),
        ([SET, REMOVED], SET, False),
        ([SET, REMOVED], REMOVED, False),
        ([SET, ADDED], edited(("name: one", "name: two"), ("  c/d:\n", "  c/d:\n  e/f: {name: x}\n")), True),
        ([SET, ADDED], edited(("name: one", "name: two"), ("  c/d:\n", "  c/d:\n  e/f: {name: y}\n")), False),
        ([SET, ADDED], SET, False),
        ([SET, edited(("name: one", "name: three"))], SET, False),
        ([SET, edited(("name: one", "name: three"))], edited(("name: one", "name: three")), False),
        ([SET, edited(("name: one", "name: 'two'"))], SET, True),
        ([REMOVED, edited(("  c/d:\n", "  c/d: {seed: 1}\n"))], REMOVED, False),
        ([DEFAULT, edited(("default: a/b", "default: null"))], edited(("default: a/b", "default: null")), False),
        ([SET], edited(("name: one", "name: two"), ("extra: 1", "extra: 2")), False),
        ([SET], edited(("name: one", "name: two"), ("timeout: 5", "timeout: 6")), False),
        ([SET], edited(("name: one", "name: two"), ("default: a/b", "default: c/d")), False),
    ],
)
def test_changes_made_together(parts: list[str], together: str, is_kept: bool) -> None:
    assert keeps_changes_of(BEFORE, [read_document(part) for part in parts], read_document(together)) is is_kept


def test_edits_are_sorted_and_joined() -> None:
    edits = [Edit(5, 7, "x"), Edit(2, 2, "a"), Edit(3, 3, ""), Edit(2, 2, "b"), Edit(8, 9, ""), Edit(2, 4, "c")]
    assert tidy(edits) == (Edit(2, 2, "ab"), Edit(2, 4, "c"), Edit(5, 7, "x"), Edit(8, 9, ""))
    assert tidy([Edit(1, 1, "")]) == ()


def test_edits_that_overlap_or_break_the_text() -> None:
    assert reread(BEFORE, [Edit(0, 3, ""), Edit(2, 4, "")]) is None
    assert reread(BEFORE, [Edit(0, 0, "[")]) is None
    after = reread(BEFORE, [Edit(0, 6, '"models"')])
    assert after is not None
    assert after.text == TEXT.replace("models", '"models"')
