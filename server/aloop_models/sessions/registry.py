"""The list of running agents and editors' servers: one small file each, in the private runtime folder.

An entry holds no secrets. Whoever finds an entry whose process is gone removes it, with its socket.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import cast

from aloop_models import __version__
from aloop_models.errors import FileProblem
from aloop_models.snapshot import Session
from aloop_models.workspace.runtime_folder import runtime_folder

EDITOR = "editor"
INTERACTIVE = "interactive"
TASK = "task"

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Registered:
    """One running agent or one editor's server."""

    id: str
    kind: str
    """`interactive`, `task` or `editor`."""
    pid: int
    started: int | None
    """When the process started, as the system counts it; tells a recycled process number apart."""
    folder: str
    config: str
    """Real path of the models.yaml in use."""
    endpoint: str
    """Path of the socket, or name of the pipe."""
    model_id: str | None = None
    editor: str | None = None
    """The endpoint of the editor in whose terminal it was started."""
    version: str = __version__


def new_id() -> str:
    """An id for a new entry: short, for it becomes part of a socket's path."""
    return secrets.token_hex(4)


def write(entry: Registered) -> None:
    """Put the entry into the list, or its newer version in place of it.

    Raises:
        FileProblem: there is no runtime folder.
        OSError: it cannot be written.
    """
    folder = _folder()
    temporary = folder / f"{entry.id}.{os.getpid()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(entry), file)
    temporary.replace(folder / f"{entry.id}.json")


def remove(entry: Registered) -> None:
    """Take the entry and its socket out; nothing happens where they are gone."""
    with suppress(OSError):
        (_folder() / f"{entry.id}.json").unlink(missing_ok=True)
    if sys.platform != "win32":
        with suppress(OSError):
            Path(entry.endpoint).unlink(missing_ok=True)


def entries() -> tuple[Registered, ...]:
    """Everyone who runs, oldest entry first; stale entries are removed on the way.

    Raises:
        FileProblem: there is no runtime folder.
    """
    return tuple(_living())


def sessions_on(config: Path, folders: Sequence[Path], endpoint: str | None = None) -> tuple[Session, ...]:
    """The agents that use the file, oldest first; `endpoint` is the asker's own, if it is an editor.

    An agent is here where it runs in one of the folders, or in a terminal of the asking editor.
    """
    real, places = os.path.realpath(config), {os.path.realpath(folder) for folder in folders}
    try:
        running = entries()
    except (FileProblem, OSError):
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


def process_start(pid: int) -> int | None:
    """When a process started, in the system's own count; None where it cannot be told, or there is no such process."""
    try:
        # Field 22 of /proc/PID/stat; the second field may hold spaces and brackets.
        return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None


def is_alive(entry: Registered) -> bool:
    """Whether the process of the entry still runs, and is not another one with its number."""
    if sys.platform != "win32":
        try:
            os.kill(entry.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
    return entry.started is None or process_start(entry.pid) == entry.started


def _living() -> Iterator[Registered]:
    folder = _folder()
    files = [(file.stat().st_mtime_ns, file) for file in folder.glob("*.json") if file.exists()]
    for _, file in sorted(files):
        entry = _read(file)
        if entry is None:
            continue
        if is_alive(entry):
            yield entry
        else:
            remove(entry)


def _read(file: Path) -> Registered | None:
    try:
        if file.stat().st_size > _MOST_BYTES:
            return None
        value: object = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    given = cast("dict[str, object]", value)
    known = {item.name: given[item.name] for item in fields(Registered) if item.name in given}
    texts = ("id", "kind", "folder", "config", "endpoint")
    if not all(isinstance(known.get(name), str) for name in texts) or not isinstance(known.get("pid"), int):
        return None
    entry = Registered(**known)  # pyright: ignore[reportArgumentType]
    return entry if entry.id == file.stem else None


def _folder() -> Path:
    folder = runtime_folder() / "sessions"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
