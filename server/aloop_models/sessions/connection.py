"""One JSON-RPC connection over asyncio streams: requests in both directions, each with a timeout."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

from aloop_models.errors import FrameError, InvalidArgumentsError, PeerGoneError, PeerSilentError, RefusedError
from aloop_models.sessions.framing import Frames, Message, frame_message, parse_message

MAX_FRAME = 16 * 1024 * 1024
"""Maximum bytes of one message between agents and editors."""

_MAX_UNSENT = 8 * 1024 * 1024
"""Maximum bytes that wait for a peer that does not read; then the connection is closed."""

CANCEL = "$/cancelRequest"

Handler = Callable[["Connection", str, Any], Awaitable[Any]]
"""(connection, method, params) → result; a `RefusedError` becomes an error, any other exception a fixed text."""


class Connection:
    """One end of a connection; a request returns a result, or raises a refusal or `PeerGoneError`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
        self._reader = reader
        self._writer = writer
        self._handler = handler
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tasks: dict[asyncio.Task[None], object] = {}
        self._running: asyncio.Task[None] | None = None
        self.is_open = True

    def start(self, on_end: Callable[[], None]) -> None:
        """Serve in the background; `on_end` is called when the connection has ended."""
        self._running = asyncio.get_running_loop().create_task(self.run())
        self._running.add_done_callback(lambda _: on_end())

    async def run(self) -> None:
        """Serve until the stream ends, the peer breaks the protocol, or `close`; never raises."""
        frames = Frames(MAX_FRAME)
        with suppress(OSError, FrameError, asyncio.IncompleteReadError):
            while self.is_open and (data := await self._reader.read(65536)):
                for body in frames.feed(data):
                    message = parse_message(body)
                    if message is not None:
                        self._receive(message)
        self.close()

    async def request(self, method: str, params: Any = None, timeout: float = 2.0) -> Any:
        """Send a request and return its result.

        Raises:
            RefusedError: the peer refused.
            PeerGoneError: no answer within `timeout` seconds, or the connection ended.
        """
        if not self.is_open:
            raise PeerGoneError("the connection is closed")
        number = next(self._numbers)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        try:
            return await asyncio.wait_for(future, timeout)
        except (TimeoutError, asyncio.TimeoutError):
            self.notify(CANCEL, {"id": number})
            raise PeerSilentError(f"no answer within {timeout:.1f} seconds") from None
        except asyncio.CancelledError:
            self.notify(CANCEL, {"id": number})
            raise
        finally:
            self._waiting.pop(number, None)

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification; does nothing on a closed connection."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def send(self, frame: bytes) -> None:
        """Send a message with its header; does nothing on a closed connection."""
        if not self.is_open:
            return
        if self._writer.transport.get_write_buffer_size() > _MAX_UNSENT:
            self.close(at_once=True)
            return
        with suppress(OSError, RuntimeError):
            self._writer.write(frame)

    def close(self, *, at_once: bool = False) -> None:
        """Close the connection; waiting requests get `PeerGoneError`. With `at_once`, unsent data is lost."""
        if not self.is_open:
            return
        self.is_open = False
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(PeerGoneError("the connection ended"))
        for task in list(self._tasks):
            task.cancel()
        with suppress(OSError, RuntimeError):
            if at_once:
                self._writer.transport.abort()
            else:
                self._writer.close()

    def _receive(self, message: Message) -> None:
        method, number = message.get("method"), message.get("id")
        if method == CANCEL:
            self._cancel(message.get("params"))
        elif isinstance(method, str):
            task = asyncio.get_running_loop().create_task(self._answer(method, number, message.get("params")))
            self._tasks[task] = number
            task.add_done_callback(lambda task: self._tasks.pop(task, None))
        elif isinstance(number, int) and (future := self._waiting.get(number)) and not future.done():
            if "error" in message:
                future.set_exception(refusal_from(message["error"]))
            else:
                future.set_result(message.get("result"))

    def _cancel(self, params: Any) -> None:
        """Cancel a request, because its sender no longer waits and may carry it out itself."""
        number = cast("Message", params).get("id") if isinstance(params, dict) else None
        for task, asked in list(self._tasks.items()):
            if number is not None and asked == number:
                task.cancel()

    async def _answer(self, method: str, number: object, params: Any) -> None:
        try:
            result = await self._handler(self, method, params)
            answer: Message = {"result": result}
        except RefusedError as refusal:
            answer = {"error": error_of(refusal)}
        except asyncio.CancelledError:
            self._send({"jsonrpc": "2.0", "id": number, "error": {"code": -32800, "message": "Cancelled."}})
            raise
        except Exception as error:  # noqa: BLE001
            # The message of a bug may quote the user, so only its type is sent.
            answer = {"error": {"code": -32603, "message": f"Internal error ({type(error).__name__})."}}
        if number is not None:
            self._send({"jsonrpc": "2.0", "id": number, **answer})

    def _send(self, message: Message) -> None:
        self.send(frame_message(message))


def error_of(refusal: RefusedError) -> Message:
    """Return a refusal as a JSON-RPC error."""
    data = refusal.data()
    return {"code": refusal.code, "message": refusal.message, "data": data}


def refusal_from(error: Any) -> Exception:
    """Return the refusal of a JSON-RPC error; `PeerGoneError` for a bug or an invalid error of the peer."""
    received = cast("Message", error) if isinstance(error, dict) else {}
    data = cast("Message", received.get("data")) if isinstance(received.get("data"), dict) else {}
    reason, message = data.get("reason"), received.get("message")
    if not isinstance(reason, str) or not isinstance(message, str):
        return PeerGoneError("it had an internal error")
    given = cast("list[object]", data.get("suggestions")) if isinstance(data.get("suggestions"), list) else []
    suggestions = tuple(item for item in given if isinstance(item, str))
    kind = InvalidArgumentsError if received.get("code") == InvalidArgumentsError.code else RefusedError
    return kind(reason, message, suggestions)
