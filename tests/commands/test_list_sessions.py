"""`sessions`: who runs, and with which model."""

from typing import Any

from aloop_models.snapshot import Session
from support.commands import FIVE_MODELS, LLAMA_AGENT, PATH, run


def test_sessions() -> None:
    nobody = run("listSessions", FIVE_MODELS)
    assert (nobody.message, nobody.value) == ("No agent is running. Start one: aloop", {"sessions": []})
    outcome = run("listSessions", FIVE_MODELS, sessions=(LLAMA_AGENT,))
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
    views: Any = run("listSessions", FIVE_MODELS, sessions=(LLAMA_AGENT, gone)).value["sessions"]
    assert [(view["modelId"], view["displayName"]) for view in views][1] == ("openai/gone", "openai/gone")
