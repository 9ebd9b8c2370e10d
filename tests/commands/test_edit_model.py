"""`edit`: fields that are set, changed and removed."""

from typing import Any

import pytest

from aloop_models.commands import BY_ID
from aloop_models.commands.question import Help, Question
from support.commands import FIVE_MODELS, KEY, MASK, TEXT, after, refusal, run
from support.snapshots import snapshot


@pytest.mark.parametrize(
    ("fields", "message", "old", "new"),
    [
        ({"timeout": 60}, "Changed timeout of GPT-4o.", "timeout: 300", "timeout: 60"),
        ({"name": None}, "Changed name of GPT-4o.", "    name: GPT-4o\n", ""),
        (
            {"seed": 1, "drop_params": False},
            "Changed drop_params, seed of GPT-4o.",
            "timeout: 300\n",
            "timeout: 300\n    drop_params: false\n    seed: 1\n",
        ),
        ({"timeout": 300}, "Nothing to change: GPT-4o already has these values.", "", ""),
        ({"seed": None}, "Nothing to change: GPT-4o already has these values.", "", ""),
    ],
)
def test_edit(fields: dict[str, object], message: str, old: str, new: str) -> None:
    argument = {"modelId": "openai/gpt-4o", "fields": fields}
    assert run("editModel", TEXT, argument).message == message
    assert after("editModel", TEXT, argument) == TEXT.replace(old, new)


def test_an_entry_without_a_value_gets_its_first_field() -> None:
    argument = {"modelId": "ollama/llama3.1", "fields": {"timeout": 5}}
    assert after("editModel", TEXT, argument) == TEXT.replace(
        "  ollama/llama3.1:\n", "  ollama/llama3.1:\n    timeout: 5\n"
    )


def test_edits_that_are_refused() -> None:
    nothing = refusal("editModel", TEXT, {"modelId": "openai/gpt-4o", "fields": {}})
    assert (nothing.code, nothing.reason) == (-32602, "invalidFields")
    assert nothing.message == "Nothing to change. Give at least one field, such as timeout=300."
    unknown = refusal("editModel", TEXT, {"modelId": "openai/gpt-4", "fields": {"timeout": 5}})
    assert (unknown.reason, unknown.suggestions) == ("modelNotFound", ("openai/gpt-4o",))
    broken = refusal("editModel", 'models:\n  a/b: "x\n', {"modelId": "a/b", "fields": {"timeout": 5}})
    assert broken.reason == "invalidFile"


def test_what_cannot_be_edited_safely_is_refused() -> None:
    text = "models:\n  a/b: &x\n    timeout: 5\n  c/d:\n    <<: *x\n  e/f: *x\n"
    refused = refusal("editModel", text, {"modelId": "e/f", "fields": {"timeout": 6}})
    assert (refused.code, refused.reason) == (-32803, "unsafeEdit")
    assert refused.message


def test_an_ignored_problem_is_not_told() -> None:
    text = "models:\n  ollama/a:\n    timeout: 5\n    my_own: 1  # aloop: ignore[unknown-field]\n"
    assert run("editModel", text, {"modelId": "ollama/a", "fields": {"timeout": 6}}).warnings == ()
    told = "ollama/a: Unknown field 'my_own': it has no effect. Check its spelling, or remove it."
    text = text.partition("  #")[0] + "\n"
    assert run("editModel", text, {"modelId": "ollama/a", "fields": {"timeout": 6}}).warnings == (told,)


def question(**argument: Any) -> Question:
    found = BY_ID["aloop.editModel"].question(snapshot(FIVE_MODELS), {"modelId": "openai/gpt-4o", **argument})
    assert found is not None
    assert not any(secret in repr(found) for secret in (KEY, "pass@", "key=q"))
    return found


def test_the_fields_that_are_set_come_first_with_their_values() -> None:
    found = question()
    assert (found.field, found.prompt) == ("fields", "Select the field to edit")
    shown = [(item.value, item.detail.partition(" · ")[0]) for item in found.candidates[:5]]
    assert shown == [
        ("name=", "GPT-4o"),
        ("api_key=", MASK),
        ("timeout=", "300"),
        ("extra_headers=", MASK),
        ("api_base=", "https://host.example.com/v1"),
    ]
    names = [item.value for item in found.candidates]
    assert (names[5], len(names)) == ("drop_params=", len(set(names)))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "timeout=",
            Question(
                "fields.timeout",
                "timeout of openai/gpt-4o (leave empty to remove it)",
                required=False,
                placeholder="600",
                initial="300",
            ),
        ),
        (
            "name",
            Question(
                "fields.name",
                "name of openai/gpt-4o (leave empty to remove it)",
                required=False,
                placeholder="GPT-4o",
                initial="GPT-4o",
            ),
        ),
        ("seed=", Question("fields.seed", "seed of openai/gpt-4o", required=False, placeholder="42")),
        (
            # Its user, password and query are not shown, so what is shown must not replace it.
            "api_base=",
            Question(
                "fields.api_base",
                "api_base of openai/gpt-4o (leave empty to remove it)",
                required=False,
                placeholder="https://api.openai.com/v1",
            ),
        ),
        (
            "api_key=",
            Question(
                "fields.api_key",
                "API key for openai/gpt-4o",
                secret=True,
                placeholder="sk-proj-…",
                help=Help("Get a key", "https://platform.openai.com/api-keys"),
            ),
        ),
        ("extra_headers=", Question("fields.extra_headers", "extra_headers for openai/gpt-4o", secret=True)),
    ],
)
def test_the_value_is_asked_for(field: str, expected: Question) -> None:
    assert question(fields=field) == expected


def test_the_allowed_values_are_offered() -> None:
    found = question(fields="drop_params=")
    assert [(item.value, item.detail) for item in found.candidates] == [("true", ""), ("false", "")]
    assert [item.value for item in question(fields="verbosity").candidates] == ["low", "medium", "high"]


def test_the_answer_to_the_value_is_a_text() -> None:
    argument = question(fields="timeout=").put({"modelId": "openai/gpt-4o", "fields": "timeout="}, "60")
    assert argument == {"modelId": "openai/gpt-4o", "fields": {"timeout": "60"}}
    assert BY_ID["aloop.editModel"].question(snapshot(TEXT), argument) is None
    assert after("editModel", TEXT, argument) == TEXT.replace("timeout: 300", "timeout: 60")
    for name, text, written in (("drop_params", "yes", "true"), ("stop", '["a"]', "'[\"a\"]'"), ("seed", "7", "7")):
        argument = {"modelId": "openai/gpt-4o", "fields": {name: text}}
        assert f"    {name}: {written}\n" in after("editModel", TEXT, argument)
    refused = refusal("editModel", TEXT, {"modelId": "openai/gpt-4o", "fields": {"timeout": "5m"}})
    assert refused.message.startswith("timeout must be a number greater than 0")


def test_an_unknown_field_is_not_asked_for() -> None:
    command = BY_ID["aloop.editModel"]
    assert command.question(snapshot(TEXT), {"modelId": "openai/gpt-4o", "fields": "timeot="}) is None
    assert refusal("editModel", TEXT, {"modelId": "openai/gpt-4o", "fields": "timeot="}).reason == "invalidArguments"
