"""Whoever is killed, at whatever moment: the others go on."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from contextlib import suppress

from aloop_models.sessions.framing import frame_message
from support.world import EXAMPLES, FILE, SERVER, Agent, World

ROUNDS = 20
NAMES = {"ollama/llama3.1": "Llama", "openai/gpt-4o": "GPT-4o"}
IDS = tuple(NAMES)


class Victim:
    """A process that takes part and is killed after so many seconds, wherever it is then."""

    def __init__(self, world: World, kind: str, seconds: float) -> None:
        command = {
            "editor": SERVER,
            "agent": [sys.executable, str(EXAMPLES / "foreign_agent.py"), str(world.config)],
            "command line": [sys.executable, "-m", "aloop_models", "models", "switch", IDS[0], "--session", "*"],
        }[kind]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, cwd=world.project, env=world.environment, stdin=pipe, stdout=nothing, stderr=nothing
        )
        assert self.process.stdin
        if kind == "editor":
            params = {
                "processId": os.getpid(),
                "rootUri": world.project.as_uri(),
                "capabilities": {},
                "clientInfo": {"name": "victim"},
            }
            messages = ({"id": 1, "method": "initialize", "params": params}, {"method": "initialized", "params": {}})
            self.process.stdin.write(b"".join(frame_message({"jsonrpc": "2.0", **message}) for message in messages))
            self.process.stdin.flush()
        self._timer = threading.Timer(seconds, self.process.kill)
        self._timer.start()

    def end(self) -> None:
        """Wait until it is dead."""
        self._timer.join()
        self.process.wait()
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.close()


def answer(agent: Agent, line: str) -> str:
    """What it answers, without the switches that are told before."""
    told = agent.ask(line)
    while told.startswith("switched "):
        told = agent.hear()
    return told


def test_who_is_killed_takes_nobody_along(world: World) -> None:
    drawn, default = random.Random(5), IDS[1]
    editor, agent = world.editor(), world.agent()
    for number in range(ROUNDS):
        kind = ("editor", "agent", "command line")[number % 3]
        victim = Victim(world, kind, drawn.uniform(0.0, 0.6))
        wanted = IDS[number % 2]
        # The survivors talk all the while, also to the one that dies: the newest editor is asked first.
        while victim.process.poll() is None:
            editor.execute("aloop.switchModel", {"modelId": wanted, "session": agent.id})
            when = "already" if wanted == default else "now"
            assert answer(agent, f"/model default {wanted}") == f"{NAMES[wanted]} is {when} the default model."
            default = wanted
        victim.end()
    since = editor.mark()
    editor.execute("aloop.switchModel", {"modelId": IDS[0], "session": agent.id})
    state = editor.wait_notification(
        "aloop/modelsChanged", lambda state: [item["id"] for item in state["sessions"]] == [agent.id], since=since
    ).params
    assert state["sessions"][0]["modelId"] == IDS[0]
    assert agent.process.poll() is None
    # All that is left is that of the two who live, and a file that was written in whole.
    assert json.loads(world.models("sessions", "--json").stdout)["sessions"][0]["id"] == agent.id
    assert len(list((world.runtime / "aloop-models" / "sessions").glob("*.json"))) == 2
    assert world.config.read_text() == FILE.replace("default: openai/gpt-4o", f"default: {default}")
