"""Registration of any Python agent as a session that editors and the command line can find and switch."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from aloop_models.agent.model_line import ModelLine, parse_line, run_line
from aloop_models.commands import BY_ID, SwitchSessions, parse_arguments, without_uri
from aloop_models.commands.set_default_model import DEFAULT
from aloop_models.commands.switch_model import SWITCH, SwitchParameters
from aloop_models.commands.views import NOTIFIED_MODELS, JsonObject, state_view
from aloop_models.errors import AloopError, FileError, RefusedError
from aloop_models.llm.model_manager import ModelManager
from aloop_models.sessions.background import BackgroundHost
from aloop_models.sessions.peer import EDITOR_VARIABLE, selected_model
from aloop_models.sessions.registry import INTERACTIVE
from aloop_models.snapshot import Session
from aloop_models.workspace.paths import real_path

OnSwitch = Callable[[str, str], None]
"""Gets the model ID and who asked, as text; called in another thread after a switch from outside."""


class Switchable(Protocol):
    """What an agent must provide."""

    def switch_model(self, model_id: str) -> bool:
        """Use the model from the next turn; return False if that is not possible."""
        ...


class Attachment:
    """The session of an agent; it ends with `close` or with the process."""

    def __init__(
        self,
        agent: Switchable,
        manager: ModelManager,
        kind: str,
        folder: Path,
        on_switch: OnSwitch | None,
        *,
        takes_choice: bool,
    ) -> None:
        self._agent = agent
        self._manager = manager
        self._on_switch = on_switch
        self._following = threading.Lock()
        self._path = Path(manager.config_path)
        self._runner, self._workspace = manager.runner, manager.workspace
        self._workspace.folders = (folder,)
        if takes_choice and (selected := selected_model(self._runner.name)) in manager.models:
            agent.switch_model(str(selected))
        self._host = BackgroundHost(
            kind, "aloop", folder, self._path, self._answer, state=self._state, changed=self._follow
        )
        self._runner.switch_sessions = partial(self._host.switch_sessions, name=self._runner.name)
        self._host.start(model_id=self._public_id(), editor=os.environ.get(EDITOR_VARIABLE))
        atexit.register(self._host.stop)

    @property
    def id(self) -> str | None:
        """The session ID that `aloop models sessions` lists; None if other processes cannot find the session."""
        return self._host.entry.id if self._host.entry else None

    def switched(self) -> None:
        """Notify editors and the command line if the agent has switched its model itself."""
        entry, current = self._host.entry, self._public_id()
        if entry is not None and entry.model_id != current:
            self._host.update(model_id=current)

    def _public_id(self) -> str | None:
        """The current model's ID for other processes; a key in it is masked."""
        current = self._manager.current_model_id
        return None if current is None else self._manager.redactor.redact(current)

    def line(self, text: str) -> str:
        """Run a `/model …` line and return the text to print, which is the reason if the line is refused."""
        try:
            line = parse_line(text)
            message, result = run_line(self._runner, text)
            if isinstance(line, ModelLine) and line.effect is SwitchSessions and not result["sessions"]:
                self._use(str(result["modelId"]))
            return message
        except AloopError as error:
            return f"{error}\n"

    def close(self) -> None:
        """End the session; the agent keeps running."""
        self._host.stop()
        atexit.unregister(self._host.stop)

    def _answer(self, command_id: str, argument: object, who: str) -> JsonObject:
        """A command from outside."""
        command = BY_ID.get(command_id)
        if command is not None and command.effect is SwitchSessions:
            uri, rest = without_uri(argument)
            self._workspace.target(uri)
            parameters = parse_arguments(SWITCH, rest)
            if parameters.session in (None, self.id):
                return self._switch_for(parameters, who)
        return self._runner.execute_now(command_id, argument)

    def _switch_for(self, parameters: SwitchParameters, who: str) -> JsonObject:
        """Switch this agent, also if its kind is not an implicit target."""
        entry = self._host.entry
        if entry is None:
            raise RefusedError("noSession", "The agent is still starting. Try again.")
        me = Session(entry.id, entry.kind, entry.pid, entry.folder, entry.config, entry.model_id)
        snapshot = replace(self._workspace.in_use(self._path), sessions=(me,))
        outcome = SWITCH.run(snapshot, replace(parameters, session=entry.id, make_default=False))
        result: JsonObject = {"message": outcome.message, **outcome.value}
        if parameters.make_default:
            # The file comes first: if that change is refused, nothing has changed.
            done = self._runner.execute_now(DEFAULT.id, {"modelId": parameters.model_id})
            result |= {"message": f"{outcome.message} {done['message']}"}
        self._use(parameters.model_id)
        if self._on_switch is not None:
            self._on_switch(parameters.model_id, who)
        return result

    def _state(self) -> JsonObject:
        self._runner.look_around()
        try:
            return self._runner.state()
        except FileError:
            # The sessions can be reported although the file cannot be read.
            return state_view(self._workspace.snapshot(self._path, ""), NOTIFIED_MODELS)

    def _follow(self) -> None:
        """Follow a rename of the current model in the file, and an undo of this agent's unsaved changes."""
        with self._following:
            self._runner.follow_undo(self._path)
            entry, current = self._host.entry, self._manager.current_model_id
            known = (current, self._public_id(), *self._manager.models)
            if entry is None or current is None or entry.model_id in known:
                return
            if self._agent.switch_model(current):
                self.switched()
                if self._on_switch is not None:
                    self._on_switch(current, "a rename in models.yaml")

    def _use(self, model_id: str) -> None:
        if not self._agent.switch_model(model_id):
            raise RefusedError("notReady", self._manager.last_error or "The agent cannot use this model.")
        self.switched()


def attach(
    agent: Switchable,
    manager: ModelManager,
    *,
    kind: str = INTERACTIVE,
    folder: Path | None = None,
    on_switch: OnSwitch | None = None,
    takes_choice: bool = True,
) -> Attachment:
    """Register an agent as a session, so that editors and the command line can switch it.

    Args:
        agent: Its `switch_model` is called in another thread, between or during turns.
        manager: The models of the agent.
        kind: `interactive`, or `task` for an agent that only a switch by session ID changes.
        folder: Where the agent works; the working directory by default.
        on_switch: Called after a switch from outside, for example to update a status line.
        takes_choice: Whether an agent in an editor's terminal starts with the selected model of that window.

    Returns:
        The session, which also runs `/model …` lines.
    """
    return Attachment(agent, manager, kind, folder or real_path(Path()), on_switch, takes_choice=takes_choice)
