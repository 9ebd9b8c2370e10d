"""What the server tells unasked and how it hears of the world: state, disk, settings, folders, pulled diagnostics."""

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from lsp_client.capabilities import FULL_CAPABILITIES
from support.commands import GPT_4O
from support.server import KEY, MASK, SERVER, environment, project, raw_client, shipped_catalog

TEXT = f"models:\n  openai/gpt-4o:\n    name: GPT\n    api_key: {KEY}\n  ollama/llama3.1:\n\ndefault: openai/gpt-4o\n"
CHANGED = "aloop/modelsChanged"
PUBLISHED = "textDocument/publishDiagnostics"


@pytest.fixture
def client() -> Iterator[LspClient]:
    with raw_client() as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return project(tmp_path, TEXT)


def state_after(client: LspClient, since: int) -> dict[str, Any]:
    return client.wait_notification(CHANGED, since=since).params


def settled(client: LspClient) -> dict[str, Any]:
    """The state once the server can be reached by agents, which it tells too."""
    state = state_after(client, 0)
    if state.get("endpoint", "") is None:
        state = client.wait_notification(CHANGED, lambda told: told["endpoint"] is not None).params
    return dict(state)


def told(client: LspClient, method: str, since: int = 0) -> list[Any]:
    """What was told by now: the answer to a request comes after everything that was sent before it."""
    client.execute("aloop.listSessions")
    return [item.params for item in client.notifications[since:] if item.method == method]


def pulling(**diagnostics: bool) -> dict[str, Any]:
    able = copy.deepcopy(FULL_CAPABILITIES)
    able["textDocument"]["diagnostic"] = {}
    able["workspace"]["diagnostics"] = diagnostics
    return able


def test_of_many_models_the_first_and_those_in_use_are_told(client: LspClient, tmp_path: Path) -> None:
    ids = [f"ollama/m{number}" for number in range(3000)]
    project(tmp_path, "models:\n" + "".join(f"  {model_id}:\n" for model_id in ids) + "default: ollama/m2500\n")
    client.initialize(tmp_path)
    state = settled(client)
    assert [model["modelId"] for model in state["models"]] == [*ids[:1000], "ollama/m2500"]
    assert (state["moreModels"], state["label"]) == (1999, "ollama/m2500 (next agent)")
    assert state["models"][-1]["selected"] is True
    listed = client.execute("aloop.listModels")
    assert [model["modelId"] for model in listed["models"]] == ids
    assert "moreModels" not in listed
    since = len(client.notifications)
    client.execute("aloop.switchModel", {"modelId": "ollama/m1700"})
    models = state_after(client, since)["models"]
    assert [model["modelId"] for model in models[1000:]] == ["ollama/m1700", "ollama/m2500"]


def test_the_whole_state_is_told_after_the_handshake(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    state = settled(client)
    first, second = state.pop("models")
    state.pop("endpoint", None)
    assert state.pop("catalog") == shipped_catalog()
    assert state == {
        "file": str(path),
        "uri": path.as_uri(),
        "default": "openai/gpt-4o",
        "current": "openai/gpt-4o",
        "choice": {"modelId": "openai/gpt-4o", "displayName": "GPT"},
        "label": "GPT (next agent)",
        "sessions": [],
    }
    assert first == {**GPT_4O, "name": "GPT", "displayName": "GPT"}
    assert (second["modelId"], second["apiKey"], second["ready"], second["current"]) == (
        "ollama/llama3.1",
        None,
        True,
        False,
    )


def test_without_a_file_the_state_is_empty(client: LspClient, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    state = settled(client)
    assert state["models"] == []
    assert (state["default"], state["current"], state["choice"]) == (None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_skipped_file_is_named_and_not_used(client: LspClient, path: Path, tmp_path: Path) -> None:
    path.parent.chmod(0o777)
    advice = f"If you trust it, run: chmod o-w {path.parent}"
    words = f"every user can write to its folder. {advice}."
    client.initialize(tmp_path)
    state = settled(client)
    skipped = {"file": str(path), "reason": "every user can write to its folder", "advice": advice}
    assert (state["file"], state["uri"], state["models"], state["skipped"]) == (None, None, [], [skipped])
    shown = client.wait_notification("window/showMessage").params
    assert shown == {"type": 2, "message": f"Skipped {path}: {words}"}
    client.open(path)
    published = client.wait_notification(PUBLISHED, lambda found: bool(found["diagnostics"])).params
    (found,) = [item for item in published["diagnostics"] if item["code"] == "skipped-file"]
    assert (found["severity"], found["message"]) == (1, f"This file is skipped: {words}")
    with pytest.raises(LspError) as caught:
        client.execute("aloop.switchModel", {"modelId": "ollama/llama3.1", "uri": path.as_uri()})
    assert caught.value.data["reason"] == "fileSkipped"
    assert len(told(client, "window/showMessage")) == 1


def test_each_change_of_state_is_told_once(client: LspClient, path: Path, tmp_path: Path) -> None:
    # Otherwise, a command that takes long on a busy machine reports its progress.
    quiet = {**FULL_CAPABILITIES, "window": {**FULL_CAPABILITIES["window"], "workDoneProgress": False}}
    client.initialize(tmp_path, capabilities=quiet)
    settled(client)
    steps: list[tuple[str, dict[str, Any], Any]] = [
        ("aloop.switchModel", {"modelId": "ollama/llama3.1"}, lambda state: state["current"] == "ollama/llama3.1"),
        ("aloop.addModel", {"modelId": "ollama/x"}, lambda state: len(state["models"]) == 3),
        (
            "aloop.editModel",
            {"modelId": "ollama/x", "fields": {"name": "X"}},
            lambda state: state["models"][2]["name"] == "X",
        ),
        ("aloop.setDefaultModel", {"modelId": "ollama/x"}, lambda state: state["default"] == "ollama/x"),
        ("aloop.removeModel", {"modelId": "ollama/x"}, lambda state: state["default"] is None),
        (
            "aloop.setKey",
            {"modelId": "ollama/llama3.1", "apiKey": "my-secret-of-home"},
            lambda state: state["models"][1]["apiKey"] == MASK,
        ),
    ]
    for command, argument, holds in steps:
        since, asked = client.mark(), len(client.server_requests)
        client.execute(command, argument)
        (state,) = told(client, CHANGED, since)
        assert holds(state)
        assert state["file"] == str(path)
        refreshed = [item["method"] for item in client.server_requests[asked:]]
        assert refreshed == ["workspace/codeLens/refresh", "workspace/inlayHint/refresh"]
    assert KEY not in json.dumps([item.params for item in client.notifications])


def test_what_changes_nothing_tells_nothing(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    settled(client)
    since, asked = client.mark(), len(client.server_requests)
    for command in ("aloop.listModels", "aloop.checkModels", "aloop.reloadModels"):
        client.execute(command)
    client.execute("aloop.setDefaultModel", {"modelId": "openai/gpt-4o"})
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    assert told(client, CHANGED, since) == []
    assert [item["method"] for item in client.server_requests[asked:]] == []


def test_typing_does_not_change_the_state_but_saving_does(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    settled(client)
    since = client.mark()
    client.open(path)
    client.replace(path, len(TEXT), len(TEXT), "#\n")
    at = TEXT.index("GPT")
    client.replace(path, at, at + 3, "My GPT")
    assert told(client, CHANGED, since) == []
    client.save(path)
    assert state_after(client, since)["models"][0]["name"] == "My GPT"


def test_a_change_by_another_program_is_noticed(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    settled(client)
    asked = client.wait_server_request("client/registerCapability")["params"]
    watchers = {"watchers": [{"globPattern": "**/.aloop/models.yaml"}]}
    method = "workspace/didChangeWatchedFiles"
    assert asked == {"registrations": [{"id": "models", "method": method, "registerOptions": watchers}]}
    since = client.mark()
    path.write_text("models:\n  ollama/llama2:\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    assert [model["modelId"] for model in state_after(client, since)["models"]] == ["ollama/llama2"]
    since = client.mark()
    path.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 3}]})
    assert state_after(client, since)["models"] == []


def test_a_file_that_cannot_be_read_keeps_the_state(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    settled(client)
    since = client.mark()
    path.write_bytes(b"\xff\xfe\x00")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    problem = f"{path}:1: byte 0 is not valid UTF-8. It looks like UTF-16. Save the file as UTF-8."
    listed = client.execute("aloop.listModels")
    assert listed["problem"]["message"] == problem
    assert [model["modelId"] for model in listed["models"]] == ["openai/gpt-4o", "ollama/llama3.1"]
    since = client.mark()
    path.write_text(TEXT.replace("GPT", "New"))
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    assert state_after(client, since)["models"][0]["name"] == "New"


def test_a_document_in_a_place_that_cannot_exist_does_not_stop_the_state(
    client: LspClient, path: Path, tmp_path: Path
) -> None:
    client.initialize(tmp_path)
    settled(client)
    other = tmp_path / ("x" * 300) / "models.yaml"
    client.open(other, "models:\n  ollama/a:\n    timout: 5\n")
    assert "unknown-field" in [item["code"] for item in client.wait_diagnostics(other).diagnostics]
    since = client.mark()
    client.execute("aloop.addModel", {"modelId": "ollama/new"})
    assert [model["modelId"] for model in state_after(client, since)["models"]][-1] == "ollama/new"
    with pytest.raises(LspError) as refused:
        client.execute("aloop.checkModels", {"uri": other.as_uri()})
    assert str(refused.value) == (
        f"-32803: Cannot read {other}: its path is too long for this disk. Use a shorter path and try again."
    )


def test_without_a_working_directory_the_home_file_is_used(tmp_path: Path) -> None:
    folder = tmp_path / "deleted"
    folder.mkdir()
    command = ["sh", "-c", 'cd "$0"; rmdir "$0"; exec "$@"', str(folder), *SERVER]
    with raw_client(command=command) as client:
        client.initialize()
        state = settled(client)
        assert (state["file"], state["models"]) == (None, [])
        home = Path(environment()["HOME"]) / ".aloop" / "models.yaml"
        assert client.execute("aloop.listModels")["file"] == str(home)
        path = project(tmp_path, TEXT)
        client.open(path)
        client.wait_notification(CHANGED, lambda state: state["file"] == str(path))


def test_settings_take_effect_at_once(client: LspClient, path: Path, tmp_path: Path) -> None:
    path.write_text(TEXT.replace("name:", "nam:"))
    client.initialize(tmp_path)
    client.open(path)
    document = {"textDocument": {"uri": path.as_uri()}}
    everything = document | {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}}
    assert [item["code"] for item in client.wait_diagnostics(path).diagnostics] == ["unknown-field"]
    assert len(client.request("textDocument/codeLens", document)) == 2
    since = client.mark()
    off = {"codeLens": {"enable": False}, "inlayHints": {"enable": False}, "disabledRules": ["unknown-field"]}
    client.change_settings({"aloop": off})
    assert client.wait_notification(PUBLISHED, since=since).params["diagnostics"] == []
    assert client.request("textDocument/codeLens", document) == []
    assert client.request("textDocument/inlayHint", everything) == []
    since = client.mark()
    client.change_settings({})
    assert len(client.wait_notification(PUBLISHED, since=since).params["diagnostics"]) == 1
    assert len(client.request("textDocument/inlayHint", everything)) == 2


def test_settings_can_come_with_the_handshake(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path, options={"settings": {"codeLens": {"enable": False}}})
    client.open(path)
    assert client.request("textDocument/codeLens", {"textDocument": {"uri": path.as_uri()}}) == []


def test_another_folder_of_the_workspace(client: LspClient, path: Path, tmp_path: Path) -> None:
    other = project(tmp_path / "other", "models:\n  ollama/llama2:\n")
    client.initialize(tmp_path)
    assert settled(client)["file"] == str(path)
    since = client.mark()
    client.change_folders(other.parent.parent)
    assert state_after(client, since)["file"] == str(other)


# The disk under a document


def test_the_place_is_judged_at_open_and_save(client: LspClient, path: Path, tmp_path: Path) -> None:
    path.chmod(0o644)
    client.initialize(tmp_path)
    client.open(path)
    (diagnostic,) = client.wait_diagnostics(path).diagnostics
    assert diagnostic["code"] == "readable-by-others"
    path.chmod(0o600)
    client.replace(path, 0, 0, "# one\n")
    assert [item["code"] for item in client.wait_diagnostics(path).diagnostics] == ["readable-by-others"]
    since = client.mark()
    client.save(path)
    assert client.wait_notification(PUBLISHED, since=since).params == {
        "uri": path.as_uri(),
        "diagnostics": [],
        "version": 2,
    }


def test_a_tracked_file_is_found_out(client: LspClient, path: Path, tmp_path: Path) -> None:
    for arguments in (("init", "-q"), ("add", "-f", ".aloop/models.yaml")):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)
    client.initialize(tmp_path)
    client.open(path)
    codes = [item["code"] for item in client.wait_diagnostics(path).diagnostics]
    assert "tracked-by-git" in codes


# Pulled diagnostics


def pull(client: LspClient, path: Path, previous: str | None = None) -> Any:
    params: dict[str, Any] = {"textDocument": {"uri": path.as_uri()}}
    if previous is not None:
        params["previousResultId"] = previous
    return client.request("textDocument/diagnostic", params)


def test_pulled_findings_are_complete_and_nothing_is_pushed(client: LspClient, path: Path, tmp_path: Path) -> None:
    path.chmod(0o644)
    client.initialize(tmp_path, capabilities=pulling(refreshSupport=True))
    client.open(path, TEXT.replace("name:", "nam:"))
    found = pull(client, path)
    assert found["kind"] == "full"
    places = [(item["code"], item["range"]["start"]["line"]) for item in found["items"]]
    assert sorted(places) == [("readable-by-others", 0), ("unknown-field", 2)]
    assert pull(client, path, found["resultId"]) == {"kind": "unchanged", "resultId": found["resultId"]}
    since = client.mark()
    at = client.text(path).index("nam:")
    client.replace(path, at, at + 3, "name")
    second = pull(client, path, found["resultId"])
    assert second["resultId"] != found["resultId"]
    assert [item["code"] for item in second["items"]] == ["readable-by-others"]
    path.chmod(0o600)
    asked = len(client.server_requests)
    client.save(path)
    client.wait_server_request("workspace/diagnostic/refresh", since=asked)
    assert pull(client, path)["items"] == []
    client.close(path)
    assert told(client, PUBLISHED, since) == []


def test_findings_that_were_pushed_before_the_first_pull_go(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    client.open(path, TEXT.replace("name:", "nam:"))
    client.wait_diagnostics(path)
    since = client.mark()
    assert len(pull(client, path)["items"]) == 1
    assert told(client, PUBLISHED, since) == [{"uri": path.as_uri(), "diagnostics": []}]


def test_a_closed_document_has_no_findings_to_pull(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    assert pull(client, path)["items"] == []


def test_a_client_that_watches_no_files_hears_of_changes_all_the_same(
    client: LspClient, path: Path, tmp_path: Path
) -> None:
    able = copy.deepcopy(FULL_CAPABILITIES)
    del able["workspace"]["didChangeWatchedFiles"]
    client.initialize(tmp_path, capabilities=able)
    settled(client)
    since = client.mark()
    path.write_text("models:\n  ollama/llama2:\n")
    assert [model["modelId"] for model in state_after(client, since)["models"]] == ["ollama/llama2"]


def test_a_file_outside_of_the_folders_is_watched_for_a_client_that_watches_inside_them(
    tmp_path: Path,
) -> None:
    """It may be at home, above the folder, or behind a link."""
    folder = tmp_path / "repository" / "folder"
    folder.mkdir(parents=True)
    home = project(tmp_path / "home", TEXT)
    environ = environment(HOME=str(tmp_path / "home"))

    def ids(since: int) -> list[str]:
        return [model["modelId"] for model in state_after(client, since)["models"]]

    with LspClient(SERVER, env=environ) as client:
        client.initialize(folder)
        assert settled(client)["file"] == str(home)
        assert client.wait_server_request("client/registerCapability")["params"]["registrations"][0]["id"] == "models"
        since = client.mark()
        project(tmp_path / "home", "models:\n  ollama/home:\n")
        assert ids(since) == ["ollama/home"]
        since = client.mark()
        above = project(tmp_path / "repository", "models:\n  ollama/above:\n")
        assert ids(since) == ["ollama/above"]
        since = client.mark()
        above.unlink()
        assert ids(since) == ["ollama/home"]
    target = tmp_path / "elsewhere" / "target.yaml"
    target.parent.mkdir()
    target.write_text("models:\n  ollama/target:\n")
    target.chmod(0o600)
    (folder / ".aloop").mkdir()
    (folder / ".aloop" / "models.yaml").symlink_to(target)
    with LspClient(SERVER, env=environ) as client:
        client.initialize(folder)
        assert settled(client)["models"][0]["modelId"] == "ollama/target"
        since = client.mark()
        target.write_text("models:\n  ollama/another:\n")
        assert ids(since) == ["ollama/another"]


def test_a_file_inside_is_left_to_a_client_that_watches_it(client: LspClient, tmp_path: Path) -> None:
    """So that nothing is told twice; what the client does not tell is seen with the next that is."""
    folder = tmp_path / "folder"
    path = project(folder, TEXT)
    client.initialize(folder)
    settled(client)
    since = client.mark()
    path.write_text("models:\n  ollama/inside:\n")
    # The watch has looked once another file, above the folder, is seen.
    project(tmp_path, "models:\n  ollama/above:\n")
    assert [model["modelId"] for model in state_after(client, since)["models"]] == ["ollama/inside"]
    assert len(told(client, CHANGED, since)) == 1


def test_the_state_names_the_problem_while_the_file_is_broken(client: LspClient, path: Path, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    good = settled(client)
    assert "problem" not in good
    since = len(client.notifications)
    path.write_text(f"{TEXT}  : [\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    broken = client.wait_notification(CHANGED, lambda told: "problem" in told, since=since).params
    line = TEXT.count("\n") + 1
    assert broken["problem"] == {"line": line, "message": f"models.yaml is not valid YAML (line {line})."}
    assert broken["models"] == good["models"]
    result = client.execute("aloop.switchModel", {"modelId": "ollama/llama3.1"})
    assert result["message"].endswith(
        f"models.yaml is not valid YAML (line {line}). The last valid version of the file stays in use."
    )
    since = len(client.notifications)
    path.write_text(TEXT)
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    client.wait_notification(CHANGED, lambda told: "problem" not in told, since=since)
