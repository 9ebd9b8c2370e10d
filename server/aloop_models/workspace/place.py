"""The place of a file on the disk: its permission bits, its repository, and its state in git."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aloop_models.snapshot import Place, Tracked
from aloop_models.workspace.copies import is_copy, may_contain_keys, sample_copies
from aloop_models.workspace.git import CANNOT_READ, Git, Question, escaped, literal, names_in, siblings
from aloop_models.workspace.mounts import modes_count
from aloop_models.workspace.paths import absolute_path, is_folder

_LOOK_SECONDS = 2.0
"""Deadline for git when an editor opens or saves a file."""
_TRUST_SECONDS = 20.0
"""Deadline for git when the agent checks whether a file came with its repository; after it, the person is asked."""
_LONGEST_LINK_CHAIN = 40
_MOST_OF_A_COPY = 1024 * 1024
"""Bytes of a copy that are searched for keys."""

_CHECK_IGNORE = ("check-ignore", "--no-index", "--verbose", "--non-matching", "-z", "--stdin")


def place_of(path: Path) -> Place:
    """Return the file's mode and repository, and whether git tracks or ignores it.

    For a symbolic link, this is the repository of the target, because the keys are there; but a link that git tracks
    counts as tracked in its own repository. `ignored` says whether a rule matches, even for a tracked file.

    Runs `git` for up to 2 seconds. Never raises: unknown facts are None or "unknown".
    """
    path = absolute_path(path)
    *links, target = steps_to(path)
    place = _place_at(target)
    for link in links:
        found = _link_at(link)
        if found.tracked == "yes":
            place = replace(place, tracked="yes", repository=found.repository, link=found.link, git_problem="")
            break
        if found.tracked == "unknown" and place.tracked == "no":
            place = replace(place, tracked="unknown", repository=found.repository, git_problem=found.git_problem)
    return replace(place, path=str(path), mode=mode_of(target))


def origin_of(path: Path, data: bytes) -> Tracked:
    """Return whether a file with these bytes came with a repository: "yes", "no", or "unknown" if git cannot say.

    It did if git tracks the file, or a symbolic link on its path, in the index or the last commit of any repository
    around it; or if such a repository contains a file with exactly these bytes, on any branch.

    Runs `git` for up to 20 seconds. Never raises.
    """
    answers: list[Tracked] = []
    *links, target = steps_to(absolute_path(path))
    for step in (*links, target):
        for root in repositories_around(step.parent):
            answers.append(_came_with(root, step, data if step == target else b""))
            if answers[-1] == "yes":
                return "yes"
    return "unknown" if "unknown" in answers else "no"


@dataclass(frozen=True, slots=True)
class ForeignLink:
    """A symbolic link from a repository that must not be followed by a write."""

    link: Path
    target: Path
    reason: str
    """The problem with the target, as a relative clause."""


def foreign_link(path: Path) -> ForeignLink | None:
    """Return the symbolic link on the path that came with a repository and points outside it or to a tracked file.

    If git cannot say whether the link came with the repository, it did.
    """
    *links, target = steps_to(absolute_path(path))
    for link in links:
        for root in repositories_around(link.parent):
            if _came_with(root, link, b"") == "no":
                continue
            if not target.is_relative_to(root):
                return ForeignLink(link, target, "which is outside the repository")
            if _came_with(root, target, b"") == "yes":
                return ForeignLink(link, target, "which git tracks")
    return None


def steps_to(path: Path) -> tuple[Path, ...]:
    """Return every symbolic link on the path, in order, and the final target; each with its folder resolved.

    A loop of links ends after a fixed number of links.
    """
    here, rest, links = Path(path.anchor), list(reversed(path.relative_to(path.anchor).parts)), list[Path]()
    while rest:
        part = rest.pop()
        if part in ("", os.curdir, os.pardir):
            here = here.parent if part == os.pardir else here
            continue
        step = here / part
        try:
            target = Path(str(step.readlink()).removeprefix("\\\\?\\"))
        except (OSError, ValueError):
            here = step
            continue
        links.append(step)
        if len(links) > _LONGEST_LINK_CHAIN:
            return (*links, step)
        here = Path(target.anchor) if target.anchor else here
        rest.extend(reversed(target.parts[1:] if target.anchor else target.parts))
    return (*links, here)


def mode_of(path: Path) -> int | None:
    """Return the permission bits of the target; None if it does not exist or modes have no effect."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return stat.S_IMODE(found.st_mode) if modes_count(found.st_dev) else None


def repository_of(folder: Path) -> Path | None:
    """Return the nearest folder at or above this one that contains `.git`, on the same file system, as git does."""
    device = device_of(folder)
    for candidate in (folder, *folder.parents):
        if device_of(candidate) != device:
            return None
        if is_repository(candidate):
            return candidate
    return None


def repositories_around(folder: Path) -> tuple[Path, ...]:
    """Return every folder at or above this one that contains `.git`, nearest first, on any file system."""
    return tuple(candidate for candidate in (folder, *folder.parents) if is_repository(candidate))


def is_repository(folder: Path) -> bool:
    """Return whether the folder contains `.git`: a folder, the file of a worktree or submodule, or a broken link."""
    try:
        return os.path.lexists(folder / ".git")
    except (OSError, ValueError):
        return False


def device_of(path: Path) -> int | None:
    """Return the device number of the path; None if it does not exist or cannot be accessed."""
    try:
        return path.stat().st_dev
    except (OSError, ValueError):
        return None


def ignoring_files(paths: Sequence[Path], repository: Path) -> tuple[str, ...] | None:
    """Return, for each path, the file with the rule that ignores it, or ""; None if git does not answer.

    The path of a `.gitignore` is relative to the repository, that of a personal exclude file absolute.
    """
    with Git(repository, _LOOK_SECONDS) as git:
        return _ignoring(git, git.ask(*_CHECK_IGNORE, with_personal_rules=True), paths)


def _ignoring(git: Git, process: Question | None, paths: Sequence[Path]) -> tuple[str, ...] | None:
    answer = git.answer(process, b"".join(os.fsencode(path) + b"\0" for path in paths))
    if answer is None or answer.code not in (0, 1):
        return None
    records = answer.output.split(b"\0")
    rules = zip(records[0::4], records[2::4], strict=False)
    return tuple("" if pattern.startswith(b"!") else os.fsdecode(source) for source, pattern in rules)


def _place_at(target: Path) -> Place:
    root = next(iter(repositories_around(_nearest_folder(target))), None)
    if root is None:
        return Place()
    inside = target.relative_to(root)
    paths = (target, *(target.with_name(name) for name in sample_copies(target.name)))
    with Git(root, _LOOK_SECONDS) as git:
        listing = git.ask(
            "ls-files", "-z", "--cached", "--", literal(inside), siblings(inside, f"*{escaped(target.stem)}*")
        )
        matching = git.ask(*_CHECK_IGNORE, with_personal_rules=True)
        listed, rules = git.answer(listing), _ignoring(git, matching, paths)
        problem = git.problem
    names = names_in(listed.output) if listed and listed.code == 0 else None
    return Place(
        repository=str(root),
        tracked="unknown" if names is None else _yes_or_no(_is_among(names, root, target)),
        ignored=None if rules is None else rules[0] != "",
        copies_ignored=None if rules is None else "" not in rules[1:],
        tracked_copies=tuple(_copies_among(names or (), root, target)),
        git_problem=(problem or CANNOT_READ) if names is None or rules is None else "",
    )


def _link_at(link: Path) -> Place:
    """Return whether the nearest repository tracks the link itself."""
    root = next(iter(repositories_around(link.parent)), None)
    if root is None:
        return Place()
    with Git(root, _LOOK_SECONDS) as git:
        listed = git.answer(git.ask("ls-files", "-z", "--cached", "--", literal(link.relative_to(root))))
        problem = git.problem
    if listed is None or listed.code != 0:
        return Place(repository=str(root), tracked="unknown", git_problem=problem or CANNOT_READ)
    tracked = _yes_or_no(_is_among(names_in(listed.output), root, link))
    return Place(repository=str(root), tracked=tracked, link=str(link))


def _came_with(root: Path, path: Path, data: bytes) -> Tracked:
    """Return whether a repository has the path in its index or last commit, or these bytes in any commit."""
    spec = literal(path.relative_to(root))
    with Git(root, _TRUST_SECONDS) as git:
        listing = git.ask("ls-files", "-z", "--cached", "--with-tree=HEAD", "--", spec)
        lookup = git.ask("cat-file", "--batch-check") if data.strip() else None
        listed = git.answer(listing)
        found = git.answer(lookup, _object_names(data))
        if listed is not None and listed.code != 0:
            # A repository without a commit has no HEAD; any other failure is unknown.
            listing, head = (
                git.ask("ls-files", "-z", "--cached", "--", spec),
                git.ask("rev-parse", "-q", "--verify", "HEAD"),
            )
            listed, verified = git.answer(listing), git.answer(head)
            if verified is None or verified != (1, b""):
                return "unknown"
    if listed is None or listed.code != 0:
        return "unknown"
    if _is_among(names_in(listed.output), root, path):
        return "yes"
    if lookup is None and not data.strip():
        return "no"
    if found is None or found.code != 0:
        return "unknown"
    return _yes_or_no(any(not line.endswith(b" missing") for line in found.output.splitlines()))


def _object_names(data: bytes) -> bytes:
    """Return the object names that git gives to these bytes, with either line ending, one per line."""
    unix = data.replace(b"\r\n", b"\n")
    contents = dict.fromkeys((data, unix, unix.replace(b"\n", b"\r\n")))
    blobs = (b"blob %d\0%s" % (len(content), content) for content in contents)
    ways = ("sha1", "sha256")
    names = (hashlib.new(way, blob, usedforsecurity=False).hexdigest() for blob in blobs for way in ways)
    return "".join(f"{name}\n" for name in names).encode()


def _is_among(names: Iterable[str], root: Path, path: Path) -> bool:
    """Return whether one of the names is the path, ignoring case on a case-insensitive disk."""
    inside = path.relative_to(root).as_posix()
    alike = [name for name in names if name.casefold() == inside.casefold()]
    return inside in alike or any(_is_same(root / name, path) for name in alike)


def _is_same(one: Path, other: Path) -> bool:
    try:
        first, second = one.lstat(), other.lstat()
    except (OSError, ValueError):
        return False
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)


def _copies_among(names: Iterable[str], root: Path, target: Path) -> Iterator[str]:
    folder = target.parent.relative_to(root)
    for name in names:
        path = Path(name)
        if path.parent == folder and is_copy(path.name, target.name) and _has_keys(root / path):
            yield str(root / path)


def _has_keys(path: Path) -> bool:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as stream:
            return may_contain_keys(stream.read(_MOST_OF_A_COPY))
    except OSError:
        return False


def _yes_or_no(is_so: bool) -> Tracked:  # noqa: FBT001
    return "yes" if is_so else "no"


def _nearest_folder(path: Path) -> Path:
    return next((folder for folder in path.parents if is_folder(folder)), path.parent)
