"""The commands and programs of the README and the pages do what is said: each is run, here or where the table says."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import click
import pytest

from aloop_models.cli.main import make_cli
from support.provider_endpoint import ProviderEndpoint

pytestmark = pytest.mark.filterwarnings("ignore")

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = {
    page.relative_to(REPOSITORY).as_posix(): page.read_text(encoding="utf-8")
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md")))
}
ELSEWHERE = {
    "make ": "targets of the Makefile, which `.ci/run` runs",
    "uv tool install ": "fetches libraries",
    "pip install ": "fetches libraries",
    "code --install-extension ": "needs VS Code; tests/editors/test_vscode.py installs it",
    "aloop ": "a conversation; tests/agent/test_terminal.py",
    "aloop compare ": "tests/agent/test_task.py",
    "aloop models test": "tests/agent/test_task.py",
    "mkdir ": "Helix; tests/editors/test_helix.py",
    "for query ": "Helix; tests/editors/test_helix.py",
    'eval "$(_ALOOP_COMPLETE=zsh': "needs zsh; tests/cli/test_cli.py checks its script",
    "_ALOOP_COMPLETE=fish": "needs fish; tests/cli/test_cli.py checks its script",
}
MODELS = """\
models:
  openai/gpt-4o: {api_key: sk-1, api_base: URL, timeout: 20}
  openai/gpt-6-sol: {api_key: sk-2, api_base: URL, timeout: 20}
default: openai/gpt-4o
"""


def blocks(page: str, language: str) -> list[str]:
    """The page's blocks of the language, without the indentation of a list that they are in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", PAGES[page], re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, block in found]


def commands(page: str) -> list[str]:
    """The lines of the page's shell blocks, without comments; loops stay whole."""
    text = "\n".join(blocks(page, "sh"))
    text = re.sub(r"^for .*?^done$", lambda loop: loop.group().replace("\n", ";"), text, flags=re.DOTALL | re.MULTILINE)
    lines = (re.sub(r"(?:^|\s+)#.*$", "", line) for line in text.splitlines())
    return [line for line in lines if line]


def is_run_here(command: str) -> bool:
    return "--task" in command or (
        "aloop models" in command
        and not any(f"{command} ".startswith(start) for start in ELSEWHERE if start != "aloop ")
    )


def test_no_command_is_left_out():
    for page in PAGES:
        for command in commands(page):
            is_known = any(f"{command} ".startswith(start) for start in ELSEWHERE)
            assert is_run_here(command) or is_known, f"{page}: {command}"


@pytest.fixture
def project(tmp_path: Path, endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Short, for a socket's path has at most 108 bytes.
    runtime = tempfile.mkdtemp(prefix="a", dir="/tmp")
    path = tmp_path / "project" / ".aloop" / "models.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(MODELS.replace("URL", endpoint.openai_url))
    path.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    monkeypatch.setenv("ALOOP_TODAY", "2026-11-22")
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    monkeypatch.chdir(path.parents[1])
    yield path.parents[1]
    shutil.rmtree(runtime, ignore_errors=True)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    # Nobody is at the keyboard, and bash stops at the first program of a pipe that fails.
    line = ("bash", "-o", "pipefail", "-c", command)
    return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def test_the_commands_of_the_readme(project: Path, endpoint: ProviderEndpoint):
    path = project / ".aloop" / "models.yaml"
    path.write_text(blocks("README.md", "yaml")[0])
    ran = [command for command in commands("README.md") if is_run_here(command)]
    assert [command.split()[:3][-1] for command in ran] == ["check", "list", "add", ran[-1].split()[2]]
    check, listed, added = map(shell, ran[:3])
    # The key of the README is a placeholder, which is an error.
    assert (check.returncode, check.stderr) == (1, "")
    assert "error placeholder-api-key" in check.stdout
    assert listed.returncode == 0
    assert "ollama/llama3.1" in listed.stdout
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == "Added openai/gpt-6-sol. It is not ready: it has no API key.\n"
    assert shell(f"aloop models edit openai/gpt-6-sol api_base={endpoint.openai_url}").returncode == 0
    answer = shell(ran[3])
    assert (answer.returncode, answer.stdout) == (0, "This is gpt-6-sol.\n")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != "README.md" and any(map(is_run_here, commands(page)))]
)
def test_the_commands_of_the_pages(page: str, project: Path):
    # Something for `git diff` to show.
    shell("git init -q; echo old > file; git add file; echo new > file")
    for command in filter(is_run_here, commands(page)):
        done = shell(command)
        assert (done.returncode, done.stderr) == (0, ""), command


@pytest.mark.parametrize("page", PAGES)
def test_verbs_and_options_in_the_text_exist(page: str):
    group = make_cli()
    for span in re.findall(r"`aloop models ([a-z][^`]*)`", PAGES[page]):
        words = shlex.split(span.replace("…", ""))
        if words[0] == "test":
            continue
        verb = group.commands[words[0]]
        options = {
            option for parameter in verb.params for option in parameter.opts if isinstance(parameter, click.Option)
        }
        given = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert given <= {*options, "--help"}, span


@pytest.mark.parametrize("page", [page for page in PAGES if "```python" in PAGES[page]])
def test_the_programs_of_the_pages(page: str, project: Path):
    for number, program in enumerate(blocks(page, "python")):
        names: dict[str, object] = {"__name__": "example"}
        with redirect_stdout(io.StringIO()) as printed:
            exec(compile(program, f"{page}, program {number + 1}", "exec"), names)
        if page == "docs/python.md" and "attach" in names:
            assert printed.getvalue() == "Using openai/gpt-6-sol.\n"
        elif page == "docs/python.md" and "agent" in names:
            assert printed.getvalue() == "Using openai/gpt-4o.\nThis is gpt-4o.\n"
    text = (project / ".aloop" / "models.yaml").read_text()
    if page == "docs/python.md":
        assert "  ollama/llama3.1: {timeout: 60, num_ctx: 8192}\ndefault: ollama/llama3.1\n" in text
        assert printed.getvalue() == (
            "There is no model 'ollama/lama3.1' in models.yaml. Did you mean ollama/llama3.1?\n"
        )


def test_an_agent_of_ones_own_sees_what_others_do(project: Path, endpoint: ProviderEndpoint):
    names: dict[str, object] = {"__name__": "example"}
    with redirect_stdout(io.StringIO()):
        program = next(program for program in blocks("docs/python.md", "python") if "class MyAgent" in program)
        exec(compile(program, "docs/python.md", "exec"), names)
    agent = names["agent"]
    assert shell("aloop models edit openai/gpt-6-sol api_key=sk-rotated").returncode == 0
    assert agent.command(["list"]) == "* openai/gpt-4o\n  openai/gpt-6-sol"
    assert agent.command(["switch", "openai/gpt-6-sol"]) == "Using openai/gpt-6-sol."
    assert agent.say("And now?") == "This is gpt-6-sol."
    assert (endpoint.last.key, len(endpoint.last.messages)) == ("sk-rotated", 3)
    assert shell("aloop models remove openai/gpt-6-sol").returncode == 0
    assert agent.say("Still there?") == "This is gpt-6-sol."
    assert agent.command(["switch", "openai/gpt-6"]).startswith("There is no model 'openai/gpt-6' in models.yaml.")
    assert agent.command(["add", "groq/x", "sk-..."]) == "api_key is a placeholder, not a key. Paste the real one."
    added = "Added groq/x. The key does not look like one of groq; it was saved all the same."
    assert agent.command(["add", "groq/x", "shortkey"]) == added
