"""Editors that are not installed here: clients with fewer capabilities, and every kind of workspace."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from lsp_client.capabilities import FULL_CAPABILITIES
from support.editors import MODELS_YAML

Start = Callable[..., LspClient]

HELIX: dict[str, Any] = {
    "workspace": {
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "workspaceFolders": True,
        "applyEdit": True,
        "symbol": {"dynamicRegistration": False},
        "executeCommand": {"dynamicRegistration": False},
        "inlayHint": {"refreshSupport": False},
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "abort",
            "normalizesLineEndings": False,
        },
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "diagnostic": {"refreshSupport": True},
    },
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "insertReplaceSupport": True,
                "deprecatedSupport": True,
                "tagSupport": {"valueSet": [1]},
            },
            "completionItemKind": {},
        },
        "hover": {"contentFormat": ["markdown"]},
        "rename": {"dynamicRegistration": False, "prepareSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}},
            "isPreferredSupport": True,
            "disabledSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit", "command"]},
        },
        "publishDiagnostics": {"versionSupport": True, "tagSupport": {"valueSet": [1, 2]}},
        "inlayHint": {"dynamicRegistration": False},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
}
"""The capabilities of Helix (helix-lsp/src/client.rs, July 2026)."""


def without(*path: str) -> dict[str, Any]:
    """The capabilities of a full editor without one."""
    able = copy.deepcopy(FULL_CAPABILITIES)
    part = able
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return able


@pytest.fixture
def start(server: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    clients: list[LspClient] = []
    own = {"ALOOP_TODAY": "2026-11-22", "ALOOP_CATALOG": "snapshot"}

    def make(cwd: Path = tmp_path) -> LspClient:
        clients.append(LspClient([str(server)], env=environment | own, cwd=cwd))
        return clients[-1]

    yield make
    try:
        for client in clients:
            assert client.shutdown() == 0
            assert bytes(client.recording.errors) == b"", "the server wrote to stderr"
    finally:
        for client in clients:
            client.kill()


@pytest.fixture
def file(workspace: Path) -> Path:
    return workspace / ".aloop" / "models.yaml"


def works(client: LspClient, file: Path) -> set[str]:
    """Test diagnostics, completion, hover, a fix, rename and commands; return the form of the edits."""
    client.open(file)
    [found] = client.wait_diagnostics(file, bool).diagnostics
    assert found["code"] == "unknown-provider"
    assert client.text_in(file, found["range"]) == "openia"
    end = client.text(file).index("\n") + 1
    client.replace(file, end, end, "  anth\n")
    answer = client.request("textDocument/completion", client.at(file, end + 6))
    assert answer["items"][0]["label"] == "anthropic/"
    client.replace(file, end, end + 7, "")
    hover = client.request("textDocument/hover", client.at(file, client.text(file).index("gpt-4o")))
    assert "128" in hover["contents"]["value"]
    params = {"textDocument": {"uri": file.as_uri()}, "range": found["range"], "context": {"diagnostics": [found]}}
    fix = next(action for action in client.request("textDocument/codeAction", params) if action["kind"] == "quickfix")
    assert "openai" in fix["title"]
    place = client.at(file, client.text(file).index("gpt-4o"))
    renaming = client.request("textDocument/rename", {**place, "newName": "openai/gpt-4.1"})
    assert renaming.keys() == fix["edit"].keys()
    listed = client.execute("aloop.listModels")
    assert [model["modelId"] for model in listed["models"]] == ["openai/gpt-4o", "ollama/llama2", "openia/gpt-4o-mini"]
    assert listed["file"] == str(file)
    assert client.execute("aloop.switchModel", {"modelId": "ollama/llama2"})["modelId"] == "ollama/llama2"
    return set(renaming)


@pytest.mark.parametrize("root", [".", ".aloop", "source/deep", None])
def test_the_workspace_may_be_any_folder_or_none(root: str | None, start: Start, workspace: Path, file: Path) -> None:
    (workspace / "source" / "deep").mkdir(parents=True)
    client = start()
    client.initialize(workspace / root if root else None)
    works(client, file)


def test_a_workspace_given_by_root_path(start: Start, workspace: Path, file: Path) -> None:
    client = start()
    params = {"processId": None, "rootUri": None, "rootPath": str(workspace), "capabilities": {}}
    client.capabilities = client.request("initialize", params)["capabilities"]
    client.notify("initialized", {})
    assert client.execute("aloop.listModels")["file"] == str(file)


def test_without_a_workspace_and_an_open_file_the_working_directory_counts(
    start: Start, workspace: Path, file: Path
) -> None:
    client = start(cwd=workspace)
    client.initialize(None)
    assert client.execute("aloop.listModels")["file"] == str(file)
    state = client.wait_notification("aloop/modelsChanged").params
    assert (state["file"], state["uri"]) == (str(file), file.as_uri())


def test_a_workspace_reached_by_a_link(start: Start, workspace: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(workspace, target_is_directory=True)
    client = start()
    client.initialize(link)
    opened = link / ".aloop" / "models.yaml"
    client.open(opened)
    text = client.text(opened)
    client.replace(opened, len(text), len(text), "# mine\n")
    # The server knows that both paths are the same file.
    result = client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})
    assert result["saved"] is False
    assert client.text(opened).endswith("default: ollama/llama2\n# mine\n")


@pytest.mark.parametrize(
    "able",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"workspace": None, "textDocument": None, "window": None, "general": None}, id="nulls"),
        pytest.param(HELIX, id="Helix"),
        pytest.param(without("workspace", "didChangeWatchedFiles"), id="no file watching"),
        pytest.param(without("workspace", "applyEdit"), id="no applyEdit"),
        pytest.param(without("workspace", "workspaceEdit"), id="no versioned edits"),
        pytest.param(without("textDocument", "completion", "completionItem"), id="no snippets"),
        pytest.param(without("workspace", "configuration"), id="no configuration"),
        pytest.param(without("general"), id="no encodings"),
        pytest.param(without("textDocument", "hover"), id="no hover"),
        pytest.param(without("textDocument", "codeAction"), id="no code action literals"),
    ],
)
def test_a_client_that_can_do_less(able: dict[str, Any], start: Start, workspace: Path, file: Path) -> None:
    client = start()
    client.initialize(workspace, capabilities=able)
    form = works(client, file)
    asked = {request["method"] for request in client.server_requests}
    settings = able.get("workspace") or {}
    takes_versions = settings.get("applyEdit") and (settings.get("workspaceEdit") or {}).get("documentChanges")
    assert form == ({"documentChanges"} if takes_versions else {"changes"})
    if not (settings.get("didChangeWatchedFiles") or {}).get("dynamicRegistration"):
        assert "client/registerCapability" not in asked
    if not settings.get("configuration"):
        assert "workspace/configuration" not in asked
    if takes_versions:
        text = client.text(file)
        client.replace(file, len(text), len(text), "# mine\n")
        assert client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})["saved"] is False
        assert client.text(file).endswith("default: ollama/llama2\n# mine\n")
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.notify("$/setTrace", {"value": "verbose"})
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": file.as_uri()}})
    assert [symbol["name"] for symbol in symbols][:1] == ["models"]


def test_without_apply_edit_unsaved_text_is_not_touched(start: Start, workspace: Path, file: Path) -> None:
    client = start()
    client.initialize(workspace, capabilities=without("workspace", "applyEdit"))
    client.open(file)
    text = client.text(file)
    client.replace(file, len(text), len(text), "# mine\n")
    with pytest.raises(LspError) as refused:
        client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})
    assert refused.value.data["reason"] == "unsavedChanges"
    assert (client.text(file), file.read_text()) == (f"{text}# mine\n", MODELS_YAML)
    client.save(file)
    assert client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})["saved"] is True
    assert file.read_text() == f"{MODELS_YAML}# mine\n".replace("default: openai/gpt-4o", "default: ollama/llama2")


def test_without_file_watching_the_disk_is_believed_at_the_next_question(
    start: Start, workspace: Path, file: Path
) -> None:
    client = start()
    client.initialize(workspace, capabilities=without("workspace", "didChangeWatchedFiles"))
    client.wait_notification("aloop/modelsChanged", lambda state: len(state["models"]) == 3)
    file.write_text("models:\n  ollama/llama2:\n", encoding="utf-8")
    assert len(client.execute("aloop.listModels")["models"]) == 1
    client.wait_notification("aloop/modelsChanged", lambda state: len(state["models"]) == 1)
    with pytest.raises(LspError):
        client.execute("aloop.switchModel", {"modelId": "openai/gpt-4o"})


def test_without_snippets_a_block_is_plain_text(start: Start, workspace: Path, file: Path) -> None:
    client = start()
    client.initialize(workspace, capabilities=without("textDocument", "completion", "completionItem"))
    client.open(file, "models:\n  anthropic/claude-sonnet-4-5\n")
    answer = client.request("textDocument/completion", client.at(file, 37))
    item = next(item for item in answer["items"] if item["label"] == "anthropic/claude-sonnet-4-5")
    assert "insertTextFormat" not in item
    assert item["textEdit"]["newText"].startswith("anthropic/claude-sonnet-4-5:\n")
    assert "api_key: " in item["textEdit"]["newText"]
    assert "$" not in item["textEdit"]["newText"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_in_the_one_encoding_a_client_knows(encoding: Any, start: Start, workspace: Path, file: Path) -> None:
    client = start()
    client.initialize(workspace, encodings=[encoding])
    assert client.encoding == encoding
    # Each encoding counts the llama differently, and the diagnostic is after it on the same line.
    text = MODELS_YAML.replace("  openia/gpt-4o-mini:\n    api_key:", "  🦙/🦙 : {name: é🦙, timeout: 5m, api_key:")
    text = text.replace("ghij\ndefault", "ghij}\ndefault")
    client.open(file, text)
    published = client.wait_diagnostics(file, lambda found: any(item["code"] == "wrong-type" for item in found))
    wrong = next(item for item in published.diagnostics if item["code"] == "wrong-type")
    assert client.text_in(file, wrong["range"]) == "5m"
    start_of_it = client.text(file).index("5m")
    client.replace(file, start_of_it, start_of_it + 2, "300")
    client.wait_diagnostics(file, lambda found: all(item["code"] != "wrong-type" for item in found))
    client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})
    assert client.text(file) == text.replace("5m", "300").replace("default: openai/gpt-4o", "default: ollama/llama2")


def test_a_client_that_sends_the_whole_text_each_time(start: Start, workspace: Path, file: Path) -> None:
    client = start()
    client.initialize(workspace)
    client._sync_kind = 1
    works(client, file)
    text = client.text(file).replace("openia/gpt-4o-mini", "openai/gpt-4o")
    client.set_text(file, text)
    client.wait_diagnostics(file, lambda found: {item["code"] for item in found} == {"duplicate-key"})
    client.set_text(file, MODELS_YAML + "# mine\n")
    assert client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})["saved"] is False
    assert client.text(file).endswith("default: ollama/llama2\n# mine\n")
