"""The mutable state of one process: folders, open buffers, parsed documents, current models, unsaved changes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aloop_models.catalog import Catalog
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.schema_file import load_schema
from aloop_models.core.document import Document
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, apply_edits
from aloop_models.errors import FileError, InvalidArgumentsError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.current_model import find_new_id
from aloop_models.settings import DEFAULTS, Settings
from aloop_models.snapshot import BrokenFile, Facts, NewFile, NewFiles, Place, Session, Snapshot
from aloop_models.workspace.buffers import Buffers, path_named
from aloop_models.workspace.catalog import current_catalog, is_exact
from aloop_models.workspace.globs import matches_any
from aloop_models.workspace.locate import (
    CONFIG_PATH,
    MISSING,
    Location,
    SkippedFile,
    find_config,
    home_config,
    places_of,
    reason_to_skip,
)
from aloop_models.workspace.paths import exists, real_path
from aloop_models.workspace.read import Stamp, read_file, stamp_of, text_of
from aloop_models.workspace.release import pause_collector, release
from aloop_models.workspace.today import today as day_of_today

if TYPE_CHECKING:
    import asyncio


class Change(Protocol):
    """A change of an unsaved buffer by a command, which can be repeated on the text of the file."""

    @property
    def id(self) -> str:
        """The ID of the change in all processes."""
        ...

    def edits(self, text: str) -> tuple[Edit, ...]:
        """Return the edits for this text; raises `RefusedError` if the change is not possible."""
        ...

    def is_in(self, text: str) -> bool:
        """Return whether this text contains the change."""
        ...


@dataclass
class _Unsaved:
    """The changes that are in an editor's buffer and not in the file."""

    changes: list[Change] = field(default_factory=list[Change])
    stamp: Stamp | None = None
    """The stamp of the file at the newest change."""
    undone: frozenset[str] = frozenset()
    """IDs of the changes that another process's buffer no longer contains."""


class Workspace:
    """The state of a process; safe to use from several threads."""

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        config: Path | None = None,
        home: Path | None = None,
        catalog: Catalog | None = None,
        today: Callable[[], date] = day_of_today,
        window: bool = False,
    ) -> None:
        self.lock = threading.RLock()
        """Protects operations on several attributes."""
        self.folders = tuple(folders)
        self.buffers = Buffers()
        self.settings: Settings = DEFAULTS
        self.catalog = catalog or current_catalog()
        self.window = window
        """Whether this is an editor's window, which owns buffers and selects a model for the next agent."""
        self.selected: str | None = None
        """The selected model for the next agent of this window; None for the default."""
        self.current: str | None = None
        """The current model of this agent; None in any other process."""
        self.previous: str | None = None
        """The model of this agent before the current one."""
        self.earlier: tuple[str, ...] = ()
        """All models that this agent has used before, newest first."""
        self.file: Path | None = None
        """The file that an agent uses until it ends; None in a process that finds the file each time."""
        self.sessions: tuple[Session, ...] = ()
        """The agents that use the file, as of the last update."""
        self.looked_at: tuple[Path, tuple[Path, ...]] | None = None
        """The file and the folders that `sessions` was updated for."""
        self.running: dict[Path, asyncio.Lock] = {}
        """The lock of each file, held while a command runs on it."""
        self.elsewhere: frozenset[str] = frozenset()
        """IDs of models that are only in the unsaved text of another process, as far as known."""
        self.endpoint: str | None = None
        """The address of this process for others, if it has one."""
        self.revision = 0
        """Increases with every change of the unsaved changes."""
        self._config = config
        self._home = home
        self._today = today
        self._facts: Facts | None = None
        self._used: tuple[object, Path, dict[Path, bool]] | None = None
        """What the file in use depends on, that file, and whether other paths lead to it."""
        self._documents: dict[Path, Document] = {}
        self._good: dict[Path, Document] = {}
        self._unsaved: dict[Path, _Unsaved] = {}
        self._in_home: dict[Path, bool] = {}
        """Whether each path is that of the home folder's models.yaml."""

    @property
    def facts(self) -> Facts:
        """Today's facts; the same object until the date, the settings or the catalog change."""
        today, known = self._today(), self._facts
        if known and known.today == today and known.settings is self.settings and known.catalog is self.catalog:
            return known
        self._facts = Facts(load_schema(), self.catalog, self.settings, today, is_exact(self.catalog))
        return self._facts

    @property
    def is_named(self) -> bool:
        """Whether the person named the file, so that it is used wherever it is."""
        return self._config is not None

    def use(self, model_id: str) -> None:
        """Set the current model of this agent, and remember the previous one."""
        with self.lock:
            if model_id != self.current:
                if self.current is not None:
                    self.earlier = tuple(dict.fromkeys((self.current, *self.earlier)))
                self.previous, self.current = self.current, model_id

    def find(self) -> Location:
        """Return the models.yaml of this workspace; with several folders, that of the first folder that has one."""
        return self._find(self._config)

    def file_at(self, place: str) -> Path:
        """Return the file of the project or the one in the home folder, which may not exist.

        Raises:
            FileError: there is no such place.
        """
        home = home_config(self._home)
        if home is None:
            raise FileError("fileNotFound", "There is no home folder, so there is no file for all projects.")
        if place == "home":
            return home
        found = self._find(None)
        path = found.path if found.path and found.source == "workspace" else found.create_at
        if self.is_in_home(path):
            raise FileError("fileNotFound", f"There is no project here: {path.parent.parent} is the home folder.")
        return path

    def source_of_copy(self, path: Path, place: str | None, *, is_named: bool = False) -> Path:
        """Return the file that a copy to a place takes the model from.

        Args:
            path: The file of the command.
            place: `home`, `project`, or None for the other one of the two.
            is_named: Whether the command names its file.

        Raises:
            FileError: as `file_at`.
        """
        if place != "project" or is_named or self.is_named or self.is_in_home(path):
            return path
        return self.file_at("home")

    def _find(self, config: Path | None) -> Location:
        found: list[Location] = []
        for start in self._starts():
            # The other folders are not searched, because that takes milliseconds for each.
            found.append(find_config(start, config, self._home))
            if found[-1].source not in ("home", "none"):
                return found[-1]
        return found[0]

    def places(self) -> tuple[Path, ...]:
        """Return every file whose creation, change or removal affects this workspace; some may not exist."""
        places = [place for start in self._starts() for place in places_of(start, self._config, self._home)]
        return tuple(dict.fromkeys((*places, *self.buffers.paths)))

    def target(self, uri: str | None = None) -> Path:
        """Return the file of a command: the named file, else the workspace's, an open one, or the path of a new one.

        Raises:
            RefusedError: `uri` does not name a file, or one that commands cannot use (`notServed`).
        """
        if uri is not None:
            path, buffer = path_named(uri), self.buffers.get(uri)
            if buffer and buffer.path:
                return buffer.path
            if not self._is_served(path):
                raise _not_served(path)
            return path
        if self.file is not None:
            return self.file
        found = self.find()
        if found.path:
            return found.path
        return self._first_opened() or found.create_at

    def new_files(self) -> NewFiles | None:
        """Return the places for the first file; None if there is a file already, or only one place is possible."""
        found, home = self.find(), home_config(self._home)
        is_chosen = self.is_named or self.file is not None or found.path is not None or self._first_opened()
        if is_chosen or found.is_blocked or exists(found.create_at) or home is None or home == found.create_at:
            return None
        if reason_to_skip(home) is not MISSING or not os.access(home.parent.parent, os.W_OK):
            return None
        folder = home.parent.parent
        return NewFiles(*(NewFile(path.as_uri(), _short(path, folder)) for path in (found.create_at, home)))

    def is_listed(self, path: Path) -> bool:
        """Return whether the setting `files` names the path: the editor serves the file, but no agent uses it."""
        return matches_any(path, self.settings.files, self.folders)

    def is_unread(self, path: Path) -> bool:
        """Return whether the file is in a workspace folder or an `.aloop` folder, but nothing reads it."""
        if self.is_named or path == self.file or path.parts[-2:] == CONFIG_PATH.parts or self.is_listed(path):
            return False
        return path.parent.name == CONFIG_PATH.parent.name or any(map(path.is_relative_to, self.folders))

    def look(self) -> Path:
        """Search the folders for the file in use, and return it."""
        state = self.folders, self.buffers.revision
        used = self.target()
        self._used = state, used, {}
        return used

    def uses(self, path: Path | None) -> bool:
        """Return whether agents in this workspace use the file; the folders are searched only after a change."""
        if path is None:
            return False
        if self._used is None or self._used[0] != (self.folders, self.buffers.revision):
            self.look()
        assert self._used is not None
        _, used, known = self._used
        if path not in known:
            known[path] = path == used or real_path(path) == real_path(used)
        return known[path]

    def skipped(self, path: Path) -> SkippedFile | None:
        """Return why the file is not used, if it is in a place that is searched; None if it can be used."""
        if self.is_named or not (path.parts[-2:] == CONFIG_PATH.parts or self.is_listed(path)):
            return None
        reason = reason_to_skip(path)
        return None if reason is MISSING else reason

    def read(self, path: Path, text: str) -> Document:
        """Return the document of a text; the last document of the path speeds this up."""
        previous = self._documents.get(path)
        if previous is not None and previous.text == text:
            return previous
        with pause_collector():
            document = read_document(text, previous)
        del previous
        _replace(self._documents, path, document)
        return document

    def forget(self, path: Path) -> Document | None:
        """Stop keeping the last document of the path, and return it."""
        return self._documents.pop(path, None)

    def snapshot(self, path: Path, text: str, place: Place | None = None) -> Snapshot:
        """Return a snapshot of a text that is, or will be, at the path."""
        return Snapshot(
            self.read(path, text),
            self.facts,
            place or Place(str(path)),
            self.sessions,
            self.selected,
            self.current,
            self.window,
            elsewhere=self.elsewhere,
            is_for_all_projects=self.is_in_home(path) and not self._is_home_open(path),
        )

    def saved(self, path: Path, place: Place | None = None) -> Snapshot:
        """Return the saved file with the pending edits of commands to an unsaved buffer.

        Raises:
            FileError: the file cannot be read.
        """
        return self.with_unsaved(path, "" if self.skipped(path) else text_of(path) or "", place)

    def with_unsaved(self, path: Path, text: str, place: Place | None = None) -> Snapshot:
        """Return the text of the file with the pending edits of commands to an unsaved buffer.

        If the current or selected model was renamed, this process follows the rename.
        """
        # Reading a large text takes long, and the event loop can wait for the lock.
        text, changes = self._apply_unsaved(path, text)
        snapshot = replace(self.snapshot(path, text, place), unsaved=changes)
        document = snapshot.document
        is_good = broken_file(document) is None and _has_text(text)
        with self.lock:
            before = self._good.get(path)
            if is_good and before is not document:
                before = before or document
                self.selected = self._follow(before, document, self.selected)
                self.current = self._follow(before, document, self.current)
                self.previous = self._follow(before, document, self.previous)
                del before
                _replace(self._good, path, document)
            return replace(snapshot, selected=self.selected, current=self.current)

    def in_use(self, path: Path, place: Place | None = None) -> Snapshot:
        """Return the file as lists and agents use it: as saved, or its last valid version while it cannot be used."""
        try:
            snapshot = self.saved(path, place)
            self.require_text(path, snapshot.document.text)
            problem = broken_file(snapshot.document)
        except FileError as error:
            snapshot, problem = self.snapshot(path, "", place), BrokenFile(error.line, str(error))
        if problem is None:
            return snapshot
        return replace(snapshot, document=self._good.get(path) or read_document(""), problem=problem)

    def was_read(self, path: Path) -> bool:
        """Return whether a valid version of the file is known, which is not empty."""
        return path in self._good

    def require_text(self, path: Path, text: str) -> None:
        """Refuse to replace the last valid version of an agent's file by nothing: a program may be about to write it.

        Raises:
            FileError: the file is missing or empty, and a valid version of it is known.
        """
        if path == self.file and self.was_read(path) and not _has_text(text):
            read_file(path)
            raise FileError("invalidFile", f"{path} is empty.")

    def add_unsaved(self, path: Path, change: Change) -> None:
        """Record a change that is in the buffer and not in the file."""
        with self.lock:
            real = real_path(path)
            unsaved = self._unsaved.setdefault(real, _Unsaved())
            unsaved.changes.append(change)
            unsaved.stamp = stamp_of(real)
            self.revision += 1

    def has_unsaved(self, path: Path) -> bool:
        """Return whether a buffer of the file has unsaved changes of commands."""
        return bool(self._unsaved) and real_path(path) in self._unsaved

    def settle(self, path: Path) -> None:
        """Record that the file was saved or its buffer closed, so that no changes are unsaved."""
        with self.lock:
            if self._unsaved.pop(real_path(path), None):
                self.revision += 1

    def unsaved_ids(self, path: Path) -> frozenset[str]:
        """Return the IDs of the unsaved changes, undone or not."""
        with self.lock:
            unsaved = self._unsaved.get(real_path(path))
            return frozenset(change.id for change in unsaved.changes) if unsaved else frozenset()

    def record_undone(self, path: Path, undone: frozenset[str]) -> None:
        """Record the IDs of the changes that another process's buffer does not contain; the others are redone."""
        with self.lock:
            unsaved = self._unsaved.get(real_path(path))
            if unsaved is not None and undone != unsaved.undone:
                unsaved.undone = undone
                self.revision += 1

    def is_in_home(self, path: Path) -> bool:
        """Return whether the path is that of the home folder's models.yaml."""
        if path not in self._in_home:
            home = home_config(self._home)
            has_name = path.parts[-2:] == CONFIG_PATH.parts
            self._in_home[path] = has_name and home is not None and real_path(path.parent.parent) == home.parent.parent
        return self._in_home[path]

    def _is_home_open(self, path: Path) -> bool:
        """Return whether the folder of this models.yaml is that of a person's work."""
        return any(real_path(start) == real_path(path.parent.parent) for start in self._starts())

    def _is_served(self, path: Path) -> bool:
        """Return whether the path is listed, open, or a models.yaml of this workspace or of the home folder."""
        if self.is_listed(path):
            return True
        if path.parts[-2:] == CONFIG_PATH.parts:
            project = real_path(path.parent.parent)
            if self.is_in_home(path) or any(project.is_relative_to(real_path(folder)) for folder in self.folders):
                return True
        return real_path(path) == real_path(self.target()) or self.buffers.of_path(path) is not None

    def _apply_unsaved(self, path: Path, text: str) -> tuple[str, tuple[str, ...]]:
        """Return the file's text with the unsaved changes, and their IDs.

        For a buffer of this process, these are the changes that it still contains, because a person may have undone
        one. For a buffer of another process, all except those known to be undone, until the file is written again.
        """
        real = real_path(path)
        unsaved = self._unsaved.get(real)
        if unsaved is None:
            return text, ()
        buffer = self.buffers.of_path(path)
        if buffer is None and stamp_of(real) != unsaved.stamp:
            self.settle(real)
            return text, ()
        kept = [
            change
            for change in tuple(unsaved.changes)
            if (change.is_in(buffer.text) if buffer is not None else change.id not in unsaved.undone)
        ]
        for change in kept:
            with suppress(RefusedError):
                text = apply_edits(text, change.edits(text))
        return text, tuple(change.id for change in kept)

    @staticmethod
    def _follow(before: Document, after: Document, model_id: str | None) -> str | None:
        return model_id and (find_new_id(before, after, model_id) or model_id)

    def _first_opened(self) -> Path | None:
        """Return the first open file that can be the file in use."""
        paths = (buffer.path for buffer in self.buffers)
        return next((path for path in paths if path and not self.is_listed(path)), None)

    def _starts(self) -> tuple[Path, ...]:
        """Return the folders to search for the file, in order."""
        if self.folders:
            return self.folders
        opened = self._first_opened()
        return (opened.parent if opened else Path(),)


def _replace(documents: dict[Path, Document], path: Path, document: Document) -> None:
    # Another thread may read it at any time, so that there must always be one.
    outdated: list[object] = [documents.get(path)]
    documents[path] = document
    release(outdated)


def _has_text(text: str) -> bool:
    return bool(text.removeprefix("\ufeff").strip())


def _not_served(path: Path) -> RefusedError:
    message = (
        f"Commands cannot use {redact(str(path))}, only an open document, the models.yaml in use, or an "
        f"{CONFIG_PATH.as_posix()} in a workspace folder or the home folder. Open it in the editor first, or add it to "
        "the setting aloop.files."
    )
    return InvalidArgumentsError("notServed", message)


def _short(path: Path, home: Path) -> str:
    return str(Path("~", path.relative_to(home))) if path.is_relative_to(home) else str(path)
