"""Asks the editor's server that serves a file, where there is one: to run a command, and what stands in its buffer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from aloop_models.commands import Command, Outcome
from aloop_models.commands.list_models import LIST
from aloop_models.commands.views import JsonObject
from aloop_models.dispatch.buffer import is_done
from aloop_models.dispatch.pending import Pending
from aloop_models.errors import FileError, PeerEndedError, RefusedError
from aloop_models.workspace.read import text_of


def run_at_editor(
    command: Command[Any], run: Callable[[str], Outcome], path: Path, argument: object, name: str
) -> JsonObject | Outcome | None:
    """The result of a command at the editor that serves the file; None where none does, or has done it.

    An outcome is what `run` gives for the file as it was, where the editor has written the file and then ended.

    Raises:
        RefusedError: the editor refused, or did not end what it had begun.
    """
    # Imported here, for asyncio takes longer than the rest of a command.
    from aloop_models.sessions.peer import ask_editor

    before = _text_or_none(path)
    given = cast("Mapping[str, object]", argument if isinstance(argument, Mapping) else {})
    try:
        return ask_editor(path, command.id, {**given, "uri": path.as_uri()}, name)
    except PeerEndedError:
        # What it had put into a buffer is gone with it; what it had written is there, and would be refused now.
        after = _text_or_none(path)
        if not command.changes_file or before is None or after is None or before == after:
            return None
        return run(before) if is_done(command, run, after) else None


def has_undone(pending: Pending, path: Path, name: str) -> bool:
    """Whether a person has undone in the editor what was added there by a command, or made it again, since last asked.

    Only models are looked at: nobody but the editor knows what became of a field.
    """
    if not pending.holds(path):
        return False
    from aloop_models.sessions.peer import ask_editor

    state = None
    with suppress(RefusedError, PeerEndedError):
        state = ask_editor(path, LIST.id, {"uri": path.as_uri()}, name)
    if state is None:
        return False
    models = cast("list[dict[str, Any]]", state["models"])
    return pending.seen(path, {model["modelId"] for model in models})


def _text_or_none(path: Path) -> str | None:
    with suppress(FileError):
        return text_of(path)
    return None
