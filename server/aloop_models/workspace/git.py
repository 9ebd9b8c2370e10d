"""Ask git about a repository without running programs that the repository configures."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

NOT_INSTALLED = "git is not installed"
NO_ANSWER = "git does not answer in time"
CANNOT_READ = "git cannot read this repository"

# The configuration of a repository can name programs; opening a file must not run them.
# `safe.directory` and the explicit `--git-dir` let git answer about a repository that belongs to another user.
_HARMLESS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "safe.directory=*"),
)
_HARMLESS_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}
_NO_CONFIGURATION = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


Question = subprocess.Popen[bytes]
"""A running git process."""


_lock = threading.Lock()
_running: set[Question] = set()
"""Every git process of this process; None of them may outlive it."""
_is_over = False


def end_questions() -> None:
    """Kill every running git process, and start no more; for a process that ends at once."""
    global _is_over
    with _lock:
        _is_over = True
        for process in _running:
            _kill(process)


class GitAnswer(NamedTuple):
    """The exit code and output of git."""

    code: int
    output: bytes


class Git:
    """Git processes about one repository, which run in parallel with one deadline."""

    def __init__(self, root: Path, seconds: float) -> None:
        self._root = root
        self._running: list[Question] = []
        self._deadline = time.monotonic() + seconds
        self.problem = ""
        """Why an answer is missing: `NOT_INSTALLED` or `NO_ANSWER`; else empty."""

    def __enter__(self) -> Git:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            with process:
                _kill(process)
            with _lock:
                _running.discard(process)

    def ask(self, *arguments: str, with_personal_rules: bool = False) -> Question | None:
        """Start git; return None if that is not possible.

        `with_personal_rules` reads the user's git configuration, which names their exclude file.
        """
        program = shutil.which("git")
        # Windows also finds a git.exe in the working directory, which may be an untrusted repository.
        if program is None or not Path(program).is_absolute():
            self.problem = NOT_INSTALLED
            return None
        # In a hook, GIT_DIR and similar variables name another repository.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or (with_personal_rules and name.startswith("GIT_CONFIG_"))
        }
        places = ("-C", str(self._root), f"--git-dir={self._root / '.git'}", f"--work-tree={self._root}")
        environment = {**kept, **_HARMLESS_ENVIRONMENT, **({} if with_personal_rules else _NO_CONFIGURATION)}
        try:
            process = _start((program, *places, *_HARMLESS, *arguments), environment)
        except (OSError, ValueError):
            self.problem = NOT_INSTALLED
            return None
        if process is None:
            self.problem = NO_ANSWER
            return None
        self._running.append(process)
        return process

    def answer(self, process: Question | None, question: bytes = b"") -> GitAnswer | None:
        """Wait for the answer; return None if git could not be started or takes too long."""
        if process is None:
            return None
        try:
            output, _ = process.communicate(question, timeout=max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.problem = NO_ANSWER
            return None
        except (OSError, ValueError):
            return None
        return GitAnswer(process.returncode, output)


def _start(command: Sequence[str], environment: dict[str, str]) -> Question | None:
    with _lock:
        if _is_over:
            return None
        process = subprocess.Popen(  # noqa: S603 - a fixed program, and paths come after `--` or on stdin
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # A group of its own, so that the programs that it has started are killed with it.
            start_new_session=True,
        )
        _running.add(process)
        return process


def _kill(process: Question) -> None:
    if process.returncode is not None:
        # Another process may have its ID now.
        return
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def literal(path: Path) -> str:
    """Return the pathspec of a path relative to the root, without wildcards, ignoring case."""
    return f":(top,literal,icase){path.as_posix()}"


def siblings(path: Path, pattern: str) -> str:
    """Return the pathspec of the files in the folder of a relative path whose names match the pattern."""
    folder = escaped(path.parent.as_posix())
    return f":(top,glob,icase){'' if folder == '.' else f'{folder}/'}{pattern}"


def escaped(text: str) -> str:
    """Return the pattern that matches exactly this text."""
    return "".join(f"\\{letter}" if letter in "\\*?[" else letter for letter in text)


def names_in(output: bytes) -> Sequence[str]:
    """Return the paths in the output of git with `-z`."""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]
