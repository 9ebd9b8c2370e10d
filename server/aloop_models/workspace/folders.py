"""The folders outside of projects: cache, state, and runtime."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from aloop_models.errors import FileError, file_error

NAME = "aloop-models"


def cache_folder() -> Path:
    """Return the cache folder, which may not exist or not be writable."""
    # Imported here and below, because most programs use at most one of these folders.
    from platformdirs import user_cache_path

    return user_cache_path(NAME, appauthor=False)


def state_path() -> Path:
    """Return the path of `state_folder`, which may not exist."""
    from platformdirs import user_state_path

    return user_state_path(NAME, appauthor=False)


def state_folder() -> Path:
    """Return the folder for what is kept between runs; it is created if needed, and is private (0700).

    Raises:
        FileError: the folder cannot be created, or belongs to another user (`cannotWrite`).
    """
    folder = state_path()
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
    return make_private(folder, "XDG_STATE_HOME")


def runtime_folder() -> Path:
    """Return the folder for locks, sockets and the registry; it is created if needed, and is private (0700).

    Its path is short, because the path of a socket has at most 108 bytes.

    Raises:
        FileError: the folder cannot be created, or belongs to another user (`cannotWrite`).
    """
    if sys.platform == "win32":
        from platformdirs import user_data_path

        folder = user_data_path(NAME, appauthor=False)
        with suppress(OSError):
            folder.parent.mkdir(parents=True, exist_ok=True)
        return make_private(folder)
    # A shell without a login session (su, cron) lacks the variable, but must use the same folder.
    given = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}"
    if Path(given).is_absolute() and _is_private(Path(given)):
        return make_private(Path(given, NAME))
    import tempfile

    try:
        return make_private(Path(tempfile.gettempdir(), f"{NAME}-{os.geteuid()}"))
    except FileNotFoundError as error:
        raise FileError("cannotWrite", f"{error.strerror}. Set TMPDIR to a writable folder.") from error


def make_private(folder: Path, variable: str = "XDG_RUNTIME_DIR") -> Path:
    """Create the folder if needed, and make it private; `variable` is the environment variable that moves it.

    Raises:
        FileError: the folder cannot be created, or belongs to another user (`cannotWrite`).
    """
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if sys.platform == "win32" or _is_private(folder):
            return folder
        if is_own(folder):
            folder.chmod(0o700)
            return folder
    except OSError as error:
        raise file_error(error, folder, "write") from error
    message = f"{folder} is not a folder that belongs to you, so it cannot contain private files."
    raise FileError("cannotWrite", f"{message} Remove it, or set {variable} to a private folder.")


def is_own(folder: Path) -> bool:
    """Return whether the path is a folder of this user, and not a link."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return sys.platform == "win32" or (stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid())


def _is_private(folder: Path) -> bool:
    return is_own(folder) and stat.S_IMODE(folder.lstat().st_mode) & 0o777 == 0o700
