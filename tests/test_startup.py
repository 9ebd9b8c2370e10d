"""Ctrl-C while the modules of a program are imported, and standard streams that are closed or cannot be written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aloop_models.startup import is_json
from aloop_models.terminal import error_view

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

INTERRUPTED = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

module, *sys.argv[1:] = sys.argv[1:]
sys.meta_path.insert(0, Interrupt())
"""
PROGRAM = "from aloop_models.__main__ import main\nmain()\n"
SERVER = "from aloop_models.lsp.main import main\nmain()\n"
IGNORED = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"


def interrupt(
    folder: Path, module: str, *arguments: str, program: str = PROGRAM, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program that gets Ctrl-C when it imports the module."""
    return subprocess.run(
        [sys.executable, "-c", INTERRUPTED + program, module, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("module", "arguments", "message"),
    [
        ("aloop_models.agent.main", ("--help",), "aloop: Stopped.\n"),
        ("argparse", ("--help",), "aloop: Stopped.\n"),
        ("aloop_models.agent.task", ("--task", "Hello"), "aloop: Stopped.\n"),
        ("asyncio", ("--task", "Hello"), "aloop: Stopped.\n"),
        ("prompt_toolkit", (), "aloop: Stopped.\n"),
        ("aloop_models.agent.compare", ("compare", "Hello"), "Stopped.\n"),
        ("aloop_models.agent.model_test", ("models", "test"), "Stopped.\n"),
        ("aloop_models.cli.main", ("models", "list"), "Stopped.\n"),
        ("click", ("models", "list"), "Stopped.\n"),
        ("click", ("lst",), "aloop: Stopped.\n"),
    ],
)
def test_ctrl_c_during_an_import_is_one_line(
    tmp_path: Path, module: str, arguments: tuple[str, ...], message: str
) -> None:
    done = interrupt(tmp_path, module, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", message)


@pytest.mark.parametrize(
    "arguments", [("--task", "Hello", "--json"), ("models", "list", "--json"), ("models", "check", "--format", "json")]
)
def test_ctrl_c_during_an_import_is_json_too(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = interrupt(tmp_path, "aloop_models.core.plain_text", *arguments)
    assert (done.returncode, done.stdout) == (130, json.dumps(error_view("stopped", "Stopped."), indent=2) + "\n")


def test_a_completion_and_the_server_end_without_a_message(tmp_path: Path) -> None:
    completion = interrupt(tmp_path, "aloop_models.cli.completion_index", _ALOOP_COMPLETE="bash_complete")
    server = interrupt(tmp_path, "pygls", program=SERVER)
    for done in (completion, server):
        assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_a_program_in_the_background_ignores_ctrl_c(tmp_path: Path) -> None:
    done = interrupt(tmp_path, "click", "models", "--version", program=IGNORED + PROGRAM)
    assert (done.returncode, done.stdout, done.stderr) == (0, "aloop models, version 0.1.0\n", "")


MODELS = "models:\n  openai/gpt-4o:\n    api_key: sk-proj-zq8only7for6this5test4lm3nb2vc1xzq9wk\n"
UNKNOWN = "Unknown command 'lst'. Did you mean aloop models list?"
TERMINAL = 'aloop: Interactive mode requires a terminal. For one question: aloop --task "…"\n'


def run(folder: Path, redirection: str, *arguments: str, module: str = "aloop_models") -> tuple[int, str, str]:
    """The exit code and the outputs of a program in a shell with this redirection."""
    (folder / "home").mkdir()
    (folder / ".aloop").mkdir()
    (folder / ".aloop" / "models.yaml").write_text(MODELS)
    (folder / ".aloop" / "models.yaml").chmod(0o600)
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("redirection", "reason"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")]
)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--help",), "aloop: {}"),
        (("--version",), "aloop: {}"),
        (("lst", "--json"), f"aloop: {UNKNOWN}\naloop: {{}}"),
        (("models", "list"), "aloop models: {}"),
        (("models", "list", "--json"), "aloop models: {}"),
        (("models", "catalog", "openai"), "aloop models: {}"),
        (("models", "rule", "duplicate-key"), "aloop models: {}"),
        (("models", "--help"), "aloop models: {}"),
    ],
)
def test_an_output_that_cannot_be_written_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
    redirection: str,
    reason: str,
    unbuffered: str,
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    said = f"{message.format(f'Cannot write the result: {reason}.')}\n"
    assert run(tmp_path, redirection, *arguments) == (1, "", said)


@pytest.mark.parametrize("arguments", [("models", "catalog"), ("--help",)])
def test_an_output_that_nobody_reads_is_no_message(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "aloop_models", *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("redirection", "arguments", "code", "err"),
    [
        ("<&-", (), 2, TERMINAL),
        (">&-", (), 2, TERMINAL),
        ("2>&-", (), 2, ""),
        ("<&- >&- 2>&-", (), 2, ""),
        ("2>&-", ("models", "nosuch"), 2, ""),
        (
            "<&-",
            ("--task", "-"),
            2,
            "aloop: The task is empty. Give a question, or use - to read it from standard input.\n",
        ),
        (
            "<&-",
            ("models", "key", "openai/gpt-4o"),
            2,
            "aloop models: No terminal to prompt for the API key. Pass it on standard input: --api-key-stdin\n",
        ),
    ],
)
def test_a_closed_stream_is_an_empty_one(
    tmp_path: Path, redirection: str, arguments: tuple[str, ...], code: int, err: str
) -> None:
    assert run(tmp_path, redirection, *arguments) == (code, "", err)


@pytest.mark.parametrize("redirection", ["<&-", ">&- </dev/null", "2>&- </dev/null"])
def test_the_server_ends_without_a_client(tmp_path: Path, redirection: str) -> None:
    assert run(tmp_path, redirection, module="aloop_models.lsp.main") == (1, "", "")


def test_a_closed_stream_is_not_the_next_file(tmp_path: Path) -> None:
    """What is opened later gets another number, so that nothing is printed into it."""
    program = "import os; from aloop_models.startup import open_streams; open_streams()\n"
    program += f"raise SystemExit(os.open({str(tmp_path / 'file')!r}, os.O_CREAT | os.O_WRONLY))"
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", program], check=False, timeout=120
    )
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("list", "--json"), True),
        (("check", "--format", "json"), True),
        (("check", "--format=json"), True),
        (("check", "--format", "sarif"), False),
        (("show", "json"), False),
        ((), False),
    ],
)
def test_json_is_recognized_before_the_arguments_are_parsed(words: tuple[str, ...], *, expected: bool) -> None:
    assert is_json([*words]) == expected
