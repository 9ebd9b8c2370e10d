"""Standard input and output, each in a thread, so that the server never waits for its client."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

from aloop_models.errors import FrameError
from aloop_models.lsp import log
from aloop_models.lsp.pipes import PIECE, can_be_written, is_hung_up, is_read
from aloop_models.sessions.framing import Frames, Message, parse_message

UNREADABLE: Message = {"jsonrpc": "2.0", "id": None, "method": "$/unreadable"}
"""Replaces a frame whose body is not a JSON object."""

MOST_WAITING = 4 * 1024 * 1024
"""Maximum size of the received messages that wait; then standard input is not read until some were handled."""

_MESSAGE_SIZE = 512
"""Bytes that a message takes in memory besides its body, which may be empty."""

MOST_UNREAD = 8 * 1024 * 1024
"""Maximum bytes that wait for the client; then no message is handled until it has read some."""

_CHECK_SECONDS = 0.2
"""Seconds between two checks whether the client has closed its end."""

_MOST_AT_ONCE = 64 * 1024
"""Maximum bytes of a message that are not left to the thread that writes."""

_MOST_UNSENT = 64 * 1024 * 1024
"""Maximum bytes that wait for the client if it is notified without having asked; then the connection ends."""


class Inbox:
    """The queue of received messages; None marks the end of the stream."""

    def __init__(self, stream: BinaryIO, on_end: Callable[[int], None] = lambda _: None) -> None:
        """Start to read; `on_end` is called in a thread with the exit code when `exit` or the end was received."""
        self._stream = stream
        self._on_end = on_end
        self._waiting: deque[tuple[Message | None, int]] = deque()
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._room = _Room(MOST_WAITING)
        self._is_shut_down = False
        self.error: FrameError | None = None
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    async def next(self) -> Message | None:
        """Return the next message; None at the end of the stream."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        message, size = self._waiting.popleft()
        self._room.leave(size)
        return message

    def is_empty(self) -> bool:
        """Return whether no message waits."""
        return not self._waiting

    def stop(self) -> None:
        """End the stream without the messages that wait; can be called from any thread."""
        self._in_loop(self._waiting.clear)
        self._put([(None, 0)])

    def _read(self) -> None:
        frames, number = Frames(), self._stream.fileno()
        try:
            while self._wait_for_room(number) and (data := os.read(number, 65536)):
                self._put_all(frames.feed(data))
        except FrameError as error:
            self.error = error
        except OSError:
            pass
        self._on_end(1)
        self._put([(None, 0)])

    def _put_all(self, bodies: Iterator[bytes]) -> None:
        messages: list[tuple[Message | None, int]] = []
        try:
            for body in bodies:
                message = parse_message(body)
                if message is None:
                    message = dict(UNREADABLE)
                messages.append((message, len(body) + _MESSAGE_SIZE))
                self._look_for_end(message)
        finally:
            # Messages before an invalid frame are still handled.
            self._put(messages)

    def _wait_for_room(self, number: int) -> bool:
        """Wait until a message can be read; return false if the other end was closed."""
        while not self._room.wait(_CHECK_SECONDS):
            if is_hung_up(number):
                return False
        return True

    def _look_for_end(self, message: Message) -> None:
        """Notice `exit` when it is received, because the server may be busy with other messages."""
        method = message.get("method")
        if method == "shutdown" and message.get("id") is not None:
            self._is_shut_down = True
        elif method == "exit" and message.get("id") is None:
            self._on_end(0 if self._is_shut_down else 1)

    def _put(self, messages: list[tuple[Message | None, int]]) -> None:
        def arrive() -> None:
            self._waiting.extend(messages)
            self._arrived.set()

        if messages:
            self._room.enter(sum(size for _, size in messages))
            self._in_loop(arrive)

    def _in_loop(self, action: Callable[[], object]) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(action)


class Outbox:
    """Writes to the client; what it does not read waits for a thread, so that the server never waits for it."""

    def __init__(self, stream: BinaryIO, on_broken: Callable[[], None] = lambda: None) -> None:
        """Make a writer; `on_broken` is called when the client cannot be written to."""
        self._number = stream.fileno()
        self._stream = stream
        self._on_broken = on_broken
        self._waiting: deque[bytes] = deque()
        self._unsent = 0
        self._is_broken = False
        self._changed = threading.Condition()
        threading.Thread(target=self._write_waiting, name="outbox", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Write or keep the data; returns at once."""
        try:
            with self._changed:
                if self._is_broken:
                    return
                rest = memoryview(data)
                # A long message would keep the event loop for as long as the client reads it.
                least = max(0, len(data) - _MOST_AT_ONCE)
                while not self._unsent and len(rest) > least and can_be_written(self._number):
                    rest = rest[os.write(self._number, rest[:PIECE]) :]
                if rest:
                    self._waiting.append(bytes(rest))
                    self._unsent += len(rest)
                    self._changed.notify_all()
        except OSError:
            self._break()
        if self._unsent > _MOST_UNSENT:
            log.logger.error("The connection ended: the client does not read")
            self._break()

    def close(self) -> None:
        """Drop what waits."""
        self._break()

    async def wait_for_room(self) -> None:
        """Wait while the client has to read first."""
        while self._unsent > MOST_UNREAD and not self._is_broken:  # noqa: ASYNC110
            # This happens only with a client that has stopped reading.
            await asyncio.sleep(0.02)

    def block_for_room(self) -> None:
        """Block a thread while the client has to read first."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_broken or self._unsent <= MOST_UNREAD)

    def flush(self) -> None:
        """Block until the client has read everything, or cannot be written to."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_broken or not self._unsent)

    def _write_waiting(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_broken or bool(self._waiting), _CHECK_SECONDS)
                if self._is_broken:
                    return
                data = memoryview(self._waiting.popleft() if self._waiting else b"")
            if not data and not is_read(self._number):
                # A server with nothing to write would not notice.
                self._break()
            try:
                while data:
                    count = os.write(self._number, data[:65536])
                    data = data[count:]
                    with self._changed:
                        self._unsent -= count
                        self._changed.notify_all()
            except OSError:
                self._break()

    def _break(self) -> None:
        with self._changed:
            if self._is_broken:
                return
            self._is_broken = True
            self._waiting.clear()
            self._changed.notify_all()
        self._on_broken()


class _Room:
    """Adds up the size of what waits, for a thread that waits until it is smaller."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._changed = threading.Condition()

    def enter(self, size: int) -> None:
        with self._changed:
            self._size += size

    def leave(self, size: int) -> None:
        with self._changed:
            self._size -= size
            if self._size <= self._most:
                self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Return whether there is room, after at most so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._size <= self._most, seconds)


def take_stdout() -> BinaryIO:
    """Return the only stream to standard output; what libraries print goes to stderr from now on."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output
