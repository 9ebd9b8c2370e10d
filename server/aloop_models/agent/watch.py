"""Reports of changes that other programs make to models.yaml while the agent runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aloop_models.agent.starting import configuration_now
from aloop_models.catalog.redaction import redact
from aloop_models.commands.lookup import LAST_GOOD
from aloop_models.errors import RefusedError
from aloop_models.features.formatting import plural
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.read import stamp_of
from aloop_models.workspace.workspace import Workspace


class Watch:
    """Compares the file with its last reported state."""

    def __init__(self, manager: ModelManager, workspace: Workspace, path: Path) -> None:
        self._manager = manager
        self._workspace = workspace
        self._path = path
        self.settle()

    def settle(self) -> None:
        """Take the current state of the file as reported."""
        self._stamp = stamp_of(self._path)
        with suppress(RefusedError):
            # This makes the last valid version available to the commands.
            self._workspace.saved(self._path)
        self._problems = self.problems()
        self._models = _values(self._manager)

    def problems(self) -> tuple[str, ...]:
        """Why the file or some of its entries cannot be used, each as `file:line:col rule message`."""
        try:
            loaded = configuration_now(self._workspace, self._path)
        except RefusedError as refusal:
            return (str(refusal),)
        return (loaded,) if isinstance(loaded, str) else loaded.reports

    def news(self) -> tuple[str, ...]:
        """The changes since the last call or `settle`, one line each."""
        stamp = stamp_of(self._path)
        if stamp == self._stamp:
            return ()
        problems, models, lines = self._problems, self._models, list[str]()
        self.settle()
        if self._problems != problems:
            lines += self._problems
            if self._problems and not self._is_read():
                lines.append(LAST_GOOD)
            if not self._problems:
                lines.append(f"{self._name} can be used again: {_count(self._models)}.")
        if self._models != models:
            if not lines or self._problems:
                lines.append(f"{self._name} changed on disk: {_count(self._models)}.")
            lines += self._about_current(models)
        return tuple(lines)

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
            return [f"{current.display_name} was removed from the file. This session still uses it."]
        if current.model_id in before and before[current.model_id] != current:
            return [f"{current.display_name} changed. The next turn uses the new values."]
        return []

    @property
    def _name(self) -> str:
        return redact(self._path.name)


def _values(manager: ModelManager) -> dict[str, ModelProfile]:
    return dict(manager.models)


def _count(models: Mapping[str, ModelProfile]) -> str:
    return plural(len(models), "model")
