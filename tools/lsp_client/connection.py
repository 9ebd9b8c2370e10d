"""Requests, notifications and responses between a client and one language server process."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from lsp_client.wire import FrameError, Message, Recording, ServerProcess

_T = TypeVar("_T")
TIMEOUT = 60.0


class LspError(Exception):
    """The error response of the server to a request."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.data = code, message, data


class ServerGoneError(Exception):
    """The server stopped or sent an invalid message while the client waited for it."""


class Answer(NamedTuple):
    """The response to a request, and the times (perf_counter) of its first byte sent and last byte received."""

    result: Any
    error: LspError | None
    sent_at: float
    received_at: float

    def value(self) -> Any:
        """Return the result, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.result


class Notification(NamedTuple):
    """A notification from the server, and its time (perf_counter)."""

    method: str
    params: Any
    at: float


class AnswerThen(NamedTuple):
    """A handler's result, and a function to call after it has been sent."""

    result: Any
    then: Callable[[], object]


class LspConnection:
    """One server process and its messages.

    `answers` contains the handlers of the server's requests by method, and may be changed at any time. Handlers run in
    their own thread, so they may call the client.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        is_recorded: bool = True,
        timeout: float = TIMEOUT,
    ) -> None:
        self.timeout = timeout
        self.notifications: list[Notification] = []
        self.server_requests: list[Message] = []
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self._next_id = 0
        self._sent_at: dict[int, float] = {}
        self._answered: dict[int, Answer] = {}
        self._end: Exception | None = None
        self._condition = threading.Condition()
        self._to_answer: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._answerer = threading.Thread(target=self._answer_all, name="lsp-answers", daemon=True)
        self._answerer.start()
        self.process = ServerProcess(
            command,
            on_message=self._on_message,
            on_end=self._on_end,
            cwd=cwd,
            env=env,
            is_recorded=is_recorded,
        )

    @property
    def started_at(self) -> float:
        """Return the time (perf_counter) at which the server was started."""
        return self.process.started_at

    @property
    def pid(self) -> int:
        """Return the process ID of the server."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Return whether the server runs and has sent only valid messages."""
        return self._end is None

    @property
    def recording(self) -> Recording:
        """Return every byte of every channel so far."""
        return self.process.recording

    def request(self, method: str, params: Any = None, *, timeout: float | None = None) -> Any:
        """Send a request and return its result; raise an error response as LspError."""
        return self.wait_answer(self.send_request(method, params), timeout=timeout).value()

    def timed_request(self, method: str, params: Any = None, *, timeout: float | None = None) -> Answer:
        """Send a request and return its response, with times."""
        return self.wait_answer(self.send_request(method, params), timeout=timeout)

    def send_request(self, method: str, params: Any = None) -> int:
        """Send a request without waiting; return its ID."""
        with self._condition:
            self._next_id += 1
            number = self._next_id
        self._sent_at[number] = self._write({"id": number, "method": method}, params)
        return number

    def wait_answer(self, number: int, *, timeout: float | None = None) -> Answer:
        """Wait for the response to a sent request."""
        self._wait(lambda: number in self._answered, f"the answer to request {number}", timeout)
        return self._answered.pop(number)._replace(sent_at=self._sent_at.pop(number))

    def cancel(self, number: int) -> None:
        """Cancel a request."""
        self.notify("$/cancelRequest", {"id": number})

    def notify(self, method: str, params: Any = None) -> float:
        """Send a notification; return the time (perf_counter) just before its first byte was sent."""
        return self._write({"method": method}, params)

    def mark(self) -> int:
        """Return the number of notifications so far, to wait for later ones."""
        return len(self.notifications)

    def wait_notification(
        self,
        method: str,
        fits: Callable[[Any], bool] = lambda _params: True,
        *,
        since: int = 0,
        timeout: float | None = None,
    ) -> Notification:
        """Return the first notification of a method after a mark whose parameters fit."""

        def find() -> Notification | None:
            later = (n for n in self.notifications[since:] if n.method == method)
            return next((n for n in later if fits(n.params)), None)

        return self._wait(find, method, timeout)

    def wait_server_request(self, method: str, *, since: int = 0, timeout: float | None = None) -> Message:
        """Return the first request of a method from the server after the first `since` requests."""

        def find() -> Message | None:
            return next((r for r in self.server_requests[since:] if r["method"] == method), None)

        return self._wait(find, method, timeout)

    def kill(self) -> None:
        """Kill the server and its child processes; does nothing if it has stopped."""
        self.process.kill()
        self._to_answer.put(None)
        if threading.current_thread() is not self._answerer:
            self._answerer.join(5)

    def _write(self, head: Message, params: Any) -> float:
        message = {"jsonrpc": "2.0", **head}
        if params is not None:
            message["params"] = params
        try:
            return self.process.write(message)
        except (BrokenPipeError, ValueError) as error:
            raise ServerGoneError(self._reason()) from error

    def _on_message(self, message: Message, now: float) -> None:
        with self._condition:
            if "method" not in message:
                error = message.get("error")
                problem = error and LspError(error["code"], error["message"], error.get("data"))
                answer = Answer(message.get("result"), problem or None, 0.0, now)
                self._answered[message["id"]] = answer
            elif "id" in message:
                self.server_requests.append(message)
                self._to_answer.put(message)
            else:
                params = message.get("params")
                self.notifications.append(Notification(message["method"], params, now))
            self._condition.notify_all()

    def _on_end(self, failure: FrameError | None) -> None:
        with self._condition:
            self._end = self._end or failure or ServerGoneError()
            self._condition.notify_all()

    def _answer_all(self) -> None:
        while (message := self._to_answer.get()) is not None:
            reply: Message = {"jsonrpc": "2.0", "id": message["id"]}
            then: Callable[[], object] | None = None
            try:
                result = self._answer_one(message)
                if isinstance(result, AnswerThen):
                    result, then = result
                reply["result"] = result
            except LspError as error:
                reply["error"] = {"code": error.code, "message": error.message}
            except Exception as error:  # noqa: BLE001  (the server gets the error of every handler)
                reply["error"] = {"code": -32603, "message": repr(error)}
            try:
                self.process.write(reply)
                if then is not None:
                    then()
            except (BrokenPipeError, ValueError, ServerGoneError):
                return

    def _answer_one(self, message: Message) -> Any:
        method = message["method"]
        if method in self.answers:
            return self.answers[method](message.get("params"))
        if method.endswith("/refresh"):
            return None
        raise LspError(-32601, f"unknown method: {method}")

    def _wait(self, find: Callable[[], _T | None], what: str, timeout: float | None) -> _T:
        limit = self.timeout if timeout is None else timeout
        with self._condition:
            self._condition.wait_for(lambda: find() or not self.is_alive, limit)
            if found := find():
                return found
        if not self.is_alive:
            raise ServerGoneError(f"{self._reason()}; waited for {what}")
        raise TimeoutError(f"timed out after {limit} s waiting for {what}; {self._stderr()}")

    def _reason(self) -> str:
        noise = f"{self._end}, " if isinstance(self._end, FrameError) else ""
        return f"{noise}the server stopped with exit code {self.process.exit_code()}; {self._stderr()}"

    def _stderr(self) -> str:
        words = bytes(self.recording.errors[-2000:]).decode(errors="replace").strip()
        return f"stderr: {words}" if words else "stderr is empty"
