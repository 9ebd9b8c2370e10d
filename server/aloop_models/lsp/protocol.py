"""pygls' protocol without what it must not do: quote payloads, exceptions and tracebacks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import uuid
from collections.abc import Coroutine, Generator
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from aloop_models.errors import ClientError, RefusedError
from aloop_models.lsp import log
from aloop_models.lsp.transport import UNREADABLE

Result = TypeVar("Result")

PROGRESS_AFTER = 1.0
"""Seconds that something takes before its progress is shown."""

_PLAIN = (dict, list, str, int, float, bool, type(None))

_OWN = frozenset(
    {types.TEXT_DOCUMENT_DID_OPEN, types.TEXT_DOCUMENT_DID_CLOSE, types.WORKSPACE_EXECUTE_COMMAND, types.EXIT}
)
"""Methods that our handlers answer instead of pygls' own: it would keep the documents and end the process."""


class Owner(Protocol):
    """What the protocol calls of the session that it belongs to."""

    def greet(self, params: types.InitializeParams) -> None:
        """The client has sent `initialize`."""

    def extend(self, capabilities: types.ServerCapabilities) -> None:
        """Adjust the server's capabilities before they are sent."""

    def text_changed(self, params: dict[str, Any]) -> None:
        """A document has changed."""


class AloopProtocol(LanguageServerProtocol):
    """JSON-RPC in which refusals are coded errors, bugs a fixed text with an id, and plain JSON stays as it is."""

    _server: Owner  # type: ignore[assignment]

    @property
    def is_shut_down(self) -> bool:
        """Whether the client has sent `shutdown`."""
        return self._shutdown

    def receive(self, message: dict[str, Any]) -> None:
        """Handle one message as it came in; whatever is wrong with it is answered, nothing is raised."""
        method, number = message.get("method"), message.get("id")
        if message == UNREADABLE:
            self._answer_error(None, -32700, "This message is not a JSON object.")
            return
        if not isinstance(method, str):
            self._guarded("taking an answer", self._take_answer, message)
            return
        if method == types.TEXT_DOCUMENT_DID_CHANGE and number is None:
            # Typing is the hot path: its message needs no typed objects.
            self._guarded("changing a document", self._server.text_changed, message.get("params"))
            return
        if number is not None and (refusal := self._refusal_of(method)):
            self._answer_error(number, *refusal)
            return
        try:
            structured = self.structure_message({"jsonrpc": "2.0", **message})
        except JsonRpcException:
            if number is not None:
                self._answer_error(number, -32602, f"The parameters of {method[:60]} are not what LSP says.")
            return
        except Exception as error:  # noqa: BLE001
            self._answer_bug(number, error, f"reading {method[:60]!r}")
            return
        self._guarded(f"handling {method[:60]!r}", self.handle_message, structured)

    def send(self, message: dict[str, Any]) -> None:
        """Send plain JSON."""
        if self.writer is None:
            return
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=self._serialize_message)
        data = body.encode("utf-8", "replace")
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    def ask(self, method: str, params: Any = None) -> Future[Any]:
        """Send a request; a future of its plain JSON result."""
        number = str(uuid.uuid4())
        future: Future[Any] = Future()
        self._request_futures[number] = future
        self.send({"jsonrpc": "2.0", "id": number, "method": method} | _given(params))
        return future

    async def show_progress(self, title: str, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of the work; the client shows progress if it takes long (a lock, a slow disk)."""
        task = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({task}, timeout=PROGRESS_AFTER)
        if done:
            return task.result()
        token = secrets.token_hex(4)
        try:
            await asyncio.wrap_future(self.ask("window/workDoneProgress/create", {"token": token}))
        except ClientError:
            return await task
        self.notify("$/progress", {"token": token, "value": {"kind": "begin", "title": title}})
        try:
            return await task
        finally:
            self.notify("$/progress", {"token": token, "value": {"kind": "end"}})

    def _refusal_of(self, method: str) -> tuple[int, str] | None:
        """Code and text for a request that nobody answers, or not before the handshake or after the farewell."""
        if self._shutdown:
            return -32600, "The server has been shut down."
        is_greeted = self._workspace is not None
        if method == types.INITIALIZE:
            return (-32600, "The server has been initialized already.") if is_greeted else None
        if not is_greeted:
            return -32002, "The server waits for initialize."
        try:
            self._get_handler(method)
        except JsonRpcException:
            return -32601, f"This server does not answer {method[:60]}."
        return None

    def _take_answer(self, message: dict[str, Any]) -> None:
        number = message.get("id")
        # Ours are texts; a number names a request of the client's that is still being worked on.
        future = self._request_futures.pop(number, None) if isinstance(number, str) else None
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(ClientError("the client answered with an error"))
        else:
            future.set_result(message.get("result"))

    def _guarded(self, doing: str, action: Any, argument: Any) -> None:
        try:
            action(argument)
        except (CancelledError, Exception) as error:  # noqa: BLE001
            log.report(error, doing)

    def _answer_bug(self, msg_id: Any, error: BaseException, doing: str) -> None:
        number = log.report(error, doing)
        if msg_id is not None:
            message = f"Something went wrong in the language server (bug {number}). Its log tells where."
            self._answer_error(msg_id, -32603, message)

    def _answer_error(self, msg_id: Any, code: int, message: str, data: Any = None) -> None:
        error: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            error["data"] = data
        self.send({"jsonrpc": "2.0", "id": msg_id, "error": error})

    # The rest overrides members of pygls, most of them private. So pyproject.toml allows one minor version of it, and
    # `tests/lsp/test_protocol.py` fails where a member that is overridden or used here has changed.

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification. pygls would make a typed object of it and write it to its log."""
        self.send({"jsonrpc": "2.0", "method": method} | _given(params))

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer `initialize`. pygls has no hook after the capabilities are made."""
        self._server.greet(params)
        result = yield from super().lsp_initialize(params)
        self._server.extend(result.capabilities)
        return result

    def _get_handler(self, feature_name: str) -> Any:
        # pygls prefers its own handlers to those that are registered.
        if feature_name in _OWN:
            return cast("dict[str, Any]", self.fm.features)[feature_name]  # pyright: ignore[reportUnknownMemberType]
        return super()._get_handler(feature_name)

    def _send_data(self, data: Any) -> None:
        # pygls writes every message to its log, and non-ASCII characters as escapes.
        if data:
            plain: object = data
            if not isinstance(data, dict):
                plain = self._converter.unstructure(data)
            self.send(cast("dict[str, Any]", plain))

    def _send_response(self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None) -> None:
        # Our handlers return JSON; pygls would convert it once more, value by value.
        if error is None and isinstance(result, _PLAIN):
            self._result_types.pop(msg_id, None)
            self.send({"jsonrpc": "2.0", "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        # pygls answers with the text and the traceback of an exception, and knows no refusals.
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._answer_error(msg_id, -32800, "The request was cancelled.")
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, RefusedError):
            data = error.data()
            self._answer_error(msg_id, error.code, error.message, data)
        else:
            self._answer_bug(msg_id, error, "answering a request")

    def _check_handler_result(self, future: Future[Any]) -> None:
        # pygls shows the text of the exception in the editor.
        if not future.cancelled() and (error := future.exception()) is not None:
            log.report(error, "handling a notification")

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        # pygls forgets the request before its handler has ended, and logs the request that it does not know.
        if (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()


def _given(params: Any) -> dict[str, Any]:
    # JSON-RPC knows params that are left out, but none that are null.
    return {} if params is None else {"params": params}
