"""Keep the API keys in a models.yaml private: git ignores the file, and only its owner can read it."""

from __future__ import annotations

from pathlib import Path

from aloop_models.errors import file_error
from aloop_models.workspace.first_use import keep_out_of_git, refuse_foreign_link
from aloop_models.workspace.lock import lock_file
from aloop_models.workspace.place import mode_of, repository_of
from aloop_models.workspace.read import target_of

_OTHERS = 0o077


def protect_file(path: Path, *, gitignore: bool, permissions: bool) -> tuple[str, ...]:
    """Add the file to `.gitignore` and remove the permissions of other users; return what was done, a sentence each.

    A symbolic link is followed to the file with the keys, except one that came with a repository.

    Raises:
        FileError: `fileNotFound`; `foreignLink`; `cannotWrite`; `locked`. Nothing was changed.
    """
    refuse_foreign_link(path)
    target = target_of(path)
    messages: list[str] = []
    if permissions:
        messages.append(_restrict(path, target))
    if gitignore and repository_of(target.parent) is None:
        messages.append(f"{path} is not in a git repository.")
    elif gitignore:
        messages += keep_out_of_git(path) or (f"git already ignores {path} and its copies.",)
    return tuple(messages)


def _restrict(path: Path, target: Path) -> str:
    mode = mode_of(target)
    if mode is None:
        return f"Permissions have no effect on the disk of {path}."
    if not mode & _OTHERS:
        return f"Only you can read {path} already."
    try:
        # Without the lock, a save at the same time could restore the mode.
        with lock_file(target):
            target.chmod(mode & ~_OTHERS)
    except OSError as error:
        raise file_error(error, target, "write") from error
    return f"Only you can read {path} now."
