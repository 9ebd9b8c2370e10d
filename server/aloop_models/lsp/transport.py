"""Standard input and output. A thread reads the input, so that the server knows whether messages wait."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from pygls.io_ import StdoutWriter

from aloop_models.errors import FrameError
from aloop_models.sessions.framing import Frames, Message, parse_message

UNREADABLE: Message = {"jsonrpc": "2.0", "id": None, "method": "$/unreadable"}
"""Replaces a frame whose body is not a JSON object."""


class Inbox:
    """The queue of received messages; None marks the end of the stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[Message | None] = deque()
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self.error: FrameError | None = None
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    async def next(self) -> Message | None:
        """Return the next message; None at the end of the stream."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def is_empty(self) -> bool:
        """Return whether no message waits."""
        return not self._waiting

    def _read(self) -> None:
        frames, number = Frames(), self._stream.fileno()
        try:
            while data := os.read(number, 65536):
                self._put_all(frames.feed(data))
        except FrameError as error:
            self.error = error
        except OSError:
            pass
        self._put([None])

    def _put_all(self, bodies: Iterator[bytes]) -> None:
        messages: list[Message] = []
        try:
            messages.extend(parse_message(body) or dict(UNREADABLE) for body in bodies)
        finally:
            # Messages before an invalid frame are still handled.
            if messages:
                self._put(messages)

    def _put(self, messages: list[Message] | list[None]) -> None:
        def arrive() -> None:
            self._waiting.extend(messages)
            self._arrived.set()

        try:
            self._loop.call_soon_threadsafe(arrive)
        except RuntimeError:
            return


def take_stdout() -> StdoutWriter:
    """Return the only writer to standard output; what libraries print goes to stderr from now on."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return StdoutWriter(output)
