"""The first state that an editor is told: it names the agents that run already."""

from __future__ import annotations

import os
import socket
from typing import Any

from lsp_client import LspClient
from support.world import SERVER, World, write_entry

CHANGED = "aloop/modelsChanged"
LLAMA = "ollama/llama3.1"


def states(client: LspClient) -> list[Any]:
    return [item.params for item in client.notifications if item.method == CHANGED]


def test_it_names_the_agents_that_run(world: World) -> None:
    agent = world.agent()
    assert agent.ask(f"/model {LLAMA}") == f"Using Llama ({LLAMA})."
    first = states(world.editor())[0]
    assert [(item["id"], item["modelId"], item["here"]) for item in first["sessions"]] == [(agent.id, LLAMA, True)]
    assert (first["current"], first["choice"]["modelId"]) == (LLAMA, "openai/gpt-4o")


def test_whatever_makes_it_be_told_before_the_others_are_met(world: World) -> None:
    """Somebody hangs, so meeting everyone takes long; meanwhile a folder is added, which changes the state."""
    agent = world.agent()
    folder = world.runtime / "aloop-models"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(folder / "hang.s"))
        silent.listen()
        write_entry(folder, "hang", "editor", os.getpid(), world, str(folder / "hang.s"))
        client = LspClient(SERVER, env=world.environment)
        try:
            client.initialize(world.project)
            client.change_folders(world.project, world.root)
            client.wait_notification(CHANGED)
            client.execute("aloop.listSessions")
            first = states(client)[0]
            assert [item["id"] for item in first["sessions"]] == [agent.id]
        finally:
            client.kill()
