"""Read regular UTF-8 files, with a stamp that shows later whether they have changed."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

from aloop_models.core.limits import MAX_BYTES
from aloop_models.errors import FileError, file_error
from aloop_models.workspace.mounts import is_of_the_kernel
from aloop_models.workspace.paths import is_file

_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Stamp(NamedTuple):
    """The state of a file; if it differs, the file may have changed."""

    device: int
    inode: int
    size: int
    """Bytes."""
    modified: int
    """Nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class FileText:
    """The content of a file at one moment."""

    path: Path
    """The path as given by the caller."""
    text: str
    """The whole text, with a byte order mark as U+FEFF and unchanged line endings."""
    digest: str
    """SHA-256 of the bytes, in hexadecimal."""
    stamp: Stamp
    notes: tuple[str, ...] = ()
    """What a person should know about the save; empty after a read."""


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of the file (links followed); None if it does not exist or cannot be accessed."""
    try:
        return stamp_from(path.stat())
    except (OSError, ValueError):
        return None


def read_file(path: Path) -> FileText:
    """Read the file, links followed.

    Raises:
        FileError: `fileNotFound`; `cannotRead` for a folder, a device or pipe, a file of the kernel, a file over
            `MAX_BYTES` or one without permission; `invalidFile` for bytes that are not UTF-8.
    """
    data, found = bytes_of(path)
    return FileText(path, decode_text(data, path), digest_of(data), stamp_from(found))


def text_of(path: Path) -> str | None:
    """Return the file's text; None if there is no file; otherwise as `read_file`."""
    try:
        return read_file(path).text
    except FileError as problem:
        if problem.reason == "fileNotFound":
            return None
        raise


def target_of(path: Path) -> Path:
    """Return the real path of an existing file; raises `FileError` if there is none."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def bytes_of(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file within the limit and its status at that time; else raises `FileError`."""
    try:
        # Opening a device can trigger it, so the path is checked first; the second check is of the opened file.
        _require_regular(path, path.stat())
        descriptor = os.open(path, _READ_FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            _require_regular(path, found)
            # A file that gives no data now, such as one of a file system in user space, reads as None.
            data = cast("bytes | None", stream.read(MAX_BYTES + 1))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if data is None:
        raise FileError("cannotRead", f"{path} gives no data. Check the path.")
    if len(data) > MAX_BYTES:
        raise _too_large(path)
    return data, found


def decode_text(data: bytes, path: Path) -> str:
    """Return the text of the bytes; raises `FileError` if they are not UTF-8. `path` is for the message."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        looks = " It looks like UTF-16." if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        where = f"{path}:{line}: byte {error.start} is not valid UTF-8."
        problem = FileError("invalidFile", f"{where}{looks} Save the file as UTF-8.")
        problem.line = line
        raise problem from None


def digest_of(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stamp_from(found: os.stat_result) -> Stamp:
    """Return the stamp of a file with this status."""
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _require_regular(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileError("cannotRead", f"{path} is a folder, not a file. {_advice_about_folder(path)}")
    if not stat.S_ISREG(found.st_mode):
        raise FileError("cannotRead", f"{path} is a device or a pipe, not a file. Check the path.")
    if is_of_the_kernel(found):
        raise FileError("cannotRead", f"{path} is a file of the kernel, not a file on a disk. Check the path.")
    if found.st_size > MAX_BYTES:
        raise _too_large(path)


def _advice_about_folder(path: Path) -> str:
    if path.name == "models.yaml":
        return "Move it away, or use the path of a file."
    inside = next((file for file in (path / ".aloop/models.yaml", path / "models.yaml") if is_file(file)), None)
    return f"Use {inside}" if inside else "Use the path of a file."


def _too_large(path: Path) -> FileError:
    return FileError("cannotRead", f"{path} is larger than {MAX_BYTES >> 20} MiB, which is the limit. Check the path.")


def _unreadable(path: Path, error: OSError | ValueError) -> FileError:
    if not isinstance(error, OSError):
        return FileError("cannotRead", "The path of the file contains an invalid character. Check the path.")
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        message = f"{path} is a link to {path.readlink()}, which does not exist. Correct the link, or remove it."
        return FileError("fileNotFound", message)
    return file_error(error, path, "read")
