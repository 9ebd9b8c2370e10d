"""Apply the edits of a command to the file; adding the first model creates it."""

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
    """A change of the file, or of its buffer."""

    outcome: Outcome
    before: str
    after: str
    notes: tuple[str, ...] = ()
    """What a person should know about the write."""


def write(call: Call) -> WriteResult | None:
    """Run the call on the newest text of the file, and write its edits.

    None if a buffer of the file has got unsaved changes while this waited; then nothing has changed.

    Raises:
        RefusedError: the file cannot be read or written; and as the call. Nothing has changed.
        CancelledCallError: the call was cancelled while it waited. Nothing has changed.
    """
    path = call.path
    refuse_foreign_link(path)
    notes: tuple[str, ...] = ()
    if makes_file(call, text_of(path) or ""):
        # A first run on the empty text makes sure that a refusal creates no file.
        call.run("")
        call.cancellation.begin()
        try:
            notes = make_config(path)
        except FileError as problem:
            # Another program just created the file; the model goes into that one.
            if problem.reason != "conflict" or text_of(path) is None:
                raise
    tries: list[tuple[Outcome, str, str]] = []

    def change(text: str) -> str:
        buffer = call.workspace.buffers.of_path(path)
        if call.command.reads_file and buffer is not None and buffer.differs and buffer.text != text:
            tries.clear()
            return text
        outcome = call.run(text)
        tries.append((outcome, text, apply_edits(text, outcome.edits)))
        call.cancellation.begin()
        return tries[-1][2]

    saved = edit_file(path, change)
    if not tries:
        return None
    return WriteResult(*tries[-1], (*notes, *saved.notes))


def makes_file(call: Call, text: str) -> bool:
    """Return whether the command creates the file, given its current text."""
    return call.command.makes_file and not text.removeprefix("\ufeff").strip()
