"""Run commands: find the file, find the owner of its text (a buffer, a peer or the file), run, and apply the edits.

Every interface uses this module, so a command does the same in the editor, on the command line and in the agent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aloop_models.catalog.redaction import redact, redact_name
from aloop_models.commands import (
    BY_ID,
    VERBS,
    Command,
    Outcome,
    ProtectFile,
    Reload,
    SelectModel,
    SwitchSessions,
    parse_arguments,
    without_ask,
    without_uri,
)
from aloop_models.commands.arguments import copies_entry, kind_of, names_typed, place_to_copy_to, resolved, takes_source
from aloop_models.commands.copy_model import require_place, text_to_copy
from aloop_models.commands.file_question import HOME_FILE
from aloop_models.commands.views import NOTIFIED_MODELS, JsonObject, state_view
from aloop_models.core.text import apply_edits
from aloop_models.dispatch.file import WriteResult, makes_file, write
from aloop_models.dispatch.peer import follow_undo, resolve_at_editor, run_at_editor
from aloop_models.dispatch.pending import Call, Cancellation
from aloop_models.errors import FileError, InvalidArgumentsError, RefusedError, change_texts
from aloop_models.features.checks.secrecy import exposure_warnings, has_new_secret
from aloop_models.sessions.registry import RegistryEntry, require_sessions, sessions_on, unsaved_elsewhere
from aloop_models.snapshot import Snapshot
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.first_use import TEMPLATE, refuse_foreign_link
from aloop_models.workspace.locate import SkippedFile
from aloop_models.workspace.paths import exists, real_path, with_home
from aloop_models.workspace.place import place_of
from aloop_models.workspace.protect import protect_file
from aloop_models.workspace.read import read_file, text_of
from aloop_models.workspace.release import pause_collector
from aloop_models.workspace.workspace import Workspace

if TYPE_CHECKING:
    from aloop_models.dispatch.buffer import Editor

_NOT_SHOWN = (
    "This is the change of the saved file. An editor has unsaved text in it, which the command will change instead."
)
_NO_AGENT = "No agent is running here. For one run: aloop --model {0}. For new agents: aloop models default {0}."
_OTHER_AGENT = "For the {0} in {1}: aloop models switch {2} --session {3}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command would change; nothing has been changed."""

    path: Path
    result: JsonObject
    before: str
    """The file's text; empty if there is no file."""
    after: str
    notes: tuple[str, ...] = ()
    """What else to know of it."""


@dataclass(frozen=True, slots=True)
class BufferEdit:
    """A step that only the editor can do: apply the edits of a call to a buffer."""

    call: Call
    buffer: Buffer


Step: TypeAlias = Callable[[], Any] | BufferEdit
"""A step of `_steps`: a function that may block, or an edit of a buffer."""


class Runner:
    """Runs the commands of one process on its workspace."""

    def __init__(self, workspace: Workspace, name: str = "aloop models") -> None:
        self.workspace = workspace
        self.name = name
        """The name of this process in requests to other processes."""
        self.switch_sessions: Callable[[Sequence[str], str], None] | None = None
        """Switches running agents over the open connections of this process; None if it has none."""

    def resolve(self, snapshot: Snapshot, command: Command[Any], argument: Mapping[str, object]) -> JsonObject:
        """Return the argument object with full IDs instead of typed names, as the owner of the text knows them.

        `snapshot` is the file as this process knows it; an editor is asked only about names that are not IDs in it.

        Raises:
            RefusedError: no model, or several, match.
        """
        workspace, rest, answers = self.workspace, dict(argument), JsonObject()
        is_agent = workspace.file is not None
        # An agent switches only to what it has itself.
        asks = not (workspace.window or (is_agent and command.effect is SwitchSessions))
        for key, name in names_typed(snapshot, command, argument).items() if asks else ():
            answer = resolve_at_editor(workspace.target(), command, key, name, self.name)
            if answer is not None:
                del rest[key]
                answers |= answer
        found = {**resolved(snapshot, command, rest), **answers}
        if not is_agent and isinstance(model_id := answers.get("modelId"), str):
            workspace.elsewhere = frozenset({model_id} - snapshot.document.by_id.keys())
        return found

    def look_around(self) -> None:
        """Update the sessions that use the file."""
        workspace = self.workspace
        workspace.looked_at = workspace.target(), workspace.folders
        workspace.sessions = sessions_on(*workspace.looked_at, workspace.endpoint)

    def state(self) -> JsonObject:
        """Return the state, as `aloop/modelsChanged` sends it."""
        workspace = self.workspace
        path = workspace.look()
        if workspace.looked_at != (path, workspace.folders):
            self.look_around()
        state = state_view(workspace.in_use(path), NOTIFIED_MODELS)
        if workspace.skipped(path) or (not exists(path) and workspace.buffers.of_path(path) is None):
            state |= {"file": None, "uri": None}
        return state | _skipped_view(workspace.find().skipped)

    def follow_undo(self, path: Path) -> None:
        """Use only those unsaved changes of this process that the editor still has."""
        if self.workspace.has_unsaved(path):
            with suppress(FileError):
                # The buffer may have been saved since.
                self.workspace.saved(path)
            if self.workspace.has_unsaved(path):
                follow_undo(self.workspace, path, self.name)

    async def execute(
        self, command_id: str, argument: object, editor: Editor | None = None, *, is_forwarded: bool = False
    ) -> JsonObject:
        """Run a command by its ID with one JSON object, and return its JSON result.

        If the file has unsaved text in an open buffer, the buffer is changed. If the task is cancelled, the file is not
        changed afterwards; a write that has begun is completed, and the command has its result. A command that another
        process forwarded is not sent to a third one.

        Raises:
            RefusedError: the command cannot be carried out; nothing has changed.
        """
        # Imported here, because importing asyncio takes a fifth of the command line's start time.
        import asyncio

        from aloop_models.dispatch.buffer import edit_buffer

        call = replace(self._call(command_id, argument), is_forwarded=is_forwarded)
        async with self.workspace.running.setdefault(real_path(call.path), asyncio.Lock()):
            steps, done = self._steps(call), None
            while True:
                try:
                    step = steps.send(done)
                except StopIteration as end:
                    return end.value
                if not isinstance(step, BufferEdit):
                    done = await _in_thread(step, call.cancellation)
                elif editor is not None:
                    done = await edit_buffer(step.call, step.buffer, editor)
                else:
                    raise _unsaved_changes(step.call.path, "an editor")

    def execute_now(self, command_id: str, argument: object) -> JsonObject:
        """Run a command as `execute`, for interfaces without buffers and without an event loop.

        Raises:
            RefusedError: the command cannot be carried out; nothing has changed.
        """
        steps, done = self._steps(self._call(command_id, argument)), None
        while True:
            try:
                step = steps.send(done)
            except StopIteration as end:
                return end.value
            if isinstance(step, BufferEdit):
                raise _unsaved_changes(step.call.path, "an editor")
            done = step()

    def plan(self, command_id: str, argument: object) -> Plan:
        """Return what `execute_now` would change.

        Raises:
            RefusedError: the command cannot be carried out.
        """
        self.look_around()
        call = self._call(command_id, argument)
        before = text_of(call.path) or ""
        text = TEMPLATE if makes_file(call, before) else before
        outcome = call.run(text)
        self._require_agent(outcome)
        if outcome.edits:
            refuse_foreign_link(call.path)
        after = apply_edits(text, outcome.edits) if outcome.edits else before
        notes = (_NOT_SHOWN,) if self._unsaved_elsewhere(call) else ()
        return Plan(call.path, _view(outcome, notes), before, after, notes)

    def _call(self, command_id: str, argument: object) -> Call:
        command = BY_ID.get(command_id)
        if command is None:
            raise InvalidArgumentsError("unknownCommand", f"Unknown command '{redact_name(command_id)}'.")
        if command.needs_sessions:
            require_sessions()
        workspace = self.workspace
        uri, rest = without_uri(argument)
        path = workspace.target(uri)
        if takes_source(command):
            rest = argument = _with_text(rest)
        if copies_entry(command) and not _asks_or_has_text(rest):
            path, rest = self._copied(path, rest, is_named=uri is not None)
            argument = rest
        if kind_of(command, "words") == "line":
            path = workspace.source_of_copy(path, place_to_copy_to(VERBS, _words_of(rest)), is_named=uri is not None)
        parameters = parse_arguments(command, without_ask(command, rest, lambda: self._asked(path, argument)))
        if (command.needs_file or command.changes_file) and (skipped := workspace.skipped(path)):
            raise FileError("fileSkipped", f"No models.yaml can be used here. {skipped}")
        if command.in_window and workspace.window and uri is not None:
            path = self._in_use(path, parameters.model_id)
        return Call(workspace, command, parameters, path, argument)

    def _copied(self, source: Path, argument: object, *, is_named: bool) -> tuple[Path, JsonObject]:
        """Return the file to copy an entry to, and the argument object with the entry's text."""
        workspace, rest = self.workspace, {**cast("Mapping[str, object]", argument)}
        place, words = rest.get("to"), rest.get("modelId")
        require_place(place)
        source = workspace.source_of_copy(source, str(place) if place else None, is_named=is_named)
        path = workspace.file_at(str(place or ("project" if workspace.is_in_home(source) else "home")))
        if real_path(path) == real_path(source):
            raise InvalidArgumentsError("invalidArguments", f"The model is in {redact(str(path))} already.")
        if skipped := workspace.skipped(source):
            raise FileError("fileSkipped", str(skipped))
        buffer = workspace.buffers.of_path(source)
        snapshot = workspace.snapshot(source, buffer.text) if buffer else workspace.saved(source)
        with change_texts(snapshot.redactor.mask):
            model_id, text = text_to_copy(snapshot, str(words))
        return path, {**rest, "modelId": model_id, "text": text}

    def to_ask(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot of the workspace's file for the questions of a command."""
        return replace(snapshot, new_files=self.workspace.new_files())

    def _asked(self, path: Path, argument: object) -> Snapshot:
        snapshot = self.workspace.in_use(path)
        is_named = isinstance(argument, Mapping) and "uri" in argument
        return snapshot if is_named else self.to_ask(snapshot)

    def _in_use(self, path: Path, model_id: str) -> Path:
        """Return the file for a switch in this window that names the file at the path.

        Raises:
            RefusedError: that file has the model, but the file of the window does not.
        """
        workspace = self.workspace
        used = workspace.target()
        if real_path(used) == real_path(path) or model_id not in workspace.saved(path).document.by_id:
            return path
        if model_id in workspace.saved(used).document.by_id:
            return used
        raise RefusedError(
            "modelNotFound",
            f"{redact(model_id)} is only in {path}, but this window uses {used}. "
            f"Add the model to {used}, or open {path.parent} in a new window. Then switch.",
        )

    def _steps(self, call: Call) -> Generator[Step, Any, JsonObject]:
        """Yield the steps to run a command; `execute` and `execute_now` carry them out."""
        # An agent that has just started may not be known yet.
        yield self.look_around
        result = yield from self._owner_steps(call)
        return self._with_skipped(call, result)

    def _owner_steps(self, call: Call) -> Generator[Step, Any, JsonObject]:
        """Run the command where its text is: at an editor elsewhere, or in this process."""
        result: JsonObject | None = None
        if self._asks_peer(call):
            result = yield partial(self._ask_peer, call)
        if result is None:
            result = yield from self._own_steps(call)
        return result

    def _own_steps(self, call: Call) -> Generator[Step, Any, JsonObject]:
        """Run the command on the text that this process owns: the buffer or the file."""
        unsaved = self._unsaved_buffer(call)
        if not call.command.changes_file:
            outcome = yield partial(self._read, call, self.workspace.buffers.of_path(call.path))
            if outcome.then is None:
                return self._finish(outcome)
            changed = yield from self._owner_steps(self._next_call(call, *outcome.then))
            return self._finish(outcome, saved=changed["saved"] is True)
        while (written := (yield from self._edit(call, unsaved) if unsaved else self._write(call))) is None:
            unsaved = self._unsaved_buffer(call)
        warnings = yield partial(self._exposure, call.path, written)
        result = self._finish(written.outcome, saved=unsaved is None, notes=written.notes, warnings=warnings)
        # Only another process needs the ID, to know when the change is undone.
        return {**result, "change": call.id} if call.is_forwarded and unsaved and written.outcome.edits else result

    def _unsaved_buffer(self, call: Call) -> Buffer | None:
        """Return the buffer that has unsaved changes of the file, if there is one and the command reads the file."""
        buffer = self.workspace.buffers.of_path(call.path)
        return buffer if buffer is not None and call.command.reads_file and buffer.is_unsaved() else None

    def _edit(self, call: Call, buffer: Buffer) -> Generator[Step, Any, WriteResult | None]:
        """Run the command on a buffer; None if the buffer was closed meanwhile."""
        yield partial(refuse_foreign_link, call.path)
        before = buffer.text
        outcome: Outcome | None = yield BufferEdit(call, buffer)
        if outcome is None:
            return None
        if outcome.edits:
            self.workspace.add_unsaved(call.path, call)
        return WriteResult(outcome, before, buffer.text)

    def _write(self, call: Call) -> Generator[Step, Any, WriteResult | None]:
        """Run the command on the file; None if a buffer got unsaved changes meanwhile."""
        replaces_home = self._replaces_home(call.path)
        written: WriteResult | None = yield partial(write, call)
        if written is not None and replaces_home:
            note = f"From now on, this project uses it instead of {HOME_FILE}."
            written = written._replace(notes=(*written.notes, note))
        return written

    def _replaces_home(self, path: Path) -> bool:
        """Return whether this new file will be used instead of the one in the home folder."""
        if exists(path) or self.workspace.is_in_home(path):
            return False
        found = self.workspace.find()
        return found.source == "home" and path == found.create_at

    def _next_call(self, call: Call, command_id: str, argument: Mapping[str, object]) -> Call:
        command = BY_ID[command_id]
        parameters = parse_arguments(command, argument)
        return replace(call, command=command, parameters=parameters, argument=argument)

    def _asks_peer(self, call: Call) -> bool:
        """Return whether an editor may own the text.

        A window asks only before a change of a file in which it has no unsaved text itself; the command line only
        before a change, or if the file does not have the model.
        """
        workspace, command = self.workspace, call.command
        if not command.asks_owner or command.is_own(call.parameters, workspace.current):
            return False
        if workspace.window:
            return command.changes_file and not (call.is_forwarded or self._unsaved_buffer(call))
        is_elsewhere = getattr(call.parameters, "model_id", None) in workspace.elsewhere
        return command.changes_file or is_elsewhere or workspace.file is not None

    def _ask_peer(self, call: Call) -> JsonObject | None:
        """Run the command at the editor that owns the text; None if there is none, or it does not answer.

        Raises:
            RefusedError: the editor refused, or has unsaved text that the command changes and does not answer
                (`unsavedChanges`).
        """
        workspace = self.workspace
        if workspace.window:
            # A window has the text of the file itself, unless another window has unsaved text.
            if not self._unsaved_elsewhere(call):
                return None
            call.cancellation.begin()
        answer = run_at_editor(call, self.name)
        if isinstance(answer, Outcome):
            return self._finish(answer, saved=True)
        if answer is None:
            if call.command.changes_file and (silent := self._unsaved_elsewhere(call)):
                raise _unsaved_changes(call.path, f"an editor that does not answer (process {silent[0].pid})")
            return None
        change = answer.pop("change", None)
        if workspace.window:
            if answer.get("saved") is False:
                place = "The change is in another editor window. Save it there."
                return {**answer, "message": f"{answer['message']}\n{place}"}
        elif isinstance(change, str):
            workspace.add_unsaved(call.path, replace(call, id=change))
        return answer

    def _unsaved_elsewhere(self, call: Call) -> Sequence[RegistryEntry]:
        """Return the other editors that have unsaved text in the file."""
        return unsaved_elsewhere(call.path, self.workspace.endpoint)

    def _read(self, call: Call, buffer: Buffer | None) -> Outcome:
        """Run the command on the text of its `source`, and switch running agents."""
        if call.command.effect is Reload and buffer is None:
            self.workspace.settle(call.path)
        with pause_collector():
            outcome = call.command.run(self._seen_by(call, buffer), call.parameters)
        self._require_agent(outcome)
        if isinstance(outcome.effect, SwitchSessions):
            try:
                self._switch_sessions(outcome.effect.sessions, outcome.effect.model_id)
            finally:
                self.look_around()
        if isinstance(outcome.effect, ProtectFile):
            return self._protect(call.path, outcome.effect)
        return outcome

    def _require_agent(self, outcome: Outcome) -> None:
        """Refuse a selection that would end with this process.

        Raises:
            RefusedError: No agent is running here.
        """
        if isinstance(outcome.effect, SelectModel) and not (self.workspace.window or self.workspace.file):
            model_id = outcome.value["modelId"]
            others = self.workspace.sessions[:1]
            hints = [_OTHER_AGENT.format(item.noun, item.folder, model_id, item.id) for item in others]
            raise RefusedError("noSession", " ".join((_NO_AGENT.format(model_id), *hints)))

    def _protect(self, path: Path, effect: ProtectFile) -> Outcome:
        found = protect_file(path, gitignore=effect.gitignore, permissions=effect.permissions)
        # Each message is on its own line, because it can end with a command to run.
        messages = [redact(message) for message in found]
        return Outcome("\n".join(messages), {"file": str(path), "notes": messages})

    def _seen_by(self, call: Call, buffer: Buffer | None) -> Snapshot:
        workspace, command, path = self.workspace, call.command, call.path
        if command.source == "editor":
            # The report must match what the editor shows.
            place = place_of(path)
            return workspace.snapshot(path, buffer.text, place) if buffer else workspace.saved(path, place)
        if command.source == "saved":
            saved = workspace.saved(path)
            workspace.require_text(path, saved.document.text)
            return saved
        snapshot = workspace.in_use(path)
        if snapshot.problem and command.reads_file and not workspace.was_read(path):
            # There is no valid version to use, so this raises the reason.
            workspace.saved(path)
        return snapshot

    def _exposure(self, path: Path, written: WriteResult) -> tuple[str, ...]:
        """Return warnings if the change has put a secret into a file that others can see."""
        workspace = self.workspace
        if written.before == written.after:
            return ()
        before, after = workspace.read(path, written.before), workspace.read(path, written.after)
        if not has_new_secret(before, after, workspace.facts):
            return ()
        return exposure_warnings(workspace.snapshot(path, written.after, place_of(path)))

    def _switch_sessions(self, ids: Sequence[str], model_id: str) -> None:
        if self.switch_sessions is not None:
            self.switch_sessions(ids, model_id)
            return
        # Imported here, because it imports asyncio.
        from aloop_models.sessions.peer import switch_sessions

        switch_sessions(ids, model_id, self.name)

    def _finish(
        self,
        outcome: Outcome,
        *,
        saved: bool | None = None,
        notes: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> JsonObject:
        if isinstance(outcome.effect, SelectModel):
            self.workspace.selected = outcome.effect.model_id
        view = _view(outcome, notes, warnings)
        return view if saved is None else {**view, "saved": saved}

    def _with_skipped(self, call: Call, result: JsonObject) -> JsonObject:
        """Add the files that were skipped to the result of a command on the workspace's file."""
        if without_uri(call.argument)[0] is not None or not (skipped := self.workspace.find().skipped):
            return result
        return {**result, "message": " ".join((str(result["message"]), *map(str, skipped))), **_skipped_view(skipped)}


async def _in_thread(step: Callable[[], Any], cancellation: Cancellation) -> Any:
    """Carry out a step in a thread; a cancellation waits for its end only if it writes already."""
    import asyncio

    running = asyncio.ensure_future(asyncio.to_thread(step))
    while True:
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            if running.cancelled() or cancellation.cancel():
                # The thread may wait for a lock; nobody needs what it raises then.
                running.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
                raise


def _view(outcome: Outcome, notes: Sequence[str] = (), warnings: Sequence[str] = ()) -> JsonObject:
    """Return the outcome as JSON; each warning is on its own line of the message, and can end with a command to run."""
    together = [*(outcome.warnings or ()), *warnings]
    message = "\n".join((" ".join((outcome.message, *notes)), *together))
    is_told = together or outcome.warnings is not None
    return {"message": message, **outcome.value, **({"warnings": together} if is_told else {})}


def _unsaved_changes(path: Path, place: str) -> RefusedError:
    """Return the refusal for a file with unsaved text in a place that does not accept edits."""
    message = f"{path} has unsaved changes in {place}. Save it there first. Nothing was changed."
    return RefusedError("unsavedChanges", message)


def _skipped_view(skipped: Sequence[SkippedFile]) -> JsonObject:
    """Return the skipped files as JSON; empty if there are none."""
    views = [{"file": str(item.path), "reason": item.reason, "advice": item.advice} for item in skipped]
    return {"skipped": views} if views else {}


def _asks_or_has_text(argument: object) -> bool:
    """Return whether a copy has its text already, or has no model yet."""
    if not isinstance(argument, Mapping):
        return True
    given = cast("Mapping[str, object]", argument)
    return "text" in given or not isinstance(given.get("modelId"), str)


def _words_of(argument: object) -> list[str]:
    """Return the words of a line to complete; empty if the argument object is not valid."""
    words = cast("Mapping[str, object]", argument).get("words") if isinstance(argument, Mapping) else None
    return [str(word) for word in cast("list[object]", words)] if isinstance(words, list) else []


def _with_text(argument: object) -> object:
    """Return the argument object with the text of the file that `source` names, which only this process can find."""
    if not isinstance(argument, Mapping):
        return argument
    rest = dict(cast("Mapping[str, object]", argument))
    source = rest.get("source")
    if not isinstance(source, str):
        return rest
    del rest["source"]
    try:
        return {**rest, "text": read_file(with_home(Path(source))).text}
    except FileError as problem:
        message = redact(str(problem))
        if problem.reason == "fileNotFound":
            message = f"{redact(source)} does not exist. Check the path of the file to import."
        raise FileError(problem.reason, message) from None
