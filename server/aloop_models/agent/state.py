"""The private folder for what the agent remembers between runs: typed lines, and which files were confirmed."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

NAME = "aloop-models"


def state_folder() -> Path:
    """The folder (`XDG_STATE_HOME`, else `~/.local/state`), made where needed: 0700.

    Raises:
        OSError: it cannot be made, or somebody else's stands there.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        given = os.environ.get("XDG_STATE_HOME", "")
        base = Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "state"
    folder = base / NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError(f"{folder} is not a folder of your own")
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
    return folder


def read_lines(name: str) -> list[str]:
    """The lines of a file of the folder; none where it cannot be read."""
    with suppress(OSError, UnicodeDecodeError):
        return (state_folder() / name).read_text(encoding="utf-8").splitlines()
    return []


def add_line(name: str, line: str) -> bool:
    """Append a line to a file of the folder, readable by its owner alone; False where that failed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(state_folder() / name, flags, 0o600)
    except OSError:
        return False
    with os.fdopen(descriptor, "wb") as stream:
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)
        stream.write(line.encode("utf-8", errors="replace") + b"\n")
    return True
