"""Questions to git: a git that hangs ends with the question, and with the process that asks."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.workspace import git
from aloop_models.workspace.git import NO_ANSWER, Git, end_questions

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="scripts and process groups of Unix")


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A git that waits for another program; the ID of that program, when it runs."""
    pipe, programs = tmp_path / "pid", tmp_path / "bin"
    os.mkfifo(pipe)
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {pipe}\nwait\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return lambda: int(pipe.read_text())


def require_end(pid: int) -> None:
    """Wait for the end of a process that is not a child."""
    subprocess.run(["tail", "-s", "0.01", f"--pid={pid}", "-f", os.devnull], check=True, timeout=60)


def test_a_program_of_git_ends_with_the_question(hanging: Callable[[], int], tmp_path: Path) -> None:
    with Git(tmp_path, 0.0) as asking:
        process = asking.ask("ls-files")
        program = hanging()
        assert asking.answer(process) is None
        assert asking.problem == NO_ANSWER
    require_end(program)


def test_no_question_outlives_the_process(
    hanging: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_is_over", False)
    with Git(tmp_path, 60.0) as asking:
        process = asking.ask("ls-files")
        program = hanging()
        end_questions()
        require_end(program)
        answer = asking.answer(process)
        assert answer is not None
        assert answer.code == -9
        assert asking.ask("ls-files") is None
        assert asking.problem == NO_ANSWER
