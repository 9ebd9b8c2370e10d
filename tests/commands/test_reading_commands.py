"""Commands that only tell, and the views they tell in: exact JSON, and no key in it."""

from datetime import date
from typing import Any, cast

import pytest

from aloop_models.commands import Reload
from aloop_models.commands.views import state_view
from aloop_models.snapshot import Place, Session
from support.commands import KEY, refusal, run
from support.snapshots import snapshot

TEXT = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
    timeout: 300
    extra_headers: {{X-Secret: {KEY}}}
    api_base: https://me:pass@host.example.com/v1?key=q
    my_own: something
  openai/gpt-4o-mini: {{api_key: {KEY}}}
  openai/gpt-3: {{api_key: {KEY}}}
  ollama/llama3.1:
  mistral/x:
    timeout: 5m
default: openai/gpt-4o
"""
PATH = "/home/me/project/.aloop/models.yaml"
MASK = "••••••••"
FACTS = ("contextWindow", "inputPrice", "outputPrice")
AGENT = Session("s1", "interactive", 42, "/home/me/project", PATH, "ollama/llama3.1")
GPT_4O = {
    "modelId": "openai/gpt-4o",
    "name": "GPT-4o",
    "displayName": "GPT-4o",
    "provider": "openai",
    "current": True,
    "selected": True,
    "default": True,
    "ready": True,
    "notReady": None,
    "contextWindow": 128000,
    "inputPrice": 2.5,
    "outputPrice": 10.0,
    "apiKey": MASK,
}


def test_list() -> None:
    outcome = run("listModels", TEXT)
    value: dict[str, Any] = dict(outcome.value)
    assert (outcome.message, outcome.edits, outcome.effect) == (f"5 models in {PATH}", (), None)
    models = value.pop("models")
    assert set(value.pop("catalog")) == {"litellm", "made", "origin", "providers"}
    assert value == {
        "file": PATH,
        "uri": f"file://{PATH}",
        "default": "openai/gpt-4o",
        "current": "openai/gpt-4o",
        "choice": {"modelId": "openai/gpt-4o", "displayName": "GPT-4o"},
        "label": "GPT-4o (next agent)",
        "sessions": [],
    }
    assert models[0] == GPT_4O | {"problems": 0} | {"problems": models[0]["problems"]}
    assert [(model["modelId"], model["ready"], model["notReady"]) for model in models[1:]] == [
        ("openai/gpt-4o-mini", True, None),
        ("openai/gpt-3", True, None),
        ("ollama/llama3.1", True, None),
        ("mistral/x", False, "it has no API key"),
    ]
    # A wrong timeout and a missing key.
    assert models[4]["problems"] == 2
    assert KEY not in repr(outcome)


@pytest.mark.parametrize(
    ("text", "message"),
    [("models:\n  ollama/x:\n", f"1 model in {PATH}"), ("", f"0 models in {PATH}"), ("[", f"0 models in {PATH}")],
)
def test_list_of_little(text: str, message: str) -> None:
    assert run("listModels", text).message == message


def test_list_without_a_file() -> None:
    outcome = run("listModels", "", place=Place())
    assert (outcome.message, outcome.value["file"], outcome.value["uri"]) == ("0 models in no file yet", None, None)


def test_show_masks_all_that_could_be_secret() -> None:
    outcome = run("showModel", TEXT, {"modelId": "openai/gpt-4o"})
    assert outcome.message == "GPT-4o (openai/gpt-4o). Its key is the same as that of 2 others."
    assert outcome.value == GPT_4O | {
        "fields": {
            "name": "GPT-4o",
            "api_key": MASK,
            "timeout": 300,
            "extra_headers": MASK,
            "api_base": "https://host.example.com/v1",
            "my_own": MASK,
        },
        "sameKeyAs": ["openai/gpt-4o-mini", "openai/gpt-3"],
    }


def test_show_of_an_entry_without_a_value() -> None:
    outcome = run("showModel", TEXT, {"modelId": "ollama/llama3.1"})
    assert outcome.message == "ollama/llama3.1 (ollama/llama3.1)."
    assert (outcome.value["fields"], outcome.value["sameKeyAs"], outcome.value["apiKey"]) == ({}, [], None)


def test_check_counts_from_one_and_in_code_points() -> None:
    text = "models:\n  ollama/🎉é:\n    name: x\n    timeout: 5m # 🎉\ndefault: ollama/🎉é\n"
    outcome = run("checkModels", text.replace("name: x\n    timeout", "timeout"))
    assert outcome.message == "1 error, 0 warnings, 0 notes"
    assert outcome.value == {
        "file": PATH,
        "errors": 1,
        "warnings": 0,
        "findings": [
            {
                "rule": "wrong-type",
                "severity": "error",
                "message": "timeout has to be a number of seconds; this is text. Write 300.",
                "line": 3,
                "column": 14,
                "endLine": 3,
                "endColumn": 16,
            }
        ],
    }


def test_check_looks_at_the_place_and_the_day() -> None:
    text = f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n"
    place = Place(PATH, 0o644, "/home/me/project", tracked="yes", ignored=True)
    diagnostics = run("checkModels", text, place=place, today=date(2026, 11, 22)).value["findings"]
    assert [item["rule"] for item in diagnostics] == ["readable-by-others", "tracked-by-git", "deprecated-model"]  # type: ignore[attr-defined]


def test_sessions() -> None:
    nobody = run("listSessions", TEXT)
    assert (nobody.message, nobody.value) == ("No agent is running. Start one: aloop", {"sessions": []})
    outcome = run("listSessions", TEXT, sessions=(AGENT,))
    assert outcome.message == "1 agent running"
    assert outcome.value == {
        "sessions": [
            {
                "id": "s1",
                "kind": "interactive",
                "pid": 42,
                "folder": "/home/me/project",
                "here": True,
                "switchable": True,
                "modelId": "ollama/llama3.1",
                "displayName": "ollama/llama3.1",
            }
        ]
    }


def test_a_session_whose_model_left_the_file() -> None:
    gone = Session("s2", "task", 43, "/tmp", PATH, "openai/gone")
    views: Any = run("listSessions", TEXT, sessions=(AGENT, gone)).value["sessions"]
    assert [(view["modelId"], view["displayName"]) for view in views][1] == ("openai/gone", "openai/gone")


def test_reload() -> None:
    outcome = run("reloadModels", TEXT)
    assert (outcome.message, outcome.effect) == (f"Read 5 models from {PATH}", Reload())
    assert outcome.value == state_view(snapshot(TEXT))


def test_a_broken_file_is_not_reloaded_nor_shown_but_checked() -> None:
    broken = 'models:\n  a/b:\n    name: "x\n'
    assert refusal("reloadModels", broken).reason == "invalidFile"
    assert refusal("showModel", broken, {"modelId": "a/b"}).reason == "invalidFile"
    assert run("checkModels", broken).value["errors"] == 1


@pytest.mark.parametrize(
    ("around", "current", "choice"),
    [
        ({}, "openai/gpt-4o", "openai/gpt-4o"),
        ({"choice": "ollama/llama3.1"}, "ollama/llama3.1", "ollama/llama3.1"),
        ({"choice": "openai/gone"}, "openai/gpt-4o", "openai/gpt-4o"),
        ({"sessions": (AGENT,)}, "ollama/llama3.1", "openai/gpt-4o"),
    ],
)
def test_the_state_tells_current_and_choice(around: dict[str, Any], current: str, choice: str) -> None:
    state: Any = state_view(snapshot(TEXT, **around))
    assert (state["current"], state["choice"]["modelId"], state["default"]) == (current, choice, "openai/gpt-4o")
    assert [model["modelId"] for model in state["models"] if model["current"]] == [current]


def agent(number: int, model_id: str | None, kind: str = "interactive", *, here: bool = True) -> Session:
    return Session(f"s{number}", kind, number, "/home/me", PATH, model_id, here)


@pytest.mark.parametrize(
    ("sessions", "label"),
    [
        ((), "GPT-4o (next agent)"),
        ((agent(1, "openai/gpt-4o", "task"), agent(2, "openai/gpt-4o", here=False)), "GPT-4o (next agent)"),
        ((agent(1, "openai/gpt-4o"),), "GPT-4o"),
        ((agent(1, "openai/gpt-4o"), agent(2, "openai/gpt-4o"), agent(3, "openai/gpt-4o")), "GPT-4o ×3"),
        ((agent(1, "openai/gpt-4o"), agent(2, "openai/gpt-4o"), agent(3, "ollama/x")), "3 agents, 2 models"),
        ((agent(1, "openai/gone"),), "openai/gone"),
        ((agent(1, None),), "no model"),
    ],
)
def test_the_label_of_the_status_bar(sessions: tuple[Session, ...], label: str) -> None:
    state = run("listModels", TEXT, sessions=sessions).value
    assert state["label"] == label
    switchable = [item["switchable"] for item in cast("list[dict[str, Any]]", state["sessions"])]
    assert switchable == [session.is_switchable for session in sessions]


def test_no_label_without_a_model() -> None:
    assert run("listModels", "").value["label"] == ""
    assert run("listModels", TEXT, choice="ollama/llama3.1").value["label"] == "ollama/llama3.1 (next agent)"
