"""The folders outside of projects: what can be made again, what is remembered, and what lives while programs run."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from aloop_models.errors import FileError, file_error

NAME = "aloop-models"


def cache_folder() -> Path:
    """Return where what can be made again is kept; it may not exist, and it may not be writable."""
    # Imported here, as in the next function, for most programs use one of these folders at most.
    from platformdirs import user_cache_path

    return user_cache_path(NAME, appauthor=False)


def state_folder() -> Path:
    """Return the folder for what is remembered between runs, made where needed: 0700 and yours.

    Raises:
        FileError: it cannot be made, or somebody else made it (`cannotWrite`).
    """
    from platformdirs import user_state_path

    folder = user_state_path(NAME, appauthor=False)
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
    return make_private(folder, "XDG_STATE_HOME")


def runtime_folder() -> Path:
    """Return the folder for locks, sockets and the registry, made where needed: 0700 and yours.

    Its path is short, because a socket's has at most 108 bytes.

    Raises:
        FileError: it cannot be made, or somebody else made it (`cannotWrite`).
    """
    if sys.platform == "win32":
        from platformdirs import user_data_path

        folder = user_data_path(NAME, appauthor=False)
        with suppress(OSError):
            folder.parent.mkdir(parents=True, exist_ok=True)
        return make_private(folder)
    # A shell without a login session (su, cron) lacks the variable, yet has to meet the others in one place.
    given = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}"
    if Path(given).is_absolute() and _is_private(Path(given)):
        return make_private(Path(given, NAME))
    try:
        return make_private(Path(tempfile.gettempdir(), f"{NAME}-{os.geteuid()}"))
    except FileNotFoundError as error:
        raise FileError("cannotWrite", f"{error.strerror}. Set TMPDIR to a folder that you may write.") from error


def make_private(folder: Path, variable: str = "XDG_RUNTIME_DIR") -> Path:
    """Make the folder where needed, and close it to others; `variable` is the one that names another place.

    Raises:
        FileError: it cannot be made, or it is not a folder of this user (`cannotWrite`).
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
    message = f"{folder} is not a folder of your own, so private files cannot be kept in it."
    raise FileError("cannotWrite", f"{message} Remove it, or set {variable} to a private folder of yours.")


def is_own(folder: Path) -> bool:
    """Return whether it is a folder, not a link to one, and belongs to this user."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return sys.platform == "win32" or (stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid())


def _is_private(folder: Path) -> bool:
    return is_own(folder) and stat.S_IMODE(folder.lstat().st_mode) & 0o077 == 0
