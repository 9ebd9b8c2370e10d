"""Watch a few files on the disk that the editor does not watch.

A thread checks each file twice a second; three files take 3 µs. Libraries for system notifications watch folders: they
miss files in folders that are created or replaced later, targets of links, and changes on network disks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from aloop_models.workspace.read import Stamp, stamp_of

EVERY = 0.5
"""Seconds between two checks."""


class FileWatch:
    """Watches files, even missing ones, until it is stopped; links are followed."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._lock = threading.Lock()
        self._stop: threading.Event | None = None
        self._stamps: dict[Path, Stamp | None] = {}

    def start(self, paths: Iterable[Path], callback: Callable[[tuple[Path, ...]], None]) -> None:
        """Watch these files instead of those of an earlier call; returns immediately.

        `callback` gets the paths of the files created, changed, replaced or removed since the last check. It runs in
        the thread of the watch and must not raise; with an event loop, use `loop.call_soon_threadsafe`.
        """
        with self._lock:
            known = dict(self._stamps) if self._stop else {}
        # A change since the last check of the earlier call is reported by the first check of this one.
        stamps = {path: known[path] if path in known else stamp_of(path) for path in paths}
        self.stop()
        if not stamps:
            return
        stop = threading.Event()
        with self._lock:
            if self._stop:
                self._stop.set()
            self._stop, self._stamps = stop, stamps
        threading.Thread(target=self._look, args=(stamps, callback, stop), name="aloop-watch", daemon=True).start()

    def add(self, path: Path) -> None:
        """Watch one more file, if others are watched; takes the same time however many they are."""
        if self._stop is not None and path not in self._stamps:
            stamp = stamp_of(path)
            with self._lock:
                self._stamps.setdefault(path, stamp)

    def stop(self) -> None:
        """Stop watching; a running callback may still finish."""
        with self._lock:
            if self._stop:
                self._stop.set()
            self._stop = None

    def _look(
        self, stamps: dict[Path, Stamp | None], callback: Callable[[tuple[Path, ...]], None], stop: threading.Event
    ) -> None:
        while not stop.wait(self._every):
            with self._lock:
                before = dict(stamps)
            now = {path: stamp_of(path) for path in before}
            changed = tuple(path for path, stamp in now.items() if stamp != before[path])
            with self._lock:
                stamps.update(now)
            if changed and not stop.is_set():
                callback(changed)
