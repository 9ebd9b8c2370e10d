"""Who runs on a file, and one call to one of them: for whoever has no open lines of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aloop_models import __version__
from aloop_models.errors import FileProblem, Refusal
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection, Gone
from aloop_models.sessions.endpoint import connect
from aloop_models.sessions.registry import EDITOR, Registered
from aloop_models.snapshot import Session


def sessions_on(config: Path, folders: Sequence[Path], endpoint: str | None = None) -> tuple[Session, ...]:
    """The agents that use the file, oldest first; `endpoint` is the asker's own, if it is an editor.

    An agent is here where it runs in one of the folders, or in a terminal of the asking editor.
    """
    real, places = os.path.realpath(config), {os.path.realpath(folder) for folder in folders}
    try:
        running = registry.entries()
    except (FileProblem, OSError):
        return ()
    return tuple(
        Session(
            entry.id,
            entry.kind,
            entry.pid,
            entry.folder,
            entry.config,
            entry.model_id,
            entry.folder in places or (endpoint is not None and entry.editor == endpoint),
        )
        for entry in running
        if entry.kind != EDITOR and entry.config == real
    )


def switch_sessions(ids: Sequence[str], model_id: str, name: str) -> None:
    """Have running agents use another model; blocks for at most two seconds.

    Raises:
        Refusal: an agent refused, or is gone (`noSession`); the others were switched all the same.
    """
    refusals = asyncio.run(_switch_all(ids, model_id, name))
    if refusals:
        raise refusals[0]


async def call(entry: Registered, command_id: str, argument: object, name: str, timeout: float = 2.0) -> Any:
    """Run one command at another participant, over a connection for just that.

    Raises:
        Refusal: it refused.
        Gone: it is not there, or does not answer in time.
    """
    line = await connect(entry.endpoint, _ignore)
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
