"""The one way in which this package replaces a whole file: a private file beside it is filled and moved into place."""

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
"""Seconds after which a temporary file counts as left over even if a process with its number is running."""

_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE


def write_private(path: Path, data: bytes) -> None:
    """Replace or make a file that only its owner can read; a reader sees the old or the new one.

    It is not forced to the disk: after a power cut the file may be gone. Its folder has to exist.

    Raises:
        OSError: it cannot be written; the old file stays.
    """
    remove_leftovers(path)
    with temporary_file(path, data, lambda _: None) as (temporary, _):
        replace_file(temporary, path)


@contextmanager
def temporary_file(target: Path, data: bytes, finish: Callable[[int], T]) -> Generator[tuple[Path, T]]:
    """Give a private file beside the target that contains the data, and what `finish` returned for its descriptor.

    At the end it is removed unless it was moved. Its name fits `<target>*`, so git ignores it where git ignores the
    target by such a pattern.

    Raises:
        OSError: it cannot be made or written.
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
    """Move the file into the target's place."""
    if sys.platform == "win32":
        # A reader that has the file open blocks this for a moment: an indexer, an editor, a virus scanner.
        for _ in range(20):
            with suppress(PermissionError):
                temporary.replace(target)
                return
            time.sleep(0.05)
    temporary.replace(target)


def remove_leftovers(target: Path) -> None:
    """Remove the temporary files of writers of this target that were killed."""
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
