"""A `/model …` line: parsed, completed and run, and the list that `/model` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aloop_models.agent.model_line import (
    ModelLine,
    complete_line,
    for_history,
    parse_line,
    question_of,
    resolve_line,
    run_line,
    usage,
)
from aloop_models.commands import VERBS
from aloop_models.commands.definition import NoParameters
from aloop_models.commands.list_models import list_models, render_list
from aloop_models.commands.style import Prompt
from aloop_models.commands.views import JsonObject
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import RefusedError
from aloop_models.features.completion import complete
from aloop_models.snapshot import Session
from aloop_models.workspace.workspace import Workspace
from support.snapshots import TODAY, snapshot

ANTHROPIC = "anthropic/claude-3-5-sonnet-20241022"
KEY = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 3
ODD_KEY = "customlookingkey"

FILE = f"""\
models:
  {ANTHROPIC}:
    name: Claude 3.5 Sonnet
    api_key: {KEY}
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-{"aB3dE5gH7" * 8}
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434
default: {ANTHROPIC}
"""


def parsed(text: str) -> Any:
    line = parse_line(text)
    return (line.command_id.removeprefix("aloop."), dict(line.argument)) if isinstance(line, ModelLine) else line.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/model", ("listModels", {})),
        ("  /model  ", ("listModels", {})),
        ("/model list", ("listModels", {})),
        ("/model openai/gpt-4o", ("switchModel", {"modelId": "openai/gpt-4o"})),
        ("/model gpt-4o", ("switchModel", {"modelId": "gpt-4o"})),
        ("/model Claude 3.5 Sonnet", ("switchModel", {"modelId": "Claude 3.5 Sonnet"})),
        ("/model 'Claude 3.5 Sonnet'", ("switchModel", {"modelId": "Claude 3.5 Sonnet"})),
        ("/model -", ("switchModel", {"modelId": "-"})),
        ("/model switch", ("switchModel", {})),
        ("/model switch gpt-4o --make-default", ("switchModel", {"modelId": "gpt-4o", "makeDefault": True})),
        ("/model switch gpt-4o --session a1", ("switchModel", {"modelId": "gpt-4o", "session": "a1"})),
        ("/model switch gpt-4o --session=a1", ("switchModel", {"modelId": "gpt-4o", "session": "a1"})),
        ("/model add ollama/x", ("addModel", {"modelId": "ollama/x"})),
        (
            "/model add ollama/x name='My model' timeout=30 drop_params=no stop='[\"a\", \"b\"]'",
            (
                "addModel",
                {
                    "modelId": "ollama/x",
                    "fields": {"name": "My model", "timeout": 30, "drop_params": False, "stop": ["a", "b"]},
                },
            ),
        ),
        ("/model edit gpt-4o timeout=", ("editModel", {"modelId": "gpt-4o", "fields": {"timeout": None}})),
        ("/model edit gpt-4o timeout=5m", ("editModel", {"modelId": "gpt-4o", "fields": {"timeout": "5m"}})),
        (
            "/model edit gpt-4o api_version=2024",
            ("editModel", {"modelId": "gpt-4o", "fields": {"api_version": "2024"}}),
        ),
        ("/model edit gpt-4o", ("editModel", {"modelId": "gpt-4o", "fields": {}})),
        ("/model remove gpt-4o --force", ("removeModel", {"modelId": "gpt-4o", "force": True})),
        ("/model default Local Llama", ("setDefaultModel", {"modelId": "Local Llama"})),
        ("/model show gpt-4o", ("showModel", {"modelId": "gpt-4o"})),
        ("/model reload", ("reloadModels", {})),
        ("/model check", ("checkModels", {})),
        ("/model key anthropic", ("setKey", {"who": "anthropic"})),
        ("/model sessions", ("listSessions", {})),
        ("/model add ollama/x name='a", "invalidArguments"),
        ("/models", "unknownCommand"),
        ("hello", "unknownCommand"),
        ("", "unknownCommand"),
        ("/model lst all", "unknownCommand"),
        ("/model list all", "invalidArguments"),
        ("/model remove gpt-4o --farce", "invalidArguments"),
        ("/model remove gpt-4o --force=1", "invalidArguments"),
        ("/model switch gpt-4o --session", "invalidArguments"),
        ("/model add ollama/x timeout", "invalidFields"),
        ("/model add ollama/x timeout=1 timeout=2", "invalidFields"),
        (f"/model add ollama/x {ODD_KEY}", "invalidFields"),
        (f"/model key anthropic {ODD_KEY}", "invalidArguments"),
    ],
)
def test_parse(text: str, expected: Any):
    assert parsed(text) == expected


def test_refusals_of_words_quote_no_key():
    for text in (
        f"/model add x/y {ODD_KEY}",
        f"/model key a {ODD_KEY}",
        f"/model list {ODD_KEY}",
        f"/model x '{ODD_KEY}",
    ):
        refusal = parse_line(text)
        assert isinstance(refusal, RefusedError)
        assert ODD_KEY not in refusal.message


def test_a_line_that_wants_a_pick_list(tmp_path: Path):
    line = parse_line("/model switch")
    assert isinstance(line, ModelLine)
    assert line.picks
    assert not ModelLine("aloop.switchModel", {"modelId": "x"}).picks
    with pytest.raises(RefusedError, match=r"Missing model\. Usage: /model switch MODEL"):
        resolve_line(Runner(Workspace((tmp_path,))), snapshot(FILE), line)


def run(
    runner: Runner, text: str, current: str | None = None, *, previous: str | None = None, secret: str | None = None
) -> tuple[str, JsonObject]:
    """Run a line in an agent that uses the current model."""
    runner.workspace.current, runner.workspace.previous = current, previous
    return run_line(runner, text, secret)


class TestRun:
    @pytest.fixture(autouse=True)
    def runtime(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "runtime").mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / ".aloop" / "models.yaml"
        path.parent.mkdir()
        path.write_text(FILE)
        path.chmod(0o600)
        return path

    @pytest.fixture
    def runner(self, tmp_path: Path) -> Runner:
        return Runner(Workspace((tmp_path,), home=tmp_path / "home", today=lambda: TODAY))

    def test_the_list_is_the_rfc_s(self, path: Path, runner: Runner):
        message, result = run(runner, "/model", ANTHROPIC)
        assert message == (
            "Available Models:\n"
            "  [CURRENT] [DEFAULT] Claude 3.5 Sonnet - anthropic/claude-3-5-sonnet-20241022\n"
            "            GPT-4o - openai/gpt-4o\n"
            "            Local Llama - ollama/llama2\n"
            "\n"
            "Use /model <model_id> to switch, /model add to add new\n"
        )
        assert result["default"] == ANTHROPIC

    def test_switch_there_and_back(self, path: Path, runner: Runner):
        message, result = run(runner, "/model local llama", ANTHROPIC)
        assert (message, result["modelId"]) == ("Using Local Llama (ollama/llama2).\n", "ollama/llama2")
        message, result = run(runner, "/model -", "ollama/llama2", previous=ANTHROPIC)
        assert result["modelId"] == ANTHROPIC
        with pytest.raises(RefusedError, match="There is no previous model yet"):
            run(runner, "/model -", ANTHROPIC)
        assert path.read_text() == FILE

    def test_change(self, path: Path, runner: Runner):
        message, result = run(runner, "/model edit gpt-4o timeout=300", ANTHROPIC)
        assert (message, result["saved"]) == ("Changed timeout of GPT-4o.\n", True)
        assert path.read_text() == FILE.replace(f"{'aB3dE5gH7' * 8}\n", f"{'aB3dE5gH7' * 8}\n    timeout: 300\n")

    def test_the_current_model_is_not_removed(self, path: Path, runner: Runner):
        with pytest.raises(RefusedError, match="is the current model"):
            run(runner, "/model remove gpt-4o", "openai/gpt-4o")
        assert run(runner, "/model remove gpt-4o", ANTHROPIC)[0] == "Removed GPT-4o.\n"

    def test_other_agents_are_not_switched_along(self, path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch):
        others = tuple(
            Session(f"s{number}", "interactive", number, str(path.parents[1]), str(path), ANTHROPIC)
            for number in (1, 2)
        )
        monkeypatch.setattr("aloop_models.dispatch.runner.sessions_on", lambda *_: others)
        monkeypatch.setattr("aloop_models.sessions.peer.switch_sessions", lambda *_: pytest.fail("switched another"))
        runner.look_around()
        message, result = run(runner, "/model switch gpt-4o --make-default", ANTHROPIC)
        assert (message, result["sessions"]) == ("Using GPT-4o (openai/gpt-4o).\n", [])
        assert path.read_text() == FILE.replace(f"default: {ANTHROPIC}", "default: openai/gpt-4o")
        with pytest.raises(RefusedError, match="is the current model of agent 1 in"):
            run(runner, "/model remove 'Claude 3.5 Sonnet'", "openai/gpt-4o")
        with pytest.raises(RefusedError, match="is the current model"):
            run(runner, "/model remove 'Claude 3.5 Sonnet'", ANTHROPIC)

    def test_show_check_help(self, path: Path, runner: Runner):
        shown = run(runner, "/model show gpt-4o")[0]
        assert shown.startswith("GPT-4o\n  id       openai/gpt-4o\n  name     GPT-4o\n  api_key  ••••••••\n")
        path.write_text("models:\n  ollama/llama2:\n    timeout: 5m\ndefault: ollama/llama2\n")
        checked = run(runner, "/model check")[0]
        assert checked.startswith("3:14 error wrong-type ")
        assert checked.endswith(f"{path}: 1 error, 0 warnings, 0 notes\n")
        assert run(runner, "/model help") == (usage(), {})
        assert run(runner, "/model sessions")[0] == "No agent is running. Start one: aloop\n"

    def test_a_key_that_was_left_out(self, path: Path, runner: Runner):
        text = "/model add anthropic/claude-opus-4-1"
        line, now = parse_line(text), runner.workspace.saved(path)
        assert isinstance(line, ModelLine)
        question = question_of(now, resolve_line(runner, now, line))
        assert question
        assert (question.field, question.required) == ("fields.api_key", False)
        assert [(offer.value, offer.field) for offer in question.candidates] == [(ANTHROPIC, "sameKeyAs")]
        assert KEY not in repr(question)
        message, _ = run(runner, text, ANTHROPIC, secret=KEY)
        assert message.splitlines()[0] == "Added anthropic/claude-opus-4-1."
        assert path.read_text().count(KEY) == 2
        run(runner, "/model add openai/gpt-5", ANTHROPIC, secret="")
        assert "  openai/gpt-5:\ndefault" in path.read_text()

    def test_a_key_that_is_asked_for(self, path: Path, runner: Runner):
        for text in ("/model key anthropic", "/model edit ollama/llama2 api_key=-"):
            with pytest.raises(RefusedError, match="No api_key was given"):
                run(runner, text, ANTHROPIC)
            assert path.read_text() == FILE
        assert run(runner, "/model key anthropic", ANTHROPIC, secret=ODD_KEY)[1]["modelIds"] == [ANTHROPIC]
        assert path.read_text() == FILE.replace(KEY, ODD_KEY)

    def test_nothing_is_asked_for_otherwise(self):
        now = snapshot(FILE)
        for text in (
            "/model",
            "/model help",
            "/model gpt-4o",
            "/model add ollama/x api_base=",
            "/model add openai/x api_base=http://localhost:1/v1",
            f"/model add openai/x api_key={ODD_KEY}",
            "/model edit gpt-4o timeout=3",
        ):
            line = parse_line(text)
            assert isinstance(line, ModelLine)
            assert question_of(now, line) is None

    def test_a_wrong_id_names_the_nearest(self, path: Path, runner: Runner):
        with pytest.raises(RefusedError, match=r"Did you mean ollama/llama2\?"):
            run(runner, "/model ollama/lama2")


class TestListing:
    def rendered(self, text: str, current: str | None = None) -> list[str]:
        return render_list(list_models(snapshot(text), NoParameters()).value, Prompt(current)).splitlines()

    def test_marks(self):
        lines = self.rendered(FILE, "openai/gpt-4o")
        assert lines[1:4] == [
            "            [DEFAULT] Claude 3.5 Sonnet - anthropic/claude-3-5-sonnet-20241022",
            "  [CURRENT] GPT-4o - openai/gpt-4o",
            "            Local Llama - ollama/llama2",
        ]

    def test_no_name_and_no_key(self):
        lines = self.rendered("models:\n  openai/gpt-4o:\n  groq/x:\n    name: Q\n    api_key: sk-...\n  ollama/a:\n")
        assert lines[1:4] == [
            "            openai/gpt-4o (no API key)",
            "            Q - groq/x (API key is a placeholder)",
            "            ollama/a",
        ]

    def test_labels(self):
        lines = self.rendered("models:\n  ollama/a#work:\n  ollama/a#home: {name: Mine}\ndefault: ollama/a#work\n")
        assert lines[1:3] == [
            "            [DEFAULT] a (work) - ollama/a#work",
            "            Mine - ollama/a#home",
        ]

    def test_the_current_model_has_left_the_file(self):
        lines = self.rendered("models:\n  ollama/a:\n", "openai/gone")
        assert lines[1:3] == ["  [CURRENT] openai/gone (removed from file)", "            ollama/a"]

    def test_names_are_shown_as_text(self):
        lines = self.rendered(f'models:\n  ollama/a: {{name: "\\e[31m[bold]x"}}\n  {KEY}: {{name: {KEY}}}\n')
        assert lines[1] == "            [31m[bold]x - ollama/a"
        assert KEY not in "".join(lines)

    def test_none(self):
        assert self.rendered("")[-1] == "Use /model add provider/model to add one"


def proposed(before: str, text: str = FILE) -> list[str]:
    proposals = complete_line(snapshot(text), before)
    return [before[: item.start] + item.text for item in proposals]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("/model sw", ["/model switch"]),
        ("/model gpt", ["/model openai/gpt-4o"]),
        ("/model edit olla", ["/model edit ollama/llama2"]),
        ("/model default local", []),
        ("/model add anthropi", ["/model add anthropic/", "/model add anthropic/claude-opus-5-5"]),
        ("/model edit openai/gpt-4o time", ["/model edit openai/gpt-4o timeout="]),
        ("/model edit openai/gpt-4o timeout=3 tim", []),
        ("/model edit openai/gpt-4o drop_params=f", ["/model edit openai/gpt-4o drop_params=false"]),
        ("/model edit openai/gpt-4o api_key=", ["/model edit openai/gpt-4o api_key=-"]),
        ("/model key a", ["/model key anthropic", f"/model key {ANTHROPIC}"]),
        ("/model remove x --fo", ["/model remove x --force"]),
        ("/model reload ", []),
        ("/model unknown x", []),
        ("/mod", []),
        ("hello /model ", []),
        ("/model add 'open", ["/model add openai/"]),
        ("/model add 'gpt 5", ["/model add openai/gpt-5"]),
        ("/model add gpt5", ["/model add openai/gpt-5"]),
        ("/model add claude", ["/model add anthropic/"]),
    ],
)
def test_completion(before: str, expected: list[str]):
    found = proposed(before)
    assert found[: max(len(expected), 1)] == expected


def test_completion_of_the_first_word_offers_models_and_then_verbs():
    found = proposed("/model ")
    assert found == [
        f"/model {ANTHROPIC}", "/model openai/gpt-4o", "/model ollama/llama2",
        *(f"/model {command.verb}" for command in VERBS),
    ]  # fmt: skip


def test_completion_of_new_models_leaves_out_the_configured_ones():
    found = proposed("/model add openai/gpt-4o")
    assert "/model add openai/gpt-4o" not in found
    assert "/model add openai/gpt-4o-mini" in found


def test_new_models_are_offered_in_the_editor_s_order():
    text = "models:\n  sonnet"
    offered = complete(snapshot(text), len(text), snippets=False).items
    assert proposed("/model add sonnet", "")[: len(offered)] == [f"/model add {item.label}" for item in offered]


def test_completion_never_offers_a_key():
    found = complete_line(snapshot(f"models:\n  {KEY}:\n  openai/x:\n    api_key: {KEY}\n"), "/model ")
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/model gpt-4o", "/model gpt-4o"),
        (f"/model add openai/x api_key={ODD_KEY} name='My model'", "/model add openai/x api_key=- 'name=My model'"),
        (f"/model edit openai/x azure_ad_token={ODD_KEY}", "/model edit openai/x azure_ad_token=-"),
        (f"/model edit openai/x api_kye={ODD_KEY}", "/model edit openai/x api_kye=-"),
        (f"/model add openai/x name={KEY}", "/model add openai/x name=-"),
        (f"/model {KEY}", None),
        (f"/model key anthropic {ODD_KEY}", None),
        ("/model add x 'open", None),
    ],
)
def test_what_the_history_keeps(text: str, kept: str | None):
    assert for_history(text) == kept


def test_usage_names_every_command():
    lines = usage().splitlines()
    assert lines[1].split("  ")[0] == "/model MODEL"
    for command in VERBS:
        assert any(line.startswith(f"/model {command.verb}") and line.endswith(command.help) for line in lines)
