"""Messages that are invalid, too early or too late: refused as a whole, and the server stays usable."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from aloop_models.sessions.framing import frame_message
from lsp_client import LspClient, LspError
from support.server import LIMIT, project, raw_client

TEXT = "models:\n  ollama/a:\n    timout: 5\ndefault: ollama/a\n"
NOTIFICATIONS = sorted(method for method, kinds in types.METHOD_TO_TYPES.items() if kinds[1] is None)


@pytest.fixture
def client() -> Iterator[LspClient]:
    with raw_client() as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LspClient]:
    """One server for everything that must not end it."""
    with raw_client() as client:
        client.initialize(tmp_path_factory.mktemp("folder"))
        yield client


def codes(client: LspClient, where: Path, **options: Any) -> list[str]:
    return [item["code"] for item in client.wait_diagnostics(where, **options).diagnostics]


# Before `initialize`


def test_a_document_opened_before_initialize_is_ignored(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    client.open(path)
    client.notify("initialized", {})
    client.notify("textDocument/didChange", {"textDocument": {"uri": path.as_uri(), "version": 2}})
    with pytest.raises(LspError, match=r"^-32002: The server is not initialized\.$"):
        client.execute("aloop.listModels")
    client.initialize(tmp_path)
    position = {"textDocument": {"uri": path.as_uri()}, "position": {"line": 1, "character": 5}}
    assert client.request("textDocument/hover", position) is None
    other = project(tmp_path / "other", TEXT)
    client.open(other)
    assert codes(client, other) == ["unknown-field"]
    published = [item for item in client.notifications if item.method == "textDocument/publishDiagnostics"]
    assert {item.params["uri"] for item in published} == {other.as_uri()}


def test_a_document_opened_after_a_refused_initialize_is_ignored(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    with pytest.raises(LspError, match=r"^-32602: Invalid parameters for initialize\.$"):
        client.request("initialize", {"capabilities": 5})
    client.open(path)
    with pytest.raises(LspError, match=r"^-32002: "):
        client.execute("aloop.listModels")
    assert client.notifications == []


def test_a_document_opened_after_shutdown_is_ignored(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    client.initialize(tmp_path)
    client.request("shutdown")
    client.open(path)
    with pytest.raises(LspError, match=r"^-32600: The server is shut down\.$"):
        client.execute("aloop.listModels")
    client.notify("exit")
    assert client.process.wait(LIMIT) == 0
    assert all(item.method != "textDocument/publishDiagnostics" for item in client.notifications)


NEWER = {
    "documentSymbol": {"symbolKind": {"valueSet": [1, 99]}, "tagSupport": {"valueSet": [1, 99]}},
    "completion": {
        "completionItem": {"documentationFormat": ["newer"], "insertTextModeSupport": {"valueSet": [1, 99]}},
    },
    "hover": {"contentFormat": ["newer", "markdown"]},
    "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2, 99]}},
    "rename": {"prepareSupport": True, "prepareSupportDefaultBehavior": 99},
}


def test_a_client_with_a_newer_version_of_the_protocol_is_served(client: LspClient, tmp_path: Path) -> None:
    """It can support more kinds and tags than this version of LSP has, and name them."""
    path = project(tmp_path, TEXT)
    able = {"textDocument": NEWER, "workspace": {"workspaceEdit": {"failureHandling": "newer"}}}
    start(client, {"processId": None, "capabilities": able, "trace": "newer", "rootUri": tmp_path.as_uri()})
    client.notify("$/setTrace", {"value": "newest"})
    require_usable(client, path)
    document, start_of_text = {"uri": path.as_uri()}, {"line": 2, "character": 5}
    diagnostic = {"range": {"start": start_of_text, "end": start_of_text}, "message": "x", "severity": 99, "tags": [99]}
    context = {"diagnostics": [diagnostic], "triggerKind": 99}
    params = {"textDocument": document, "range": diagnostic["range"], "context": context}
    assert client.request("textDocument/codeAction", params)
    hover = client.request("textDocument/hover", {"textDocument": document, "position": {"line": 1, "character": 5}})
    assert hover["contents"]["kind"] == "markdown"
    item = {"label": "x", "kind": 99, "insertTextFormat": 99, "insertTextMode": 99, "tags": [99]}
    assert client.request("completionItem/resolve", item) == item


# Workspace folders


FOLDERS = [
    "file:///%00",
    "file:///a%00b",
    "file:///\ud800",
    "file:///a\udfff/b",
    "file://[",
    "file:///" + "x" * 5000,
    "",
]


def folder_params(uri: str, **more: Any) -> dict[str, Any]:
    """Parameters of `initialize`, with a folder."""
    return {"processId": None, "capabilities": {}, "workspaceFolders": [{"uri": uri, "name": "odd"}], **more}


def start(client: LspClient, params: dict[str, Any]) -> None:
    # A JSON text can contain a lone surrogate, but UTF-8 cannot.
    message = json.dumps({"jsonrpc": "2.0", "id": 9000, "method": "initialize", "params": params}).encode()
    client._sent_at[9000] = 0.0
    client.process.write_raw(b"Content-Length: %d\r\n\r\n%b" % (len(message), message))
    assert client.wait_answer(9000).value()["serverInfo"]["name"] == "aloop-ls"
    client.notify("initialized", {})


def require_usable(client: LspClient, path: Path) -> None:
    """Diagnostics, the state and commands work."""
    client.open(path)
    assert codes(client, path) == ["unknown-field"]
    client.wait_notification("aloop/modelsChanged", lambda state: state["file"] == str(path))
    assert client.execute("aloop.addModel", {"modelId": "ollama/b", "uri": path.as_uri()})["saved"] is True


@pytest.mark.parametrize("uri", FOLDERS)
def test_an_impossible_folder_is_left_out(client: LspClient, tmp_path: Path, uri: str) -> None:
    start(client, folder_params(uri))
    require_usable(client, project(tmp_path, TEXT))


@pytest.mark.parametrize(
    "root", [{"rootPath": "/a\0b"}, {"rootPath": "/\ud800"}, {"rootPath": "//x"}, {"rootUri": "file://["}]
)
def test_an_impossible_root_is_left_out(client: LspClient, tmp_path: Path, root: dict[str, str]) -> None:
    start(client, {"processId": None, "capabilities": {}, "rootUri": None, **root})
    require_usable(client, project(tmp_path, TEXT))


@pytest.mark.parametrize("uri", FOLDERS)
def test_an_impossible_folder_that_is_added_is_left_out(client: LspClient, tmp_path: Path, uri: str) -> None:
    path = project(tmp_path, TEXT)
    client.initialize(tmp_path)
    client.wait_notification("aloop/modelsChanged")
    since = client.mark()
    event = {"added": [{"uri": uri, "name": "odd"}], "removed": [{"uri": "file:///%00", "name": "never added"}]}
    message = {"jsonrpc": "2.0", "method": "workspace/didChangeWorkspaceFolders", "params": {"event": event}}
    body = json.dumps(message).encode()
    client.process.write_raw(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    path.write_text("models:\n  ollama/new:\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    told = client.wait_notification(
        "aloop/modelsChanged",
        lambda state: [item["modelId"] for item in state["models"]] == ["ollama/new"],
        since=since,
    )
    assert told.params["file"] == str(path)


# Changes of a document


WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 6}}
GOOD = {"range": WHOLE, "text": "modles"}


@pytest.mark.parametrize(
    "changes",
    [
        [{"text": 5}],
        [{"text": None}],
        [{"text": ["models:"]}],
        [{}],
        [GOOD, {"text": 5}],
        [{"text": "x: 1\n"}, {"range": WHOLE}],
        [GOOD, {"range": {"start": {"line": 0, "character": 0}}, "text": "x"}],
        [GOOD, {"range": {"start": {"line": -1, "character": 0}, "end": WHOLE["end"]}, "text": "x"}],
        [GOOD, {"range": {"start": {"line": "0", "character": 0}, "end": WHOLE["end"]}, "text": "x"}],
        [GOOD, {"range": {"start": {"line": 0.5, "character": 0}, "end": WHOLE["end"]}, "text": "x"}],
        [GOOD, {"range": {"start": WHOLE["end"], "end": WHOLE["start"]}, "text": "x"}],
        [GOOD, {"range": [], "text": "x"}],
        [GOOD, {"range": False, "text": "x"}],
        [GOOD, 5],
        [GOOD, None],
        5,
        None,
        GOOD,
    ],
    ids=lambda changes: json.dumps(changes)[-60:],
)
def test_an_invalid_change_is_refused_as_a_whole(running: LspClient, tmp_path: Path, changes: Any) -> None:
    path = project(tmp_path, TEXT)
    running.open(path)
    running.wait_diagnostics(path)
    document = {"uri": path.as_uri(), "version": 2}
    running.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
    # The next change is about the text that the document still has.
    running.notify(
        "textDocument/didChange",
        {
            "textDocument": document | {"version": 3},
            "contentChanges": [
                {
                    "range": {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 10}},
                    "text": "tiimeout",
                }
            ],
        },
    )
    sent = running.wait_notification(
        "textDocument/publishDiagnostics", lambda item: (item["uri"], item.get("version")) == (path.as_uri(), 3)
    )
    (diagnostic,) = sent.params["diagnostics"]
    assert diagnostic["code"] == "unknown-field"
    assert diagnostic["range"] == {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 12}}
    symbols = running.request("textDocument/documentSymbol", {"textDocument": {"uri": path.as_uri()}})
    assert [item["name"] for item in symbols] == ["models", "default"]


@pytest.mark.parametrize(
    "document", [None, 5, {}, {"uri": 5, "version": 2}, {"uri": "URI"}, {"uri": "URI", "version": "2"}], ids=json.dumps
)
def test_a_change_of_an_invalid_document_is_refused(running: LspClient, tmp_path: Path, document: Any) -> None:
    path = project(tmp_path, TEXT)
    running.open(path)
    if isinstance(document, dict) and document.get("uri") == "URI":
        document = document | {"uri": path.as_uri()}
    running.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": "x: 1\n"}]})
    symbols = running.request("textDocument/documentSymbol", {"textDocument": {"uri": path.as_uri()}})
    assert [item["name"] for item in symbols] == ["models", "default"]


@pytest.mark.parametrize(
    "part",
    [
        *({"text": text} for text in (None, 5, True, ["models:"], {})),
        *({"uri": uri} for uri in (None, 5, ["URI"])),
        {"version": None},
    ],
    ids=json.dumps,
)
def test_an_invalid_document_is_not_opened(running: LspClient, tmp_path: Path, part: dict[str, Any]) -> None:
    path = project(tmp_path, TEXT)
    since = running.mark()
    document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": TEXT} | part
    running.notify("textDocument/didOpen", {"textDocument": document})
    symbols = running.request("textDocument/documentSymbol", {"textDocument": {"uri": path.as_uri()}})
    assert symbols == []
    running.open(path)
    assert codes(running, path) == ["unknown-field"]
    published = [item for item in running.notifications[since:] if item.method == "textDocument/publishDiagnostics"]
    assert all(item.params["uri"].startswith("file://") for item in published)


# Every request is answered


@pytest.mark.parametrize("method", NOTIFICATIONS)
def test_a_request_named_like_a_notification_is_answered(running: LspClient, method: str) -> None:
    with pytest.raises(LspError) as refused:
        running.request(method, {})
    assert (refused.value.code, str(refused.value)) == (
        -32600,
        f"-32600: {method} is a notification. Send it without an ID.",
    )


@pytest.mark.parametrize("method", [5, None, [], {}, True])
def test_a_request_without_a_name_is_answered(running: LspClient, method: Any) -> None:
    with pytest.raises(LspError, match=r"^-32600: A request needs a method, and a response a result\.$"):
        running.request(method, {})


@pytest.mark.parametrize("number", [[], {}, [1], 1.5, True, None, math.nan, -math.inf])
def test_a_request_with_an_invalid_id_is_answered(running: LspClient, number: Any) -> None:
    before = len(running.recording.received)
    running.process.write_raw(frame_message({"jsonrpc": "2.0", "id": number, "method": "aloop/none"}))
    assert running.execute("aloop.listSessions")["sessions"] == []
    echoed = number if number in (1.5, True) else None
    error = {"code": -32600, "message": "The ID of a request must be a string or an integer."}
    answer = json.dumps({"jsonrpc": "2.0", "id": echoed, "error": error}, separators=(",", ":")).encode()
    assert bytes(running.recording.received[before:]).count(answer) == 1


@pytest.mark.parametrize("number", [[], {}, None, 1.5, "unknown"])
def test_an_invalid_cancellation_is_ignored(running: LspClient, number: Any) -> None:
    before = running.recording.channels()["stderr"]
    running.notify("$/cancelRequest", {"id": number})
    assert running.execute("aloop.listSessions")["sessions"] == []
    assert running.recording.channels()["stderr"] == before


def test_every_known_method_is_answered(running: LspClient) -> None:
    methods = sorted({*types.METHOD_TO_TYPES} - {*NOTIFICATIONS, "shutdown"})
    for params in ({}, None, [], 5, {"textDocument": {"uri": "file:///%00"}, "position": {"line": 0, "character": 0}}):
        numbers = [running.send_request(method, params) for method in methods]
        for number in numbers:
            answer = running.wait_answer(number)
            assert answer.error is None or answer.error.code in (-32600, -32601, -32602, -32803)


# Headers


@pytest.mark.parametrize("header", [b"Content-Length: 2\n\n", b"Content-Length: 2\r\n\n", b"Content-Length: 2\r\r"])
def test_a_header_with_other_line_breaks_ends_the_connection(client: LspClient, header: bytes) -> None:
    client.initialize()
    client.process.write_raw(header + b"{}")
    assert client.process.wait(LIMIT) == 1
    ending = b"ERROR The connection ended: a header whose lines do not end with CR LF\n"
    assert client.recording.channels()["stderr"].endswith(ending)
