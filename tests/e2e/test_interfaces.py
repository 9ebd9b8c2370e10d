"""One definition, four faces: the editor's command, `aloop models`, `/model` and the Python API do the same.

Every case has a hand-written file, or a hand-written refusal; each face is compared with that, and so with the others.
"""

from __future__ import annotations

import asyncio
import io
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aloop_models import ModelManager
from aloop_models.agent.model_line import run_line
from aloop_models.cli.main import main
from aloop_models.core.text import Edit, apply_edits
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import RefusedError
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.workspace import Workspace
from support.snapshots import TODAY

KEY = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 3
NEW_KEY = "sk-ant-api03-" + "zY1xW2vU3tS4rQ5pO6nM7lK8jI9hG0fE" * 3

FILE = f"""\
# Mine; keep out.
models:
  anthropic/claude-sonnet-4-5:   # work
    name: "Claude"
    api_key: {KEY}
    timeout: 300  # slow

  # at home
  ollama/llama2:
    api_base: http://localhost:11434
  'anthropic/claude-opus-4-1':
    api_key: {KEY}
default: anthropic/claude-sonnet-4-5
"""
FLOW = "{models: {ollama/a: {timeout: 5}, ollama/b: {}}, default: ollama/a}\n"
WINDOWS = "models:\r\n  ollama/a:\r\n    timeout: 5 # five\r\n  ollama/b:\r\ndefault: ollama/a\r\n"
OPEN_END = "default: ollama/a\nmodels:\n    ollama/a:\n        timeout: 5"
SHARED = "models:\n  ollama/a: &a\n    timeout: 5\n  ollama/b: *a\n"
BROKEN = "models:\n  ollama/a:\n    timeout: 'x\n"


@dataclass(frozen=True)
class Case:
    """What is asked, in the words of each face, and the file that has to come of it, or the refusal."""

    before: str
    command: str
    argument: dict[str, Any]
    cli: str
    line: str
    api: Callable[[ModelManager], object] | None
    after: str = ""
    refused: tuple[str, str] | None = None
    secret: str = ""


NUMBER = "timeout must be a number greater than 0 and at most 86400, such as 600."
NOT_FOUND = "There is no model 'ollama/lama2' in models.yaml. Did you mean ollama/llama2?"

CASES = {
    "add": Case(
        FILE,
        "aloop.addModel",
        {"modelId": "groq/x", "fields": {"name": "Q: fast", "api_key": "gsk_" + "aB3dE5gH7" * 6, "timeout": 30.5}},
        "add groq/x 'name=Q: fast' api_key=gsk_" + "aB3dE5gH7" * 6 + " timeout=30.5",
        "/model add groq/x name='Q: fast' api_key=gsk_" + "aB3dE5gH7" * 6 + " timeout=30.5",
        lambda manager: manager.add_model("groq/x", name="Q: fast", api_key="gsk_" + "aB3dE5gH7" * 6, timeout=30.5),
        FILE.replace(
            "default:",
            "  'groq/x':\n    name: 'Q: fast'\n    api_key: gsk_" + "aB3dE5gH7" * 6 + "\n    timeout: 30.5\ndefault:",
        ),
    ),
    "add the first": Case(
        "# nothing yet\nmodels:\n\ndefault: null  # none\n",
        "aloop.addModel",
        {"modelId": "ollama/a"},
        "add ollama/a",
        "/model add ollama/a",
        lambda manager: manager.add_model("ollama/a"),
        "# nothing yet\nmodels:\n  ollama/a:\n\ndefault: ollama/a  # none\n",
    ),
    "add in flow style": Case(
        FLOW,
        "aloop.addModel",
        {"modelId": "ollama/c", "fields": {"seed": 7}},
        "add ollama/c seed=7",
        "/model add ollama/c seed=7",
        lambda manager: manager.add_model("ollama/c", seed=7),
        "{models: {ollama/a: {timeout: 5}, ollama/b: {}, ollama/c: {seed: 7}}, default: ollama/a}\n",
    ),
    "add to a file of Windows": Case(
        WINDOWS,
        "aloop.addModel",
        {"modelId": "ollama/c", "fields": {"drop_params": False}},
        "add ollama/c drop_params=false",
        "/model add ollama/c drop_params=off",
        lambda manager: manager.add_model("ollama/c", drop_params=False),
        WINDOWS.replace("default", "  ollama/c:\r\n    drop_params: false\r\ndefault"),
    ),
    "add one that is there": Case(
        FILE,
        "aloop.addModel",
        {"modelId": "ollama/llama2"},
        "add ollama/llama2",
        "/model add ollama/llama2",
        lambda manager: manager.add_model("ollama/llama2"),
        refused=("modelExists", "'ollama/llama2' is already in models.yaml. Edit it, or switch to it."),
    ),
    "add what is no id": Case(
        FILE,
        "aloop.addModel",
        {"modelId": "gpt-4o"},
        "add gpt-4o",
        "/model add gpt-4o",
        lambda manager: manager.add_model("gpt-4o"),
        refused=(
            "invalidModelId",
            "The ID has no provider. Did you mean openai/gpt-4o or openai/gpt-5?",
        ),
    ),
    "add with a wrong number": Case(
        FILE,
        "aloop.addModel",
        {"modelId": "ollama/b", "fields": {"timeout": "5m"}},
        "add ollama/b timeout=5m",
        "/model add ollama/b timeout=5m",
        lambda manager: manager.add_model("ollama/b", timeout="5m"),  # type: ignore[arg-type]
        refused=("invalidFields", NUMBER),
    ),
    "add with a placeholder": Case(
        FILE,
        "aloop.addModel",
        {"modelId": "openai/b", "fields": {"api_key": "sk-..."}},
        "add openai/b api_key=sk-...",
        "/model add openai/b api_key=sk-...",
        lambda manager: manager.add_model("openai/b", api_key="sk-..."),
        refused=("invalidFields", "api_key is a placeholder. Paste the real key."),
    ),
    "add to a broken file": Case(
        BROKEN,
        "aloop.addModel",
        {"modelId": "ollama/b"},
        "add ollama/b",
        "/model add ollama/b",
        lambda manager: manager.add_model("ollama/b"),
        refused=(
            "invalidFile",
            "models.yaml is not valid YAML (line 3). Fix it first. Nothing was changed.",
        ),
    ),
    "edit": Case(
        FILE,
        "aloop.editModel",
        {"modelId": "anthropic/claude-sonnet-4-5", "fields": {"timeout": 60, "name": None, "max_tokens": 4096}},
        "edit anthropic/claude-sonnet-4-5 timeout=60 name= max_tokens=4096",
        "/model edit anthropic/claude-sonnet-4-5 timeout=60 name= max_tokens=4096",
        lambda manager: manager.edit_model("anthropic/claude-sonnet-4-5", timeout=60, name=None, max_tokens=4096),
        FILE.replace('    name: "Claude"\n', "").replace(
            "timeout: 300  # slow\n", "timeout: 60  # slow\n    max_tokens: 4096\n"
        ),
    ),
    "edit an entry without fields": Case(
        WINDOWS,
        "aloop.editModel",
        {"modelId": "ollama/b", "fields": {"name": "yes"}},
        "edit ollama/b name=yes",
        "/model edit ollama/b name=yes",
        lambda manager: manager.edit_model("ollama/b", name="yes"),
        WINDOWS.replace("ollama/b:\r\n", "ollama/b:\r\n    name: 'yes'\r\n"),
    ),
    "edit at the end without a line break": Case(
        OPEN_END,
        "aloop.editModel",
        {"modelId": "ollama/a", "fields": {"seed": 1}},
        "edit ollama/a seed=1",
        "/model edit ollama/a seed=1",
        lambda manager: manager.edit_model("ollama/a", seed=1),
        OPEN_END + "\n        seed: 1",
    ),
    "edit what is like that": Case(
        FILE,
        "aloop.editModel",
        {"modelId": "anthropic/claude-sonnet-4-5", "fields": {"timeout": 300}},
        "edit anthropic/claude-sonnet-4-5 timeout=300",
        "/model edit anthropic/claude-sonnet-4-5 timeout=300",
        lambda manager: manager.edit_model("anthropic/claude-sonnet-4-5", timeout=300),
        FILE,
    ),
    "edit a model that there is not": Case(
        FILE,
        "aloop.editModel",
        {"modelId": "ollama/lama2", "fields": {"timeout": 3}},
        "edit ollama/lama2 timeout=3",
        "/model edit ollama/lama2 timeout=3",
        lambda manager: manager.edit_model("ollama/lama2", timeout=3),
        refused=("modelNotFound", NOT_FOUND),
    ),
    "edit a field one slip away": Case(
        FILE,
        "aloop.editModel",
        {"modelId": "ollama/llama2", "fields": {"timout": 3}},
        "edit ollama/llama2 timout=3",
        "/model edit ollama/llama2 timout=3",
        lambda manager: manager.edit_model("ollama/llama2", timout=3),
        refused=("invalidFields", "Unknown field 'timout'. Did you mean timeout?"),
    ),
    "edit nothing": Case(
        FILE,
        "aloop.editModel",
        {"modelId": "ollama/llama2", "fields": {}},
        "edit ollama/llama2",
        "/model edit ollama/llama2",
        lambda manager: manager.edit_model("ollama/llama2"),
        refused=("invalidFields", "Nothing to change. Give at least one field, such as timeout=300."),
    ),
    "remove": Case(
        FILE,
        "aloop.removeModel",
        {"modelId": "anthropic/claude-opus-4-1"},
        "remove anthropic/claude-opus-4-1",
        "/model remove anthropic/claude-opus-4-1",
        lambda manager: manager.remove_model("anthropic/claude-opus-4-1"),
        FILE.replace(f"  'anthropic/claude-opus-4-1':\n    api_key: {KEY}\n", ""),
    ),
    "remove the default": Case(
        FLOW,
        "aloop.removeModel",
        {"modelId": "ollama/a"},
        "remove ollama/a",
        "/model remove ollama/a",
        lambda manager: manager.switch_model("ollama/b") and manager.remove_model("ollama/a"),
        "{models: {ollama/b: {}}, default: null}\n",
    ),
    "remove what others take from": Case(
        SHARED,
        "aloop.removeModel",
        {"modelId": "ollama/a"},
        "remove ollama/a",
        "/model remove ollama/a",
        lambda manager: manager.switch_model("ollama/b") and manager.remove_model("ollama/a"),
        refused=(
            "unsafeEdit",
            "Other parts of the file use an anchor of this entry. Remove it manually.",
        ),
    ),
    "default": Case(
        FILE,
        "aloop.setDefaultModel",
        {"modelId": "ollama/llama2"},
        "default ollama/llama2",
        "/model default ollama/llama2",
        lambda manager: manager.set_default("ollama/llama2"),
        FILE.replace("default: anthropic/claude-sonnet-4-5", "default: ollama/llama2"),
    ),
    "a default in a file without one": Case(
        SHARED,
        "aloop.setDefaultModel",
        {"modelId": "ollama/b"},
        "default ollama/b",
        "/model default ollama/b",
        lambda manager: manager.set_default("ollama/b"),
        SHARED + "\ndefault: ollama/b\n",
    ),
    "default that there is not": Case(
        FILE,
        "aloop.setDefaultModel",
        {"modelId": "ollama/lama2"},
        "default ollama/lama2",
        "/model default ollama/lama2",
        lambda manager: manager.set_default("ollama/lama2"),
        refused=("modelNotFound", NOT_FOUND),
    ),
    "switch and make it the default": Case(
        FILE,
        "aloop.switchModel",
        {"modelId": "ollama/llama2", "makeDefault": True},
        "switch ollama/llama2 --make-default",
        "/model switch ollama/llama2 --make-default",
        None,
        FILE.replace("default: anthropic/claude-sonnet-4-5", "default: ollama/llama2"),
    ),
    "switch to one that is not ready": Case(
        "models:\n  openai/a:\n",
        "aloop.switchModel",
        {"modelId": "openai/a"},
        "switch openai/a",
        "/model openai/a",
        None,
        refused=("notReady", "openai/a is not ready: it has no API key. Set its API key."),
    ),
    "key": Case(
        FILE,
        "aloop.setKey",
        {"provider": "anthropic", "apiKey": NEW_KEY},
        "key anthropic --api-key-stdin",
        "/model key anthropic",
        None,
        FILE.replace(KEY, NEW_KEY),
        secret=NEW_KEY,
    ),
    "key of another model": Case(
        FILE.replace(f"opus-4-1':\n    api_key: {KEY}\n", "opus-4-1':\n    timeout: 5\n"),
        "aloop.setKey",
        {"modelId": "anthropic/claude-opus-4-1", "sameKeyAs": "anthropic/claude-sonnet-4-5"},
        "key claude-opus-4-1 --same-key-as Claude",
        "/model key claude-opus-4-1 --same-key-as Claude",
        None,
        FILE.replace(f"opus-4-1':\n    api_key: {KEY}\n", f"opus-4-1':\n    timeout: 5\n    api_key: {KEY}\n"),
    ),
    "key of another provider's model": Case(
        FILE,
        "aloop.setKey",
        {"modelId": "ollama/llama2", "sameKeyAs": "anthropic/claude-sonnet-4-5"},
        "key ollama/llama2 --same-key-as anthropic/claude-sonnet-4-5",
        "/model key ollama/llama2 --same-key-as Claude",
        None,
        refused=(
            "invalidFields",
            "ollama/llama2 cannot use the API key of anthropic/claude-sonnet-4-5: it is not valid for this provider "
            "and server. Set the API key instead.",
        ),
    ),
    "key of several lines": Case(
        FILE,
        "aloop.setKey",
        {"modelId": "ollama/llama2", "apiKey": "a\nb"},
        "key ollama/llama2 --api-key-stdin",
        "/model key ollama/llama2",
        None,
        refused=("invalidFields", "api_key has more than one line. Paste only the key."),
        secret="a\nb",
    ),
    "show one that there is not": Case(
        FILE,
        "aloop.showModel",
        {"modelId": "ollama/lama2"},
        "show ollama/lama2",
        "/model show ollama/lama2",
        None,
        refused=("modelNotFound", NOT_FOUND),
    ),
}

Refused = tuple[str, str] | None


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".aloop" / "models.yaml"
    path.parent.mkdir()
    return path


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest, path: Path) -> Case:
    case = CASES[request.param]
    path.write_bytes(case.before.encode())
    path.chmod(0o600)
    return case


def runner_of(path: Path) -> Runner:
    return Runner(Workspace((path.parents[1],), today=lambda: TODAY))


def outcome(run: Callable[[], object]) -> Refused:
    try:
        run()
    except RefusedError as refusal:
        return refusal.reason, refusal.message
    return None


def expected(case: Case) -> tuple[str, Refused]:
    return (case.before if case.refused else case.after), case.refused


def test_the_editor_s_command_on_the_file(case: Case, path: Path):
    runner = runner_of(path)
    refused = outcome(lambda: asyncio.run(runner.execute(case.command, {**case.argument, "uri": path.as_uri()})))
    assert (path.read_bytes().decode(), refused) == expected(case)


def test_the_editor_s_command_on_an_unsaved_buffer(case: Case, path: Path):
    runner = runner_of(path)
    on_disk = "# not that new\n" + case.before.replace("Mine", "Yours")
    path.write_bytes(on_disk.encode())

    async def run() -> str:
        buffer = runner.workspace.buffers.open(path.as_uri(), 1, case.before, differs=True)

        class Editor:
            async def apply_edit(self, asked: Buffer, version: int, edits: Sequence[Edit], label: str) -> bool:
                assert (asked, version) == (buffer, buffer.version)
                runner.workspace.buffers.change(buffer, version + 1, apply_edits(buffer.text, edits))
                return True

        refused = None
        try:
            await runner.execute(case.command, case.argument, Editor())
        except RefusedError as refusal:
            refused = refusal.reason, refusal.message
        if case.refused and case.refused[0] == "invalidFile":
            # The line is that of the text the command looked at.
            assert refused
            assert refused[0] == "invalidFile"
        else:
            assert refused == case.refused
        return buffer.text

    assert asyncio.run(run()) == expected(case)[0]
    assert path.read_bytes().decode() == on_disk


def test_the_command_line(case: Case, path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(case.secret.encode())))
    code = main([*shlex.split(case.cli), "--json"])
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    error = result.get("error")
    refused = (error["reason"], error["message"]) if error else None
    assert (path.read_bytes().decode(), refused) == expected(case)
    assert code == (2 if refused else 0)
    assert KEY not in printed.out + printed.err
    assert not case.secret or case.secret not in printed.out + printed.err


def test_the_command_line_s_dry_run(case: Case, path: Path, capsys: pytest.CaptureFixture[str]):
    if case.command == "aloop.showModel" or case.secret:
        return
    code = main([*shlex.split(case.cli), "--dry-run"])
    printed = capsys.readouterr()
    assert path.read_bytes().decode() == case.before
    assert code == (2 if case.refused else 0)
    assert KEY not in printed.out + printed.err


def test_the_prompt(case: Case, path: Path):
    refused = outcome(lambda: run_line(runner_of(path), case.line, case.secret or None))
    assert (path.read_bytes().decode(), refused) == expected(case)


def test_the_python_api(case: Case, path: Path):
    if case.api is None:
        return
    manager = ModelManager()
    done = case.api(manager)
    after, refused = expected(case)
    assert path.read_bytes().decode() == after
    assert bool(done) == (refused is None)
    if refused:
        assert manager.last_error == refused[1]


def test_the_reading_commands_say_the_same(path: Path, capsys: pytest.CaptureFixture[str]):
    path.write_text(FILE)
    path.chmod(0o600)
    runner = Runner(Workspace((path.parents[1],)))
    for command, verb, argument in (
        ("aloop.listModels", "list", {}),
        ("aloop.showModel", "show", {"modelId": "ollama/llama2"}),
        ("aloop.checkModels", "check", {}),
        ("aloop.reloadModels", "reload", {}),
        ("aloop.showRule", "rule", {"ruleId": "unknown-field"}),
        ("aloop.showRule", "rule", {}),
        ("aloop.listSessions", "sessions", {}),
    ):
        wanted = asyncio.run(runner.execute(command, argument))
        assert main([verb, *argument.values(), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == wanted
        line = " ".join(("/model", verb, *argument.values()))
        assert run_line(runner, line)[1] == wanted
