"""A command with its parameters and file, which can be run again while its edits are not saved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aloop_models.commands import Command, Outcome
from aloop_models.core.text import Edit
from aloop_models.errors import RefusedError
from aloop_models.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """One command to run."""

    workspace: Workspace
    command: Command[Any]
    parameters: Any
    path: Path
    """The file to run it on."""
    argument: object
    """The JSON object as given."""

    def run(self, text: str) -> Outcome:
        """Run the command on this text of the file.

        Raises:
            RefusedError: the command cannot be carried out.
        """
        return self.command.run(self.workspace.snapshot(self.path, text), self.parameters)

    def is_applied(self, text: str) -> bool:
        """Return whether the text already contains the change."""
        return self.command.applied(self.workspace.snapshot(self.path, text), self.parameters)

    @property
    def new_id(self) -> str | None:
        """The ID of the added model."""
        return self.command.new_id(self.parameters)

    def edits(self, text: str) -> tuple[Edit, ...]:
        """Return the edits for this text; raises as `run`."""
        return self.run(text).edits

    def is_in(self, text: str) -> bool:
        """Return whether the text contains the change; a half-typed line does not revert it."""
        try:
            return self.is_applied(text) or not self.edits(text)
        except RefusedError as refusal:
            return refusal.reason == "invalidFile"
