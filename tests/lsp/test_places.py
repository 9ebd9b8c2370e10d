"""Each document is read once for all changes that come meanwhile, and always once more after the last one."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from aloop_models.lsp.places import PlaceReader

URIS = [f"file:///{number}" for number in range(50)]


class Disk:
    """A disk on which each reading takes until it is released; it notes what was read."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.running: dict[str, asyncio.Event] = {}
        self.most_at_once = 0
        self.failing = ""
        self.is_quiet = True
        self._tasks: set[asyncio.Task[None]] = set()
        self.reader = PlaceReader(self.read, self._start_task, lambda: self.is_quiet)

    def _start_task(self, work: Coroutine[Any, Any, None], _doing: str) -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(work))

    async def read(self, uri: str) -> None:
        assert uri not in self.running
        self.started.append(uri)
        self.running[uri] = asyncio.Event()
        self.most_at_once = max(self.most_at_once, len(self.running))
        await self.running[uri].wait()
        del self.running[uri]
        if uri == self.failing:
            raise OSError("quotes a secret")

    async def release(self, *uris: str) -> None:
        """End these readings, and let the next ones start."""
        for uri in uris:
            self.running[uri].set()
        for _ in range(3):
            await asyncio.sleep(0)

    async def release_all(self, *, without: str = "") -> None:
        """End every reading, also those that start then."""
        while uris := [uri for uri in self.running if uri != without]:
            await self.release(*uris)


async def test_many_notifications_are_one_reading_of_each_document() -> None:
    disk = Disk()
    for _ in range(1_000):
        disk.reader.read_later(URIS)
    await disk.release_all()
    assert disk.started == []
    await disk.release()
    await disk.release_all()
    assert disk.started == URIS
    assert disk.most_at_once == 3
    assert not disk.reader.is_waiting


async def test_what_changes_while_it_is_read_is_read_once_more() -> None:
    disk = Disk()
    disk.reader.read_later(URIS)
    await disk.release()
    assert disk.started == URIS[:3]
    for _ in range(100):
        disk.reader.read_later(URIS)
        await disk.release()
    await disk.release_all()
    assert disk.started == [*URIS[:3], *URIS[3:], *URIS[:3]]
    disk.reader.read_later(URIS[:1])
    await disk.release()
    await disk.release_all()
    assert disk.started[-1:] == URIS[:1]
    assert len(disk.started) == 54


async def test_one_that_hangs_stops_only_itself_and_is_read_once_more_later() -> None:
    disk = Disk()
    for _ in range(10):
        disk.reader.read(URIS[:1])
        await disk.release()
    disk.reader.read_later(URIS)
    await disk.release()
    await disk.release_all(without=URIS[0])
    assert disk.started == URIS
    assert disk.reader.is_waiting
    await disk.release_all()
    assert disk.started == [*URIS, URIS[0]]
    assert not disk.reader.is_waiting


async def test_one_that_was_opened_is_read_before_the_others() -> None:
    disk = Disk()
    disk.reader.read_later(URIS)
    await disk.release()
    disk.reader.read([URIS[40]])
    disk.reader.read([URIS[30]])
    await disk.release(*URIS[:3])
    assert disk.started == [*URIS[:3], URIS[40], URIS[30], URIS[3]]
    await disk.release_all()
    assert sorted(disk.started) == sorted(URIS)


async def test_nothing_more_is_read_while_messages_wait() -> None:
    disk = Disk()
    disk.is_quiet = False
    disk.reader.read(URIS)
    await disk.release()
    assert disk.started == []
    disk.is_quiet = True
    disk.reader.start()
    await disk.release()
    disk.is_quiet = False
    await disk.release_all()
    assert disk.started == URIS[:3]
    assert disk.reader.is_waiting
    disk.is_quiet = True
    disk.reader.start()
    await disk.release()
    await disk.release_all()
    assert disk.started == URIS


async def test_an_error_is_logged_and_the_others_are_read(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk()
    disk.failing = URIS[0]
    for _ in range(2):
        disk.reader.read(URIS[:5])
        await disk.release()
        await disk.release_all()
    assert sorted(disk.started) == sorted(URIS[:5] * 2)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert all(" while reading the file from disk: OSError at " in message for message in messages)
    assert "secret" not in "".join(messages)
