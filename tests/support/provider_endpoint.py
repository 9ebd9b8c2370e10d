"""A provider's endpoint on this machine that speaks OpenAI, Anthropic and Ollama, for tests."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast

from support.provider_replies import (
    Dialect,
    Drop,
    Fail,
    Raw,
    Reply,
    Say,
    ToolCall,
    content_type,
    error_body,
    stream_pieces,
    whole_body,
)
from support.tally import TRIED

__all__ = ["Drop", "Fail", "ProviderEndpoint", "Raw", "Received", "Reply", "Say", "ToolCall"]


@dataclass(frozen=True)
class Received:
    """One request as it came: `key` is the credential without its scheme, `body` the JSON."""

    method: str
    path: str
    model: str
    key: str | None
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def is_stream(self) -> bool:
        """Whether the caller wants the answer in pieces; Ollama does unless told otherwise."""
        return bool(self.body.get("stream", self.path.startswith("/api/")))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation that was sent."""
        return self.body.get("messages", [])


class ProviderEndpoint:
    """The endpoint; a context manager. What it replies is queued, else it says which model it is."""

    def __init__(self, port: int = 0) -> None:
        self.answer: Callable[[Received], Reply] = _introduce
        self.pages: dict[str, Raw] | None = None
        """The answers to look-ups by path, where they are those of one program (`support.local_programs`)."""
        self._received: list[Received] = []
        self._queued: deque[Reply] = deque()
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="provider", daemon=True)

    def __enter__(self) -> ProviderEndpoint:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address without a path: `api_base` for anthropic/… and ollama/…."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def openai_url(self) -> str:
        """`api_base` for openai/… and every provider that speaks like it."""
        return self.url + "/v1"

    @property
    def received(self) -> list[Received]:
        """The conversation requests so far, in order; look-ups such as /api/show are left out."""
        with self._news:
            return [r for r in self._received if _dialect(r.path)]

    @property
    def all_received(self) -> list[Received]:
        """Every request so far, in order."""
        with self._news:
            return list(self._received)

    @property
    def last(self) -> Received:
        """The newest conversation request."""
        return self.received[-1]

    def queue(self, *replies: Reply) -> None:
        """Set the replies to the next conversation requests, in order."""
        with self._news:
            self._queued.extend(replies)

    def clear(self) -> None:
        """Forget the replies that nobody asked for."""
        with self._news:
            self._queued.clear()

    def forget(self) -> None:
        """Forget the requests so far."""
        with self._news:
            self._received.clear()

    def wait_received(self, count: int, timeout: float = 120.0) -> list[Received]:
        """The conversation requests, once there are so many of them."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.received) >= count, timeout):
                raise TimeoutError(f"{len(self.received)} requests came, not {count}")
            return self.received

    def take(self, request: Received) -> Reply:
        """Note a conversation request and choose the reply to it."""
        self.note(request)
        with self._news:
            if self._queued:
                return self._queued.popleft()
        return self.answer(request)

    def note(self, request: Received) -> None:
        """Note a request."""
        with self._news:
            self._received.append(request)
            TRIED["requests to a provider"] += 1
            self._news.notify_all()

    def pause(self, seconds: float, gate: threading.Event | None = None) -> None:
        """Let time pass and wait for a gate, but no longer than the endpoint lives."""
        self._closing.wait(seconds)
        while gate is not None and not gate.wait(0.02) and not self._closing.is_set():
            pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, endpoint: ProviderEndpoint, port: int) -> None:
        self.endpoint = endpoint
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def endpoint(self) -> ProviderEndpoint:
        return cast("_Server", self.server).endpoint

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        endpoint, request = self.endpoint, self._read({})
        endpoint.note(request)
        if endpoint.pages is not None:
            self._send_page(endpoint.pages, request)
        elif request.path.endswith("/models"):
            self._send(200, {"object": "list", "data": [{"id": "local", "object": "model"}]})
        elif request.path == "/api/tags":
            self._send(200, {"models": [{"name": "llama2"}]})
        else:
            self._send(404, {"error": f"no {request.path} here"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        endpoint, request = self.endpoint, self._read(json.loads(raw or b"{}"))
        dialect = _dialect(request.path)
        if dialect is not None:
            self._converse(dialect, request, endpoint.take(request))
            return
        endpoint.note(request)
        if endpoint.pages is not None:
            self._send_page(endpoint.pages, request)
        elif request.path == "/api/show":
            self._send(200, _OLLAMA_FACTS)
        else:
            self._send(404, {"error": f"no {request.path} here"})

    def _send_page(self, pages: dict[str, Raw], request: Received) -> None:
        page = pages.get(f"{request.path} {request.model}") or pages.get(request.path) or Raw("Not Found", status=404)
        self._send_data(page.status, page.data, page.content_type, dict(page.headers))

    def _read(self, body: dict[str, Any]) -> Received:
        headers = {name.lower(): value for name, value in self.headers.items()}
        scheme, _, key = headers.get("authorization", "").partition(" ")
        credential = key if scheme.lower() == "bearer" else None
        credential = credential or headers.get("x-api-key") or headers.get("api-key")
        model = str(body.get("model") or body.get("name") or "")
        path = self.path.split("?")[0]
        return Received(self.command, path, model, credential, headers, body)

    def _converse(self, dialect: Dialect, request: Received, reply: Reply) -> None:
        if isinstance(reply, Fail):
            extra = {} if reply.retry_after is None else {"Retry-After": str(reply.retry_after)}
            body = error_body(dialect, reply, request.model, request.key)
            self._send(reply.status, body, extra)
        elif isinstance(reply, Raw):
            self._send_data(reply.status, reply.data, reply.content_type, dict(reply.headers))
        elif isinstance(reply, Drop):
            if request.is_stream and reply.after_pieces:
                self._stream(dialect, Say(reply.text), request.model, reply.after_pieces)
            self._hang_up()
        elif request.is_stream:
            self.endpoint.pause(reply.wait)
            self._stream(dialect, reply, request.model, None)
        else:
            self.endpoint.pause(reply.wait, reply.gate)
            self._send(200, whole_body(dialect, reply, request.model))

    def _stream(self, dialect: Dialect, reply: Say, model: str, limit: int | None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type(dialect))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, piece in enumerate(stream_pieces(dialect, reply, model)):
            if number == limit:
                return
            if number:
                self.endpoint.pause(reply.pace, reply.gate if number >= reply.gate_after else None)
            self._chunk(piece)
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _send(self, status: int, body: dict[str, Any], extra: dict[str, str] | None = None) -> None:
        self._send_data(status, json.dumps(body).encode(), "application/json", extra or {})

    def _send_data(self, status: int, data: bytes, content_type: str, extra: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


_OLLAMA_FACTS: dict[str, Any] = {
    "template": "{{ .System }}{{ if .Tools }}{{ .Tools }}{{ end }}{{ .Prompt }}",
    "details": {"family": "llama", "parameter_size": "7B"},
    "model_info": {"general.architecture": "llama", "llama.context_length": 4096},
    "capabilities": ["completion", "tools"],
}


_OLLAMA_PATHS: dict[str, Dialect] = {"/api/chat": "ollama-chat", "/api/generate": "ollama-generate"}


def _dialect(path: str) -> Dialect | None:
    if path.endswith("/chat/completions"):
        return "openai"
    if path.endswith("/messages"):
        return "anthropic"
    return _OLLAMA_PATHS.get(path)


def _introduce(request: Received) -> Reply:
    return Say(f"This is {request.model}.")
