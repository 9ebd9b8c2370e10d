"""Asks the editor's server that serves a file, where there is one: to run a command, and what stands in its buffer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from aloop_models.commands.reading import LIST
from aloop_models.commands.views import JsonObject
from aloop_models.dispatch_pending import Pending
from aloop_models.errors import Refusal


def asked(path: Path, command_id: str, argument: object, name: str) -> JsonObject | None:
    """The result of a command at the editor that serves the file; None where none does, or it has not begun.

    Raises:
        Refusal: the editor refused, or did not end what it had begun.
    """
    # Imported here, for asyncio takes longer than the rest of a command.
    from aloop_models.sessions.reach import ask_editor

    given = cast("Mapping[str, object]", argument if isinstance(argument, Mapping) else {})
    return ask_editor(path, command_id, {**given, "uri": path.as_uri()}, name)


def has_undone(pending: Pending, path: Path, name: str) -> bool:
    """Whether a person has undone in the editor what was added there by a command, or made it again, since last asked.

    Only models are looked at: nobody but the editor knows what became of a field.
    """
    if not pending.holds(path):
        return False
    state = None
    with suppress(Refusal):
        state = asked(path, LIST.id, {}, name)
    if state is None:
        return False
    models = cast("list[dict[str, Any]]", state["models"])
    return pending.seen(path, {model["modelId"] for model in models})
