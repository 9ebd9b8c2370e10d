"""Puts a command's edits into the file, which a first model makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from aloop_models.commands import Command, Outcome
from aloop_models.commands.add_model import ADD
from aloop_models.core.text import apply_edits
from aloop_models.errors import FileError
from aloop_models.workspace.first_use import make_config, refuse_foreign_link
from aloop_models.workspace.read import text_of
from aloop_models.workspace.save import edit_file


class Written(NamedTuple):
    """A change that is in the file."""

    outcome: Outcome
    notes: tuple[str, ...]
    """What a person should know about how it was done."""
    before: str
    after: str


def write(command: Command[Any], run: Callable[[str], Outcome], path: Path) -> Written:
    """Write the edits that `run` gives for the newest text of the file.

    Raises:
        RefusedError: the file cannot be read or written; what `run` raises. Then nothing has changed.
    """
    refuse_foreign_link(path)
    notes: tuple[str, ...] = ()
    if makes_file(command, text_of(path) or ""):
        # Run it once on the empty text first, so that a refusal leaves no new file behind.
        run("")
        try:
            notes = make_config(path)
        except FileError as problem:
            # Another program made the file in this moment; the model goes into that one.
            if problem.reason != "conflict" or text_of(path) is None:
                raise
    tries: list[tuple[Outcome, str, str]] = []

    def change(text: str) -> str:
        outcome = run(text)
        tries.append((outcome, text, apply_edits(text, outcome.edits)))
        return tries[-1][2]

    edit_file(path, change)
    outcome, before, after = tries[-1]
    return Written(outcome, notes, before, after)


def makes_file(command: Command[Any], text: str) -> bool:
    """Whether the command makes the file anew, where it holds this text."""
    return command.id == ADD.id and not text.removeprefix("\ufeff").strip()
