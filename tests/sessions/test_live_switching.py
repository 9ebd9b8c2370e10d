"""A switch reaches exactly the session that was meant, and everyone concerned knows at once."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from sessions.conftest import World
from support.lsp_client import LspClient, LspError

LLAMA = "ollama/llama3.1"


def status(client: LspClient, since: int, model_id: str | None, count: int) -> dict[str, Any]:
    """The next state in which `count` agents run, all of them on the model."""

    def fits(state: dict[str, Any]) -> bool:
        return len(state["sessions"]) == count and all(item["modelId"] == model_id for item in state["sessions"])

    return client.wait_notification("aloop/modelsChanged", fits, since=since).params


def test_an_editor_switches_a_foreign_agent_live(world: World) -> None:
    before = hashlib.sha256(world.config.read_bytes()).hexdigest()
    editor = world.editor()
    since = editor.mark()
    agent = world.agent()
    assert agent.first_model == "openai/gpt-4o"
    status(editor, since, "openai/gpt-4o", 1)
    since = editor.mark()
    result = editor.execute("aloop.switchModel", {"modelId": LLAMA})
    assert result["sessions"] == [agent.id]
    assert result["message"] == f"Llama is the model of the agent in {world.project} from its next turn on."
    assert agent.hear() == f"switched {LLAMA} by lsp_client"
    assert agent.ask("hello") == f"{LLAMA}: hello"
    told = status(editor, since, LLAMA, 1)
    assert (told["current"], told["choice"]["modelId"]) == (LLAMA, "openai/gpt-4o")
    assert hashlib.sha256(world.config.read_bytes()).hexdigest() == before


def test_an_editor_follows_a_switch_made_in_the_agent(world: World) -> None:
    editor, agent = world.editor(), world.agent()
    since = editor.mark()
    assert agent.ask(f"/model {LLAMA}") == f"Using Llama ({LLAMA})."
    assert status(editor, since, LLAMA, 1)["current"] == LLAMA


def test_the_command_line_switches_the_agent_of_its_folder(world: World) -> None:
    agent = world.agent()
    done = world.models("switch", "llama3.1")
    assert (done.returncode, done.stderr) == (0, f"llama3.1 is {LLAMA}.\n")
    assert agent.hear() == f"switched {LLAMA} by aloop models"
    elsewhere = world.models("switch", LLAMA, "--config", str(world.config), folder=world.root)
    assert elsewhere.returncode == 2
    assert "No agent is running here." in elsewhere.stderr


def test_a_switch_of_one_changes_exactly_one(world: World) -> None:
    editors = [world.editor(), world.editor()]
    first, second = world.agent(), world.agent()
    other = world.root / "other"
    other.mkdir()
    third = world.agent(folder=other)
    with pytest.raises(LspError) as refused:
        editors[0].execute("aloop.switchModel", {"modelId": LLAMA})
    assert refused.value.data["reason"] == "ambiguousSession"
    assert sorted(refused.value.data["suggestions"]) == sorted([first.id, second.id])
    since = editors[1].mark()
    editors[0].execute("aloop.switchModel", {"modelId": LLAMA, "session": second.id})
    assert second.hear() == f"switched {LLAMA} by lsp_client"
    assert first.ask("?") == "openai/gpt-4o: ?"
    assert third.ask("?") == "openai/gpt-4o: ?"

    def knows(state: dict[str, Any]) -> bool:
        return {item["id"]: item["modelId"] for item in state["sessions"]} == {
            first.id: "openai/gpt-4o",
            second.id: LLAMA,
            third.id: "openai/gpt-4o",
        }

    editors[1].wait_notification("aloop/modelsChanged", knows, since=since)
    editors[0].execute("aloop.switchModel", {"modelId": LLAMA, "session": "*"})
    assert first.hear() == f"switched {LLAMA} by lsp_client"
    assert third.ask("?") == "openai/gpt-4o: ?"


def test_an_agent_refuses_what_it_cannot_use(world: World) -> None:
    editor, agent = world.editor(), world.agent()
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.switchModel", {"modelId": "openai/no-key"})
    assert refused.value.data["reason"] == "notReady"
    assert agent.ask("?") == "openai/gpt-4o: ?"


def test_a_model_in_use_is_not_removed(world: World) -> None:
    editor, agent = world.editor(), world.agent()
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.removeModel", {"modelId": "openai/gpt-4o"})
    assert refused.value.data["reason"] in ("modelIsCurrent", "modelInUse")
    assert agent.ask("/model remove openai/gpt-4o").endswith("Switch to another one first.")


def test_what_an_agent_adds_appears_in_the_unsaved_buffer(world: World) -> None:
    editor = world.editor()
    agent = world.agent()
    editor.open(world.config)
    editor.replace(world.config, 0, 0, "# being written\n")
    assert (
        agent.ask("/model add groq/x api_key=gsk_zq8only7for6this5test4lm3nb2vc1xzq9wkqwertyuiop12") == "Added groq/x."
    )
    sent = [message["method"] for message in editor.server_requests]
    assert "workspace/applyEdit" in sent
    assert "  groq/x:\n    api_key: gsk_" in editor.text(world.config)
    assert "groq/x" not in world.config.read_text()


def test_the_end_of_an_agent_is_noticed_however_it_comes(world: World) -> None:
    editor = world.editor()
    agents = [world.agent(), world.agent()]
    since = editor.mark()
    agents[0].kill()
    assert status(editor, since, "openai/gpt-4o", 1)["sessions"][0]["id"] == agents[1].id
    assert world.models("sessions", "--json").stdout.count('"id"') == 1


def test_an_agent_started_in_the_window_takes_its_choice(world: World) -> None:
    editor = world.editor()
    editor.execute("aloop.switchModel", {"modelId": LLAMA})
    endpoint = editor.capabilities["experimental"]["aloopEndpoint"]
    assert world.agent(ALOOP_EDITOR=endpoint).first_model == LLAMA
    assert world.agent(ALOOP_EDITOR="/nowhere").first_model == "openai/gpt-4o"
