"""Where a file lives: its permission bits, and what git has to say about it, asked without running anything of it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aloop_models.snapshot import Place

_GIT_LIMIT = 2.0
"""Seconds that all questions to git about one file may take together."""

# A repository's own configuration can name programs; none of these may run because a file was looked at.
_HARMLESS = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_HARMLESS_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}

_WINDOWS_FILE_SYSTEMS = frozenset({"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "cifs", "smb3", "drvfs"})
_SHARED_WITH_A_HOST = frozenset({"vboxsf", "prl_fs", "fuse.vmhgfs-fuse"})


def place_of(path: Path) -> Place:
    """Where the file is: its mode, its repository, and whether git tracks or ignores it.

    Of a symbolic link it is the target's repository, for there the keys are; but a link that git tracks itself came
    with its repository, and counts as tracked there. `ignored` says whether a rule matches, also for a tracked file.

    Runs `git` for up to 2 seconds. Never raises: what cannot be found out is None, and `tracked` False.
    """
    path = path.absolute()
    named, target = _real(path.parent) / path.name, _real(path)
    place = _place_at(named)
    if named != target and not place.tracked:
        place = _place_at(target)
    return replace(place, path=str(path), mode=mode_of(target))


def mode_of(path: Path) -> int | None:
    """Permission bits of what the path leads to; None where nothing is there or modes have no effect."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return stat.S_IMODE(found.st_mode) if modes_count(found.st_dev) else None


def modes_count(device: int) -> bool:
    """Whether permission bits mean anything on the file system with this device number."""
    if sys.platform == "win32":
        return False
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.splitlines():
        mount, _, file_system = line.partition(" - ")
        kind, *options = file_system.split(" ")
        if mount.split(" ")[2:3] == [wanted]:
            # Windows disks under WSL are 9p; they keep modes only where they were mounted with `metadata`.
            drive = kind == "9p" and "drvfs" in (text := " ".join(options)) and "metadata" not in text
            return not drive and kind not in _WINDOWS_FILE_SYSTEMS | _SHARED_WITH_A_HOST
    return True


def repository_of(folder: Path) -> Path | None:
    """The nearest folder at or above this one that holds `.git` (a folder, or the file of a worktree or submodule).

    As git does, it does not look beyond the border of a file system.
    """
    device = device_of(folder)
    for candidate in (folder, *folder.parents):
        if device_of(candidate) != device:
            return None
        if is_repository(candidate):
            return candidate
    return None


def is_repository(folder: Path) -> bool:
    """Whether the folder itself holds `.git`."""
    return device_of(folder / ".git") is not None


def device_of(path: Path) -> int | None:
    """The number of the device the path is on; None where nothing is there or it cannot be seen."""
    try:
        return path.stat().st_dev
    except (OSError, ValueError):
        return None


def ignoring_files(paths: Sequence[Path], repository: Path) -> tuple[str, ...] | None:
    """For each path the file with the rule by which git ignores it, "" where none does; None where git cannot be asked.

    A `.gitignore` of the repository is named relative to it; a person's own list by its absolute path.
    """
    with _Git(repository) as git:
        question = git.ask("check-ignore", "--no-index", "--verbose", "--non-matching", "-z", "--stdin")
        answer = git.answer(question, b"".join(os.fsencode(path) + b"\0" for path in paths))
    if answer is None or answer[0] not in (0, 1):
        return None
    records = answer[1].split(b"\0")
    rules = zip(records[0::4], records[2::4], strict=False)
    return tuple("" if pattern.startswith(b"!") else os.fsdecode(source) for source, pattern in rules)


def _place_at(path: Path) -> Place:
    repository = repository_of(_nearest_folder(path))
    if repository is None:
        return Place()
    with _Git(repository) as git:
        listing = git.ask("--literal-pathspecs", "ls-files", "-z", "--cached", "--", str(path))
        matching = git.ask("check-ignore", "--no-index", "--quiet", "--", str(path))
        listed, matched = git.answer(listing), git.answer(matching)
    tracked = listed is not None and listed[0] == 0 and listed[1] != b""
    ignored = None if matched is None or matched[0] not in (0, 1) else matched[0] == 0
    return Place(repository=str(repository), tracked=tracked, ignored=ignored)


class _Git:
    """Questions to git about one repository, answered side by side before one common deadline."""

    def __init__(self, repository: Path) -> None:
        self._folder = str(repository)
        self._running: list[subprocess.Popen[bytes]] = []
        self._deadline = time.monotonic() + _GIT_LIMIT

    def __enter__(self) -> _Git:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            with process:
                process.kill()

    def ask(self, *arguments: str) -> subprocess.Popen[bytes] | None:
        """A running question; None where there is no git."""
        program = shutil.which("git")
        # Windows also finds a git.exe in the working directory, which may be the very repository not to be trusted.
        if program is None or not Path(program).is_absolute():
            return None
        # GIT_DIR and the like name another repository when we run inside a hook; GIT_CONFIG_… are the person's own.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name.startswith("GIT_CONFIG_")
        }
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed program, and the path stands behind `--`
                (program, "-C", self._folder, *_HARMLESS, *arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**kept, **_HARMLESS_ENVIRONMENT},
            )
        except (OSError, ValueError):
            return None
        self._running.append(process)
        return process

    def answer(self, process: subprocess.Popen[bytes] | None, question: bytes = b"") -> tuple[int, bytes] | None:
        """Exit code and output; None where git could not be asked or took too long."""
        if process is None:
            return None
        try:
            output, _ = process.communicate(question, timeout=max(0.0, self._deadline - time.monotonic()))
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        return process.returncode, output


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path.absolute()


def _nearest_folder(path: Path) -> Path:
    return next((folder for folder in path.parents if folder.is_dir()), path.parent)
