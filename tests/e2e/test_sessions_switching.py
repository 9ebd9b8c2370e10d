"""A switch reaches exactly the session that was meant, and everyone concerned knows at once."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from support.world import FILE, World

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
    assert result["message"] == f"The agent in {world.project} will use Llama from its next turn."
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
    assert (done.returncode, done.stderr) == (0, f"'llama3.1' matches {LLAMA}.\n")
    assert agent.hear() == f"switched {LLAMA} by aloop models"
    elsewhere = world.models("switch", LLAMA, "--config", str(world.config), folder=world.root)
    option = f"--config {world.config}"
    assert (elsewhere.returncode, elsewhere.stderr) == (
        2,
        f"aloop models: No agent is running here. For one run: aloop {option} --model {LLAMA}. For new agents: aloop "
        f"models default {option} {LLAMA}. For the agent in {world.project}: aloop models switch {option} {LLAMA} "
        f"--session {agent.id}\n",
    )


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
    assert refused.value.data["reason"] == "modelInUse"
    assert agent.ask("/model remove openai/gpt-4o").endswith("Switch to another model first.")


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


def test_on_the_home_file_a_switch_stays_in_its_folder(world: World) -> None:
    home = world.root / ".aloop" / "models.yaml"
    home.parent.mkdir()
    home.write_bytes(world.config.read_bytes())
    home.chmod(0o600)
    here, there = world.root / "here", world.root / "there"
    here.mkdir()
    there.mkdir()
    before = hashlib.sha256(home.read_bytes()).hexdigest()
    editors = [world.editor(here), world.editor(there)]
    agents = [world.agent(folder=here, config=home), world.agent(folder=there, config=home)]
    since = [editor.mark() for editor in editors]
    result = editors[0].execute("aloop.switchModel", {"modelId": LLAMA})
    assert result["sessions"] == [agents[0].id]
    assert agents[0].hear() == f"switched {LLAMA} by lsp_client"
    assert agents[1].ask("?") == "openai/gpt-4o: ?"
    wanted = {agents[0].id: LLAMA, agents[1].id: "openai/gpt-4o"}
    for editor, mark, current in zip(editors, since, (LLAMA, "openai/gpt-4o"), strict=True):
        state = editor.wait_notification(
            "aloop/modelsChanged",
            lambda state: {item["id"]: item["modelId"] for item in state["sessions"]} == wanted,
            since=mark,
        ).params
        assert state["current"] == current
    assert hashlib.sha256(home.read_bytes()).hexdigest() == before


def test_only_make_default_changes_the_file(world: World) -> None:
    first, second = world.agent(), world.agent()
    done = world.models("switch", LLAMA, "--session", second.id, "--make-default")
    assert (done.returncode, done.stdout) == (
        0,
        f"The agent in {world.project} will use Llama from its next turn. Llama is now the default model.\n",
    )
    assert second.hear() == f"switched {LLAMA} by aloop models"
    assert first.ask("?") == "openai/gpt-4o: ?"
    assert world.config.read_text() == FILE.replace("default: openai/gpt-4o", f"default: {LLAMA}")


def test_an_agent_switches_another_by_its_name(world: World) -> None:
    first, second = world.agent(), world.agent()
    answer = first.ask(f"/model switch {LLAMA} --session {second.id}")
    assert answer == f"The agent in {world.project} will use Llama from its next turn."
    assert second.hear() == f"switched {LLAMA} by aloop"
    assert first.ask("?") == "openai/gpt-4o: ?"


def test_a_renamed_model_takes_its_sessions_along(world: World) -> None:
    editor, agent = world.editor(), world.agent()
    editor.open(world.config)
    at = editor.text(world.config).index("openai/gpt-4o")
    edit = editor.request("textDocument/rename", {**editor.at(world.config, at), "newName": "openai/gpt-4.1"})
    assert editor.apply_workspace_edit({"edit": edit}) == {"applied": True}
    assert agent.ask("?") == "openai/gpt-4o: ?"
    since = editor.mark()
    editor.save(world.config)
    assert agent.hear() == "switched openai/gpt-4.1 by a rename in models.yaml"
    assert status(editor, since, "openai/gpt-4.1", 1)["current"] == "openai/gpt-4.1"


def test_a_model_that_left_the_file_stays_in_use(world: World) -> None:
    editor, agent = world.editor(), world.agent()
    status(editor, 0, "openai/gpt-4o", 1)
    without = FILE[: FILE.index("  openai/gpt-4o:")] + FILE[FILE.index("  ollama/llama3.1:") :]
    editor.open(world.config)
    editor.set_text(world.config, without)
    since = editor.mark()
    editor.save(world.config)
    gone = editor.wait_notification("aloop/modelsChanged", lambda state: len(state["models"]) == 2, since=since).params
    (session,) = gone["sessions"]
    assert (session["modelId"], session["displayName"]) == ("openai/gpt-4o", "openai/gpt-4o")
    assert agent.ask("?") == "openai/gpt-4o: ?"
    assert agent.ask("/model").split("|")[1] == "  [CURRENT] openai/gpt-4o (removed from file)"
