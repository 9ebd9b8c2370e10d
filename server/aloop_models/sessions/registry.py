"""The registry of running agents and editors: one small file for each, in the private runtime folder.

Entries contain no secrets. Any process that finds a stale entry removes it, with its socket.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import cast

from aloop_models import __version__
from aloop_models.errors import FileError
from aloop_models.snapshot import Session
from aloop_models.workspace.atomic import write_private
from aloop_models.workspace.folders import make_private, runtime_folder
from aloop_models.workspace.paths import real_path

EDITOR = "editor"
INTERACTIVE = "interactive"
TASK = "task"

_MOST_BYTES = 64 * 1024
_TEXTS = ("id", "kind", "folder", "config", "endpoint")
_TEXTS_OR_NOTHING = ("model_id", "editor")
_PATHS = ("documents", "unsaved")


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """One running agent or one editor's server."""

    id: str
    kind: str
    """`interactive`, `task` or `editor`."""
    pid: int
    started: int | None
    """When the process started, as the system counts it; identifies a reused process ID."""
    folder: str
    config: str
    """The real path of its models.yaml."""
    endpoint: str
    """The path of its socket."""
    model_id: str | None = None
    editor: str | None = None
    """The endpoint of the editor whose terminal it was started in."""
    documents: tuple[str, ...] | None = ()
    """The real paths of the editor's open documents; None if they are too many for an entry."""
    unsaved: tuple[str, ...] | None = ()
    """Those of them with unsaved text; None if they are too many for an entry."""
    version: str = __version__

    def uses(self, path: str) -> bool:
        """Return whether it uses the file with this real path, or may have it open."""
        return self.config == path or self.documents is None or path in self.documents

    def may_have_unsaved(self, path: str) -> bool:
        """Return whether it may have unsaved text in the file with this real path."""
        return self.unsaved is None or path in self.unsaved


def require_sessions() -> None:
    """Refuse on a system without sessions.

    Raises:
        FileError: this is Windows (`notSupported`).
    """
    if sys.platform == "win32":
        message = (
            "Sessions are not supported on Windows yet, so other programs cannot list or switch a running agent. "
            "Switch in the agent with /model, or set the default model."
        )
        raise FileError("notSupported", message)


def new_id() -> str:
    """Return an ID for a new entry; it is short, because it is part of the path of a socket."""
    return secrets.token_hex(4)


def write(entry: RegistryEntry) -> None:
    """Add or replace the entry.

    Raises:
        FileError: there is no runtime folder, or sessions are not supported on this system.
        OSError: the entry cannot be written.
    """
    data = json.dumps(asdict(entry)).encode()
    for name in _PATHS:
        if len(data) > _MOST_BYTES:
            entry = replace(entry, **{name: None})
            data = json.dumps(asdict(entry)).encode()
    write_private(_folder() / f"{entry.id}.json", data)


def remove(entry: RegistryEntry) -> None:
    """Remove the entry and its socket, if they exist."""
    with suppress(FileError, OSError):
        (_folder() / f"{entry.id}.json").unlink(missing_ok=True)
        # An entry could name any other path, which must not be removed.
        if Path(entry.endpoint).parent == runtime_folder():
            Path(entry.endpoint).unlink(missing_ok=True)


def entries() -> tuple[RegistryEntry, ...]:
    """Return all entries, oldest process first, and remove stale ones.

    Raises:
        FileError: there is no runtime folder, or sessions are not supported on this system.
    """
    return tuple(sorted(_living(), key=lambda entry: (entry.started or 0, entry.id)))


def find(identity: str) -> RegistryEntry | None:
    """Return the entry with this ID, or None; remove it if it is stale.

    Raises:
        FileError: there is no runtime folder, or sessions are not supported on this system.
    """
    return _read_living(_folder() / f"{identity}.json") if identity.isalnum() else None


def sessions_on(config: Path, folders: Sequence[Path], endpoint: str | None = None) -> tuple[Session, ...]:
    """Return the agents that use the file, oldest first; `endpoint` is that of the calling editor, if any.

    An agent is here if it runs in one of the folders, or in a terminal of the calling editor.
    """
    real, places = str(real_path(config)), {str(real_path(folder)) for folder in folders}
    try:
        running = entries()
    except (FileError, OSError):
        return ()
    return tuple(
        Session(
            entry.id,
            entry.kind,
            entry.pid,
            entry.folder,
            entry.config,
            entry.model_id,
            entry.folder in places or (endpoint is not None and entry.editor == endpoint),
        )
        for entry in running
        if entry.kind != EDITOR and entry.config == real
    )


def editors_on(config: Path, first: str | None = None) -> tuple[RegistryEntry, ...]:
    """Return the editors that use the file or have it open, in the order in which to ask them.

    Those with unsaved text in it are first, then the one with the endpoint `first`, then the newest.
    """
    real = str(real_path(config))
    try:
        running = entries()
    except (FileError, OSError):
        return ()
    editors = [entry for entry in reversed(running) if entry.kind == EDITOR and entry.uses(real)]
    return tuple(sorted(editors, key=lambda entry: (not entry.may_have_unsaved(real), entry.endpoint != first)))


def unsaved_elsewhere(config: Path, endpoint: str | None) -> tuple[RegistryEntry, ...]:
    """Return the editors that may have unsaved text in the file, newest first, except the one with this endpoint."""
    real = str(real_path(config))
    editors = editors_on(config)
    return tuple(entry for entry in editors if entry.may_have_unsaved(real) and entry.endpoint != endpoint)


def process_start(pid: int) -> int | None:
    """Return when a process started, in the units of the system; None if the system does not say."""
    return _status(pid)[1]


def is_running(pid: int, started: int | None) -> bool:
    """Return whether a process still runs, and its ID was not reused; `started` is its `process_start`."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    state, now = _status(pid)
    # A zombie keeps its process ID, but no longer runs.
    return state not in ("Z", "X") and started in (None, now)


def _status(pid: int) -> tuple[str, int | None]:
    """Return the state of a process and when it started, as far as the system says."""
    try:
        # Fields 3 (state) and 22 (start) of /proc/PID/stat; the second field may contain spaces and brackets.
        values = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return values[0], int(values[19])
    except (OSError, ValueError, IndexError):
        return "", None


def is_alive(entry: RegistryEntry) -> bool:
    """Return whether the process of the entry still runs, and its ID was not reused."""
    return is_running(entry.pid, entry.started)


def _living() -> Iterator[RegistryEntry]:
    for file in _folder().glob("*.json"):
        if entry := _read_living(file):
            yield entry


def _read_living(file: Path) -> RegistryEntry | None:
    entry = _read(file)
    if entry is not None and not is_alive(entry):
        remove(entry)
        return None
    return entry


def _read(file: Path) -> RegistryEntry | None:
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES or not _is_own(found):
            return None
        value: object = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    given = cast("dict[str, object]", value)
    known = {item.name: given[item.name] for item in fields(RegistryEntry) if item.name in given}
    for name in _PATHS:
        if isinstance(known.setdefault(name, []), list):
            known[name] = tuple(cast("list[object]", known[name]))
    entry = RegistryEntry(**known) if _is_complete(known) else None  # pyright: ignore[reportArgumentType]
    return entry if entry and entry.id == file.stem else None


def _is_complete(known: dict[str, object]) -> bool:
    pid, started = known.get("pid"), known.get("started")
    return (
        all(isinstance(known.get(name), str) for name in _TEXTS)
        and all(isinstance(known.get(name), str | None) for name in _TEXTS_OR_NOTHING)
        and all(_is_paths(known.get(name)) for name in _PATHS)
        and isinstance(known.get("version", ""), str)
        and isinstance(pid, int)
        and 0 < pid < 2**31
        and isinstance(started, int | None)
    )


def _is_paths(value: object) -> bool:
    paths = cast("tuple[object, ...]", value) if isinstance(value, tuple) else None
    return value is None if paths is None else all(isinstance(path, str) for path in paths)


def _is_own(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid()


def _folder() -> Path:
    require_sessions()
    return make_private(runtime_folder() / "sessions")
