"""Commands that are refused, and why: the real server through pytest-lsp, one for all of them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types

from support.server import KEY, SERVER, Editor, environment, plain, project

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = f"""\
models:
  openai/gpt-4o:
    api_key: {KEY}
  openai/gpt-4o-mini: {{api_key: "{KEY}"}}
  anthropic/claude-sonnet-4-5:
  ollama/llama3.1:

default: openai/gpt-4o
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("project"), TEXT)


@pytest_lsp.fixture(
    config=pytest_lsp.ClientServerConfig(SERVER, client_factory=Editor, server_env=environment()), scope="module"
)
async def editor(lsp_client: Editor, file: Path) -> AsyncIterator[None]:
    await lsp_client.start_session(file.parent.parent)
    yield
    await lsp_client.shutdown_session()


@pytest.mark.parametrize(
    ("command", "argument", "message", "reason", "suggestions"),
    [
        (
            "aloop.switchModel",
            {"modelId": "openai/gpt-4"},
            "There is no model 'openai/gpt-4' in models.yaml. Did you mean openai/gpt-4o or openai/gpt-4o-mini?",
            "modelNotFound",
            ["openai/gpt-4o", "openai/gpt-4o-mini"],
        ),
        (
            "aloop.switchModel",
            {"modelId": "anthropic/claude-sonnet-4-5"},
            "anthropic/claude-sonnet-4-5 is not ready: it has no API key. Set its API key.",
            "notReady",
            ["anthropic/claude-sonnet-4-5"],
        ),
        (
            "aloop.switchModel",
            {"modelId": "ollama/llama3.1", "session": "abc"},
            "There is no running agent 'abc'. List the agents: aloop models sessions",
            "noSession",
            [],
        ),
        (
            "aloop.addModel",
            {"modelId": "openai/gpt-4o"},
            "'openai/gpt-4o' is already in models.yaml. Edit it, or switch to it.",
            "modelExists",
            ["openai/gpt-4o"],
        ),
        (
            "aloop.addModel",
            {"modelId": "gpt-4o"},
            "The ID has no provider. Did you mean openai/gpt-4o or openai/gpt-5?",
            "invalidModelId",
            ["openai/gpt-4o", "openai/gpt-5"],
        ),
        (
            "aloop.addModel",
            {"modelId": "openai/b", "fields": {"timout": 5}},
            "Unknown field 'timout'. Did you mean timeout?",
            "invalidFields",
            ["timeout"],
        ),
        (
            "aloop.addModel",
            {"modelId": "openai/b", "fields": {"timeout": "5m"}},
            "timeout must be a number greater than 0 and at most 86400, such as 600.",
            "invalidFields",
            [],
        ),
        (
            "aloop.editModel",
            {"modelId": "openai/gpt-4o", "fields": {"api_key": "sk-..."}},
            "api_key is a placeholder. Paste the real key.",
            "invalidFields",
            [],
        ),
        (
            "aloop.setKey",
            {"modelId": "openai/gpt-4o", "apiKey": "two\nlines"},
            "api_key has more than one line. Paste only the key.",
            "invalidFields",
            [],
        ),
        (
            "aloop.removeModel",
            {"modelId": "nothing/like-it"},
            "There is no model 'nothing/like-it' in models.yaml. List the models: aloop models list",
            "modelNotFound",
            [],
        ),
    ],
)
async def test_refusals(
    editor: Editor, file: Path, command: str, argument: Any, message: str, reason: str, suggestions: list[str]
) -> None:
    assert await editor.refusal(command, argument) == (-32803, message, reason, suggestions)
    assert file.read_text() == TEXT


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("aloop.switchModel", [], 'aloop.switchModel requires \'modelId\', such as {"modelId": "…"}.'),
        ("aloop.switchModel", [{}], 'aloop.switchModel requires \'modelId\', such as {"modelId": "…"}.'),
        ("aloop.switchModel", [None], 'aloop.switchModel requires \'modelId\', such as {"modelId": "…"}.'),
        ("aloop.switchModel", ["openai/gpt-4o"], 'aloop.switchModel requires one object, such as {"modelId": "…"}.'),
        ("aloop.switchModel", [["x"]], 'aloop.switchModel requires one object, such as {"modelId": "…"}.'),
        ("aloop.switchModel", [{"modelId": 5}], "aloop.switchModel: 'modelId' must be a string."),
        (
            "aloop.switchModel",
            [{"modelId": "ollama/llama3.1", "makeDefault": "yes"}],
            "aloop.switchModel: 'makeDefault' must be true or false.",
        ),
        (
            "aloop.switchModel",
            [{"modelId": "ollama/llama3.1", "model": "x"}],
            "aloop.switchModel: unknown argument 'model'. Use modelId, session, makeDefault.",
        ),
        (
            "aloop.listModels",
            [{"all": True}],
            "aloop.listModels: unknown argument 'all'. It takes no arguments.",
        ),
        (
            "aloop.editModel",
            [{"modelId": "openai/gpt-4o"}],
            'aloop.editModel requires \'fields\', such as {"modelId": "…", "fields": {…}}.',
        ),
        (
            "aloop.editModel",
            [{"modelId": "openai/gpt-4o", "fields": "timeout=5"}],
            "aloop.editModel: 'fields' must be an object.",
        ),
        ("aloop.setKey", [{"apiKey": "k"}], "Name either a provider or a model."),
        ("aloop.showModel", [{"modelId": "a/b", "uri": 5}], "'uri' must be a string."),
        ("aloop.showModel", [{"modelId": "a/b", "uri": "untitled:1"}], "'uri' must be the file: URI of a models.yaml."),
        ("aloop.showModel", [{"modelId": "a/b", "uri": "file://[x"}], "'uri' must be the file: URI of a models.yaml."),
        (
            "aloop.showModel",
            [{"modelId": "a/b", "uri": "file:///a%00b"}],
            "'uri' must be the file: URI of a models.yaml.",
        ),
    ],
)
async def test_wrong_arguments(editor: Editor, command: str, arguments: list[Any], message: str) -> None:
    assert await editor.refusal(command, *arguments) == (-32602, message, "invalidArguments", [])


async def test_an_unknown_command_and_no_arguments_member(editor: Editor) -> None:
    refused = await editor.refusal("aloop.sing")
    assert refused == (-32602, "Unknown command 'aloop.sing'.", "unknownCommand", [])
    found = await editor.workspace_execute_command_async(types.ExecuteCommandParams("aloop.listSessions"))
    assert plain(found)["sessions"] == []
