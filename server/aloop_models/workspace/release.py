"""Keeps the garbage collector, and the freeing of large values, from stopping all threads for long."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import cast

_LONG_SECONDS = 0.01
"""Processor time in which so many objects can be made that their collection takes a millisecond or more."""


class _Pauses:
    """Pauses of the garbage collector, of which several threads can need one at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._was_enabled = self._was_long = False

    def begin(self) -> None:
        with self._lock:
            if not self._running:
                self._was_enabled, self._was_long = gc.isenabled(), False
            self._running += 1
            gc.disable()

    def end(self, *, was_long: bool) -> None:
        with self._lock:
            self._running -= 1
            self._was_long |= was_long
            if self._running or not self._was_enabled:
                return
            # To count the new objects would take as long as to collect them.
            if self._was_long:
                gc.freeze()
            gc.enable()


_pauses = _Pauses()


@contextmanager
def pause_collector() -> Generator[None]:
    """Pause the garbage collector, which takes time and frees nothing while a large text is read.

    What remains of a large text is left out of later collections, because it has no cycles: one collection of it would
    stop every thread for a second.
    """
    _pauses.begin()
    started = time.thread_time()
    try:
        yield
    finally:
        _pauses.end(was_long=time.thread_time() - started > _LONG_SECONDS)


def _count_references() -> int:
    value = object()
    return sys.getrefcount(value)


_ONLY_HERE = _count_references()
"""What `getrefcount` returns for a value that is only in a variable: 2, or 1 as of Python 3.14."""


def release(values: list[object]) -> None:
    """Empty the list, and free what only it contains.

    When the last reference to a value goes, Python frees everything in it at once. No thread runs until that has ended:
    a tenth of a second for a million values.
    """
    while values:
        value = values.pop()
        if sys.getrefcount(value) == _ONLY_HERE:
            # Texts and numbers contain nothing.
            values.extend(filter(gc.is_tracked, _inside(value)))


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, tuple | list):
        return cast("Iterable[object]", value)
    if isinstance(value, dict):
        return cast("dict[object, object]", value).values()
    return [getattr(value, each.name) for each in fields(value)] if is_dataclass(value) else ()
