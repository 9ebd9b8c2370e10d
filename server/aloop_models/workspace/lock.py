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

from aloop_models.errors import FileError, file_error
from aloop_models.workspace.folders import make_private, runtime_folder

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.01
"""Seconds between two tries for a lock."""

_NO_LOCKS = frozenset({errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})
"""The answers of network file systems and of file systems in user space that cannot lock."""


@contextmanager
def lock_file(path: Path, wait: float = 10.0) -> Generator[None]:
    """Lock the file against other writers; `path` is its real path.

    The lock file is in the runtime folder and named after the path, so the file's own folder does not change. The
    system releases the lock when its process ends. It is not reentrant.

    Raises:
        FileError: another program had the lock for `wait` seconds (`locked`), or there is no runtime folder.
    """
    # Imported here, because it takes longer than the rest of the program's start.
    from filelock import FileLock, Timeout

    # Without `flock`, the existence of the lock file is the lock; filelock would warn about this on stderr.
    warnings.filterwarnings("ignore", category=UserWarning, module="filelock")
    end = time.monotonic() + wait
    locks = make_private(runtime_folder() / "locks")
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    lock, turn = (FileLock(locks / f"{name}.{kind}", mode=0o600) for kind in ("lock", "turn"))
    try:
        # Who has the turn gets the lock next, so that a program that writes again and again keeps nobody waiting.
        with turn.acquire(timeout=wait, poll_interval=_PAUSE):  # pyright: ignore[reportUnknownMemberType]
            left = max(0.0, end - time.monotonic())
            lock.acquire(timeout=left, poll_interval=_PAUSE)  # pyright: ignore[reportUnknownMemberType]
    except Timeout:
        raise _locked(path, wait) from None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            message = (
                f"The file system of {locks} has no locks. Set XDG_RUNTIME_DIR to a private folder on a local disk."
            )
            raise FileError("cannotWrite", f"{message} Nothing was changed.") from error
        raise file_error(error, locks, "write") from error
    try:
        with _folder_locked(path, end, wait):
            yield
    finally:
        lock.release()


@contextmanager
def _folder_locked(path: Path, end: float, wait: float) -> Generator[None]:
    """Lock the file's folder too, because other writers may have another runtime folder (`su`, a container)."""
    if sys.platform == "win32":
        yield
        return
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        # Without permission to list the folder, only the lock file is used; reading reports a missing folder.
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
        # Network file systems cannot lock a folder; there, only the lock file is used.
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


def _locked(path: Path, wait: float) -> FileError:
    message = f"Another program has locked {path} for {wait:g} seconds. If it hangs, end it. Then try again."
    return FileError("locked", f"{message} Nothing was changed.")
