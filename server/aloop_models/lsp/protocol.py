"""pygls' protocol with what it must not do taken out: quoting payloads, exceptions and tracebacks."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Generator
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from aloop_models.errors import ClientError, RefusedError
from aloop_models.lsp import log
from aloop_models.lsp.inbox import UNREADABLE

if TYPE_CHECKING:
    from aloop_models.lsp.server import AloopServer

_PLAIN = (dict, list, str, int, float, bool, type(None))


class AloopProtocol(LanguageServerProtocol):
    """JSON-RPC in which refusals are coded errors, bugs a fixed text with an id, and plain JSON passes untouched."""

    _server: AloopServer  # type: ignore[assignment]

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

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method} | _given(params))

    def ask(self, method: str, params: Any = None) -> Future[Any]:
        """Send a request; a future of its plain JSON result."""
        number = str(uuid.uuid4())
        future: Future[Any] = Future()
        self._request_futures[number] = future
        self.send({"jsonrpc": "2.0", "id": number, "method": method} | _given(params))
        return future

    def _send_data(self, data: Any) -> None:
        if data:
            plain: object = data
            if not isinstance(data, dict):
                plain = self._converter.unstructure(data)
            self.send(cast("dict[str, Any]", plain))

    def _send_response(self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None) -> None:
        if error is None and isinstance(result, _PLAIN):
            self._result_types.pop(msg_id, None)
            self.send({"jsonrpc": "2.0", "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._answer_error(msg_id, -32800, "The request was cancelled.")
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, RefusedError):
            data = {"reason": error.reason, "suggestions": list(error.suggestions)}
            self._answer_error(msg_id, error.code, error.message, data)
        else:
            self._answer_bug(msg_id, error, "answering a request")

    def _check_handler_result(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            log.report(error, "handling a notification")

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        if (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()

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

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Shake hands; a client that brings its own commands is not offered ours."""
        self._server.greet(params)
        result = yield from super().lsp_initialize(params)
        if self._server.endpoint is not None:
            # For the environment of the editor's terminals: agents started there find this server by it.
            result.capabilities.experimental = {"aloopEndpoint": self._server.endpoint}
        if not self._server.registers_commands:
            result.capabilities.execute_command_provider = None
        return result

    def _get_handler(self, feature_name: str) -> Any:
        # Our own buffers hold the documents, our own machinery runs the commands, and `exit` ends one connection.
        server = self._server
        own = {
            types.TEXT_DOCUMENT_DID_OPEN: server.text_opened,
            types.TEXT_DOCUMENT_DID_CLOSE: server.text_closed,
            types.WORKSPACE_EXECUTE_COMMAND: server.execute_command,
            types.EXIT: self._exit,
        }
        return own.get(feature_name) or super()._get_handler(feature_name)

    def _exit(self, _: Any) -> None:
        self._server.end(0 if self._shutdown else 1)


def _given(params: Any) -> dict[str, Any]:
    # JSON-RPC knows params that are left out, but none that are null.
    return {} if params is None else {"params": params}
