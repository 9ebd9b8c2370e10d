"""Replace a whole file atomically: write a private temporary file in its folder, then move it into place."""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_LEFTOVER_AGE = 600.0
"""Seconds after which a temporary file is a leftover even if a process with its ID is running."""

_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE


def write_private(path: Path, data: bytes, finish: Callable[[int], object] = lambda _: None) -> None:
    """Replace or create a file that only its owner can read; a reader sees the old or the new file.

    Its folder must exist. A power failure may lose the file, unless `finish`, which gets the descriptor, syncs it.

    Raises:
        OSError: the file cannot be written; the old file is kept.
    """
    remove_leftovers(path)
    with temporary_file(path, data, finish) as (temporary, _):
        replace_file(temporary, path)


@contextmanager
def temporary_file(target: Path, data: bytes, finish: Callable[[int], T]) -> Generator[tuple[Path, T]]:
    """Yield a private file in the target's folder with the data, and the result of `finish` for its descriptor.

    The file is removed at the end unless it was moved. Its name matches `<target>*`, so that a `.gitignore` pattern
    of this form covers it.

    Raises:
        OSError: the file cannot be created or written.
    """
    path = target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            finished = finish(descriptor)
        yield path, finished
    finally:
        with suppress(OSError):
            path.unlink()


def replace_file(temporary: Path, target: Path) -> None:
    """Replace the target by the file."""
    if sys.platform == "win32":
        # A program that reads the file blocks this for a moment: an indexer, an editor, a virus scanner.
        for _ in range(20):
            with suppress(PermissionError):
                temporary.replace(target)
                return
            time.sleep(0.05)
    temporary.replace(target)


def remove_leftovers(target: Path) -> None:
    """Remove the temporary files of killed writers of this target."""
    leftover = re.compile(re.escape(target.name) + r"\.(\d{1,9})-[0-9a-f]{8}\.tmp")
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            match = leftover.fullmatch(entry.name)
            if match and entry.is_file(follow_symlinks=False):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                if age > _LEFTOVER_AGE or not _may_run(int(match[1])):
                    Path(entry.path).unlink(missing_ok=True)


def _may_run(process: int) -> bool:
    if process == os.getpid():
        return False
    if sys.platform != "win32":
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            return True
    return True
