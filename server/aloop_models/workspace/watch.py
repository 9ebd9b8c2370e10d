"""Notices changes of a few files on the disk: those that the client does not watch, or all where it watches none.

A thread looks at each file twice a second; a look at three takes 3 µs. Libraries to which the system reports watch
folders: they miss a file whose folder is made later or replaced, and the target of a link into another folder, and
hear nothing on network disks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from aloop_models.workspace.read import Stamp, stamp_of

EVERY = 0.5
"""Seconds between two looks."""


class FileWatch:
    """Watches files, there or not, until it is stopped; links are followed."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._lock = threading.Lock()
        self._stop: threading.Event | None = None

    def start(self, paths: Iterable[Path], callback: Callable[[tuple[Path, ...]], None]) -> None:
        """Watch these files, and no longer those of an earlier call; returns at once.

        `callback` gets the paths of those that were made, changed, replaced or removed since the last look. It is
        called in the thread of the watch and must not raise; in an event loop: `loop.call_soon_threadsafe`.
        """
        stamps = {path: stamp_of(path) for path in paths}
        self.stop()
        if not stamps:
            return
        stop = threading.Event()
        with self._lock:
            if self._stop:
                self._stop.set()
            self._stop = stop
        threading.Thread(target=self._look, args=(stamps, callback, stop), name="aloop-watch", daemon=True).start()

    def stop(self) -> None:
        """Watch nothing any more; a call that is under way may still end."""
        with self._lock:
            if self._stop:
                self._stop.set()
            self._stop = None

    def _look(
        self, stamps: dict[Path, Stamp | None], callback: Callable[[tuple[Path, ...]], None], stop: threading.Event
    ) -> None:
        while not stop.wait(self._every):
            now = {path: stamp_of(path) for path in stamps}
            changed = tuple(path for path, stamp in now.items() if stamp != stamps[path])
            stamps = now
            if changed and not stop.is_set():
                callback(changed)
