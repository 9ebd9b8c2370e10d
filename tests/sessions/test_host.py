"""What goes over the wire between an editor and an agent, recorded by one that plays the other's part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import pytest

from aloop_models.errors import RefusedError
from aloop_models.sessions import host as host_module
from aloop_models.sessions.connection import Connection
from aloop_models.sessions.endpoint import connect
from aloop_models.sessions.host import Host
from support.world import World

LLAMA = "ollama/llama3.1"
Recorded = list[tuple[str, Any, str]]


class Play(Protocol):
    def __call__(self, kind: str, answer: Any = None) -> AbstractAsyncContextManager[tuple[Host, Recorded]]: ...


@pytest.fixture
def play(world: World, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Takes part as an editor or an agent that writes down what it is asked and gives one answer to everything."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))

    @asynccontextmanager
    async def playing(kind: str, answer: Any = None) -> AsyncIterator[tuple[Host, Recorded]]:
        asked: Recorded = []

        async def execute(command: str, argument: object, who: str) -> Any:
            asked.append((command, argument, who))
            if isinstance(answer, RefusedError):
                raise answer
            return answer

        host = Host(kind, "player", world.project, world.config, execute, lambda: None)
        await host.start()
        if kind != "editor":
            await host.update(model_id="openai/gpt-4o")
        yield host, asked
        await host.stop()

    return playing


async def test_what_an_agent_adds_is_asked_of_the_editor(world: World, play: Play) -> None:
    async with play("editor", {"message": "Added by the editor.", "modelId": "a/b", "saved": True}) as (_, asked):
        agent = await asyncio.to_thread(world.agent)
        line = '/model add ollama/llama2 name="The old one" timeout=5'
        assert await asyncio.to_thread(agent.ask, line) == "Added by the editor."
    # The agent asks for the URL of the server, too; an empty answer is None.
    fields = {"name": "The old one", "timeout": 5, "api_base": None}
    argument = {"modelId": "ollama/llama2", "fields": fields, "uri": world.config.as_uri()}
    assert asked == [("aloop.addModel", argument, "aloop")]


async def test_the_editors_refusal_is_the_agents_answer(world: World, play: Play) -> None:
    async with play("editor", RefusedError("modelExists", "It is there.", ("a/b",))) as (_, asked):
        agent = await asyncio.to_thread(world.agent)
        before = world.config.read_bytes()
        assert await asyncio.to_thread(agent.ask, "/model add ollama/llama2") == "It is there."
        assert [command for command, _, _ in asked] == ["aloop.addModel"]
        assert world.config.read_bytes() == before


async def test_a_switch_in_the_editor_is_asked_of_the_agent(world: World, play: Play) -> None:
    async with play("interactive", {}) as (host, asked):
        editor = await asyncio.to_thread(world.editor)
        result = await asyncio.to_thread(editor.execute, "aloop.switchModel", {"modelId": LLAMA})
        assert result["sessions"] == [host.entry.id]
        assert asked == [("aloop.switchModel", {"modelId": LLAMA, "session": host.entry.id}, "lsp_client")]


async def test_a_switch_that_makes_a_default_changes_the_file_once(world: World, play: Play) -> None:
    before = world.config.read_text()
    async with play("interactive", {}) as (host, asked):
        editor = await asyncio.to_thread(world.editor)
        argument = {"modelId": LLAMA, "session": host.entry.id, "makeDefault": True}
        result = await asyncio.to_thread(editor.execute, "aloop.switchModel", argument)
    assert asked == [("aloop.switchModel", {"modelId": LLAMA, "session": host.entry.id}, "lsp_client")]
    assert result == {
        "message": f"The agent in {world.project} will use Llama from its next turn. Llama is now the default model.",
        "modelId": LLAMA,
        "displayName": "Llama",
        "sessions": [host.entry.id],
        "saved": True,
    }
    assert world.config.read_text() == before.replace("default: openai/gpt-4o", f"default: {LLAMA}")


async def test_a_task_is_listed_and_switched_by_its_name_only(world: World, play: Play) -> None:
    async with play("task", {}) as (host, asked):
        editor = await asyncio.to_thread(world.editor)
        listed = (await asyncio.to_thread(editor.execute, "aloop.listSessions"))["sessions"]
        assert [(item["id"], item["kind"], item["modelId"]) for item in listed] == [
            (host.entry.id, "task", "openai/gpt-4o")
        ]
        for argument in ({"modelId": LLAMA}, {"modelId": LLAMA, "session": "*"}):
            result = await asyncio.to_thread(editor.execute, "aloop.switchModel", argument)
            assert (result["message"], result["sessions"]) == ("The next agent will use Llama.", [])
        shell = await asyncio.to_thread(world.models, "switch", LLAMA)
        assert (shell.returncode, shell.stderr) == (
            2,
            "aloop models: No agent is running here. For one run: aloop --model ollama/llama3.1. "
            "For new agents: aloop models default ollama/llama3.1. "
            f"For the task in {world.project}: aloop models switch ollama/llama3.1 --session {host.entry.id}\n",
        )
        assert asked == []
        argument = {"modelId": LLAMA, "session": host.entry.id}
        await asyncio.to_thread(editor.execute, "aloop.switchModel", argument)
        assert asked == [("aloop.switchModel", argument, "lsp_client")]


async def test_a_refusal_of_one_of_several_says_that_the_others_were_switched(world: World, play: Play) -> None:
    refused = RefusedError("notReady", "Not with me.")
    async with play("interactive", {}), play("interactive", refused):
        done = await asyncio.to_thread(world.models, "switch", LLAMA, "--session", "*")
        assert (done.returncode, done.stderr) == (2, "aloop models: Not with me. 1 other agent was switched.\n")


async def test_an_agent_that_is_asked_itself(world: World, play: Play) -> None:
    """Without an editor in between: by any program that speaks the protocol."""
    async with play("editor", {}) as (host, _):
        agents = [await asyncio.to_thread(world.agent) for _ in range(2)]
        entries = {entry.id: entry for entry in host.others()}
        first = entries[agents[0].id]

        async def ask(**argument: Any) -> Any:
            return await host.call(first, "aloop.switchModel", argument)

        told = f"The agent in {world.project} will use Llama from its next turn."
        assert await ask(modelId=LLAMA, uri=world.config.as_uri()) == {
            "message": told,
            "modelId": LLAMA,
            "displayName": "Llama",
            "sessions": [first.id],
        }
        assert (await ask(modelId=LLAMA, session=agents[1].id))["sessions"] == [agents[1].id]
        assert await asyncio.to_thread(agents[0].hear) == f"switched {LLAMA} by player"
        assert await asyncio.to_thread(agents[1].hear) == f"switched {LLAMA} by aloop"
    # The default goes to the file, once the editor is gone.
    async with play("interactive", {}) as (host, _):
        result = await host.call(first, "aloop.switchModel", {"modelId": LLAMA, "makeDefault": True})
        assert result["message"] == f"{told} Llama is now the default model."
    assert world.config.read_text().endswith(f"default: {LLAMA}\n")


async def test_a_switch_goes_over_the_connection_that_is_open(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever side has made it; none is made for the switch, and the switch is told under the asker's name."""
    async with (
        play("interactive", {}) as (_, first),
        play("editor") as (editor, _),
        play("interactive", {}) as (_, last),
    ):
        ids = [entry.id for entry in editor.others()]
        assert len(ids) == 2
        monkeypatch.setattr(host_module, "connect", None)
        await editor.switch_sessions(ids, LLAMA)
    assert [[who for _, _, who in asked] for asked in (first, last)] == [["player"], ["player"]]


async def test_the_state_is_built_only_for_those_who_read_it(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async with play("interactive") as (agent, _), play("editor") as (editor, _):
        while agent._is_telling:  # What it says at its start has not been sent yet.
            await asyncio.sleep(0)
        built: list[str] = []
        noticed, heard = asyncio.Event(), asyncio.Queue[Any]()
        monkeypatch.setattr(agent, "state", lambda: built.append("once") or {"file": None})
        monkeypatch.setattr(editor, "_note", noticed.set)
        agent.tell()
        await asyncio.wait_for(noticed.wait(), 60)
        assert built == []

        async def hear(_: Connection, method: str, params: Any) -> None:
            heard.put_nowait((method, params))

        stranger = await connect(agent.entry.endpoint, hear, 60)
        await stranger.request("initialize", {"clientInfo": {"name": "a script"}}, 60)
        agent.tell()
        assert await asyncio.wait_for(heard.get(), 60) == ("aloop/modelsChanged", {"file": None})
        assert built == ["once"]
        stranger.close()
