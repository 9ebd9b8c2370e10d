"""Renaming a model changes its key and `default` together."""

import pytest

from aloop_models.core.text import Span, apply_edits
from aloop_models.errors import RefusedError
from aloop_models.features.rename import prepare, rename
from support.snapshots import snapshot, with_cursor

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"


@pytest.mark.parametrize(
    ("marked", "after"),
    [
        (
            "models:\n  openai/gpt-4$0o: # mine\n    timeout: 5\ndefault: openai/gpt-4o # too\n",
            "models:\n  openai/gpt-5: # mine\n    timeout: 5\ndefault: openai/gpt-5 # too\n",
        ),
        (
            "default: 'a/b$0'\r\nmodels:\r\n  \"a/b\":\r\n  a/c:\r\n",
            "default: 'openai/gpt-5'\r\nmodels:\r\n  \"openai/gpt-5\":\r\n  a/c:\r\n",
        ),
        (
            "models:\n  openai/gpt-5#work$0:\n  a/b:\ndefault: openai/gpt-5#work\n",
            "models:\n  openai/gpt-5:\n  a/b:\ndefault: openai/gpt-5\n",
        ),
        ("models: {$0a/b: {}, a/c: {}}\ndefault: a/c\n", "models: {openai/gpt-5: {}, a/c: {}}\ndefault: a/c\n"),
    ],
)
def test_rename(marked: str, after: str):
    text, offset = with_cursor(marked)
    assert apply_edits(text, rename(snapshot(text), offset, "openai/gpt-5")) == after


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("models:\n  op$0enai/gpt-4o:\n", "openai/gpt-4o"),
        ("models:\n  openai/gpt-4o#wo$0rk:\n", "openai/gpt-4o#work"),
        ("models:\n  'op$0enai/gpt-4o':\n", "openai/gpt-4o"),
        ('default: $0"a/b"\nmodels: {a/b: {}}\n', "a/b"),
        ("\ufeffmodels:\r\n  a/😀b$0:\r\n", "a/😀b"),
    ],
)
def test_prepare_offers_the_id_without_its_quotes(marked: str, expected: str):
    text, offset = with_cursor(marked)
    start = text.index(expected)
    assert prepare(snapshot(text), offset) == (Span(start, start + len(expected)), expected)


@pytest.mark.parametrize(
    "marked",
    [
        f"models:\n  openai/gpt-4o:\n    api_key: sk$0{KEY}\n",
        "models:\n  openai/gpt-4o:\n    na$0me: x\n",
        "models:\n  openai/gpt-4o: $0{}\n",
        "mo$0dels:\n  openai/gpt-4o:\n",
        "models:\n  openai/gpt-4o:\ndefault: openai/gpt$0-5\n",
        f"models:\n  {KEY}$0:\n",
        "$0",
    ],
)
def test_nothing_to_rename(marked: str):
    text, offset = with_cursor(marked)
    assert prepare(snapshot(text), offset) is None
    with pytest.raises(RefusedError) as caught:
        rename(snapshot(text), offset, "openai/gpt-5")
    assert caught.value.reason == "modelNotFound"
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("new_id", "reason"),
    [
        ("gpt-5", "invalidFields"),
        ("openai/", "invalidFields"),
        ("/gpt-5", "invalidFields"),
        ("openai/gpt 5", "invalidFields"),
        ("openai/gpt\n5", "invalidFields"),
        ("openai/gpt\u200b5", "invalidFields"),
        ("", "invalidFields"),
        (f"openai/{KEY}", "invalidFields"),
        ('"openai/q"', "invalidFields"),
        ("<openai/q>", "invalidFields"),
        ("openai/q,", "invalidFields"),
        ("bedrock/arn:aws:x", "invalidFields"),
        ("ollama/b", "modelExists"),
    ],
)
def test_refused_ids(new_id: str, reason: str):
    text, offset = with_cursor("models:\n  open$0ai/gpt-4o:\n  ollama/b:\n")
    with pytest.raises(RefusedError) as caught:
        rename(snapshot(text), offset, new_id)
    assert caught.value.reason == reason
    assert KEY not in str(caught.value)


def test_an_invalid_id_is_refused_in_the_words_of_the_check() -> None:
    text, offset = with_cursor("models:\n  a/$0b: {api_key: Sommerregen}\n")
    with pytest.raises(RefusedError, match=r"^The ID has quotes around it\. Write openai/••••••••\.$"):
        rename(snapshot(text), offset, "'openai/Sommerregen'")


def test_an_id_that_is_a_secret_of_the_file_is_not_repeated() -> None:
    text, offset = with_cursor("models:\n  a/$0b: {api_key: Sommerregen}\n  a/Sommerregen: {}\n")
    with pytest.raises(RefusedError) as caught:
        rename(snapshot(text), offset, "a/Sommerregen")
    assert str(caught.value) == (
        "'a/••••••••' is already in models.yaml. Choose another ID, or remove that entry first."
    )


def test_the_same_id_changes_nothing():
    text, offset = with_cursor("models:\n  open$0ai/gpt-4o:\n")
    assert rename(snapshot(text), offset, "openai/gpt-4o") == ()


def test_a_broken_file_is_refused():
    text, offset = with_cursor('models:\n  a/$0b:\n  a/c:\n    name: "open\n')
    with pytest.raises(RefusedError) as caught:
        rename(snapshot(text), offset, "openai/gpt-5")
    assert caught.value.reason == "unsafeEdit"


def test_a_label_is_added_by_a_rename():
    text, offset = with_cursor("models: {$0a/b: {}}\ndefault: a/b\n")
    assert apply_edits(text, rename(snapshot(text), offset, "a/b#work")) == (
        "models: {'a/b#work': {}}\ndefault: a/b#work\n"
    )
    with pytest.raises(RefusedError, match=r"^'a/b#wo rk' is not a model ID\. In a label, use only letters, digits"):
        rename(snapshot(text), offset, "a/b#wo rk")
