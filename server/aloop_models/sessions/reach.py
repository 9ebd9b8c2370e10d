"""One call to a running agent or to an editor: for whoever has no open lines of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from aloop_models import __version__
from aloop_models.errors import FileProblem, Refusal
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection, Gone
from aloop_models.sessions.endpoint import connect
from aloop_models.sessions.registry import EDITOR, Registered

EDITOR_VARIABLE = "ALOOP_EDITOR"
"""In the environment of an editor's terminals: the endpoint of its server."""

EDITOR_SECONDS = 0.3
"""How long an editor has to answer before the same is done without it."""

Result = TypeVar("Result")


def switch_sessions(ids: Sequence[str], model_id: str, name: str) -> None:
    """Have running agents use another model; blocks for at most a few seconds.

    Raises:
        Refusal: an agent refused, or is gone (`noSession`); the others were switched all the same.
    """
    refusals = _wait(_switch_all(ids, model_id, name))
    if refusals:
        raise refusals[0]


def ask_editor(config: Path, command_id: str, argument: object, name: str) -> dict[str, object] | None:
    """The result of a command at the editor that serves the file; None where there is none, or it does not answer.

    Blocks for at most 0.3 seconds. What the editor does appears in its buffer, where a person can undo it.

    Raises:
        Refusal: the editor refused.
    """
    real = os.path.realpath(config)
    try:
        editors = [entry for entry in registry.entries() if entry.kind == EDITOR and entry.config == real]
    except (FileProblem, OSError):
        return None
    mine = os.environ.get(EDITOR_VARIABLE)
    # The window in whose terminal this runs comes first, then the newest one.
    editors.reverse()
    for entry in sorted(editors, key=lambda entry: entry.endpoint != mine):
        with suppress(Gone):
            result: object = _wait(call(entry, command_id, argument, name, EDITOR_SECONDS))
            return cast("dict[str, object]", result) if isinstance(result, dict) else None
    return None


def editor_choice(name: str) -> str | None:
    """The model chosen in the window in whose terminal this runs; None outside of one, or where it is gone."""
    endpoint = os.environ.get(EDITOR_VARIABLE)
    if not endpoint:
        return None
    with suppress(Gone, Refusal):
        result: object = _wait(_call_at(endpoint, "aloop.listModels", {}, name, EDITOR_SECONDS))
        choice = cast("dict[str, object]", result).get("choice") if isinstance(result, dict) else None
        if isinstance(choice, dict):
            return str(cast("dict[str, object]", choice).get("modelId"))
    return None


async def call(entry: Registered, command_id: str, argument: object, name: str, timeout: float = 2.0) -> Any:
    """Run one command at another participant, over a connection for just that.

    Raises:
        Refusal: it refused.
        Gone: it is not there, or does not answer in time.
    """
    return await _call_at(entry.endpoint, command_id, argument, name, timeout)


async def _call_at(endpoint: str, command_id: str, argument: object, name: str, timeout: float) -> Any:
    line = await connect(endpoint, _ignore)
    try:
        greeting = {"processId": os.getpid(), "clientInfo": {"name": name, "version": __version__}, "capabilities": {}}
        await line.request("initialize", greeting, timeout)
        return await line.request("workspace/executeCommand", {"command": command_id, "arguments": [argument]}, timeout)
    finally:
        line.close()


async def _switch_all(ids: Sequence[str], model_id: str, name: str) -> list[Refusal]:
    running = {entry.id: entry for entry in registry.entries()}

    async def switch(identity: str) -> Refusal | None:
        gone = Refusal("noSession", f"The agent {identity} does not answer. See: aloop models sessions")
        if identity not in running:
            return gone
        argument = {"modelId": model_id, "session": identity}
        try:
            await call(running[identity], "aloop.switchModel", argument, name)
        except Refusal as refusal:
            return refusal
        except Gone:
            return gone
        return None

    return [refusal for refusal in await asyncio.gather(*map(switch, ids)) if refusal]


async def _ignore(_: Connection, __: str, ___: Any) -> None:
    """Nobody asks the asker."""


def _wait(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, also where this thread has a running loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
