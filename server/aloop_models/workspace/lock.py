"""Lock a file against other writers of this package."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aloop_models.errors import FileError, file_error
from aloop_models.workspace.folders import make_private, runtime_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.01
"""Seconds between two tries for a lock."""

_NO_LOCKS = frozenset({errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})
"""The answers of network file systems and of file systems in user space that cannot lock."""


class _Patience:
    """Wait for other writers of a file as long as they change it.

    A program that hangs changes nothing, so the time starts anew at each change of the file.
    """

    def __init__(self, path: Path, wait: float) -> None:
        self._path = path
        self._wait = wait
        self._seen = self._state()
        self._end = time.monotonic() + wait

    def _state(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def pause(self) -> None:
        """Wait a moment before the next try.

        Raises:
            FileError: nothing has changed for the whole wait.
        """
        if (state := self._state()) != self._seen:
            self._seen = state
            self._end = time.monotonic() + self._wait
        elif time.monotonic() >= self._end:
            message = f"Another program has locked {self._path} for {self._wait:g} seconds."
            raise FileError("locked", f"{message} If it hangs, end it. Then try again. Nothing was changed.")
        time.sleep(_PAUSE)


@contextmanager
def lock_file(path: Path, wait: float = 10.0) -> Generator[None]:
    """Lock the file against other writers; `path` is its real path.

    The lock file is in the runtime folder and named after the path, so the file's own folder does not change. The
    system releases the lock when its process ends. It is not reentrant.

    Raises:
        FileError: others had the lock for `wait` seconds and did not change the file (`locked`), or there is no
            runtime folder.
    """
    # Imported here, because it takes longer than the rest of the program's start.
    from filelock import FileLock

    # Without `flock`, the existence of the lock file is the lock; filelock would warn about this on stderr.
    warnings.filterwarnings("ignore", category=UserWarning, module="filelock")
    patience = _Patience(path, wait)
    locks = make_private(runtime_folder() / "locks")
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    lock, turn = (FileLock(locks / f"{name}.{kind}", mode=0o600) for kind in ("lock", "turn"))
    try:
        # Who has the turn gets the lock next, so that a program that writes again and again keeps nobody waiting.
        _acquire(turn, patience)
        try:
            _acquire(lock, patience)
        finally:
            turn.release()
    except OSError as error:
        if error.errno in _NO_LOCKS:
            message = (
                f"The file system of {locks} has no locks. Set XDG_RUNTIME_DIR to a private folder on a local disk."
            )
            raise FileError("cannotWrite", f"{message} Nothing was changed.") from error
        raise file_error(error, locks, "write") from error
    try:
        with _folder_locked(path.parent, patience):
            yield
    finally:
        lock.release()


def _acquire(lock: BaseFileLock, patience: _Patience) -> None:
    from filelock import Timeout

    while True:
        try:
            lock.acquire(timeout=0)  # pyright: ignore[reportUnknownMemberType]
        except Timeout:
            patience.pause()
        else:
            return


@contextmanager
def _folder_locked(folder: Path, patience: _Patience) -> Generator[None]:
    """Lock the file's folder too, because other writers may have another runtime folder (`su`, a container)."""
    if sys.platform == "win32":
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        # Without permission to list the folder, only the lock file is used; reading reports a missing folder.
        yield
        return
    try:
        while not _try_lock(descriptor):
            patience.pause()
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Network file systems cannot lock a folder; there, only the lock file is used.
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True
