"""What the README and the pages show is so: each command and program is run, here or where the table says."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import click
import pytest

from aloop_models.cli.main import make_cli
from support.local_programs import local_servers
from support.pages import (
    CALLS_A_MODEL,
    KEY,
    OTHER_KEY,
    PAGES,
    REPOSITORY,
    Reader,
    blocks,
    matches,
    transcripts,
)
from support.provider_endpoint import ProviderEndpoint, Received, Say

pytestmark = pytest.mark.filterwarnings("ignore")

ELSEWHERE = {
    "make ": "targets of the Makefile, which `.ci/run` runs",
    ".venv/bin/python -m pytest ": "the tests",
    ".venv/bin/python -m bench.lifetime": "a measurement",
    "uv tool install ": "fetches libraries",
    "code --install-extension ": "needs VS Code; tests/editors/test_vscode.py installs it",
    "aloop ": "a conversation; tests/e2e/test_agent_terminal.py",
    "aloop compare ": "tests/agent/test_task.py",
    "aloop models test": "tests/agent/test_task.py",
    "mkdir ": "Helix; tests/editors/test_helix.py",
    "for query ": "Helix; tests/editors/test_helix.py",
    'eval "$(_ALOOP_COMPLETE=zsh': "needs zsh; tests/cli/test_main.py checks its script",
    "git ": "tests/docs/test_rule_pages.py",
    "echo ": "tests/docs/test_rule_pages.py",
    "chmod ": "tests/docs/test_rule_pages.py",
    "yes ": "tests/docs/test_rule_pages.py",
    "sed ": "tests/docs/test_rule_pages.py",
    "_ALOOP_COMPLETE=fish": "needs fish; tests/cli/test_main.py checks its script",
}
MODELS = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
    api_base: URL
    timeout: 20
  openai/gpt-6-sol:
    api_key: {KEY[:-4]}0000
    api_base: URL
    timeout: 20
default: openai/gpt-4o
"""
ANSWERS = {"Say hello": "Hello!", "Which city is the capital of Australia?": "Canberra."}


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
    named = {name for reason in ELSEWHERE.values() for name in re.findall(r"tests/\S+\.py", reason)}
    assert [name for name in named if not (REPOSITORY / name).is_file()] == []


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader, whose project is the working directory of this process."""
    made = Reader(tmp_path)
    made.move_in(monkeypatch)
    yield made
    made.end()


@pytest.fixture
def project(reader: Reader, endpoint: ProviderEndpoint) -> Path:
    """The reader's project with two models that answer."""
    reader.write(MODELS.replace("URL", endpoint.openai_url))
    return reader.project


def shell(command: str) -> subprocess.CompletedProcess[str]:
    # Nobody is at the keyboard, and bash stops at the first program of a pipe that fails.
    line = ("bash", "-o", "pipefail", "-c", command)
    return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


class Agents:
    """Agents that run in the reader's project."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._running: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        """Start one, and wait until it can be switched."""
        agent = subprocess.Popen(
            [sys.executable, str(REPOSITORY / "docs" / "examples" / "foreign_agent.py")],
            cwd=self._reader.project,
            env={**os.environ, **self._reader.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._running.append(agent)
        assert agent.stdout
        assert agent.stdout.readline().startswith("ready ")

    def end(self) -> None:
        for agent in self._running:
            agent.communicate(timeout=60)


@pytest.fixture
def agents(reader: Reader) -> Iterator[Agents]:
    running = Agents(reader)
    yield running
    running.end()


def answer(request: Received) -> Say:
    asked = str(request.messages[-1]["content"])
    return Say(next((reply for question, reply in ANSWERS.items() if question in asked), "ok"))


def prepare(page: str, reader: Reader, agents: Agents) -> None:
    """Bring the project to where the page begins."""
    if page == "README.md":
        reader.write(blocks(page, "yaml")[0].replace("sk-ant-…", OTHER_KEY).replace("sk-proj-…", KEY))
    elif page == "docs/getting-started.md":
        subprocess.run(["git", "init", "-q", reader.project], check=True)
    else:
        reader.write(MODELS.replace("    api_base: URL\n", ""))
        agents.start()


def between(page: str, command: str, reader: Reader, agents: Agents) -> None:
    """What the reader does after a command that the page shows no command for."""
    if page == "README.md" and command == "aloop models check":
        text = reader.config.read_text()
        reader.write(text.replace("openia/", "openai/").replace("5m", "300"))
        agents.start()


def with_sorted_answers(text: str) -> str:
    """The output of a comparison with its answers by name; each is shown as soon as it is complete."""
    parts = re.split(r"^(?=── |MODEL  )", text, flags=re.MULTILINE)
    answers = sorted(part for part in parts if part.startswith("── "))
    return "".join(answers.pop(0) if part.startswith("── ") else part for part in parts)


@pytest.mark.parametrize("page", [page for page in PAGES if "```console" in PAGES[page]])
def test_the_output_that_a_page_shows(page: str, reader: Reader, agents: Agents, endpoint: ProviderEndpoint):
    endpoint.answer = answer
    prepare(page, reader, agents)
    for command, shown in transcripts(page):
        output = reader.call(command, endpoint) if CALLS_A_MODEL.search(command) else reader.run(command)
        assert matches(with_sorted_answers(shown), with_sorted_answers(output)), f"{page}: $ {command}\n{output}"
        between(page, command, reader, agents)


NO_SERVER = "No model server was found on this machine. Start one, for example with: ollama serve"
NO_ANSWER = "No model server answers at http://127.0.0.1:5000. Check that it runs.\n"
NOTES = (
    "'gpt-4o' matches openai/gpt-4o.\n",
    f"Nothing was added. {NO_SERVER}\n",
    f"{NO_SERVER}\n",
    NO_ANSWER,
)
"""What these commands may say on the standard error."""


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(is_run_here, commands(page)))])
def test_the_commands_of_the_pages(page: str, project: Path, agents: Agents):
    # Something for `git diff` to show.
    shell("git init -q; echo old > file; git add file; echo new > file")
    if page == "docs/switching.md":
        agents.start()
    for command in filter(is_run_here, commands(page)):
        with local_servers() if " discover" in command else nullcontext():
            done = shell(command)
        said = done.stderr
        for note in NOTES:
            said = said.replace(note, "")
        assert (done.returncode, said) == (int(NO_ANSWER in done.stderr), ""), command


@pytest.mark.parametrize("page", PAGES)
def test_verbs_and_options_in_the_text_exist(page: str):
    group = make_cli()
    for span in re.findall(r"`aloop models ([a-z][^`]*)`", PAGES[page]):
        words = shlex.split(span.replace("…", ""))
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
            assert printed.getvalue() == "Using GPT-4o.\nThis is gpt-4o.\n"
        elif page == "docs/python.md" and "remove_model" in program:
            told = "There is no model 'ollama/lama3.1' in models.yaml. Did you mean ollama/llama3.1?"
            assert printed.getvalue() == f"{told}\n"
    text = (project / ".aloop" / "models.yaml").read_text()
    if page == "docs/python.md":
        llama = "  ollama/llama3.1:\n    num_ctx: 8192\n    timeout: 60\n"
        qwen = "  ollama/qwen3:\n    name: Small\n    timeout: 120\n"
        assert text.endswith(f"{llama}{qwen}default: ollama/qwen3\n")


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
    assert agent.command(["add", "groq/x", "sk-..."]) == "api_key is a placeholder. Paste the real key."
    added = "Added groq/x.\ngroq/x: api_key does not start with gsk_ like Groq API keys. Paste the whole key."
    assert agent.command(["add", "groq/x", "shortkey"]) == added
