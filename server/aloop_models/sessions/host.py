"""One participant, an agent or an editor: its endpoint, its registry entry, and its connections to the others.

A new participant connects to all others with the same file and keeps the connections open, so that each notices when
another process ends. Calls use an open connection, no matter which side opened it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from aloop_models import __version__
from aloop_models.catalog.redaction import redact_name
from aloop_models.errors import FileError, InvalidArgumentsError, PeerGoneError, RefusedError
from aloop_models.sessions import registry
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.endpoint import Endpoint, connect, endpoint_for
from aloop_models.sessions.framing import frame_message
from aloop_models.sessions.peer import CHANGED, CREATE, EXECUTE, PROGRESS, Peer, call_peer, read_peer, switch_over
from aloop_models.sessions.registry import EDITOR, RegistryEntry
from aloop_models.workspace.paths import real_path

HANDSHAKE_SECONDS = 0.3
"""Time for another participant to accept a connection and introduce itself."""

_CONFIRM_SECONDS = 5.0
"""Time for a caller to confirm that it still waits; otherwise its command is not started."""

_LOOKS = (0.0, 0.02, 0.1, 0.5, 2.0)
"""Seconds before each check of a closed connection, because a dying process closes connections before it ends."""

_GATHERED = 0.01
"""Seconds during which changes are collected into one notification."""

_GATHERED_EACH = 0.005
"""Additional seconds for each open connection, so that many notifications do not delay a switch of all agents."""

Execute = Callable[[str, object, str], Awaitable[Any]]
"""(command ID, argument object, name of the caller) → result; raises `RefusedError`."""


class Host:
    """A participant that others can find and call."""

    def __init__(
        self, kind: str, name: str, folder: Path, config: Path, execute: Execute, changed: Callable[[], None]
    ) -> None:
        identity = registry.new_id()
        self.entry = RegistryEntry(
            id=identity,
            kind=kind,
            pid=os.getpid(),
            started=registry.process_start(os.getpid()),
            folder=str(real_path(folder)),
            config=str(real_path(config)),
            endpoint=endpoint_for(identity),
        )
        self._name = name
        self._execute = execute
        self._changed = changed
        self._endpoint = Endpoint(self.entry.endpoint, self._handle, self._ended)
        self._peers: dict[Connection, Peer] = {}
        """The peer of each open connection, no matter which side opened it."""
        self._greetings: dict[Connection, asyncio.Event] = {}
        """The connections whose other side has not yet introduced itself; set when it has, or will not."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = False
        self._registering = threading.Lock()
        self._is_over = False
        self._is_noted = False
        self._is_telling = False
        self.state: Callable[[], object] = dict
        """Returns the full state that is sent to others."""

    async def open(self) -> None:
        """Listen and register.

        Raises:
            FileError, OSError: the endpoint cannot be created.
        """
        if self._is_over:
            return
        await self._endpoint.open()
        self._is_open = True
        self._register()

    async def start(self) -> None:
        """Listen, register, and connect to the others.

        Raises:
            FileError, OSError: as `open`.
        """
        await self.open()
        await self.link()

    async def stop(self) -> None:
        """Leave the registry and close every connection."""
        self._is_open = False
        self.unregister()
        for task in self._tasks:
            task.cancel()
        for connection in self._dialed():
            connection.close()
        await self._endpoint.close()

    def unregister(self) -> None:
        """Leave the registry for ever; can be called from any thread."""
        with self._registering:
            self._is_over = True
            registry.remove(self.entry)

    async def update(self, **changes: Any) -> None:
        """Change the entry (`model_id`, `config`) and notify the others."""
        self.entry = replace(self.entry, **changes)
        self._register()
        if not self._is_telling:
            self._is_telling = True
            asyncio.get_running_loop().call_later(self._gathering(), self._tell_gathered)
        if "config" in changes:
            await self.link()

    async def serves(self, config: Path) -> bool:
        """Register for another models.yaml and notify the others; return false if it is the same file."""
        real = str(await asyncio.to_thread(real_path, config))
        if real == self.entry.config:
            return False
        await self.update(config=real)
        return True

    def list_documents(self, documents: Iterable[str], unsaved: Iterable[str]) -> None:
        """Register the real paths of this editor's open documents, and of those with unsaved text."""
        self.entry = replace(self.entry, documents=tuple(documents), unsaved=tuple(unsaved))
        if self._is_open:
            self._register()

    def tell(self) -> None:
        """Send the state to the others."""
        self._tell((*self._endpoint.connections, *self._dialed()))

    def others(self) -> tuple[RegistryEntry, ...]:
        """Return the other participants with the same file."""
        return tuple(
            item for item in registry.entries() if item.id != self.entry.id and item.config == self.entry.config
        )

    async def link(self) -> None:
        """Connect to the other participants with the same file, and send the state to new ones."""
        missing = [entry for entry in self.others() if self._find_peer(entry.id) is None]
        peers = await asyncio.gather(*map(self._connect, missing))
        self._tell(peer.connection for peer in peers if peer)

    async def call(self, other: RegistryEntry, command_id: str, argument: object, timeout: float = 2.0) -> Any:
        """Run a command at another participant, over the open connection or a new one.

        Raises:
            RefusedError: the other participant refused.
            PeerGoneError: it cannot be reached, or does not answer within `timeout` seconds.
        """
        if other.id == self.entry.id:
            return await call_peer(other.endpoint, command_id, argument, self._name, timeout)
        end = asyncio.get_running_loop().time() + timeout
        peer = self._find_peer(other.id) or await self._dial(other, timeout)
        return await peer.call(command_id, argument, max(0.0, end - asyncio.get_running_loop().time()))

    async def switch_sessions(self, ids: Sequence[str], model_id: str) -> None:
        """Switch running agents to another model, over the open connections.

        Raises:
            RefusedError: as `switch_over`.
        """
        await switch_over(self.call, ids, model_id)

    def _register(self) -> None:
        with self._registering:
            if not self._is_over:
                registry.write(self.entry)

    def _gathering(self) -> float:
        return _GATHERED + _GATHERED_EACH * len(self._peers)

    def _tell_gathered(self) -> None:
        self._is_telling = False
        with suppress(FileError):
            self.tell()

    def _tell(self, connections: Iterable[Connection]) -> None:
        """Notify that the state has changed; the state is built only if a peer reads it."""
        readers: list[Connection] = []
        notice = frame_message({"jsonrpc": "2.0", "method": CHANGED, "params": {}})
        for connection in connections:
            peer = self._peers.get(connection)
            if peer is None or peer.wants_state:
                readers.append(connection)
            else:
                connection.send(notice)
        if readers:
            notice = frame_message({"jsonrpc": "2.0", "method": CHANGED, "params": self.state()})
            for connection in readers:
                connection.send(notice)

    async def _connect(self, other: RegistryEntry) -> Peer | None:
        with suppress(PeerGoneError):
            return await self._dial(other, HANDSHAKE_SECONDS)
        return None

    async def _dial(self, other: RegistryEntry, timeout: float) -> Peer:
        """Return a new connection to another participant; it is kept even if the greeting is slow.

        Raises:
            PeerGoneError: the participant cannot be reached, or does not answer within `timeout` seconds.
        """
        end = asyncio.get_running_loop().time() + timeout
        connection = await connect(other.endpoint, self._handle, timeout, on_end=self._ended)
        self._peers[connection] = Peer(connection, session=other.id)
        greeting = {"processId": os.getpid(), **self._introduction()}
        left = max(0.0, end - asyncio.get_running_loop().time())
        self._greetings[connection] = is_over = asyncio.Event()
        try:
            answer = await connection.request("initialize", greeting, left)
            self._peers[connection] = peer = read_peer(connection, answer, other.id)
        finally:
            del self._greetings[connection]
            is_over.set()
        return peer

    def _dialed(self) -> list[Connection]:
        return [connection for connection in self._peers if connection not in self._endpoint.connections]

    def _find_peer(self, identity: str) -> Peer | None:
        """Return the open connection to another participant, or None."""
        return next((peer for peer in self._peers.values() if peer.session == identity), None)

    def _introduction(self) -> dict[str, object]:
        """Return the greeting of each side; the state is not requested, because the registry says enough."""
        return {
            "clientInfo": {"name": self._name, "version": __version__},
            "capabilities": {"experimental": {"aloopState": False}},
            "session": self.entry.id,
        }

    def _ended(self, connection: Connection) -> None:
        peer = self._peers.pop(connection, None)
        if peer is not None and peer.session is not None:
            self._left(peer.session)

    def _left(self, other: str) -> None:
        """Handle a closed connection: the other process has ended, or the connection was lost and is opened again."""
        if not self._is_open:
            return

        async def look() -> None:
            for pause in _LOOKS:
                await asyncio.sleep(pause)
                found = registry.find(other)
                if found is None or self._find_peer(other) or await self._connect(found):
                    break
            self._note()

        self._later(look)

    def _note(self) -> None:
        """Call `changed` once for all changes of others that happen at the same time."""

        def tell() -> None:
            self._is_noted = False
            if self._is_open:
                self._changed()

        if not self._is_noted:
            self._is_noted = True
            asyncio.get_running_loop().call_later(self._gathering(), tell)

    def _later(self, work: Callable[[], Awaitable[None]]) -> None:
        async def quietly() -> None:
            with suppress(FileError, OSError):
                await work()

        task = asyncio.get_running_loop().create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, connection: Connection, method: str, params: Any) -> Any:
        given = cast("dict[str, Any]", params) if isinstance(params, dict) else {}
        if method == "initialize":
            self._peers[connection] = peer = read_peer(connection, given)
            if peer.session is not None:
                self._note()
            name = "aloop-ls" if self.entry.kind == EDITOR else "aloop"
            return {**self._introduction(), "serverInfo": {"name": name, "version": __version__}}
        if method == EXECUTE:
            return await self._carry_out(connection, given)
        if method == CHANGED:
            self._note()
        elif method == "exit":
            connection.close()
        elif method not in ("shutdown", "initialized", PROGRESS):
            raise InvalidArgumentsError("unknownMethod", f"Unknown method {redact_name(method)}.")
        return None

    async def _carry_out(self, connection: Connection, given: dict[str, Any]) -> Any:
        command, arguments = given.get("command"), given.get("arguments") or [None]
        if not isinstance(command, str) or not isinstance(arguments, list):
            raise InvalidArgumentsError("invalidArguments", "A command requires a name and a list of arguments.")
        if greeting := self._greetings.get(connection):
            # A command may come together with the answer that says who sends it.
            await greeting.wait()
        peer, token = self._peers.get(connection) or Peer(connection), given.get("workDoneToken")
        if token is not None:
            if peer.confirms:
                await _confirm(connection, token)
            # Tells the caller that the command has started, so that it waits for the result.
            connection.notify(PROGRESS, {"token": token, "value": {"kind": "begin", "title": command}})
        try:
            return await self._execute(command, cast("list[object]", arguments)[0], peer.name)
        finally:
            if token is not None:
                connection.notify(PROGRESS, {"token": token, "value": {"kind": "end"}})


async def _confirm(connection: Connection, token: object) -> None:
    """Ask the caller whether it still waits, because otherwise it may carry out the command itself.

    Raises:
        RefusedError: the caller does not confirm, so the command must not start.
    """
    try:
        await connection.request(CREATE, {"token": token}, _CONFIRM_SECONDS)
    except (PeerGoneError, RefusedError):
        raise RefusedError("notBegun", "The caller no longer waits for this command. Nothing was changed.") from None
