"""An editor that is slow: a command is done once, there or here, and is never refused because it was done twice."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aloop_models.catalog.redaction import MASK
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import RefusedError
from aloop_models.sessions import peer
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.framing import Frames, frame_message, parse_message
from aloop_models.sessions.host import Host
from aloop_models.workspace.workspace import Workspace
from support.sample_keys import secret
from support.world import FILE, World, write_entry

ADD = ("aloop.addModel", {"modelId": "ollama/llama2"})
ADDED = FILE.replace("  openai/no-key:\n", "  openai/no-key:\n  ollama/llama2:\n")
RESULT = {"message": "Added by the editor.", "modelId": "ollama/llama2", "warnings": [], "saved": True}
KEY = secret("name of a client", "sk-proj-")
SLOW = 1.5
"""Seconds: five times as long as an editor has to begin."""


class FakeEditor:
    """The fake editor's end of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._frames = Frames(2**20)
        self._heard: list[Any] = []

    def hear(self) -> Any:
        """The next message; None where the other side has hung up."""
        while not self._heard:
            data = self._connection.recv(65536)
            if not data:
                return None
            self._heard += [parse_message(body) for body in self._frames.feed(data)]
        return self._heard.pop(0)

    def say(self, **message: Any) -> None:
        self._connection.sendall(frame_message({"jsonrpc": "2.0", **message}))

    def greet(self) -> Any:
        """Answer the greeting; the request for a command that follows."""
        self.say(id=self.hear()["id"], result={"capabilities": {}})
        return self.hear()

    def confirm(self, request: Any) -> Any:
        """Ask whether the command is still wanted; the answer."""
        token = request["params"]["workDoneToken"]
        self.say(id="c", method="window/workDoneProgress/create", params={"token": token})
        return self.hear()


Play = Callable[[FakeEditor], None]


@pytest.fixture
def fake(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Play], threading.Thread]]:
    """An editor that plays its part on the first connection it gets; what goes wrong in it fails the test."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    world.models("sessions")
    address = str(world.runtime / "aloop-models" / "slow.s")
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    trouble: list[BaseException] = []
    threads: list[threading.Thread] = []

    def start(play: Play) -> threading.Thread:
        def serve() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(20)
                    play(FakeEditor(connection))
            except BaseException as error:  # noqa: BLE001
                trouble.append(error)

        write_entry(world.runtime / "aloop-models", "slow", "editor", os.getpid(), world, address)
        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join()
    server.close()
    assert trouble == []


def run(world: World) -> dict[str, object]:
    runner = Runner(Workspace((world.project,), config=world.config))
    return runner.execute_now(*ADD)


def test_what_an_editor_has_begun_is_waited_for(world: World, fake: Callable[[Play], threading.Thread]) -> None:
    def play(editor: FakeEditor) -> None:
        request = editor.greet()
        assert editor.confirm(request) == {"jsonrpc": "2.0", "id": "c", "result": None}
        threading.Event().wait(SLOW)
        editor.say(id=request["id"], result=RESULT)

    fake(play)
    assert run(world) == RESULT
    assert world.config.read_text() == FILE


def test_what_an_editor_finds_late_is_not_begun_there(world: World, fake: Callable[[Play], threading.Thread]) -> None:
    done = threading.Event()
    answers: list[Any] = []

    def play(editor: FakeEditor) -> None:
        request = editor.greet()
        assert done.wait(60)
        try:
            answers.append(editor.confirm(request))
        except BrokenPipeError:
            answers.append(None)

    thread = fake(play)
    assert run(world)["message"] == "Added ollama/llama2."
    done.set()
    thread.join()
    # It is told that it is given up, and by nothing else than a yes may it begin.
    assert [answer for answer in answers if answer and "result" in answer] == []
    assert world.config.read_text() == ADDED


def test_an_editor_that_takes_back_its_beginning_is_done_without(
    world: World, fake: Callable[[Play], threading.Thread]
) -> None:
    def play(editor: FakeEditor) -> None:
        request = editor.greet()
        editor.confirm(request)
        error = {"code": -32803, "message": "Too late.", "data": {"reason": "notBegun", "suggestions": []}}
        editor.say(id=request["id"], error=error)

    fake(play)
    assert run(world)["message"] == "Added ollama/llama2."


@pytest.mark.parametrize("written", [FILE, ADDED], ids=["before it has written", "after it has written"])
def test_an_editor_that_ends_while_it_is_at_it(
    world: World, fake: Callable[[Play], threading.Thread], written: str
) -> None:
    """What it had put into its buffer is gone with it, and is done here; what it had written is not refused."""

    def play(editor: FakeEditor) -> None:
        editor.confirm(editor.greet())
        world.config.write_text(written)

    fake(play)
    result = {"message": "Added ollama/llama2.", "modelId": "ollama/llama2", "warnings": [], "saved": True}
    assert run(world) == result
    assert world.config.read_text() == ADDED


def test_an_editor_that_ends_over_what_was_there_before(world: World, fake: Callable[[Play], threading.Thread]) -> None:
    world.config.write_text(ADDED)
    fake(lambda editor: editor.confirm(editor.greet()))
    with pytest.raises(RefusedError, match=r"^'ollama/llama2' is already in models\.yaml"):
        run(world)


async def test_a_busy_servers_late_beginning_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has read the command, and its asker is gone before it gets to it: it asks, and leaves it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    monkeypatch.setattr(peer, "EDITOR_SECONDS", 0.2)
    executed: list[str] = []
    free = threading.Event()

    async def execute(command: str, _: object, __: str) -> Any:
        executed.append(command)
        return RESULT

    host = Host("editor", "busy", world.project, world.config, execute, lambda: None)
    carry_out = host._carry_out

    async def busy(connection: Any, given: Any) -> Any:
        free.wait(60)
        return await carry_out(connection, given)

    monkeypatch.setattr(host, "_carry_out", busy)
    await host.start()
    try:

        def ask(command: str) -> dict[str, object] | None:
            return peer.ask_editor(Path(world.config), command, {}, "test")

        def ask_in_vain() -> dict[str, object] | None:
            try:
                return ask("aloop.first")
            finally:
                free.set()

        assert await asyncio.to_thread(ask_in_vain) is None
        monkeypatch.setattr(peer, "EDITOR_SECONDS", 10.0)
        assert await asyncio.to_thread(ask, "aloop.second") == RESULT
        assert executed == ["aloop.second"]
    finally:
        await host.stop()


def test_a_real_editor_that_is_slow_to_take_an_edit(world: World) -> None:
    """The person's editor takes 1.5 seconds for the edit, and as long again for its answer."""
    editor = world.editor()
    editor.open(world.config)
    editor.replace(world.config, 0, 0, "# typed\n")
    apply = editor.answers["workspace/applyEdit"]

    def slow(params: Any) -> Any:
        threading.Event().wait(SLOW)
        answer = apply(params)
        threading.Event().wait(SLOW)
        return answer

    editor.answers["workspace/applyEdit"] = slow
    agent = world.agent()
    assert agent.ask("/model add ollama/llama2") == "Added ollama/llama2."
    assert len([item for item in editor.server_requests if item["method"] == "workspace/applyEdit"]) == 1
    assert editor.text(world.config) == f"# typed\n{ADDED}"
    assert world.config.read_text() == FILE


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ({"name": "Visual Studio Code - Insiders"}, "Visual Studio Code - Insiders"),
        ({"name": "x" * 70}, "x" * 60),
        ({"name": KEY}, MASK),
        ({"name": f"my {KEY}"}, f"my {MASK}"),
        ({"name": 5}, peer.Peer.name),
        (None, peer.Peer.name),
    ],
)
async def test_the_name_of_a_client(info: Any, name: str) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_connection(sock=ours)
        connection = Connection(reader, writer, lambda *_: asyncio.sleep(0))
        assert peer.read_peer(connection, {"clientInfo": info}).name == name
        writer.close()
        await writer.wait_closed()
