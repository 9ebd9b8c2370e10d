"""A running `aloop` and an editor on one file: each sees at once what the other does; a switch hits who is meant."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from support.agent import KEY, OTHER_KEY, Screen, two_models, write_config
from support.provider_endpoint import ProviderEndpoint, Say

pytestmark = pytest.mark.usefixtures("alone")

SERVER = [sys.executable, "-m", "aloop_models.lsp.main", "--stdio"]


@pytest.fixture
def folder(tmp_path: Path, endpoint: ProviderEndpoint) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    text = two_models(endpoint).replace("default:", "  openai/no-key:\n    name: Keyless\ndefault:")
    write_config(made, text)
    return made


@pytest.fixture
def config(folder: Path) -> Path:
    return folder / ".aloop" / "models.yaml"


@pytest.fixture
def editor(folder: Path) -> Iterator[LspClient]:
    with LspClient(SERVER) as client:
        client.initialize(folder)
        client.wait_notification("aloop/modelsChanged")
        yield client


@pytest.fixture
def screen(folder: Path, tmp_path: Path) -> Iterator[Screen]:
    with Screen(folder, home=tmp_path) as running:
        running.wait(r"❯ *\n.*One")
        yield running


def models(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aloop_models", "models", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def state(editor: LspClient, *model_ids: str | None, since: int = 0) -> dict[str, Any]:
    """The editor's status, once exactly these models run."""

    def fits(told: dict[str, Any]) -> bool:
        return [item["modelId"] for item in told["sessions"]] == [*model_ids]

    return editor.wait_notification("aloop/modelsChanged", fits, since=since).params


def ask(screen: Screen, endpoint: ProviderEndpoint, question: str) -> tuple[str, str | None, str]:
    """Model, key and path of the request that the question makes."""
    before = len(endpoint.received)
    screen.enter(question)
    endpoint.wait_received(before + 1)
    screen.wait(rf"❯ {re.escape(question)}\s.*tokens.*❯ *\n")
    assert len(endpoint.received) == before + 1
    return endpoint.last.model, endpoint.last.key, endpoint.last.path


ONE = ("one", KEY, "/v1/chat/completions")
TWO = ("two", OTHER_KEY, "/v1/messages")


@pytest.mark.real_editor
def test_an_editor_switches_the_agent_and_follows_it(
    screen: Screen, editor: LspClient, endpoint: ProviderEndpoint, config: Path
) -> None:
    before = config.read_bytes()
    state(editor, "openai/one")
    assert ask(screen, endpoint, "First?") == ONE
    screen.type("half a line")
    screen.wait("❯ half a line")
    result = editor.execute("aloop.switchModel", {"modelId": "anthropic/two"})
    assert len(result["sessions"]) == 1
    screen.wait(r"Using Two \(switched by lsp_client\)\.\n❯ half a line *\n.*\n* Two")
    screen.type("\x15")
    assert ask(screen, endpoint, "Second?") == TWO
    # The conversation has stayed.
    assert [message["role"] for message in endpoint.last.messages] == ["user", "assistant", "user"]

    since = editor.mark()
    screen.enter("/model -", r"Using One \(openai/one\)\.")
    told = state(editor, "openai/one", since=since)
    assert (told["current"], told["default"]) == ("openai/one", "openai/one")
    assert ask(screen, endpoint, "Third?") == ONE
    screen.enter("/model -", r"Using Two \(anthropic/two\)\.")
    assert config.read_bytes() == before


@pytest.mark.real_editor
def test_a_switch_in_a_running_answer_is_for_the_next_turn(
    screen: Screen, editor: LspClient, endpoint: ProviderEndpoint
) -> None:
    state(editor, "openai/one")
    gate = threading.Event()
    endpoint.queue(Say("Slowly, word by word.", gate=gate))
    screen.enter("Tell me more.", "Slowly")
    editor.execute("aloop.switchModel", {"modelId": "anthropic/two"})
    gate.set()
    shown = screen.wait(r"tokens.*Using Two \(switched by lsp_client\)\.\n❯ *\n.*\n* Two")
    assert "Slowly, word by word." in shown
    assert re.search(r"^One · .* tokens", shown, re.MULTILINE)
    assert [request.model for request in endpoint.received] == ["one"]
    assert ask(screen, endpoint, "Next?") == TWO


@pytest.mark.real_editor
def test_a_shell_in_the_folder_switches_the_agent(
    screen: Screen, folder: Path, endpoint: ProviderEndpoint, tmp_path: Path
) -> None:
    done = models(folder, "switch", "two")
    assert done.returncode == 0, done.stderr
    screen.wait(r"Using Two \(switched by aloop models\)\.\n❯ *\n.*\n* Two")
    # It survives a restart with --continue.
    (saved,) = (tmp_path / ".local" / "state" / "aloop-models" / "conversations").iterdir()
    assert '"model": "anthropic/two"' in saved.read_text()
    assert ask(screen, endpoint, "Who?") == TWO
    assert re.search(
        rf"Two +interactive +{screen.process.pid} +{re.escape(str(folder))}", models(folder, "sessions").stdout
    )


@pytest.mark.real_editor
def test_what_is_not_ready_is_refused_with_the_reason(
    screen: Screen, editor: LspClient, folder: Path, endpoint: ProviderEndpoint
) -> None:
    state(editor, "openai/one")
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.switchModel", {"modelId": "openai/no-key"})
    assert refused.value.data["reason"] == "notReady"
    assert "it has no API key" in str(refused.value)
    done = models(folder, "switch", "keyless")
    assert done.returncode != 0
    assert "it has no API key" in done.stderr
    assert ask(screen, endpoint, "Who?") == ONE
    assert "Keyless" not in screen.text


@pytest.mark.real_editor
def test_a_model_added_in_the_prompt_goes_into_the_editors_unsaved_text(
    screen: Screen, editor: LspClient, config: Path, endpoint: ProviderEndpoint
) -> None:
    before = config.read_text()
    editor.open(config)
    editor.replace(config, 0, 0, "# being written\n")
    screen.enter(
        f"/model add openai/three name=Three api_key={KEY} api_base={endpoint.openai_url}",
        r"Added openai/three\.",
        r"Added to the open editor \(unsaved",
    )
    assert editor.text(config).startswith("# being written\n")
    assert "  openai/three:\n    name: Three\n" in editor.text(config)
    assert config.read_text() == before
    # The session uses it already.
    screen.enter("/model three", r"Using Three \(openai/three\)")
    assert ask(screen, endpoint, "Who?") == ("three", KEY, "/v1/chat/completions")
    screen.enter("/model", r"\[CURRENT\] Three - openai/three")
    since = editor.mark()
    screen.enter("/model one", r"Using One \(openai/one\)")
    state(editor, "openai/one", since=since)
    screen.enter("/model three", r"❯ /model three\s+Using Three")
    editor.save(config)
    assert ask(screen, endpoint, "And after the save?")[0] == "three"
    assert config.read_text() == editor.text(config)
    assert "removed" not in screen.text
    screen.enter("/model one", r"❯ /model one\s+Using One.*❯ /model one\s+Using One")
    editor.execute("aloop.switchModel", {"modelId": "openai/three"})
    screen.wait(r"Using Three \(switched by lsp_client\)")


@pytest.mark.real_editor
def test_the_editor_switches_to_a_model_that_the_prompt_added_to_its_unsaved_text(
    screen: Screen, editor: LspClient, config: Path, endpoint: ProviderEndpoint
) -> None:
    state(editor, "openai/one")
    editor.open(config)
    editor.replace(config, 0, 0, "# being written\n")
    before = editor.text(config)
    screen.enter(
        f"/model add openai/three name=Three api_key={KEY} api_base={endpoint.openai_url}",
        r"Added to the open editor \(unsaved; undo works there\)",
    )
    since = editor.mark()
    result = editor.execute("aloop.switchModel", {"modelId": "openai/three"})
    assert len(result["sessions"]) == 1
    screen.wait(r"Using Three \(switched by lsp_client\)")
    assert state(editor, "openai/three", since=since)["current"] == "openai/three"
    assert ask(screen, endpoint, "Who?") == ("three", KEY, "/v1/chat/completions")
    # Undone there, it is in no list any more; the conversation goes on with it as it was last known.
    since = editor.mark()
    editor.set_text(config, before)
    told = state(editor, "openai/three", since=since)
    assert [model["modelId"] for model in told["models"]] == ["openai/one", "anthropic/two", "openai/no-key"]
    assert ask(screen, endpoint, "And now?")[0] == "three"


@pytest.mark.real_editor
def test_an_agent_started_in_the_window_begins_with_its_choice(
    editor: LspClient, folder: Path, tmp_path: Path, endpoint: ProviderEndpoint
) -> None:
    told = editor.execute("aloop.switchModel", {"modelId": "anthropic/two"})
    assert told["sessions"] == []
    address = editor.capabilities["experimental"]["aloopEndpoint"]
    with Screen(folder, home=tmp_path, editor=address) as screen:
        screen.wait(r"❯ *\n.*\n* Two")
        state(editor, "anthropic/two")
        assert ask(screen, endpoint, "Who?") == TWO
    with Screen(folder, "--model", "one", home=tmp_path, editor=address) as screen:
        screen.wait(r"❯ *\n.*\n* One")
    with Screen(folder, home=tmp_path, editor=address + "-gone") as screen:
        screen.wait(r"❯ *\n.*\n* One")
    with Screen(folder, home=tmp_path) as screen:
        screen.wait(r"❯ *\n.*\n* One")


def test_a_task_is_listed_and_never_switched_by_chance(
    editor: LspClient, folder: Path, endpoint: ProviderEndpoint
) -> None:
    gate = threading.Event()
    endpoint.queue(Say("The answer of the task.", gate=gate))
    since = editor.mark()
    command = [sys.executable, "-m", "aloop_models", "--task", "Who?"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as task:
        try:
            endpoint.wait_received(1)
            told = state(editor, "openai/one", since=since)
            assert [item["kind"] for item in told["sessions"]] == ["task"]
            assert str(task.pid) in models(folder, "sessions").stdout
            result = editor.execute("aloop.switchModel", {"modelId": "anthropic/two"})
            assert result["sessions"] == []
            assert (
                "No agent is running here. For one run: aloop --model anthropic/two."
                in models(folder, "switch", "two").stderr
            )
        finally:
            gate.set()
        out, err = task.communicate(timeout=120)
    assert (task.returncode, out, err) == (0, "The answer of the task.\n", "")
    assert [request.model for request in endpoint.received] == ["one"]
    state(editor, since=since)


@pytest.mark.parametrize("end", ["leave", "kill"])
@pytest.mark.real_editor
def test_the_end_of_the_agent_is_noticed(screen: Screen, editor: LspClient, end: str) -> None:
    state(editor, "openai/one")
    since = editor.mark()
    if end == "leave":
        screen.enter("/exit")
        assert screen.leave() == 0
    else:
        os.kill(screen.process.pid, 9)
        screen.process.wait()
    assert state(editor, since=since)["sessions"] == []
