"""Puts a command's edits into an open buffer through its editor, and waits until they are seen there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from aloop_models.commands import Outcome
from aloop_models.core.text import Edit, apply_edits
from aloop_models.dispatch.pending import Call
from aloop_models.errors import RefusedError
from aloop_models.workspace.buffers import Buffer

_PAUSES = (0.0, 0.02, 0.1)
"""Seconds without a change of the text that are waited for before each try: who types goes on between two keys."""
_PAUSE_LIMIT = 1.0
_ECHO_SECONDS = 1.0
"""How long an edit may take to come back once the editor has said that it took it."""

_ANSWER_SECONDS = 5.0


class Editor(Protocol):
    """Whoever holds the open buffers and can change them."""

    async def apply_edit(self, uri: str, version: int, edits: Sequence[Edit], label: str) -> bool:
        """Ask for the edits on exactly this version; False where they were refused."""
        ...


def unsaved_changes(buffer: Buffer) -> RefusedError:
    """Why nothing can be changed while there is no editor that takes an edit."""
    message = f"{buffer.path} has unsaved changes in an editor. Save it there first; nothing was changed."
    return RefusedError("unsavedChanges", message)


async def edit_buffer(call: Call, buffer: Buffer, editor: Editor) -> Outcome:
    """What the call gives for the buffer's newest text, once its edits have come back in a change of the buffer.

    Raises:
        RefusedError: `editNotApplied` where the editor takes none of three tries, or does not answer; what the call
            raises. Then nothing has changed.
    """
    sent: Outcome | None = None
    for pause in _PAUSES:
        await _stands_still(buffer, pause)
        # A slow editor may have put in meanwhile what the last try sent; the same again would be refused.
        if sent is not None and call.is_applied(buffer.text):
            return sent
        text, version = buffer.text, buffer.version
        sent = call.run(text)
        if not sent.edits:
            return sent
        watch = asyncio.create_task(_arrives(call, buffer, apply_edits(text, sent.edits)))
        try:
            asked = editor.apply_edit(buffer.uri, version, sent.edits, call.command.title.rstrip("…"))
            applied = await asyncio.wait_for(asked, _ANSWER_SECONDS)
            if applied and await _in_time(watch):
                return sent
        except (TimeoutError, asyncio.TimeoutError):
            if call.is_applied(buffer.text):
                return sent
            message = f"The editor has not answered within {_ANSWER_SECONDS:g} seconds. See there whether it changed."
            raise RefusedError("editNotApplied", message) from None
        finally:
            watch.cancel()
    if sent is not None and call.is_applied(buffer.text):
        return sent
    message = "The editor did not take the change, because the text kept changing. Try again; nothing was changed."
    raise RefusedError("editNotApplied", message)


async def _stands_still(buffer: Buffer, seconds: float) -> None:
    """Wait until nobody has changed the text for so long, but not for ever."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _PAUSE_LIMIT
    while seconds and loop.time() < end:
        try:
            await asyncio.wait_for(buffer.changed.wait(), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            return


async def _in_time(watch: asyncio.Task[None]) -> bool:
    """Whether what is watched for comes within a moment after the editor's answer."""
    done, _ = await asyncio.wait((watch,), timeout=_ECHO_SECONDS)
    return bool(done) and watch.result() is None


async def _arrives(call: Call, buffer: Buffer, wanted: str) -> None:
    """Wait until the edit comes back in a change of the buffer; some editors confirm edits they have dropped."""
    while buffer.text != wanted and not call.is_applied(buffer.text):
        await buffer.changed.wait()
