"""The time until a switch is known to two agents and two editors that use the same file."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.report import p95
from bench.servers import aloop_ls, environment
from lsp_client import LspClient

GOAL = 0.2
"""Seconds until every agent and editor must know."""

IDS = ("ollama/llama3.1", "ollama/qwen2.5")
_MODELS = "".join(f"  {model_id}:\n" for model_id in IDS)
_AGENT = Path(__file__).parents[1] / "docs" / "examples" / "foreign_agent.py"
Samples = dict[str, list[float]]


class _Agent:
    """A running agent, and every line that it prints with its time (perf_counter)."""

    def __init__(self, config: Path, env: dict[str, str]) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, str(_AGENT), str(config)]
        self.process = subprocess.Popen(
            command, cwd=config.parents[1], env=env, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )
        self._heard: list[tuple[str, float]] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.id = self.wait(lambda line: line.startswith("ready"), 0)[0].split()[1]

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._news:
                self._heard.append((line, time.perf_counter()))
                self._news.notify_all()

    def mark(self) -> int:
        return len(self._heard)

    def wait(self, fits: Callable[[str], bool], since: int) -> tuple[str, float]:
        def found() -> tuple[str, float] | None:
            return next((item for item in self._heard[since:] if fits(item[0])), None)

        with self._news:
            item = self._news.wait_for(found, 10)
        assert item, "the agent did not print the line"
        return item

    def say(self, line: str) -> float:
        assert self.process.stdin
        at = time.perf_counter()
        self.process.stdin.write(f"{line}\n")
        return at

    def kill(self) -> None:
        self.process.kill()
        self._reader.join()
        with self.process:
            pass


def run(rounds: int) -> Samples:
    """Return the seconds from the command, or the typed line, until each participant knows."""
    samples: Samples = {}
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="as-", dir="/tmp")))
        config = home / "project" / ".aloop" / "models.yaml"
        config.parent.mkdir(parents=True)
        config.write_text(f"models:\n{_MODELS}default: {IDS[0]}\n", "utf-8")
        config.chmod(0o600)
        env = environment(home)
        editors = [_editor(config, env, stack) for _ in range(2)]
        agents = [_Agent(config, env) for _ in range(2)]
        for agent in agents:
            stack.callback(agent.kill)
        _wait_state(editors[1], 0, {agent.id: IDS[0] for agent in agents})
        for _ in range(rounds):
            _switch_in_editor(samples, editors, agents, IDS[1])
            _switch_in_agent(samples, editors, agents, IDS[0])
    return samples


def markdown(samples: Samples) -> str:
    """Return a Markdown table of medians and 95th percentiles."""
    lines = ["| switch with 2 agents and 2 editors | median (p95) | goal |", "|---|--:|---|"]
    for figure, values in samples.items():
        high = p95(values)
        goal = f"≤ {GOAL * 1000:.0f} ms {'met' if high <= GOAL else 'MISSED'}"
        lines.append(f"| {figure} | {statistics.median(values) * 1000:.1f} ms ({high * 1000:.1f} ms) | {goal} |")
    return "\n".join(lines)


def _switch_in_editor(samples: Samples, editors: Sequence[LspClient], agents: Sequence[_Agent], model_id: str) -> None:
    marks, heard = [editor.mark() for editor in editors], agents[0].mark()
    argument = {"modelId": model_id, "session": agents[0].id}
    began = time.perf_counter()
    editors[0].execute("aloop.switchModel", argument)
    answered = time.perf_counter()
    _, used = agents[0].wait(lambda line: line.startswith(f"switched {model_id}"), heard)
    here, there = (
        _wait_state(editor, mark, {agents[0].id: model_id}) for editor, mark in zip(editors, marks, strict=True)
    )
    for figure, at in (
        ("switch in an editor → agent", used),
        ("switch in an editor → result of the command", answered),
        ("switch in an editor → status of that editor", here),
        ("switch in an editor → status of the other editor", there),
    ):
        samples.setdefault(figure, []).append(at - began)


def _switch_in_agent(samples: Samples, editors: Sequence[LspClient], agents: Sequence[_Agent], model_id: str) -> None:
    marks = [editor.mark() for editor in editors]
    began = agents[0].say(f"/model {model_id}")
    for editor, mark in zip(editors, marks, strict=True):
        at = _wait_state(editor, mark, {agents[0].id: model_id})
        samples.setdefault("switch in an agent → status of an editor", []).append(at - began)


def _editor(config: Path, env: dict[str, str], stack: ExitStack) -> LspClient:
    client = LspClient(aloop_ls().command, cwd=config.parents[1], env=env, is_recorded=False)
    stack.callback(client.kill)
    client.initialize(config.parents[1])
    return client


def _wait_state(client: LspClient, since: int, wanted: dict[str, str]) -> float:
    def fits(state: dict[str, Any]) -> bool:
        found = {item["id"]: item["modelId"] for item in state["sessions"]}
        return wanted.items() <= found.items()

    return client.wait_notification("aloop/modelsChanged", fits, since=since).at
