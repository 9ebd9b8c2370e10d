"""`edit`: fields that are set, changed and removed."""

import pytest

from support.commands import TEXT, after, refusal, run


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
