"""pygls' protocol, changed so that it never quotes payloads, exceptions or tracebacks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import uuid
from collections.abc import Coroutine, Generator
from concurrent.futures import CancelledError, Future
from enum import Enum
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from cattrs import Converter
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from aloop_models.catalog.redaction import redact_name
from aloop_models.errors import ClientError, RefusedError
from aloop_models.lsp import log
from aloop_models.lsp.transport import UNREADABLE
from aloop_models.lsp.worker import Encoded

Result = TypeVar("Result")

PROGRESS_AFTER = 1.0
"""Seconds after which the progress of a command is shown."""

_PLAIN = (dict, list, str, int, float, bool, type(None))

_OWN = frozenset(
    {
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_CLOSE,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        types.WORKSPACE_EXECUTE_COMMAND,
        types.EXIT,
    }
)
"""Methods with a handler of ours instead of pygls', which stores documents and ends the process."""

_KINDS = cast("dict[str, tuple[object, ...]]", types.METHOD_TO_TYPES)  # pyright: ignore[reportUnknownMemberType]
_NOTIFICATIONS = frozenset(method for method, kinds in _KINDS.items() if kinds[1] is None)
"""Methods without a response."""


def make_converter() -> Converter:
    """Return a converter that stops at the first invalid part of a message.

    That of pygls collects all of them, which takes seconds for a list with many.
    """
    converter = get_converter(Converter(detailed_validation=False))

    def structure_document(value: dict[str, Any], _kind: object) -> types.TextDocumentItem:
        uri, text = value["uri"], value["text"]
        # The converter would make a text of any value: "None" of null.
        if not (isinstance(uri, str) and isinstance(text, str)):
            raise TypeError
        return types.TextDocumentItem(uri, str(value["languageId"]), int(value["version"]), text)

    def structure_enum(value: object, kind: type[Enum]) -> object:
        if isinstance(value, int | str) and value not in [member.value for member in kind]:
            # A client can support more than this version of LSP has, such as another kind of symbol.
            return value
        return kind(value)

    converter.register_structure_hook(types.TextDocumentItem, structure_document)
    for kind in cast("dict[str, object]", vars(types)).values():
        if isinstance(kind, type) and issubclass(kind, Enum):
            converter.register_structure_hook(kind, structure_enum)
            converter.register_unstructure_hook(kind, lambda value: getattr(value, "value", value))
    return converter


class Owner(Protocol):
    """The part of the session that the protocol calls."""

    def handle_initialize(self, params: types.InitializeParams) -> None:
        """Handle the parameters of `initialize`."""

    def adjust_capabilities(self, capabilities: types.ServerCapabilities) -> None:
        """Adjust the server's capabilities before they are sent."""

    def text_changed(self, params: object) -> None:
        """Handle the parameters of `textDocument/didChange`."""


class AloopProtocol(LanguageServerProtocol):
    """JSON-RPC with an error code for refusals, a fixed message with an ID for bugs, and plain JSON results."""

    _server: Owner  # type: ignore[assignment]

    @property
    def is_shut_down(self) -> bool:
        """Return whether the client has sent `shutdown`."""
        return self._shutdown

    def receive(self, message: dict[str, Any]) -> None:
        """Handle one message; an invalid one is answered with an error, nothing is raised."""
        method, number = message.get("method"), message.get("id")
        if message == UNREADABLE:
            self._answer_error(None, -32700, "The message is not a JSON object.")
            return
        if not isinstance(method, str):
            if self._is_response(message):
                self._guarded("reading a response", self._receive_response, message)
            elif number is not None:
                self._answer_error(_id_of_answer(number), -32600, "A request needs a method, and a response a result.")
            return
        # An ID of null makes a message a request, but some clients also write it in notifications.
        is_request = number is not None or ("id" in message and method not in _NOTIFICATIONS)
        if is_request and (refusal := self._refusal_of(method, number)):
            self._answer_error(_id_of_answer(number), *refusal)
            return
        if number is None and not self._is_welcome(method):
            log.logger.info("Ignored %r: the server is not initialized, or is shut down", redact_name(method))
            return
        if method == types.TEXT_DOCUMENT_DID_CHANGE:
            # Typing must be fast: plain JSON avoids the conversion to typed objects.
            self._guarded("changing a document", self._server.text_changed, message.get("params"))
            return
        try:
            # pygls does not answer a request with another version, and takes one with `error` for a response.
            members = ("id", "method", "params") if is_request else ("method", "params")
            given = {name: message[name] for name in members if name in message}
            structured = self.structure_message({"jsonrpc": "2.0", **given})
        except JsonRpcException:
            if number is not None:
                self._answer_error(number, -32602, f"Invalid parameters for {redact_name(method)}.")
            else:
                log.logger.info("Ignored %r: its parameters are invalid", redact_name(method))
            return
        except Exception as error:  # noqa: BLE001
            self._answer_bug(number, error, f"reading {redact_name(method)!r}")
            return
        self._guarded(f"handling {redact_name(method)!r}", self.handle_message, structured)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=self._serialize_message)
        self._write(body.encode("utf-8", "replace"))

    def send_encoded(self, message: dict[str, Any], member: str, value: Encoded) -> None:
        """Send one message with one more member, which is encoded already."""
        head = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        self._write(b'%b,"%b":%b}' % (head[:-1], member.encode("ascii"), value))

    def _write(self, data: bytes) -> None:
        if self.writer is None:
            return
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    def ask(self, method: str, params: Any = None) -> Future[Any]:
        """Send a request; return a future of its result."""
        number = str(uuid.uuid4())
        future: Future[Any] = Future()
        self.send({"jsonrpc": "2.0", "id": number, "method": method} | _params_member(params))
        self._request_futures[number] = future
        return future

    async def show_progress(self, title: str, work: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of the work; show progress if it takes long (a lock, a slow disk)."""
        task = asyncio.ensure_future(work)
        try:
            return await self._with_progress(title, task)
        except asyncio.CancelledError:
            # The work decides whether it can still be cancelled.
            task.cancel()
            return await task

    async def _with_progress(self, title: str, task: asyncio.Future[Result]) -> Result:
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

    def _is_response(self, message: dict[str, Any]) -> bool:
        if "method" in message:
            return False
        # Some clients omit a result of null.
        number = message.get("id")
        return (
            "result" in message or "error" in message or (isinstance(number, str) and number in self._request_futures)
        )

    def _is_welcome(self, method: str) -> bool:
        """Return whether a notification is handled: before `initialize` and after `shutdown` only `exit` is."""
        return method == types.EXIT or (self._workspace is not None and not self._shutdown)

    def _refusal_of(self, method: str, number: object) -> tuple[int, str] | None:
        """Return the error for a request that has no handler or is sent before `initialize` or after `shutdown`."""
        if isinstance(number, bool) or not isinstance(number, int | str):
            return -32600, "The ID of a request must be a string or an integer."
        if self._shutdown:
            return -32600, "The server is shut down."
        is_initialized = self._workspace is not None
        if method == types.INITIALIZE:
            return (-32600, "The server is already initialized.") if is_initialized else None
        if not is_initialized:
            return -32002, "The server is not initialized."
        if method in _NOTIFICATIONS:
            return -32600, f"{method} is a notification. Send it without an ID."
        try:
            self._get_handler(method)
        except JsonRpcException:
            return -32601, f"Unknown method {redact_name(method)}."
        return None

    def _receive_response(self, message: dict[str, Any]) -> None:
        number = message.get("id")
        # IDs of our requests are strings; a number is the ID of a running request of the client.
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

    def _answer(self, msg_id: Any, future: Future[Any]) -> None:
        if future.cancelled():
            self._answer_error(msg_id, -32800, "Request cancelled.")
            return
        error = future.exception()
        if error is None:
            result: object = future.result()
            if isinstance(result, asyncio.Future):
                # The work continues in the thread for large texts.
                pending = self._request_futures[msg_id] = cast("Future[Any]", result)
                pending.add_done_callback(partial(self._send_handler_result, msg_id=msg_id))
            else:
                self._send_response(msg_id, result=result)
        elif isinstance(error, RefusedError):
            data = error.data()
            self._answer_error(msg_id, error.code, error.message, data)
        else:
            self._answer_bug(msg_id, error, "answering a request")

    def _answer_bug(self, msg_id: Any, error: BaseException, doing: str) -> None:
        number = log.report(error, doing)
        if msg_id is not None:
            message = f"Internal error (bug {number}). See the log of aloop-ls."
            self._answer_error(msg_id, -32603, message)

    def _answer_error(self, msg_id: Any, code: int, message: str, data: Any = None) -> None:
        error: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            error["data"] = data
        self.send({"jsonrpc": "2.0", "id": msg_id, "error": error})

    # The methods below override members of pygls, most of them private. pyproject.toml allows one minor version of
    # pygls, and `tests/lsp/test_protocol.py` fails if a member that is overridden or used here has changed.

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification. pygls would convert it to a typed object and log it."""
        self.send({"jsonrpc": "2.0", "method": method} | _params_member(params))

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer `initialize`. pygls has no hook for changing the capabilities."""
        self._server.handle_initialize(params)
        # pygls also keeps the folders, and fails if one is not a valid URI.
        params.root_uri = params.root_path = params.workspace_folders = None
        result = yield from super().lsp_initialize(params)
        self._server.adjust_capabilities(result.capabilities)
        return result

    def _get_handler(self, feature_name: str) -> Any:
        # pygls prefers its own handlers to registered ones.
        if feature_name in _OWN:
            return cast("dict[str, Any]", self.fm.features)[feature_name]  # pyright: ignore[reportUnknownMemberType]
        return super()._get_handler(feature_name)

    def _send_data(self, data: Any) -> None:
        # pygls logs every message, and escapes non-ASCII characters.
        if data:
            plain: object = data
            if not isinstance(data, dict):
                plain = self._converter.unstructure(data)
            self.send(cast("dict[str, Any]", plain))

    def _send_response(self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None) -> None:
        if error is None and isinstance(result, Encoded):
            self._result_types.pop(msg_id, None)
            self.send_encoded({"jsonrpc": "2.0", "id": msg_id}, "result", result)
            return
        # Our handlers return plain JSON; pygls would convert every value again.
        if error is None and isinstance(result, _PLAIN):
            self._result_types.pop(msg_id, None)
            self.send({"jsonrpc": "2.0", "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        # pygls answers with the text and traceback of an exception, and has no error code for refusals.
        self._request_futures.pop(msg_id, None)
        try:
            self._answer(msg_id, future)
        except Exception as error:  # noqa: BLE001
            # The result cannot be encoded, so nothing was sent. A future drops the exceptions of its callbacks.
            self._answer_bug(msg_id, error, "sending a response")

    def _check_handler_result(self, future: Future[Any]) -> None:
        # pygls shows the text of the exception in the editor.
        if not future.cancelled() and (error := future.exception()) is not None:
            log.report(error, "handling a notification")

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        # pygls removes the request before its handler has ended, and logs unknown requests.
        if isinstance(msg_id, str | int) and (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()


def _id_of_answer(number: object) -> object:
    return None if isinstance(number, list | dict) else number  # pyright: ignore[reportUnknownVariableType]


def _params_member(params: Any) -> dict[str, Any]:
    # JSON-RPC allows `params` to be omitted, but not to be null.
    return {} if params is None else {"params": params}
