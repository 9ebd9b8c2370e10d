"""Read-only tools for a model: list, read and search the files of a folder, with limits on size and time."""

from __future__ import annotations

import codecs
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any, cast

from aloop_models.agent.private_files import contains_only_keys, is_private_folder, may_contain_keys
from aloop_models.catalog.redaction import NO_SECRETS, Redactor
from aloop_models.errors import ToolError
from aloop_models.features.formatting import plural
from aloop_models.workspace.folders import state_path
from aloop_models.workspace.mounts import is_of_the_kernel
from aloop_models.workspace.paths import is_file, is_folder, real_path

MAX_READ = 1_000_000
"""Bytes of a file that are read, at most."""

_READ_AHEAD = 10_000
"""Bytes after `MAX_READ` that are read, too, so that a key there is masked as a whole."""

MAX_OUTPUT = 40_000
"""Characters of a result, at most."""

MAX_ARGUMENT = 1_000
"""Characters of a path, a pattern or a text to find, at most; the time for a pattern grows with its square."""

_MAX_LINES = 2_000
_MAX_ENTRIES = 1_000
_MAX_FILES = 20_000
_SECONDS = 5.0
_LINE = 400

_LINKS_SECONDS = 10.0
"""Seconds for which the private files of a workspace are remembered."""

_TOO_LONG = "It took too long to look at all files; give a path or a pattern."

_SKIPPED = frozenset({"node_modules", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache", ".ruff_cache"})


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its description for the model, and its function."""

    name: str
    description: str
    parameters: Mapping[str, Mapping[str, object]]
    """The JSON Schema of each parameter."""
    required: tuple[str, ...]
    run: Callable[[Mapping[str, object]], str]
    """Blocks, and raises `ToolError`."""

    @property
    def definition(self) -> dict[str, Any]:
        """The tool in OpenAI's format, which LiteLLM accepts for every provider."""
        schema = {"type": "object", "properties": dict(self.parameters), "required": list(self.required)}
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": schema},
        }


def workspace_tools(
    folder: Path,
    private: Callable[[], tuple[Path, ...]] = tuple,
    redactor: Callable[[], Redactor] = lambda: NO_SECRETS,
) -> tuple[Tool, ...]:
    """The tools `read_file`, `list_files` and `search_text` for a folder and nothing outside it, links included.

    They refuse files that usually contain keys, judged by their path in the home folder and not by that in `folder`,
    the files that `private` returns, such as the models.yaml in use, and what the agent keeps between runs, such as
    saved conversations.
    They mask the secrets of `redactor` and what looks like a key before they truncate a text.
    """
    workspace = _Workspace(real_path(folder), _home_folder(), real_path(state_path()), private, redactor, _HardLinks())
    path = {"type": "string", "description": "Path relative to the workspace folder."}
    pattern = {"type": "string", "description": "Only files whose name or path matches, such as *.py."}
    return (
        Tool(
            "read_file",
            "Read a text file of the workspace. Lines are numbered from 1.",
            {
                "path": path,
                "start_line": {"type": "integer", "description": "First line to read. Default: 1."},
                "line_count": {"type": "integer", "description": f"Lines to read, at most {_MAX_LINES}."},
            },
            ("path",),
            lambda given: _read_file(workspace, _text(given, "path"), given),
        ),
        Tool(
            "list_files",
            "List the files of the workspace, or of a folder in it, with sizes in bytes.",
            {"path": path, "pattern": pattern},
            (),
            lambda given: _list_files(workspace, _text(given, "path", "."), _text(given, "pattern", "*")),
        ),
        Tool(
            "search_text",
            "Find a text in the text files of the workspace, line by line. Plain text, ignoring case; not a regular "
            "expression.",
            {"text": {"type": "string", "description": "The text to find."}, "path": path, "pattern": pattern},
            ("text",),
            lambda given: _search_text(
                workspace, _text(given, "text"), _text(given, "path", "."), _text(given, "pattern", "*")
            ),
        ),
    )


@dataclass(slots=True)
class _HardLinks:
    """The private files of the workspace, as of a moment ago; another name of one of them is private too."""

    files: frozenset[tuple[int, int]] | None = None
    """Device and inode of each; None if there are too many files to look at."""
    seen: float = float("-inf")
    """When, as `time.monotonic`."""


@dataclass(frozen=True, slots=True)
class _Workspace:
    root: Path
    home: Path | None
    state: Path
    private: Callable[[], tuple[Path, ...]]
    redactor: Callable[[], Redactor]
    links: _HardLinks

    def resolve(self, path: str) -> Path:
        """The real path of a file or folder; raises `ToolError` if it is outside or private."""
        try:
            if "\0" in path:
                raise ValueError
            os.fsencode(path)
        except ValueError:
            raise ToolError("The path contains a character that no path can contain.") from None
        real = real_path(self.root / path)
        if not real.is_relative_to(self.root):
            raise ToolError(f"{path} is outside the workspace.")
        judge = contains_only_keys if is_folder(real) else may_contain_keys
        if self.is_private(real, judge) or self.is_private(Path(os.path.normpath(self.root / path)), judge):
            raise ToolError(f"{path} may contain keys, so it cannot be read.")
        return real

    def is_private(self, path: Path, judge: Callable[[PurePath], bool] = may_contain_keys) -> bool:
        if judge(self.below_home(path)) or path.is_relative_to(self.state):
            return True
        return any(_same(path, other) for other in self.private()) or self.is_private_link(path)

    def below_home(self, path: Path) -> Path:
        """The part of the path whose names say whether a file is private: all of it, if it is not in the home folder.

        The root does not matter, so that the answer is the same wherever the agent starts.
        """
        return path.relative_to(self.home) if self.home and path.is_relative_to(self.home) else path

    def is_private_link(self, path: Path) -> bool:
        """Whether the file is a hard link of a private file, or may be one in a workspace with very many files."""
        try:
            found = path.lstat()
        except OSError:
            return False
        if found.st_nlink < 2 or not stat.S_ISREG(found.st_mode):
            return False
        if time.monotonic() - self.links.seen > _LINKS_SECONDS:
            self.links.files, self.links.seen = self._private_files(), time.monotonic()
        return self.links.files is None or (found.st_dev, found.st_ino) in self.links.files

    def _private_files(self) -> frozenset[tuple[int, int]] | None:
        found, seen, end = set[tuple[int, int]](), 0, time.monotonic() + _SECONDS
        for name, folders, names in os.walk(self.root):
            folder = Path(name)
            folders[:] = [
                each for each in folders if each not in _SKIPPED and (folder.name, each) != (".git", "objects")
            ]
            seen += len(names)
            if seen > _MAX_FILES or time.monotonic() > end:
                return None
            for path in map(folder.joinpath, names):
                if may_contain_keys(self.below_home(path)):
                    with suppress(OSError):
                        status = path.stat()
                        found.add((status.st_dev, status.st_ino))
        return frozenset(found)

    def files(self, start: Path, pattern: str, end: float, notes: list[str]) -> Iterator[tuple[str, Path, int]]:
        """The path from the root, real path and size of each readable file, in order; links are not followed.

        If these are not all files, the reason is added to `notes`.
        """
        folders, seen = [start], 0
        while folders:
            if time.monotonic() >= end:
                notes.append(_TOO_LONG)
                return
            folder = folders.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError:
                continue
            deeper: list[Path] = []
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _SKIPPED and not is_private_folder(entry.name):
                        deeper.append(path)
                    continue
                seen += 1
                if seen > _MAX_FILES or time.monotonic() >= end:
                    too_many = f"Only the first {_MAX_FILES:,} files were looked at; give a path."
                    notes.append(too_many if seen > _MAX_FILES else _TOO_LONG)
                    return
                if not entry.is_file(follow_symlinks=False):
                    continue
                name = path.relative_to(self.root).as_posix()
                if (fnmatch(entry.name, pattern) or fnmatch(name, pattern)) and not self.is_private(path):
                    yield name, path, entry.stat(follow_symlinks=False).st_size
            folders.extend(reversed(deeper))


def _read_file(workspace: _Workspace, path: str, given: Mapping[str, object]) -> str:
    text, ahead = _text_of(workspace.resolve(path), path)
    lines = _mask(workspace.redactor(), text, ahead).splitlines()
    start = max(1, _number(given, "start_line", 1))
    count = min(_MAX_LINES, max(1, _number(given, "line_count", _MAX_LINES)))
    selected = lines[start - 1 : start - 1 + count]
    if not selected:
        return f"{path} has {len(lines)} lines." if lines else f"{path} is empty."
    numbered = "\n".join(f"{number}\t{line}" for number, line in enumerate(selected, start))
    more = start - 1 + len(selected) < len(lines) or ahead > 0
    note = f"\n… {path} continues; it has {'more than ' * (ahead > 0)}{len(lines)} lines." if more else ""
    return _cut(numbered) + note


def _list_files(workspace: _Workspace, path: str, pattern: str) -> str:
    start = workspace.resolve(path)
    if not is_folder(start):
        raise ToolError(f"{path} is not a folder of the workspace.")
    end = time.monotonic() + _SECONDS
    lines: list[str] = []
    notes: list[str] = []
    for name, _, size in workspace.files(start, pattern, end, notes):
        if len(lines) == _MAX_ENTRIES:
            notes.append(f"There are more than {_MAX_ENTRIES} files; give a path or a pattern.")
            break
        lines.append(f"{name}\t{size}")
    return _with_notes(workspace.redactor().mask_content("\n".join(lines)) or "No files.", notes)


def _search_text(workspace: _Workspace, text: str, path: str, pattern: str) -> str:
    if not text.strip():
        raise ToolError("Give a text to find.")
    if text.splitlines() != [text]:
        raise ToolError("Give a text without line breaks: each line is searched separately.")
    start, wanted = workspace.resolve(path), text.casefold()
    is_one = is_file(start)
    if not is_one and not is_folder(start):
        raise ToolError(f"{path} is not a file or folder of the workspace.")
    end = time.monotonic() + _SECONDS
    notes: list[str] = []
    files: Iterator[tuple[str, Path, int]] = (
        iter([(start.relative_to(workspace.root).as_posix(), start, 0)])
        if is_one
        else workspace.files(start, pattern, end, notes)
    )
    found: list[str] = []
    redactor, size, large = workspace.redactor(), 0, 0
    for name, real, _ in files:
        if time.monotonic() >= end:
            notes.append(_TOO_LONG)
            break
        try:
            content, ahead = _text_of(real, name)
        except ToolError:
            if is_one:
                raise
            continue
        large += ahead > 0
        if wanted not in content.casefold():
            continue
        # Masked before lines are truncated, because a part of a key would not be recognized.
        for number, line in enumerate(_mask(redactor, content, ahead).splitlines(), 1):
            if wanted in line.casefold():
                found.append(f"{redactor.mask_content(name)}:{number}: {line.strip()[:_LINE]}")
                size += len(found[-1])
        if size > MAX_OUTPUT:
            break
    if large:
        notes.append(f"Only the first {MAX_READ:,} bytes of {plural(large, 'file')} were searched.")
    return _with_notes("\n".join(found) or f"{text[:_LINE]!r} was not found.", notes)


def _with_notes(result: str, notes: Sequence[str]) -> str:
    return "\n".join((_cut(result), *(f"… {note}" for note in notes)))


def _mask(redactor: Redactor, text: str, ahead: int) -> str:
    """The text without its secrets and without the characters that were read ahead."""
    masked = redactor.mask_content(text)
    return masked[: len(masked) - ahead]


def _text_of(path: Path, shown_path: str) -> tuple[str, int]:
    """The start of a text file, and how many of its characters were read ahead; 0 if it is the whole file."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or is_of_the_kernel(found):
                raise ToolError(f"{shown_path} is not a regular file.")
            # A file that gives no data now reads as None.
            data = cast("bytes | None", stream.read(MAX_READ + _READ_AHEAD)) or b""
    except FileNotFoundError:
        raise ToolError(f"There is no {shown_path} in the workspace.") from None
    except IsADirectoryError:
        raise ToolError(f"{shown_path} is a folder. List it instead.") from None
    except OSError as error:
        raise ToolError(f"{shown_path} cannot be read: {error.strerror}.") from None
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    text = data.decode(encoding, errors="replace")
    if "\0" in text[:8_192]:
        raise ToolError(f"{shown_path} is not a text file.")
    return text, len(text) - len(data[:MAX_READ].decode(encoding, errors="replace"))


def _home_folder() -> Path | None:
    try:
        return real_path(Path.home())
    except RuntimeError:
        # A container can run as a user that the system does not know.
        return None


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _text(given: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = given.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise ToolError(f"'{name}' must be a string.")
    if len(value) > MAX_ARGUMENT:
        raise ToolError(f"'{name}' has {len(value):,} characters. Use at most {MAX_ARGUMENT:,}.")
    return value or default or ""


def _number(given: Mapping[str, object], name: str, default: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise ToolError(f"'{name}' must be an integer.")
    return value


def _cut(text: str) -> str:
    return text if len(text) <= MAX_OUTPUT else text[:MAX_OUTPUT] + "\n… truncated; ask for less at a time."
