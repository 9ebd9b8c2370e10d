"""Lines as an editor's command line has them: what they mean, and what a history may keep."""

from typing import Any

import pytest

from aloop_models.snapshot import Session
from support.commands import KEY, OTHER_KEY, refusal, run

TEXT = f"""\
models:
  openai/gpt-4o: {{name: GPT-4o, api_key: {KEY}}}
  openai/gpt-4o-mini: {{api_key: {KEY}}}
  ollama/llama2: {{name: Local Llama}}
"""
AGENT = Session("s1", "interactive", 42, "/home/me", "/x", "openai/gpt-4o")


def parse(line: str) -> Any:
    """What a line means."""
    return run("parse", TEXT, {"line": line}, sessions=(AGENT,)).value


@pytest.mark.parametrize(
    ("line", "command", "argument"),
    [
        ("list", "aloop.listModels", {}),
        ("switch", "aloop.switchModel", {}),
        ("switch LLAMA2", "aloop.switchModel", {"modelId": "ollama/llama2"}),
        ("switch local llama", "aloop.switchModel", {"modelId": "ollama/llama2"}),
        ("switch local llama s1", "aloop.switchModel", {"modelId": "ollama/llama2", "session": "s1"}),
        ("switch openai/gpt-5 s1", "aloop.switchModel", {"modelId": "openai/gpt-5", "session": "s1"}),
        ("switch openai/gpt-4o *", "aloop.switchModel", {"modelId": "openai/gpt-4o", "session": "*"}),
        ("switch gpt-4o other", "aloop.switchModel", {"modelId": "openai/gpt-4o", "session": "other"}),
        ("switch gpt-5 other", "aloop.switchModel", {"modelId": "gpt-5 other"}),
        (
            *("switch mini --make-default", "aloop.switchModel"),
            {"modelId": "openai/gpt-4o-mini", "makeDefault": True},
        ),
        ("remove mini --force", "aloop.removeModel", {"modelId": "mini", "force": True}),
        ("remove gpt-4o-mini --force", "aloop.removeModel", {"modelId": "openai/gpt-4o-mini", "force": True}),
        ("add groq/x timeout=5", "aloop.addModel", {"modelId": "groq/x", "fields": {"timeout": 5}}),
        ("edit", "aloop.editModel", {"fields": {}}),
        ("edit gpt-4o name='A B' seed=", "aloop.editModel", {"fields": {"name": "A B", "seed": None}}),
        ("key openai", "aloop.setKey", {"provider": "openai"}),
        ("key gpt-4o", "aloop.setKey", {"modelId": "openai/gpt-4o"}),
        ("key", "aloop.setKey", {}),
    ],
)
def test_what_a_line_means(line: str, command: str, argument: dict[str, object]) -> None:
    found = parse(line)
    assert found["command"] == command
    assert found["argument"].items() >= argument.items()
    assert found["history"] == line


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_a_typed_key_comes_back_and_is_kept_in_no_history(key: str) -> None:
    found = parse(f"edit gpt-4o-mini timeout=60 api_key={key}")
    assert found["argument"] == {"modelId": "openai/gpt-4o-mini", "fields": {"timeout": 60, "api_key": key}}
    assert found["history"] == "edit gpt-4o-mini timeout=60 api_key=-"
    assert parse("edit gpt-4o api_key=-")["history"] == "edit gpt-4o api_key=-"
    assert parse(f"switch {KEY}")["history"] is None


def test_the_words_may_be_given_one_by_one() -> None:
    found = run("parse", TEXT, {"words": ["edit", "ollama/llama2", "name=It's"]}).value
    assert found["argument"] == {"modelId": "ollama/llama2", "fields": {"name": "It's"}}


def test_a_strict_caller_is_told_why_no_model_is_meant() -> None:
    words = ["show", "lamma2"]
    assert run("parse", TEXT, {"words": words}).value["argument"] == {"modelId": "lamma2"}
    refused = refusal("parse", TEXT, {"words": words, "strict": True})
    assert refused.reason == "modelNotFound"
    assert run("parse", TEXT, {"words": ["show", "LLAMA2"], "strict": True}).value["argument"] == {
        "modelId": "ollama/llama2"
    }


def test_the_fields_that_are_removed_are_named_too() -> None:
    assert parse("edit gpt-4o name= timeout=5 seed=")["removed"] == ["name", "seed"]
    assert parse("list")["removed"] == []


@pytest.mark.parametrize(
    ("line", "model", "fields"),
    [
        ("add claude son", "claude son", None),
        ("add claude son timeout=5 name='My model'", "claude son", {"timeout": 5, "name": "My model"}),
        ("add openai/gpt-5 timeout=5", "openai/gpt-5", {"timeout": 5}),
        ("add a=b", "a=b", None),
    ],
)
def test_several_words_for_a_new_model_are_a_search(line: str, model: str, fields: dict[str, object] | None) -> None:
    expected = {"modelId": model} if fields is None else {"modelId": model, "fields": fields}
    assert parse(line)["argument"] == expected


@pytest.mark.parametrize(
    ("line", "reason", "message"),
    [
        ("", "unknownCommand", "Unknown command."),
        ("swtich x", "unknownCommand", "Unknown command."),
        ("list more", "invalidArguments", "Too many arguments. Usage: list"),
        ("switch x --sesion y", "invalidArguments", "Unknown option '--sesion'. Did you mean --session?"),
        ("switch x --now", "invalidArguments", "Unknown option. Usage: switch MODEL [--session ID] [--make-default]"),
        ("edit openai/gpt-4o name='GPT", "invalidArguments", "Unclosed quote."),
        ("edit openai/gpt-4o 300", "invalidFields", "Argument 1 after the model is not FIELD=VALUE."),
        ("add openai/gpt-4o 300", "invalidFields", "Argument 1 after the model is not FIELD=VALUE."),
        (f"add openai {OTHER_KEY}", "invalidFields", "Argument 1 after the model is not FIELD=VALUE."),
        (f"key {OTHER_KEY}", "modelNotFound", "Not a provider or model"),
        ("key openaii", "modelNotFound", "Not a provider or model of models.yaml. Did you mean openai?"),
        ("key opanai", "modelNotFound", "Not a provider or model of models.yaml. Did you mean openai?"),
        ("add a/b --timeout 5", "invalidArguments", "Write a field without dashes: timeout=VALUE"),
        ("show a/b --timeout 5", "invalidArguments", "Unknown option. Usage: show MODEL"),
    ],
)
def test_a_line_that_means_nothing_is_refused(line: str, reason: str, message: str) -> None:
    found = refusal("parse", TEXT, {"line": line})
    assert found.reason == reason
    assert message in found.message


def test_the_provider_of_a_key_in_another_case() -> None:
    assert parse("key OpenAI")["argument"] == {"provider": "openai"}


def test_a_key_in_another_field_is_kept_in_no_history() -> None:
    found = parse(f"edit gpt-4o timeout=60 name={KEY}")
    assert found["argument"] == {"modelId": "openai/gpt-4o", "fields": {"timeout": 60, "name": KEY}}
    assert found["history"] == "edit gpt-4o timeout=60 name=-"


@pytest.mark.parametrize("model_id", [f"openai/{OTHER_KEY}", "openai/tulip-window-harvest"])
def test_an_id_that_is_a_key_by_mistake_stays_as_typed(model_id: str) -> None:
    text = f"models:\n  {model_id}: {{name: Mine, api_key: tulip-window-harvest}}\n"
    found = run("parse", text, {"line": "switch mine"}).value
    assert (found["argument"], found["history"]) == ({"modelId": "mine"}, "switch mine")
