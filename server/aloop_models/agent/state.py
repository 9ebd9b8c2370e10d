"""What the agent keeps between runs in the state folder: files of lines, and whether there is a history at all."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from aloop_models.errors import FileError
from aloop_models.workspace.folders import state_folder

HISTORY = "ALOOP_HISTORY"
"""With `off`, the agent saves no typed lines, no conversations and no models that were asked."""


def keeps_history() -> bool:
    """Return whether what a person does is saved; any value that does not clearly mean yes means no."""
    return os.environ.get(HISTORY, "").strip().casefold() in ("", "on", "1", "true", "yes")


def read_lines(name: str) -> list[str]:
    """The lines of a file in the state folder; empty if it cannot be read."""
    with suppress(FileError, OSError, UnicodeDecodeError):
        return (state_folder() / name).read_text(encoding="utf-8").splitlines()
    return []


def add_line(name: str, line: str) -> bool:
    """Append a line to a file in the state folder, readable only by its owner; return whether that worked."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(state_folder() / name, flags, 0o600)
    except (FileError, OSError):
        return False
    with os.fdopen(descriptor, "wb") as stream:
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)
        stream.write(line.encode("utf-8", errors="replace") + b"\n")
    return True
