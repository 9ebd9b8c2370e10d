"""Sessions that once broke a law, each with a name; they are played in `tests/e2e/test_laws_sessions.py`."""

import json
from collections.abc import Sequence
from typing import Any

from support.message_grammar import ERROR, FOLDER, HEADERS, HIDDEN, Session

_INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": "initialize",
    "method": "initialize",
    "params": {"processId": None, "rootUri": FOLDER, "capabilities": {}},
}
_URI = f"{FOLDER}/.aloop/models.yaml"
_DOCUMENT = {"uri": _URI, "languageId": "yaml", "version": 1, "text": "models:\n  ollama/a:\n    timout: 5\n"}
_OPEN: dict[str, Any] = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": _DOCUMENT}}
_NO_FOLDERS: dict[str, Any] = {"added": [], "removed": []}


def _session(
    *messages: dict[str, Any] | bytes, reply: Any = None, folders: Sequence[str] = (FOLDER,), **able: Any
) -> Session:
    uris = [{"uri": folder, "name": "x"} for folder in folders]
    params = _INITIALIZE["params"] | {"capabilities": able, "workspaceFolders": uris}
    initialize = _INITIALIZE | {"params": params}
    bodies = (message if isinstance(message, bytes) else json.dumps(message).encode() for message in messages)
    frames = tuple((HEADERS[0], body) for body in bodies)
    return Session(json.dumps(initialize).encode(), frames, reply, "close")


def _changed(*changes: dict[str, Any]) -> dict[str, Any]:
    document = {"uri": _URI, "version": 2}
    params = {"textDocument": document, "contentChanges": changes}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}


def _request(**parts: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "aloop/none"} | parts


def _command(name: str, *arguments: object) -> dict[str, Any]:
    return {"command": name, "arguments": arguments}


SESSIONS: dict[str, Session] = {
    "a request with another version of JSON-RPC": _session(
        _request(jsonrpc="1.0", method="workspace/executeCommand", params={"command": "aloop.listModels"}),
        _request(jsonrpc=None, method="textDocument/hover", params={}),
    ),
    "a request with the parts of a response": _session(
        _request(id=1, method="workspace/executeCommand", params={"command": "aloop.listModels"}, error=None),
        _request(id=2, method="workspace/executeCommand", params={"command": "aloop.listModels"}, result=[]),
        _request(id=3, method="textDocument/hover", params={}, error={"code": 1, "message": "x"}),
    ),
    "a number that JSON cannot have": _session(
        b'{"jsonrpc":"2.0","id":1e999,"method":"aloop/none"}',
        b'{"jsonrpc":"2.0","id":NaN,"method":"aloop/none"}',
        b'{"jsonrpc":"2.0","id":2,"method":"completionItem/resolve","params":{"label":"x","data":-1e999}}',
        b'{"jsonrpc":"2.0","id":3,"method":"completionItem/resolve","params":{"label":"x","data":Infinity}}',
    ),
    "the ID of a request that is cancelled is a list": _session(
        *(
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number}}
            for number in ([[]], {}, None, 1.5, True)
        )
    ),
    "many invalid items": _session(
        _request(method="textDocument/codeAction", params={"context": {"diagnostics": [5] * 20_000}}),
        _request(id=2, method="workspace/executeCommand", params={"command": "x", "arguments": "x" * 20_000}),
    ),
    "an editor that refuses to say its settings": _session(
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "method": "workspace/didChangeWorkspaceFolders", "params": {"event": _NO_FOLDERS}},
        reply=ERROR,
        workspace={"configuration": True, "workspaceFolders": True},
    ),
    "an object without anything": _session(b"{}", b"\xef\xbb\xbf{}", {"jsonrpc": "2.0"}, {"id": None}),
    "an ID of null": _session(
        _request(id=None),
        _request(id=None, method="shutdown"),
        _request(id=None, method="workspace/executeCommand", params={"command": "aloop.checkField"}),
        _request(id=None, method="textDocument/didSave", params={"textDocument": {"uri": FOLDER}}),
    ),
    "a document before initialize, and once more": _session(_OPEN, _OPEN)._replace(
        initialize=json.dumps(_OPEN).encode()
    ),
    "workspace folders that no system has": _session(
        _OPEN, folders=["file:///%00", "file:///\ud800", "file://[", "", "untitled:x"]
    ),
    "a change whose second part is no text": _session(
        _OPEN,
        _changed({"text": "x: 1\n"}, {"text": 5}),
        _changed({"text": 5}),
        _request(method="textDocument/documentSymbol", params={"textDocument": {"uri": _URI}}),
    ),
    "requests that are notifications": _session(
        *(
            _request(id=method, method=method, params={"textDocument": {"uri": _URI}})
            for method in ("textDocument/didClose", "textDocument/didSave", "workspace/didChangeConfiguration", "exit")
        )
    ),
    "a key in the place of a method, a command and an argument": _session(
        _request(method=HIDDEN),
        _request(id=2, method="workspace/executeCommand", params={"command": HIDDEN}),
        _request(id=3, method="workspace/executeCommand", params=_command("aloop.showModel", {HIDDEN: 1})),
        {"jsonrpc": "2.0", "method": HIDDEN},
        {"jsonrpc": "2.0", "method": f"$/{HIDDEN}", "params": 5},
    ),
    "a header whose lines end with LF": _session(_OPEN)._replace(ending="broken frame", end=b"Content-Length: 2\n\n{}"),
    "a batch, and a body that nests too deeply": _session(
        json.dumps([_request()]).encode(), b"[" * 100_000, b'{"id":1,"method":"x","params":' + b"[" * 100_000
    ),
}
