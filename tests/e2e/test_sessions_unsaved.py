"""An agent adds a model while a person types: nothing of either is lost, and the person can take it back."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aloop_models import ModelManager, attach
from aloop_models.dispatch.runner import Runner
from aloop_models.workspace.workspace import Workspace
from lsp_client import LspClient, LspError
from support.world import FILE, Agent, World

ADD = "/model add ollama/llama2"
ADDED = FILE.replace("  openai/no-key:\n", "  openai/no-key:\n  ollama/llama2:\n")
TYPED = "# being written\n"


@pytest.fixture
def editor(world: World) -> LspClient:
    """An editor with the file open and a line typed into it."""
    client = world.editor()
    client.open(world.config)
    client.replace(world.config, 0, 0, TYPED)
    return client


@pytest.fixture
def agent(world: World, editor: LspClient) -> Agent:
    return world.agent()


def edits(client: LspClient) -> list[Any]:
    return [item["params"] for item in client.server_requests if item["method"] == "workspace/applyEdit"]


def models(client: LspClient) -> list[str]:
    return [model["modelId"] for model in client.execute("aloop.listModels")["models"]]


def undo(client: LspClient, path: Path) -> None:
    """Make the reverse of the last edit that the server asked for, as the editor's history does."""
    (edit,) = edits(client)[-1]["edit"]["documentChanges"][0]["edits"]
    start = client.text(path).index(edit["newText"])
    client.replace(path, start, start + len(edit["newText"]), "")


def test_the_model_appears_and_saving_writes_both(world: World, editor: LspClient, agent: Agent) -> None:
    assert agent.ask(ADD) == "Added ollama/llama2."
    assert editor.text(world.config) == TYPED + ADDED
    assert world.config.read_text() == FILE
    editor.save(world.config)
    assert world.config.read_text() == TYPED + ADDED


def test_undo_takes_it_back(world: World, editor: LspClient, agent: Agent) -> None:
    agent.ask(ADD)
    assert "ollama/llama2" in models(editor)
    undo(editor, world.config)
    assert editor.text(world.config) == TYPED + FILE
    assert "ollama/llama2" not in models(editor)
    editor.save(world.config)
    assert world.config.read_text() == TYPED + FILE
    assert agent.ask("/model ollama/llama2").startswith("There is no model 'ollama/llama2' in models.yaml.")


def redo(client: LspClient, path: Path) -> None:
    """Make the last edit that the server asked for once more, where it stood when nothing else was there."""
    (edit,) = edits(client)[-1]["edit"]["documentChanges"][0]["edits"]
    at = client.text(path).index("default:")
    client.replace(path, at, at, edit["newText"])


def test_an_undo_is_told_at_once(world: World, editor: LspClient, agent: Agent) -> None:
    """No command and no save is needed; the agent goes on with a current model as it last knew it."""
    agent.ask(ADD)
    editor.wait_notification("aloop/modelsChanged", has("ollama/llama2"))
    assert agent.ask("/model ollama/llama2") == "Using ollama/llama2."
    editor.wait_notification("aloop/modelsChanged", lambda state: state["current"] == "ollama/llama2")
    since = editor.mark()
    undo(editor, world.config)
    state = editor.wait_notification("aloop/modelsChanged", lacks("ollama/llama2"), since=since).params
    (session,) = state["sessions"]
    assert (session["modelId"], state["current"]) == ("ollama/llama2", "ollama/llama2")
    assert agent.ask("?") == "ollama/llama2: ?"
    since = editor.mark()
    redo(editor, world.config)
    editor.wait_notification("aloop/modelsChanged", has("ollama/llama2"), since=since)
    assert agent.ask("?") == "ollama/llama2: ?"


def test_what_was_taken_back_cannot_be_switched_to(world: World, editor: LspClient, agent: Agent) -> None:
    """Neither by the agent, which hears of it, nor by the editor; made again, it can."""
    agent.ask(ADD)
    since = editor.mark()
    undo(editor, world.config)
    editor.wait_notification("aloop/modelsChanged", lacks("ollama/llama2"), since=since)
    with pytest.raises(LspError, match="There is no model 'ollama/llama2'"):
        editor.execute("aloop.switchModel", {"modelId": "ollama/llama2"})
    wait_until(lambda: agent.ask("/model ollama/llama2").startswith("There is no model 'ollama/llama2'"))
    redo(editor, world.config)
    wait_until(lambda: agent.ask("/model ollama/llama2") == "Using ollama/llama2.")


def undo_all(editor: LspClient, path: Path) -> None:
    editor.set_text(path, TYPED + FILE)


def close(editor: LspClient, path: Path) -> None:
    editor.close(path)


def kill(editor: LspClient, path: Path) -> None:
    del path
    editor.kill()


@pytest.fixture
def manager(world: World, editor: LspClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelManager]:
    """The models of an agent in this process, which is attached to the file."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    manager = ModelManager(world.config)

    class Foreign:
        def switch_model(self, model_id: str) -> bool:
            return manager.switch_model(model_id) is not None

    attachment = attach(Foreign(), manager)
    yield manager
    attachment.close()


@pytest.mark.parametrize("take_back", [undo_all, close, kill])
def test_no_change_is_in_use_that_the_editor_no_longer_has(
    world: World, editor: LspClient, manager: ModelManager, take_back: Callable[[LspClient, Path], None]
) -> None:
    """Above all no URL, which gets the questions and the key."""

    def in_use() -> tuple[list[str], str | None, str | None]:
        profile = manager.get_current_model()
        assert profile is not None
        return manager.get_model_ids(), manager.default_model_id, profile.api_base

    saved = in_use()
    assert saved == (["openai/gpt-4o", "ollama/llama3.1", "openai/no-key"], "openai/gpt-4o", None)
    assert manager.edit_model("openai/gpt-4o", api_base="https://other.example/v1")
    assert manager.set_default("ollama/llama3.1")
    assert manager.remove_model("openai/no-key")
    changed = ["openai/gpt-4o", "ollama/llama3.1"], "ollama/llama3.1", "https://other.example/v1"
    assert in_use() == changed
    text = editor.text(world.config)
    take_back(editor, world.config)
    wait_until(lambda: in_use() == saved)
    if take_back is undo_all:
        editor.set_text(world.config, text)
        wait_until(lambda: in_use() == changed)


def test_another_editor_that_hangs_hides_no_undo(world: World, editor: LspClient, manager: ModelManager) -> None:
    """It has no unsaved text, so that it cannot have the change."""
    other = world.editor()
    other.open(world.config)
    assert manager.remove_model("openai/no-key")
    assert "openai/no-key" not in manager.get_model_ids()
    os.kill(other.process.pid, signal.SIGSTOP)
    try:
        undo_all(editor, world.config)
        wait_until(lambda: "openai/no-key" in manager.get_model_ids())
    finally:
        os.kill(other.process.pid, signal.SIGCONT)


def has(model_id: str) -> Callable[[Any], bool]:
    return lambda state: model_id in [model["modelId"] for model in state["models"]]


def lacks(model_id: str) -> Callable[[Any], bool]:
    return lambda state: not has(model_id)(state)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so; a minute at most."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end


def test_while_a_person_types(world: World, editor: LspClient, agent: Agent) -> None:
    """A key comes before the first two of the three tries that an edit has, and one after each edit."""
    apply, tries, typed = editor.answers["workspace/applyEdit"], 0, 0

    def type_key() -> None:
        nonlocal typed
        editor.replace(world.config, 2 + typed, 2 + typed, "x")
        typed += 1

    def type_and_apply(params: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries % 3:
            type_key()
        return apply(params)

    editor.answers["workspace/applyEdit"] = type_and_apply
    for number in range(5):
        assert agent.ask(f"/model add ollama/m{number}") == f"Added ollama/m{number}."
        type_key()
    added = "".join(f"  ollama/m{number}:\n" for number in range(5))
    wanted = FILE.replace("  openai/no-key:\n", f"  openai/no-key:\n{added}")
    assert editor.text(world.config) == f"# {'x' * 15}being written\n{wanted}"
    assert (tries, world.config.read_text()) == (15, FILE)


def test_half_a_line_takes_nothing_back(world: World, editor: LspClient, agent: Agent) -> None:
    agent.ask(ADD)
    editor.replace(world.config, 0, 0, "models: [\n")
    assert "ollama/llama2" in models(editor)


def test_an_edit_that_the_editor_dropped_is_made_again(world: World, editor: LspClient, agent: Agent) -> None:
    """Neovim answers `applied: true` to an edit of a version that is not the newest, and does nothing."""
    apply = editor.answers["workspace/applyEdit"]

    def drop(_: Any) -> Any:
        editor.answers["workspace/applyEdit"] = apply
        editor.replace(world.config, 0, 0, "# more\n")
        return {"applied": True}

    editor.answers["workspace/applyEdit"] = drop
    assert agent.ask(ADD) == "Added ollama/llama2."
    assert len(edits(editor)) == 2
    assert editor.text(world.config) == f"# more\n{TYPED}{ADDED}"
    # It was not done in the file as well, although this takes the editor longer than it has to begin.
    assert world.config.read_text() == FILE


def test_who_added_it_can_use_it_at_once(world: World, editor: LspClient, agent: Agent) -> None:
    agent.ask("/model add ollama/llama2 name=Old")
    assert agent.ask("/model Old") == "Using Old (ollama/llama2)."
    assert agent.ask("?") == "ollama/llama2: ?"
    # The name comes from what was added, and stays when the file has it.
    editor.save(world.config)
    assert agent.ask("?") == "ollama/llama2: ?"
    assert "[CURRENT] Old - ollama/llama2" in agent.ask("/model")


def test_the_editor_switches_to_it_who_added_it(world: World, editor: LspClient, agent: Agent) -> None:
    agent.ask(ADD)
    other = world.agent()
    editor.execute("aloop.switchModel", {"modelId": "ollama/llama2", "session": agent.id})
    assert agent.hear() == "switched ollama/llama2 by lsp_client"
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.switchModel", {"modelId": "ollama/llama2", "session": other.id})
    assert (refused.value.data["reason"], refused.value.message) == (
        "unsavedChanges",
        f"The agent {other.id} does not have this model yet. Save the file. Then switch again.",
    )
    editor.save(world.config)
    editor.execute("aloop.switchModel", {"modelId": "ollama/llama2", "session": other.id})
    assert other.hear() == "switched ollama/llama2 by lsp_client"


def add_in_agent(world: World) -> None:
    assert world.agent().ask(ADD) == "Added ollama/llama2."


def add_on_the_command_line(world: World) -> None:
    done = world.models("add", "ollama/llama2")
    assert (done.returncode, done.stdout) == (0, "Added ollama/llama2.\n")
    assert "the open editor (unsaved; undo works there)." in done.stderr


def add_in_python(world: World) -> None:
    manager = ModelManager(world.config)
    assert manager.add_model("ollama/llama2")
    assert manager.last_message == "Added ollama/llama2."
    # This program uses it already.
    assert "ollama/llama2" in manager.get_model_ids()
    assert manager.switch_model("ollama/llama2")


@pytest.mark.parametrize("add", [add_in_agent, add_on_the_command_line, add_in_python])
def test_every_interface_asks_the_editor_that_has_unsaved_text(
    world: World, editor: LspClient, monkeypatch: pytest.MonkeyPatch, add: Callable[[World], None]
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    add(world)
    assert editor.text(world.config) == TYPED + ADDED
    assert world.config.read_text() == FILE
    editor.save(world.config)
    assert world.config.read_text() == TYPED + ADDED


def registered(world: World, path: Path) -> int:
    """How many editors list unsaved text in the file."""
    entries = (world.runtime / "aloop-models" / "sessions").glob("*.json")
    return sum(str(path) in json.loads(entry.read_text())["unsaved"] for entry in entries)


@pytest.mark.parametrize(
    ("file", "folder", "options"),
    [
        ("second/.aloop/models.yaml", "second", []),
        (".aloop/models.yaml", "elsewhere", []),
        ("elsewhere/my.yaml", "elsewhere", ["--config", "my.yaml"]),
        ("linked/.aloop/models.yaml", "linked", []),
    ],
    ids=["a second folder", "the home folder", "--config", "a link"],
)
def test_a_window_is_asked_about_every_file_that_it_has_open(
    world: World, file: str, folder: str, options: list[str]
) -> None:
    for name in ("second/.aloop", ".aloop", "elsewhere"):
        (world.root / name).mkdir(parents=True)
    (world.root / "linked").symlink_to("second")
    path = (world.root / file).resolve()
    path.write_text(FILE)
    path.chmod(0o600)
    client = world.editor()
    client.open(path)
    client.replace(path, 0, 0, TYPED)
    wait_until(lambda: registered(world, path) == 1)
    done = world.models("add", "ollama/llama2", *options, folder=world.root / folder)
    assert done.stderr.endswith("Added to the open editor (unsaved; undo works there).\n")
    assert (client.text(path), path.read_text()) == (TYPED + ADDED, FILE)


@pytest.mark.parametrize("is_open", [True, False], ids=["open in both windows", "open in one window"])
@pytest.mark.parametrize("typed", [0, 1])
def test_of_several_windows_the_one_with_unsaved_text_is_asked(world: World, typed: int, *, is_open: bool) -> None:
    """By the command line, and by the other window."""
    windows = [world.editor(), world.editor()]
    mine, other = windows[typed], windows[1 - typed]
    mine.open(world.config)
    if is_open:
        other.open(world.config)
    mine.replace(world.config, 0, 0, TYPED)
    wait_until(lambda: registered(world, world.config) == 1)
    assert world.models("add", "ollama/llama2").stdout == "Added ollama/llama2.\n"
    assert other.execute("aloop.editModel", {"modelId": "ollama/llama2", "fields": {"timeout": 5}}) == {
        "message": "Changed timeout of ollama/llama2.\nThe change is in another editor window. Save it there.",
        "modelId": "ollama/llama2",
        "warnings": [],
        "saved": False,
    }
    wanted = TYPED + ADDED.replace("  ollama/llama2:\n", "  ollama/llama2:\n    timeout: 5\n")
    assert (mine.text(world.config), world.config.read_text()) == (wanted, FILE)
    mine.save(world.config)
    wait_until(lambda: registered(world, world.config) == 0)
    saved = other.execute("aloop.editModel", {"modelId": "ollama/llama2", "fields": {"timeout": 6}})
    assert (saved["message"], saved["saved"]) == ("Changed timeout of ollama/llama2.", True)
    assert world.config.read_text() == wanted.replace("timeout: 5", "timeout: 6")


def test_a_window_with_unsaved_text_that_does_not_answer(world: World, editor: LspClient) -> None:
    other = world.editor()
    wait_until(lambda: registered(world, world.config) == 1)
    os.kill(editor.pid, signal.SIGSTOP)
    try:
        with pytest.raises(LspError) as refused:
            other.execute("aloop.addModel", {"modelId": "ollama/llama2"})
    finally:
        os.kill(editor.pid, signal.SIGCONT)
    assert (refused.value.data["reason"], refused.value.message) == (
        "unsavedChanges",
        f"{world.config} has unsaved changes in an editor that does not answer (process {editor.pid}). "
        "Save it there first. Nothing was changed.",
    )
    assert world.config.read_text() == FILE
    assert editor.text(world.config) == TYPED + FILE
    editor.kill()
    assert other.execute("aloop.addModel", {"modelId": "ollama/llama2"})["saved"] is True
    assert world.config.read_text() == ADDED


def test_a_command_does_not_overtake_unsaved_text_in_an_editor_that_does_not_answer(
    world: World, editor: LspClient
) -> None:
    """On the command line, and in an agent; what reads the file is answered."""
    agent = world.agent(is_patient=False)
    message = (
        f"{world.config} has unsaved changes in an editor that does not answer (process {editor.pid}). "
        "Save it there first. Nothing was changed."
    )
    wait_until(lambda: registered(world, world.config) == 1)
    os.kill(editor.pid, signal.SIGSTOP)
    try:
        done = world.models("add", "ollama/llama2")
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"aloop models: {message}\n")
        assert agent.ask("/model add ollama/llama2") == message
        assert world.models("show", "openai/gpt-4o").returncode == 0
    finally:
        os.kill(editor.pid, signal.SIGCONT)
    assert (world.config.read_text(), editor.text(world.config)) == (FILE, TYPED + FILE)
    assert world.models("add", "ollama/llama2").stdout == "Added ollama/llama2.\n"
    assert (world.config.read_text(), editor.text(world.config)) == (FILE, TYPED + ADDED)


def test_a_change_stays_in_use_while_one_of_several_windows_has_it(
    world: World, agent: Agent, editor: LspClient
) -> None:
    wait_until(lambda: registered(world, world.config) == 1)
    assert agent.ask(ADD) == "Added ollama/llama2."
    newer = world.editor()
    newer.open(world.config)
    newer.replace(world.config, 0, 0, TYPED)
    wait_until(lambda: registered(world, world.config) == 2)
    assert agent.ask("/model ollama/llama2") == "Using ollama/llama2."
    assert agent.ask("/model ollama/llama3.1") == "Using Llama (ollama/llama3.1)."
    undo(editor, world.config)
    wait_until(lambda: agent.ask("/model ollama/llama2").startswith("There is no model 'ollama/llama2'"))


def test_a_dry_run_says_that_an_editor_has_unsaved_text(world: World, editor: LspClient) -> None:
    wait_until(lambda: registered(world, world.config) == 1)
    done = world.models("add", "ollama/llama2", "--dry-run")
    assert done.stdout.endswith(" default: openai/gpt-4o\n"), done.stdout
    assert done.stderr == (
        "This is the change of the saved file. An editor has unsaved text in it, which the command will change "
        "instead.\nNothing was changed.\n"
    )
    editor.save(world.config)
    wait_until(lambda: registered(world, world.config) == 0)
    assert world.models("add", "ollama/llama2", "--dry-run").stderr == "Nothing was changed.\n"


NAMED = "ollama/llama2 name=Old"
OLD = ADDED.replace("  ollama/llama2:\n", "  ollama/llama2:\n    name: Old\n")


def by_default_on_the_command_line(world: World) -> None:
    done = world.models("default", "old")
    assert (done.returncode, done.stdout) == (0, "Old is now the default model.\n")
    assert done.stderr.startswith("'old' matches ollama/llama2.\n")


def by_default_in_an_agent(world: World) -> None:
    assert world.agent().ask("/model default Old") == "Old is now the default model."


def by_a_switch_on_the_command_line(world: World) -> None:
    done = world.models("switch", "Old", "--make-default")
    assert (done.returncode, done.stdout) == (0, "ollama/llama2 is now the default model. No agent is running here.\n")
    assert "Changed in the open editor (unsaved; undo works there).\n" in done.stderr


@pytest.mark.parametrize(
    "make_default", [by_default_on_the_command_line, by_default_in_an_agent, by_a_switch_on_the_command_line]
)
def test_the_owner_of_the_text_knows_a_model_by_name_before_it_is_saved(
    world: World, editor: LspClient, make_default: Callable[[World], None]
) -> None:
    assert world.models("add", *NAMED.split()).returncode == 0
    make_default(world)
    wanted = TYPED + OLD.replace("default: openai/gpt-4o", "default: ollama/llama2")
    assert (editor.text(world.config), world.config.read_text()) == (wanted, FILE)


def test_every_verb_on_the_command_line_finds_a_model_that_is_not_saved(world: World, editor: LspClient) -> None:
    world.models("add", *NAMED.split())
    shown = world.models("show", "old")
    assert (shown.returncode, shown.stdout.split()[:3]) == (0, ["Old", "id", "ollama/llama2"])
    assert world.models("edit", "Old", "timeout=5").stdout == "Changed timeout of Old.\n"
    assert world.models("add", "ollama/two", "--same-key-as", "Old").stderr.endswith(
        "ollama/llama2 has no API key. Set api_key instead.\n"
    )
    assert world.models("key", "Old", "--api-key-stdin").stderr.endswith("No api_key was given. Nothing was changed.\n")
    assert editor.text(world.config) == TYPED + OLD.replace("name: Old\n", "name: Old\n    timeout: 5\n")
    assert world.models("remove", "llama2").stdout == "Removed Old.\n"
    assert (editor.text(world.config), world.config.read_text()) == (TYPED + FILE, FILE)


def test_an_exact_id_in_the_editor_comes_before_a_similar_one_in_the_file(world: World, editor: LspClient) -> None:
    """In the file alone the words name another model, by the part of its ID after the provider."""
    editor.execute("aloop.addModel", {"modelId": "openrouter/ollama/llama2", "fields": {"api_key": "sk-or-v1-x"}})
    editor.save(world.config)
    world.models("add", "ollama/llama2")
    assert world.models("default", "ollama/llama2").stdout == "ollama/llama2 is now the default model.\n"
    assert world.models("remove", "ollama/llama2").stdout.startswith("Removed ollama/llama2.")


def test_the_command_line_switches_an_agent_to_what_it_added(world: World, agent: Agent) -> None:
    agent.ask(ADD)
    done = world.models("switch", "llama2")
    assert done.returncode == 0, done.stderr
    assert agent.hear() == "switched ollama/llama2 by aloop models"
    other = world.agent()
    refused = world.models("switch", "llama2", "--session", other.id)
    assert refused.stderr.endswith(
        f"The agent {other.id} does not have this model yet. Save the file. Then switch again.\n"
    )


def test_a_default_by_a_switch_goes_into_the_text_that_is_not_saved(
    world: World, editor: LspClient, agent: Agent
) -> None:
    done = world.models("switch", "llama3.1", "--make-default")
    assert (done.returncode, agent.hear()) == (0, "switched ollama/llama3.1 by aloop models")
    assert done.stdout.endswith(" is now the default model.\n")
    wanted = TYPED + FILE.replace("default: openai/gpt-4o", "default: ollama/llama3.1")
    assert (editor.text(world.config), world.config.read_text()) == (wanted, FILE)


def test_one_workspace_and_one_runner_for_each_agent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    made: list[str] = []
    for made_class in (Runner, Workspace):
        begin = made_class.__init__

        def count(self: Any, *arguments: Any, begin: Any = begin, **more: Any) -> None:
            made.append(type(self).__name__)
            begin(self, *arguments, **more)

        monkeypatch.setattr(made_class, "__init__", count)
    manager = ModelManager(world.config)

    class Foreign:
        def switch_model(self, model_id: str) -> bool:
            return manager.switch_model(model_id) is not None

    attachment = attach(Foreign(), manager)
    try:
        assert attachment.line("/model llama3.1") == "Using Llama (ollama/llama3.1).\n"
        assert (manager.current_model_id, manager.workspace.previous) == ("ollama/llama3.1", "openai/gpt-4o")
        assert attachment.line("/model -") == "Using GPT-4o (openai/gpt-4o).\n"
    finally:
        attachment.close()
    assert sorted(made) == ["Runner", "Workspace"]
