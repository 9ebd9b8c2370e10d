"""The server ends with its editor: whatever ends it, also if it is busy or nobody reads what it writes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from aloop_models.lsp.worker import LARGE_TEXT
from lsp_client.raw_server import RawServer
from support.server import LIMIT, SERVER, environment, project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and sockets of Unix")

BUSY = "models:\n" + "".join(f"  opnai/gpt-{number}:\n    timout: 5\n" for number in range(60_000))
"""A text whose checks take much longer than any of these tests waits."""
SOON = 15.0
"""Seconds. The server needs one; a machine with many tests at once can need some more."""
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]


class Server(RawServer):
    """A server with a folder that has a project."""

    def __init__(self, runtime: Path, folder: Path, command: Sequence[str], variables: Mapping[str, str]) -> None:
        super().__init__(command, environment(XDG_RUNTIME_DIR=str(runtime), **variables), patience=LIMIT)
        self.folder = folder

    def start(self) -> None:
        """Greet, and wait until the server can be found by others."""
        self.greet(self.folder)
        self.read_until(b"aloop/modelsChanged")
        assert len(self.left()) == 2

    def make_busy(self) -> None:
        """Open a text that takes long, and ask about it."""
        self.ask(self.open(self.folder / "big.yaml", BUSY), 50, "textDocument/codeLens")

    def fill_output(self) -> None:
        """Ask without reading until nothing more is taken."""
        path = project(self.folder / "long", "models:\n" + "".join(f"  ollama/m{n}:\n" for n in range(2_000)))
        self.ask(self.open(path, path.read_text()), 200)
        self.wait_full()

    def require_end(self, code: int) -> None:
        since = time.monotonic()
        assert self.process.wait(SOON) == code
        assert time.monotonic() - since < SOON
        assert self.left() == []


@contextmanager
def started(folder: Path, command: Sequence[str] = SERVER, **variables: str) -> Iterator[Server]:
    # Short, for a socket's path has at most 108 bytes.
    runtime = Path(tempfile.mkdtemp(prefix="l", dir="/tmp"))
    project(folder, "models:\n  ollama/a:\n")
    server = Server(runtime, folder, command, variables)
    yield server
    server.close()
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with started(tmp_path / "folder") as server:
        yield server


def close_input(server: Server) -> int:
    server.stdin.close()
    return 1


def ask_to_exit(server: Server) -> int:
    server.send("shutdown", None, 2)
    server.send("exit")
    return 0


def exit_at_once(server: Server) -> int:
    server.send("exit")
    return 1


def send_signal(number: int) -> Callable[[Server], int]:
    def send(server: Server) -> int:
        server.process.send_signal(number)
        return 1

    return send


ENDS = [close_input, ask_to_exit, exit_at_once, *map(send_signal, SIGNALS)]
NAMES = ["closed input", "shutdown and exit", "exit", *(number.name for number in SIGNALS)]


@pytest.mark.parametrize("state", ["idle", "busy", "full"])
@pytest.mark.parametrize("end", ENDS, ids=NAMES)
def test_the_server_ends(server: Server, end: Callable[[Server], int], state: str) -> None:
    server.start()
    if state == "busy":
        server.make_busy()
    elif state == "full":
        server.fill_output()
    server.require_end(end(server))


@pytest.mark.parametrize("state", ["idle", "busy", "full"])
def test_the_server_ends_with_its_parent(server: Server, state: str) -> None:
    """The pipes are still open, as if another process had them."""
    parent = subprocess.Popen(["sleep", "600"])
    server.parent = parent.pid
    server.start()
    if state == "busy":
        server.make_busy()
    elif state == "full":
        server.fill_output()
    assert server.process.poll() is None
    parent.kill()
    parent.wait()
    server.require_end(1)


def test_a_parent_that_has_ended_before(server: Server) -> None:
    parent = subprocess.Popen([sys.executable, "-c", ""])
    parent.wait()
    server.parent = parent.pid
    server.greet(server.folder)
    assert server.process.wait(SOON) == 1
    assert server.left() == []


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no /proc that tells a zombie")
@pytest.mark.parametrize("is_known", [False, True])
def test_a_parent_that_nobody_waits_for(server: Server, is_known: bool) -> None:
    """It has ended, before the server knows of it or after that, but the system still has its process ID."""
    parent = subprocess.Popen(["sleep", "600" if is_known else "0"])
    server.parent = parent.pid
    if is_known:
        server.start()
        parent.kill()
    os.waitid(os.P_PID, parent.pid, os.WEXITED | os.WNOWAIT)
    if not is_known:
        server.greet(server.folder)
    server.require_end(1)
    parent.wait()


@pytest.mark.parametrize("parent", [0, -1, 2**31 - 1 + 2**31])
def test_an_impossible_parent_is_no_reason_to_end(server: Server, parent: int) -> None:
    server.parent = parent
    server.greet(server.folder)
    server.send("textDocument/hover", {}, 5)
    server.read_until(b'"id":5')
    assert server.process.poll() is None


@pytest.mark.parametrize("end", ENDS, ids=NAMES)
def test_nothing_is_left_of_a_server_that_ends_as_it_starts(server: Server, end: Callable[[Server], int]) -> None:
    server.greet(server.folder)
    if end not in (ask_to_exit, exit_at_once, close_input):
        # Before that, the signal would end Python itself.
        server.read_until(b'"id":1')
    server.require_end(end(server))


def test_the_server_ends_with_the_shell_that_started_it(tmp_path: Path) -> None:
    """The editor knows only the shell; the editor and its pipes are still there."""
    with started(tmp_path / "folder", ["/bin/sh", "-c", f"{' '.join(SERVER)}; exit"]) as server:
        server.parent = os.getpid()
        server.start()
        assert len(server.processes()) == 2
        server.process.kill()
        assert server.process.wait(SOON) == -signal.SIGKILL
        server.wait(lambda: server.processes() == {})
        assert server.left() == []


def test_the_programs_that_the_server_started_end_with_it(tmp_path: Path) -> None:
    """Here git hangs; it is a script that waits for another program."""
    programs, folder = tmp_path / "bin", tmp_path / "folder"
    programs.mkdir()
    (folder / ".git").mkdir(parents=True)
    (programs / "git").write_text("#!/bin/sh\nsleep 600\nexit 1\n")
    (programs / "git").chmod(0o755)
    with started(folder, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}") as server:
        server.start()
        path = folder / ".aloop" / "models.yaml"
        server.open(path, path.read_text())
        # Two questions at once, each with a script and its program.
        server.wait(lambda: len(server.processes()) == 5)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(SOON) == 1
        server.wait(lambda: server.processes() == {})


@pytest.mark.parametrize("models", [300, 400])
def test_a_client_that_never_reads(server: Server, models: int) -> None:
    """What waits is limited in both directions, and nothing is lost when the client reads at last.

    The smaller text is worked on in the event loop, the other one in a thread.
    """
    server.start()
    path = project(server.folder / "long", "models:\n" + "".join(f"  ollama/m{n}:\n" for n in range(models)))
    assert (len(path.read_text()) > LARGE_TEXT) == (models == 400)
    server.open(path, path.read_text())
    before, count, sent = memory(server.process.pid), 400, threading.Event()

    def ask() -> None:
        padding = "x" * 100_000
        for number in range(count):
            document = {"uri": path.as_uri(), "padding": padding}
            server.send("textDocument/documentSymbol", {"textDocument": document}, 1_000 + number)
        sent.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    server.wait_full()
    assert not sent.wait(3.0)
    assert memory(server.process.pid) - before < 150 * 1024 * 1024
    server.read_until(b'"id":%d,' % (1_000 + count - 1))
    assert sent.wait(LIMIT)
    thread.join()
    server.require_end(ask_to_exit(server))


@pytest.mark.parametrize("state", ["idle", "busy", "full"])
def test_a_client_that_closes_what_it_reads(server: Server, state: str) -> None:
    server.start()
    if state == "busy":
        server.make_busy()
    elif state == "full":
        server.fill_output()
    server.stdout.close()
    server.require_end(1)


def memory(pid: int) -> int:
    """Bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_command_before_the_end_is_answered(server: Server) -> None:
    server.start()
    server.send("workspace/executeCommand", {"command": "aloop.listSessions"}, 7)
    server.send("shutdown", None, 8)
    server.send("exit")
    output = server.stdout.read()
    assert json.dumps({"jsonrpc": "2.0", "id": 8, "result": None}, separators=(",", ":")).encode() in output
    server.require_end(0)
