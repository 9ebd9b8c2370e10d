"""A command with its parameters and file: run on a text, and run again while its edits are not saved."""

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
    """One command that somebody wants to be run."""

    workspace: Workspace
    command: Command[Any]
    parameters: Any
    path: Path
    """The file that it means."""
    argument: object
    """The JSON object as it was given."""

    def run(self, text: str) -> Outcome:
        """What the command does to this text of the file.

        Raises:
            RefusedError: it cannot be done.
        """
        return self.command.run(self.workspace.snapshot(self.path, text), self.parameters)

    def is_applied(self, text: str) -> bool:
        """Whether the text already contains what the command does."""
        return self.command.applied(self.workspace.snapshot(self.path, text), self.parameters)

    @property
    def new_id(self) -> str | None:
        """The ID of the model that it adds."""
        return self.command.new_id(self.parameters)

    def edits(self, text: str) -> tuple[Edit, ...]:
        """What the command changes in this text; raises as `run`."""
        return self.run(text).edits

    def is_in(self, text: str) -> bool:
        """Whether the text contains the change; half a line that is being typed takes nothing back."""
        try:
            return self.is_applied(text) or not self.edits(text)
        except RefusedError as refusal:
            return refusal.reason == "invalidFile"
