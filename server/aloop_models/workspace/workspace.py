"""The mutable state of one process: folders, open buffers, parsed documents, models in use, unsaved changes."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from aloop_models.catalog import Catalog
from aloop_models.catalog.schema_file import load_schema
from aloop_models.core.document import Document
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, apply_edits
from aloop_models.errors import FileError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.current_model import find_new_id
from aloop_models.settings import DEFAULTS, Settings
from aloop_models.snapshot import BrokenFile, Facts, Place, Session, Snapshot
from aloop_models.workspace.buffers import Buffers, path_named
from aloop_models.workspace.catalog import current_catalog
from aloop_models.workspace.locate import (
    CONFIG_PATH,
    MISSING,
    Location,
    SkippedFile,
    find_config,
    places_of,
    reason_to_skip,
)
from aloop_models.workspace.read import Stamp, stamp_of, text_of
from aloop_models.workspace.today import today as day_of_today


class Change(Protocol):
    """What a command did to an unsaved buffer, so that it can be done again to the text of the file."""

    @property
    def new_id(self) -> str | None:
        """The ID of the model that it added."""
        ...

    def edits(self, text: str) -> tuple[Edit, ...]:
        """The same edits for this text; raises `RefusedError` where they cannot be made."""
        ...

    def is_in(self, text: str) -> bool:
        """Whether this text contains the change."""
        ...


@dataclass
class _Unsaved:
    """The changes of one file that are in an editor's buffer and not in the file."""

    changes: list[Change] = field(default_factory=list[Change])
    stamp: Stamp | None = None
    """Of the file when the newest change was made."""
    undone: frozenset[str] = frozenset()
    """IDs of added models that the buffer of another process does not contain any more."""


class Workspace:
    """All that a process knows and may change; safe to use from several threads."""

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
        """Held while what depends on several attributes is read or changed."""
        self.folders = tuple(folders)
        self.buffers = Buffers()
        self.settings: Settings = DEFAULTS
        self.catalog = catalog or current_catalog()
        self.window = window
        """Whether this is an editor's window, which owns buffers and selects a model for the next agent."""
        self.selected: str | None = None
        """The model for the next agent of this window; None: the default."""
        self.current: str | None = None
        """The model of this agent; None in a process that is no agent."""
        self.previous: str | None = None
        """The model of this agent before the current one."""
        self.file: Path | None = None
        """The file that an agent serves until it ends; None in a process that looks for it every time."""
        self.sessions: tuple[Session, ...] = ()
        """The agents that were running on the file at the last look."""
        self.looked_at: tuple[Path, tuple[Path, ...]] | None = None
        """The file and the folders for which `sessions` was found."""
        self.running: dict[Path, asyncio.Lock] = {}
        """Each file's lock, held while a command runs on it."""
        self.elsewhere: frozenset[str] = frozenset()
        """IDs of models that only the unsaved text of another process has, as far as they were asked for."""
        self.endpoint: str | None = None
        """Where others reach this process, if they can."""
        self.revision = 0
        """Increases with every change of what is not saved."""
        self._config = config
        self._home = home
        self._today = today
        self._facts: Facts | None = None
        self._documents: dict[Path, Document] = {}
        self._good: dict[Path, Document] = {}
        self._unsaved: dict[Path, _Unsaved] = {}

    @property
    def facts(self) -> Facts:
        """Today's facts; the same object until the day, the settings or the catalog change."""
        today, known = self._today(), self._facts
        if known and known.today == today and known.settings is self.settings and known.catalog is self.catalog:
            return known
        self._facts = Facts(load_schema(), self.catalog, self.settings, today)
        return self._facts

    @property
    def is_named(self) -> bool:
        """Whether the file was named by the person, so that it is used wherever it is."""
        return self._config is not None

    def use(self, model_id: str) -> None:
        """Make a model the current one of this agent, and remember the one before."""
        with self.lock:
            if model_id != self.current:
                self.previous, self.current = self.current, model_id

    def find(self) -> Location:
        """Which models.yaml serves this workspace, and why: of several folders the first that has one counts."""
        found = [find_config(start, self._config, self._home) for start in self._starts()]
        return next((each for each in found if each.source not in ("home", "none")), found[0])

    def places(self) -> tuple[Path, ...]:
        """Every file whose creation, change or removal concerns this workspace; some may not exist."""
        places = [place for start in self._starts() for place in places_of(start, self._config, self._home)]
        return tuple(dict.fromkeys((*places, *self.buffers.paths)))

    def target(self, uri: str | None = None) -> Path:
        """The file a command means: the one named, the workspace's, an open one, else where a new one would be."""
        if uri is not None:
            return path_named(uri)
        if self.file is not None:
            return self.file
        found = self.find()
        if found.path:
            return found.path
        return next(iter(self.buffers.paths), found.create_at)

    def skipped(self, path: Path) -> SkippedFile | None:
        """Why the file may not be used although it is in a place where one is looked for; None if it may."""
        if self.is_named or path.parts[-2:] != CONFIG_PATH.parts:
            return None
        reason = reason_to_skip(path)
        return None if reason is MISSING else reason

    def read(self, path: Path, text: str) -> Document:
        """The document of a text; the last one of that path makes it faster."""
        previous = self._documents.get(path)
        if previous is None or previous.text != text:
            self._documents[path] = previous = read_document(text, previous)
        return previous

    def forget(self, path: Path) -> None:
        """Let go of the last document of that path."""
        self._documents.pop(path, None)

    def snapshot(self, path: Path, text: str, place: Place | None = None) -> Snapshot:
        """A snapshot of a text that is, or will be, at the path."""
        return Snapshot(
            self.read(path, text),
            self.facts,
            place or Place(str(path)),
            self.sessions,
            self.selected,
            self.current,
            self.window,
            self.elsewhere,
        )

    def saved(self, path: Path, place: Place | None = None) -> Snapshot:
        """The file as it is on the disk, with the edits made to an unsaved buffer of it by commands.

        Raises:
            FileError: it cannot be read.
        """
        return self.with_unsaved(path, "" if self.skipped(path) else text_of(path) or "", place)

    def with_unsaved(self, path: Path, text: str, place: Place | None = None) -> Snapshot:
        """The text of the file with the edits made to an unsaved buffer of it by commands.

        A model in use that was renamed in it is followed.
        """
        with self.lock:
            snapshot = self.snapshot(path, self._apply_unsaved(path, text), place)
            document = snapshot.document
            if broken_file(document) is not None:
                return snapshot
            before, self._good[path] = self._good.get(path, document), document
            if before is document:
                return snapshot
            self.selected = self._follow(before, document, self.selected)
            self.current = self._follow(before, document, self.current)
            self.previous = self._follow(before, document, self.previous)
            return replace(snapshot, selected=self.selected, current=self.current)

    def in_use(self, path: Path, place: Place | None = None) -> Snapshot:
        """What lists show and agents use: the saved file, or its last good version while it cannot be used."""
        try:
            snapshot = self.saved(path, place)
            problem = broken_file(snapshot.document)
        except FileError as error:
            snapshot, problem = self.snapshot(path, "", place), BrokenFile(error.line, str(error))
        if problem is None:
            return snapshot
        return replace(snapshot, document=self._good.get(path) or read_document(""), problem=problem)

    def was_read(self, path: Path) -> bool:
        """Whether a good version of the file is known."""
        return path in self._good

    def add_unsaved(self, path: Path, change: Change) -> None:
        """A command's edits are in the buffer, and not in the file."""
        with self.lock:
            real = real_path(path)
            unsaved = self._unsaved.setdefault(real, _Unsaved())
            unsaved.changes.append(change)
            unsaved.stamp, unsaved.undone = stamp_of(real), frozenset()
            self.revision += 1

    def has_unsaved(self, path: Path) -> bool:
        """Whether commands changed a buffer of the file, and it was not saved since."""
        return real_path(path) in self._unsaved

    def settle(self, path: Path) -> None:
        """The file was saved, or its buffer closed: nothing is unsaved any more."""
        with self.lock:
            if self._unsaved.pop(real_path(path), None):
                self.revision += 1

    def compare_unsaved(self, path: Path, model_ids: Collection[str]) -> bool:
        """Note that another process' buffer has these models; whether an added one was undone there, or made again."""
        with self.lock:
            unsaved = self._unsaved.get(real_path(path))
            if unsaved is None:
                return False
            undone = frozenset(change.new_id for change in unsaved.changes if change.new_id) - frozenset(model_ids)
            if undone == unsaved.undone:
                return False
            unsaved.undone = undone
            self.revision += 1
            return True

    def _apply_unsaved(self, path: Path, text: str) -> str:
        """The file's text with the unsaved changes.

        If the buffer is in this process, those that it still contains, because a person may have undone one; if it is
        in another one, all that are not known to be undone, until the file is written again.
        """
        real = real_path(path)
        unsaved = self._unsaved.get(real)
        if unsaved is None:
            return text
        buffer = self.buffers.of_path(path)
        if buffer is None and stamp_of(real) != unsaved.stamp:
            self.settle(real)
            return text
        for change in unsaved.changes:
            if buffer is not None:
                if not change.is_in(buffer.text):
                    continue
            elif change.new_id in unsaved.undone:
                continue
            try:
                text = apply_edits(text, change.edits(text))
            except RefusedError:
                continue
        return text

    @staticmethod
    def _follow(before: Document, after: Document, model_id: str | None) -> str | None:
        return model_id and (find_new_id(before, after, model_id) or model_id)

    def _starts(self) -> tuple[Path, ...]:
        """The folders in which the file is looked for, the first one first."""
        opened = tuple(path.parent for path in self.buffers.paths[:1])
        return self.folders or opened or (Path.cwd(),)


def real_path(path: Path) -> Path:
    """The one name of a file that can be reached by several, through links."""
    return Path(os.path.realpath(path))
