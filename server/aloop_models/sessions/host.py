"""One participant, agent or editor: its endpoint, its place in the registry, and open lines to the others.

Whoever starts connects to everyone else on the same file and keeps the line open, so the end of a process is noticed
by the end of its line, however it died.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from aloop_models import __version__
from aloop_models.errors import InvalidArguments
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection, Gone
from aloop_models.sessions.endpoint import Endpoint, connect, endpoint_for
from aloop_models.sessions.registry import EDITOR, Registered

CHANGED = "aloop/modelsChanged"
EXECUTE = "workspace/executeCommand"

Execute = Callable[[str, object, str], Awaitable[Any]]
"""(command id, argument object, who asks in words) → result; raises `Refusal`."""


class Host:
    """A participant that others can find, call and hear."""

    def __init__(
        self, kind: str, name: str, folder: Path, config: Path, execute: Execute, changed: Callable[[], None]
    ) -> None:
        identity = registry.new_id()
        self.entry = Registered(
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
        self._callers: dict[Connection, str] = {}
        self.state: Callable[[], object] = dict
        """Gives the full state that others are told."""

    async def start(self) -> None:
        """Listen, register, and connect to the others.

        Raises:
            FileProblem, OSError: no endpoint can be made here.
        """
        await self._endpoint.open()
        registry.write(self.entry)
        await self.link()

    async def stop(self) -> None:
        """Leave the registry and end every line."""
        registry.remove(self.entry)
        for line in list(self._lines.values()):
            line.close()
        await self._endpoint.close()

    async def update(self, **changes: Any) -> None:
        """Change the entry (`model_id`, `config`) and tell everyone concerned."""
        self.entry = replace(self.entry, **changes)
        registry.write(self.entry)
        await self.link()
        self.tell()

    async def serves(self, config: Path) -> bool:
        """Register for another models.yaml where it is another one, and tell everyone there; whether it was."""
        real = await asyncio.to_thread(os.path.realpath, config)
        if real == self.entry.config:
            return False
        await self.update(config=real)
        return True

    def tell(self) -> None:
        """Tell everyone concerned the state."""
        state = self.state()
        self._endpoint.tell(CHANGED, state)
        for line in self._lines.values():
            line.notify(CHANGED, state)

    def others(self) -> tuple[Registered, ...]:
        """Everyone else on the same file."""
        return tuple(
            item for item in registry.entries() if item.id != self.entry.id and item.config == self.entry.config
        )

    async def link(self) -> None:
        """Have a line to everyone else on the same file."""
        others = {item.id: item for item in self.others()}
        missing = [item for item in others.values() if item.id not in self._lines]
        await asyncio.gather(*(self._connect(item) for item in missing))

    async def call(self, other: Registered, command_id: str, argument: object, timeout: float = 2.0) -> Any:
        """Run a command at another participant.

        Raises:
            Refusal: it refused.
            Gone: it is not there, or does not answer in time.
        """
        line = self._lines.get(other.id)
        if line is None or not line.is_open:
            line = await self._connect(other)
        if line is None:
            raise Gone("it does not answer")
        return await line.request(EXECUTE, {"command": command_id, "arguments": [argument]}, timeout)

    async def _connect(self, other: Registered) -> Connection | None:
        try:
            line = await connect(other.endpoint, self._handle, on_end=lambda: self._ended(other.id))
            self._lines[other.id] = line
            await line.request("initialize", self._greeting(), 0.3)
        except Gone:
            return None
        return line

    def _greeting(self) -> object:
        return {
            "processId": os.getpid(),
            "clientInfo": {"name": self._name, "version": __version__},
            "capabilities": {},
            "session": self.entry.id,
        }

    def _ended(self, other: str) -> None:
        self._lines.pop(other, None)
        self._changed()

    def _hung_up(self, caller: Connection) -> None:
        if self._callers.pop(caller, None) is not None:
            self._changed()

    async def _handle(self, connection: Connection, method: str, params: Any) -> Any:
        given = cast("dict[str, Any]", params) if isinstance(params, dict) else {}
        if method == "initialize":
            info = given.get("clientInfo")
            self._callers[connection] = str(cast("dict[str, Any]", info).get("name")) if isinstance(info, dict) else "?"
            self._changed()
            name = "aloop-ls" if self.entry.kind == EDITOR else "aloop"
            return {"capabilities": {}, "serverInfo": {"name": name, "version": __version__}, "session": self.entry.id}
        if method == EXECUTE:
            command, arguments = given.get("command"), given.get("arguments") or [None]
            if not isinstance(command, str) or not isinstance(arguments, list):
                raise InvalidArguments("invalidArguments", "A command has a name and a list of arguments.")
            return await self._execute(
                command, cast("list[object]", arguments)[0], self._callers.get(connection, "another program")
            )
        if method == CHANGED:
            self._changed()
        elif method == "exit":
            connection.close()
        elif method not in ("shutdown", "initialized", "$/cancelRequest"):
            raise InvalidArguments("unknownMethod", f"This endpoint does not answer {method[:60]}.")
        return None
