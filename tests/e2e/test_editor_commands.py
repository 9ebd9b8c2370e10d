"""The commands through the real server and pytest-lsp: results, refusals, and what becomes of the file."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from pygls.exceptions import JsonRpcException

from support.server import KEY, MASK, SERVER, Editor, environment, plain, project, shipped_catalog

OTHER_KEY = "sk-proj-ZyXwVuTsRqPoNmLkJiHgFeDc9876543210ZyXwVuTs"
AZURE_KEY = "3f7a9c1e5b8d2f406a7c9e1b3d5f7082"
TEXT = f"""\
# Keep this comment.
models:
  openai/gpt-4o-mini: {{api_key: "{KEY}"}}

  openai/gpt-4o:   # the good one
    name: GPT-4o
    api_key: {KEY}
    timeout: 300
  anthropic/claude-sonnet-4-5:
  ollama/llama3.1:

default: openai/gpt-4o
"""
COMMANDS = [
    "aloop.listModels",
    "aloop.switchModel",
    "aloop.addModel",
    "aloop.editModel",
    "aloop.removeModel",
    "aloop.copyModel",
    "aloop.setDefaultModel",
    "aloop.showModel",
    "aloop.reloadModels",
    "aloop.checkModels",
    "aloop.showRule",
    "aloop.formatModels",
    "aloop.importModels",
    "aloop.setKey",
    "aloop.protectFile",
    "aloop.listSessions",
    "aloop.complete",
    "aloop.parse",
    "aloop.checkField",
]
LINES = {
    "mini": {"modelId": "openai/gpt-4o-mini", "name": None, "displayName": "openai/gpt-4o-mini", "provider": "openai"},
    "gpt-4o": {"modelId": "openai/gpt-4o", "name": "GPT-4o", "displayName": "GPT-4o", "provider": "openai"},
    "sonnet": {
        "modelId": "anthropic/claude-sonnet-4-5",
        "name": None,
        "displayName": "anthropic/claude-sonnet-4-5",
        "provider": "anthropic",
    },
    "llama": {"modelId": "ollama/llama3.1", "name": None, "displayName": "ollama/llama3.1", "provider": "ollama"},
}
STATES = {
    "mini": {"current": False, "selected": False, "default": False, "ready": True, "notReady": None, "apiKey": MASK},
    "gpt-4o": {"current": True, "selected": True, "default": True, "ready": True, "notReady": None, "apiKey": MASK},
    "sonnet": {
        "current": False,
        "selected": False,
        "default": False,
        "ready": False,
        "notReady": "it has no API key",
        "apiKey": None,
    },
    "llama": {"current": False, "selected": False, "default": False, "ready": True, "notReady": None, "apiKey": None},
}
NOT_USED = {"roles": [], "fallback": None}
FACTS = {"contextWindow", "inputPrice", "outputPrice", "facts", "detail"}


@pytest_lsp.fixture(config=pytest_lsp.ClientServerConfig(SERVER, client_factory=Editor, server_env=environment()))
async def editor(lsp_client: Editor, tmp_path: Path) -> AsyncIterator[None]:
    project(tmp_path, TEXT)
    await lsp_client.start_session(tmp_path)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".aloop" / "models.yaml"


async def test_the_server_names_its_commands(editor: Editor) -> None:
    assert editor.able.execute_command_provider is not None
    assert list(editor.able.execute_command_provider.commands) == COMMANDS


async def test_list(editor: Editor, file: Path) -> None:
    found = await editor.run("aloop.listModels")
    models = found.pop("models")
    assert found.pop("catalog") == shipped_catalog()
    assert found == {
        "message": f"4 models in {file}",
        "file": str(file),
        "uri": file.as_uri(),
        "default": "openai/gpt-4o",
        "current": "openai/gpt-4o",
        "choice": {"modelId": "openai/gpt-4o", "displayName": "GPT-4o"},
        "label": "GPT-4o (next agent)",
        "sessions": [],
    }
    assert (models[1]["contextWindow"], models[1]["inputPrice"], models[1]["outputPrice"]) == (128000, 2.5, 10)
    assert models[1]["detail"] == "openai · 128K · $2.50 / $10"
    told = [{name: value for name, value in model.items() if name not in FACTS} for model in models]
    problems = {"sonnet": 2}
    assert told == [LINES[name] | STATES[name] | NOT_USED | {"problems": problems.get(name, 0)} for name in LINES]


async def test_show(editor: Editor) -> None:
    found = await editor.run("aloop.showModel", {"modelId": "openai/gpt-4o"})
    assert {name: value for name, value in found.items() if name not in FACTS} == LINES["gpt-4o"] | STATES["gpt-4o"] | {
        **NOT_USED,
        "message": "GPT-4o (openai/gpt-4o). Same API key as 1 other.",
        "fields": {"name": "GPT-4o", "api_key": MASK, "timeout": 300},
        "sameKeyAs": ["openai/gpt-4o-mini"],
    }


async def test_check(editor: Editor, file: Path) -> None:
    file.write_text(TEXT.replace("timeout: 300", "timeout: 5m  # 🎉"))
    found = await editor.run("aloop.checkModels")
    message = "openai/gpt-4o: timeout must be a number of seconds, not text. Write 300."
    assert (found["file"], found["errors"], found["warnings"]) == (str(file), 2, 1)
    assert found["message"].startswith("2 errors, 1 warning, ")
    first, second, *_ = [item for item in found["findings"] if item["severity"] == "error"]
    subject = {"modelId": "openai/gpt-4o", "field": "timeout"}
    place = {"line": 8, "column": 14, "endLine": 8, "endColumn": 16}
    assert first == {"rule": "wrong-type", "severity": "error", "message": message} | subject | place
    assert (second["rule"], second["line"], second["column"], second["endColumn"]) == ("missing-api-key", 9, 3, 30)


async def test_complete(editor: Editor) -> None:
    found = await editor.run("aloop.complete", {"words": ["switch"], "word": "gpt"})
    assert [item["value"] for item in found["candidates"]] == ["openai/gpt-4o-mini", "openai/gpt-4o"]
    assert found["candidates"][1]["kind"] == "model"
    assert found["candidates"][1]["detail"].startswith("GPT-4o · current · default")
    new = await editor.run("aloop.complete", {"words": ["add"], "word": "anthropic/"})
    assert {item["kind"] for item in new["candidates"]} == {"newModel"}


async def test_sessions_and_reload(editor: Editor, file: Path) -> None:
    sessions = await editor.run("aloop.listSessions")
    assert sessions == {"message": "No agent is running. Start one: aloop", "sessions": []}
    file.write_text("models:\n  ollama/llama3.1:\n")
    found = await editor.run("aloop.reloadModels")
    assert found["message"] == f"Loaded 1 model from {file}"
    assert [model["modelId"] for model in found["models"]] == ["ollama/llama3.1"]
    assert (await editor.state(lambda state: state["default"] is None))["current"] == "ollama/llama3.1"


async def test_switch(editor: Editor, file: Path) -> None:
    found = await editor.run("aloop.switchModel", {"modelId": "ollama/llama3.1"})
    assert found == {
        "message": "The next agent will use ollama/llama3.1.",
        "modelId": "ollama/llama3.1",
        "displayName": "ollama/llama3.1",
        "sessions": [],
    }
    state = await editor.state(lambda state: state["current"] == "ollama/llama3.1")
    assert state["choice"] == {"modelId": "ollama/llama3.1", "displayName": "ollama/llama3.1"}
    assert (state["default"], file.read_text()) == ("openai/gpt-4o", TEXT)


async def test_switch_and_make_default(editor: Editor, file: Path) -> None:
    argument = {"modelId": "openai/gpt-4o-mini", "makeDefault": True}
    found = await editor.run("aloop.switchModel", argument)
    assert (
        found["message"] == "The next agent will use openai/gpt-4o-mini. openai/gpt-4o-mini is now the default model."
    )
    assert found["saved"] is True
    assert file.read_text() == TEXT.replace("default: openai/gpt-4o", "default: openai/gpt-4o-mini")
    await editor.state(lambda state: state["default"] == state["current"] == "openai/gpt-4o-mini")


async def test_add(editor: Editor, file: Path) -> None:
    fields = {"name": "Flash: quick", "api_key": "AIza" + "x1Y2" * 9, "timeout": 60, "drop_params": None}
    found = await editor.run("aloop.addModel", {"modelId": "gemini/gemini-2.5-flash", "fields": fields})
    assert found == {
        "message": "Added gemini/gemini-2.5-flash.",
        "modelId": "gemini/gemini-2.5-flash",
        "warnings": [],
        "saved": True,
    }
    added = f"""\
  ollama/llama3.1:
  gemini/gemini-2.5-flash:
    name: 'Flash: quick'
    api_key: AIza{"x1Y2" * 9}
    timeout: 60
"""
    assert file.read_text() == TEXT.replace("  ollama/llama3.1:\n", added)
    state = await editor.state(lambda state: len(state["models"]) == 5)
    assert state["models"][-1]["apiKey"] == MASK
    assert state["default"] == "openai/gpt-4o"


async def test_edit(editor: Editor, file: Path) -> None:
    fields = {"timeout": 60, "name": None, "max_tokens": 5}
    found = await editor.run("aloop.editModel", {"modelId": "openai/gpt-4o", "fields": fields})
    assert found["message"] == "Changed name, timeout, max_tokens of GPT-4o."
    edited = TEXT.replace("    name: GPT-4o\n", "").replace("timeout: 300", "timeout: 60\n    max_tokens: 5")
    assert file.read_text() == edited
    state = await editor.state(lambda state: state["models"][1]["name"] is None)
    assert state["models"][1]["displayName"] == "openai/gpt-4o"


async def test_remove(editor: Editor, file: Path) -> None:
    await editor.run("aloop.switchModel", {"modelId": "ollama/llama3.1"})
    found = await editor.run("aloop.removeModel", {"modelId": "openai/gpt-4o"})
    assert found == {
        "message": "Removed GPT-4o. It was the default model. Set another default model.",
        "modelId": "openai/gpt-4o",
        "wasDefault": True,
        "stillIn": [],
        "saved": True,
    }
    assert "gpt-4o:" not in file.read_text()
    assert file.read_text().endswith("  ollama/llama3.1:\n\ndefault: null\n")
    assert file.read_text().startswith("# Keep this comment.\nmodels:\n")
    await editor.state(lambda state: state["default"] is None and len(state["models"]) == 3)


async def test_set_default(editor: Editor, file: Path) -> None:
    found = await editor.run("aloop.setDefaultModel", {"modelId": "ollama/llama3.1"})
    assert found == {
        "message": "ollama/llama3.1 is now the default model.",
        "modelId": "ollama/llama3.1",
        "displayName": "ollama/llama3.1",
        "saved": True,
    }
    assert file.read_text() == TEXT.replace("default: openai/gpt-4o", "default: ollama/llama3.1")
    again = await editor.run("aloop.setDefaultModel", {"modelId": "ollama/llama3.1"})
    assert again["message"] == "ollama/llama3.1 is already the default model."


async def test_set_key_replaces_it_wherever_it_stands(editor: Editor, file: Path) -> None:
    found = await editor.run("aloop.setKey", {"provider": "openai", "apiKey": OTHER_KEY})
    assert found == {
        "message": "Set the API key of openai/gpt-4o-mini, openai/gpt-4o.",
        "modelIds": ["openai/gpt-4o-mini", "openai/gpt-4o"],
        "notChanged": [],
        "warnings": [],
        "saved": True,
    }
    assert file.read_text() == TEXT.replace(KEY, OTHER_KEY)


async def test_set_key_of_a_model_without_one(editor: Editor, file: Path) -> None:
    key = "my-own-key-for-the-gateway"
    found = await editor.run("aloop.setKey", {"modelId": "anthropic/claude-sonnet-4-5", "apiKey": key})
    advice = "api_key does not start with sk-ant- like Anthropic API keys. Paste the whole key."
    assert found["message"].splitlines()[0] == "Set the API key of anthropic/claude-sonnet-4-5."
    assert f"anthropic/claude-sonnet-4-5: {advice}" in found["warnings"]
    line = "  anthropic/claude-sonnet-4-5:\n"
    assert file.read_text() == TEXT.replace(line, f"{line}    api_key: {key}\n")


async def test_the_current_model_is_not_removed(editor: Editor, file: Path) -> None:
    await editor.run("aloop.switchModel", {"modelId": "ollama/llama3.1"})
    message = "ollama/llama3.1 is the current model. Switch to another model first."
    refused = await editor.refusal("aloop.removeModel", {"modelId": "ollama/llama3.1"})
    assert refused == (-32803, message, "modelIsCurrent", [])
    assert file.read_text() == TEXT


async def test_a_key_of_two_is_not_guessed(editor: Editor, file: Path) -> None:
    file.write_text(TEXT.replace(f'"{KEY}"', f'"{OTHER_KEY}"'))
    message = "The models of openai use 2 different API keys. Name the model: openai/gpt-4o-mini, openai/gpt-4o"
    refused = await editor.refusal("aloop.setKey", {"provider": "openai", "apiKey": KEY})
    assert refused == (-32803, message, "ambiguousKey", ["openai/gpt-4o-mini", "openai/gpt-4o"])


async def test_a_broken_file_is_not_edited(editor: Editor, file: Path) -> None:
    broken = 'models:\n  openai/gpt-4o:\n    name: "GPT\n'
    file.write_text(broken)
    code, message, reason, _ = await editor.refusal("aloop.addModel", {"modelId": "ollama/llama3"})
    assert (code, reason) == (-32803, "invalidFile")
    assert re.fullmatch(r"models.yaml is not valid YAML \(line \d\). Fix it first. Nothing was changed.", message)
    assert file.read_text() == broken


async def test_another_file_by_its_uri(editor: Editor, file: Path, tmp_path: Path) -> None:
    other = project(tmp_path / "other", "models:\n  ollama/llama2:\n")
    found = await editor.run("aloop.setDefaultModel", {"modelId": "ollama/llama2", "uri": other.as_uri()})
    assert found["saved"] is True
    assert other.read_text() == "models:\n  ollama/llama2:\n\ndefault: ollama/llama2\n"
    assert file.read_text() == TEXT


async def test_a_value_is_checked_while_it_is_typed(editor: Editor) -> None:
    place = {"modelId": "openai/gpt-4o", "field": "fields.timeout", "value": "5m"}
    problem = "timeout must be a number of seconds, not text. Write 300."
    found = await editor.run("aloop.checkField", place)
    assert found == {"message": problem, "problem": problem, "severity": "error", "suggestion": "300"}
    assert (await editor.run("aloop.checkField", place | {"value": "300"}))["problem"] is None
    found = await editor.run("aloop.checkField", {"modelId": "anthropic/new", "field": "apiKey", "value": OTHER_KEY})
    problem = "api_key is a key for OpenAI, not for Anthropic. Paste your Anthropic API key."
    assert found == {"message": problem, "problem": problem, "severity": "warning", "suggestion": None}


@pytest.mark.parametrize(
    ("model_id", "walk", "lines"),
    [
        (
            "azure/my-gpt",
            [
                ("fields.api_base", "https://me.openai.azure.com"),
                ("fields.api_version", None),
                ("fields.api_key", AZURE_KEY),
            ],
            [f"    api_key: {AZURE_KEY}", "    api_base: https://me.openai.azure.com"],
        ),
        (
            "bedrock/anthropic.claude-opus-5-5",
            [("fields.aws_region_name", "eu-central-1"), ("fields.aws_profile_name", None)],
            ["    aws_region_name: eu-central-1"],
        ),
        (
            "vertex_ai/gemini-3.8-flash",
            [("fields.vertex_project", "shop-1"), ("fields.vertex_location", "global")],
            ["    vertex_project: shop-1", "    vertex_location: global"],
        ),
        (
            "lm_studio/qwen3",
            [("fields.api_base", "http://localhost:1234/v1")],
            ["    api_base: http://localhost:1234/v1"],
        ),
        (
            "custom_openai/m",
            [("fields.api_base", "http://gpu.lan:8000/v1"), ("fields.api_key", None)],
            ["    api_base: http://gpu.lan:8000/v1"],
        ),
        ("github_copilot/gpt-5", [], []),
    ],
)
async def test_what_a_provider_needs_is_asked_for(
    editor: Editor, file: Path, model_id: str, walk: list[tuple[str, str | None]], lines: list[str]
) -> None:
    argument: dict[str, Any] = {"modelId": model_id, "ask": True}
    for field, answer in walk:
        with pytest.raises(JsonRpcException) as refused:
            await editor.run("aloop.addModel", argument)
        data = plain(refused.value.data)
        assert (data["reason"], data["question"]["field"]) == ("needsInput", field)
        argument = argument | {"fields": argument.get("fields", {}) | {field.partition(".")[2]: answer}}
        if answer is not None:
            check = {"modelId": model_id, "field": field, "value": answer, "fields": argument["fields"]}
            assert (await editor.run("aloop.checkField", check))["problem"] is None
    assert (await editor.run("aloop.addModel", argument))["modelId"] == model_id
    entry = "\n".join((f"  {model_id}:", *lines))
    assert f"{entry}\n\ndefault: openai/gpt-4o\n" in file.read_text()


async def test_an_edit_asks_for_the_field_and_its_value(editor: Editor, file: Path) -> None:
    argument: dict[str, Any] = {"modelId": "openai/gpt-4o", "ask": True}
    asked: list[dict[str, Any]] = []
    for answer in ("timeout=", {"timeout": "60"}):
        with pytest.raises(JsonRpcException) as refused:
            await editor.run("aloop.editModel", argument)
        asked.append(plain(refused.value.data)["question"])
        argument |= {"fields": answer}
    assert [item["value"] for item in asked[0]["candidates"][:3]] == ["name=", "api_key=", "timeout="]
    assert (asked[1]["field"], asked[1]["initial"]) == ("fields.timeout", "300")
    assert KEY not in repr(asked)
    await editor.run("aloop.editModel", argument)
    assert file.read_text() == TEXT.replace("timeout: 300", "timeout: 60")


async def test_a_command_asks_for_what_is_missing(editor: Editor, file: Path) -> None:
    with pytest.raises(JsonRpcException) as refused:
        await editor.run("aloop.addModel", {"modelId": "openai/gpt-5", "ask": True})
    data = plain(refused.value.data)
    assert (refused.value.code, data["reason"], data["question"]["field"]) == (-32803, "needsInput", "fields.api_key")
    (offer,) = data["question"]["candidates"]
    argument = {"modelId": "openai/gpt-5", offer["field"]: offer["value"], "ask": True}
    assert (await editor.run("aloop.addModel", argument))["modelId"] == "openai/gpt-5"
    assert KEY not in repr(data)
    assert file.read_text().count(KEY) == TEXT.count(KEY) + 1
