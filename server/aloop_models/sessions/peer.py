"""The other end of a connection, an agent or an editor, and calls to it.

A participant has open connections (`sessions/host.py`); other processes, like the command line, open one for each call.
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
from aloop_models.catalog.redaction import redact
from aloop_models.commands.list_models import LIST
from aloop_models.commands.switch_model import SWITCH
from aloop_models.errors import PeerEndedError, PeerGoneError, PeerSilentError, RefusedError
from aloop_models.features.formatting import plural
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.endpoint import connect
from aloop_models.sessions.registry import RegistryEntry
from aloop_models.workspace.paths import real_path

CHANGED = "aloop/modelsChanged"
EXECUTE = "workspace/executeCommand"
PROGRESS = "$/progress"
CREATE = "window/workDoneProgress/create"

EDITOR_VARIABLE = "ALOOP_EDITOR"
"""The environment variable in an editor's terminals with the endpoint of its server."""

EDITOR_SECONDS = 0.3
"""Time for an editor to answer or to start the command; after that, the caller runs the command itself."""

BUSY_SECONDS = 10.0
"""Time for an editor to finish a started command; it may drop an edit a few times before it applies one."""

SWITCH_SECONDS = 3.0
"""Time for an agent to carry out a switch."""

Call = Callable[[RegistryEntry, str, object, float], Awaitable[Any]]
"""(participant, command ID, argument object, timeout in seconds) → result; raises `RefusedError` or `PeerGoneError`."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of an open connection, as it introduced itself."""

    connection: Connection
    name: str = "another program"
    session: str | None = None
    confirms: bool = False
    """Whether it can confirm, before its command starts, that it still waits."""
    wants_state: bool = True
    """Whether it reads the state in `aloop/modelsChanged`."""

    async def call(self, command_id: str, argument: object, timeout: float) -> Any:
        """Run a command at the peer.

        Raises:
            RefusedError: the peer refused.
            PeerGoneError: the connection ended, or there is no answer within `timeout` seconds.
        """
        return await self.connection.request(EXECUTE, {"command": command_id, "arguments": [argument]}, timeout)


def read_peer(connection: Connection, greeting: object, session: str | None = None) -> Peer:
    """Return the peer that has sent this `initialize` request or response; missing values have their defaults."""
    given = _object(greeting)
    name, given_session = _object(given.get("clientInfo")).get("name"), given.get("session")
    capabilities = _object(given.get("capabilities"))
    return Peer(
        connection,
        redact(name)[:60] if isinstance(name, str) else Peer.name,
        session or (given_session if isinstance(given_session, str) else None),
        _object(capabilities.get("window")).get("workDoneProgress") is True,
        _object(capabilities.get("experimental")).get("aloopState") is not False,
    )


async def call_peer(endpoint: str, command_id: str, argument: object, name: str, timeout: float) -> Any:
    """Run one command over a new connection; `name` is the name of the caller.

    Raises:
        RefusedError: the command was refused.
        PeerGoneError: the peer cannot be reached, or does not answer within `timeout` seconds.
    """
    end = asyncio.get_running_loop().time() + timeout
    connection = await connect(endpoint, _hear_nothing, timeout)
    try:
        await connection.request("initialize", _greeting(name), _left(end))
        return await Peer(connection).call(command_id, argument, _left(end))
    finally:
        connection.close()


def switch_sessions(ids: Sequence[str], model_id: str, name: str) -> None:
    """Switch running agents as `switch_over`, without open connections; blocks for at most 3 seconds."""

    async def call(entry: RegistryEntry, command_id: str, argument: object, timeout: float) -> Any:
        return await call_peer(entry.endpoint, command_id, argument, name, timeout)

    _wait(switch_over(call, ids, model_id))


async def switch_over(call: Call, ids: Sequence[str], model_id: str) -> None:
    """Switch running agents to another model, in parallel.

    Raises:
        RefusedError: an agent refused or cannot be reached (`noSession`); the others were switched, as it says.
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
        return RefusedError("noSession", f"The agent {identity} has ended. List the agents: aloop models sessions")
    argument = {"modelId": model_id, "session": identity}
    try:
        await call(entry, SWITCH.id, argument, SWITCH_SECONDS)
    except RefusedError as refusal:
        if refusal.reason != "modelNotFound":
            return refusal
        # The caller has the model, so it is only in an editor's buffer.
        message = f"The agent {identity} does not have this model yet. Save the file. Then switch again."
        return RefusedError("unsavedChanges", message)
    except PeerSilentError:
        problem = f"The agent {identity} did not answer within {SWITCH_SECONDS:g} seconds."
        return RefusedError("noSession", f"{problem} If it hangs, end process {entry.pid}. Then switch again.")
    except PeerGoneError as gone:
        message = f"Cannot reach the agent {identity} (process {entry.pid}): {gone}. Restart the agent."
        return RefusedError("noSession", message)
    return None


def ask_editor(
    config: Path, command_id: str, argument: object, name: str, *, window: str | None = None
) -> dict[str, object] | None:
    """Return the result of a command at the editor that serves the file; None if there is none or it does not answer.

    Blocks up to 0.3 seconds for each editor that hangs, and up to 10 for one that has started the command. The change
    appears in the editor's buffer, where a person can undo it.

    Args:
        config: The file.
        command_id: The ID of the command.
        argument: Its argument object.
        name: The name of this process.
        window: The endpoint of this process if it is an editor, which asks only others that have unsaved text.

    Raises:
        RefusedError: the editor refused, or did not finish (`editNotApplied`).
        PeerEndedError: the editor ended, and may have carried out the command before.
    """
    mine = os.environ.get(EDITOR_VARIABLE)
    for entry in registry.unsaved_elsewhere(config, window) if window else registry.editors_on(config, mine):
        try:
            return _ask(entry, command_id, argument, name)
        except PeerEndedError:
            raise
        except PeerGoneError:
            continue
    return None


def states_of_editors(config: Path, name: str) -> list[dict[str, object]]:
    """Return the state of each editor that uses the file or has it open, except one without unsaved text that hangs.

    Raises:
        RefusedError: an editor refused.
        PeerGoneError: an editor that may have unsaved text in the file does not answer.
    """
    argument, real = {"uri": config.as_uri()}, str(real_path(config))
    states: list[dict[str, object]] = []
    for entry in registry.editors_on(config):
        try:
            states.append(_object(_wait(_entrust(entry.endpoint, LIST.id, argument, name))))
        except RefusedError as refusal:
            # Its window has changed to another file, and its entry is not updated yet.
            if refusal.reason != "notServed":
                raise
        except PeerGoneError:
            if entry.may_have_unsaved(real):
                raise
    return states


def _ask(entry: RegistryEntry, command_id: str, argument: object, name: str) -> dict[str, object] | None:
    """Return the result of a command at an editor; None if that is another type than an object.

    Raises:
        RefusedError: the editor refused, or did not finish.
        PeerGoneError: the editor has not started the command, and will not.
        PeerEndedError: the editor has started, and then ended.
    """
    try:
        result: object = _wait(_entrust(entry.endpoint, command_id, argument, name))
    except RefusedError as refusal:
        if refusal.reason == "notServed":
            # Its window has changed to another file, and its entry is not updated yet.
            raise PeerGoneError("it does not use the file") from None
        raise
    return cast("dict[str, object]", result) if isinstance(result, dict) else None


def selected_model(name: str) -> str | None:
    """Return the model selected in the window whose terminal this runs in; None if there is no such window."""
    endpoint = os.environ.get(EDITOR_VARIABLE)
    if not endpoint:
        return None
    with suppress(PeerGoneError, RefusedError):
        state = _object(_wait(call_peer(endpoint, LIST.id, {}, name, EDITOR_SECONDS)))
        model_id = _object(state.get("choice")).get("modelId")
        return model_id if isinstance(model_id, str) else None
    return None


async def _entrust(endpoint: str, command_id: str, argument: object, name: str) -> Any:
    """Return the result of a command at an editor, which runs it exactly once or not at all.

    An editor may be busy for longer than the caller waits, so it asks before it starts whether the caller still waits.
    After a confirmation, the caller does not run the command itself; without one, the editor does not start.

    Raises:
        RefusedError: the editor refused, or has started and not finished (`editNotApplied`).
        PeerEndedError: the editor has started, and then ended.
        PeerGoneError: the editor has not started, and will not.
    """
    end = asyncio.get_running_loop().time() + EDITOR_SECONDS
    begun, is_over = asyncio.Event(), False

    async def hear(_: Connection, method: str, __: Any) -> None:
        if is_over:
            raise RefusedError("notBegun", "The caller no longer waits for this command.")
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
            message = f"The editor did not finish within {BUSY_SECONDS:g} seconds. Check whether it made the change."
            raise RefusedError("editNotApplied", message) from None
        except PeerGoneError as gone:
            raise PeerEndedError(str(gone)) if begun.is_set() else gone from None
        except RefusedError as refusal:
            if refusal.reason == "notBegun":
                raise PeerSilentError("it has not started") from None
            raise
        finally:
            is_over = True
            start.cancel()
            answer.cancel()
            # So that the cancellation is sent before the connection is closed.
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
    """Run a coroutine to its end, even if this thread has a running event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
