"""Commands on a file that is open: unsaved buffers get versioned edits, everything else goes to the disk."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from lsp_client.capabilities import FULL_CAPABILITIES
from support.server import KEY, project, raw_client

TEXT = f"""\
models:
  openai/gpt-4o:  # mine
    api_key: {KEY}
    timeout: 300
  ollama/llama3.1:

default: openai/gpt-4o
"""
UNSAVED = TEXT.replace("timeout: 300", "timeout: 301")
ADDED = "  ollama/llama3.1:\n  ollama/llama2:\n"
ADD = {"modelId": "ollama/llama2"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LspClient]:
    with raw_client() as client:
        # Commands use only files in a workspace folder; this one contains the project of every test.
        client.initialize(tmp_path_factory.getbasetemp())
        yield client


@pytest.fixture
def client(running: LspClient) -> Iterator[LspClient]:
    """The one server of this file; each test has a project of its own and names it by `uri`."""
    answer = running.answers["workspace/applyEdit"]
    yield running
    running.answers["workspace/applyEdit"] = answer
    for uri in list(running.documents):
        running.close(uri)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return project(tmp_path, TEXT)


def unsaved(client: LspClient, path: Path) -> None:
    """Open the file and change it without saving."""
    client.open(path)
    at = TEXT.index("300")
    client.replace(path, at, at + 3, "301")


def requests(client: LspClient, since: int) -> list[Any]:
    """The edits that the server has asked for."""
    return [item["params"] for item in client.server_requests[since:] if item["method"] == "workspace/applyEdit"]


def run(client: LspClient, command: str, path: Path, argument: dict[str, Any]) -> Any:
    return client.execute(command, {**argument, "uri": path.as_uri()})


def models(client: LspClient, path: Path) -> list[str]:
    return [model["modelId"] for model in run(client, "aloop.listModels", path, {})["models"]]


def wait_until_saved(client: LspClient, path: Path) -> None:
    """Wait until the server has read the saved file."""
    end = time.monotonic() + 60
    while "unsaved" in run(client, "aloop.listModels", path, {}):
        assert time.monotonic() < end


def test_an_unsaved_buffer_gets_the_edit(client: LspClient, path: Path) -> None:
    unsaved(client, path)
    since = len(client.server_requests)
    found = run(client, "aloop.addModel", path, ADD)
    assert found == {
        "message": "Added ollama/llama2.",
        "modelId": "ollama/llama2",
        "warnings": [],
        "saved": False,
    }
    (request,) = requests(client, since)
    place = {"line": 5, "character": 0}
    change = {
        "textDocument": {"uri": path.as_uri(), "version": 2},
        "edits": [{"range": {"start": place, "end": place}, "newText": "  ollama/llama2:\n"}],
    }
    assert request == {"label": "Add Model", "edit": {"documentChanges": [change]}}
    assert client.text(path) == UNSAVED.replace("  ollama/llama3.1:\n", ADDED)
    assert path.read_text() == TEXT


def test_what_is_not_saved_is_pending_until_the_save(client: LspClient, path: Path) -> None:
    unsaved(client, path)
    run(client, "aloop.addModel", path, ADD)
    assert models(client, path) == ["openai/gpt-4o", "ollama/llama3.1", "ollama/llama2"]
    client.save(path)
    wait_until_saved(client, path)
    assert path.read_text() == UNSAVED.replace("  ollama/llama3.1:\n", ADDED)
    path.write_text(TEXT)
    assert models(client, path) == ["openai/gpt-4o", "ollama/llama3.1"]


def test_what_is_pending_goes_with_the_buffer(client: LspClient, path: Path) -> None:
    unsaved(client, path)
    run(client, "aloop.addModel", path, ADD)
    client.close(path)
    assert models(client, path) == ["openai/gpt-4o", "ollama/llama3.1"]


def test_pending_edits_are_known_by_every_name_of_the_file(client: LspClient, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    other = link / ".aloop" / "models.yaml"
    unsaved(client, other)
    run(client, "aloop.addModel", path, ADD)
    assert "ollama/llama2" in models(client, path)
    client.save(other)
    wait_until_saved(client, path)
    path.write_text(TEXT)
    assert models(client, path) == ["openai/gpt-4o", "ollama/llama3.1"]


def test_a_buffer_that_differs_when_opened_is_unsaved(client: LspClient, path: Path) -> None:
    client.open(path, UNSAVED)
    assert run(client, "aloop.addModel", path, ADD)["saved"] is False
    assert client.text(path) == UNSAVED.replace("  ollama/llama3.1:\n", ADDED)


@pytest.mark.parametrize("state", ["closed", "open", "changed back", "saved"])
def test_a_clean_file_is_edited_on_the_disk(client: LspClient, path: Path, state: str) -> None:
    if state != "closed":
        client.open(path)
    if state == "changed back":
        client.replace(path, 0, 0, "#")
        client.replace(path, 0, 1, "")
    if state == "saved":
        client.replace(path, 0, 0, "# new\n")
        client.save(path)
    path.chmod(0o640)
    before, since = path.stat(), len(client.server_requests)
    assert run(client, "aloop.addModel", path, ADD)["saved"] is True
    after = path.stat()
    assert path.read_text().removeprefix("# new\n") == TEXT.replace("  ollama/llama3.1:\n", ADDED)
    assert (after.st_mode & 0o777, after.st_uid, after.st_gid) == (0o640, before.st_uid, before.st_gid)
    # A new file took the old one's place in one step, and nothing is left beside it.
    assert after.st_ino != before.st_ino
    assert list(path.parent.iterdir()) == [path]
    assert requests(client, since) == []


def test_the_mode_of_private_files_stays(client: LspClient, path: Path) -> None:
    run(client, "aloop.addModel", path, ADD)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_new_file_is_private(client: LspClient, tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    found = run(client, "aloop.addModel", path, ADD)
    assert found["message"].startswith("Added ollama/llama2. It is the default, because it is the first model.")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().endswith("\ndefault: ollama/llama2\n")
    assert path.read_text().startswith("# Model Configuration\n")


def test_a_refused_first_model_leaves_no_file(client: LspClient, tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    with pytest.raises(LspError, match="The ID has no provider"):
        run(client, "aloop.addModel", path, {"modelId": "llama2"})
    assert list(tmp_path.iterdir()) == []


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("aloop.addModel", ADD),
    ("aloop.editModel", {"modelId": "openai/gpt-4o", "fields": {"timeout": None, "name": "🎉: x"}}),
    ("aloop.removeModel", {"modelId": "ollama/llama3.1"}),
    ("aloop.setDefaultModel", {"modelId": "ollama/llama3.1"}),
    ("aloop.setKey", {"provider": "openai", "apiKey": "sk-" + "Ab1" * 12}),
]


@pytest.mark.parametrize(("command", "argument"), CHANGES)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_buffer_and_disk_get_the_same_text(
    client: LspClient, tmp_path: Path, command: str, argument: dict[str, Any], line_break: str
) -> None:
    text = UNSAVED.replace("\n", line_break)
    on_disk, in_buffer = project(tmp_path / "a", text), project(tmp_path / "b", "models:\n")
    client.open(in_buffer, text)
    first = run(client, command, on_disk, argument)
    second = run(client, command, in_buffer, argument)
    assert {**first, "saved": False} == second
    assert client.text(in_buffer).encode() == on_disk.read_bytes()
    assert client.text(in_buffer) != text


def test_a_stale_version_is_recomputed(client: LspClient, path: Path) -> None:
    unsaved(client, path)
    apply, since = client.answers["workspace/applyEdit"], len(client.server_requests)

    def type_first(params: Any) -> Any:
        client.answers["workspace/applyEdit"] = apply
        client.replace(path, 0, 0, "# typed meanwhile\n")
        return apply(params)

    client.answers["workspace/applyEdit"] = type_first
    assert run(client, "aloop.addModel", path, ADD)["saved"] is False
    versions = [item["edit"]["documentChanges"][0]["textDocument"]["version"] for item in requests(client, since)]
    assert versions == [2, 3]
    assert client.text(path) == "# typed meanwhile\n" + UNSAVED.replace("  ollama/llama3.1:\n", ADDED)


def test_an_editor_that_confirms_and_drops_the_edit(client: LspClient, path: Path) -> None:
    """Neovim answers `applied: true` to an edit of a version that is not the newest, and does nothing."""
    unsaved(client, path)
    apply, since = client.answers["workspace/applyEdit"], len(client.server_requests)

    def drop(_: Any) -> Any:
        client.answers["workspace/applyEdit"] = apply
        client.replace(path, 0, 0, "# typed meanwhile\n")
        return {"applied": True}

    client.answers["workspace/applyEdit"] = drop
    assert run(client, "aloop.addModel", path, ADD)["saved"] is False
    assert len(requests(client, since)) == 2
    assert client.text(path) == "# typed meanwhile\n" + UNSAVED.replace("  ollama/llama3.1:\n", ADDED)


def test_an_editor_that_answers_before_it_tells_the_change(client: LspClient, path: Path) -> None:
    unsaved(client, path)
    since = len(client.server_requests)
    client.answers["workspace/applyEdit"] = client.apply_workspace_edit_late
    assert run(client, "aloop.addModel", path, ADD)["saved"] is False
    assert len(requests(client, since)) == 1
    assert client.text(path) == UNSAVED.replace("  ollama/llama3.1:\n", ADDED)


@pytest.mark.parametrize("answer", [{"applied": False}, None, {"applied": "yes"}, "error"])
def test_an_editor_that_refuses(client: LspClient, path: Path, answer: Any) -> None:
    def refuse(_: Any) -> Any:
        if answer == "error":
            raise LspError(-32603, f"the editor quotes {KEY}")
        return answer

    unsaved(client, path)
    since = len(client.server_requests)
    client.answers["workspace/applyEdit"] = refuse
    with pytest.raises(LspError) as refused:
        run(client, "aloop.addModel", path, ADD)
    assert (refused.value.code, refused.value.data) == (-32803, {"reason": "editNotApplied", "suggestions": []})
    assert KEY not in refused.value.message
    assert len(requests(client, since)) == 3
    assert (client.text(path), path.read_text()) == (UNSAVED, TEXT)
    assert models(client, path) == ["openai/gpt-4o", "ollama/llama3.1"]


def test_commands_on_one_buffer_run_one_at_a_time(client: LspClient, path: Path) -> None:
    unsaved(client, path)
    arguments = [{"modelId": f"ollama/m{number}", "uri": path.as_uri()} for number in range(5)]
    sent = [
        client.send_request("workspace/executeCommand", {"command": "aloop.addModel", "arguments": [argument]})
        for argument in arguments
    ]
    assert [client.wait_answer(number).value()["saved"] for number in sent] == [False] * 5
    added = "".join(f"  ollama/m{number}:\n" for number in range(5))
    assert client.text(path) == UNSAVED.replace("  ollama/llama3.1:\n", f"  ollama/llama3.1:\n{added}")


def without(*names: str) -> dict[str, Any]:
    """The abilities of an editor that lacks one of the workspace."""
    able = json.loads(json.dumps(FULL_CAPABILITIES))
    where = able["workspace"]
    for name in names[:-1]:
        where = where[name]
    del where[names[-1]]
    return able


@pytest.mark.parametrize("lacking", [("applyEdit",), ("workspaceEdit", "documentChanges")])
def test_without_versioned_edits_unsaved_changes_are_refused(path: Path, lacking: tuple[str, ...]) -> None:
    with raw_client() as client:
        client.initialize(capabilities=without(*lacking))
        unsaved(client, path)
        with pytest.raises(LspError) as refused:
            run(client, "aloop.addModel", path, ADD)
        assert (refused.value.code, refused.value.data["reason"]) == (-32803, "unsavedChanges")
        assert refused.value.message == (
            f"{path} has unsaved changes in an editor. Save it there first. Nothing was changed."
        )
        client.save(path)
        assert run(client, "aloop.addModel", path, ADD)["saved"] is True


def test_the_key_in_an_edit_is_the_one_that_was_asked_for(client: LspClient, path: Path) -> None:
    new = "sk-proj-" + "Zz9" * 14
    unsaved(client, path)
    since = len(client.server_requests)
    run(client, "aloop.setKey", path, {"modelId": "openai/gpt-4o", "apiKey": new})
    (request,) = requests(client, since)
    (edit,) = request["edit"]["documentChanges"][0]["edits"]
    assert edit == {
        "range": {"start": {"line": 2, "character": 13}, "end": {"line": 2, "character": 13 + len(KEY)}},
        "newText": new,
    }
    assert client.text(path) == UNSAVED.replace(KEY, new)


@pytest.mark.parametrize("action", ["close", "save"])
def test_a_switch_that_makes_a_default_in_an_unsaved_buffer(client: LspClient, path: Path, action: str) -> None:
    unsaved(client, path)
    found = run(client, "aloop.switchModel", path, {"modelId": "ollama/llama3.1", "makeDefault": True})
    assert found["saved"] is False
    assert run(client, "aloop.listModels", path, {})["default"] == "ollama/llama3.1"
    act: Callable[[Path], None] = getattr(client, action)
    act(path)
    default = "openai/gpt-4o" if action == "close" else "ollama/llama3.1"
    assert run(client, "aloop.listModels", path, {})["default"] == default


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("is_open", [True, False])
def test_a_folder_whose_name_is_not_utf_8(tmp_path: Path, is_open: bool) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9") / "shop"
    path = project(folder, TEXT)
    with raw_client() as client:
        client.initialize(folder)
        if is_open:
            client.open(path, UNSAVED)
        assert client.execute("aloop.addModel", ADD)["saved"] is not is_open
        assert ADDED in (client.text(path) if is_open else path.read_text())
        listed = client.execute("aloop.listModels")
        assert listed["uri"] == f"{tmp_path.as_uri()}/caf%E9/shop/.aloop/models.yaml"
        # JSON in UTF-8 cannot have the byte.
        assert listed["file"] == f"{tmp_path}/caf?/shop/.aloop/models.yaml"
        assert [model["modelId"] for model in listed["models"]] == ["openai/gpt-4o", "ollama/llama3.1", "ollama/llama2"]
    assert list(tmp_path.iterdir()) == [folder.parent]
    assert list(folder.parent.iterdir()) == [folder]
