"""Ctrl-C while the modules of a program are imported."""

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
