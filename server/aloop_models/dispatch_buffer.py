"""Puts a command's edits into an open buffer through its editor, and waits until they are seen there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from aloop_models.commands import Command, Outcome
from aloop_models.core.text import Edit, apply_edits
from aloop_models.errors import Refusal
from aloop_models.workspace.buffers import Buffer

_PAUSES = (0.0, 0.02, 0.1)
"""Seconds without a change of the text that are waited for before each try: who types goes on between two keys."""
_PAUSE_LIMIT = 1.0
_ECHO_SECONDS = 1.0
_ANSWER_SECONDS = 5.0

_DONE = {"aloop.addModel": "modelExists", "aloop.removeModel": "modelNotFound"}
"""How a command is refused on a text that holds what it does."""


class Editor(Protocol):
    """Whoever holds the open buffers and can change them."""

    async def apply_edit(self, uri: str, version: int, edits: Sequence[Edit], label: str) -> bool:
        """Ask for the edits on exactly this version; False where they were refused."""
        ...


async def edit_buffer(
    command: Command[Any], run: Callable[[str], Outcome], buffer: Buffer, editor: Editor | None
) -> Outcome:
    """What `run` gives for the buffer's newest text, once its edits have come back in a change of the buffer.

    Raises:
        Refusal: `unsavedChanges` without an editor; `editNotApplied` where it takes none of three tries, or does not
            answer; what `run` raises. Then nothing has changed.
    """
    if editor is None:
        message = f"{buffer.path} has unsaved changes in an editor. Save it there first; nothing was changed."
        raise Refusal("unsavedChanges", message)
    for pause in _PAUSES:
        await _stands_still(buffer, pause)
        text, version = buffer.text, buffer.version
        outcome = run(text)
        if not outcome.edits:
            return outcome
        watch = asyncio.create_task(_arrives(command, run, buffer, apply_edits(text, outcome.edits)))
        asked = editor.apply_edit(buffer.uri, version, outcome.edits, command.title.rstrip("…"))
        try:
            applied = await asyncio.wait_for(asked, _ANSWER_SECONDS)
        except (TimeoutError, asyncio.TimeoutError):
            watch.cancel()
            message = f"The editor has not answered within {_ANSWER_SECONDS:g} seconds. See there whether it changed."
            raise Refusal("editNotApplied", message) from None
        if not applied:
            watch.cancel()
        elif await watch:
            return outcome
    message = "The editor did not take the change, because the text kept changing. Try again; nothing was changed."
    raise Refusal("editNotApplied", message)


async def _stands_still(buffer: Buffer, seconds: float) -> None:
    """Wait until nobody has changed the text for so long, but not for ever."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _PAUSE_LIMIT
    while seconds and loop.time() < end:
        try:
            await asyncio.wait_for(buffer.changed.wait(), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            return


async def _arrives(command: Command[Any], run: Callable[[str], Outcome], buffer: Buffer, wanted: str) -> bool:
    """Whether the edit comes back in a change of the buffer; some editors confirm edits they have dropped."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _ECHO_SECONDS
    while buffer.text != wanted:
        changed = buffer.changed
        try:
            await asyncio.wait_for(changed.wait(), end - loop.time())
        except (TimeoutError, asyncio.TimeoutError):
            return is_done(command, run, buffer.text)
        if is_done(command, run, buffer.text):
            return True
    return True


def is_done(command: Command[Any], run: Callable[[str], Outcome], text: str) -> bool:
    """Whether the text holds already what the command would do to it."""
    try:
        return not run(text).edits
    except Refusal as refusal:
        return refusal.reason == _DONE.get(command.id)
