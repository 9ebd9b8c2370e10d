"""Reads LSP frames in a thread of its own, so that the queue of messages still to be handled can be looked into."""

from __future__ import annotations

import asyncio
import json
import os
import re
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

MAX_FRAME = 64 * 1024 * 1024
"""Bytes of one message, at most; a larger one ends the connection."""

_MAX_HEADER = 8 * 1024
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*$", re.IGNORECASE | re.MULTILINE)

Message = dict[str, Any]

UNREADABLE: Message = {"jsonrpc": "2.0", "id": None, "method": "$/unreadable"}
"""Stands for a frame whose body is no JSON object."""


class BadFrame(Exception):
    """The stream is not LSP, or a frame is too large; the connection cannot go on."""


class Frames:
    """Cuts a stream of bytes into the bodies of its frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete with this data.

        Raises:
            BadFrame: a header without a length or without an end, or a length above `MAX_FRAME`.
        """
        self._bytes += data
        while True:
            if self._length is None and not self._read_header():
                return
            assert self._length is not None
            if len(self._bytes) < self._length:
                return
            body = bytes(self._bytes[: self._length])
            del self._bytes[: self._length]
            self._length = None
            yield body

    def _read_header(self) -> bool:
        end = self._bytes.find(b"\r\n\r\n", 0, _MAX_HEADER)
        if end < 0:
            if len(self._bytes) > _MAX_HEADER:
                raise BadFrame("a header without an end")
            return False
        found = _LENGTH.search(bytes(self._bytes[:end]).replace(b"\r", b""))
        if not found:
            raise BadFrame("a header without a length")
        self._length = int(found[1])
        if self._length > MAX_FRAME:
            raise BadFrame("a message of more than 64 MB")
        del self._bytes[: end + 4]
        return True


class Inbox:
    """The messages that have come in and wait; None at the end of the stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[Message | None] = deque()
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self.error: BadFrame | None = None
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
        except BadFrame as error:
            self.error = error
        except OSError:
            pass
        self._hand_over([None])

    def _hand_over_all(self, bodies: Iterator[bytes]) -> None:
        messages: list[Message] = []
        try:
            messages.extend(map(_parsed, bodies))
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


def _parsed(body: bytes) -> Message:
    try:
        message: object = json.loads(body)
    except (ValueError, RecursionError):
        message = None
    return cast("Message", message) if isinstance(message, dict) else dict(UNREADABLE)
