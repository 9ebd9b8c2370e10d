"""Reads files with care: only regular ones, only UTF-8, and with what tells later whether they have changed."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from aloop_models.errors import FileError, file_error

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is refused: it is no models.yaml."""

_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Stamp(NamedTuple):
    """What tells cheaply whether a file may have changed: a different stamp means look again."""

    device: int
    inode: int
    size: int
    """Bytes."""
    modified: int
    """Nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file held at one moment."""

    path: Path
    """As the caller named it."""
    text: str
    """All of it: a byte order mark stays as U+FEFF, line ends as they are."""
    digest: str
    """SHA-256 of the bytes, in hexadecimal."""
    stamp: Stamp
    notes: tuple[str, ...] = ()
    """What a person should know about how it was saved; nothing after a mere reading."""


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file that the path leads to; None where there is none or it cannot be seen."""
    try:
        return stamp_from(path.stat())
    except (OSError, ValueError):
        return None


def read_file(path: Path) -> FileText:
    """The file's text, links followed.

    Raises:
        FileError: `fileNotFound`; `cannotRead` for a folder, a device or pipe, a file over 16 MiB or one without
            permission; `invalidFile` for bytes that are not UTF-8.
    """
    data, found = bytes_of(path)
    return FileText(path, decode_text(data, path), digest_of(data), stamp_from(found))


def text_of(path: Path) -> str | None:
    """The file's text, None where there is no file; otherwise as `read_file`."""
    try:
        return read_file(path).text
    except FileError as problem:
        if problem.reason == "fileNotFound":
            return None
        raise


def target_of(path: Path) -> Path:
    """The real path of an existing file, all links followed; raises `FileError` where there is none."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def bytes_of(path: Path) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file of at most 16 MiB, and what it was when they were read; else `FileError`."""
    try:
        # Merely opening a device can set it off, so it is looked at first; the second look is at what was opened.
        _require_regular(path, path.stat())
        descriptor = os.open(path, _READ_FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            _require_regular(path, found)
            return stream.read(), found
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def decode_text(data: bytes, path: Path) -> str:
    """The text of the bytes; raises `FileError` where they are not UTF-8. `path` is for the message."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        looks = " It looks like UTF-16." if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        where = f"{path}:{line}: byte {error.start} of the file is not UTF-8."
        problem = FileError("invalidFile", f"{where}{looks} Save the file as UTF-8.")
        problem.line = line
        raise problem from None


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stamp_from(found: os.stat_result) -> Stamp:
    """The stamp of a file that was looked at."""
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _require_regular(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileError("cannotRead", f"{path} is a folder, not a file. Move it away, or name the file inside it.")
    if not stat.S_ISREG(found.st_mode):
        raise FileError("cannotRead", f"{path} is a device or a pipe, not a file. Check the path.")
    if found.st_size > MAX_BYTES:
        message = f"{path} is larger than {MAX_BYTES >> 20} MiB, so it is no models.yaml. Check the path."
        raise FileError("cannotRead", message)


def _unreadable(path: Path, error: OSError | ValueError) -> FileError:
    if not isinstance(error, OSError):
        return FileError("cannotRead", "The path of the file holds a character that no path can. Check the path.")
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        message = f"{path} is a link to {path.readlink()}, which does not exist. Correct or remove the link."
        return FileError("fileNotFound", message)
    return file_error(error, path, "read")
