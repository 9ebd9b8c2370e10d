"""How an agent starts: which file and which model, and the reasons why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aloop_models.agent.confirm import Guard
from aloop_models.catalog.redaction import redact
from aloop_models.commands.lookup import match
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import RefusedError
from aloop_models.features.readiness import next_step, step_for, why_not_ready
from aloop_models.llm.loading import Configuration, configuration_of
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.locate import is_blank
from aloop_models.workspace.read import read_file, stamp_of
from aloop_models.workspace.workspace import Workspace

_LISTED = 8
"""Models that are named at most in a sentence."""

SHELL_COMMAND = "aloop models"
"""Begins the commands that a message names for a person at a shell."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a run without a person has to work with."""

    manager: ModelManager
    path: Path
    guard: Guard
    notices: tuple[str, ...]
    """What a person should be told once, one line each."""

    @property
    def workspace(self) -> Workspace:
        """What this process knows."""
        return self.manager.workspace

    def profile(self, words: str) -> ModelProfile:
        """The one ready model a person means.

        Raises:
            RefusedError: none or several fit, or the one that does is not ready, with the reason; or the file has
                changed and is not confirmed.
        """
        return self.confirmed(ready_profile(self.workspace, self.manager, self.path, words))

    def ready(self) -> list[ModelProfile]:
        """Every model that can answer.

        Raises:
            RefusedError: the file cannot be read, or it has changed and is not confirmed.
        """
        return [self.confirmed(profile) for profile in ready_profiles(self.workspace, self.path)]

    def confirmed(self, profile: ModelProfile) -> ModelProfile:
        """The same model with the values of a confirmed text.

        Raises:
            RefusedError: the file has changed since `start` and is not confirmed, or the model is gone from it.
        """
        loaded = self.manager.get_model(profile.model_id)
        while not self.guard.covers_loaded():
            self.guard.require()
            loaded = self.manager.get_model(profile.model_id)
        if loaded is None:
            raise RefusedError(
                "notReady", self.manager.last_error or f"{profile.display_name} is not in the file any more."
            )
        return loaded


def start(config: Path | None, *, trusted: bool) -> Start:
    """The file that serves the working directory, read; nothing is made.

    Raises:
        RefusedError: there is none, it cannot be read, or it came with a repository and is not confirmed.
    """
    workspace = Workspace((Path.cwd(),), config=config)
    found = workspace.find()
    skipped = tuple(map(str, found.skipped))
    if found.is_blocked:
        raise found.refusal()
    if found.path is None or stamp_of(found.path) is None or is_blank(found.path):
        where = redact(str(found.path or found.create_at))
        raise RefusedError(
            "fileNotFound", " ".join((*skipped, f"There is no {where} yet. Make it: aloop models add PROVIDER/MODEL"))
        )
    read_file(found.path)
    manager = ModelManager(runner=Runner(workspace, "aloop"))
    guard = Guard(manager, trusted=trusted)
    guard.require()
    loaded = configuration_now(workspace, found.path)
    if isinstance(loaded, str):
        raise RefusedError("invalidFile", loaded)
    return Start(manager, found.path, guard, (*skipped, *loaded.left_out.values()))


def configuration_now(workspace: Workspace, path: Path) -> Configuration | str:
    """What can be used of the file as it is, or why nothing can be.

    Raises:
        RefusedError: it cannot be read.
    """
    return configuration_of(workspace.snapshot(path, read_file(path).text))


def chosen(started: Start, model: str | None) -> tuple[ModelProfile, tuple[str, ...]]:
    """The model of a run: the one named, else the default, else, said, the first that is ready.

    Raises:
        RefusedError: it cannot answer, `default` names nothing, or no model is ready.
    """
    if model is not None:
        return started.profile(model), ()
    loaded = configuration_now(started.workspace, started.path)
    if isinstance(loaded, str):
        raise RefusedError("invalidFile", loaded)
    if loaded.default_id is not None:
        if loaded.default_id not in (*loaded.models, *loaded.left_out):
            shown = started.manager.redactor.redact(loaded.default_id)
            message = f"`default` of {redact(str(started.path))} names {shown}, which is no model there."
            raise RefusedError("modelNotFound", f"{message} Set another: aloop models default MODEL")
        return started.profile(loaded.default_id), ()
    first = next((profile for profile in loaded.models.values() if profile.model_id in loaded.ready), None)
    if first is None:
        raise RefusedError("notReady", why_nothing(started.workspace, started.path))
    return started.confirmed(first), (
        f"There is no default, so {first.display_name} is used. Set one: aloop models default MODEL",
    )


def why_nothing(workspace: Workspace, path: Path) -> str:
    """Why no model of the file can answer, and what to do."""
    saved = workspace.saved(path)
    entries = saved.document.by_id
    where = redact(str(path))
    if not entries:
        return f"{where} has no models. Add one: aloop models add PROVIDER/MODEL"
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
    """As `Start.profile`; `command` begins the command that a refusal names."""
    placed = match(workspace.in_use(path), words)
    profile = manager.get_model(placed.model_id)
    if profile is None:
        manager.switch_model(placed.model_id)
        raise RefusedError("notReady", manager.last_error)
    if reason := why_not_ready(placed.entry, workspace.facts):
        message = f"{profile.display_name} is not ready: {reason}. {next_step(reason)}"
        raise RefusedError("notReady", step_for(message, placed.model_id, command))
    return profile


def left_out(workspace: Workspace, path: Path) -> str:
    """Return a sentence that names the models that are not ready, with the reasons; empty if all are."""
    saved = workspace.saved(path)
    entries = saved.document.by_id
    reasons = [
        f"{saved.redactor.redact(model_id)} ({reason})"
        for model_id, placed in entries.items()
        if (reason := why_not_ready(placed.entry, workspace.facts))
    ]
    more = f" and {len(reasons) - _LISTED} more" if len(reasons) > _LISTED else ""
    return f"Not ready, so not asked: {', '.join(reasons[:_LISTED])}{more}." if reasons else ""


def ready_profiles(workspace: Workspace, path: Path) -> Sequence[ModelProfile]:
    """Every model of the file that can answer, in its order.

    Raises:
        RefusedError: the file cannot be read.
    """
    loaded = configuration_now(workspace, path)
    if isinstance(loaded, str):
        raise RefusedError("invalidFile", loaded)
    return [profile for profile in loaded.models.values() if profile.model_id in loaded.ready]
