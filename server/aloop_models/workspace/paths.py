"""Look at any path that a person or a program names.

`pathlib` raises an error for a path without access, for one that is too long, for a loop of symbolic links, and if the
working directory no longer exists. These functions do not, except `working_folder`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from aloop_models.errors import FileError


def real_path(path: Path) -> Path:
    """Return the absolute path with all links resolved, as far as that is possible.

    It stays relative if the working directory no longer exists.
    """
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def absolute_path(path: Path) -> Path:
    """Return the absolute path, with its links; it stays relative if the working directory no longer exists."""
    try:
        return path.absolute()
    except OSError:
        return path


def working_folder() -> Path:
    """Return the working directory, for a program that a person has started in it.

    Raises:
        FileError: it no longer exists (`fileNotFound`).
    """
    try:
        return Path.cwd()
    except OSError:
        message = "The current folder no longer exists. Change to another folder (cd). Then try again."
        raise FileError("fileNotFound", message) from None


def with_home(path: Path) -> Path:
    """Return the path with the home folder in place of `~`; unchanged if the system does not know that folder."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def exists(path: Path) -> bool:
    """Return whether there is a file or folder (links followed); False if the system cannot say."""
    return _status_of(path) is not None


def is_file(path: Path) -> bool:
    """Return whether there is a regular file (links followed); False if the system cannot say."""
    found = _status_of(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def is_folder(path: Path) -> bool:
    """Return whether there is a folder (links followed); False if the system cannot say."""
    found = _status_of(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def is_link(path: Path) -> bool:
    """Return whether there is a symbolic link; False if the system cannot say."""
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False


def _status_of(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None
