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
        folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in (empty, world.project)]
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
        gone = {"removed": folders, "added": [{"uri": first.parents[1].as_uri(), "name": "first"}, folders[1]]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": gone})
        state = client.wait_notification(CHANGED, since=since).params
        assert (state["file"], state["sessions"]) == (str(first), [])
    finally:
        client.kill()
