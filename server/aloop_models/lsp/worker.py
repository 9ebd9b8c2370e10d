"""A thread for work on large texts, so that the event loop answers other requests in the meantime."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

from aloop_models.workspace.release import pause_collector, release

Result = TypeVar("Result")

LARGE_TEXT = 5_000
"""Characters. The work on a larger text with many problems can take more than 20 ms, so it is done in the thread."""

MOST_WAITING = 100
"""Maximum number of functions that wait; then no message is handled until some were run."""

_SWITCH_SECONDS = 0.0002
"""The longest time for which the thread keeps the interpreter while the event loop waits for it."""

_MOST_AT_ONCE = 200
"""Items of a list that are encoded in one step, which no other thread can interrupt."""

_LONG_LIST = 20
"""Items of a list inside an item that is encoded in one step with others."""


class Encoded(bytes):
    """A JSON value in UTF-8, which is sent as it is."""


class Worker:
    """Runs functions one after the other in a thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="aloop-worker")
        self._running = 0

    @property
    def is_busy(self) -> bool:
        """Return whether a function is running or waiting to be run."""
        return self._running > 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return the result of a function that is run in the thread."""
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _without_collector, work)
        finally:
            self._running -= 1

    async def wait_for_room(self) -> None:
        """Wait while too many functions wait to be run."""
        while self._running > MOST_WAITING:  # noqa: ASYNC110
            # This happens only with a client that does not wait for answers.
            await asyncio.sleep(0.02)

    def free(self, values: list[object]) -> None:
        """Empty the list in the thread, because freeing a large document takes long."""
        self._pool.submit(release, values)


def encode(value: object) -> Encoded:
    """Return a JSON value in UTF-8. A large one is encoded in many steps, between which another thread can run."""
    return Encoded(b"".join(_parts(value)))


def _without_collector(work: Callable[[], Result]) -> Result:
    with pause_collector():
        return work()


def _parts(value: object) -> Generator[bytes]:
    if isinstance(value, Mapping):
        separator = b"{"
        for name, item in cast("Mapping[str, object]", value).items():
            yield separator + _dump(name) + b":"
            yield from _parts(item)
            separator = b","
        yield b"}" if separator == b"," else b"{}"
    elif isinstance(value, list) and (items := cast("list[object]", value)):
        separator = b"["
        for start in range(0, len(items), _MOST_AT_ONCE):
            some = items[start : start + _MOST_AT_ONCE]
            if any(map(_has_long_list, some)):
                for item in some:
                    yield separator
                    yield from _parts(item)
                    separator = b","
            else:
                yield separator + _dump(some)[1:-1]
                separator = b","
        yield b"]"
    else:
        yield _dump(cast("object", value))


def _has_long_list(value: object) -> bool:
    """Whether an object has a long list, or one whose objects have: the symbols of a section with many items."""
    if not isinstance(value, Mapping):
        return False
    values = cast("Mapping[str, object]", value).values()
    lists = (cast("list[object]", item) for item in values if isinstance(item, list))
    return any(len(items) > _LONG_LIST or any(map(_has_long_list, items)) for items in lists)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
