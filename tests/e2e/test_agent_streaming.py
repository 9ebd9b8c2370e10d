"""Answers that arrive slowly: in a pipe, at terminals of several sizes, stopped with Ctrl-C and broken off."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.agent import Screen, project_with_two_models
from support.provider_endpoint import Drop, ProviderEndpoint, Say

pytestmark = [pytest.mark.real_editor, pytest.mark.usefixtures("alone")]

SIZES = [(24, 60), (24, 80), (50, 200)]
COST_LINE = r"One · \d+\.\d\d s · 11 → 7 tokens"


@pytest.fixture
def folder(tmp_path: Path, endpoint: ProviderEndpoint) -> Path:
    return project_with_two_models(tmp_path, endpoint)


class Pipes:
    """`aloop` with pipes."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aloop_models", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def read(self, count: int) -> str:
        """The next bytes of standard output, as they arrive."""
        assert self.process.stdout is not None
        return os.read(self.process.stdout.fileno(), count).decode()

    def end(self) -> tuple[int, str, str]:
        """The exit code, and what is left of both outputs."""
        out, err = self.process.communicate(timeout=300)
        return self.process.returncode, (out or b"").decode(), err.decode()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def test_a_task_streams_to_a_pipe(folder: Path, endpoint: ProviderEndpoint, gate: threading.Event) -> None:
    endpoint.queue(Say("First and the rest.", gate=gate))
    run = Pipes(folder, "--task", "Hello")
    assert run.read(100) == "First "
    gate.set()
    assert run.end() == (0, "and the rest.\n", "")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_task_that_is_stopped_keeps_what_came(
    folder: Path, endpoint: ProviderEndpoint, gate: threading.Event, *, as_json: bool
) -> None:
    endpoint.queue(Say("First and the rest.", gate=gate))
    run = Pipes(folder, "--task", "Hello", *(["--json"] if as_json else []))
    if as_json:
        endpoint.wait_received(1)
        # The first piece is there when the agent has had time for it; a second Ctrl-C is not needed.
        assert run.process.stderr is not None
    else:
        assert run.read(100) == "First "
    run.process.send_signal(signal.SIGINT)
    code, out, err = run.end()
    assert (code, err) == (130, "aloop: Stopped.\n")
    if as_json:
        assert json.loads(out)["error"] == {"reason": "stopped", "message": "Stopped.", "suggestions": []}
    else:
        assert out == "\n"


def test_a_task_that_breaks_off_keeps_what_came(folder: Path, endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Drop(after_pieces=2, text="First and the rest."))
    code, out, err = Pipes(folder, "--task", "Hello").end()
    assert (code, out) == (1, "First and \n")
    assert re.fullmatch(r"aloop: The connection to 127\.0\.0\.1:\d+ was lost while One was answering\. .*\n", err)


def test_nobody_who_reads_stops_the_request_silently(
    folder: Path, endpoint: ProviderEndpoint, gate: threading.Event
) -> None:
    endpoint.queue(Say("First and the rest.", gate=gate))
    run = Pipes(folder, "--task", "Hello")
    assert run.read(100) == "First "
    assert run.process.stdout is not None
    run.process.stdout.close()
    run.process.stdout = None
    gate.set()
    code, _, err = run.end()
    assert (code, err) == (1, "")


def test_a_full_disk_is_said(folder: Path, endpoint: ProviderEndpoint) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "aloop_models", "--task", "Hello"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    message = "aloop: Cannot write the answer: No space left on device. The request was stopped.\n"
    assert (done.returncode, done.stderr) == (1, message)


@pytest.mark.parametrize(("rows", "columns", "term"), [(24, 60, "xterm-256color"), (24, 80, "dumb")])
def test_a_task_on_a_terminal(
    folder: Path, tmp_path: Path, endpoint: ProviderEndpoint, gate: threading.Event, rows: int, columns: int, term: str
) -> None:
    endpoint.queue(Say("First and the rest.", gate=gate))
    with Screen(folder, "--task", "Hello", home=tmp_path, rows=rows, columns=columns, TERM=term) as screen:
        screen.wait(r"First")
        if term == "dumb":
            assert "\x1b" not in screen.raw.decode()
        else:
            assert re.search(r"One · \d+ s · Ctrl-C stops", screen.raw.decode())
            assert "Ctrl-C" not in screen.text
        gate.set()
        assert screen.leave() == 0
        lines = screen.everything.splitlines()
    assert lines[0] == "First and the rest."
    if term == "dumb":
        assert lines == ["First and the rest."]
    else:
        assert re.fullmatch(COST_LINE, lines[1])


@pytest.mark.parametrize(
    ("arguments", "what"), [(("--task", "-"), "question"), (("compare", "-", "--models", "one"), "prompt")]
)
def test_a_text_that_is_typed_is_asked_for(
    folder: Path, tmp_path: Path, endpoint: ProviderEndpoint, arguments: tuple[str, ...], what: str
) -> None:
    with Screen(folder, *arguments, home=tmp_path, rows=24, columns=80) as screen:
        screen.wait(rf"^Type the {what}, then press Enter and Ctrl-D\.$")
        screen.read(1)
        screen.type("Who?")
        screen.wait(rf"^Type the {what}, then press Enter and Ctrl-D\.\nWho\?$")
        screen.type("\r\x04")
        assert screen.leave() == 0
        assert "This is one." in screen.everything
    assert endpoint.last.messages[-1]["content"] == "Who?\n"


LIST = "\n".join(f"- item{number:03} " + "of a list with long items " * (number % 6) for number in range(70))


@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_the_newest_text_is_seen_and_nothing_is_lost(
    folder: Path, tmp_path: Path, endpoint: ProviderEndpoint, gate: threading.Event, rows: int, columns: int
) -> None:
    """The answer waits in its last block; the newest word is on the screen, with the model and the seconds."""
    text = f"Before it.\n\n{LIST} \n\nThe end."
    items = re.findall(r"item\d{3}", text)
    endpoint.queue(Say(text, gate=gate, gate_after=text.count(" ") - 1))
    with Screen(folder, home=tmp_path, rows=rows, columns=columns) as screen:
        screen.wait("❯")
        screen.enter("Hello")
        screen.wait(rf"{items[-1]}.*One\b.* · \d+ s · Ctrl-C stops")
        gate.set()
        screen.wait(r"The end\..*tokens.*❯ *\n")
        assert re.findall(r"item\d{3}", screen.everything) == items
        assert screen.everything.count("Before it.") == 1
        screen.enter("/exit")
        assert screen.leave() == 0
