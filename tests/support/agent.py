"""What the agent's tests share: a folder with a models.yaml, a face that notes what it is told, a real terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pexpect
import pyte

from aloop_models.agent.base import BaseAgent, Listener, Turn
from aloop_models.agent.confirm import Guard
from aloop_models.agent.favorites import Favorites
from aloop_models.agent.progress import Progress
from aloop_models.agent.saved_conversation import ConversationFile
from aloop_models.agent.session import AgentSession
from aloop_models.agent.tools import workspace_tools
from aloop_models.commands.check_field import Problem
from aloop_models.commands.question import Question
from aloop_models.dispatch.runner import Runner
from aloop_models.features.diagnostic import Severity
from aloop_models.llm.answer import ToolCall
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.workspace import Workspace
from support.provider_endpoint import ProviderEndpoint

KEY = "sk-proj-zq8only7for6this5test4lm3nb2vc1xzq9wk"
OTHER_KEY = "sk-ant-api03-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQW"


def write_config(folder: Path, text: str) -> Path:
    """A private models.yaml with this text in the folder."""
    path = folder / ".aloop" / "models.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def project_with_two_models(folder: Path, endpoint: ProviderEndpoint) -> Path:
    """A project in the folder, with `two_models`."""
    project = folder / "project"
    project.mkdir()
    write_config(project, two_models(endpoint))
    return project


def two_models(endpoint: ProviderEndpoint) -> str:
    """`openai/one`, the default, with a key, and `anthropic/two` with another."""
    return (
        f"models:\n  openai/one:\n    name: One\n    api_key: {KEY}\n    api_base: {endpoint.openai_url}\n"
        f"  anthropic/two:\n    name: Two\n    api_key: {OTHER_KEY}\n    api_base: {endpoint.url}\n"
        "default: openai/one\n"
    )


class NotedFace:
    """Stands for the terminal: keeps what is shown, answers what is asked from lists."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.shown: list[tuple[str, str]] = []
        self.turns: list[Turn | None] = []
        self.tools: list[ToolCall] = []
        self.asked: list[str] = []
        self.yes: list[bool] = []
        self.secrets: list[str] = []
        self.picks: list[str | None] = []
        self.picked_from: list[tuple[str, list[str]]] = []
        self.offered: list[tuple[str, str, str]] = []
        self.marked: list[list[str] | None] = []
        self.answers: list[str] = []

    @property
    def last(self) -> str:
        return self.said[-1]

    @property
    def everything(self) -> str:
        return "\n".join((*self.said, *self.asked, *self.answers))

    def say(self, text: str) -> None:
        self.said.append(text)

    def show_markdown(self, title: str, text: str) -> None:
        self.shown.append((title, text))

    def progress(self, text: str) -> Progress:
        return Progress(None, text)

    def listener(self, profile: ModelProfile) -> Listener:
        self.answers.append("")

        def add(piece: str) -> None:
            self.answers[-1] += piece

        return Listener(add, self.tools.append, self.said.append)

    def answered(self, turn: Turn | None) -> None:
        self.turns.append(turn)

    async def ask(self, question: str, *, default: bool = False) -> bool:
        del default
        self.asked.append(question)
        return self.yes.pop(0)

    async def ask_text(self, words: str, question: Question, judge: Callable[[str], Problem | None]) -> str:
        """The next answer without an error; of a question that is no secret, the initial one if none is left."""
        self.asked.append(words)
        while self.secrets:
            answer = self.secrets.pop(0)
            problem = judge(answer)
            if problem is None or problem.severity is not Severity.ERROR:
                return answer
            self.said.append(problem.message)
        assert question.initial
        return question.initial

    async def pick(self, title: str, state: Mapping[str, Any], current: str | None, favorites: Favorites) -> str | None:
        self.picked_from.append((title, [str(model["modelId"]) for model in state["models"]]))
        return self.picks.pop(0)

    async def pick_several(self, rows: Sequence[tuple[str, str, str]]) -> list[str] | None:
        self.offered += rows
        return self.marked.pop(0)


def make_session(folder: Path, *, trusted: bool = False) -> tuple[AgentSession, NotedFace]:
    """A session over the models.yaml of the folder, which has to be the working directory."""
    manager = ModelManager(runner=Runner(Workspace((folder,)), "aloop"))
    path = Path(manager.config_path)
    agent = BaseAgent(None, workspace_tools(folder, lambda: (path,)), manager)
    face = NotedFace()
    saved = ConversationFile(folder, lambda: manager.redactor)
    return AgentSession(agent, manager, Guard(manager, trusted=trusted), face, saved), face


class Screen:
    """`aloop` or another program in a real pseudo-terminal, and what a person would see on it."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        home: Path,
        rows: int = 32,
        columns: int = 240,
        editor: str | None = None,
        wrapper: tuple[str, ...] = (),
        program: tuple[str, ...] = (sys.executable, "-m", "aloop_models"),
        **variables: str,
    ) -> None:
        environment = {name: os.environ[name] for name in ("PATH", "XDG_RUNTIME_DIR")}
        environment |= {"HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"} | variables
        if editor is not None:
            environment["ALOOP_EDITOR"] = editor
        self._screen = pyte.HistoryScreen(columns, rows, history=5_000)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self.begun = time.monotonic()
        command = [*wrapper, *program, *arguments]
        self.process = pexpect.spawn(
            command[0],
            command[1:],
            cwd=str(folder),
            env=environment,
            dimensions=(rows, columns),
        )

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        # As a terminal that is closed; on a busy machine a big program takes a while to be gone.
        self.process.kill(signal.SIGHUP)
        with suppress(AssertionError):
            self.leave()
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            self.process.wait()
        self.process.close()

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def everything(self) -> str:
        """What is on the screen, and what has left it at the top."""
        above = (
            "".join(line[column].data for column in range(self._screen.columns)) for line in self._screen.history.top
        )
        return "\n".join((*(line.rstrip() for line in above), self.text))

    def read(self, seconds: float = 0.05) -> bool:
        """Take what has come; False at the end of the program."""
        try:
            data = self.process.read_nonblocking(65_536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        for _ in range(data.count(b"\x1b[6n")):
            # The program asks where the cursor is, and a terminal answers.
            self.process.send(f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R")
        return True

    def wait(self, pattern: str, timeout: float = 120.0) -> str:
        """The screen, once it shows this."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            alive = self.read()
            if re.search(pattern, self.text, re.DOTALL):
                return self.text
            if not alive:
                break
        raise AssertionError(f"{pattern!r} did not come:\n{self.text}")

    def type(self, text: str) -> None:
        """Type, without Enter."""
        self.process.send(text)

    def enter(self, text: str, *then: str) -> str:
        """Type a line, and wait for what it brings, one thing after the other."""
        self.process.send(text + "\r")
        shown = self.text
        for pattern in then:
            shown = self.wait(pattern)
        return shown

    def resize(self, rows: int, columns: int) -> None:
        """Make the window another size."""
        self._screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def leave(self) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + 60
        while self.read(0.2):
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
        self.process.wait()
        return self.process.exitstatus
