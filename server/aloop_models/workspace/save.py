"""Saves files so that nothing is lost: one writer at a time, whole or not at all, with owner and mode kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from aloop_models.errors import FileError, file_error
from aloop_models.workspace.atomic import remove_leftovers, replace_file, temporary_file
from aloop_models.workspace.lock import lock_file
from aloop_models.workspace.read import FileText as FileText
from aloop_models.workspace.read import Stamp as Stamp
from aloop_models.workspace.read import bytes_of, decode_text, digest_of, stamp_from, target_of
from aloop_models.workspace.read import read_file as read_file
from aloop_models.workspace.read import stamp_of as stamp_of

_ATTEMPTS = 3
"""How often a change is made anew because a program that takes no lock wrote the file in between."""

_ACCESS_LIST = "system.posix_acl_access"


def edit_file(path: Path, change: Callable[[str], str]) -> FileText:
    """Replace the text of a file by `change(text)` and return what it contains now; one writer at a time.

    Through symbolic links: the link stays, its target is replaced. Owner, group, mode and attributes stay. A text
    that comes back as it was writes nothing. Blocks: up to 10 s for the lock, else a few milliseconds. `change` runs
    under the lock, once or (if another program interferes) up to three times; it must not edit the same file.

    Raises:
        FileError: as `read_file`; `locked`; `cannotWrite`; `conflict` where another program keeps changing the file.
        RefusedError: whatever `change` raises. After any of these the file is as it was, and no temporary file is left.
    """
    data, stamp, notes = edit_bytes(path, lambda old: _encode(change(decode_text(old, path)), path))
    return FileText(path, decode_text(data, path), digest_of(data), stamp, notes)


def edit_bytes(path: Path, change: Callable[[bytes], bytes]) -> tuple[bytes, Stamp, tuple[str, ...]]:
    """As `edit_file`, for a file of any encoding: its bytes now, their stamp, and what a person should know."""
    target = target_of(path)
    with lock_file(target):
        remove_leftovers(target)
        for _ in range(_ATTEMPTS):
            old, found = bytes_of(target)
            new = change(old)
            if new == old:
                return old, stamp_from(found), ()
            _require_writable(target, found)
            with _temporary(target, new, found) as made:
                if target_of(path) == target and _is_still(target, old, found):
                    replace_file(made.path, target)
                    _sync_folder(target)
                    return new, made.stamp, made.notes
    message = f"Another program keeps changing {path}. Close it or wait until it is done, then try again."
    raise FileError("conflict", f"{message} Nothing was changed.")


def create_file(path: Path, text: str, mode: int = 0o600) -> FileText:
    """Make the file, whole or not at all, and the folder around it (0755 or what your umask leaves of it).

    Raises:
        FileError: `conflict` where something stands there already, a dangling link included; `cannotWrite`; `locked`.
    """
    data = _encode(text, path)
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        target = Path(os.path.realpath(path.parent, strict=True)) / path.name
    except OSError as error:
        raise file_error(error, path.parent, "write") from error
    with lock_file(target):
        remove_leftovers(target)
        with _temporary(target, data, mode) as made:
            try:
                _put(made.path, target)
            except FileExistsError as error:
                dangling = target.is_symlink() and not target.exists()
                what = f"is a link to {target.readlink()}, which does not exist" if dangling else "exists already"
                message = f"{path} {what}. Move it away, then try again. Nothing was changed."
                raise FileError("conflict", message) from error
            _sync_folder(target)
            return FileText(path, text, digest_of(data), made.stamp, made.notes)


class _Temporary(NamedTuple):
    path: Path
    stamp: Stamp
    notes: tuple[str, ...]


@contextmanager
def _temporary(target: Path, data: bytes, like: os.stat_result | int) -> Generator[_Temporary]:
    """A file beside the target that holds the data, on the disk for certain; gone at the end unless it was moved.

    `like` is the file whose owner, group, mode and attributes it takes over, or the mode of a new one.
    """

    def finish(descriptor: int) -> tuple[Stamp, tuple[str, ...]]:
        notes = _dress(descriptor, target, like)
        os.fsync(descriptor)
        return stamp_from(os.fstat(descriptor)), notes

    try:
        with temporary_file(target, data, finish) as (path, (stamp, notes)):
            yield _Temporary(path, stamp, notes)
    except OSError as error:
        raise file_error(error, target, "write") from error


def _dress(descriptor: int, target: Path, like: os.stat_result | int) -> tuple[str, ...]:
    """Give the new file owner, group, attributes and mode; where one cannot be kept, fewer may read it, never more."""
    if sys.platform == "win32":
        return ()
    notes: list[str] = []
    if isinstance(like, int):
        mode = like
    else:
        mode = like.st_mode & 0o777
        if like.st_nlink > 1:
            notes.append(f"{target} has {like.st_nlink - 1} more hard links; those keep the old text.")
        made = os.fstat(descriptor)
        if made.st_gid != like.st_gid and not _give(descriptor, -1, like.st_gid):
            mode &= ~0o070
            notes.append(f"The group of {target} could not be kept, so its members lost their access.")
        if made.st_uid != like.st_uid and not _give(descriptor, like.st_uid, -1):
            notes.append(f"{target} belongs to you now; its former owner could not be kept.")
        if not _copy_attributes(target, descriptor):
            mode &= ~0o070
            notes.append(f"The access list of {target} could not be kept.")
    with suppress(PermissionError):
        os.fchmod(descriptor, mode)
    return tuple(notes)


def _give(descriptor: int, owner: int, group: int) -> bool:
    try:
        os.fchown(descriptor, owner, group)
    except OSError:
        return False
    return True


def _copy_attributes(source: Path, descriptor: int) -> bool:
    """Copy what extended attributes can be copied; False where the access list was not, which says who may read."""
    if sys.platform != "linux":
        return True
    try:
        names = os.listxattr(source)
    except OSError:
        names: list[str] = []
    if _ACCESS_LIST not in names:
        # One that the folder hands down to new files would let in people whom the old file kept out.
        with suppress(OSError):
            os.removexattr(descriptor, _ACCESS_LIST)
    kept = True
    for name in names:
        try:
            os.setxattr(descriptor, name, os.getxattr(source, name))
        except OSError:
            kept = kept and name != _ACCESS_LIST
    return kept


def _put(temporary: Path, target: Path) -> None:
    """Move the file to a name that must be free, else `FileExistsError`."""
    if sys.platform == "win32":
        temporary.rename(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links; the lock keeps other writers of this kind out between the two steps.
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        replace_file(temporary, target)


def _sync_folder(target: Path) -> None:
    """Make the new name last through a power cut; by now the file is saved, so this cannot fail it."""
    if sys.platform != "win32":
        with suppress(OSError):
            folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _is_still(target: Path, data: bytes, found: os.stat_result) -> bool:
    now_data, now = bytes_of(target)
    return now_data == data and _identity(now) == _identity(found)


def _identity(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_mode, found.st_uid, found.st_gid, found.st_nlink


def _require_writable(target: Path, found: os.stat_result) -> None:
    if not found.st_mode & 0o222:
        message = f"{target} is read-only. If you want it changed: chmod u+w {target}, then try again."
        raise FileError("cannotWrite", f"{message} Nothing was changed.")
    try:
        # Replacing asks for leave to change the folder only; whoever closed the file itself meant that too.
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            os.close(os.open(target, os.O_WRONLY))
    except FileNotFoundError as error:
        raise file_error(error, target, "read") from error
    except OSError as error:
        raise file_error(error, target, "write") from error


def _encode(text: str, path: Path) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"The new text of {path} holds half a character (at {error.start}), which UTF-8 cannot. Remove it."
        raise FileError("cannotWrite", f"{message} Nothing was changed.") from None
