"""The text of one entry for another file: its comments, its indentation, and what cannot be taken as text."""

import pytest

from aloop_models.core.edits import UnsafeEdit, add_entry
from aloop_models.core.entry_text import entry_lines
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits


def lines(text: str, model_id: str = "a/b") -> list[str] | None:
    return entry_lines(read_document(text), model_id)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models:\n  a/b:\n", ["a/b:"]),
        ("models:\n  a/b:  # one\n    name: x  # two\n    # three\n", ["a/b:  # one", "  name: x  # two", "  # three"]),
        ("models:\n  # Mine.\n  # Paid.\n  a/b:\n", ["# Mine.", "# Paid.", "a/b:"]),
        ("models:\n  # Others.\n\n  # Mine.\n  a/b:\n", ["# Mine.", "a/b:"]),
        # The comment of the entry before.
        ("models:\n  a/c:\n    # of c\n  a/b:\n", ["a/b:"]),
        # The example of the template is not about this entry.
        ("models:\n  # x/y:\n  #   name: Y\n  #   timeout: 3\n  a/b:\n", ["a/b:"]),
        ("models:\n  # x/y:\n  #   name: Y\n  # Mine.\n  a/b:\n", ["# Mine.", "a/b:"]),
        (
            "models:\n      a/b:\n          name: x\n\n          seed: 3\n",
            ["a/b:", "    name: x", "", "    seed: 3"],
        ),
        ("models:\r\n  a/b:\r\n    name: x\r\n", ["a/b:", "  name: x"]),
        ("models:\n  a/b:\n    name: |\n      x\n       y\n  a/c:\n", ["a/b:", "  name: |", "    x", "     y"]),
        ("models:\n  'a/b': {name: x}\n", ["'a/b': {name: x}"]),
        ("models:\n  a/b:\n    name: x\n    name: y\n", ["a/b:", "  name: x", "  name: y"]),
        # The last one of two entries is used.
        ("models:\n  a/b:\n    seed: 1\n  a/b:\n    seed: 2\n", ["a/b:", "  seed: 2"]),
    ],
)
def test_the_lines_of_an_entry(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "models: {a/b: {name: x}}\n",
        "models:\n  a/c: &c {name: x}\n  a/b: *c\n",
        "models:\n  a/b: &b {name: x}\n",
        "models:\n  a/c: {name: &n x}\n  a/b: {name: *n}\n",
        "base: &base {name: x}\nmodels:\n  a/b:\n    <<: *base\n",
        "models:\n  a/c:\n",
        "models:\n  a/b: [\n",
        # The lines would end with another break, which is a part of this value.
        "models:\n  a/b:\n    name: |\n      x\u2028      y\n",
    ],
)
def test_no_lines_where_they_would_mean_something_else(text: str) -> None:
    assert lines(text) is None


SOURCE = "models:\n    # Mine.\n    a/b:  # one\n        name: x\n\n        seed: 3\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "models:\n  # Mine.\n  a/b:  # one\n      name: x\n\n      seed: 3\n"),
        ("models:\n", "models:\n  # Mine.\n  a/b:  # one\n      name: x\n\n      seed: 3\n"),
        (
            "models:\n  # x/y:\ndefault: null\n",
            "models:\n  # x/y:\n\n  # Mine.\n  a/b:  # one\n      name: x\n\n      seed: 3\ndefault: null\n",
        ),
        (
            "models:\r\n    a/c:\r\n",
            "models:\r\n    a/c:\r\n\r\n    # Mine.\r\n    a/b:  # one\r\n        name: x\r\n\r\n        seed: 3\r\n",
        ),
        ("models: {a/c: {}}\n", "models: {a/c: {}, a/b: {name: x, seed: 3}}\n"),
    ],
)
def test_they_are_put_into_any_layout(text: str, expected: str) -> None:
    source, document = read_document(SOURCE), read_document(text)
    profile = source.by_id["a/b"].entry.profile
    edits = add_entry(document, "a/b", profile, entry_lines(source, "a/b"))
    assert not isinstance(edits, UnsafeEdit)
    assert apply_edits(text, edits) == expected
    assert dict(read_document(expected).by_id["a/b"].entry.profile) == dict(profile)
