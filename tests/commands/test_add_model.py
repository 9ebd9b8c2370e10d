"""`add`: where the entry goes, what is told, and what is refused."""

from typing import Any

import pytest

from aloop_models.commands.new_id import UnusualIdError
from aloop_models.features.model_search import example_model
from aloop_models.settings import Settings
from support.commands import KEY, OTHER_KEY, TEXT, after, refusal, run
from support.snapshots import TODAY, facts

EXAMPLE = example_model(facts().catalog, TODAY)


def test_add_puts_the_entry_behind_the_last_one() -> None:
    argument = {"modelId": "openai/gpt-5", "fields": {"name": "a: b", "api_key": KEY, "timeout": 60, "seed": None}}
    outcome = run("addModel", TEXT, argument)
    assert outcome.message == "Added openai/gpt-5."
    assert (outcome.value, outcome.warnings) == ({"modelId": "openai/gpt-5"}, ())
    entry = f"\n  openai/gpt-5:\n    name: 'a: b'\n    api_key: {KEY}\n    timeout: 60\n"
    assert after("addModel", TEXT, argument) == TEXT.replace("  ollama/llama3.1:\n", f"  ollama/llama3.1:\n{entry}")


NO_KEY = "openai/gpt-5: api_key is missing. Add your OpenAI API key."
REFERENCE = (
    "openai/gpt-5: api_key contains a reference, such as an environment variable. Write the API key itself: references "
    "are not expanded."
)


@pytest.mark.parametrize(
    ("argument", "message", "warnings"),
    [
        ({"modelId": "openai/gpt-5"}, "Added openai/gpt-5. It is not ready.", (NO_KEY,)),
        (
            {"modelId": "openai/gpt-5", "fields": {"api_key": "${KEY}"}},
            "Added openai/gpt-5. It is not ready.",
            (REFERENCE,),
        ),
        ({"modelId": "openai/gpt-5", "fields": {"api_base": "http://localhost:1"}}, "Added openai/gpt-5.", ()),
        ({"modelId": "ollama/x"}, "Added ollama/x.", ()),
    ],
)
def test_add_tells_whether_the_model_can_be_used(
    argument: dict[str, Any], message: str, warnings: tuple[str, ...]
) -> None:
    outcome = run("addModel", TEXT, argument)
    assert (outcome.message, outcome.warnings) == (message, warnings)


def test_the_reason_is_told_if_its_rule_is_turned_off() -> None:
    settings = Settings(disabled_rules=frozenset({"missing-api-key"}))
    outcome = run("addModel", TEXT, {"modelId": "openai/gpt-5"}, settings=settings)
    assert (outcome.message, outcome.warnings) == ("Added openai/gpt-5. It is not ready: it has no API key.", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "models:\n  ollama/x:\ndefault: ollama/x\n"),
        ("models:\n", "models:\n  ollama/x:\n\ndefault: ollama/x\n"),
        ("models:\ndefault: null\n", "models:\n  ollama/x:\ndefault: ollama/x\n"),
        ("# nothing\nmodels:\ndefault: ~ # none\n", "# nothing\nmodels:\n  ollama/x:\ndefault: ollama/x # none\n"),
    ],
)
def test_the_first_model_of_a_file_is_its_default(text: str, expected: str) -> None:
    outcome = run("addModel", text, {"modelId": "ollama/x"})
    assert outcome.message == "Added ollama/x. It is the default, because it is the first model."
    assert after("addModel", text, {"modelId": "ollama/x"}) == expected


def test_a_model_that_is_there_is_edited_or_switched_to() -> None:
    found = refusal("addModel", TEXT, {"modelId": "openai/gpt-4o"})
    assert found.message_for("/model") == (
        "'openai/gpt-4o' is already in models.yaml. Edit it, or switch to it. "
        "Run: /model edit openai/gpt-4o, or: /model switch openai/gpt-4o"
    )


def test_a_default_that_is_there_stays() -> None:
    text = "models:\ndefault: openai/later\n"
    assert after("addModel", text, {"modelId": "ollama/x"}) == "models:\n  ollama/x:\ndefault: openai/later\n"


@pytest.mark.parametrize(
    ("model_id", "reason", "message"),
    [
        (
            "openai/gpt-4o",
            "modelExists",
            "'openai/gpt-4o' is already in models.yaml. Edit it, or switch to it.",
        ),
        *(
            (bad, "invalidFields", f"'{told}' is not a model ID. Write provider/model, for example {EXAMPLE}.")
            for bad, told in (
                ("no-such-thing", "no-such-thing"),
                ("openai/", "openai/"),
                ("", ""),
                ("Q3xk-p0Zz-19xY-abcd-77wq", "Q3xk-p0Zz-19xY-abcd-77wq"),
                ("openai/gpt 5", "openai/gpt 5"),
                ("openai/gpt\n5", "openai/gpt5"),
            )
        ),
    ],
)
def test_ids_that_are_not_added(model_id: str, reason: str, message: str) -> None:
    refused = refusal("addModel", TEXT, {"modelId": model_id})
    assert (refused.code, refused.reason, refused.message) == (-32803, reason, message)


def test_a_key_in_place_of_an_id_is_not_added() -> None:
    refused = refusal("addModel", TEXT, {"modelId": f"openai/{KEY}"})
    message = "This looks like an API key. Write provider/model here, and put the key in api_key."
    assert (refused.reason, refused.message) == ("invalidFields", message)
    refused = refusal("addModel", TEXT, {"modelId": "Q3xk-p0Zz-19xY-abcd-77wqe"})
    message = f"This is not a model ID. Write provider/model, for example {EXAMPLE}."
    assert (refused.reason, refused.message) == ("invalidFields", message)


def test_add_with_the_key_of_another_entry() -> None:
    argument = {"modelId": "openai/gpt-5", "fields": {"timeout": 60}, "sameKeyAs": "openai/gpt-4o"}
    given = {"modelId": "openai/gpt-5", "fields": {"timeout": 60, "api_key": KEY}}
    assert after("addModel", TEXT, argument) == after("addModel", TEXT, given)
    assert KEY not in repr(run("addModel", TEXT, argument).value)


@pytest.mark.parametrize(
    ("owner", "fields", "reason", "told"),
    [
        ("openai/gpt-4", {}, "modelNotFound", "Did you mean openai/gpt-4o?"),
        ("ollama/llama3.1", {}, "invalidFields", "ollama/llama3.1 has no API key. Set api_key instead."),
        (
            "openai/gpt-4o",
            {"api_key": OTHER_KEY},
            "invalidArguments",
            "Use either api_key or the key of another model, not both.",
        ),
    ],
)
def test_a_key_that_cannot_be_shared(owner: str, fields: dict[str, object], reason: str, told: str) -> None:
    refused = refusal("addModel", TEXT, {"modelId": "openai/gpt-5", "fields": fields, "sameKeyAs": owner})
    assert refused.reason == reason
    assert told in refused.message


def test_a_shared_key_of_another_provider_is_told() -> None:
    outcome = run("addModel", TEXT, {"modelId": "anthropic/claude-sonnet-4-5", "sameKeyAs": "openai/gpt-4o"})
    advice = "api_key is a key for OpenAI, not for Anthropic. Paste your Anthropic API key."
    assert f"anthropic/claude-sonnet-4-5: {advice}" in (outcome.warnings or ())


@pytest.mark.parametrize(
    ("model_id", "reason", "problem", "suggestions"),
    [
        (
            "gpt/openai/gpt-4o",
            "unknownProvider",
            "LiteLLM has no provider 'gpt'. Did you mean openai/gpt-4o?",
            ("openai/gpt-4o",),
        ),
        (
            "openia/gpt-4o#work",
            "unknownProvider",
            "LiteLLM has no provider 'openia'. Did you mean openai?",
            ("openai/gpt-4o#work",),
        ),
        (
            "openai/openai/gpt-4o",
            "unknownModel",
            "The provider 'openai' is repeated. Did you mean openai/gpt-4o?",
            ("openai/gpt-4o",),
        ),
        (
            "openrouter/claude-sonnet-4-5",
            "unknownModel",
            "An OpenRouter model has a vendor. Did you mean openrouter/anthropic/claude-sonnet-4.5?",
            ("openrouter/anthropic/claude-sonnet-4.5",),
        ),
        (
            "оpenai/gpt-4o",
            "lookAlikeId",
            "The ID contains an invisible or look-alike character. Replace it.",
            ("openai/gpt-4o",),
        ),
    ],
)
def test_an_unusual_id_has_to_be_confirmed(
    model_id: str, reason: str, problem: str, suggestions: tuple[str, ...]
) -> None:
    refused = refusal("addModel", "models:\n", {"modelId": model_id})
    assert (refused.code, refused.reason, refused.suggestions) == (-32803, reason, suggestions)
    assert refused.message == f"{problem} To add it anyway, set allowUnusualId."
    assert refused.message_for("aloop models") == f"{problem} To add it anyway, use --allow-unusual-id."
    text = after("addModel", "models:\n", {"modelId": model_id, "allowUnusualId": True})
    assert text == f"models:\n  {model_id}:\n\ndefault: {model_id}\n"


@pytest.mark.parametrize(
    ("model_id", "fields"),
    [
        ("openrouter/openrouter/auto", {}),
        ("openai/openai/gpt-4o", {"api_base": "https://llm.example/v1"}),
        ("openai/gpt-99", {}),
        ("hosted_vllm/hosted_vllm/x", {"api_base": "http://localhost:1/v1"}),
    ],
)
def test_ids_that_can_be_right_are_added(model_id: str, fields: dict[str, object]) -> None:
    assert model_id in after("addModel", "models:\n", {"modelId": model_id, "fields": fields})


@pytest.mark.parametrize(
    ("model_id", "problem", "suggestions"),
    [
        (
            "gpt-4o",
            "The ID has no provider. Did you mean openai/gpt-4o or openai/gpt-5?",
            ("openai/gpt-4o", "openai/gpt-5"),
        ),
        (
            "sonnet#work",
            "The ID has no provider. Did you mean anthropic/claude-sonnet-5-5#work, anthropic/claude-sonnet-5#work or "
            "anthropic/claude-sonnet-4-6#work?",
            ("anthropic/claude-sonnet-5-5#work", "anthropic/claude-sonnet-5#work", "anthropic/claude-sonnet-4-6#work"),
        ),
        (
            "openai:gpt-4o",
            "The ID has ':' after the provider. Write a slash, such as openai/gpt-4o.",
            ("openai/gpt-4o",),
        ),
        (
            "openai/gpt\u200b-4o",
            "The ID contains an invisible or look-alike character. Replace it.",
            ("openai/gpt-4o",),
        ),
    ],
)
def test_an_id_that_can_only_mean_another_one(model_id: str, problem: str, suggestions: tuple[str, ...]) -> None:
    for argument in ({"modelId": model_id}, {"modelId": model_id, "allowUnusualId": True}):
        refused = refusal("addModel", "models:\n", argument)
        assert isinstance(refused, UnusualIdError)
        assert (refused.message, refused.suggestions, refused.can_be_confirmed) == (problem, suggestions, False)
        assert refused.message_for("aloop models") == problem


@pytest.mark.parametrize(
    ("model_id", "fields", "suggestions"),
    [
        (
            "Qwen/Qwen2.5-7B",
            {"api_base": "http://gpu.lan:8000/v1"},
            ("openai/Qwen/Qwen2.5-7B", "hosted_vllm/Qwen/Qwen2.5-7B", "dashscope/Qwen2.5-7B"),
        ),
        ("x-ai/grok-4", {"api_key": f"sk-or-v1-{'0a1b2c3d' * 8}"}, ("openrouter/x-ai/grok-4",)),
    ],
)
def test_the_fields_tell_which_provider_is_meant(
    model_id: str, fields: dict[str, object], suggestions: tuple[str, ...]
) -> None:
    assert refusal("addModel", "models:\n", {"modelId": model_id, "fields": fields}).suggestions == suggestions


def test_programs_get_the_problem_of_an_unusual_id_and_whether_it_can_be_confirmed() -> None:
    problem = "LiteLLM has no provider 'openia'. Did you mean openai?"
    assert refusal("addModel", TEXT, {"modelId": "openia/gpt-5"}).data() == {
        "reason": "unknownProvider",
        "suggestions": ["openai/gpt-5"],
        "problem": problem,
        "canBeConfirmed": True,
    }
