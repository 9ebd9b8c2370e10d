"""Files that the setting `files` names, and files that nobody reads."""

from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from support.world import World

PUBLISHED = "textDocument/publishDiagnostics"
UNREAD = (
    "aloop does not read this file, only .aloop/models.yaml. Rename it, or add it to the setting aloop.files if "
    "another program reads it."
)
TEXT = "models:\n  ollama/a:\n    timout: 5\n  ollama/b:\ndefault: ollama/a\n"


def wait_codes(editor: LspClient, since: int, expected: set[str]) -> list[dict[str, Any]]:
    """The diagnostics that are published with exactly these rules."""

    def holds(params: dict[str, Any]) -> bool:
        return {item["code"] for item in params["diagnostics"]} == expected

    return editor.wait_notification(PUBLISHED, holds, since=since).params["diagnostics"]


def use_files(editor: LspClient, *globs: str) -> None:
    editor.notify("workspace/didChangeConfiguration", {"settings": {"aloop": {"files": list(globs)}}})


@pytest.fixture
def other(world: World) -> Path:
    """The file of another agent, outside the workspace."""
    path = world.project.parent / ".ouro" / "models.yaml"
    path.parent.mkdir(mode=0o700)
    path.write_text(TEXT)
    path.chmod(0o600)
    return path


def test_an_open_file_that_nobody_reads_says_so_until_it_is_listed(world: World) -> None:
    other = world.project / ".ouro" / "models.yaml"
    other.parent.mkdir()
    other.write_text(TEXT)
    other.chmod(0o600)
    editor = world.editor()
    since = editor.mark()
    editor.open(other, TEXT)
    found = wait_codes(editor, since, {"unknown-field", "skipped-file"})
    (unread,) = [item for item in found if item["code"] == "skipped-file"]
    assert (unread["severity"], unread["message"]) == (3, UNREAD)
    since = editor.mark()
    use_files(editor, f"{world.project}/.*/models.yaml")
    wait_codes(editor, since, {"unknown-field"})
    since = editor.mark()
    use_files(editor)
    wait_codes(editor, since, {"unknown-field", "skipped-file"})


@pytest.mark.parametrize("name", [".aloop/models.yml", "models.yaml", "config/models.yaml"])
def test_a_misplaced_file_in_the_workspace(world: World, name: str) -> None:
    path = world.project / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEXT)
    path.chmod(0o600)
    editor = world.editor()
    since = editor.mark()
    editor.open(path, TEXT)
    wait_codes(editor, since, {"unknown-field", "skipped-file"})
    since = editor.mark()
    use_files(editor, f"./{name}")
    wait_codes(editor, since, {"unknown-field"})


def test_commands_use_a_listed_file_by_its_uri_only(world: World, other: Path) -> None:
    editor, uri = world.editor(), other.as_uri()
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.checkModels", {"uri": uri})
    assert refused.value.data["reason"] == "notServed"
    use_files(editor, str(other))
    checked = editor.execute("aloop.checkModels", {"uri": uri})
    assert [item["rule"] for item in checked["findings"]] == ["unknown-field"]
    editor.execute("aloop.addModel", {"modelId": "ollama/c", "uri": uri})
    assert "  ollama/c:" in other.read_text()
    assert editor.execute("aloop.listModels", {})["file"] == str(world.config)
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.switchModel", {"modelId": "ollama/c", "uri": uri})
    assert refused.value.message.startswith(f"ollama/c is only in {other}, but this window uses {world.config}.")


def test_a_listed_file_is_never_the_file_in_use(world: World, other: Path) -> None:
    world.config.unlink()
    editor = world.editor()
    use_files(editor, str(other))
    editor.open(other, TEXT)
    listed = editor.execute("aloop.listModels", {})
    assert (listed["file"], listed["models"]) == (str(world.config), [])


def test_a_listed_file_that_others_can_change_is_skipped(world: World, other: Path) -> None:
    other.chmod(0o602)
    editor = world.editor()
    use_files(editor, str(other))
    with pytest.raises(LspError) as refused:
        editor.execute("aloop.addModel", {"modelId": "ollama/c", "uri": other.as_uri()})
    assert refused.value.data["reason"] == "fileSkipped"
    assert other.read_text() == TEXT
