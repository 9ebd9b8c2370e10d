"""`uri` of a command means few files, in the editor's server, at its endpoint and at an agent's."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from aloop_models.errors import RefusedError
from aloop_models.sessions.peer import call_peer
from lsp_client import LspError
from support.server import LIMIT
from support.world import World, endpoint_of

OTHERS = ("compose.yaml", "new/deep/x.conf", "../elsewhere/.aloop/models.yaml", "models.yaml", ".aloop/other.yaml")
COMMANDS = {
    "aloop.addModel": {"modelId": "ollama/added"},
    "aloop.removeModel": {"modelId": "openai/gpt-4o"},
    "aloop.setDefaultModel": {"modelId": "openai/gpt-4o"},
    "aloop.switchModel": {"modelId": "openai/gpt-4o"},
    "aloop.showModel": {"modelId": "openai/gpt-4o"},
    "aloop.listModels": {},
    "aloop.checkModels": {},
}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its content, and every folder."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def compose(world: World) -> Path:
    path = world.project / "compose.yaml"
    path.write_text("services:\n  db: {}\n")
    other = world.project.parent / "elsewhere" / ".aloop"
    other.mkdir(parents=True)
    (other / "models.yaml").write_bytes(world.config.read_bytes())
    return path


def require_refusal(message: str, path: Path) -> None:
    # Without the `..` of one of them.
    named = os.path.normpath(path)
    assert message.startswith(f"Commands cannot use {named}, only an open document, the models.yaml in use, or an ")


@pytest.mark.usefixtures("compose")
def test_the_server_refuses_other_files(world: World) -> None:
    editor, before = world.editor(), tree(world.project.parent)
    for name in OTHERS:
        path = world.project / name
        for command, argument in COMMANDS.items():
            with pytest.raises(LspError) as refused:
                editor.execute(command, {**argument, "uri": f"file://{path}"})
            assert (refused.value.code, refused.value.data) == (-32602, {"reason": "notServed", "suggestions": []})
            require_refusal(refused.value.message, path)
    assert tree(world.project.parent) == before


def test_an_open_document_can_be_used(world: World, compose: Path) -> None:
    editor = world.editor()
    editor.open(compose, "models:\n  ollama/a:\n# not saved\n")
    result = editor.execute("aloop.addModel", {"modelId": "ollama/b", "uri": compose.as_uri()})
    assert result["saved"] is False
    assert "ollama/b" in editor.text(compose)
    editor.close(compose)
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.addModel", {"modelId": "ollama/c", "uri": compose.as_uri()})
    require_refusal(refused.value.message, compose)
    assert compose.read_text() == "services:\n  db: {}\n"


@pytest.mark.usefixtures("compose")
@pytest.mark.parametrize("kind", ["editor", "agent"])
def test_endpoints_refuse_other_files(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(world.runtime))
    if kind == "editor":
        endpoint = world.editor().capabilities["experimental"]["aloopEndpoint"]
    else:
        endpoint = endpoint_of(world, world.agent().id)
    before = tree(world.project.parent)

    def call(command: str, argument: dict[str, Any]) -> Any:
        return asyncio.run(call_peer(endpoint, command, argument, "a test", LIMIT))

    for name in OTHERS:
        path = world.project / name
        for command, argument in COMMANDS.items():
            with pytest.raises(RefusedError) as refused:
                call(command, {**argument, "uri": f"file://{path}"})
            assert refused.value.reason == "notServed"
            require_refusal(refused.value.message, path)
    assert tree(world.project.parent) == before
    assert call("aloop.listModels", {"uri": world.config.as_uri()})["file"] == str(world.config)
