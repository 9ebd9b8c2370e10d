"""Locks a file against every other writer of this package."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from aloop_models.errors import FileError, file_error
from aloop_models.workspace.folders import make_private, runtime_folder

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.01
"""Seconds between two tries for a lock."""


@contextmanager
def lock_file(path: Path, wait: float = 10.0) -> Generator[None]:
    """Keep every other writer of this file out meanwhile; `path` is its real path, links followed.

    The lock file is in the runtime folder and is named after the path, so nothing appears beside the file. The
    system frees it when its holder dies. Not to be taken twice by one thread.

    Raises:
        FileError: another program held the lock for `wait` seconds (`locked`), or there is no runtime folder.
    """
    # Imported here, for it takes longer than the rest of the program's start.
    from filelock import FileLock, Timeout

    end = time.monotonic() + wait
    locks = make_private(runtime_folder() / "locks")
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    lock = FileLock(locks / f"{name}.lock", mode=0o600)
    try:
        lock.acquire(timeout=wait, poll_interval=_PAUSE)  # pyright: ignore[reportUnknownMemberType]
    except Timeout:
        raise _locked(path, wait) from None
    except OSError as error:
        raise file_error(error, locks, "write") from error
    try:
        with _folder_locked(path, end, wait):
            yield
    finally:
        lock.release()


@contextmanager
def _folder_locked(path: Path, end: float, wait: float) -> Generator[None]:
    """Lock the file's folder too: other writers may have another runtime folder (`su`, a container, another user)."""
    if sys.platform == "win32":
        yield
        return
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        # Without leave to list the folder there is the lock file alone; a missing folder shows at the reading.
        yield
        return
    try:
        while not _try_lock(folder):
            if time.monotonic() > end:
                raise _locked(path, wait)
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(folder)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # File systems of the network cannot lock a folder; there the lock file has to do.
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


def _locked(path: Path, wait: float) -> FileError:
    message = f"Another program has been saving {path} for {wait:g} s. End it if it hangs, then try again."
    return FileError("locked", f"{message} Nothing was changed.")
