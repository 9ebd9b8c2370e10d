"""The handshake, the end, and whatever is wrong on the wire: the server answers in fixed words and goes on."""

import copy
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aloop_models import __version__
from aloop_models.catalog.redaction import MASK
from aloop_models.commands import COMMANDS
from aloop_models.workspace.lock import lock_file
from lsp_client import LspClient, LspError
from lsp_client.capabilities import FULL_CAPABILITIES
from lsp_client.wire import frame
from support.server import KEY, LIMIT, SERVER, environment, project, raw_client

TEXT = f"models:\n  openai/gpt-4o:\n    name: 🎉é\n    api_key: {KEY} # 🎉\n    timout: 5 \ndefault: openai/gpt-4o\n"
LAST = {
    "jsonrpc": "2.0",
    "id": "last",
    "method": "workspace/executeCommand",
    "params": {"command": "aloop.listSessions"},
}


@pytest.fixture
def client() -> Iterator[LspClient]:
    with raw_client() as running:
        yield running


# The handshake


def test_what_the_server_can_do(client: LspClient) -> None:
    result = client.initialize()
    assert result["serverInfo"] == {"name": "aloop-ls", "version": __version__}
    able = result["capabilities"]
    options = able.pop("executeCommandProvider")
    assert len(options["commands"]) == len(COMMANDS)
    assert re.fullmatch(r".*/[0-9a-f]{8}\.s", able.pop("experimental")["aloopEndpoint"])
    legend = able.pop("semanticTokensProvider")
    assert (legend["full"], legend["range"]) == (True, True)
    assert legend["legend"]["tokenModifiers"] == ["declaration", "secret"]
    assert able == {
        "positionEncoding": "utf-16",
        "textDocumentSync": {
            "openClose": True,
            "change": 2,
            "save": True,
        },
        "completionProvider": {"triggerCharacters": ["/", ":", '"', "'", "["], "resolveProvider": True},
        "hoverProvider": True,
        "definitionProvider": True,
        "referencesProvider": True,
        "documentHighlightProvider": True,
        "documentSymbolProvider": True,
        "codeActionProvider": {"codeActionKinds": ["quickfix", "source.fixAll.aloop", "refactor.rewrite"]},
        "codeLensProvider": {"resolveProvider": False},
        "documentLinkProvider": {"resolveProvider": False},
        "renameProvider": {"prepareProvider": True},
        "foldingRangeProvider": True,
        "documentFormattingProvider": True,
        "documentRangeFormattingProvider": True,
        "inlayHintProvider": {"resolveProvider": False},
        "diagnosticProvider": {"interFileDependencies": False, "workspaceDiagnostics": False},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": {},
        },
    }


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-16"], "utf-16"),
        (["utf-32", "utf-8"], "utf-32"),
        (["x", "utf-32"], "utf-32"),
        (None, "utf-16"),
    ],
)
def test_columns_are_counted_as_agreed(
    client: LspClient, tmp_path: Path, offered: list[Any] | None, agreed: str
) -> None:
    path = project(tmp_path, 'models: {"ollama/🎉é": {timout: 5}}\n')
    able = {name: value for name, value in FULL_CAPABILITIES.items() if name != "general"}
    client.initialize(tmp_path, capabilities=able, encodings=offered)
    assert client.encoding == agreed
    client.open(path)
    (diagnostic, *_) = [item for item in client.wait_diagnostics(path).diagnostics if item["code"] == "unknown-field"]
    start = {"utf-8": 9 + 8 + 6 + 4, "utf-16": 9 + 8 + 3 + 4, "utf-32": 9 + 8 + 2 + 4}[agreed]
    assert diagnostic["range"] == {"start": {"line": 0, "character": start}, "end": {"line": 0, "character": start + 6}}
    assert client.text_in(path, diagnostic["range"]) == "timout"
    at = client.text(path).index("timout")
    client.replace(path, at + 3, at + 3, "e")
    assert client.text(path) == 'models: {"ollama/🎉é": {timeout: 5}}\n'
    codes = [item["code"] for item in client.wait_diagnostics(path).diagnostics]
    assert "unknown-field" not in codes
    assert "yaml-syntax" not in codes


def test_an_editor_with_commands_of_its_own_is_not_offered_ours(client: LspClient, tmp_path: Path) -> None:
    project(tmp_path, TEXT)
    able = client.initialize(tmp_path, options={"registerCommands": False})["capabilities"]
    assert "executeCommandProvider" not in able
    assert client.execute("aloop.listSessions")["sessions"] == []


@pytest.mark.parametrize("options", [None, {}, [], "text", {"registerCommands": "no", "settings": 5}])
def test_odd_options_are_no_trouble(client: LspClient, options: Any) -> None:
    assert len(client.initialize(options=options)["capabilities"]["executeCommandProvider"]["commands"]) == len(
        COMMANDS
    )


def test_a_client_that_keeps_indentation_gets_blocks_as_they_are(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, "models:\n  openai/gpt-4o-m\n")
    able = copy.deepcopy(FULL_CAPABILITIES)
    able["textDocument"]["completion"]["completionItem"]["insertTextModeSupport"] = {"valueSet": [1, 2]}
    client.initialize(tmp_path, capabilities=able)
    client.open(path)
    first = client.request("textDocument/completion", client.at(path, len("models:\n  openai/gpt-4o-m")))["items"][0]
    assert (first["insertTextMode"], first["insertTextFormat"]) == (1, 2)
    assert first["textEdit"]["newText"] == "openai/gpt-4o-mini:\n    api_key: $1"
    assert "command" not in first


@pytest.mark.parametrize("text", ["models:\n  openai/", "models:\n  ", "models:\n  openai/gpt-4o:\n    "])
def test_an_answer_to_completion_is_small(running: LspClient, tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.yaml"
    running.open(path, text)
    since = len(running.recording.received)
    assert len(running.request("textDocument/completion", running.at(path, len(text)))["items"]) > 20
    assert len(running.recording.received) - since <= 32 * 1024
    running.close(path)


def test_a_client_that_can_do_nothing_is_served(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    client.initialize(tmp_path, capabilities={})
    client.open(path)
    assert [sorted(item) for item in client.wait_diagnostics(path).diagnostics] == [
        ["code", "message", "range", "severity", "source"]
    ]
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": path.as_uri()}})
    assert [(item["name"], item["containerName"]) for item in symbols][:2] == [
        ("models", ""),
        ("openai/gpt-4o", "models"),
    ]
    rename = client.at(path, TEXT.index("gpt-4o")) | {"newName": "openai/gpt-5"}
    assert list(client.request("textDocument/rename", rename)) == ["changes"]
    items = client.request("textDocument/completion", client.at(path, TEXT.index("timout") + 3))["items"]
    assert all("insertTextFormat" not in item for item in items)
    assert client.server_requests == []


# The end


def test_shutdown_and_exit(client: LspClient) -> None:
    client.initialize()
    assert client.shutdown() == 0
    assert client.recording.channels()["stderr"] == b""


def test_exit_without_shutdown(client: LspClient) -> None:
    client.initialize()
    client.notify("exit")
    assert client.process.wait(LIMIT) == 1


def test_the_end_of_the_stream(client: LspClient) -> None:
    client.initialize()
    client.process.close_input()
    assert client.process.wait(LIMIT) == 1


def test_nothing_is_answered_after_shutdown_but_a_refusal(client: LspClient) -> None:
    client.initialize()
    assert client.request("shutdown") is None
    for method in ("shutdown", "workspace/executeCommand", "textDocument/hover"):
        with pytest.raises(LspError, match=r"^-32600: The server is shut down\.$"):
            client.request(method, {"command": "aloop.listModels"})
    client.notify("exit")
    assert client.process.wait(LIMIT) == 0


def test_requests_wait_for_the_handshake(client: LspClient) -> None:
    with pytest.raises(LspError, match=r"^-32002: The server is not initialized\.$"):
        client.execute("aloop.listModels")
    client.initialize()
    with pytest.raises(LspError, match=r"^-32600: The server is already initialized\.$"):
        client.request("initialize", {"capabilities": {}})


def test_the_command_line() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*SERVER, *arguments], input="", capture_output=True, text=True, env=environment())

    version = run("--version")
    assert (version.returncode, version.stdout) == (0, f"aloop-ls {__version__}\n")
    assert run("--stdio").returncode == 1
    assert run("--log-level", "loud").returncode == 2
    log = [line.split(maxsplit=2)[2] for line in run("--log-level", "info").stderr.splitlines()]
    assert re.fullmatch(rf"INFO Started aloop-ls {re.escape(__version__)} \(pid \d+\)", log[0])
    assert log[1:] == ["INFO Stopped (exit code 1)"]
    other = subprocess.run(
        [sys.executable, "-m", "aloop_models.lsp.main", "--version"], capture_output=True, text=True, env=environment()
    )
    assert other.stdout == version.stdout


# What is wrong on the wire


def request(method: Any, params: Any = None, number: Any = 1) -> bytes:
    return frame({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


DOCUMENT = {"uri": "file:///a/models.yaml"}
UNKNOWN = "Unknown method {}."
PARAMS = "Invalid parameters for {}."


@pytest.mark.parametrize(
    ("method", "params", "code", "message"),
    [
        ("textDocument/moniker", {"textDocument": DOCUMENT}, -32601, UNKNOWN),
        ("aloop/sing", None, -32601, UNKNOWN),
        ("aloop/" + "x" * 100, None, -32601, f"Unknown method aloop/{'x' * 54}."),
        (KEY, None, -32601, f"Unknown method {MASK}."),
        ("4f9a" * 8, None, -32601, f"Unknown method {MASK}."),
        ("workspace/executeCommand", {"command": "4f9a" * 8}, -32602, f"Unknown command '{MASK}'."),
        ("textDocument/hover", {}, -32602, PARAMS),
        ("textDocument/hover", None, -32602, PARAMS),
        ("textDocument/hover", [KEY], -32602, PARAMS),
        ("textDocument/hover", {"textDocument": DOCUMENT, "position": {"line": KEY, "character": 0}}, -32602, PARAMS),
        ("textDocument/hover", {"textDocument": DOCUMENT, "position": {"line": -5, "character": 0}}, -32602, PARAMS),
        ("textDocument/completion", {"textDocument": KEY}, -32602, PARAMS),
        ("textDocument/rename", {"textDocument": DOCUMENT, "newName": KEY}, -32602, PARAMS),
        ("textDocument/diagnostic", {"textDocument": 5}, -32602, PARAMS),
        ("workspace/executeCommand", {}, -32602, PARAMS),
        (
            "workspace/executeCommand",
            {"command": ["aloop.listModels"]},
            -32602,
            "Unknown command '['aloop.listModels']'.",
        ),
        ("workspace/executeCommand", {"command": "aloop.listModels", "arguments": "x"}, -32602, None),
    ],
)
def test_malformed_requests(running: LspClient, method: str, params: Any, code: int, message: str | None) -> None:
    with pytest.raises(LspError) as refused:
        running.request(method, params)
    assert refused.value.code == code
    if message is not None:
        assert refused.value.message == message.format(method)
    assert KEY not in refused.value.message


@pytest.fixture(scope="module")
def running() -> Iterator[LspClient]:
    """One server for everything that must not end it."""
    with raw_client() as client:
        client.initialize()
        yield client
        assert KEY.encode() not in client.recording.channels()["stderr"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"jsonrpc": "2.0"},
        {"id": []},
        {"id": {}},
        {"id": 7, "result": 5},
        {"id": "7", "error": {"code": 1, "message": KEY}},
        {"id": None, "method": None},
        {"method": 5},
        {"method": [], "id": 3},
        {"jsonrpc": "1.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen"},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": KEY}},
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didOpen",
            "params": {"textDocument": {"uri": "file://[x", "languageId": "yaml", "version": 1, "text": KEY}},
        },
        {"jsonrpc": "2.0", "method": "textDocument/didChange"},
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didChange",
            "params": {"textDocument": {"uri": 5}, "contentChanges": KEY},
        },
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": [KEY]},
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didSave",
            "params": {"textDocument": {"uri": "file:///never/opened"}},
        },
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didClose",
            "params": {"textDocument": {"uri": "file:///never/opened"}},
        },
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 999}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": []}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest"},
        {"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "verbose"}},
        {"jsonrpc": "2.0", "method": "$/unheard-of", "params": {"key": KEY}},
        {"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": None}},
        {"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {}},
        {
            "jsonrpc": "2.0",
            "method": "workspace/didChangeWorkspaceFolders",
            "params": {"event": {"added": [], "removed": []}},
        },
        {
            "jsonrpc": "2.0",
            "method": "workspace/didChangeWatchedFiles",
            "params": {"changes": [{"uri": "file://[x", "type": 2}]},
        },
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
    ],
    ids=lambda message: json.dumps(message)[:60],
)
def test_odd_messages_do_not_end_the_server(running: LspClient, message: dict[str, Any]) -> None:
    running.process.write_raw(frame(message))
    assert running.execute("aloop.listSessions")["sessions"] == []


def test_a_body_that_is_no_json_is_told_and_skipped(client: LspClient) -> None:
    client.initialize()
    for body in (b"{", b"[1]", b"\xff\xfe", b"[" * 50_000):
        client.process.write_raw(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.execute("aloop.listSessions")["sessions"] == []
    parse_error = {"code": -32700, "message": "The message is not a JSON object."}
    assert client.recording.received.count(json.dumps(parse_error, separators=(",", ":")).encode()) == 4


@pytest.mark.parametrize(
    ("noise", "words"),
    [
        (b"Hello there, this is no header.\r\n\r\n", b"a header without a length"),
        (b"Content-Length: 67108865\r\n\r\n", b"a message of more than 64 MB"),
        (b"x" * 9000, b"a header without an end"),
    ],
)
def test_a_broken_frame_ends_the_connection(client: LspClient, noise: bytes, words: bytes) -> None:
    client.initialize()
    client.process.write_raw(noise)
    assert client.process.wait(LIMIT) == 1
    assert client.recording.channels()["stderr"].endswith(b"ERROR The connection ended: " + words + b"\n")


def test_a_big_message_is_read(client: LspClient, tmp_path: Path) -> None:
    client.initialize()
    text = f"# {'x' * 98}\n" * 40_000 + "models:\n  ollama/llama3.1:\n    timout: 5\n"
    path = tmp_path / "models.yaml"
    client.open(path, text)
    codes = [item["code"] for item in client.wait_diagnostics(path).diagnostics]
    assert codes == ["missing-default", "unknown-field"]


# Cancelling, hurrying, falling behind


def test_a_request_can_be_cancelled(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    client.initialize(tmp_path)
    client.open(path, TEXT + "# unsaved\n")
    asked, done = threading.Event(), threading.Event()

    def hesitate(_: Any) -> Any:
        asked.set()
        done.wait(LIMIT)
        return {"applied": False}

    client.answers["workspace/applyEdit"] = hesitate
    params = {"command": "aloop.addModel", "arguments": [{"modelId": "ollama/x"}]}
    number = client.send_request("workspace/executeCommand", params)
    assert asked.wait(LIMIT)
    client.cancel(number)
    with pytest.raises(LspError, match=r"^-32800: Request cancelled\.$"):
        client.wait_answer(number).value()
    done.set()
    assert client.text(path) == TEXT + "# unsaved\n"
    assert client.execute("aloop.listSessions")["sessions"] == []


@pytest.mark.parametrize("shows_progress", [False, True])
def test_a_command_cancelled_before_its_write_changes_nothing(
    client: LspClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shows_progress: bool
) -> None:
    path = project(tmp_path, TEXT)
    client.initialize(tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", environment()["XDG_RUNTIME_DIR"])
    with lock_file(path):
        params = {"command": "aloop.addModel", "arguments": [{"modelId": "ollama/x"}]}
        number = client.send_request("workspace/executeCommand", params)
        if shows_progress:
            client.wait_notification("$/progress", lambda progress: progress["value"]["kind"] == "begin")
        client.cancel(number)
        with pytest.raises(LspError, match=r"^-32800: Request cancelled\.$"):
            client.wait_answer(number).value()
    # The next change waits until the cancelled one is over.
    assert client.execute("aloop.addModel", {"modelId": "ollama/y"})["saved"] is True
    assert "ollama/x" not in path.read_text()
    assert "ollama/y" in path.read_text()


def test_a_queue_of_edits_gives_the_findings_of_the_newest_text(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    client.initialize(tmp_path)
    client.open(path)
    client.wait_diagnostics(path)
    since, version, at = client.mark(), 1, TEXT.index("timout")
    frames = bytearray()
    for number in range(500):
        version += 1
        text = "timout" if number % 2 else "timouts"
        place = client.position(path, at)
        length = 6 if number % 2 == 0 else 7
        span = {"start": place, "end": {"line": place["line"], "character": place["character"] + length}}
        item = {"uri": path.as_uri(), "version": version}
        change = {"textDocument": item, "contentChanges": [{"range": span, "text": text}]}
        frames += frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change})
    client.process.write_raw(bytes(frames))
    newest = client.wait_diagnostics(path, version=501).diagnostics
    assert [item["code"] for item in newest] == ["unknown-field"]
    assert client.text_in(path, newest[0]["range"]) == "timout"
    published = [item for item in client.notifications[since:] if item.method == "textDocument/publishDiagnostics"]
    assert len(published) <= 10
    versions = [item.params["version"] for item in published]
    assert versions == sorted(set(versions))
