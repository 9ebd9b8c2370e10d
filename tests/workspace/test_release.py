"""Freeing large values step by step."""

import weakref

import pytest

from aloop_models.core.document import Entry
from aloop_models.core.reader import read_document
from aloop_models.workspace import release as module
from aloop_models.workspace.release import release

TEXT = (
    "models:\n  ollama/a:\n    stop: [x, y]\n    timeout: 5\n  ollama/b:\n    api_base: http://h\ndefault: ollama/a\n"
)


def test_each_entry_is_freed_in_a_step_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, seen = module._inside, list[str]()

    def recorded(value: object) -> object:
        seen.append(type(value).__name__)
        return inside(value)

    monkeypatch.setattr(module, "_inside", recorded)
    values: list[object] = [read_document(TEXT)]
    release(values)
    assert values == []
    assert [seen.count(name) for name in ("Document", "PlacedEntry", "Entry", "Field")] == [1, 2, 2, 3]


def test_nothing_is_left() -> None:
    document = read_document(TEXT)
    entries = [weakref.ref(placed.entry) for placed in document.entries]
    values: list[object] = [document]
    del document
    release(values)
    assert [entry() for entry in entries] == [None, None]


def test_what_others_have_stays_as_it_is() -> None:
    document = read_document(TEXT)
    kept, pieces = document.entries[1].entry, document.pieces
    before = str(pieces)
    values: list[object] = [document]
    del document
    release(values)
    assert isinstance(kept, Entry)
    assert kept.profile == {"api_base": "http://h"}
    assert str(pieces) == before


def test_a_value_that_contains_itself_ends_it() -> None:
    circle: list[object] = []
    circle.append(circle)
    values: list[object] = [circle, None, 1, "text", {"a": [1]}]
    del circle
    release(values)
    assert values == []
