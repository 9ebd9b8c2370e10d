"""`remove`: the rest of the text stays."""

import pytest

from aloop_models.snapshot import Session
from support.commands import TEXT, after, refusal, run

AGENT = Session("s1", "interactive", 42, "/home/me", "/home/me/.aloop/models.yaml", "openai/gpt-4o")


def test_remove() -> None:
    outcome = run("removeModel", TEXT, {"modelId": "ollama/llama3.1"}, selected="openai/gpt-4o")
    assert (outcome.message, outcome.value) == (
        "Removed ollama/llama3.1.",
        {"modelId": "ollama/llama3.1", "wasDefault": False, "stillIn": []},
    )
    removed = after("removeModel", TEXT, {"modelId": "ollama/llama3.1"})
    assert removed == TEXT.replace("\n  ollama/llama3.1:\n", "")


def test_removing_the_default_leaves_none() -> None:
    argument = {"modelId": "openai/gpt-4o"}
    outcome = run("removeModel", TEXT, argument)
    assert outcome.message == "Removed GPT-4o. It was the default model. Set another default model."
    assert outcome.value == {"modelId": "openai/gpt-4o", "wasDefault": True, "stillIn": []}
    left = "# Ours.\nmodels:\n  ollama/llama3.1:\n\ndefault: null  # for now\n"
    assert after("removeModel", TEXT, argument).replace("models:\n\n", "models:\n") == left


def test_roles_and_fallbacks_that_name_the_removed_model_are_listed() -> None:
    text = f"{TEXT}roles: {{fast: ollama/llama3.1, slow: openai/gpt-4o}}\nfallbacks:\n  - ollama/llama3.1\n"
    outcome = run("removeModel", text, {"modelId": "ollama/llama3.1"}, selected="openai/gpt-4o")
    assert outcome.message == "Removed ollama/llama3.1. roles.fast and fallbacks still name it."
    assert outcome.value["stillIn"] == ["roles.fast", "fallbacks"]
    only = run("removeModel", text.replace("fast: ollama/llama3.1, ", ""), {"modelId": "ollama/llama3.1"})
    assert only.message == "Removed ollama/llama3.1. fallbacks still names it."


def test_add_then_remove_gives_the_old_text() -> None:
    added = after("addModel", TEXT, {"modelId": "ollama/x", "fields": {"timeout": 5}})
    assert added != TEXT
    assert after("removeModel", added, {"modelId": "ollama/x"}) == TEXT


def test_a_model_in_use_is_not_removed_without_force() -> None:
    text = TEXT.replace("default: openai/gpt-4o", "default: ollama/llama3.1")
    refused = refusal("removeModel", text, {"modelId": "openai/gpt-4o"}, sessions=(AGENT,))
    assert refused.reason == "modelInUse"
    assert refused.message == (
        "GPT-4o is the current model of agent 42 in /home/me. "
        "Switch there to another model first, or force the removal."
    )
    assert refused.message_for("aloop models") == (
        "GPT-4o is the current model of agent 42 in /home/me. "
        "Switch there to another model first, or remove it nevertheless: aloop models remove openai/gpt-4o --force"
    )
    forced = run("removeModel", text, {"modelId": "openai/gpt-4o", "force": True}, sessions=(AGENT,))
    assert forced.message == "Removed GPT-4o."


@pytest.mark.parametrize("force", [False, True])
def test_the_chosen_model_is_not_removed(force: bool) -> None:
    argument = {"modelId": "ollama/llama3.1", "force": force}
    refused = refusal("removeModel", TEXT, argument, selected="ollama/llama3.1")
    assert refused.reason == "modelIsCurrent"
    assert refused.message == "ollama/llama3.1 is the current model. Switch to another model first."
