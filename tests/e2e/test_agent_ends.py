"""An agent that a signal ends, or whose terminal is closed: it leaves no session, and the terminal as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.agent import Screen, project_with_two_models
from support.provider_endpoint import ProviderEndpoint, Say

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def folder(tmp_path: Path, endpoint: ProviderEndpoint) -> Path:
    return project_with_two_models(tmp_path, endpoint)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """An answer that uses it does not end before the test."""
    made = threading.Event()
    yield made
    made.set()


def session_files() -> list[str]:
    """The sockets and entries of the sessions in the runtime folder of this test."""
    found = Path(os.environ["XDG_RUNTIME_DIR"]).rglob("*")
    return sorted(path.suffix for path in found if path.suffix in (".s", ".json"))


def end(screen: Screen, number: signal.Signals) -> None:
    """Send the signal, and read what is printed until the process has ended."""
    assert session_files() == [".json", ".s"]
    screen.process.kill(number)
    while screen.read():
        pass
    screen.process.wait()


@pytest.mark.parametrize(
    ("moment", "number"),
    [("prompt", signal.SIGHUP), ("answer", signal.SIGTERM), ("question", signal.SIGTERM)],
)
def test_a_conversation(
    folder: Path, tmp_path: Path, endpoint: ProviderEndpoint, gate: threading.Event, moment: str, number: signal.Signals
) -> None:
    with Screen(folder, home=tmp_path) as screen:
        before = termios.tcgetattr(screen.process.child_fd)
        screen.wait(r"❯ *\n.*One")
        if moment == "answer":
            endpoint.queue(Say("Beginning of a long answer", gate=gate))
            screen.enter("A long one", "Beginning")
        elif moment == "question":
            screen.enter("/model add groq/x", "API key")
        assert termios.tcgetattr(screen.process.child_fd) != before
        end(screen, number)
        assert screen.process.signalstatus == number
        assert termios.tcgetattr(screen.process.child_fd) == before
    assert session_files() == []
    for mode in (b"\x1b[?25", b"\x1b[?2004"):
        assert screen.raw[screen.raw.rfind(mode) + len(mode) :][:1] == (b"h" if mode == b"\x1b[?25" else b"l")


def test_a_task(folder: Path, endpoint: ProviderEndpoint, gate: threading.Event) -> None:
    endpoint.queue(Say("Beginning of a long answer", gate=gate))
    command = [sys.executable, "-m", "aloop_models", "--task", "A long one"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(9) == b"Beginning"
        assert session_files() == [".json", ".s"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == -signal.SIGTERM
    assert session_files() == []


def test_a_task_that_ignores_the_end_of_its_terminal(
    folder: Path, endpoint: ProviderEndpoint, gate: threading.Event
) -> None:
    endpoint.queue(Say("Beginning of a long answer", gate=gate))
    command = ["nohup", sys.executable, "-m", "aloop_models", "--task", "A long one"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.read(9) == "Beginning"
        process.send_signal(signal.SIGHUP)
        gate.set()
        assert process.stdout.read() == " of a long answer\n"
        assert process.wait(120) == 0
