"""Apply the edits of a command to an open buffer through its editor, and wait until they arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from aloop_models.commands import Outcome
from aloop_models.core.text import Edit, apply_edits
from aloop_models.dispatch.pending import Call
from aloop_models.errors import RefusedError
from aloop_models.workspace.buffers import Buffer

_PAUSES = (0.0, 0.02, 0.1, 0.2, 0.3)
"""Seconds without a change of the text before each try, because a person may be typing."""
_TRIES_WITH_SAME_TEXT = 3
"""Tries after which an editor that refuses an edit of the newest text is not asked again."""
_PAUSE_LIMIT = 1.0
_ECHO_SECONDS = 1.0
"""Maximum time from the editor's confirmation of an edit to the change of the buffer."""

_ANSWER_SECONDS = 5.0


class Editor(Protocol):
    """The program that owns the open buffers."""

    async def apply_edit(self, buffer: Buffer, version: int, edits: Sequence[Edit], label: str) -> bool:
        """Ask for the edits on exactly this version; return false if they were refused, or the buffer was closed."""
        ...


async def edit_buffer(call: Call, buffer: Buffer, editor: Editor) -> Outcome | None:
    """Run the call on the buffer's newest text, and return its outcome when the edits have arrived in the buffer.

    None if the buffer was closed before; then nothing has changed. The text can be large, so threads work on it.

    Raises:
        RefusedError: `editNotApplied` if the editor does not answer, or refuses five times, or three times although the
            text has not changed; and as the call. Nothing has changed.
    """
    sent: Outcome | None = None
    version: int | None = None
    for number, pause in enumerate(_PAUSES, 1):
        await _wait_for_pause(buffer, pause)
        # A slow editor may have applied the last try by now; the same edit again would be refused.
        if sent is not None and await _is_applied(call, buffer):
            return sent
        if not buffer.is_open:
            return None
        text, version = buffer.text, buffer.version
        sent = await asyncio.to_thread(call.run, text)
        if not sent.edits:
            return sent
        watch = asyncio.create_task(_arrives(call, buffer, apply_edits(text, sent.edits)))
        try:
            asked = editor.apply_edit(buffer, version, sent.edits, call.command.title.rstrip("…"))
            applied = await asyncio.wait_for(asked, _ANSWER_SECONDS)
            if applied and await _in_time(watch):
                return sent
        except (TimeoutError, asyncio.TimeoutError):
            if await _is_applied(call, buffer):
                return sent
            message = f"The editor did not answer within {_ANSWER_SECONDS:g} seconds. Check whether it made the change."
            raise RefusedError("editNotApplied", message) from None
        finally:
            watch.cancel()
        if number >= _TRIES_WITH_SAME_TEXT and buffer.version == version:
            break
    if sent is not None and await _is_applied(call, buffer):
        return sent
    reason = "The editor did not apply the change, because the text kept changing. Try again."
    if buffer.version == version:
        reason = "The editor refused the change. Check whether the text can be edited."
    raise RefusedError("editNotApplied", f"{reason} Nothing was changed.")


async def _wait_for_pause(buffer: Buffer, seconds: float) -> None:
    """Wait until the text has not changed for this time, up to a limit."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _PAUSE_LIMIT
    while seconds and loop.time() < end:
        try:
            await asyncio.wait_for(buffer.changed.wait(), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            return


async def _in_time(watch: asyncio.Task[None]) -> bool:
    """Return whether the change arrives within a moment after the editor's answer."""
    done, _ = await asyncio.wait((watch,), timeout=_ECHO_SECONDS)
    return bool(done) and watch.result() is None


async def _arrives(call: Call, buffer: Buffer, wanted: str) -> None:
    """Wait until the edit arrives in the buffer, because some editors confirm edits that they have dropped."""
    while True:
        # The text can change while a thread works on it.
        changed = buffer.changed
        if buffer.text == wanted or await _is_applied(call, buffer):
            return
        await changed.wait()


async def _is_applied(call: Call, buffer: Buffer) -> bool:
    return await asyncio.to_thread(call.is_applied, buffer.text)
