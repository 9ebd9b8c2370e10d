"""Look at any path that a person or a program names.

`pathlib` raises an error for a path without access, one that is too long and a loop of symbolic links; these functions
do not.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def real_path(path: Path) -> Path:
    """Return the path with all links resolved, as far as that is possible."""
    return Path(os.path.realpath(path))


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


def _status_of(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None
