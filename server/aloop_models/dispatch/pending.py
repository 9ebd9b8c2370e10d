"""Changes that commands made to an unsaved buffer: in force for lists, switches and agents until the save."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from aloop_models.commands import Command, Outcome
from aloop_models.commands.add_model import ADD
from aloop_models.core.text import apply_edits
from aloop_models.dispatch.buffer import is_done
from aloop_models.errors import RefusedError
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.read import Stamp, stamp_of

Run = Callable[[Command[Any], Any, str], Outcome]
"""(command, parameters, text) → what the command does to that text; raises `RefusedError`."""


class Pending:
    """What is not saved yet, by file; one file has one name, however it is reached."""

    def __init__(self) -> None:
        self._changes: dict[Path, list[tuple[Command[Any], Any]]] = {}
        self._stamps: dict[Path, Stamp | None] = {}
        self._taken_back: dict[Path, frozenset[str]] = {}

    def add(self, path: Path, command: Command[Any], parameters: Any) -> None:
        """A command's edits are in the buffer, and not in the file."""
        real = real_path(path)
        self._changes.setdefault(real, []).append((command, parameters))
        self._stamps[real] = stamp_of(real)
        self._taken_back.pop(real, None)

    def holds(self, path: Path) -> bool:
        """Whether anything is not saved yet."""
        return real_path(path) in self._changes

    def seen(self, path: Path, model_ids: Collection[str]) -> bool:
        """Another process' buffer has these models now; whether that takes an added one back, or puts it there again.

        What a person undoes in an editor is undone for the agent that asked for it.
        """
        real = real_path(path)
        added = (parameters.model_id for command, parameters in self._changes.get(real, ()) if command.id == ADD.id)
        taken_back = frozenset(added) - frozenset(model_ids)
        before, self._taken_back[real] = self._taken_back.get(real, frozenset()), taken_back
        return taken_back != before

    def settle(self, path: Path) -> None:
        """The file was saved, or its buffer closed: nothing is pending any more."""
        real = real_path(path)
        self._changes.pop(real, None)
        self._taken_back.pop(real, None)

    def over(self, path: Path, text: str, buffer: Buffer | None, run: Run) -> str:
        """The file's text with what is pending.

        Where the buffer is here, that is what still stands in it, for a person may have taken it back; where it is
        another process', everything that was not `seen` to be taken back, until the file is written again.
        """
        real = real_path(path)
        if buffer is None and real in self._changes and stamp_of(real) != self._stamps[real]:
            self.settle(real)
        for command, parameters in self._changes.get(real, ()):
            if buffer is not None and not _stands_in(buffer, command, parameters, run):
                continue
            if buffer is None and command.id == ADD.id and parameters.model_id in self._taken_back.get(real, ()):
                continue
            try:
                text = apply_edits(text, run(command, parameters, text).edits)
            except RefusedError:
                continue
        return text


def real_path(path: Path) -> Path:
    """The one name of a file that can be reached by several, through links."""
    return Path(os.path.realpath(path))


def _stands_in(buffer: Buffer, command: Command[Any], parameters: Any, run: Run) -> bool:
    try:
        run(command, parameters, buffer.text)
    except RefusedError as refusal:
        if refusal.reason == "invalidFile":
            # Half a line is being typed; that takes nothing back.
            return True
    return is_done(command, lambda text: run(command, parameters, text), buffer.text)
