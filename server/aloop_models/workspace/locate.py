"""Finds the models.yaml that serves a folder."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aloop_models.workspace.place import device_of, is_repository, modes_count

CONFIG_PATH = Path(".aloop", "models.yaml")
"""The file, relative to the folder that it serves."""

_BLANK_LIMIT = 65_536
"""Bytes; a longer file is taken to have something in it without reading it."""

Source = Literal["option", "workspace", "home", "none"]


@dataclass(frozen=True, slots=True)
class Found:
    """The models.yaml that serves a folder, and why it is this one."""

    path: Path | None
    """Absolute, symbolic links of its last part not followed; None where there is none to use."""
    source: Source
    """`option`: named by the caller; `workspace`: at or above the folder; `home`: in the home folder."""
    create_at: Path
    """The file to make where none was found: in the repository's root, else in the working directory."""
    repository: Path | None
    """The root of the git repository that holds the folder."""
    passed_over: tuple[tuple[Path, str], ...] = ()
    """Nearer files that may not be used, each with the reason in words for people."""
    shadowed: tuple[Path, ...] = ()
    """Further usable files, not used because a nearer one is; nearest first."""


def find_config(start: Path, config: Path | None = None, home: Path | None = None) -> Found:
    """The file `config` if given, else the nearest one from `start` upwards, else the one in the home folder.

    The way up ends at the repository's root, at the home folder or at the border of a file system. A file that is
    neither yours nor root's, that everybody may write, or that is no regular file is passed over; one of white space
    only counts as missing. `config` is taken as it is, even if it does not exist: reading it says so.

    `start` may be a folder, a file, an `.aloop` folder, or not exist at all. Never raises.
    """
    folder = _folder_of(start)
    home = _home(home)
    way = tuple(_upwards(folder, home))
    repository = way[-1] if is_repository(way[-1]) else None
    places = _places(way, home)
    usable: list[tuple[Source, Path]] = []
    if config is not None:
        usable.append(("option", Path(os.path.realpath(_expanded(config).parent), config.name)))
    passed_over: list[tuple[Path, str]] = []
    for source, path in places:
        reason = _reason_against(path)
        if reason == "":
            usable.append((source, path))
        elif reason and not usable:
            passed_over.append((path, reason))
    source, path = usable[0] if usable else ("none", None)
    return Found(
        path,
        source,
        path if path is not None and source == "option" else (repository or folder) / CONFIG_PATH,
        repository,
        tuple(passed_over),
        tuple(other for _, other in usable[1:] if path is None or not _same(other, path)),
    )


def places_of(start: Path, config: Path | None = None, home: Path | None = None) -> tuple[Path, ...]:
    """Every place at which `find_config` looks, nearest first; a file that comes or goes there changes the answer."""
    if config is not None:
        return (find_config(start, config, home).create_at,)
    home = _home(home)
    return tuple(path for _, path in _places(_upwards(_folder_of(start), home), home))


def home_config(home: Path | None = None) -> Path | None:
    """Where the home folder's models.yaml is or would be; None where there is no home folder."""
    home = _home(home)
    return None if home is None else home / CONFIG_PATH


def _places(way: Iterable[Path], home: Path | None) -> list[tuple[Source, Path]]:
    places: list[tuple[Source, Path]] = [("workspace", step / CONFIG_PATH) for step in way if step != home]
    return [*places, ("home", home / CONFIG_PATH)] if home is not None else places


def _upwards(folder: Path, home: Path | None) -> Iterator[Path]:
    device = device_of(folder)
    for step in (folder, *folder.parents):
        if device_of(step) != device:
            return
        yield step
        if step == home or is_repository(step):
            return


def _reason_against(path: Path) -> str | None:
    """Why the file may not be used; "" where it may be; None where it is missing or holds white space only."""
    try:
        link, found = path.lstat(), path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return "it is a folder" if stat.S_ISDIR(found.st_mode) else "it is not a regular file"
    if sys.platform != "win32":
        own = (0, os.geteuid())
        if link.st_uid not in own or found.st_uid not in own:
            return "it belongs to another user; if you trust it, name it with --config"
        if found.st_mode & stat.S_IWOTH and modes_count(found.st_dev):
            return f"every user may write it; if you trust it: chmod o-w {path}"
    return None if is_blank(path) else ""


def is_blank(path: Path) -> bool:
    """Whether the file can be read and holds white space only."""
    try:
        if path.stat().st_size > _BLANK_LIMIT:
            return False
        return not path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    except (OSError, ValueError):
        return False


def _folder_of(start: Path) -> Path:
    """The existing folder, with all links followed, that `start` is, is in, or would be in; never an `.aloop`."""
    try:
        real = Path(os.path.realpath(_expanded(start)))
    except (OSError, ValueError):
        real = Path(os.path.realpath(os.curdir))
    folder = next((step for step in (real, *real.parents) if _is_folder(step)), Path(real.anchor))
    return folder.parent if folder.name == CONFIG_PATH.parent.name else folder


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _home(home: Path | None) -> Path | None:
    try:
        return Path(os.path.realpath(home or Path.home()))
    except (RuntimeError, OSError):
        return None


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
