"""Peers that hang, flood or are somebody else: time limits hold and are said, and nobody else is hurt."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from aloop_models.sessions.connection import Connection
from aloop_models.sessions.framing import frame_message
from support.world import LLAMA, World, dial, endpoint_of, write_entry

ANYBODY = 65534
GREETED = frame_message({"jsonrpc": "2.0", "id": 1, "result": {"capabilities": {}}})
BEGUN = frame_message({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": "", "value": {"kind": "begin"}}})
Listen = Callable[[str, str, bytes], None]


@pytest.fixture
def listen(world: World) -> Iterator[Listen]:
    """Starts a peer that is registered, sends some bytes to whoever connects, and never reads or answers."""
    world.models("sessions")
    folder = world.runtime / "aloop-models"
    sockets: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(identity: str, kind: str, said: bytes) -> None:
        address = str(folder / f"{identity}.s")
        server = socket.socket(socket.AF_UNIX)
        server.bind(address)
        server.listen()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    sockets.append(connection)
                    connection.sendall(said)

        sockets.append(server)
        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        write_entry(folder, identity, kind, os.getpid(), world, address)

    yield start
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("said", [b"", GREETED], ids=["mute", "greets"])
def test_a_hanging_agent_is_named_with_the_time(world: World, listen: Listen, said: bytes) -> None:
    listen("hang", "interactive", said)
    done = world.models("switch", LLAMA)
    assert (done.returncode, done.stderr) == (
        2,
        "aloop models: The agent hang did not answer within 3 seconds. "
        f"If it hangs, end process {os.getpid()}. Then switch again.\n",
    )


def test_a_hanging_agent_does_not_keep_the_others_from_switching(world: World, listen: Listen) -> None:
    listen("hang", "interactive", b"")
    agent = world.agent()
    done = world.models("switch", LLAMA, "--session", "*")
    assert done.stderr.endswith("Then switch again. 1 other agent was switched.\n")
    assert agent.hear() == f"switched {LLAMA} by aloop models"


@pytest.mark.parametrize("said", [b"", GREETED], ids=["mute", "greets"])
def test_a_hanging_editor_is_done_without(world: World, listen: Listen, said: bytes) -> None:
    agent = world.agent(is_patient=False)
    listen("hang", "editor", said)
    assert agent.ask("/model default llama") == "Llama is now the default model."
    assert world.config.read_text().endswith(f"default: {LLAMA}\n")


def test_an_editor_that_has_begun_is_not_overtaken(
    world: World, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aloop_models.dispatch.runner import Runner
    from aloop_models.errors import RefusedError
    from aloop_models.sessions import peer
    from aloop_models.workspace.workspace import Workspace

    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    monkeypatch.setattr(peer, "BUSY_SECONDS", 0.1)
    listen("slow", "editor", GREETED + BEGUN)
    before = world.config.read_bytes()
    runner = Runner(Workspace((world.project,), config=world.config))
    with pytest.raises(RefusedError) as refused:
        runner.execute_now("aloop.addModel", {"modelId": "a/b"})
    assert (refused.value.reason, refused.value.message) == (
        "editNotApplied",
        "The editor did not finish within 0.1 seconds. Check whether it made the change.",
    )
    assert world.config.read_bytes() == before


def test_who_floods_loses_the_connection(world: World, listen: Listen) -> None:
    """100 MB to an agent, and 100 MB as the answer of one."""
    agent = world.agent()
    giant = b"Content-Length: 104857600\r\n\r\n" + bytes(104857600)
    with dial(endpoint_of(world, agent.id)) as connection, pytest.raises((BrokenPipeError, ConnectionResetError)):
        connection.sendall(giant)
    assert agent.ask("?") == "openai/gpt-4o: ?"
    listen("flood", "interactive", giant)
    done = world.models("switch", LLAMA, "--session", "flood")
    assert (done.returncode, done.stderr) == (
        2,
        f"aloop models: Cannot reach the agent flood (process {os.getpid()}): the connection ended. "
        "Restart the agent.\n",
    )
    assert agent.ask("?") == "openai/gpt-4o: ?"


async def test_who_never_reads_loses_the_connection_at_8_megabytes() -> None:
    ours, theirs = socket.socketpair()
    with theirs:

        async def handle(*_: object) -> None:
            return None

        reader, writer = await asyncio.open_connection(sock=ours)
        connection = Connection(reader, writer, handle)
        running = asyncio.create_task(connection.run())
        sent = 0
        while connection.is_open:
            connection.notify("told", "x" * 100_000)
            sent += 1
            await asyncio.sleep(0)
        await running
        assert 80 <= sent <= 100
        assert writer.transport.get_write_buffer_size() == 0


async def test_what_is_not_waited_for_any_more_is_not_done() -> None:
    """An asker gives up and does it itself; what it sent before is found later, in one piece."""
    done: list[str] = []
    ours, theirs = socket.socketpair()
    with theirs:

        async def handle(_: Connection, method: str, __: object) -> None:
            done.append(method)

        messages = (
            {"id": 1, "method": "change"},
            {"method": "$/cancelRequest", "params": {"id": 1}},
            {"id": 2, "method": "ask"},
        )
        theirs.sendall(b"".join(frame_message({"jsonrpc": "2.0", **message}) for message in messages))
        theirs.shutdown(socket.SHUT_WR)
        reader, writer = await asyncio.open_connection(sock=ours)
        connection = Connection(reader, writer, handle)
        await connection.run()
        assert "change" not in done


def test_fifty_sessions_at_once(world: World) -> None:
    """Ten programs of five agents each."""
    code = (
        "import sys\n"
        "from aloop_models import BaseAgent, ModelManager, attach\n"
        "def start():\n"
        "    manager = ModelManager(sys.argv[1])\n"
        "    return attach(BaseAgent(None, (), manager), manager), manager\n"
        "started = [start() for _ in range(5)]\n"
        "print(*(session.id for session, _ in started), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(*(manager.current_model_id for _, manager in started), flush=True)\n"
        "sys.stdin.readline()\n"
        "for session, _ in started:\n"
        "    session.close()\n"
        "print('closed', flush=True)\n"
    )
    editor = world.editor()
    since = editor.mark()
    command = [sys.executable, "-c", code, str(world.config)]
    with ExitStack() as ending:
        programs = [
            ending.enter_context(
                subprocess.Popen(
                    command,
                    cwd=world.project,
                    env=world.environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(10)
        ]

        def answers() -> list[str]:
            return [word for program in programs if program.stdout for word in program.stdout.readline().split()]

        def go_on() -> None:
            for program in programs:
                assert program.stdin
                program.stdin.write("\n")
                program.stdin.flush()

        assert len(set(answers())) == 50
        editor.wait_notification("aloop/modelsChanged", lambda state: len(state["sessions"]) == 50, since=since)
        listed = json.loads(world.models("sessions", "--json").stdout)["sessions"]
        assert len(listed) == 50
        result = editor.execute("aloop.switchModel", {"modelId": LLAMA, "session": "*"})
        assert len(result["sessions"]) == 50
        go_on()
        assert answers() == [LLAMA] * 50
        since = editor.mark()
        one = listed[7]["id"]
        editor.execute("aloop.switchModel", {"modelId": "openai/gpt-4o", "session": one})
        state = editor.wait_notification(
            "aloop/modelsChanged",
            lambda state: [item["id"] for item in state["sessions"] if item["modelId"] != LLAMA] == [one],
            since=since,
        ).params
        assert len(state["sessions"]) == 50
        go_on()
        assert answers() == ["closed"] * 10
    assert list((world.runtime / "aloop-models" / "sessions").iterdir()) != []
    assert world.models("sessions").stdout == "No agent is running. Start one: aloop\n"


# Other users


@pytest.fixture
def as_anybody() -> Callable[..., subprocess.Popen[str]]:
    """Starts Python code as another user, who has nothing of ours."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        (pytest.fail if os.environ.get("ALOOP_REQUIRE_ALL") == "1" else pytest.skip)("needs root and setpriv")

    def start(code: str, *arguments: str) -> subprocess.Popen[str]:
        user = ["setpriv", f"--reuid={ANYBODY}", f"--regid={ANYBODY}", "--clear-groups"]
        return subprocess.Popen(
            [*user, sys.executable, "-I", "-S", "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        )

    return start


def test_a_socket_of_another_user_is_not_talked_to(
    world: World, as_anybody: Callable[..., subprocess.Popen[str]]
) -> None:
    code = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        "s.bind(sys.argv[1])\n"
        "s.listen()\n"
        "print('ready', flush=True)\n"
        "print(s.accept()[0].recv(1000), flush=True)\n"
    )
    world.models("sessions")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o777)
        address = f"{name}/s"
        with as_anybody(code, address) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            write_entry(world.runtime / "aloop-models", "evil", "interactive", os.getpid(), world, address)
            done = world.models("switch", LLAMA)
            assert (done.returncode, done.stderr) == (
                2,
                f"aloop models: Cannot reach the agent evil (process {os.getpid()}): "
                "another user's process is listening. Restart the agent.\n",
            )
            assert process.stdout.readline() == "b''\n"


def test_another_user_is_not_listened_to(world: World, as_anybody: Callable[..., subprocess.Popen[str]]) -> None:
    code = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        "s.settimeout(10)\n"
        "s.connect(sys.argv[1])\n"
        "try:\n"
        "    s.sendall(sys.argv[2].encode())\n"
        "    print(s.recv(1000), flush=True)\n"
        "except OSError:\n"
        "    print(b'', flush=True)\n"
    )
    agent = world.agent()
    address = endpoint_of(world, agent.id)
    greeting = frame_message({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}).decode()
    doors = ((world.root, 0o755), (world.runtime, 0o755), (Path(address).parent, 0o755), (address, 0o666))
    said = ""
    while not said:
        # As if somebody had opened every door; the agent may close one before the other user is there.
        for path, mode in doors:
            Path(path).chmod(mode)
        with as_anybody(code, address, greeting) as process:
            assert process.stdout
            said = process.stdout.readline()
    assert said == "b''\n"
    with dial(address) as connection:
        connection.sendall(greeting.encode())
        assert b'"serverInfo"' in connection.recv(4096)


def test_an_entry_of_another_user_is_not_read(world: World, as_anybody: Callable[..., subprocess.Popen[str]]) -> None:
    world.models("sessions")
    folder = world.runtime / "aloop-models"
    for identity in ("mine", "evil"):
        write_entry(folder, identity, "interactive", os.getpid(), world, str(folder / f"{identity}.s"))
    os.chown(folder / "sessions" / "evil.json", ANYBODY, ANYBODY)
    assert [item["id"] for item in json.loads(world.models("sessions", "--json").stdout)["sessions"]] == ["mine"]


@pytest.mark.parametrize("entry", [{"pid": 2**40}, {"pid": -1}, {"model_id": ["x"]}, {"started": "x"}, {"folder": 5}])
def test_a_malformed_entry_is_passed_over(world: World, entry: dict[str, object]) -> None:
    world.models("sessions")
    folder = world.runtime / "aloop-models"
    write_entry(folder, "bad", "interactive", os.getpid(), world, str(folder / "bad.s"))
    file = folder / "sessions" / "bad.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **entry}))
    done = world.models("sessions")
    assert (done.returncode, done.stdout) == (0, "No agent is running. Start one: aloop\n")


def test_a_stale_entry_takes_no_file_of_yours_along(world: World) -> None:
    world.models("sessions")
    kept = world.root / "kept"
    kept.touch()
    write_entry(world.runtime / "aloop-models", "old", "interactive", 2**22 - 1, world, str(kept))
    world.models("sessions")
    assert kept.exists()
    assert not (world.runtime / "aloop-models" / "sessions" / "old.json").exists()


# The runtime folder


def test_a_symbolic_link_is_no_runtime_folder(world: World) -> None:
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (world.runtime / "aloop-models").symlink_to(elsewhere)
    agent = world.agent()
    assert agent.id == "None"
    assert agent.ask(f"/model {LLAMA}") == f"Using Llama ({LLAMA})."
    assert list(elsewhere.iterdir()) == []
    assert world.models("sessions").stdout == "No agent is running. Start one: aloop\n"


@pytest.mark.parametrize("mode", [0o777, 0o755])
def test_an_open_runtime_folder_is_closed_first(world: World, mode: int) -> None:
    folder = world.runtime / "aloop-models"
    folder.mkdir()
    folder.chmod(mode)
    agent = world.agent()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert world.models("switch", LLAMA).returncode == 0
    assert agent.hear() == f"switched {LLAMA} by aloop models"


def test_a_list_that_is_a_link_is_not_used(world: World) -> None:
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    folder = world.runtime / "aloop-models"
    folder.mkdir(mode=0o700)
    (folder / "sessions").symlink_to(elsewhere)
    assert world.agent().id == "None"
    assert list(elsewhere.iterdir()) == []
