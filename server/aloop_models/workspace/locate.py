"""Finds the models.yaml that serves a folder."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from aloop_models.catalog.redaction import redact
from aloop_models.errors import FileError
from aloop_models.workspace.place import device_of, is_repository, modes_count

CONFIG_PATH = Path(".aloop", "models.yaml")
"""The file, relative to the folder that it serves."""

_BLANK_LIMIT = 65_536
"""Bytes; a longer file is taken to have something in it without reading it."""

Source = Literal["option", "workspace", "home", "none"]


class SkippedFile(NamedTuple):
    """A file that would have been used if it were safe, or in its place."""

    path: Path
    reason: str
    """Why it is not used."""
    advice: str
    """What to do to use it: one sentence without its period."""

    def __str__(self) -> str:
        return f"Skipped {redact(str(self.path))}: {self.reason}. {redact(self.advice)}."


@dataclass(frozen=True, slots=True)
class Location:
    """The models.yaml that serves a folder, and why it is this one."""

    path: Path | None
    """Absolute, symbolic links of its last part not followed; None where there is none to use."""
    source: Source
    """`option`: named by the caller; `workspace`: at or above the folder; `home`: in the home folder."""
    create_at: Path
    """The file to make where none was found: in the repository's root, else in the working directory."""
    repository: Path | None
    """The root of the git repository that holds the folder."""
    skipped: tuple[SkippedFile, ...] = ()
    """Nearer files that are not used: unsafe ones, `models.yml`, and one above the point where the search ended."""
    shadowed: tuple[Path, ...] = ()
    """Further usable files, not used because a nearer one is; nearest first."""

    @property
    def is_blocked(self) -> bool:
        """Whether a new file cannot be made either, because a skipped one is in its place."""
        return self.path is None and any(item.path == self.create_at for item in self.skipped)

    def refusal(self) -> FileError:
        """The refusal where no file can be used, with each file that was skipped and what to do."""
        if self.is_blocked:
            return FileError("fileSkipped", " ".join(("No models.yaml can be used here.", *map(str, self.skipped))))
        hint = "Create it: aloop models init, or with a model: aloop models add provider/model"
        make = f"A new one would be {redact(str(self.create_at))}. {hint}"
        return FileError("fileNotFound", " ".join(("There is no models.yaml here.", *map(str, self.skipped), make)))


def find_config(start: Path, config: Path | None = None, home: Path | None = None) -> Location:
    """The file `config` if given, else the nearest one from `start` upwards, else the one in the home folder.

    The way up ends at the repository's root, at the home folder or at the border of a file system. A file is skipped
    if it is not yours or root's, if everybody may write to it or to its folder, or if it is not a regular file; one of
    white space only counts as missing. `config` is taken as it is, even if it does not exist: reading it says so.

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
    skipped: list[SkippedFile] = []
    for source, path in places:
        if source == "home" and not usable:
            skipped += _above(way, home, repository)
        problem = reason_to_skip(path)
        if problem is None:
            usable.append((source, path))
        elif not usable:
            skipped += _not_used(path, problem)
    if not usable and home is None:
        skipped += _above(way, home, repository)
    source, path = usable[0] if usable else ("none", None)
    return Location(
        path,
        source,
        path if path is not None and source == "option" else (repository or folder) / CONFIG_PATH,
        repository,
        tuple(skipped),
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


MISSING = SkippedFile(Path(), "it is missing", "Create it: aloop models init")
"""The reason for a file that is not there, or contains white space only; nobody has to be told."""


def reason_to_skip(path: Path) -> SkippedFile | None:
    """Why the file is not used unless it is named: `MISSING` if there is none, None if it may be used."""
    try:
        link, found = path.lstat(), path.stat()
        folders = {folder: folder.stat() for folder in (path.parent, Path(os.path.realpath(path)).parent)}
    except PermissionError:
        hidden = _is_folder(path.parent)
        return (
            SkippedFile(path, "you have no access to it", f"To use it, {_owning(path.parent)}") if hidden else MISSING
        )
    except (OSError, ValueError):
        return MISSING
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file"
        return SkippedFile(path, f"it is {kind}", "Move it away")
    if sys.platform != "win32":
        own = (0, os.geteuid())
        if link.st_uid not in own or found.st_uid not in own:
            return SkippedFile(path, "it belongs to another user", f"If you trust it, {_owning(path)}")
        if found.st_mode & stat.S_IWOTH and modes_count(found.st_dev):
            return SkippedFile(
                path, "every user can write to it", f"If you trust it, run: chmod o-w {shlex.quote(str(path))}"
            )
        for folder, seen in folders.items():
            if seen.st_uid not in own:
                return SkippedFile(path, "its folder belongs to another user", f"If you trust it, {_owning(folder)}")
            # In a sticky folder such as /tmp nobody can replace the file of another user.
            if seen.st_mode & stat.S_IWOTH and not seen.st_mode & stat.S_ISVTX and modes_count(seen.st_dev):
                return SkippedFile(path, "every user can write to its folder", f"If you trust it, {_closing(folder)}")
    return MISSING if is_blank(path) else None


def _owning(path: Path) -> str:
    return f"run: sudo chown {os.geteuid()} {shlex.quote(str(path))} (or name the file with --config)"


def _closing(path: Path) -> str:
    return f"run: chmod o-w {shlex.quote(str(path))}"


def _not_used(path: Path, problem: SkippedFile) -> Iterator[SkippedFile]:
    if problem is not MISSING:
        yield problem
    other = path.with_suffix(".yml")
    if other.is_file():
        yield SkippedFile(other, f"only {path.name} is read", f"Rename it to {path.name}")


def _above(way: Sequence[Path], home: Path | None, repository: Path | None) -> Iterator[SkippedFile]:
    """The nearest usable file above the point where the search ended."""
    top = way[-1]
    if top == home:
        return
    for folder in top.parents:
        path = folder / CONFIG_PATH
        if folder == home:
            return
        if reason_to_skip(path) is None:
            border = f"the root of the repository {top}" if repository else f"the border of the file system at {top}"
            name = f"name it with --config {shlex.quote(str(path))}, or copy it to {top / CONFIG_PATH}"
            yield SkippedFile(path, f"the search ended below it, at {redact(border)}", f"To use it here, {name}")
            return


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
