"""Notices what other programs do to models.yaml while the agent runs, and says it in a line."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aloop_models.agent.starting import configuration_now
from aloop_models.catalog.redaction import redact
from aloop_models.errors import RefusedError
from aloop_models.features.formatting import plural
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.read import stamp_of
from aloop_models.workspace.workspace import Workspace


class Watch:
    """Compares the file with what was last told about it."""

    def __init__(self, manager: ModelManager, workspace: Workspace, path: Path) -> None:
        self._manager = manager
        self._workspace = workspace
        self._path = path
        self.settle()

    def settle(self) -> None:
        """Take the file as it is now as told."""
        self._stamp = stamp_of(self._path)
        with suppress(RefusedError):
            # So that the last good version is known to the commands, too.
            self._workspace.saved(self._path)
        self._problems = self.problems()
        self._models = _values(self._manager)

    def problems(self) -> tuple[str, ...]:
        """What keeps the file, or entries of it, from being used: `file:line:col rule message` each."""
        try:
            loaded = configuration_now(self._workspace, self._path)
        except RefusedError as refusal:
            return (str(refusal),)
        return (loaded,) if isinstance(loaded, str) else tuple(loaded.left_out.values())

    def news(self) -> tuple[str, ...]:
        """What has changed since the last call or `settle`, a line each; empty where nothing has."""
        stamp = stamp_of(self._path)
        if stamp == self._stamp:
            return ()
        problems, models, told = self._problems, self._models, list[str]()
        self.settle()
        if self._problems != problems:
            told += self._problems
            if self._problems and not self._is_read():
                told.append("The last good version stays in use until it is fixed.")
            if not self._problems:
                told.append(f"{self._name} can be used again: {_count(self._models)}.")
        if self._models != models:
            if not told or self._problems:
                told.append(f"{self._name} was changed by another program: {_count(self._models)}.")
            told += self._about_current(models)
        return tuple(told)

    def _is_read(self) -> bool:
        try:
            return not isinstance(configuration_now(self._workspace, self._path), str)
        except RefusedError:
            return False

    def _about_current(self, before: Mapping[str, ModelProfile]) -> list[str]:
        current = self._manager.get_current_model()
        if current is None:
            return []
        if current.model_id not in self._models:
            return [f"{current.display_name} was removed from the file; it stays in use here."]
        if current.model_id in before and before[current.model_id] != current:
            return [f"{current.display_name} has other values now; the next turn uses them."]
        return []

    @property
    def _name(self) -> str:
        return redact(self._path.name)


def _values(manager: ModelManager) -> dict[str, ModelProfile]:
    return dict(manager.models)


def _count(models: Mapping[str, ModelProfile]) -> str:
    return plural(len(models), "model")
