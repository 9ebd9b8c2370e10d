"""Save files safely: one writer at a time, atomically, with owner and mode preserved."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from aloop_models.errors import FileError, file_error
from aloop_models.workspace.atomic import remove_leftovers, replace_file, temporary_file
from aloop_models.workspace.in_place import cannot_be_replaced, finish_overwriting, is_read_only, overwrite_file
from aloop_models.workspace.lock import lock_file
from aloop_models.workspace.paths import absolute_path, exists
from aloop_models.workspace.read import FileText as FileText
from aloop_models.workspace.read import Stamp as Stamp
from aloop_models.workspace.read import bytes_of, decode_text, digest_of, stamp_from, target_of
from aloop_models.workspace.read import read_file as read_file
from aloop_models.workspace.read import stamp_of as stamp_of

_ATTEMPTS = 3
"""Maximum number of tries if a program without the lock keeps writing the file."""

_ACCESS_LIST = "system.posix_acl_access"


def edit_file(path: Path, change: Callable[[str], str]) -> FileText:
    """Replace the text of a file by `change(text)` and return its new content; one writer at a time.

    Symbolic links stay links; their target is replaced. Owner, group, mode and attributes are preserved. An unchanged
    text writes nothing. Blocks up to 10 s for the lock, else a few milliseconds. `change` runs under the lock, up to
    three times if another program writes the file; it must not edit the same file.

    Raises:
        FileError: as `read_file`; `locked`; `cannotWrite`; `conflict` if another program keeps changing the file.
        RefusedError: as `change`. After an error the file is unchanged, and there is no temporary file.
    """
    data, stamp, notes = edit_bytes(path, lambda old: _encode(change(decode_text(old, path)), path))
    return FileText(path, decode_text(data, path), digest_of(data), stamp, notes)


def edit_bytes(path: Path, change: Callable[[bytes], bytes]) -> tuple[bytes, Stamp, tuple[str, ...]]:
    """Replace the bytes of a file as `edit_file`; return the new bytes, their stamp, and notes for the person."""
    target = target_of(path)
    with lock_file(target):
        remove_leftovers(target)
        repaired = _finish_overwriting(target)
        for _ in range(_ATTEMPTS):
            old, found = bytes_of(target)
            new = change(old)
            if new == old:
                return old, stamp_from(found), repaired
            _require_writable(path, target, found)
            try:
                with _temporary(target, new, found) as made:
                    if target_of(path) == target and _is_still(target, old, found):
                        return new, *_put_over(made, target, old, new, repaired)
            except FileError as error:
                # The file itself is writable: a mount of its own in a read-only folder.
                if not is_read_only(error.__cause__):
                    raise
                if target_of(path) == target and _is_still(target, old, found):
                    return new, _overwrite(target, old, new), repaired
    message = f"Another program keeps changing {path}. Close it, or wait until it is done. Then try again."
    raise FileError("conflict", f"{message} Nothing was changed.")


def create_file(path: Path, text: str, mode: int = 0o600) -> FileText:
    """Create the file atomically, with its folder (mode 0755, limited by the umask).

    Raises:
        FileError: `conflict` if the path exists, even as a broken link; `cannotWrite`; `locked`.
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
                dangling = target.is_symlink() and not exists(target)
                what = f"is a link to {target.readlink()}, which does not exist" if dangling else "already exists"
                message = f"{path} {what}. Move it away. Then try again. Nothing was changed."
                raise FileError("conflict", message) from error
            _sync_folder(target)
            return FileText(path, text, digest_of(data), made.stamp, made.notes)


class _Temporary(NamedTuple):
    path: Path
    stamp: Stamp
    notes: tuple[str, ...]


@contextmanager
def _temporary(target: Path, data: bytes, like: os.stat_result | int) -> Generator[_Temporary]:
    """Yield a file in the target's folder with the data, synced to the disk; it is removed unless it was moved.

    `like` is the file whose owner, group, mode and attributes are copied, or the mode of a new file.
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
    """Copy owner, group, attributes and mode; if one cannot be preserved, fewer users can read the file, never more."""
    if sys.platform == "win32":
        return ()
    notes: list[str] = []
    if isinstance(like, int):
        mode = like
    else:
        mode = like.st_mode & 0o777
        if like.st_nlink > 1:
            notes.append(f"{target} has other hard links ({like.st_nlink - 1}). They keep the old text.")
        made = os.fstat(descriptor)
        if made.st_gid != like.st_gid and not _give(descriptor, -1, like.st_gid):
            mode &= ~0o070
            notes.append(f"The group of {target} could not be preserved, so its members have no access.")
        if made.st_uid != like.st_uid and not _give(descriptor, like.st_uid, -1):
            notes.append(f"The owner of {target} could not be preserved, so the file belongs to you.")
        if not _copy_attributes(target, descriptor):
            mode &= ~0o070
            notes.append(f"The access control list of {target} could not be preserved.")
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
    """Copy extended attributes where possible; return false if the access control list could not be copied."""
    if sys.platform != "linux":
        return True
    try:
        names = os.listxattr(source)
    except OSError:
        names: list[str] = []
    if _ACCESS_LIST not in names:
        # A default list of the folder would give access to people who had none before.
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
    """Move the file to a new name; raises `FileExistsError` if the name is taken."""
    if sys.platform == "win32":
        temporary.rename(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links; the lock keeps other writers out between the two steps.
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        replace_file(temporary, target)


def _put_over(
    made: _Temporary, target: Path, old: bytes, new: bytes, notes: tuple[str, ...]
) -> tuple[Stamp, tuple[str, ...]]:
    """Replace the target by the temporary file, or overwrite it if it is a mount point; return stamp and notes."""
    try:
        replace_file(made.path, target)
    except OSError as error:
        if not cannot_be_replaced(error):
            raise
        return stamp_from(overwrite_file(target, old, new)), notes
    _sync_folder(target)
    return made.stamp, (*notes, *made.notes)


def _overwrite(target: Path, old: bytes, new: bytes) -> Stamp:
    try:
        return stamp_from(overwrite_file(target, old, new))
    except OSError as error:
        raise file_error(error, target, "write") from error


def _finish_overwriting(target: Path) -> tuple[str, ...]:
    try:
        message = finish_overwriting(target)
    except OSError as error:
        raise file_error(error, target, "write") from error
    return () if message is None else (message,)


def _sync_folder(target: Path) -> None:
    """Sync the folder, so that the new name survives a power failure; errors do not matter, the file is saved."""
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


def _require_writable(path: Path, target: Path, found: os.stat_result) -> None:
    if not found.st_mode & 0o222:
        if path.is_symlink():
            raise _links_to_read_only(path, target)
        message = f"{target} is read-only. To allow changes, run: chmod u+w {target}. Then try again."
        raise FileError("cannotWrite", f"{message} Nothing was changed.")
    try:
        # Replacing a file needs access to its folder only, but a read-only file must not change either.
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            os.close(os.open(target, os.O_WRONLY))
    except FileNotFoundError as error:
        raise file_error(error, target, "read") from error
    except OSError as error:
        if path.is_symlink():
            raise _links_to_read_only(path, target) from error
        raise file_error(error, target, "write") from error


def _links_to_read_only(path: Path, target: Path) -> FileError:
    """Return the refusal for a link into a read-only place, such as a Nix store, whose files are made by a program."""
    link = absolute_path(path)
    here, new = shlex.quote(str(link)), shlex.quote(f"{link}.new")
    copy = f"cp {here} {new} && chmod 600 {new} && mv -f {new} {here}"
    return FileError(
        "cannotWrite",
        f"{link} is a link to {target}, which is read-only. Change the file where it is made (Nix, stow, dotfiles), or "
        f"replace the link by a copy: {copy}. Then try again. Nothing was changed.",
    )


def _encode(text: str, path: Path) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"The new text of {path} has an invalid character (at {error.start}). Remove it."
        raise FileError("cannotWrite", f"{message} Nothing was changed.") from None
