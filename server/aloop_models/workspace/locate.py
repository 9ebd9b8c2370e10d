"""Find the models.yaml of a folder."""

from __future__ import annotations

import errno
import os
import re
import shlex
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from aloop_models.catalog.redaction import redact
from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import FileError
from aloop_models.workspace.mounts import is_of_the_kernel, modes_count
from aloop_models.workspace.paths import exists, is_file, is_folder, is_link, real_path, with_home
from aloop_models.workspace.place import device_of, is_repository, steps_to
from aloop_models.workspace.read import bytes_of, text_of

CONFIG_PATH = Path(".aloop", "models.yaml")
"""The path of the file relative to its project folder."""

_MISNAMED = lazy_re(r"models?(?:\.(?:ya?ml|json))?(?:\.(?:ya?ml|txt))?", re.IGNORECASE)
"""Matches names that are not read, because only `models.yaml` is."""

_BLANK_LIMIT = 65_536
"""Bytes; a larger file is never blank, so it is not read."""

Source = Literal["option", "workspace", "home", "none"]


class SkippedFile(NamedTuple):
    """A models.yaml that is not used, because it is unsafe or in another place."""

    path: Path
    reason: str
    """Why it is not used, as a clause."""
    advice: str
    """How to use it: one sentence without its period."""

    def __str__(self) -> str:
        return f"Skipped {redact(str(self.path))}: {self.reason}. {redact(self.advice)}."


@dataclass(frozen=True, slots=True)
class Location:
    """The models.yaml of a folder, and why it is this one."""

    path: Path | None
    """The absolute path, with only its folder's links resolved; None if there is no file to use."""
    source: Source
    """`option`: named by the caller; `workspace`: at or above the folder; `home`: in the home folder."""
    create_at: Path
    """Where to create the file: in the root of the repository, else in the working directory."""
    repository: Path | None
    """The root of the git repository that contains the folder."""
    skipped: tuple[SkippedFile, ...] = ()
    """Nearer files that are not used: unsafe, misnamed (`models.yml`), or above the point where the search stopped."""
    shadowed: tuple[Path, ...] = ()
    """Other usable files, not used because a nearer one is; nearest first."""

    @property
    def is_blocked(self) -> bool:
        """Whether no file can be created, because a skipped one is in its place."""
        return self.path is None and any(item.path == self.create_at for item in self.skipped)

    def refusal(self) -> FileError:
        """Return the refusal if there is no file to use, with the skipped files and what to do."""
        if self.is_blocked:
            return FileError("fileSkipped", " ".join(("No models.yaml can be used here.", *map(str, self.skipped))))
        try:
            text_of(self.create_at)
        except FileError as problem:
            # It cannot be there, such as in a file with the name of its folder.
            return problem
        create = f"To create {redact(str(self.create_at))}, run: aloop models add provider/model, or aloop models init"
        return FileError("fileNotFound", " ".join(("There is no models.yaml here.", *map(str, self.skipped), create)))


def find_config(start: Path, config: Path | None = None, home: Path | None = None) -> Location:
    """Return the file `config` if given, else the nearest one from `start` upwards, else the one in the home folder.

    The search stops at the root of the repository, at the home folder or at a file-system boundary. It skips a file
    that does not belong to the user or root (it, its folder or a link to it), that everyone can write to (it or its
    folder), or that is not a regular file. A file with only white space is missing. `config` is used as it is, even if
    it does not exist.

    `start` may be a folder, a file, an `.aloop` folder, or not exist. Never raises.
    """
    home = _home(home)
    folder = _folder_of(start, home)
    way = tuple(_upwards(folder, home))
    repository = way[-1] if is_repository(way[-1]) else None
    places = _places(way, home)
    usable: list[tuple[Source, Path]] = []
    if config is not None:
        usable.append(("option", real_path(with_home(config).parent) / config.name))
    skipped: list[SkippedFile] = []
    for source, path in places:
        if source == "home" and not usable:
            skipped += _above(way, home, repository)
        problem = reason_to_skip(path)
        if problem is None:
            skipped += () if usable else _next_to(path)
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
    """Return every path that `find_config` checks, nearest first; a new or removed file there changes its result."""
    if config is not None:
        return (find_config(start, config, home).create_at,)
    home = _home(home)
    return tuple(path for _, path in _places(_upwards(_folder_of(start, home), home), home))


def home_config(home: Path | None = None) -> Path | None:
    """Return the path of the home folder's models.yaml; None if there is no home folder."""
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
"""The reason for a file that does not exist or is blank, which is not reported."""

_CORRECT = "Correct the link, or remove it"


def reason_to_skip(path: Path) -> SkippedFile | None:
    """Return why the file is not used unless it is named: `MISSING` if there is no file, None if it is used.

    If there is no file, its folder can be a reason, too: a file that is created there would not be used.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return _link_or_folder_to_skip(path) or _dangling_link(path) or MISSING
    except PermissionError:
        hidden = is_folder(path.parent)
        return (
            SkippedFile(path, "you have no access to it", f"To use it, {_opening(path.parent)}") if hidden else MISSING
        )
    except OSError as error:
        if error.errno == errno.ELOOP:
            return SkippedFile(path, "its symbolic links form a loop", _CORRECT)
        return _dangling_link(path) or MISSING
    except ValueError:
        return MISSING
    if not stat.S_ISREG(found.st_mode) or is_of_the_kernel(found):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file"
        return SkippedFile(path, f"it is {kind}", "Move it away")
    if sys.platform != "win32":
        if found.st_uid not in (0, os.geteuid()):
            return SkippedFile(path, "it belongs to another user", f"If you trust it, {_owning(path)}")
        if found.st_mode & stat.S_IWOTH and modes_count(found.st_dev):
            return SkippedFile(path, "every user can write to it", f"If you trust it, {_closing(path)}")
    return _link_or_folder_to_skip(path) or (MISSING if is_blank(path) else None)


def _link_or_folder_to_skip(path: Path) -> SkippedFile | None:
    """Return why a file is not used because of a link to it or its folder, whether it exists or not."""
    if sys.platform == "win32":
        return None
    if foreign := _link_of_another_user(path):
        advice = f"If you trust it, run: sudo chown -h {os.geteuid()} {shlex.quote(str(foreign))} (or use --config)"
        return SkippedFile(path, f"the symbolic link {redact(str(foreign))} belongs to another user", advice)
    for folder in dict.fromkeys((path.parent, real_path(path).parent)):
        try:
            seen = folder.stat()
        except (OSError, ValueError):
            continue
        if seen.st_uid not in (0, os.geteuid()):
            return SkippedFile(path, "its folder belongs to another user", f"If you trust it, {_owning(folder)}")
        # In a sticky folder such as /tmp, users cannot replace the files of others.
        if seen.st_mode & stat.S_IWOTH and not seen.st_mode & stat.S_ISVTX and modes_count(seen.st_dev):
            return SkippedFile(path, "every user can write to its folder", f"If you trust it, {_closing(folder)}")
    return None


def _dangling_link(path: Path) -> SkippedFile | None:
    """Return that the file, or its folder, is a symbolic link to nothing."""
    for link, what in ((path.parent, "its folder"), (path, "it")):
        if is_link(link) and not exists(link):
            reason = f"{what} is a link to {redact(str(link.readlink()))}, which does not exist"
            return SkippedFile(path, reason, _CORRECT)
    return None


def _link_of_another_user(path: Path) -> Path | None:
    """Return the first symbolic link between the project and the file that is not the user's or root's.

    Another user who can write to the project, or to a folder on the way, can replace everything by a link; only its
    owner shows that.
    """
    project = real_path(path.parent.parent)
    *links, _ = steps_to(project / path.parent.name / path.name)
    for link in links:
        with suppress(OSError):
            if link.lstat().st_uid not in (0, os.geteuid()):
                return link
    return None


def _opening(folder: Path) -> str:
    if folder.stat().st_uid == os.geteuid() and not os.access(folder, os.X_OK):
        return f"run: chmod u+rwx {shlex.quote(str(folder))}"
    return _owning(folder)


def _owning(path: Path) -> str:
    return f"run: sudo chown {os.geteuid()} {shlex.quote(str(path))} (or use --config)"


def _closing(path: Path) -> str:
    return f"run: chmod o-w {shlex.quote(str(path))}"


def _not_used(path: Path, problem: SkippedFile) -> Iterator[SkippedFile]:
    if problem is not MISSING:
        yield problem
    for other in misnamed_files(path):
        rename = f"mv {shlex.quote(str(other))} {shlex.quote(str(path))}"
        yield SkippedFile(other, f"only {path.name} is read", f"Rename it: {rename}")


def _next_to(path: Path) -> Iterator[SkippedFile]:
    """Yield the YAML files next to the file in use that a person may have meant to be in use."""
    for other in misnamed_files(path):
        if other.suffix.lower() in (".yaml", ".yml") and not _same(other, path):
            advice = f"Add its models: aloop models import {shlex.quote(str(other))}"
            yield SkippedFile(other, f"only {path.name} is read", advice)


def misnamed_files(path: Path) -> tuple[Path, ...]:
    """Return the files next to the path that a person may have meant to be a models.yaml, such as `models.yml`."""
    try:
        names = sorted(other.name for other in path.parent.iterdir())
    except (OSError, ValueError):
        return ()
    others = (path.with_name(name) for name in names if name != path.name and _MISNAMED.fullmatch(name))
    return tuple(other for other in others if is_file(other))


def _above(way: Sequence[Path], home: Path | None, repository: Path | None) -> Iterator[SkippedFile]:
    """Yield the nearest usable file above the point where the search stopped."""
    top = way[-1]
    if top == home:
        return
    for folder in top.parents:
        path = folder / CONFIG_PATH
        if folder == home:
            return
        if reason_to_skip(path) is None:
            end = f"the root of the repository {top}" if repository else f"the file-system boundary at {top}"
            use = f"pass --config {shlex.quote(str(path))}, or copy it to {top / CONFIG_PATH}"
            yield SkippedFile(path, f"the search stops at {redact(end)}", f"To use it here, {use}")
            return


def is_blank(path: Path) -> bool:
    """Return whether the file can be read and contains only white space."""
    try:
        if path.stat().st_size > _BLANK_LIMIT:
            return False
        return not bytes_of(path)[0].removeprefix(b"\xef\xbb\xbf").strip()
    except (OSError, ValueError, FileError):
        return False


def _folder_of(start: Path, home: Path | None) -> Path:
    """Return the existing folder (links resolved) that is or contains `start`; never an `.aloop` folder.

    It is the home folder if `start` is relative and the working directory no longer exists.
    """
    real = real_path(with_home(start))
    if not real.is_absolute():
        real = home or Path(os.sep)
    folder = next((step for step in (real, *real.parents) if is_folder(step)), Path(real.anchor))
    return folder.parent if folder.name == CONFIG_PATH.parent.name else folder


def _home(home: Path | None) -> Path | None:
    try:
        return real_path(home or Path.home())
    except RuntimeError:
        return None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
