"""The switch: a choice for the next agent, refused with the reason where the model could not answer."""

from dataclasses import replace

import pytest

from aloop_models.commands import SelectModel
from aloop_models.commands.style import Prompt, Shell
from aloop_models.commands.switch_model import render_switch
from aloop_models.snapshot import Session
from support.commands import KEY, after, refusal, run

TEXT = f"""\
models:
  openai/gpt-4o: {{name: GPT-4o, api_key: {KEY}}}
  openai/bare:
  openai/placeholder: {{api_key: sk-...}}
  openai/number: {{api_key: 0123456}}
  openai/local: {{api_base: "http://localhost:8000/v1"}}
  ollama/llama3.1:
  bedrock/anthropic.claude-opus-4-1: {{aws_region_name: us-east-1}}

default: openai/gpt-4o
"""
AGENT = Session("s1", "interactive", 42, "/home/me", "/x", "openai/gpt-4o")


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("openai/gpt-4o", "GPT-4o"),
        ("openai/local", "openai/local"),
        ("ollama/llama3.1", "ollama/llama3.1"),
        ("bedrock/anthropic.claude-opus-4-1", "bedrock/anthropic.claude-opus-4-1"),
    ],
)
def test_a_ready_model_is_chosen(model_id: str, name: str) -> None:
    outcome = run("switchModel", TEXT, {"modelId": model_id})
    assert outcome.message == f"The next agent will use {name}."
    assert outcome.value == {"modelId": model_id, "displayName": name, "sessions": []}
    assert (outcome.edits, outcome.effect) == ((), SelectModel(model_id))


@pytest.mark.parametrize(
    ("model_id", "reason"),
    [
        ("openai/bare", "it has no API key"),
        ("openai/placeholder", "its API key is a placeholder"),
        ("openai/number", "its api_key is not text (quote it)"),
    ],
)
def test_a_model_that_is_not_ready_is_refused(model_id: str, reason: str) -> None:
    refused = refusal("switchModel", TEXT, {"modelId": model_id})
    assert (refused.reason, refused.suggestions) == ("notReady", (model_id,))
    step = "Fix its entry in models.yaml." if "text" in reason else "Set its API key."
    assert refused.message == f"{model_id} is not ready: {reason}. {step}"


def test_with_make_default_the_file_changes_too() -> None:
    argument = {"modelId": "ollama/llama3.1", "makeDefault": True}
    outcome = run("switchModel", TEXT, argument)
    assert outcome.message == "The next agent will use ollama/llama3.1. ollama/llama3.1 is now the default model."
    assert outcome.effect == SelectModel("ollama/llama3.1")
    assert outcome.then == ("aloop.setDefaultModel", {"modelId": "ollama/llama3.1"})
    assert after("switchModel", TEXT, argument) == TEXT.replace("default: openai/gpt-4o", "default: ollama/llama3.1")


def test_what_is_the_default_already_changes_nothing() -> None:
    outcome = run("switchModel", TEXT, {"modelId": "openai/gpt-4o", "makeDefault": True})
    assert (outcome.edits, outcome.then) == ((), None)


def test_several_agents_are_named_with_the_option() -> None:
    other = replace(AGENT, id="s2", pid=43, model_id="ollama/llama3.1")
    refused = refusal("switchModel", TEXT, {"modelId": "openai/gpt-4o"}, sessions=(AGENT, other))
    agents = "2 agents are running here: s1 (openai/gpt-4o, process 42), s2 (ollama/llama3.1, process 43)."
    assert (refused.reason, refused.suggestions) == ("ambiguousSession", ("s1", "s2"))
    assert refused.message == f"{agents} Specify one as the session, or '*' for all."
    assert refused.message_for("aloop models") == f"{agents} Name one: --session s1; or all: --session '*'"


def test_other_refusals() -> None:
    unknown = refusal("switchModel", TEXT, {"modelId": "openai/gpt-4"})
    assert (unknown.reason, unknown.suggestions) == ("modelNotFound", ("openai/gpt-4o",))
    argument = {"modelId": "openai/gpt-4o", "session": "s2"}
    nobody = refusal("switchModel", TEXT, argument, sessions=(AGENT,))
    assert (nobody.reason, nobody.message) == (
        "noSession",
        "There is no running agent 's2'. List the agents: aloop models sessions",
    )
    assert refusal("switchModel", "models: [", {"modelId": "a/b"}).reason == "invalidFile"


def test_the_prompt_of_the_agent_says_what_it_uses_now() -> None:
    named = {"message": "m", "modelId": "openai/gpt-4o", "displayName": "GPT-4o", "sessions": []}
    assert render_switch(named, Prompt()) == "Using GPT-4o (openai/gpt-4o).\n"
    assert render_switch({**named, "displayName": "openai/gpt-4o"}, Prompt()) == "Using openai/gpt-4o.\n"
    assert render_switch({**named, "sessions": ["s1"]}, Prompt()) == "m\n"
    assert render_switch(named, Shell()) == "m\n"
