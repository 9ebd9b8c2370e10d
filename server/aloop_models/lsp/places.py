"""Reads the places of open documents on disk in the background, once for all changes that come meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from aloop_models.lsp import log

_READING = "reading the file from disk"

_MOST_AT_ONCE = 3
"""Documents that are read at the same time. Fewer on a disk that does not answer do not stop the others, and the other
threads of the event loop are left to commands."""


class PlaceReader:
    """Reads each outdated document; one that is outdated again while it is read is read once more."""

    def __init__(
        self,
        read: Callable[[str], Awaitable[None]],
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
        is_quiet: Callable[[], bool],
    ) -> None:
        """Make a reader.

        `read` reads the document with this URI, and `start_task` runs work in the background. `is_quiet` returns
        whether no message waits; until then nothing more is read, because the threads compete with the messages.
        """
        self._read = read
        self._start_task = start_task
        self._is_quiet = is_quiet
        self._next: dict[str, None] = {}
        """The documents to read first, in this order."""
        self._later: dict[str, None] = {}
        """The documents to read after them, in this order."""
        self._reading: set[str] = set()
        self._tasks = 0

    @property
    def is_waiting(self) -> bool:
        """Return whether a document waits to be read."""
        return bool(self._next or self._later)

    def read(self, uris: Iterable[str]) -> None:
        """Read these documents before those of `read_later`."""
        self._next.update(dict.fromkeys(uris))
        self.start()

    def read_later(self, uris: Iterable[str]) -> None:
        """Read these documents when no other waits."""
        self._later.update(dict.fromkeys(uris))
        self.start()

    def start(self) -> None:
        """Read the documents that wait, if no message does; the session calls this before it waits for one."""
        while self._is_quiet() and self._tasks < min(_MOST_AT_ONCE, len(self._next) + len(self._later)):
            self._tasks += 1
            self._start_task(self._read_waiting(), _READING)

    async def _read_waiting(self) -> None:
        try:
            while self._is_quiet() and (uri := self._take()) is not None:
                self._reading.add(uri)
                try:
                    await self._read(uri)
                except Exception as error:  # noqa: BLE001
                    log.report(error, _READING)
                finally:
                    self._reading.discard(uri)
        finally:
            self._tasks -= 1

    def _take(self) -> str | None:
        """Return the next document; None if each that waits is being read, and is taken again after that."""
        for waiting in (self._next, self._later):
            for uri in waiting:
                if uri not in self._reading:
                    self._next.pop(uri, None)
                    self._later.pop(uri, None)
                    return uri
        return None
