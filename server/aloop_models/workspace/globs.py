"""Match paths with the globs of the setting `files`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from aloop_models.workspace.paths import real_path, with_home


def matches_any(path: Path, globs: Iterable[str], folders: Sequence[Path]) -> bool:
    """Return whether the path, or the file that it links to, matches one of the globs.

    Args:
        path: An absolute path.
        globs: Globs with `*`, `**`, `?`, `[…]` and `{a,b}`, as in VS Code. `~` is the home folder. One with more than
            1,000 alternatives, as of `{1..9999}`, matches nothing.
        folders: The workspace folders, to which relative globs apply.
    """
    absolute = [pattern for glob in globs for pattern in _absolute(glob, folders)]
    if not absolute:
        return False
    # Imported here, because few users have the setting.
    from wcmatch._wcparse import PatternLimitException  # No public module has it.
    from wcmatch.glob import BRACE, DOTGLOB, FORCEUNIX, GLOBSTAR, globmatch

    names = {path.as_posix(), real_path(path).as_posix()}
    for glob in absolute:
        with suppress(PatternLimitException):
            if any(globmatch(name, glob, flags=BRACE | DOTGLOB | FORCEUNIX | GLOBSTAR) for name in names):
                return True
    return False


def _absolute(glob: str, folders: Sequence[Path]) -> Iterable[str]:
    """Return the absolute globs; none for an empty one and for an unknown home folder."""
    glob = glob.strip().replace(os.sep, "/")
    if glob.startswith("~"):
        path = with_home(Path(glob))
        return (path.as_posix(),) if path.is_absolute() else ()
    if not glob or Path(glob).is_absolute():
        return (glob,) if glob else ()
    from wcmatch.glob import escape

    roots = {root for folder in folders for root in (folder.as_posix(), real_path(folder).as_posix())}
    return tuple(f"{escape(root, unix=True)}/{glob.removeprefix('./')}" for root in sorted(roots))
