"""Match paths with the globs of the setting `files`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|\{[^{}]*\}|.", re.DOTALL)


def matches_any(path: Path, globs: Iterable[str], folders: Sequence[Path]) -> bool:
    """Return whether the path, or the file that it links to, matches one of the globs.

    Args:
        path: An absolute path.
        globs: Globs with `*`, `**`, `?`, `[…]` and `{a,b}`, as in VS Code. `~` is the home folder.
        folders: The workspace folders, to which relative globs apply.
    """
    names = {path.as_posix(), Path(os.path.realpath(path)).as_posix()}
    return any(
        _expression(pattern).fullmatch(name) for glob in globs for pattern in _absolute(glob, folders) for name in names
    )


def _absolute(glob: str, folders: Sequence[Path]) -> Iterable[str]:
    """Return the absolute globs; none for an empty one and for an unknown home folder."""
    glob = glob.strip().replace(os.sep, "/")
    if glob.startswith("~"):
        try:
            return (Path(glob).expanduser().as_posix(),)
        except RuntimeError:
            return ()
    if not glob or Path(glob).is_absolute():
        return (glob,) if glob else ()
    roots = {root for folder in folders for root in (folder.as_posix(), Path(os.path.realpath(folder)).as_posix())}
    return tuple(f"{_escape(root)}/{glob.removeprefix('./')}" for root in sorted(roots))


def _escape(path: str) -> str:
    return re.sub(r"[*?\[{]", r"[\g<0>]", path)


@lru_cache(maxsize=64)
def _expression(glob: str) -> re.Pattern[str]:
    return re.compile("".join(map(_translate, _PART.findall(glob))))


def _translate(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part == "**":
        return ".*"
    if part == "*":
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if part.startswith("[") and len(part) > 1:
        inner = part[1:-1]
        sign, inner = ("^", inner[1:]) if inner.startswith("!") else ("", inner)
        return f"[{sign}{re.escape(inner).replace(chr(92) + '-', '-')}]"
    if part.startswith("{") and len(part) > 1:
        choices = ("".join(map(_translate, _PART.findall(choice))) for choice in part[1:-1].split(","))
        return f"(?:{'|'.join(choices)})"
    return re.escape(part)
