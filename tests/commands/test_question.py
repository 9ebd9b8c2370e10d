"""What has to be asked before a command can run."""

from dataclasses import replace
from typing import Any

import pytest

from aloop_models.commands import BY_ID, without_ask
from aloop_models.commands.question import Candidate, Help, NeedsInputError, Question
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.snapshot import BrokenFile, Session
from support.commands import KEY, OTHER_KEY
from support.snapshots import snapshot

TEXT = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
  openai/other:
    api_key: {KEY}
  openai/own: {{api_key: {OTHER_KEY}, api_base: https://example.com}}
  ollama/llama3.1:
  mistral/x:
"""
FILE = "/home/me/.aloop/models.yaml"
AGENTS = tuple(Session(f"s{pid}", "interactive", pid, "/home/me", FILE, "openai/gpt-4o") for pid in (1, 2))
NEW: dict[str, object] = {"modelId": "openai/gpt-5"}
KEY_OF_NEW = Question(
    "fields.api_key",
    "API key for openai/gpt-5 (leave empty to add it later)",
    secret=True,
    required=False,
    candidates=(Candidate("openai/gpt-4o", "GPT-4o", "model", "sameKeyAs"),),
    placeholder="sk-proj-…",
    help=Help("Get a key", "https://platform.openai.com/api-keys"),
)


def question(command: str, argument: dict[str, object], **around: Any) -> Question | None:
    found = BY_ID[f"aloop.{command}"].question(snapshot(TEXT, **around), argument)
    assert KEY not in repr(found)
    return found


@pytest.mark.parametrize("command", ["switchModel", "editModel", "removeModel", "setDefaultModel", "showModel"])
def test_the_model_is_asked_for(command: str) -> None:
    found = question(command, {})
    assert found is not None
    assert (found.field, found.secret, found.required) == ("modelId", False, True)
    assert next((item.value, item.kind) for item in found.candidates) == ("openai/gpt-4o", "model")


@pytest.mark.parametrize(
    ("command", "argument", "field"),
    [
        ("addModel", {}, "modelId"),
        ("addModel", {"modelId": "openai/"}, "modelId"),
        ("addModel", {"modelId": "ollama/new"}, "fields.api_base"),
        ("addModel", {"modelId": "ollama/new", "fields": {"api_base": None}}, None),
        # These are refused, or have to be confirmed, before anything is asked.
        ("addModel", {"modelId": "mistral/x"}, None),
        ("addModel", {"modelId": "openia/gpt-5"}, None),
        ("addModel", {"modelId": "gpt-5"}, None),
        ("addModel", NEW | {"fields": {"api_key": None}}, None),
        ("addModel", NEW | {"fields": {"api_key": OTHER_KEY}}, None),
        ("addModel", NEW | {"sameKeyAs": "openai/gpt-4o"}, None),
        ("addModel", NEW | {"fields": {"api_base": "http://localhost:1"}}, None),
        ("addModel", NEW | {"fields": {"api_key": "-"}}, "fields.api_key"),
        ("editModel", {"modelId": "openai/gpt-4o"}, "fields"),
        ("editModel", {"modelId": "openai/gpt-4o", "fields": {"timeout": 3}}, None),
        ("editModel", {"modelId": "openai/gpt-4o", "fields": {"api_key": "-"}}, "fields.api_key"),
        ("setKey", {}, "modelId"),
        ("setKey", {"provider": "openai"}, "apiKey"),
        ("setKey", {"provider": "openai", "apiKey": OTHER_KEY}, None),
        ("switchModel", {"modelId": "openai/gpt-4o"}, None),
        ("listModels", {}, None),
    ],
)
def test_what_is_asked(command: str, argument: dict[str, object], field: str | None) -> None:
    found = question(command, argument)
    assert (found and found.field) == field
    assert found is None or found.secret == ("api_key" in found.field or found.field == "apiKey")


def test_the_key_of_a_new_model_may_be_that_of_another_one() -> None:
    assert question("addModel", NEW) == KEY_OF_NEW


def test_the_owner_of_a_key_is_a_provider_or_a_model() -> None:
    found = question("setKey", {})
    assert found is not None
    fields = {item.value: item.field for item in found.candidates}
    assert (fields["openai"], fields["openai/gpt-4o"]) == ("provider", None)


@pytest.mark.parametrize(
    ("argument", "asks"),
    [
        ({"modelId": "openai/gpt-4o"}, True),
        ({"modelId": "openai/gpt-4o", "session": "*"}, False),
        # These are refused for another reason.
        ({"modelId": "mistral/x"}, False),
        ({"modelId": "none/such"}, False),
    ],
)
def test_the_agent_is_asked_for_if_several_can_be_meant(argument: dict[str, object], asks: bool) -> None:
    found = question("switchModel", argument, sessions=AGENTS)
    assert (found and [item.value for item in found.candidates]) == (["s1", "s2", "*"] if asks else None)
    assert question("switchModel", argument, sessions=AGENTS[:1]) is None


def test_two_secrets_are_not_asked_for_at_once() -> None:
    with pytest.raises(InvalidArgumentsError):
        question("editModel", {"modelId": "openai/gpt-4o", "fields": {"api_key": "-", "aws_secret_access_key": "-"}})


def test_answers_are_put_where_they_belong() -> None:
    assert KEY_OF_NEW.put(NEW, KEY) == NEW | {"fields": {"api_key": KEY}}
    given = NEW | {"fields": {"timeout": 3}}
    assert KEY_OF_NEW.put(given, KEY) == NEW | {"fields": {"timeout": 3, "api_key": KEY}}
    assert KEY_OF_NEW.put(given, "") == NEW | {"fields": {"timeout": 3, "api_key": None}}
    assert KEY_OF_NEW.put(NEW, KEY_OF_NEW.candidates[0]) == NEW | {"sameKeyAs": "openai/gpt-4o"}
    with pytest.raises(RefusedError, match=r"^No api_key was given\."):
        Question("apiKey", "Key?", secret=True).put({}, "")


def test_only_who_wants_to_be_asked_is_asked() -> None:
    command = BY_ID["aloop.addModel"]
    assert without_ask(command, NEW, lambda: snapshot(TEXT)) == NEW
    assert without_ask(command, NEW | {"ask": False}, lambda: snapshot(TEXT)) == NEW
    assert without_ask(command, {"modelId": "github_copilot/new", "ask": True}, lambda: snapshot(TEXT)) == {
        "modelId": "github_copilot/new"
    }
    with pytest.raises(InvalidArgumentsError):
        without_ask(command, NEW | {"ask": "yes"}, lambda: snapshot(TEXT))
    with pytest.raises(NeedsInputError) as refused:
        without_ask(command, NEW | {"ask": True}, lambda: snapshot(TEXT))
    assert refused.value.data() == {
        "reason": "needsInput",
        "suggestions": [],
        "question": {
            "field": "fields.api_key",
            "prompt": "API key for openai/gpt-5 (leave empty to add it later)",
            "secret": True,
            "required": False,
            "candidates": [{"value": "openai/gpt-4o", "detail": "GPT-4o", "kind": "model", "field": "sameKeyAs"}],
            "placeholder": "sk-proj-…",
            "help": {"title": "Get a key", "url": "https://platform.openai.com/api-keys"},
        },
    }


def test_a_file_that_is_not_valid_is_said_before_anything_is_asked() -> None:
    broken = replace(snapshot(TEXT), problem=BrokenFile(3, "models.yaml is not valid YAML (line 3)."))
    for command in ("addModel", "editModel", "setKey"):
        with pytest.raises(RefusedError) as refused:
            without_ask(BY_ID[f"aloop.{command}"], {"ask": True}, lambda: broken)
        told = "models.yaml is not valid YAML (line 3). Fix it first. Nothing was changed."
        assert (refused.value.reason, refused.value.message) == ("invalidFile", told)
    with pytest.raises(NeedsInputError):
        without_ask(BY_ID["aloop.showModel"], {"ask": True}, lambda: broken)


@pytest.mark.parametrize(
    ("command", "prompt"),
    [
        ("switchModel", "Select the model to switch to"),
        ("editModel", "Select the model to edit"),
        ("removeModel", "Select the model to remove"),
        ("setDefaultModel", "Select the model that new agents start with"),
        ("showModel", "Select the model to show"),
        ("copyModel", "Select the model to copy"),
        ("setKey", "Select the provider or model of the API key"),
        ("addModel", "Provider or model, such as anthropic, gpt or provider/model"),
    ],
)
def test_the_first_question_of_each_command(command: str, prompt: str) -> None:
    found = question(command, {})
    assert found is not None
    assert (found.field, found.prompt) == ("modelId", prompt)
    assert found.candidates


def test_the_question_for_the_agent() -> None:
    found = question("switchModel", {"modelId": "openai/gpt-4o"}, sessions=AGENTS)
    assert found is not None
    assert (found.field, found.prompt) == ("session", "Several agents are running. Select the one to switch")


def test_the_current_value_of_a_field_with_few_values_is_marked() -> None:
    text = "models:\n  ollama/a: {drop_params: true}\n"
    found = BY_ID["aloop.editModel"].ask(snapshot(text), {"modelId": "ollama/a", "fields": "drop_params"})
    assert found is not None
    assert found.prompt == "drop_params of ollama/a (leave empty to remove it)"
    assert [(item.value, item.detail) for item in found.candidates] == [("true", "current"), ("false", "")]
