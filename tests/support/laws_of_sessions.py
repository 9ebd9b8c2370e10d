"""Laws of any session: each request has one answer, the server stays usable, ends as it should, and shows no secret."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import math
import os
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

from aloop_models.lsp.handlers import make_session
from aloop_models.lsp.transport import Inbox, Outbox
from aloop_models.sessions.framing import Frames
from lsp_client.wire import ServerProcess
from support.message_grammar import ERROR, FOLDER, HEADERS, HIDDEN, Session
from support.sample_keys import leaks
from support.server import LIMIT, SERVER, environment, project
from support.tally import LOST, TRIED
from support.yaml_grammar import SECRETS

Message = dict[str, Any]
TEXT = "models:\n  openai/gpt-4o:\n    api_key: x\n"
NOT_INITIALIZED, PARSE_ERROR, INTERNAL_ERROR = -32002, -32700, -32603

_names = itertools.count()


class Wire:
    """The two ends of a connection with a server: what it has sent, and its end."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.changed = threading.Condition()
        self.exit_code: int | None = None
        self.log = ""
        self.reply: Any = None

    def send(self, data: bytes) -> None:
        """Send bytes; nothing happens if the server has ended."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the input of the server."""
        raise NotImplementedError

    def wait_for_end(self) -> int:
        """The exit code of the server."""
        raise NotImplementedError

    def send_message(self, message: Message, header: bytes = HEADERS[0]) -> None:
        """Send one message."""
        body = json.dumps(message).encode()
        self.send(header % len(body) + body)

    def wait(self, fits: Callable[[], bool], what: str) -> None:
        """Wait until the condition is met."""
        with self.changed:
            assert self.changed.wait_for(fits, LIMIT), f"waited for {what}; the server said {self.received[-3:]}"

    def answers(self) -> list[Message]:
        """The answers so far."""
        return [message for message in self.received if "method" not in message]

    def receive(self, message: Message) -> None:
        """Keep a message of the server, and answer a request."""
        with self.changed:
            self.received.append(message)
            self.changed.notify_all()
        if "method" in message and "id" in message:
            error = {"error": {"code": -32000, "message": "refused"}}
            self.send_message(
                {"jsonrpc": "2.0", "id": message["id"], **(error if self.reply == ERROR else {"result": self.reply})}
            )


class ProcessWire(Wire):
    """A server in a process of its own."""

    def __init__(self) -> None:
        super().__init__()
        command = [*SERVER, "--log-level", "debug"]
        self._process = ServerProcess(
            command, on_message=lambda message, _: self.receive(message), on_end=lambda _: None, env=environment()
        )

    def send(self, data: bytes) -> None:
        try:
            self._process.write_raw(data)
        except (BrokenPipeError, ValueError):
            return

    def close(self) -> None:
        self._process.close_input()

    def wait_for_end(self) -> int:
        try:
            return self._process.wait(LIMIT)
        finally:
            self.log = self._process.recording.errors.decode()
            self._process.kill()


class ThreadWire(Wire):
    """A server in a thread of this process, which starts faster; it has the same loop and the same two pipes."""

    def __init__(self) -> None:
        super().__init__()
        self._input, self._sending = os.pipe()
        self._receiving, self._output = os.pipe()
        self._lock = threading.Lock()
        self._records = _Records()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._serve, self._read)]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._sending, data) :]
            except OSError:
                return

    def close(self) -> None:
        with self._lock:
            if self._sending >= 0:
                os.close(self._sending)
            self._sending = -1

    def wait_for_end(self) -> int:
        for thread in self._threads:
            thread.join(LIMIT)
            assert not thread.is_alive(), "the server did not end"
        self.close()
        self.log = "\n".join(self._records.lines)
        assert self.exit_code is not None
        return self.exit_code

    def _serve(self) -> None:
        async def serve() -> int:
            with os.fdopen(self._input, "rb") as source, os.fdopen(self._output, "wb", buffering=0) as target:
                session = make_session()
                output = Outbox(target)
                code = await session.serve(Inbox(source), output)
                await asyncio.to_thread(output.flush)
                output.close()
                return code

        # As in a process of its own, the libraries log nothing.
        for name in ("pygls", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        logger = logging.getLogger("aloop_models.lsp")
        logger.addHandler(self._records)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        try:
            self.exit_code = asyncio.run(serve())
        finally:
            logger.removeHandler(self._records)

    def _read(self) -> None:
        frames = Frames()
        while data := os.read(self._receiving, 1 << 16):
            for body in frames.feed(data):
                self.receive(json.loads(body, parse_constant=_refuse))
        os.close(self._receiving)


class _Records(logging.Handler):
    """The lines of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def check_session(wire: Wire, folder: Path, session: Session) -> None:
    """Play a session, and assert the laws."""
    folder = folder / f"session-{next(_names)}"
    path = project(folder, TEXT)
    wire.reply = session.reply
    expected: Counter[str] = Counter()
    for header, body in ((HEADERS[0], session.initialize), *session.frames):
        body = body.replace(FOLDER.encode(), folder.as_uri().encode())
        expected[_id_of_answer(body)] += 1
        wire.send(header % len(body) + body)
    del expected[NONE]
    _start(wire, folder, expected)
    _check_hover(wire, path, expected)
    wire.wait(lambda: _ids(wire) == expected, f"the answers {expected - _ids(wire)}, and no more than {expected}")
    _end(wire, session, expected)
    code = wire.wait_for_end()
    assert code == (0 if session.ending == "shutdown" else 1)
    LOST["requests without an answer"] += (expected - _ids(wire)).total()
    assert _ids(wire) == expected
    errors = [item["error"] for item in wire.answers() if "error" in item]
    assert all(error["code"] != INTERNAL_ERROR for error in errors), errors
    assert "Internal error" not in wire.log, wire.log
    said = json.dumps([_without_uris(message) for message in wire.received if not _repeats_the_client(message)])
    assert not leaks({**SECRETS, "hidden": HIDDEN}, wire.log), wire.log
    TRIED["messages in sessions"] += 1 + len(session.frames)
    TRIED["requests in sessions"] += expected.total()
    TRIED["messages of the server"] += len(wire.received)
    TRIED["sessions"] += 1
    assert not leaks({"hidden": HIDDEN}, said), said


NONE = "none"
NOTIFICATIONS = {method for method, kinds in types.METHOD_TO_TYPES.items() if kinds[1] is None}


def _id_of_answer(body: bytes) -> str:
    """The ID of the answer that a body must get, as JSON; `NONE` if it gets none."""
    try:
        message = json.loads(body, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        return "null"
    if not isinstance(message, dict):
        return "null"
    number, method = message.get("id"), message.get("method")
    if number is None:
        is_request = "id" in message and isinstance(method, str) and method not in NOTIFICATIONS
        return "null" if is_request else NONE
    if "method" not in message and ("result" in message or "error" in message):
        return NONE
    return "null" if isinstance(number, list | dict) else json.dumps(number)


def _finite(number: str) -> float | None:
    return float(number) if math.isfinite(float(number)) else None


def _ids(wire: Wire) -> Counter[str]:
    return Counter(json.dumps(message.get("id")) for message in wire.answers())


def _ask(wire: Wire, number: str, method: str, params: Any, expected: Counter[str]) -> Message:
    """The answer to a request."""
    name = json.dumps(number)
    expected[name] += 1
    wire.send_message({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    wire.wait(lambda: _ids(wire)[name] >= 1, f"the answer to {method}")
    return next(message for message in wire.answers() if message.get("id") == number)


def _start(wire: Wire, folder: Path, expected: Counter[str]) -> None:
    """Initialize the server if its first request was refused."""
    answer = _ask(wire, "first", "aloop/none", {}, expected)
    if answer["error"]["code"] == NOT_INITIALIZED:
        answer = _ask(
            wire, "again", "initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}, expected
        )
        assert "result" in answer, answer


def _check_hover(wire: Wire, path: Path, expected: Counter[str]) -> None:
    """The server still answers what an editor asks."""
    uri = path.with_name("last.yaml").as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": TEXT}
    wire.send_message({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}})
    at = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 5}}
    answer = _ask(wire, "last", "textDocument/hover", at, expected)
    assert "result" in answer, answer
    hover = answer["result"]
    assert hover["range"] == {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 15}}
    assert "gpt-4o" in json.dumps(hover["contents"]), hover


def _end(wire: Wire, session: Session, expected: Counter[str]) -> None:
    if session.ending == "shutdown":
        assert _ask(wire, "end", "shutdown", None, expected)["result"] is None
    if session.ending in ("shutdown", "exit"):
        wire.send_message({"jsonrpc": "2.0", "method": "exit"})
    elif session.ending == "broken frame":
        wire.send(session.end)
    else:
        wire.close()


def _without_uris(value: Any) -> Any:
    """The value without the URIs, which the client has chosen."""
    if isinstance(value, dict):
        return {name: _without_uris(part) for name, part in value.items() if name != "uri"}
    return [_without_uris(part) for part in value] if isinstance(value, list) else value


def _repeats_the_client(message: Message) -> bool:
    """Whether a message has what the client sent: an edit that it asked for, or an item that it asked to resolve."""
    result = message.get("result")
    is_repeated = isinstance(result, dict) and bool({"changes", "documentChanges", "label"} & result.keys())
    return is_repeated or message.get("method") == "workspace/applyEdit"
