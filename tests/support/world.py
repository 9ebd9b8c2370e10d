"""Running agents and editors on one file, in a runtime folder of their own."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from lsp_client import LspClient

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SERVER = [sys.executable, "-m", "aloop_models.lsp.main", "--stdio"]
LLAMA = "ollama/llama3.1"
LIMIT = 60
"""Seconds after which a program hangs; a machine may be busy."""
FILE = """\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-zq8only7for6this5test4lm3nb2vc1xzq9wk  # mine
  ollama/llama3.1:
    name: Llama
  openai/no-key:
default: openai/gpt-4o
"""


class Agent:
    """A foreign agent in a process of its own."""

    def __init__(self, config: Path, folder: Path, environment: dict[str, str], *, is_patient: bool = True) -> None:
        patience = [str(Path(__file__).with_name("patient_agent.py"))] if is_patient else []
        command = [sys.executable, *patience, str(EXAMPLES / "foreign_agent.py"), str(config)]
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        _, self.id, self.first_model = self.hear().split()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip("\n"))

    def hear(self) -> str:
        """The next line it prints."""
        return self._lines.get(timeout=LIMIT)

    def is_silent(self) -> bool:
        """Whether nothing it printed is unheard."""
        return self._lines.empty()

    def ask(self, line: str) -> str:
        """What it answers to a line."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.hear()

    def kill(self) -> None:
        """End it as the system does when memory runs out."""
        self.process.kill()
        self._reader.join()
        with suppress(BrokenPipeError):
            assert self.process.stdin
            self.process.stdin.close()
        self.process.wait()


class World:
    """A folder with a models.yaml, and everyone who runs in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = root / "project"
        self.config = self.project / ".aloop" / "models.yaml"
        self.config.parent.mkdir(parents=True)
        self.config.write_text(FILE)
        self.config.chmod(0o600)
        self.runtime = root / "run"
        self.runtime.mkdir(mode=0o700)
        self.environment = {
            **os.environ,
            "HOME": str(root),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "ALOOP_TODAY": "2026-11-22",
            "ALOOP_CATALOG": "snapshot",
        }
        self.environment.pop("ALOOP_EDITOR", None)
        self._ends: list[Agent | LspClient] = []

    def agent(
        self, folder: Path | None = None, config: Path | None = None, *, is_patient: bool = True, **more: str
    ) -> Agent:
        """Start an agent; an impatient one gives an editor as little time as in real life."""
        environment = {**self.environment, **more}
        agent = Agent(config or self.config, folder or self.project, environment, is_patient=is_patient)
        self._ends.append(agent)
        return agent

    def editor(self, folder: Path | None = None) -> LspClient:
        """Start an editor's server and shake hands."""
        client = LspClient(SERVER, env=self.environment)
        self._ends.append(client)
        client.initialize(folder or self.project)
        client.wait_notification("aloop/modelsChanged")
        return client

    def models(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run `aloop models`."""
        command = [sys.executable, "-m", "aloop_models", "models", *arguments]
        return subprocess.run(
            command, cwd=folder or self.project, env=self.environment, capture_output=True, text=True, timeout=LIMIT
        )

    def end(self) -> None:
        """Kill everyone."""
        for one in self._ends:
            one.kill()


def endpoint_of(world: World, identity: str) -> str:
    files = list((world.runtime / "aloop-models" / "sessions").glob(f"{identity}.json"))
    return json.loads(files[0].read_text())["endpoint"]


def dial(address: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(LIMIT)
    line.connect(address)
    return line


def write_entry(
    folder: Path, identity: str, kind: str, pid: int, world: World, endpoint: str, started: int | None = None
) -> None:
    entry = {
        "id": identity,
        "kind": kind,
        "pid": pid,
        "started": started,
        "folder": str(world.project),
        "config": str(world.config),
        "endpoint": endpoint,
    }
    (folder / "sessions").mkdir(mode=0o700, exist_ok=True)
    (folder / "sessions" / f"{identity}.json").write_text(json.dumps(entry))
