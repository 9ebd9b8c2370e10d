"""One participant, agent or editor: its endpoint, its place in the registry, and open lines to the others.

Whoever starts connects to everyone else on the same file and keeps the line open, so the end of a process is noticed
by the end of its line, however it died.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from aloop_models import __version__
from aloop_models.errors import FileError, InvalidArgumentsError, PeerGoneError, RefusedError
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.endpoint import Endpoint, connect, endpoint_for
from aloop_models.sessions.framing import framed
from aloop_models.sessions.registry import EDITOR, RegistryEntry

CHANGED = "aloop/modelsChanged"
EXECUTE = "workspace/executeCommand"
PROGRESS = "$/progress"
CREATE = "window/workDoneProgress/create"

HANDSHAKE_SECONDS = 0.3
"""How long another one has to take a call and say who it is."""

_CONFIRM_SECONDS = 5.0
"""How long an asker has to say that it still waits, before its command is not begun."""

_LOOKS = (0.0, 0.02, 0.1, 0.5, 2.0)
"""Seconds before each look at whose line has ended: a process that dies closes its lines before it is gone."""

_GATHERED = 0.01
"""Seconds in which changes are gathered: what several others tell, and what is told to them, is one message."""

_GATHERED_EACH = 0.005
"""Seconds more for each open line: where many run, what they tell each other does not hold up a switch of them all."""

Execute = Callable[[str, object, str], Awaitable[Any]]
"""(command id, argument object, who asks in words) → result; raises `RefusedError`."""


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who has called, as it says itself."""

    name: str
    session: str | None
    confirms: bool
    """Whether it is asked, before its command is begun, if it still waits for it."""


class Host:
    """A participant that others can find, call and hear."""

    def __init__(
        self, kind: str, name: str, folder: Path, config: Path, execute: Execute, changed: Callable[[], None]
    ) -> None:
        identity = registry.new_id()
        self.entry = RegistryEntry(
            id=identity,
            kind=kind,
            pid=os.getpid(),
            started=registry.process_start(os.getpid()),
            folder=os.path.realpath(folder),
            config=os.path.realpath(config),
            endpoint=endpoint_for(identity),
        )
        self._name = name
        self._execute = execute
        self._changed = changed
        self._endpoint = Endpoint(self.entry.endpoint, self._handle, self._hung_up)
        self._lines: dict[str, Connection] = {}
        self._callers: dict[Connection, _Caller] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = False
        self._is_noted = False
        self._is_telling = False
        self.state: Callable[[], object] = dict
        """Gives the full state that others are told."""

    async def open(self) -> None:
        """Listen and register.

        Raises:
            FileError, OSError: no endpoint can be made here.
        """
        await self._endpoint.open()
        self._is_open = True
        registry.write(self.entry)

    async def start(self) -> None:
        """Listen, register, and connect to the others.

        Raises:
            FileError, OSError: as `open`.
        """
        await self.open()
        await self.link()

    async def stop(self) -> None:
        """Leave the registry and end every line."""
        self._is_open = False
        registry.remove(self.entry)
        for task in self._tasks:
            task.cancel()
        for line in list(self._lines.values()):
            line.close()
        await self._endpoint.close()

    async def update(self, **changes: Any) -> None:
        """Change the entry (`model_id`, `config`) and tell everyone concerned."""
        self.entry = replace(self.entry, **changes)
        registry.write(self.entry)
        if not self._is_telling:
            self._is_telling = True
            asyncio.get_running_loop().call_later(self._gathering(), self._tell_gathered)
        if "config" in changes:
            await self.link()

    async def serves(self, config: Path) -> bool:
        """Register for another models.yaml where it is another one, and tell everyone there; whether it was."""
        real = await asyncio.to_thread(os.path.realpath, config)
        if real == self.entry.config:
            return False
        await self.update(config=real)
        return True

    def tell(self) -> None:
        """Tell everyone concerned the state."""
        self._tell((*self._endpoint.connections, *self._lines.values()))

    def others(self) -> tuple[RegistryEntry, ...]:
        """Everyone else on the same file."""
        return tuple(
            item for item in registry.entries() if item.id != self.entry.id and item.config == self.entry.config
        )

    async def link(self) -> None:
        """Have a line to everyone else on the same file, and tell the state to those who are new."""
        missing = [item for item in self.others() if item.id not in self._lines and not self._is_called_by(item.id)]
        lines = await asyncio.gather(*(self._connect(item) for item in missing))
        self._tell(line for line in lines if line)

    async def call(self, other: RegistryEntry, command_id: str, argument: object, timeout: float = 2.0) -> Any:
        """Run a command at another participant.

        Raises:
            RefusedError: it refused.
            PeerGoneError: it is not there, or does not answer in time.
        """
        line = self._lines.get(other.id)
        if line is None or not line.is_open:
            line = await self._connect(other)
        if line is None:
            raise PeerGoneError("it does not answer")
        return await line.request(EXECUTE, {"command": command_id, "arguments": [argument]}, timeout)

    def _gathering(self) -> float:
        return _GATHERED + _GATHERED_EACH * (len(self._lines) + len(self._callers))

    def _tell_gathered(self) -> None:
        self._is_telling = False
        with suppress(FileError):
            self.tell()

    def _tell(self, lines: Iterable[Connection]) -> None:
        if reached := list(lines):
            frame = framed({"jsonrpc": "2.0", "method": CHANGED, "params": self.state()})
            for line in reached:
                line.send(frame)

    async def _connect(self, other: RegistryEntry) -> Connection | None:
        try:
            line = await connect(
                other.endpoint, self._handle, HANDSHAKE_SECONDS, on_end=lambda line: self._ended(other.id, line)
            )
            self._lines[other.id] = line
            await line.request("initialize", self._greeting(), HANDSHAKE_SECONDS)
        except PeerGoneError:
            return None
        return line

    def _is_called_by(self, other: str) -> bool:
        return any(caller.session == other for caller in self._callers.values())

    def _greeting(self) -> object:
        return {
            "processId": os.getpid(),
            "clientInfo": {"name": self._name, "version": __version__},
            "capabilities": {},
            "session": self.entry.id,
        }

    def _ended(self, other: str, line: Connection) -> None:
        if self._lines.get(other) is line:
            del self._lines[other]
            self._left(other)

    def _hung_up(self, connection: Connection) -> None:
        caller = self._callers.pop(connection, None)
        if caller is not None and caller.session is not None:
            self._left(caller.session)

    def _left(self, other: str) -> None:
        """The line to another one has ended: it is dying, or only the line was lost and has to be made again."""
        if not self._is_open:
            return

        async def look() -> None:
            for pause in _LOOKS:
                await asyncio.sleep(pause)
                found = registry.find(other)
                if found is None or self._is_called_by(other) or await self._connect(found):
                    break
            self._note()

        self._later(look())

    def _note(self) -> None:
        """Others have come, gone or changed: `changed` is called once for all that happens in the same moment."""

        def tell() -> None:
            self._is_noted = False
            if self._is_open:
                self._changed()

        if not self._is_noted:
            self._is_noted = True
            asyncio.get_running_loop().call_later(self._gathering(), tell)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        async def quietly() -> None:
            with suppress(FileError, OSError):
                await work

        task = asyncio.get_running_loop().create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, connection: Connection, method: str, params: Any) -> Any:
        given = cast("dict[str, Any]", params) if isinstance(params, dict) else {}
        if method == "initialize":
            self._callers[connection] = caller = _caller(given)
            if caller.session is not None:
                self._note()
            name = "aloop-ls" if self.entry.kind == EDITOR else "aloop"
            return {"capabilities": {}, "serverInfo": {"name": name, "version": __version__}, "session": self.entry.id}
        if method == EXECUTE:
            return await self._carry_out(connection, given)
        if method == CHANGED:
            self._note()
        elif method == "exit":
            connection.close()
        elif method not in ("shutdown", "initialized", PROGRESS):
            raise InvalidArgumentsError("unknownMethod", f"This endpoint does not answer {method[:60]}.")
        return None

    async def _carry_out(self, connection: Connection, given: dict[str, Any]) -> Any:
        command, arguments = given.get("command"), given.get("arguments") or [None]
        if not isinstance(command, str) or not isinstance(arguments, list):
            raise InvalidArgumentsError("invalidArguments", "A command has a name and a list of arguments.")
        caller, token = self._callers.get(connection), given.get("workDoneToken")
        if token is not None:
            if caller and caller.confirms:
                await _confirm(connection, token)
            # Who asks learns that the command is in good hands, and waits for it.
            connection.notify(PROGRESS, {"token": token, "value": {"kind": "begin", "title": command}})
        try:
            return await self._execute(
                command, cast("list[object]", arguments)[0], caller.name if caller else "another program"
            )
        finally:
            if token is not None:
                connection.notify(PROGRESS, {"token": token, "value": {"kind": "end"}})


async def _confirm(connection: Connection, token: object) -> None:
    """Have the asker say that it still waits: one that has given up may be doing the same itself by now.

    Raises:
        RefusedError: it does not, so the command must not be begun.
    """
    try:
        await connection.request(CREATE, {"token": token}, _CONFIRM_SECONDS)
    except (PeerGoneError, RefusedError):
        raise RefusedError("notBegun", "Who asked for this no longer waits for it. Nothing was changed.") from None


def _caller(given: dict[str, Any]) -> _Caller:
    info, session = given.get("clientInfo"), given.get("session")
    name = cast("dict[str, Any]", info).get("name") if isinstance(info, dict) else None
    capabilities: Any = given.get("capabilities")
    window: Any = cast("dict[str, Any]", capabilities).get("window") if isinstance(capabilities, dict) else None
    return _Caller(
        name[:60] if isinstance(name, str) else "another program",
        session if isinstance(session, str) else None,
        isinstance(window, dict) and cast("dict[str, Any]", window).get("workDoneProgress") is True,
    )
