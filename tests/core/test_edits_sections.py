"""Edits of `default` and of ids, several edits at once, and what is refused."""

import pytest

from aloop_models.core.edits import (
    add_entry,
    combine,
    remove_entry,
    rename_entry,
    set_default,
    set_fields,
)
from aloop_models.core.reader import read_document
from support.edit_files import after, refusal


@pytest.mark.parametrize(
    ("before", "model_id", "expected"),
    [
        ("", "a/b", "default: a/b\n"),
        ("", None, "default: null\n"),
        ("models:\n  a/b:", "a/b", "models:\n  a/b:\n\ndefault: a/b"),
        ("models:\r\n  a/b:\r\n", "a/b", "models:\r\n  a/b:\r\n\r\ndefault: a/b\r\n"),
        ("models:\n  a/b:\n\n# end\n\n", "a/b", "models:\n  a/b:\n\n# end\n\ndefault: a/b\n"),
        ("models:\n...\n", "1:30", "models:\n\ndefault: '1:30'\n...\n"),
        (" models:\n   a/b:\n", "a/b", " models:\n   a/b:\n\n default: a/b\n"),
        ("default:   # none\n", "a/b", "default: a/b   # none\n"),
        ('default: "x" # c\n', "a/b", 'default: "a/b" # c\n'),
        ("default: [a,\n  b] # c\n", "a/b", "default: a/b # c\n"),
        ("default:\n  - a # c\n", "a/b", "default: a/b # c\n"),
        ("default:\n  - a # c\n  - b\n", "a/b", None),
        ("default: x\ndefault: y\n", "a/b", "default: x\ndefault: a/b\n"),
        ("x: &d a\ndefault: *d # c\n", "a/b", "x: &d a\ndefault: a/b # c\n"),
        ("default: ~\n", None, "default: ~\n"),
        ("{models: {}, default: x}", "é/😀", "{models: {}, default: é/😀}"),
        ("{models: {a/b: }}", "a/b", "{models: {a/b: }, default: a/b}"),
    ],
)
def test_set_default(before: str, model_id: str | None, expected: str | None) -> None:
    edits = set_default(read_document(before), model_id)
    if expected is None:
        assert "comments" in refusal(edits)
    else:
        assert after(read_document(before), edits) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("models:\n  a/b: # c\ndefault: a/b # d\n", "models:\n  x/y:z: # c\ndefault: x/y:z # d\n"),
        ("default: 'a/b'\nmodels:\n  \"a/b\" :\n", "default: 'x/y:z'\nmodels:\n  \"x/y:z\" :\n"),
        ("{models: {a/b: {}}, default: c/d}", "{models: {'x/y:z': {}}, default: c/d}"),
        ("models:\n  &a a/b:\ndefault: *a\n", "models:\n  &a x/y:z:\ndefault: x/y:z\n"),
        ("models:\n  a/b: 1\n  a/b: {}\n", "models:\n  x/y:z: 1\n  x/y:z: {}\n"),
    ],
)
def test_rename(before: str, expected: str) -> None:
    assert after(read_document(before), rename_entry(read_document(before), "a/b", "x/y:z")) == expected


def test_refusals_say_why() -> None:
    file = read_document("models:\n  a/b:\n  c/d:\n")
    assert "already" in refusal(add_entry(file, "a/b", {}))
    assert "already" in refusal(rename_entry(file, "a/b", "c/d"))
    assert "no such model" in refusal(set_fields(file, "x/y", {}))
    assert "no such model" in refusal(remove_entry(file, "x/y"))
    assert "written in YAML" in refusal(set_fields(file, "a/b", {"name": object()}))
    assert "written in YAML" in refusal(set_default(file, "\ud800"))
    assert "not valid YAML" in refusal(add_entry(read_document("models:\n  a/b: 'x\n"), "x/y", {}))
    assert "models.yaml is not a mapping" in refusal(set_default(read_document("- a\n"), "a/b"))
    assert "'models' is not a mapping" in refusal(add_entry(read_document("models: [a]\n"), "x/y", {}))
    assert "line break" in refusal(add_entry(read_document("models:\n  a/b:\n    name: |\n      x"), "x/y", {}))
    assert "same text" in refusal(combine(file, set_fields(file, "a/b", {"top_k": 1}), remove_entry(file, "a/b")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}\n", "{models: {a/b: {}}, default: a/b}\n"),
        ("{ }\n", "{models: {a/b: {}}, default: a/b }\n"),
        ("{}\n# x\n", "{models: {a/b: {}}, default: a/b}\n# x\n"),
        ("{\n}\n", "{models: {a/b: {}}, default: a/b\n}\n"),
        ("{models: {}}\n", "{models: {a/b: {}}, default: a/b}\n"),
        ("# {", "# {\n\nmodels:\n  a/b:\n\ndefault: a/b"),
    ],
)
def test_the_first_model_and_the_default_are_combined(text: str, expected: str) -> None:
    file = read_document(text)
    assert after(file, combine(file, add_entry(file, "a/b", {}), set_default(file, "a/b"))) == expected


def test_combined_edits_at_one_place_keep_their_order() -> None:
    file = read_document("models:\n  a/b:\n    name: x")
    parts = [set_default(file, "c/d"), add_entry(file, "c/d", {"top_k": 1}), set_fields(file, "a/b", {"top_k": 2})]
    expected = "models:\n  a/b:\n    name: x\n    top_k: 2\n\n  c/d:\n    top_k: 1\n\ndefault: c/d"
    assert after(file, combine(file, *parts)) == expected
    assert combine(file) == ()
