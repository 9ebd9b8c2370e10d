"""The private folder for what lives only while programs run: locks, sockets and the registry of sessions."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from aloop_models.errors import FileError, file_error

if sys.platform != "win32":
    import fcntl

NAME = "aloop-models"

_PAUSE = 0.01
"""Seconds between two tries for a lock."""


def runtime_folder() -> Path:
    """The folder, made where needed: 0700 and yours. Its path is short, for a socket's has at most 108 bytes.

    Raises:
        FileError: it cannot be made, or somebody else made it (`cannotWrite`).
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or tempfile.gettempdir()
        return _made(Path(local, NAME))
    # A shell without a login session (su, cron) lacks the variable, yet has to meet the others in one place.
    given = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}"
    if Path(given).is_absolute() and _is_private(Path(given)):
        return _made(Path(given, NAME))
    try:
        return _made(Path(tempfile.gettempdir(), f"{NAME}-{os.geteuid()}"))
    except FileNotFoundError as error:
        raise FileError("cannotWrite", f"{error.strerror}. Set TMPDIR to a folder that you may write.") from error


def cache_folder() -> Path:
    """Where what can be made again is kept between runs; not made here. May not exist, may not be writable."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir(), NAME, "cache")
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given if Path(given).is_absolute() else Path.home() / ".cache", NAME)


@contextmanager
def locked(path: Path, wait: float = 10.0) -> Generator[None]:
    """Keeps every other writer of this file out meanwhile; `path` is its real path, links followed.

    The lock file is in the runtime folder and is named after the path, so nothing appears beside the file. The
    system frees it when its holder dies. Not to be taken twice by one thread.

    Raises:
        FileError: another program held the lock for `wait` seconds (`locked`), or there is no runtime folder.
    """
    # Imported here, for it takes longer than the rest of the program's start.
    from filelock import FileLock, Timeout

    end = time.monotonic() + wait
    locks = _made(runtime_folder() / "locks")
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
    """Locks the file's folder too: other writers may have another runtime folder (`su`, a container, another user)."""
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


def _made(folder: Path) -> Path:
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700, parents=sys.platform == "win32")
        if sys.platform == "win32" or _is_private(folder):
            return folder
        if _is_own(folder):
            folder.chmod(0o700)
            return folder
    except OSError as error:
        raise file_error(error, folder, "write") from error
    message = f"{folder} is not a folder of your own, so it cannot hold locks and sockets."
    raise FileError("cannotWrite", f"{message} Remove it, or set XDG_RUNTIME_DIR to a private folder of yours.")


def _is_own(folder: Path) -> bool:
    """Whether it is a folder, no link to one, and belongs to this user."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return sys.platform == "win32" or (stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid())


def _is_private(folder: Path) -> bool:
    return _is_own(folder) and stat.S_IMODE(folder.lstat().st_mode) & 0o077 == 0
