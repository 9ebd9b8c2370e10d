"""The reference client in another language, `docs/examples/switch.mjs`, on a running agent."""

from __future__ import annotations

import subprocess

from support.world import EXAMPLES, LIMIT, World

LLAMA = "ollama/llama3.1"


def node(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["node", str(EXAMPLES / "switch.mjs"), *arguments]
    return subprocess.run(command, env=world.environment, capture_output=True, text=True, timeout=LIMIT)


def test_node_lists_the_agents_and_switches_one(world: World) -> None:
    assert node(world).stdout == ""
    first, second = world.agent(), world.agent()
    world.editor()
    rows = {f"{agent.id} openai/gpt-4o {world.project}" for agent in (first, second)}
    assert set(node(world).stdout.splitlines()) == rows
    done = node(world, second.id, LLAMA)
    told = f"The agent in {world.project} will use Llama from its next turn.\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")
    assert second.hear() == f"switched {LLAMA} by switch.mjs"
    assert first.ask("?") == "openai/gpt-4o: ?"
    assert f"{second.id} {LLAMA} {world.project}" in node(world).stdout


def test_node_tells_a_refusal(world: World) -> None:
    agent = world.agent()
    refused = node(world, agent.id, "openai/no-key")
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        2,
        "",
        "switch.mjs: openai/no-key is not ready: it has no API key. Set its API key.\n",
    )
    nobody = node(world, "00000000", LLAMA)
    assert (nobody.returncode, nobody.stderr) == (2, "switch.mjs: There is no agent 00000000.\n")
    assert agent.ask("?") == "openai/gpt-4o: ?"
