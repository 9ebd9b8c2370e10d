"""A command with its parameters and file, which can be run again while its edits are not saved."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aloop_models.commands import Command, Outcome
from aloop_models.core.text import Edit
from aloop_models.errors import CancelledCallError, RefusedError
from aloop_models.workspace.release import pause_collector
from aloop_models.workspace.workspace import Workspace


class Cancellation:
    """Whether a command can still be cancelled, which it can until it begins to write; for two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_cancelled = self._writes = False

    def cancel(self) -> bool:
        """Cancel the command unless it writes already; return whether it is cancelled."""
        with self._lock:
            self._is_cancelled = not self._writes
            return self._is_cancelled

    def begin(self) -> None:
        """Begin to write.

        Raises:
            CancelledCallError: the command is cancelled.
        """
        with self._lock:
            if self._is_cancelled:
                raise CancelledCallError
            self._writes = True


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
    is_forwarded: bool = False
    """Whether another process has sent it here, because the text is here."""
    cancellation: Cancellation = field(default_factory=Cancellation, compare=False)
    id: str = field(default_factory=lambda: os.urandom(8).hex(), compare=False)
    """The ID of its change in all processes."""

    def run(self, text: str) -> Outcome:
        """Run the command on this text of the file.

        Raises:
            RefusedError: the command cannot be carried out.
        """
        with pause_collector():
            return self.command.run(self.workspace.snapshot(self.path, text), self.parameters)

    def is_applied(self, text: str) -> bool:
        """Return whether the text already contains the change."""
        with pause_collector():
            return self.command.applied(self.workspace.snapshot(self.path, text), self.parameters)

    def edits(self, text: str) -> tuple[Edit, ...]:
        """Return the edits for this text; raises as `run`."""
        return self.run(text).edits

    def is_in(self, text: str) -> bool:
        """Return whether the text contains the change; a half-typed line does not revert it."""
        try:
            return self.is_applied(text) or not self.edits(text)
        except RefusedError as refusal:
            return refusal.reason == "invalidFile"
