"""What is known of a peer from its greeting."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from aloop_models.catalog.redaction import MASK
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.peer import Peer, read_peer
from support.sample_keys import secret

KEY = secret("name of a client", "sk-proj-")


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ({"name": "Visual Studio Code - Insiders"}, "Visual Studio Code - Insiders"),
        ({"name": "x" * 70}, "x" * 60),
        ({"name": KEY}, MASK),
        ({"name": f"my {KEY}"}, f"my {MASK}"),
        ({"name": 5}, Peer.name),
        (None, Peer.name),
    ],
)
async def test_the_name_of_a_client(info: Any, name: str) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_connection(sock=ours)
        connection = Connection(reader, writer, lambda *_: asyncio.sleep(0))
        assert read_peer(connection, {"clientInfo": info}).name == name
        writer.close()
        await writer.wait_closed()
