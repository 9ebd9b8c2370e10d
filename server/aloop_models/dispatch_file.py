"""Puts a command's edits into the file, which a first model makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from aloop_models.commands import Command, Outcome
from aloop_models.commands.changing import ADD
from aloop_models.core.text import apply_edits
from aloop_models.errors import FileProblem
from aloop_models.workspace.first_use import make_config
from aloop_models.workspace.read import text_of
from aloop_models.workspace.save import edit_file


def write(command: Command[Any], run: Callable[[str], Outcome], path: Path) -> tuple[Outcome, tuple[str, ...]]:
    """What `run` gives for the file's newest text, once its edits are written; and what a person should know of it.

    Raises:
        Refusal: the file cannot be read or written; what `run` raises. Then nothing has changed.
    """
    notes: tuple[str, ...] = ()
    if makes_file(command, text_of(path) or ""):
        # Run it once on the empty text first, so that a refusal leaves no new file behind.
        run("")
        try:
            notes = make_config(path)
        except FileProblem as problem:
            # Another program made the file in this moment; the model goes into that one.
            if problem.reason != "conflict" or text_of(path) is None:
                raise
    outcomes: list[Outcome] = []

    def change(text: str) -> str:
        outcomes.append(run(text))
        return apply_edits(text, outcomes[-1].edits)

    edit_file(path, change)
    return outcomes[-1], notes


def makes_file(command: Command[Any], text: str) -> bool:
    """Whether the command makes the file anew, where it holds this text."""
    return command.id == ADD.id and not text.removeprefix("\ufeff").strip()
