"""The start of an agent: its file, its model, and the reasons if there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aloop_models.agent.confirm import Guard
from aloop_models.catalog.redaction import redact
from aloop_models.commands.lookup import describe_part, match
from aloop_models.core.yaml_reader import libyaml_notices
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import RefusedError
from aloop_models.features.readiness import next_step, step_for, why_not_ready
from aloop_models.llm.litellm_adapter import is_loading
from aloop_models.llm.loading import Configuration, configuration_of
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.locate import is_blank
from aloop_models.workspace.paths import working_folder
from aloop_models.workspace.read import read_file, stamp_of
from aloop_models.workspace.workspace import Workspace

_LISTED = 8
"""Models in one sentence, at most."""

_NO_MODELS = "There are no models in {} yet. Add one: aloop models add provider/model"

SHELL_COMMAND = "aloop models"
"""Starts a command in a message for a person at a shell."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a non-interactive run works with."""

    manager: ModelManager
    path: Path
    guard: Guard
    notices: tuple[str, ...]
    """Lines to show once."""

    @property
    def workspace(self) -> Workspace:
        """The workspace of the manager."""
        return self.manager.workspace

    def profile(self, words: str) -> ModelProfile:
        """The ready model that matches `words`.

        Raises:
            RefusedError: No model matches, several do, or the model is not ready; or the file has changed and is not
                confirmed.
        """
        return self.confirmed(ready_profile(self.workspace, self.manager, self.path, words))

    def ready(self) -> list[ModelProfile]:
        """All models that are ready.

        Raises:
            RefusedError: The file cannot be read, or it has changed and is not confirmed.
        """
        return [self.confirmed(profile) for profile in ready_profiles(self.workspace, self.path)]

    def confirmed(self, profile: ModelProfile) -> ModelProfile:
        """The model with the values of a confirmed file.

        Raises:
            RefusedError: The file has changed since `start` and is not confirmed, or no longer has the model.
        """
        loaded = self.manager.get_model(profile.model_id)
        while not self.guard.covers_loaded():
            self.guard.require()
            loaded = self.manager.get_model(profile.model_id)
        if loaded is None:
            raise RefusedError(
                "notReady", self.manager.last_error or f"{profile.display_name} is no longer in the file."
            )
        return loaded


def start(config: Path | None, *, trusted: bool) -> Start:
    """Read the file for the working directory, without creating one.

    Raises:
        RefusedError: There is no file, it cannot be read, or it came with a repository and is not confirmed.
    """
    workspace = Workspace((working_folder(),), config=config)
    found = workspace.find()
    skipped = tuple(map(str, found.skipped))
    if found.is_blocked:
        raise found.refusal()
    if found.path is None:
        raise found.refusal()
    if stamp_of(found.path) is None:
        message = f"{found.path} does not exist. Check the path, or create it: aloop models init"
        raise RefusedError("fileNotFound", redact(message))
    if is_blank(found.path):
        raise RefusedError("fileNotFound", _NO_MODELS.format(redact(str(found.path))))
    read_file(found.path)
    manager = ModelManager(runner=Runner(workspace, "aloop"))
    guard = Guard(manager, trusted=trusted)
    guard.require()
    loaded = configuration_now(workspace, found.path)
    if isinstance(loaded, str):
        raise RefusedError("invalidFile", loaded)
    return Start(manager, found.path, guard, (*libyaml_notices(), *skipped, *loaded.reports))


def exit_if_loading(code: int) -> None:
    """End the process if LiteLLM is being imported: the import cannot be interrupted, and nothing needs it any more."""
    if is_loading():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def configuration_now(workspace: Workspace, path: Path) -> Configuration | str:
    """The usable part of the current file, or why there is none.

    Raises:
        RefusedError: The file cannot be read, or has just become empty.
    """
    text = read_file(path).text
    workspace.require_text(path, text)
    return configuration_of(workspace.snapshot(path, text))


def choose_model(started: Start, model: str | None) -> tuple[ModelProfile, tuple[str, ...]]:
    """The model of a run and notices: `model`, else the default, else the first ready model with a notice.

    Raises:
        RefusedError: The model is not ready, the default model is not in the file, or no model is ready.
    """
    if model is not None:
        echo = describe_part(started.workspace.in_use(started.path), model)
        return started.profile(model), (echo,) if echo else ()
    loaded = configuration_now(started.workspace, started.path)
    if isinstance(loaded, str):
        raise RefusedError("invalidFile", loaded)
    if loaded.default_id is not None:
        if loaded.default_id not in (*loaded.models, *loaded.left_out):
            shown = started.manager.redactor.redact(loaded.default_id)
            message = f"The default model {shown} is not in {redact(str(started.path))}."
            raise RefusedError("modelNotFound", f"{message} Set another: aloop models default MODEL")
        return started.profile(loaded.default_id), ()
    first = next((profile for profile in loaded.models.values() if profile.model_id in loaded.ready), None)
    if first is None:
        raise RefusedError("notReady", why_none_ready(started.workspace, started.path))
    return started.confirmed(first), (
        f"No default model is set. Using {first.display_name}. To set the default: aloop models default MODEL",
    )


def why_none_ready(workspace: Workspace, path: Path) -> str:
    """Why no model of the file is ready, and what to do."""
    saved = workspace.saved(path)
    entries = saved.document.by_id
    where = redact(str(path))
    if not entries:
        return _NO_MODELS.format(where)
    facts = workspace.facts
    reasons = (
        f"{saved.redactor.redact(model_id)} ({reason})"
        for model_id, placed in entries.items()
        if (reason := why_not_ready(placed.entry, facts))
    )
    return f"No model in {where} is ready: {', '.join(reasons)}."


def ready_profile(
    workspace: Workspace, manager: ModelManager, path: Path, words: str, command: str = SHELL_COMMAND
) -> ModelProfile:
    """As `Start.profile`; `command` starts the command that a refusal suggests."""
    placed = match(workspace.in_use(path), words, takes_parts=True)
    profile = manager.get_model(placed.model_id)
    if profile is None:
        manager.switch_model(placed.model_id)
        raise RefusedError("notReady", manager.last_error)
    if reason := why_not_ready(placed.entry, workspace.facts):
        message = f"{profile.display_name} is not ready: {reason}. {next_step(reason)}"
        raise RefusedError("notReady", step_for(message, placed.model_id, command))
    return profile


def saved_profile(
    workspace: Workspace, manager: ModelManager, path: Path, model_id: str, command: str = SHELL_COMMAND
) -> ModelProfile:
    """The ready model with exactly this ID, which was saved with a conversation.

    Raises:
        RefusedError: It is no longer in the file, or not ready.
    """
    if model_id not in workspace.in_use(path).document.by_id:
        raise RefusedError("modelNotFound", f"{redact(model_id)} is no longer in models.yaml.")
    return ready_profile(workspace, manager, path, model_id, command)


def describe_not_ready(workspace: Workspace, path: Path) -> str:
    """A sentence with the models that are not ready and the reasons; empty if all are ready."""
    saved = workspace.saved(path)
    entries = saved.document.by_id
    reasons = [
        f"{saved.redactor.redact(model_id)} ({reason})"
        for model_id, placed in entries.items()
        if (reason := why_not_ready(placed.entry, workspace.facts))
    ]
    more = f" and {len(reasons) - _LISTED} more" if len(reasons) > _LISTED else ""
    return f"Skipped (not ready): {', '.join(reasons[:_LISTED])}{more}." if reasons else ""


def ready_profiles(workspace: Workspace, path: Path) -> Sequence[ModelProfile]:
    """All models of the file that are ready, in its order.

    Raises:
        RefusedError: The file cannot be read.
    """
    loaded = configuration_now(workspace, path)
    if isinstance(loaded, str):
        raise RefusedError("invalidFile", loaded)
    return [profile for profile in loaded.models.values() if profile.model_id in loaded.ready]
