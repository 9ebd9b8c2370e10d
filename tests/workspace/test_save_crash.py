"""Killing a writer, at every system call of a save and at random moments: the file is the old or the new one, whole."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import pytest

from aloop_models.workspace.save import create_file, edit_file
from support import forking_writer
from support.forking_writer import NEW, OLD
from support.tally import LOST, TRIED

RANDOM_KILLS = int(os.environ.get("ALOOP_RANDOM_KILLS", "200"))
UNSTEADY = {"exit_group", "brk", "mmap", "munmap", "mremap", "madvise", "futex"}
"""The end, and calls that come and go with the memory; they are made by Python, not by a save."""
CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
DONE = {
    "edit": re.compile(r"^\d+ +rename\(.* = 0$", re.MULTILINE),
    "create": re.compile(r"^\d+ +link\(.* = 0$", re.MULTILINE),
}
"""The system call that moves the new file into place, and that was done."""


class Writers:
    """Children of one forking writer, each stopped before it saves."""

    def __init__(self, path: Path, verb: str) -> None:
        path.with_name("warm").write_text("")
        self._process = subprocess.Popen(
            (sys.executable, forking_writer.__file__, str(path), verb),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _line(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def start(self) -> int:
        """The number of a child that has stopped itself."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()

    def end(self) -> int:
        """How the child ended: 0, or the negative number of a signal."""
        return self._line()

    def close(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[Callable[[str, str], tuple[Path, Writers]]]:
    started: list[Writers] = []

    def start(name: str, verb: str) -> tuple[Path, Writers]:
        path = tmp_path / name / "models.yaml"
        path.parent.mkdir()
        started.append(Writers(path, verb))
        return path, started[-1]

    yield start
    for each in started:
        each.close()


def traced(writer: Writers, log: Path, *options: str) -> int:
    """Lets one child save under strace; gives how it ended."""
    child = writer.start()
    command = ("strace", "-f", "-o", str(log), *options, "-p", str(child))
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    # Woken before strace says this, the child could pass a system call or two unseen.
    first = tracer.stderr.readline()
    assert "attached" in first, first
    os.kill(child, signal.SIGCONT)
    ended = writer.end()
    tracer.communicate(timeout=60)
    return ended


def files_beside(path: Path) -> list[Path]:
    return [item for item in path.parent.iterdir() if item.name not in (path.name, "warm", "moves")]


def is_moved(path: Path) -> bool:
    """Whether the texts were flipped an odd number of times, as the killed process counted.

    Killed in the middle of a move, it has done it if the temporary file is gone.
    """
    begun, done = path.with_name("moves").read_bytes()
    return bool((done if files_beside(path) else begun) % 2)


def check_after_kill(path: Path, verb: str, *, moved: bool) -> None:
    """The file is whole; what is left over is private, and gone after the next run, which leaves the old state."""
    assert all(item.stat().st_mode & 0o077 == 0 for item in files_beside(path))
    LOST["files with another text"] += path.exists() and path.read_text() not in (OLD, NEW)
    if verb == "create":
        assert path.exists() is moved
        assert not moved or path.read_text() == NEW
        path.unlink(missing_ok=True)
        create_file(path, OLD)
        path.unlink()
    else:
        assert path.read_text() == (NEW if moved else OLD)
        edit_file(path, lambda text: OLD)
        assert path.stat().st_mode & 0o777 == 0o600
    LOST["temporary files left over"] += len(files_beside(path))
    assert files_beside(path) == []


@pytest.mark.parametrize("verb", ["edit", "create"])
def test_killed_at_every_system_call(
    tmp_path: Path,
    writers: Callable[[str, str], tuple[Path, Writers]],
    require: Callable[[object, str], None],
    report: Callable[[str], None],
    verb: str,
) -> None:
    require(shutil.which("strace"), "strace is not installed")
    lanes = [writers(f"lane-{number}", verb) for number in range(2)]
    for path, _ in lanes:
        if verb == "edit":
            create_file(path, OLD)
    path, writer = lanes[0]
    assert traced(writer, tmp_path / "all") == 0
    order = CALL.findall((tmp_path / "all").read_text())
    calls, moves = Counter(order), "rename" if verb == "edit" else "link"
    steps = [call for call, _ in groupby(call for call in order if call in ("write", "fsync", moves))]
    assert steps == ["write", "fsync", moves, "fsync"]
    check_after_kill(path, verb, moved=True)
    points = [(call, number) for call, count in calls.items() for number in range(1, count + 1)]

    def kill_at(lane: int) -> Counter[str]:
        path, writer = lanes[lane]
        hit: Counter[str] = Counter()
        for call, number in points[lane :: len(lanes)]:
            if call != "exit_group":
                inject = f"inject={call}:signal=KILL:when={number}"
                log = tmp_path / f"log-{lane}"
                ended = traced(writer, log, "-e", f"trace={call},{moves}", "-e", inject)
                # A call that does not come this time kills nobody.
                was_killed = "+++ killed by SIGKILL" in log.read_text()
                assert ended == (-signal.SIGKILL if was_killed else 0)
                hit[call] += was_killed
                check_after_kill(path, verb, moved=DONE[verb].search(log.read_text()) is not None)
        return hit

    with ThreadPoolExecutor(len(lanes)) as pool:
        hits = sum(pool.map(kill_at, range(len(lanes))), Counter[str]())
    listing = ", ".join(f"{call} {hits[call]}/{count}" for call, count in sorted(calls.items()) if call != "exit_group")
    TRIED["kills at a system call"] += hits.total()
    report(f"killed a writer ({verb}) at {hits.total()} system calls: {listing}")
    assert hits["fsync"] >= 2, "the file and its folder"
    assert hits[moves] >= 1
    assert all(hits[call] for call in calls.keys() - UNSTEADY), "each kind of system call was hit"
    assert hits.total() >= 0.9 * (sum(calls.values()) - 1)


def test_killed_at_random_moments(
    writers: Callable[[str, str], tuple[Path, Writers]], report: Callable[[str], None]
) -> None:
    path, writer = writers("random", "forever")
    create_file(path, OLD)
    leftovers = 0
    chance = random.Random(7)
    for _ in range(RANDOM_KILLS):
        child = writer.start()
        os.kill(child, signal.SIGCONT)
        time.sleep(chance.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        assert writer.end() == -signal.SIGKILL
        leftovers += len(files_beside(path))
        check_after_kill(path, "edit", moved=is_moved(path))
    TRIED["kills at a random moment"] += RANDOM_KILLS
    report(f"killed a writer at {RANDOM_KILLS} random moments: {leftovers} left a temporary file, all removed")
