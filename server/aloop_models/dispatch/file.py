"""Puts a command's edits into the file, which a first model makes."""

from __future__ import annotations

from typing import NamedTuple

from aloop_models.commands import Outcome
from aloop_models.core.text import apply_edits
from aloop_models.dispatch.pending import Call
from aloop_models.errors import FileError
from aloop_models.workspace.first_use import make_config, refuse_foreign_link
from aloop_models.workspace.read import text_of
from aloop_models.workspace.save import edit_file


class WriteResult(NamedTuple):
    """A change that is in the file, or in its buffer."""

    outcome: Outcome
    before: str
    after: str
    notes: tuple[str, ...] = ()
    """What a person should know about how it was done."""


def write(call: Call) -> WriteResult:
    """Write the edits of the call for the newest text of the file.

    Raises:
        RefusedError: the file cannot be read or written; what the call raises. Then nothing has changed.
    """
    path = call.path
    refuse_foreign_link(path)
    notes: tuple[str, ...] = ()
    if makes_file(call, text_of(path) or ""):
        # Run it once on the empty text first, so that a refusal leaves no new file behind.
        call.run("")
        try:
            notes = make_config(path)
        except FileError as problem:
            # Another program made the file in this moment; the model goes into that one.
            if problem.reason != "conflict" or text_of(path) is None:
                raise
    tries: list[tuple[Outcome, str, str]] = []

    def change(text: str) -> str:
        outcome = call.run(text)
        tries.append((outcome, text, apply_edits(text, outcome.edits)))
        return tries[-1][2]

    edit_file(path, change)
    return WriteResult(*tries[-1], notes)


def makes_file(call: Call, text: str) -> bool:
    """Whether the command makes the file anew, if this is the file's text."""
    return call.command.makes_file and not text.removeprefix("\ufeff").strip()
