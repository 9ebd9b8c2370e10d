"""The other end of a connection, an agent or an editor, and the calls that are made to it.

A process that takes part has open connections (`sessions/host.py`); one that does not, like the command line, dials.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from aloop_models import __version__
from aloop_models.commands.list_models import LIST
from aloop_models.commands.switch_model import SWITCH
from aloop_models.errors import FileError, PeerEndedError, PeerGoneError, PeerSilentError, RefusedError
from aloop_models.features.formatting import plural
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.endpoint import connect
from aloop_models.sessions.registry import EDITOR, RegistryEntry

CHANGED = "aloop/modelsChanged"
EXECUTE = "workspace/executeCommand"
PROGRESS = "$/progress"
CREATE = "window/workDoneProgress/create"

EDITOR_VARIABLE = "ALOOP_EDITOR"
"""In the environment of an editor's terminals: the endpoint of its server."""

EDITOR_SECONDS = 0.3
"""How long an editor has to answer, or to begin, before the same is done without it."""

BUSY_SECONDS = 10.0
"""How long an editor that has begun may take: a person's editor may drop an edit a few times before it is in."""

SWITCH_SECONDS = 3.0
"""How long an agent has to take a switch."""

Call = Callable[[RegistryEntry, str, object, float], Awaitable[Any]]
"""(whom, command id, argument object, seconds) → result; raises `RefusedError` or `PeerGoneError`."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end of an open connection, as it says itself."""

    connection: Connection
    name: str = "another program"
    session: str | None = None
    confirms: bool = False
    """Whether it is asked, before its command is begun, if it still waits for it."""
    wants_state: bool = True
    """Whether it reads the state in `aloop/modelsChanged`."""

    async def call(self, command_id: str, argument: object, timeout: float) -> Any:
        """Run a command there.

        Raises:
            RefusedError: it refused.
            PeerGoneError: the connection ended, or there is no answer within `timeout` seconds.
        """
        return await self.connection.request(EXECUTE, {"command": command_id, "arguments": [argument]}, timeout)


def read_peer(connection: Connection, greeting: object, session: str | None = None) -> Peer:
    """The peer that has sent this `initialize`, or this answer to it; what it leaves out is as for a stranger."""
    given = _object(greeting)
    name, given_session = _object(given.get("clientInfo")).get("name"), given.get("session")
    capabilities = _object(given.get("capabilities"))
    return Peer(
        connection,
        name[:60] if isinstance(name, str) else Peer.name,
        session or (given_session if isinstance(given_session, str) else None),
        _object(capabilities.get("window")).get("workDoneProgress") is True,
        _object(capabilities.get("experimental")).get("aloopState") is not False,
    )


async def call_peer(endpoint: str, command_id: str, argument: object, name: str, timeout: float) -> Any:
    """Run one command over a connection for just that; `name` is how the asker is called.

    Raises:
        RefusedError: it was refused.
        PeerGoneError: nobody is there, or there is no answer within `timeout` seconds, the greeting included.
    """
    end = asyncio.get_running_loop().time() + timeout
    connection = await connect(endpoint, _hear_nothing, timeout)
    try:
        await connection.request("initialize", _greeting(name), _left(end))
        return await Peer(connection).call(command_id, argument, _left(end))
    finally:
        connection.close()


def switch_sessions(ids: Sequence[str], model_id: str, name: str) -> None:
    """As `switch_over`, for a process without open connections; blocks for at most 3 seconds."""

    async def call(entry: RegistryEntry, command_id: str, argument: object, timeout: float) -> Any:
        return await call_peer(entry.endpoint, command_id, argument, name, timeout)

    _wait(switch_over(call, ids, model_id))


async def switch_over(call: Call, ids: Sequence[str], model_id: str) -> None:
    """Have running agents use another model, all at once.

    Raises:
        RefusedError: an agent refused, or is gone (`noSession`); the others were switched all the same, and it says so.
    """
    running = {entry.id: entry for entry in registry.entries()}
    outcomes = await asyncio.gather(*(_switch(call, identity, running.get(identity), model_id) for identity in ids))
    refusals = [outcome for outcome in outcomes if outcome is not None]
    if refusals and len(refusals) < len(outcomes):
        count = len(outcomes) - len(refusals)
        done = f"{plural(count, 'other agent')} {'was' if count == 1 else 'were'} switched."
        raise RefusedError(refusals[0].reason, f"{refusals[0].message} {done}", refusals[0].suggestions)
    if refusals:
        raise refusals[0]


async def _switch(call: Call, identity: str, entry: RegistryEntry | None, model_id: str) -> RefusedError | None:
    if entry is None:
        return RefusedError("noSession", f"The agent {identity} has ended. See: aloop models sessions")
    argument = {"modelId": model_id, "session": identity}
    try:
        await call(entry, SWITCH.id, argument, SWITCH_SECONDS)
    except RefusedError as refusal:
        if refusal.reason != "modelNotFound":
            return refusal
        # Who asks has the model, so it is in an editor only.
        message = f"The agent {identity} does not have this model yet. Save the file, then switch again."
        return RefusedError("unsavedChanges", message)
    except PeerSilentError:
        waited = f"has not answered within {SWITCH_SECONDS:g} seconds. If it hangs, end process {entry.pid}"
        return RefusedError("noSession", f"The agent {identity} {waited}, then switch again.")
    except PeerGoneError as gone:
        message = f"The agent {identity} (process {entry.pid}) cannot be reached: {gone}. End it and start it anew."
        return RefusedError("noSession", message)
    return None


def ask_editor(config: Path, command_id: str, argument: object, name: str) -> dict[str, object] | None:
    """The result of a command at the editor that serves the file; None where there is none, or it does not answer.

    Blocks for at most 0.3 seconds for each editor that hangs, and for at most 10 for one that has begun. What the
    editor does appears in its buffer, where a person can undo it.

    Raises:
        RefusedError: the editor refused, or did not end what it had begun (`editNotApplied`).
        PeerEndedError: the editor is gone, and may have done it.
    """
    real = os.path.realpath(config)
    try:
        editors = [entry for entry in registry.entries() if entry.kind == EDITOR and entry.config == real]
    except (FileError, OSError):
        return None
    mine = os.environ.get(EDITOR_VARIABLE)
    # The window in whose terminal this runs comes first, then the newest one.
    editors.reverse()
    for entry in sorted(editors, key=lambda entry: entry.endpoint != mine):
        try:
            result: object = _wait(_entrust(entry.endpoint, command_id, argument, name))
        except PeerEndedError:
            raise
        except PeerGoneError:
            continue
        return cast("dict[str, object]", result) if isinstance(result, dict) else None
    return None


def selected_model(name: str) -> str | None:
    """The model selected in the window in whose terminal this runs; None outside of one, or where it is gone."""
    endpoint = os.environ.get(EDITOR_VARIABLE)
    if not endpoint:
        return None
    with suppress(PeerGoneError, RefusedError):
        state = _object(_wait(call_peer(endpoint, LIST.id, {}, name, EDITOR_SECONDS)))
        model_id = _object(state.get("choice")).get("modelId")
        return model_id if isinstance(model_id, str) else None
    return None


async def _entrust(endpoint: str, command_id: str, argument: object, name: str) -> Any:
    """The result of a command at an editor, which is done once: either there, or not at all.

    An editor may be busy for longer than anybody waits. So it asks before it begins whether it still should. From a yes
    on nobody else does the same; after a no, or none, it does not begin.

    Raises:
        RefusedError: it refused, or it has begun and not ended (`editNotApplied`).
        PeerEndedError: it has begun, and is gone.
        PeerGoneError: it has not begun, and will not.
    """
    end = asyncio.get_running_loop().time() + EDITOR_SECONDS
    begun, is_over = asyncio.Event(), False

    async def hear(_: Connection, method: str, __: Any) -> None:
        if is_over:
            raise RefusedError("notBegun", "This is not waited for any more.")
        if method in (CREATE, PROGRESS):
            begun.set()

    connection = await connect(endpoint, hear, EDITOR_SECONDS)
    try:
        await connection.request("initialize", _greeting(name), _left(end))
        params = {"command": command_id, "arguments": [argument], "workDoneToken": command_id}
        answer = asyncio.create_task(connection.request(EXECUTE, params, _left(end) + BUSY_SECONDS))
        start = asyncio.create_task(begun.wait())
        try:
            await asyncio.wait((answer, start), timeout=_left(end), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and not begun.is_set():
                raise PeerSilentError(f"no answer within {EDITOR_SECONDS:.1f} seconds")
            return await answer
        except PeerSilentError:
            if not begun.is_set():
                raise
            message = f"The editor has not finished this within {BUSY_SECONDS:g} seconds."
            raise RefusedError("editNotApplied", f"{message} See there whether it did, then retry.") from None
        except PeerGoneError as gone:
            raise PeerEndedError(str(gone)) if begun.is_set() else gone from None
        except RefusedError as refusal:
            if refusal.reason == "notBegun":
                raise PeerSilentError("it has not begun") from None
            raise
        finally:
            is_over = True
            start.cancel()
            answer.cancel()
            # So that the peer is told before the connection ends.
            await asyncio.wait((answer,))
    finally:
        connection.close()


def _greeting(name: str) -> object:
    return {
        "processId": os.getpid(),
        "clientInfo": {"name": name, "version": __version__},
        "capabilities": {"window": {"workDoneProgress": True}},
    }


def _left(end: float) -> float:
    return max(0.0, end - asyncio.get_running_loop().time())


async def _hear_nothing(*_: object) -> None:
    return None


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _wait(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, also where this thread has a running loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
