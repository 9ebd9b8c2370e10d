"""Tab in a real bash, zsh and fish without any configuration but the documented line."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.agent import Screen
from support.editors import skip_or_fail

SHELLS = {
    "bash": ("--norc", "--noprofile", "-i"),
    "zsh": ("-f", "-i"),
    "fish": ("--no-config", "-i"),
}
TYPED = {
    "aloop comp": "aloop compare",
    "aloop --cont": "aloop --continue",
    "aloop --model gpt": "aloop --model openai/gpt-5.5",
    "aloop -t hello -m opus": "aloop -t hello -m anthropic/claude-opus-5-5",
    "aloop models swi": "aloop models switch",
    "aloop models add groq/openai/gpt-oss-12": "aloop models add groq/openai/gpt-oss-120b",
    "aloop models edit openai/gpt-5.5 time": "aloop models edit openai/gpt-5.5 timeout=",
    "aloop models edit openai/gpt-5.5 drop_params=t": "aloop models edit openai/gpt-5.5 drop_params=true",
    "aloop models test llama": "aloop models test ollama/llama3.1:8b",
    "aloop compare hi --models openai/gpt-5.5,ollama": "aloop compare hi --models openai/gpt-5.5,ollama/llama3.1:8b",
}
"""A line, and what it is after Tab."""


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    name = str(request.param)
    if shutil.which(name) is None:
        skip_or_fail(f"{name} is missing; install it with `make editors`")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / ".aloop").mkdir()
    models = tmp_path / ".aloop" / "models.yaml"
    models.write_text("models:\n  openai/gpt-5.5:\n  anthropic/claude-opus-5-5:\n  ollama/llama3.1:8b:\n")
    models.chmod(0o600)
    path = f"PATH={Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    wrapper = ("env", path, "ALOOP_CATALOG=snapshot", "ALOOP_TODAY=2026-11-22", "PS1=$ ")
    with Screen(
        tmp_path, *SHELLS[name], home=tmp_path, columns=100, wrapper=wrapper, program=(str(shutil.which(name)),)
    ) as screen:
        line = re.search(rf"^.*_ALOOP_COMPLETE={name}_source.*?(?=  +#|$)", documented(), re.MULTILINE)
        assert line is not None
        screen.enter(line.group())
        yield screen


def documented() -> str:
    return (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def test_tab(shell: Screen) -> None:
    for number, (typed, completed) in enumerate(TYPED.items()):
        # What is typed before the prompt is there is echoed by the terminal, and shown again by the shell.
        shell.enter(f"clear; echo line {number}", rf"\Aline {number}\n[^\n]*[$>#]\Z")
        shell.type(f"{typed}\t")
        shell.wait(re.escape(completed))
        shell.type("\x03")
