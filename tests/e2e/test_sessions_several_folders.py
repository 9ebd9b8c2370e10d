"""A window with several folders: the first that has a models.yaml counts, and who runs there is here."""

from __future__ import annotations

from lsp_client import LspClient
from support.world import SERVER, World

CHANGED = "aloop/modelsChanged"
LLAMA = "ollama/llama3.1"


def test_the_first_folder_that_has_a_file(world: World) -> None:
    empty = world.root / "empty"
    empty.mkdir()
    agent = world.agent()
    client = LspClient(SERVER, env=world.environment)
    try:
        client.initialize(empty, world.project)
        state = client.wait_notification(CHANGED).params
        assert (state["file"], state["default"]) == (str(world.config), "openai/gpt-4o")
        assert [(item["id"], item["here"]) for item in state["sessions"]] == [(agent.id, True)]
        client.execute("aloop.switchModel", {"modelId": LLAMA})
        assert agent.hear() == f"switched {LLAMA} by lsp_client"
        # Another folder that has a file comes before it, and counts from now on.
        first = world.root / "first" / ".aloop" / "models.yaml"
        first.parent.mkdir(parents=True)
        first.write_text("models:\n  ollama/llama2:\n")
        first.chmod(0o600)
        since = client.mark()
        client.change_folders(first.parents[1], world.project)
        state = client.wait_notification(CHANGED, since=since).params
        assert (state["file"], state["sessions"]) == (str(first), [])
    finally:
        client.kill()


def test_folders_that_come_after_the_start(world: World) -> None:
    """A window opens before its folders are known, and serves the file at home until then."""
    home = world.root / ".aloop" / "models.yaml"
    home.parent.mkdir()
    home.write_text("models:\n  ollama/llama2:\n")
    home.chmod(0o600)
    empty = world.root / "empty"
    empty.mkdir()
    client = LspClient(SERVER, env=world.environment)
    try:
        client.initialize()
        client.wait_notification(CHANGED, lambda state: state["file"] == str(home))
        client.change_folders(empty, world.project)
        client.wait_notification(CHANGED, lambda state: state["file"] == str(world.config))
    finally:
        client.kill()
