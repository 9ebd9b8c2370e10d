"""Texts that entries share: they are changed in one place, for exactly the entries that are named."""

import pytest

from aloop_models.core.edits import replace_shared, share_field
from aloop_models.core.reader import read_document
from support.edit_files import after, refusal

SHARED = "Other parts of the file use this text through an anchor. Edit it manually."
UNKNOWN = "models.yaml has no such model."

TEXT = """\
models:
  a/b:
    api_key: &k sk-1  # mine
  c/d:
    api_key: sk-2
  e/f:
  g/h: {api_key: *k, timeout: 5}
"""
OUTSIDE = """\
key: &k "sk-1"
base: &b {api_key: sk-2, name: sk-2}
models:
  a/b: {api_key: *k}
  c/d: {<<: *b, timeout: 5}
  e/f: *b
  g/h: {<<: *b, api_key: *k}
"""


@pytest.mark.parametrize(
    ("text", "model_ids", "old", "new"),
    [
        (TEXT, ["a/b", "g/h"], "&k sk-1", "&k new"),
        (TEXT, ["g/h", "a/b"], "&k sk-1", "&k new"),
        (TEXT, ["c/d"], "sk-2", "new"),
        (OUTSIDE, ["a/b", "g/h"], '&k "sk-1"', '&k "new"'),
        (OUTSIDE, ["c/d", "e/f"], "api_key: sk-2", "api_key: new"),
    ],
)
def test_one_text_for_all(text: str, model_ids: list[str], old: str, new: str) -> None:
    document = read_document(text)
    assert text.count(old) == 1
    assert after(document, replace_shared(document, model_ids, "api_key", "new")) == text.replace(old, new)


def test_texts_in_several_places() -> None:
    document = read_document(TEXT)
    edits = replace_shared(document, ["a/b", "c/d", "g/h"], "api_key", "new")
    assert after(document, edits) == TEXT.replace("sk-1", "new").replace("sk-2", "new")
    document = read_document(OUTSIDE)
    edits = replace_shared(document, ["a/b", "c/d", "e/f", "g/h"], "api_key", "new")
    assert after(document, edits) == OUTSIDE.replace('"sk-1"', '"new"').replace("api_key: sk-2", "api_key: new")


@pytest.mark.parametrize(
    ("text", "model_ids"),
    [
        (TEXT, ["a/b"]),
        (TEXT, ["g/h"]),
        (TEXT, ["a/b", "c/d"]),
        (OUTSIDE, ["a/b"]),
        (OUTSIDE, ["c/d"]),
        (OUTSIDE, ["e/f", "a/b", "g/h"]),
    ],
)
def test_another_entry_would_change(text: str, model_ids: list[str]) -> None:
    assert refusal(replace_shared(read_document(text), model_ids, "api_key", "new")) == SHARED


@pytest.mark.parametrize(
    ("text", "model_id", "value"),
    [
        (TEXT, "e/f", "new"),
        (TEXT, "x/y", "new"),
        (TEXT, "c/d", "\ud800"),
        ("models:\n  a/b: {api_key: 5}\n", "a/b", "new"),
        ("models:\n  a/b: {api_key: ''}\n", "a/b", "new"),
        ("models:\n  a/b: {api_key: [x]}\n", "a/b", "new"),
        ("default: a/b\n", "a/b", "new"),
        ("models: [a/b]\n", "a/b", "new"),
    ],
)
def test_a_text_that_is_not_there(text: str, model_id: str, value: str) -> None:
    assert "cannot" in refusal(replace_shared(read_document(text), [model_id], "api_key", value))


@pytest.mark.parametrize(
    ("model_id", "owner_id", "old", "new"),
    [
        ("c/d", "a/b", "sk-2", "*k"),
        ("c/d", "g/h", "sk-2", "*k"),
        ("e/f", "a/b", "  e/f:\n", "  e/f:\n    api_key: *k\n"),
        ("e/f", "c/d", "  e/f:\n", "  e/f:\n    api_key: sk-2\n"),
    ],
)
def test_an_entry_gets_the_text_of_another_one(model_id: str, owner_id: str, old: str, new: str) -> None:
    document = read_document(TEXT)
    assert after(document, share_field(document, model_id, owner_id, "api_key")) == TEXT.replace(old, new)


def test_an_anchor_below_the_entry_is_copied() -> None:
    text = "models:\n  a/b:\n  c/d: {api_key: &k sk-1}\n"
    document = read_document(text)
    expected = text.replace("a/b:\n", "a/b:\n    api_key: sk-1\n")
    assert after(document, share_field(document, "a/b", "c/d", "api_key")) == expected


@pytest.mark.parametrize(
    ("model_id", "owner_id", "field", "reason"),
    [
        ("a/b", "c/d", "api_key", SHARED),
        ("e/f", "x/y", "api_key", UNKNOWN),
        ("e/f", "e/f", "api_key", UNKNOWN),
        ("x/y", "a/b", "api_key", UNKNOWN),
        ("e/f", "g/h", "timeout", UNKNOWN),
    ],
)
def test_a_text_that_cannot_be_shared(model_id: str, owner_id: str, field: str, reason: str) -> None:
    assert refusal(share_field(read_document(TEXT), model_id, owner_id, field)) == reason
