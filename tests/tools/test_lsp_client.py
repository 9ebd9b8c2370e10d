"""The tests' own language client: frames, positions, edits, and a record of every byte."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError, ServerGoneError, path_of
from lsp_client.text import apply_text_edits, offset_at, position_at, range_at, text_in
from lsp_client.wire import FrameError, FrameReader, frame

TESTS = Path(__file__).parents[1]
TEXT = "models:\r\n  openai/gpt-4o: # 🎉 é\r\n    timeout: 5\n"


@pytest.fixture
def client() -> Iterator[LspClient]:
    with obedient() as running:
        running.initialize(TESTS)
        yield running


def obedient(*arguments: str) -> LspClient:
    command = [sys.executable, str(Path(__file__).with_name("obedient_server.py")), *arguments]
    return LspClient(command, cwd=TESTS)


def heard(client: LspClient, method: str) -> list[Any]:
    return [m["params"] for m in client.request("test/heard") if m.get("method") == method]


def edit(text: str, start: int, end: int, new: str) -> dict[str, Any]:
    return {"range": range_at(text, start, end), "newText": new}


def document_edit(uri: str, version: int | None, *edits: dict[str, Any]) -> dict[str, Any]:
    change = {"textDocument": {"uri": uri, "version": version}, "edits": list(edits)}
    return {"method": "workspace/applyEdit", "params": {"edit": {"documentChanges": [change]}}}


# Frames


def test_frames_survive_any_cut() -> None:
    messages = [{"id": 1, "text": "é🎉"}, {"id": 2}, {"text": "x" * 5000}]
    data, chance = b"".join(frame(m) for m in messages), random.Random(1)
    for _ in range(50):
        reader, bodies, rest = FrameReader(), list[bytes](), data
        while rest:
            cut = chance.randint(1, 40)
            bodies += reader.feed(rest[:cut])
            rest = rest[cut:]
        assert bodies == [frame(m).partition(b"\r\n\r\n")[2] for m in messages]
        assert reader.is_between_frames


@pytest.mark.parametrize("noise", [b"Loading...\n", b"Content-Lenght: 3\r\n\r\n{}", b"X: 1\r\n\r\n{}"])
def test_anything_but_a_frame_is_noise(noise: bytes) -> None:
    with pytest.raises(FrameError):
        FrameReader().feed(noise + frame({"id": 1}))


def test_noise_on_stdout_fails_the_client(client: LspClient) -> None:
    client.notify("test/noise", {"text": "print() was here\n"})
    with pytest.raises(ServerGoneError, match="print\\(\\) was here"):
        client.request("test/heard")


# Positions


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 26), ("utf-16", 23), ("utf-32", 22)])
def test_positions_count_in_the_units_of_the_encoding(encoding: Any, character: int) -> None:
    offset = TEXT.index("é") + 1
    assert position_at(TEXT, offset, encoding) == {"line": 1, "character": character}
    for each in range(len(TEXT) + 1):
        if TEXT[each - 1 : each + 1] != "\r\n":
            assert offset_at(TEXT, position_at(TEXT, each, encoding), encoding) == each


def test_positions_outside_the_text_are_held_to_it() -> None:
    assert offset_at(TEXT, {"line": 0, "character": 99}) == TEXT.index("\r\n")
    assert offset_at(TEXT, {"line": 99, "character": 0}) == len(TEXT)
    assert text_in(TEXT, range_at(TEXT, 0, 6)) == "models"


def test_text_edits_refer_to_the_text_as_it_was() -> None:
    edits = [edit("abc", 3, 3, "!"), edit("abc", 0, 1, ""), edit("abc", 0, 0, "x"), edit("abc", 0, 0, "y")]
    assert apply_text_edits("abc", edits) == "xybc!"
    with pytest.raises(ValueError, match="overlap"):
        apply_text_edits("abc", [edit("abc", 0, 2, ""), edit("abc", 1, 3, "")])


# Talk


def test_handshake(client: LspClient) -> None:
    assert client.encoding == "utf-16"
    assert client.server_info == {"name": "obedient"}
    (params,) = heard(client, "initialize")
    assert params["rootUri"] == TESTS.as_uri()
    assert heard(client, "initialized") == [{}]


def test_an_error_answer_is_raised(client: LspClient) -> None:
    with pytest.raises(LspError, match="no such model") as raised:
        client.request("test/fail", {"code": -32803, "message": "no such model", "data": {"reason": "x"}})
    assert (raised.value.code, raised.value.data) == (-32803, {"reason": "x"})


def test_a_missing_answer_is_a_timeout_and_a_dead_server_is_told(client: LspClient) -> None:
    with pytest.raises(TimeoutError, match="request"):
        client.request("test/silence", timeout=0.05)
    os.kill(client.pid, signal.SIGKILL)
    with pytest.raises(ServerGoneError, match="exit code -9"):
        client.request("test/heard")


def test_server_requests_are_answered(client: LspClient) -> None:
    client.settings = {"aloop": {"lens": True}}
    items = {"items": [{"section": "aloop.lens"}, {"section": "yaml"}, {}]}
    asked = client.request("test/ask", {"method": "workspace/configuration", "params": items})
    assert asked == {"result": [True, None, client.settings]}
    assert client.request("test/ask", {"method": "workspace/codeLens/refresh"}) == {"result": None}
    assert client.request("test/ask", {"method": "no/such"})["error"]["code"] == -32601
    registrations = {"registrations": [{"id": "1", "method": "workspace/didChangeWatchedFiles"}]}
    client.request("test/ask", {"method": "client/registerCapability", "params": registrations})
    assert list(client.registrations) == ["1"]


def test_every_byte_of_every_channel_is_recorded(client: LspClient) -> None:
    client.notify("test/complain", {"text": "on stderr"})
    client.notify("test/notify", {"method": "x/y", "params": "on stdout é"})
    assert client.wait_notification("x/y").params == "on stdout é"
    assert client.shutdown() == 0
    channels = client.recording.channels()
    assert channels["stdin"].startswith(b"Content-Length: ")
    assert "on stdout é".encode() in channels["stdin"]
    assert "on stdout é".encode() in channels["stdout"]
    assert channels["stderr"] == b"on stderr"


# Documents


@pytest.mark.parametrize("sync", ["1", "2"])
def test_changes_are_sent_as_the_server_wants_them(sync: str) -> None:
    with obedient(sync) as client:
        client.initialize(TESTS, encodings=["utf-8"])
        client.open("file:///m.yaml", TEXT)
        at = TEXT.index("é")
        assert client.replace("file:///m.yaml", at, at + 1, "ü").version == 2
        changed = TEXT.replace("é", "ü")
        assert client.text("file:///m.yaml") == changed
        ranged = {"range": range_at(TEXT, at, at + 1, "utf-8"), "text": "ü"}
        (params,) = heard(client, "textDocument/didChange")
        assert params["contentChanges"] == [ranged if sync == "2" else {"text": changed}]


def test_findings_are_matched_to_the_version(client: LspClient) -> None:
    uri = "file:///m.yaml"

    def publish(message: str, **more: Any) -> None:
        params = {"uri": uri, "diagnostics": [{"message": message}], **more}
        client.notify("test/notify", {"method": "textDocument/publishDiagnostics", "params": params})

    client.open(uri, "a")
    publish("of 1", version=1)
    assert client.wait_diagnostics(uri).diagnostics == [{"message": "of 1"}]
    client.set_text(uri, "b")
    publish("late of 1", version=1)
    publish("first of 2", version=2)
    publish("all of 2", version=2)
    assert client.wait_diagnostics(uri).diagnostics == [{"message": "first of 2"}]
    assert client.wait_diagnostics(uri, lambda d: "all" in d[0]["message"]).version == 2
    assert client.wait_diagnostics(uri, version=1).diagnostics == [{"message": "of 1"}]
    client.set_text(uri, "c")
    publish("without a version")
    assert client.wait_diagnostics(uri).version is None


def test_an_edit_by_the_server_comes_back_as_a_change(client: LspClient) -> None:
    uri = "file:///m.yaml"
    client.open(uri, "one two\n")
    edits = edit("one two\n", 0, 3, "1"), edit("one two\n", 4, 7, "2")
    assert client.request("test/ask", document_edit(uri, 1, *edits)) == {"result": {"applied": True}}
    assert client.text(uri) == "1 2\n"
    messages = client.request("test/heard")
    methods = [m.get("method", "answer") for m in messages]
    assert methods.index("textDocument/didChange") < methods.index("answer")
    (change,) = heard(client, "textDocument/didChange")
    assert change["textDocument"]["version"] == 2
    assert [c["text"] for c in change["contentChanges"]] == ["2", "1"]


def test_an_edit_of_a_stale_version_is_refused(client: LspClient) -> None:
    uri = "file:///m.yaml"
    client.open(uri, "one\n")
    client.replace(uri, 0, 0, "#")
    answer = client.request("test/ask", document_edit(uri, 1, edit("one\n", 0, 3, "1")))
    assert answer["result"]["applied"] is False
    assert client.text(uri) == "#one\n"


def test_an_editor_may_change_the_text_after_its_answer_or_never(client: LspClient) -> None:
    uri = "file:///m.yaml"
    client.open(uri, "one\n")
    client.answers["workspace/applyEdit"] = client.apply_workspace_edit_late
    client.request("test/ask", document_edit(uri, None, edit("one\n", 0, 3, "1")))
    client.answers["workspace/applyEdit"] = lambda _params: {"applied": True}
    client.request("test/ask", document_edit(uri, None, edit("1\n", 0, 1, "none")))
    messages = client.request("test/heard")
    methods = [m.get("method", "answer") for m in messages]
    assert methods.index("answer") < methods.index("textDocument/didChange")
    assert client.text(uri) == "1\n"


def test_an_edit_of_a_closed_file_opens_it(client: LspClient, tmp_path: Path) -> None:
    path = tmp_path / "a b.yaml"
    path.write_bytes(b"one\r\n")
    client.request("test/ask", document_edit(path.as_uri(), None, edit("one\r\n", 0, 3, "1")))
    assert client.text(path) == "1\r\n"
    client.save(path)
    assert path.read_bytes() == b"1\r\n"
    client.close(path)
    assert path_of(path.as_uri()) == path
    with pytest.raises(KeyError):
        client.text(path)
