"""docs/protocol.md describes the code: IDs, arguments, results, reasons, fields, limits, and a whole exchange."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from aloop_models import __version__
from aloop_models.commands import COMMANDS, json_name
from aloop_models.dispatch.runner import Runner
from aloop_models.sessions import connection, host, peer, registry
from aloop_models.sessions.framing import Frames, frame_message
from aloop_models.workspace.workspace import Workspace
from support.world import FILE, World, dial, endpoint_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "protocol.md").read_text("utf-8")
CODE = ROOT / "server" / "aloop_models"
STATE = ("file", "uri", "default", "current", "choice", "label", "sessions", "models", "catalog")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table whose head begins with these words, cell by cell."""
    table = PAGE[PAGE.index(f"\n| {heading}") :].strip().split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_commands_and_their_arguments() -> None:
    documented = {names(command)[0]: set(names(arguments)) for command, arguments, _ in rows("command |")}
    wanted: dict[str, set[str]] = {}
    for command in COMMANDS:
        items = dataclasses.fields(command.parameters)
        optional = {item.name for item in items if item.default is not dataclasses.MISSING}
        wanted[command.id] = {json_name(item.name) + "?" * (item.name in optional) for item in items}
    assert documented == wanted


def test_reasons() -> None:
    faces = {CODE / "agent", CODE / "cli", CODE / "lsp", CODE / "llm"}
    files = [file for file in CODE.rglob("*.py") if faces.isdisjoint(file.parents)]
    pattern = re.compile(r"\w+Error\(\s*\"(\w+)\"")
    found = {reason for file in (*files, CODE / "agent" / "attach.py") for reason in pattern.findall(file.read_text())}
    # In `errors.py`, `new_id.py` and `question.py` these come from a variable.
    found |= {"needsInput", "cannotRead", "cannotWrite", "unknownProvider", "unknownModel"}
    found |= {"invalidModelId", "lookAlikeId"}
    assert {names(row[0])[0] for row in rows("reason |")} == found


def test_registry_entries() -> None:
    table = PAGE[PAGE.index("Each participant has") :]
    documented = re.findall(r"^\| `(\w+)` \|", table[: table.index("An entry whose")], re.MULTILINE)
    assert documented == [item.name for item in dataclasses.fields(registry.RegistryEntry)]


@pytest.fixture
def results(tmp_path: Path) -> dict[str, Any]:
    """What each command gives, by its id."""
    path = tmp_path / "models.yaml"
    path.write_text(FILE)
    runner = Runner(Workspace((tmp_path,), config=path, window=True))
    arguments: dict[str, dict[str, object]] = {
        "aloop.switchModel": {"modelId": "ollama/llama3.1"},
        "aloop.addModel": {"modelId": "ollama/b"},
        "aloop.editModel": {"modelId": "ollama/b", "fields": {"timeout": 5}},
        "aloop.setDefaultModel": {"modelId": "ollama/b"},
        "aloop.showModel": {"modelId": "ollama/b"},
        "aloop.setKey": {"modelId": "ollama/b", "apiKey": "zq8only7for6this5test4lm3nb2vc1xzq9wk"},
        "aloop.importModels": {"text": "models: {ollama/c: {timeout: 5}}"},
        "aloop.removeModel": {"modelId": "ollama/b"},
        "aloop.copyModel": {"modelId": "ollama/d", "text": "models: {ollama/d: {timeout: 5}}"},
        "aloop.showRule": {"ruleId": "wrong-type"},
        "aloop.parse": {"line": "show ollama/b"},
        "aloop.checkField": {"modelId": "ollama/b", "field": "timeout", "value": "5m"},
    }
    order = [*arguments, *(command.id for command in COMMANDS if command.id not in arguments)]
    return {command: runner.execute_now(command, arguments.get(command, {})) for command in order}


def test_results(results: dict[str, Any]) -> None:
    state = [name for row in rows("field | |\n|---|---|\n| `file`") for name in names(row[0])]
    assert tuple(state) == STATE
    documented = {row[0]: row[1] for row in rows("field | |\n|---|---|\n| `file`")}
    models = set(names(documented["`models`"]))
    assert set(results["aloop.listModels"]["models"][0]) == models | {"problems", "detail"}
    assert set(results["aloop.reloadModels"]["models"][0]) == models
    for command, _, result in rows("command |"):
        given = results[names(command)[0]]
        if result.startswith("the state"):
            wanted = {*STATE}
        elif result.startswith("as a model"):
            wanted = {*models, "detail", "fields", "sameKeyAs"}
        else:
            wanted = {*names(result)}
        assert {*given} == {*wanted, "message"}, command


def test_limits() -> None:
    documented = {row[0]: float(row[1]) for row in rows("what |")}
    assert list(documented.values()) == [
        peer.EDITOR_SECONDS,
        peer.BUSY_SECONDS,
        peer.SWITCH_SECONDS,
        host.HANDSHAKE_SECONDS,
    ]
    assert connection.MAX_FRAME == 16 * 2**20
    assert "more than 16 MiB" in PAGE


def test_what_goes_over_the_wire(world: World) -> None:
    agent = world.agent()
    block = PAGE[PAGE.index("```wire\n") + 8 :]
    lines = block[: block.index("```")].splitlines()
    frames, waiting = Frames(), list[bytes]()
    with dial(endpoint_of(world, agent.id)) as line:
        for text in lines:
            message = json.loads(text[2:])
            if text.startswith("→"):
                line.sendall(frame_message(message))
                continue
            while not waiting:
                waiting += frames.feed(line.recv(65536))
            for name, value in (("VERSION", __version__), ("SESSION", agent.id), ("FOLDER", str(world.project))):
                text = text.replace(name, value)
            got = json.loads(waiting.pop(0))
            if got.get("method") == "aloop/modelsChanged":
                assert set(got["params"]) == set(STATE)
                while not waiting:
                    waiting += frames.feed(line.recv(65536))
                got = json.loads(waiting.pop(0))
            assert got == json.loads(text[2:])


def test_sessions_are_as_the_page_says(world: World) -> None:
    editor = world.editor()
    since = editor.mark()
    world.agent()
    state = editor.wait_notification("aloop/modelsChanged", lambda state: state["sessions"], since=since).params
    documented = {row[0]: row[1] for row in rows("field | |\n|---|---|\n| `file`")}
    assert list(state["sessions"][0]) == names(documented["`sessions`"])
    assert list(state["choice"]) == names(documented["`choice`"])
    assert list(state) == list(STATE)
