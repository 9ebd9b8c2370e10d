"""Freeing large values step by step, and pauses of the garbage collector."""

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from aloop_models.core.document import Entry
from aloop_models.core.reader import read_document
from aloop_models.workspace import release as module
from aloop_models.workspace.release import pause_collector, release

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


def test_the_collector_is_paused_once() -> None:
    with pause_collector():
        assert not gc.isenabled()
        with pause_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_is_left_is_not_collected_if_as_much_was_freed() -> None:
    old = [[number] for number in range(30_000)]
    gc.collect()
    frozen = gc.get_freeze_count()
    ends = time.thread_time() + 0.02
    with pause_collector():
        new = [[number] for number in range(20_000)]
        while time.thread_time() < ends:
            old.clear()
    assert gc.get_freeze_count() >= frozen + len(new)


def test_a_few_objects_are_left_to_the_collector() -> None:
    # Otherwise the count falls when one of the frozen objects is freed.
    gc.unfreeze()
    with pause_collector():
        new = [[number] for number in range(100)]
    assert gc.get_freeze_count() == 0
    assert len(new) == 100


def test_the_collector_is_paused_until_the_last_thread_has_ended() -> None:
    entered, proceed = threading.Event(), threading.Event()

    def other() -> None:
        with pause_collector():
            entered.set()
            assert proceed.wait(60)

    with ThreadPoolExecutor(1) as pool:
        with pause_collector():
            work = pool.submit(other)
            assert entered.wait(60)
        assert not gc.isenabled()
        proceed.set()
        work.result()
    assert gc.isenabled()


def test_a_collector_that_does_not_run_is_not_started() -> None:
    gc.disable()
    try:
        with pause_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
