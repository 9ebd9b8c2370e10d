"""Choose the models of a session: by a name, from the list, or the current one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar, cast

from aloop_models.agent.confirm import Guard
from aloop_models.agent.favorites import Favorites
from aloop_models.agent.interface import Interface
from aloop_models.agent.model_line import WORD
from aloop_models.agent.starting import describe_not_ready, ready_profile, ready_profiles, why_none_ready
from aloop_models.catalog.redaction import redact
from aloop_models.commands.list_models import LIST
from aloop_models.commands.lookup import AmbiguousModelError, match
from aloop_models.commands.views import JsonObject
from aloop_models.errors import RefusedError
from aloop_models.features.readiness import next_step, step_for, why_not_ready
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile

Chosen = TypeVar("Chosen")


class ModelChoice:
    """Finds models, and asks the person on `interface` where words mean several or the file is not confirmed."""

    def __init__(self, manager: ModelManager, guard: Guard, interface: Interface) -> None:
        self._manager = manager
        self._workspace = manager.workspace
        self._path = Path(manager.config_path)
        self._guard = guard
        self._interface = interface
        self.favorites = Favorites()

    async def confirm(self) -> bool:
        """Whether the file may be used; asks about an unconfirmed file that came with the repository."""
        # If the file changes before the answer, the new text must be confirmed.
        while pending := await asyncio.to_thread(self._guard.pending):
            self._interface.say(pending.question)
            if not await self._interface.ask("Use this file?"):
                return False
            self._guard.allow(pending)
        return True

    def find(self, words: str) -> ModelProfile:
        """The ready model with this ID, name, role or unique part of them.

        Raises:
            RefusedError: There is no such model, it is not ready, or several match.
        """
        return ready_profile(self._workspace, self._manager, self._path, words, WORD)

    def find_several(self, names: Sequence[str]) -> list[ModelProfile]:
        """The ready models with these names; without names, all ready models.

        Raises:
            RefusedError: As for `find`.
        """
        if names:
            return [self.find(name) for name in names]
        ready = ready_profiles(self._workspace, self._path)
        return [profile for item in ready if (profile := self._manager.get_model(item.model_id))]

    def ready_current(self) -> ModelProfile:
        """The current model.

        Raises:
            RefusedError: The file is invalid, or no model or not the current one is ready.
            ModelError: There are no models.
        """
        profile = self._manager.get_current_model()
        if profile is None:
            if problem := self._manager.file_error:
                raise RefusedError("invalidFile", f"{problem} Fix the file. It is then read again.")
            if self._manager.has_entries:
                raise RefusedError("notReady", why_none_ready(self._workspace, self._path))
            raise ModelError(FailureKind.OTHER, "There are no models yet. Add one: /model add provider/model")
        placed = self._workspace.in_use(self._path).document.by_id.get(profile.model_id)
        if placed and (reason := why_not_ready(placed.entry, self._workspace.facts)):
            message = f"{profile.display_name} is not ready: {reason}. {next_step(reason)}"
            step = f"{step_for(message, profile.model_id, WORD)}, or use another model: {WORD} switch"
            raise RefusedError("notReady", step)
        return profile

    async def confirmed(self, choose: Callable[[], Chosen]) -> Chosen:
        """The result of `choose` on a confirmed file.

        Raises:
            RefusedError: The person does not confirm the file, or `choose` raises it.
        """
        while True:
            if not await self.confirm():
                raise RefusedError("notConfirmed", f"{redact(str(self._path))} is not confirmed. Nothing was sent.")
            chosen = choose()
            # `choose` may have read the file again; then the new text must be confirmed.
            if self._guard.covers_loaded():
                return chosen

    async def pick(self, title: str, among: Collection[str] | None = None) -> str | None:
        """Let the person pick a model, if given one of `among`; None if canceled."""
        state = await asyncio.to_thread(self._manager.runner.execute_now, LIST.id, {})
        if among is not None:
            models = cast("list[JsonObject]", state["models"])
            state = {**state, "models": [model for model in models if model["modelId"] in among]}
        return await self._interface.pick(title, state, self._manager.current_model_id, self.favorites)

    async def one_of_several(self, words: str) -> str:
        """The ID that the person picks if several models match; otherwise the words.

        Raises:
            AmbiguousModelError: The person picks none.
        """
        try:
            match(self._workspace.in_use(self._path), words, takes_parts=True)
        except AmbiguousModelError as refusal:
            picked = await self.pick(f"Several models match '{redact(words)}'", refusal.suggestions)
            if picked is None:
                raise
            return picked
        except RefusedError:
            # It is refused later, or an editor knows the model.
            return words
        return words

    def say_not_ready(self) -> None:
        """Name the models that are left out because they are not ready, if there are any."""
        if sentence := describe_not_ready(self._workspace, self._path):
            self._interface.say(sentence)
