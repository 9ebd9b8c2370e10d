"""Overwrite a file that cannot be replaced, such as a file that is a mount point in a container."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from aloop_models.workspace.atomic import write_private
from aloop_models.workspace.folders import is_own, make_private, state_folder, state_path

_FOLDER = "saves"
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def cannot_be_replaced(error: OSError) -> bool:
    """Return whether a file cannot be replaced because it is a mount point."""
    return error.errno == errno.EBUSY


def is_read_only(error: BaseException | None) -> bool:
    """Return whether the folder of a file takes no temporary file, because its disk is mounted read-only."""
    return isinstance(error, OSError) and error.errno == errno.EROFS


def overwrite_file(target: Path, old: bytes, new: bytes) -> os.stat_result:
    """Write the new bytes into the file and return its status.

    Until that is done, a copy of both texts is in the state folder, so that `finish_overwriting` can repair the file
    after a crash. It is not next to the file, where it could come with a repository. A reader can see a mixture of both
    texts for a moment.

    Raises:
        FileError: there is no state folder (`cannotWrite`).
        OSError: the file or its copy cannot be written. The file has the old bytes unless they cannot be written back.
    """
    copy = make_private(state_folder() / _FOLDER, "XDG_STATE_HOME") / _name_of_copy(target)
    write_private(copy, b"%d\n" % len(old) + old + new, os.fsync)
    try:
        found = _write(target, new)
    except OSError:
        _write(target, old)
        copy.unlink()
        raise
    copy.unlink()
    return found


def finish_overwriting(target: Path) -> str | None:
    """Repair a file whose writer was killed, and return a message about it; None if there is nothing to repair.

    A file that has been changed since then stays as it is.

    Raises:
        OSError: the file cannot be written.
    """
    folder = state_path() / _FOLDER
    copy = folder / _name_of_copy(target)
    if not is_own(folder):
        return None
    try:
        size, texts = copy.read_bytes().split(b"\n", 1)
        old, new = texts[: int(size)], texts[int(size) :]
        now = target.read_bytes()
    except (OSError, ValueError):
        return None
    message = None
    if now not in (old, new) and _is_mixture(now, old, new):
        _write(target, new)
        message = f"The last save of {target} was interrupted. It is complete now."
    with suppress(OSError):
        copy.unlink()
    return message


def _name_of_copy(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target)).hexdigest()[:32]


def _is_mixture(now: bytes, old: bytes, new: bytes) -> bool:
    """Return whether the bytes are the start of the new text, followed by the rest of the old one."""
    pairs = enumerate(zip(now, new, strict=False))
    written = next((at for at, (one, other) in pairs if one != other), min(len(now), len(new)))
    return now[written:] == old[written:]


def _write(target: Path, data: bytes) -> os.stat_result:
    descriptor = os.open(target, _FLAGS)
    with os.fdopen(descriptor, "r+b", buffering=0) as stream:
        left = memoryview(data)
        while left:
            left = left[stream.write(left) :]
        stream.truncate()
        os.fsync(descriptor)
        return os.fstat(descriptor)
