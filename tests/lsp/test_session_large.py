"""Requests about a large document: each is answered from the thread, and none that the text has outrun."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aloop_models.lsp.handlers import make_session
from aloop_models.lsp.session import EditorSession
from aloop_models.lsp.worker import LARGE_TEXT

SMALL = "models:\n  ollama/a:\n    timeout: 5m\ndefault: ollama/a\n"
LARGE = SMALL + "# comment\n" * (LARGE_TEXT // 10 + 1)


class Output:
    """A client that reads every message."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        pass


class Gate:
    """Stops the work in the thread until it is opened, and counts it."""

    def __init__(self, session: EditorSession) -> None:
        self.started, self.opened, self.count = threading.Event(), threading.Event(), 0
        self._snapshot = session.documents.snapshot

    def snapshot(self, uri: str) -> Any:
        if threading.current_thread() is not threading.main_thread():
            self.count += 1
            self.started.set()
            assert self.opened.wait(60)
        return self._snapshot(uri)


def run(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    play: Callable[[EditorSession, Output, Gate, str, str], Awaitable[None]],
) -> None:
    """Open a small and a large document, then play."""

    async def whole() -> None:
        session, output = make_session(), Output()
        monkeypatch.setattr(session._peers, "prepare", lambda: None)
        monkeypatch.setattr(session, "_watch_files_soon", lambda: None)
        session.protocol.set_writer(output)  # type: ignore[arg-type]
        parameters = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
        receive(session, "initialize", parameters, 1)
        gate = Gate(session)
        monkeypatch.setattr(session.documents, "snapshot", gate.snapshot)
        uris = [(folder / name / ".aloop" / "models.yaml").as_uri() for name in ("small", "large")]
        for uri, text in zip(uris, (SMALL, LARGE), strict=True):
            document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            receive(session, "textDocument/didOpen", {"textDocument": document})
        while not all(session.documents.is_placed(uri) for uri in uris):
            await asyncio.sleep(0.005)
        await play(session, output, gate, *uris)

    asyncio.run(whole())


def receive(session: EditorSession, method: str, params: Any, number: int | None = None) -> None:
    session.protocol.receive({"method": method, "params": params} | ({} if number is None else {"id": number}))


def hover(session: EditorSession, uri: str, number: int) -> None:
    position = {"line": 2, "character": 6}
    receive(session, "textDocument/hover", {"textDocument": {"uri": uri}, "position": position}, number)


def answer(output: Output, number: int) -> dict[str, Any] | None:
    return next((item for item in output.messages if item.get("id") == number and "method" not in item), None)


def published(output: Output, uri: str) -> list[dict[str, Any]]:
    found = (item["params"] for item in output.messages if item.get("method") == "textDocument/publishDiagnostics")
    return [params for params in found if params["uri"] == uri]


async def wait_for(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def change(session: EditorSession, uri: str, version: int, text: str) -> None:
    params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
    receive(session, "textDocument/didChange", params)


def test_a_small_document_does_not_wait_for_a_large_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(session: EditorSession, output: Output, gate: Gate, small: str, large: str) -> None:
        hover(session, large, 10)
        await wait_for(gate.started.is_set)
        session.publisher.publish()
        hover(session, small, 11)
        found = answer(output, 11)
        assert found is not None
        assert found["result"]["contents"]["value"]
        assert [len(params["diagnostics"]) for params in published(output, small)][-1] == 1
        assert answer(output, 10) is None
        assert published(output, large) == []
        gate.opened.set()
        await wait_for(lambda: answer(output, 10) and published(output, large))
        assert answer(output, 10) == found | {"id": 10}
        assert [item["code"] for item in published(output, large)[-1]["diagnostics"]] == ["wrong-type"]
        assert published(output, large)[-1]["version"] == 1

    run(tmp_path, monkeypatch, play)


def test_an_answer_about_an_older_text_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(session: EditorSession, output: Output, gate: Gate, _small: str, large: str) -> None:
        hover(session, large, 10)
        await wait_for(gate.started.is_set)
        change(session, large, 2, LARGE.replace("5m", "5"))
        gate.opened.set()
        await wait_for(lambda: answer(output, 10))
        assert answer(output, 10) == {
            "jsonrpc": "2.0",
            "id": 10,
            "error": {
                "code": -32801,
                "message": "The document has changed in the meantime. Send the request again.",
                "data": {"reason": "contentModified", "suggestions": []},
            },
        }

    run(tmp_path, monkeypatch, play)


def test_versions_in_between_are_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(session: EditorSession, output: Output, gate: Gate, _small: str, large: str) -> None:
        session.publisher.publish()
        await wait_for(gate.started.is_set)
        for version in range(2, 20):
            change(session, large, version, LARGE.replace("5m", f"{version}m" if version < 19 else "5"))
            session.publisher.publish()
        gate.opened.set()
        await wait_for(lambda: published(output, large))
        assert [(params["version"], params["diagnostics"]) for params in published(output, large)] == [(19, [])]
        assert gate.count == 2

    run(tmp_path, monkeypatch, play)


def test_a_cancelled_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(session: EditorSession, output: Output, gate: Gate, _small: str, large: str) -> None:
        hover(session, large, 10)
        await wait_for(gate.started.is_set)
        receive(session, "$/cancelRequest", {"id": 10})
        await wait_for(lambda: answer(output, 10))
        found = answer(output, 10)
        assert found is not None
        assert found["error"]["code"] == -32800
        gate.opened.set()

    run(tmp_path, monkeypatch, play)


def test_a_document_closed_in_the_meantime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(session: EditorSession, output: Output, gate: Gate, small: str, large: str) -> None:
        session.publisher.publish()
        await wait_for(gate.started.is_set)
        receive(session, "textDocument/didClose", {"textDocument": {"uri": large}})
        gate.opened.set()
        hover(session, small, 11)
        await wait_for(lambda: not session.publisher._checked)
        assert [params["diagnostics"] for params in published(output, large)] == [[]]

    run(tmp_path, monkeypatch, play)


def test_the_state_is_read_in_another_thread_while_one_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = list[str]()

    async def play(session: EditorSession, output: Output, gate: Gate, small: str, large: str) -> None:
        state = session.runner.state

        def recorded() -> Any:
            threads.append(threading.current_thread().name.partition("_")[0])
            return state()

        hover(session, large, 10)
        await wait_for(gate.started.is_set)
        monkeypatch.setattr(session.runner, "state", recorded)
        session.publisher.state_changed()
        session.publisher.publish()
        await wait_for(lambda: threads)
        # Afterwards, the thread is free, and a state that has changed since is read in the event loop.
        assert set(threads) == {"asyncio"}
        gate.opened.set()
        await wait_for(lambda: answer(output, 10))

    run(tmp_path, monkeypatch, play)
