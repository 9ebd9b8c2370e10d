"""Standard input and output: what comes in is read in a thread of its own, so that the queue can be looked into."""

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
from aloop_models.sessions.framing import Frames, Message, parsed

UNREADABLE: Message = {"jsonrpc": "2.0", "id": None, "method": "$/unreadable"}
"""Stands for a frame whose body is no JSON object."""


class Inbox:
    """The messages that have come in and wait; None at the end of the stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[Message | None] = deque()
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self.error: FrameError | None = None
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    async def next(self) -> Message | None:
        """The next message, in order; None when the stream has ended."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def is_empty(self) -> bool:
        """Whether every message that has come in was handled."""
        return not self._waiting

    def _read(self) -> None:
        frames, number = Frames(), self._stream.fileno()
        try:
            while data := os.read(number, 65536):
                self._hand_over_all(frames.feed(data))
        except FrameError as error:
            self.error = error
        except OSError:
            pass
        self._hand_over([None])

    def _hand_over_all(self, bodies: Iterator[bytes]) -> None:
        messages: list[Message] = []
        try:
            messages.extend(parsed(body) or dict(UNREADABLE) for body in bodies)
        finally:
            # What came before a bad frame is still handled.
            if messages:
                self._hand_over(messages)

    def _hand_over(self, messages: list[Message] | list[None]) -> None:
        def arrive() -> None:
            self._waiting.extend(messages)
            self._arrived.set()

        try:
            self._loop.call_soon_threadsafe(arrive)
        except RuntimeError:
            return


def take_stdout() -> StdoutWriter:
    """A writer to standard output that nobody else has: what a library prints goes to stderr from now on."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return StdoutWriter(output)
