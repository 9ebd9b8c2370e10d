"""The state that editors are told."""

from typing import Any, cast

import pytest

from aloop_models.commands.views import state_view
from aloop_models.snapshot import Session
from support.commands import FIVE_MODELS, LLAMA_AGENT, PATH, run
from support.snapshots import snapshot


def agent(number: int, model_id: str | None, kind: str = "interactive", *, here: bool = True) -> Session:
    return Session(f"s{number}", kind, number, "/home/me", PATH, model_id, here)


@pytest.mark.parametrize(
    ("around", "current", "choice"),
    [
        ({}, "openai/gpt-4o", "openai/gpt-4o"),
        ({"selected": "ollama/llama3.1"}, "ollama/llama3.1", "ollama/llama3.1"),
        ({"selected": "openai/gone"}, "openai/gpt-4o", "openai/gpt-4o"),
        ({"sessions": (LLAMA_AGENT,)}, "ollama/llama3.1", "openai/gpt-4o"),
    ],
)
def test_the_state_tells_current_and_choice(around: dict[str, Any], current: str, choice: str) -> None:
    state: Any = state_view(snapshot(FIVE_MODELS, **around))
    assert (state["current"], state["choice"]["modelId"], state["default"]) == (current, choice, "openai/gpt-4o")
    assert [model["modelId"] for model in state["models"] if model["current"]] == [current]


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
    state = run("listModels", FIVE_MODELS, sessions=sessions).value
    assert state["label"] == label
    switchable = [item["switchable"] for item in cast("list[dict[str, Any]]", state["sessions"])]
    assert switchable == [session.is_switchable for session in sessions]


def test_no_label_without_a_model() -> None:
    assert run("listModels", "").value["label"] == ""
    assert run("listModels", FIVE_MODELS, selected="ollama/llama3.1").value["label"] == "ollama/llama3.1 (next agent)"
