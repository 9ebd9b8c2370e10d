"""Runs commands: takes a definition, finds the file it means, and gives its edits to their owner, buffer or file.

Every face comes through here, so a command does the same in the editor, on the command line and in the agent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from aloop_models.catalog import Catalog
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.schema_file import load_schema
from aloop_models.commands import (
    BY_ID,
    Choose,
    Command,
    Outcome,
    SwitchSessions,
    parse_arguments,
    without_ask,
    without_uri,
)
from aloop_models.commands.check_models import CHECK
from aloop_models.commands.list_models import LIST
from aloop_models.commands.list_sessions import SESSIONS
from aloop_models.commands.reload_models import RELOAD
from aloop_models.commands.remove_model import REMOVE
from aloop_models.commands.switch_model import SWITCH
from aloop_models.commands.views import JsonObject, state_view
from aloop_models.core.document import Document
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.dispatch.buffer import Editor, edit_buffer
from aloop_models.dispatch.file import makes_file, write
from aloop_models.dispatch.peer import has_undone, run_at_editor
from aloop_models.dispatch.pending import Pending, real_path
from aloop_models.errors import FileError, InvalidArgumentsError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.checks.secrecy import exposure_warnings, has_new_secret
from aloop_models.features.current_model import find_new_id
from aloop_models.sessions.registry import require_sessions, sessions_on
from aloop_models.settings import DEFAULTS, Settings
from aloop_models.snapshot import BrokenFile, Facts, Place, Session, Snapshot
from aloop_models.workspace.buffers import Buffers, path_named
from aloop_models.workspace.catalog import current_catalog
from aloop_models.workspace.first_use import TEMPLATE, refuse_foreign_link
from aloop_models.workspace.locate import CONFIG_PATH, MISSING, Found, Skipped, find_config, places_of, reason_to_skip
from aloop_models.workspace.place import place_of
from aloop_models.workspace.read import text_of
from aloop_models.workspace.today import today as day_of_today

_NEVER_ASKED = frozenset({SWITCH.id, RELOAD.id, SESSIONS.id})
"""Commands that are about the asker itself, or about the disk."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command would do to the file; nothing has been changed."""

    path: Path
    result: JsonObject
    before: str
    """The file's text; empty where there is no file."""
    after: str


class Dispatcher:
    """Commands over one workspace: its folders, its buffers, the choice made in it."""

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        config: Path | None = None,
        home: Path | None = None,
        catalog: Catalog | None = None,
        today: Callable[[], date] = day_of_today,
        name: str = "aloop models",
        window: bool = False,
        asks_editor: bool = False,
        pending: Pending | None = None,
    ) -> None:
        self.folders = tuple(folders)
        self.buffers = Buffers()
        self.settings: Settings = DEFAULTS
        self.catalog = catalog or current_catalog()
        self.choice: str | None = None
        self.sessions: tuple[Session, ...] = ()
        self._looked_at: tuple[Path, tuple[Path, ...]] | None = None
        self.name = name
        """How this process is called when it asks another one."""
        self.window = window
        """Whether this is an editor's window, which holds a choice for the next agent."""
        self.asks_editor = asks_editor
        """Whether commands on the file go to the editor's server that serves it, where there is one."""
        self.pending = pending or Pending()
        """What commands put into an unsaved buffer, here or in an editor that was asked."""
        self.endpoint: str | None = None
        """Where others reach this process, if they can."""
        self.switch_sessions: Callable[[Sequence[str], str], None] | None = None
        """Switches running agents over the connections that this process has; None where it has none."""
        self._config = config
        self._home = home
        self._today = today
        self._facts: Facts | None = None
        self._documents: dict[str, Document] = {}
        self._last: dict[Path, Document] = {}
        self._locks: dict[Path, asyncio.Lock] = {}

    @property
    def facts(self) -> Facts:
        """Today's facts; the same object until the day, the settings or the catalog change."""
        today, known = self._today(), self._facts
        if known and known.today == today and known.settings is self.settings and known.catalog is self.catalog:
            return known
        self._facts = Facts(load_schema(), self.catalog, self.settings, today)
        return self._facts

    def read(self, name: str, text: str) -> Document:
        """The document of a text; the last one of that name makes it faster."""
        previous = self._documents.get(name)
        if previous is None or previous.text != text:
            self._documents[name] = previous = read_document(text, previous)
        return previous

    def look_around(self) -> None:
        """Bring up to date who runs on the file."""
        self._looked_at = self.target(), self.folders
        self.sessions = sessions_on(*self._looked_at, self.endpoint)

    def forget(self, name: str) -> None:
        """Let go of the last document of that name."""
        self._documents.pop(name, None)

    def find(self) -> Found:
        """Which models.yaml serves this workspace, and why: of several folders the first that has one counts."""
        found = [find_config(start, self._config, self._home) for start in self._starts()]
        return next((each for each in found if each.source not in ("home", "none")), found[0])

    def places(self) -> tuple[Path, ...]:
        """Every file whose coming, change or going concerns this workspace; some may not be there."""
        places = [place for start in self._starts() for place in places_of(start, self._config, self._home)]
        return tuple(dict.fromkeys((*places, *self.buffers.paths)))

    def target(self, uri: str | None = None) -> Path:
        """The file a command means: the one named, the workspace's, an open one, else where a new one would be."""
        if uri is not None:
            return path_named(uri)
        found = self.find()
        if found.path:
            return found.path
        return next(iter(self.buffers.paths), found.create_at)

    def skipped(self, path: Path) -> Skipped | None:
        """Why the file may not be used although it is in a place where one is looked for; None if it may."""
        if self._config is not None or path.parts[-2:] != CONFIG_PATH.parts:
            return None
        reason = reason_to_skip(path)
        return None if reason is MISSING else reason

    def snapshot(self, path: Path, text: str, place: Place | None = None) -> Snapshot:
        """A snapshot of a text that stands, or will stand, at the path."""
        document = self.read(str(path), text)
        return Snapshot(document, self.facts, place or Place(str(path)), self.sessions, self.choice, self.window)

    def saved(self, path: Path, place: Place | None = None) -> Snapshot:
        """The file as it is on the disk, with the edits made to an unsaved buffer of it by commands."""

        def run(command: Command[Any], parameters: Any, text: str) -> Outcome:
            return command.run(self.snapshot(path, text), parameters)

        text = ""
        if self.skipped(path) is None:
            text = self.pending.over(path, text_of(path) or "", self.buffers.of_path(path), run)
        document = self.read(str(path), text)
        if broken_file(document) is None:
            before, self._last[path] = self._last.get(path, document), document
            if self.choice and (followed := find_new_id(before, document, self.choice)):
                self.choice = followed
        return self.snapshot(path, text, place)

    def in_use(self, path: Path, place: Place | None = None) -> Snapshot:
        """What lists show and agents use: the saved file, or its last good version while it cannot be used."""
        try:
            snapshot = self.saved(path, place)
            problem = broken_file(snapshot.document)
        except FileError as error:
            snapshot, problem = self.snapshot(path, "", place), BrokenFile(error.line, str(error))
        if problem is None:
            return snapshot
        return replace(snapshot, document=self._last.get(path) or read_document(""), problem=problem)

    def state(self) -> JsonObject:
        """The whole state, as `aloop/modelsChanged` tells it."""
        path = self.target()
        if self._looked_at != (path, self.folders):
            self.look_around()
        state = state_view(self.in_use(path))
        if self.skipped(path) or (not path.exists() and self.buffers.of_path(path) is None):
            state |= {"file": None, "uri": None}
        return state | self._skipped_view()

    def has_undone(self, path: Path) -> bool:
        """Whether what this process had added in an editor was undone there, or made again, since last asked."""
        if not self.pending.holds(path):
            return False
        with suppress(FileError):
            # It may have been saved meanwhile.
            self.saved(path)
            return has_undone(self.pending, path, self.name)
        return False

    def settle(self, path: Path) -> None:
        """The file was saved or its buffer closed: nothing is pending any more."""
        self.pending.settle(path)

    async def execute(self, command_id: str, argument: object, editor: Editor | None = None) -> JsonObject:
        """Run a command by its id with one JSON object, in the open buffer where it has unsaved text; its JSON result.

        Raises:
            RefusedError: it cannot be done; nothing has changed.
        """
        command, parameters, path = self._understood(command_id, argument)
        result = await self._execute(command, parameters, path, editor)
        return self._with_skipped(argument, result)

    async def _execute(self, command: Command[Any], parameters: Any, path: Path, editor: Editor | None) -> JsonObject:
        async with self._locks.setdefault(real_path(path), asyncio.Lock()):
            # One that has just started may not have told itself yet.
            await asyncio.to_thread(self.look_around)
            buffer = self.buffers.of_path(path)
            if buffer is not None and command.id == CHECK.id:
                # What is reported has to be what the editor shows.
                place = await asyncio.to_thread(place_of, path)
                return self._finish(command.run(self.snapshot(path, buffer.text, place), parameters), {})
            if buffer is not None and command.reads_file and buffer.is_unsaved():
                outcome = (
                    command.run(self._seen_by(command, path, None), parameters) if not command.changes_file else None
                )
                if outcome is not None:
                    await asyncio.to_thread(self._reach, outcome)
                if outcome is None or outcome.edits:
                    await asyncio.to_thread(refuse_foreign_link, path)
                    before = buffer.text
                    outcome = await edit_buffer(
                        command, lambda text: command.run(self.snapshot(path, text), parameters), buffer, editor
                    )
                    if outcome.edits:
                        self.pending.add(path, command, parameters)
                    warnings = await asyncio.to_thread(self._exposure, path, before, buffer.text)
                    return self._finish(outcome, {"saved": False}, warnings=warnings)
                return self._finish(outcome, {})
            return await asyncio.to_thread(self._run, command, parameters, path)

    def execute_now(self, command_id: str, argument: object) -> JsonObject:
        """The same on the file, for faces without buffers and without an event loop.

        Raises:
            RefusedError: it cannot be done; nothing has changed.
        """
        self.look_around()
        command, parameters, path = self._understood(command_id, argument)
        return self._with_skipped(argument, self._execute_now(command, parameters, path, argument))

    def _execute_now(self, command: Command[Any], parameters: Any, path: Path, argument: object) -> JsonObject:
        if self.asks_editor and command.id not in _NEVER_ASKED and not self._removes_own(command, parameters):
            done = run_at_editor(
                command, lambda text: command.run(self.snapshot(path, text), parameters), path, argument, self.name
            )
            if isinstance(done, Outcome):
                return self._finish(done, {"saved": True})
            if done is not None:
                if done.get("saved") is False:
                    self.pending.add(path, command, parameters)
                return done
        return self._run(command, parameters, path)

    def _removes_own(self, command: Command[Any], parameters: Any) -> bool:
        """Whether it would remove the asker's current model, which only the asker knows to be that."""
        return command.id == REMOVE.id and parameters.model_id == self.choice

    def plan(self, command_id: str, argument: object) -> Plan:
        """What `execute_now` would do.

        Raises:
            RefusedError: it cannot be done.
        """
        self.look_around()
        command, parameters, path = self._understood(command_id, argument)
        before = text = text_of(path) or ""
        if makes_file(command, text):
            text = TEMPLATE
        outcome = command.run(self.snapshot(path, text), parameters)
        if outcome.edits:
            refuse_foreign_link(path)
        after = apply_edits(text, outcome.edits) if outcome.edits else before
        return Plan(path, {"message": outcome.message, **outcome.value}, before, after)

    def _understood(self, command_id: str, argument: object) -> tuple[Command[Any], Any, Path]:
        command = BY_ID.get(command_id)
        if command is None:
            raise InvalidArgumentsError("unknownCommand", f"There is no command '{redact(command_id)[:60]}'.")
        if command.needs_sessions:
            require_sessions()
        uri, argument = without_uri(argument)
        path = self.target(uri)
        argument = without_ask(command, argument, lambda: self.in_use(path))
        parameters = parse_arguments(command, argument)
        if command.reads_file and command.id != LIST.id and (skipped := self.skipped(path)):
            raise FileError("fileSkipped", f"No models.yaml can be used here. {skipped}")
        if command.id == SWITCH.id and self.window and uri is not None:
            path = self._in_use(path, parameters.model_id)
        return command, parameters, path

    def _in_use(self, path: Path, model_id: str) -> Path:
        """The file whose model a switch in this window sets, where it names the file at the path.

        Raises:
            RefusedError: that one has the model, and the one that the window uses does not.
        """
        used = self.target()
        if real_path(used) == real_path(path) or model_id not in self.saved(path).document.by_id:
            return path
        if model_id in self.saved(used).document.by_id:
            return used
        raise RefusedError(
            "modelNotFound",
            f"{redact(model_id)} is in {path} only, and this window uses {used}. "
            f"Add it there, or open the folder of {path} in a window of its own; then switch.",
        )

    def _run(self, command: Command[Any], parameters: Any, path: Path) -> JsonObject:
        if not command.changes_file:
            place = place_of(path) if command.id == CHECK.id else None
            outcome = command.run(self._seen_by(command, path, place), parameters)
            self._reach(outcome)
            if not outcome.edits:
                return self._finish(outcome, {})
        done = write(command, lambda text: command.run(self.snapshot(path, text), parameters), path)
        warnings = self._exposure(path, done.before, done.after)
        return self._finish(done.outcome, {"saved": True}, done.notes, warnings)

    def _exposure(self, path: Path, before: str, after: str) -> tuple[str, ...]:
        """What to warn about if the change has put a secret into a file that others can see."""
        if before == after or not has_new_secret(read_document(before), read_document(after), self.facts):
            return ()
        return exposure_warnings(self.snapshot(path, after, place_of(path)))

    def _with_skipped(self, argument: object, result: JsonObject) -> JsonObject:
        """The result of a command on the workspace's file, with the files that were skipped to find it."""
        if without_uri(argument)[0] is not None or not (view := self._skipped_view()):
            return result
        words = " ".join(map(str, self.find().skipped))
        return {**result, "message": f"{result['message']} {words}", **view}

    def _skipped_view(self) -> JsonObject:
        """The skipped files for programs; empty if there are none."""
        skipped = self.find().skipped
        views = [{"file": str(item.path), "reason": item.reason, "advice": item.advice} for item in skipped]
        return {"skipped": views} if views else {}

    def _seen_by(self, command: Command[Any], path: Path, place: Place | None) -> Snapshot:
        if command.id in (CHECK.id, RELOAD.id):
            return self.saved(path, place)
        snapshot = self.in_use(path, place)
        if snapshot.problem and command.reads_file and path not in self._last:
            # Of a file that cannot be read at all, nothing is known: the reason is all there is to say.
            self.saved(path, place)
        return snapshot

    def _reach(self, outcome: Outcome) -> None:
        if isinstance(outcome.effect, SwitchSessions):
            try:
                self._switch_sessions(outcome.effect.sessions, outcome.effect.model_id)
            finally:
                self.look_around()

    def _switch_sessions(self, ids: Sequence[str], model_id: str) -> None:
        if self.switch_sessions is not None:
            self.switch_sessions(ids, model_id)
            return
        # Imported here, for asyncio takes longer than the rest of a command.
        from aloop_models.sessions.peer import switch_sessions

        switch_sessions(ids, model_id, self.name)

    def _finish(
        self,
        outcome: Outcome,
        extra: Mapping[str, object],
        notes: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> JsonObject:
        if isinstance(outcome.effect, Choose):
            self.choice = outcome.effect.model_id
        value = dict(outcome.value)
        if warnings:
            value["warnings"] = [*cast("list[str]", value.get("warnings", [])), *warnings]
        # Each warning is a line, because it can end with a command to run.
        message = "\n".join((" ".join((outcome.message, *notes)), *warnings))
        return {"message": message, **value, **extra}

    def _starts(self) -> tuple[Path, ...]:
        """The folders in which the file is looked for, the first one first."""
        opened = tuple(path.parent for path in self.buffers.paths[:1])
        return self.folders or opened or (Path.cwd(),)
