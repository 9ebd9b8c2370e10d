"""A private endpoint: a Unix socket that only this user can open, with a server and a client for asyncio."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aloop_models.errors import FileError, PeerGoneError, PeerSilentError
from aloop_models.sessions.connection import Connection, Handler
from aloop_models.sessions.registry import require_sessions
from aloop_models.workspace.folders import runtime_folder

_LONGEST_PATH = 100
"""Maximum bytes of a socket's path; systems allow 104 to 108, with a terminating zero."""

_CLOSING_SECONDS = 0.5
"""Time for connections to end when the endpoint is closed."""


def endpoint_for(identity: str) -> str:
    """Return the address of a new endpoint: the path of a socket.

    Raises:
        FileError: the path would be too long for a socket, or sessions are not supported on this system.
    """
    require_sessions()
    path = str(runtime_folder() / f"{identity}.s")
    if len(os.fsencode(path)) > _LONGEST_PATH:
        message = (
            f"The path of the runtime folder is too long for a socket: {path}. Set XDG_RUNTIME_DIR to a shorter path."
        )
        raise FileError("cannotWrite", message)
    return path


class Endpoint:
    """A server that listens at an address and serves every connection with the handler."""

    def __init__(self, address: str, handler: Handler, on_end: Callable[[Connection], None]) -> None:
        self.address = address
        self.connections: set[Connection] = set()
        self._handler = handler
        self._on_end = on_end
        self._server: asyncio.AbstractServer | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start to listen.

        Raises:
            OSError: the address cannot be used.
        """
        _unlink(self.address)
        # The folder is 0700 already; the socket itself is private too.
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self.address)
        finally:
            os.umask(before)

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.close(at_once=True)
        if self._serving:
            # asyncio prints a traceback for each task that is cancelled when its loop ends.
            await asyncio.wait(self._serving, timeout=_CLOSING_SECONDS)
        _unlink(self.address)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_same_user(writer):
            writer.close()
            return
        connection = Connection(reader, writer, self._handler)
        self.connections.add(connection)
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
            self._on_end(connection)


async def connect(
    address: str, handler: Handler, timeout: float, *, on_end: Callable[[Connection], None] = lambda _: None
) -> Connection:
    """Return a connection to an endpoint, served in the background.

    Raises:
        PeerGoneError: no process listens there, or it does not answer within `timeout` seconds.
        FileError: sessions are not supported on this system.
    """
    require_sessions()
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_unix_connection(address), timeout)
    except (TimeoutError, asyncio.TimeoutError):
        raise PeerSilentError(f"no answer within {timeout:.1f} seconds") from None
    except OSError as error:
        raise PeerGoneError(f"no process is listening ({type(error).__name__})") from None
    if not _is_same_user(writer):
        writer.close()
        raise PeerGoneError("another user's process is listening")
    connection = Connection(reader, writer, handler)
    connection.start(lambda: on_end(connection))
    return connection


def _unlink(address: str) -> None:
    with suppress(OSError):
        Path(address).unlink(missing_ok=True)


def _is_same_user(writer: asyncio.StreamWriter) -> bool:
    """Return whether the other process belongs to this user; if the system cannot say, the folder's mode protects."""
    raw = writer.get_extra_info("socket")
    if raw is None or not hasattr(socket, "SO_PEERCRED"):
        return True
    data = raw.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", data)[1] == os.geteuid()
