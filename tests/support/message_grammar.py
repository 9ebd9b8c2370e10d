"""A grammar of JSON-RPC: sessions of an editor with messages that are valid, changed at random places, or none."""

from __future__ import annotations

import json
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st
from lsprotocol import types

from aloop_models.commands import COMMANDS
from support.sample_keys import secret
from support.yaml_grammar import CHANCES, KEYS, Grammar

FOLDER = "FOLDER"
"""In place of the URI of the workspace folder, which is another one in each run."""
URIS = tuple(
    f"{FOLDER}/{name}" for name in (".aloop/models.yaml", "b/.aloop/models.yaml", "note.yaml", "%00", "%F0%9F%98%80")
)
ENDINGS = ("close", "exit", "shutdown", "broken frame")
METHODS = sorted(types.METHOD_TO_TYPES)
LEFT_OUT = {"shutdown", "exit"}
"""Methods that end a session; `ENDINGS` has them."""
HIDDEN = secret("message grammar", "sk-proj-")

ODD_IDS = (
    0,
    -1,
    2**31,
    2**63,
    10**30,
    "",
    "a",
    "😀",
    "x" * 300,
    1.5,
    True,
    False,
    [],
    {},
    [1],
    {"id": 1},
    None,
)
ODD_VALUES = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        1e308,
        2**31,
        2**63,
        10**40,
        "",
        "a",
        "\0",
        "😀",
        "\ud800",
        "x" * 20_000,
        [],
        {},
        [None],
        [[]],
    ),
    *({"a": 1}, {"uri": 5}, {"line": -1, "character": -1}, "file:///%00", "file://[", "untitled:x", HIDDEN, *KEYS),
)
HEADERS = (
    b"Content-Length: %d\r\n\r\n",
    b"content-length:%d\r\n\r\n",
    b"Content-Length: \t%d \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
    b"Content-Type: text/plain; charset=latin-1\r\nCONTENT-LENGTH: %d\r\n\r\n",
    b"X-Other: 1\r\nContent-Length: %d\r\n\r\n",
)
BROKEN_FRAMES = (
    b"Content-Length: 2\n\n{}",
    b"Content-Length: -2\r\n\r\n{}",
    b"Content-Length: \r\n\r\n{}",
    b"Content-Length: 99999999999\r\n\r\n{}",
    b"Content-Length: 1e3\r\n\r\n{}",
    b"Content-Type: text/plain\r\n\r\n{}",
    b"\r\n\r\n",
    b"{}\r\n\r\n",
    b"\xff\xfe\0\r\n\r\n",
    b"x" * 9000,
)
BODIES = (
    *(
        b"",
        b"{",
        b"[]",
        b"null",
        b"5",
        b'"x"',
        b"[{}]",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"[" * 100_000,
        b"NaN",
    ),
    *(
        b'{"id":' + b"9" * 5000 + b"}",
        b'{"id":NaN,"method":"x"}',
    ),
    *(b'{"id":1e999,"method":"x"}', b'{"id":-Infinity}', b'[{"jsonrpc":"2.0","id":1,"method":"aloop/none"}]'),
    b'{"id":8,"method":"textDocument/hover","params":' + b'{"a":' * 400 + b"1" + b"}" * 401,
    b'{"id":9,"method":"workspace/executeCommand","params":{"command":"aloop.listModels","arguments":['
    + b"[" * 400
    + b"]" * 400
    + b"]}}",
)
"""Bodies of valid frames that are no message, or a strange one."""


class Session(NamedTuple):
    """What an editor sends: an answer to every request of the server, the frames, and how it ends."""

    initialize: bytes
    frames: tuple[tuple[bytes, bytes], ...]
    """The header and the body of each frame; the body has `FOLDER` in place of a URI."""
    reply: Any
    """The result of the requests of the server; an error if it is `ERROR`."""
    ending: str
    end: bytes = b""
    """The broken frame that ends the session."""


ERROR = "an error"
REPLIES = (
    None,
    ERROR,
    {"applied": True},
    {"applied": False},
    [None],
    [{"files": 5}],
    [{"disabledRules": ["x"]}],
    5,
    "x",
    [],
    {},
)


class Messages:
    """Writes the messages of one session."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._next_id = 100
        self._version = 1

    def message(self) -> dict[str, Any]:
        """A request or a notification, valid or with one change."""
        method, params = self._call()
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        kinds = types.METHOD_TO_TYPES.get(method)
        is_request = kinds is not None and kinds[1] is not None
        if is_request != self._rarely():
            self._next_id += 1
            message["id"] = self._next_id
        if self._rarely():
            message["id"] = self._chance.choice(ODD_IDS)
        if self._rarely():
            del message[self._chance.choice(sorted(message))]
        if self._rarely():
            message[self._chance.choice(("method", "params", "result", "error", "jsonrpc"))] = self._chance.choice(
                ODD_VALUES
            )
        if self._chance.randrange(3) == 1 and "params" in message:
            message["params"] = self._changed(message["params"])
        return message if str(message.get("method")) not in LEFT_OUT else {"id": 1}

    def frame(self) -> tuple[bytes, bytes]:
        """A header with `%d`, and a body."""
        header = self._chance.choice(HEADERS) if self._rarely() else HEADERS[0]
        body = self._chance.choice(BODIES) if self._rarely() else json.dumps(self.message()).encode()
        return header, body

    def initialize(self) -> bytes:
        """The first request, whose parameters can be changed."""
        params: Any = {
            "processId": None,
            "rootUri": FOLDER,
            "capabilities": self._chance.choice(({}, {"workspace": {"applyEdit": True, "configuration": True}}, FULL)),
            "workspaceFolders": [{"uri": FOLDER, "name": "x"}],
            "initializationOptions": self._chance.choice(
                (None, {"settings": {"files": ["~/x"]}}, {"asksQuestions": True})
            ),
        }
        if self._rarely():
            params = self._changed(params)
        if isinstance(params, dict):
            # A process ID would be watched: the server ends with that process.
            params["processId"] = None
        return json.dumps({"jsonrpc": "2.0", "id": "initialize", "method": "initialize", "params": params}).encode()

    def _call(self) -> tuple[str, Any]:
        kind = self._chance.randrange(8)
        document = {"uri": self._chance.choice(URIS)}
        if kind == 0:
            text = Grammar(self._chance).file()
            return "textDocument/didOpen", {
                "textDocument": {**document, "languageId": "yaml", "version": 1, "text": text}
            }
        if kind in (1, 2):
            self._version += 1
            changes = [self._change() for _ in range(self._chance.randint(0, 2))]
            return "textDocument/didChange", {
                "textDocument": {**document, "version": self._version},
                "contentChanges": changes,
            }
        if kind == 3:
            return "workspace/executeCommand", {
                "command": self._command(),
                "arguments": [self._argument(document["uri"])],
            }
        if kind == 4:
            return self._chance.choice((*METHODS, "aloop/none", "$/unknown", "", "a" * 200)), self._any_params(document)
        if kind == 5:
            return "$/cancelRequest", {"id": self._next_id - self._chance.randint(0, 2)}
        method = self._chance.choice([name for name in METHODS if name.startswith("textDocument/")])
        return method, self._any_params(document)

    def _any_params(self, document: dict[str, Any]) -> dict[str, Any]:
        """Parameters that are valid for most methods."""
        span = {"start": self._position(), "end": self._position()}
        return {
            "textDocument": document,
            "position": self._position(),
            "range": span,
            "options": {"tabSize": 2, "insertSpaces": True},
            "newName": self._chance.choice(("groq/new", "", HIDDEN)),
            "settings": self._chance.choice((None, {"aloop": {"files": []}}, {"disabledRules": ["unknown-field"]})),
            "changes": [{**document, "type": 2}],
            "event": {"added": [], "removed": []},
            "label": "x",
            "data": [1, 0],
            "id": self._next_id,
        }

    def _position(self) -> dict[str, int]:
        return {"line": self._number(), "character": self._number()}

    def _number(self) -> int:
        return self._chance.choice((0, 0, 1, 2, 3, 5, 8, 20, 200, 2**31 - 1))

    def _change(self) -> dict[str, Any]:
        text = self._chance.choice(
            ("", "x", "\n", "  a/b:\n", "models:\n", "\ud83d\ude00", "\r", HIDDEN, "[" * 200, "\u2028", "\ud800")
        )
        if self._rarely():
            return {"text": Grammar(self._chance).file()}
        start = self._position()
        end = start if self._chance.randrange(2) else self._position()
        return {"range": {"start": start, "end": end}, "text": text}

    def _command(self) -> str:
        return self._chance.choice([*(command.id for command in COMMANDS), "aloop.none", HIDDEN])

    def _argument(self, uri: str) -> Any:
        some = {
            "uri": uri,
            "modelId": self._chance.choice(("openai/gpt-4o", "ollama/llama3.1", "n/new", HIDDEN)),
            "fields": self._chance.choice(({"timeout": 5}, {"api_key": HIDDEN}, {"x": 1}, "timeout=5")),
            "text": HIDDEN,
            "check": True,
        }
        return {name: some[name] for name in self._chance.sample(sorted(some), self._chance.randint(0, 3))}

    def _changed(self, value: Any) -> Any:
        """The value with one part changed."""
        if isinstance(value, dict) and value and not self._rarely():
            name = self._chance.choice(sorted(value))
            if self._rarely():
                return {key: part for key, part in value.items() if key != name}
            return {**value, name: self._changed(value[name])}
        if isinstance(value, list) and value and not self._rarely():
            at = self._chance.randrange(len(value))
            return [*value[:at], self._changed(value[at]), *value[at + 1 :]]
        return self._chance.choice(ODD_VALUES)

    def _rarely(self) -> bool:
        return self._chance.randrange(12) == 1


FULL = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "applyEdit": True,
        "configuration": True,
        "workspaceFolders": True,
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "codeLens": {"refreshSupport": True},
    },
}


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """A session of an editor."""
    chance = draw(CHANCES)
    messages = Messages(chance)
    frames = tuple(messages.frame() for _ in range(draw(st.integers(0, 12))))
    broken = chance.choice(BROKEN_FRAMES)
    return Session(messages.initialize(), frames, chance.choice(REPLIES), chance.choice(ENDINGS), broken)
