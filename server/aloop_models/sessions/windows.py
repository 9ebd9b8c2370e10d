"""Endpoints on Windows: named pipes, through the event loop that has them.

Limits: this has never been run. Nothing tells that a process is gone, so entries of killed ones stay. Windows gives a
pipe to every process of the user's session by default, and asyncio cannot tell who is at the other end, so the check of
the peer's user does not happen here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def serve(address: str, serving: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> Any:
    """Listen at a pipe; what it returns has `close()`."""
    loop: Any = asyncio.get_running_loop()

    def protocol() -> asyncio.StreamReaderProtocol:
        reader = asyncio.StreamReader(loop=loop)
        return asyncio.StreamReaderProtocol(reader, serving, loop=loop)

    servers = await loop.start_serving_pipe(protocol, address)
    return servers[0]


async def open_connection(address: str) -> Streams:
    """Connect to a pipe.

    Raises:
        OSError: nobody listens there.
    """
    loop: Any = asyncio.get_running_loop()
    reader = asyncio.StreamReader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_pipe_connection(lambda: protocol, address)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
