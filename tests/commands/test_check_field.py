"""One typed value, judged in the words of the editor's diagnostics."""

from typing import Any

import pytest

from aloop_models.commands.check_field import problem_of_answer
from aloop_models.commands.question import Question
from aloop_models.core.reader import read_document
from aloop_models.features.diagnostics import diagnose_entry
from aloop_models.settings import Settings
from support.commands import KEY, OTHER_KEY, TEXT, run
from support.snapshots import snapshot

ANTHROPIC_KEY = "sk-ant-api03-" + "Ab1c" * 20
NEEDS_SECONDS = "timeout must be a number of seconds, not text. Write 300."
CHARACTERS = "api_key contains a space or another character that no API key has. Paste the key again."
PLACEHOLDER = "api_key is a placeholder. Replace it with your API key."
NOT_OPENAI = "api_key does not start with sk-proj- like OpenAI API keys. Paste the whole key."
NO_URL = "Not a URL. Start it with http:// or https://."


def check(field: str, value: str, model_id: str = "openai/gpt-4o", text: str = TEXT, **others: Any) -> tuple[Any, ...]:
    """Problem, severity and suggestion; no part of a key is in the answer."""
    outcome = run("checkField", text, {"modelId": model_id, "field": field, "value": value, **others})
    assert KEY[-12:] not in repr(outcome)
    assert ANTHROPIC_KEY[-12:] not in repr(outcome)
    assert outcome.message == (outcome.value["problem"] or f"{outcome.message.partition(' ')[0]} has no problem.")
    return tuple(outcome.value[name] for name in ("problem", "severity", "suggestion"))


GOOD = (None, None, None)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("timeout", "5m", (NEEDS_SECONDS, "error", "300")),
        ("fields.timeout", "5m", (NEEDS_SECONDS, "error", "300")),
        ("timeout", "300", GOOD),
        ("timeout", "", GOOD),
        ("timeout", "0", ("timeout must be greater than 0 and at most 86400 seconds.", "error", "600")),
        ("drop_params", "yes", GOOD),
        (
            "reasoning_effort",
            "hihg",
            (
                "reasoning_effort must be one of none, minimal, low, medium, high, xhigh, max, default. "
                "Check the spelling.",
                "error",
                "high",
            ),
        ),
        ("api_base", "http:/x", (NO_URL, "error", "http://x")),
        ("api_base", "localhost:1234", (NO_URL, "error", "http://localhost:1234/v1")),
        (
            "api_base",
            "https://api.openai.com",
            (
                "The API of api.openai.com is at /v1. Change the path of the URL.",
                "warning",
                "https://api.openai.com/v1",
            ),
        ),
        ("nam", "x", ("Unknown field 'nam': it has no effect. Did you mean name?", "error", None)),
        ("stop", "[1]", ("stop must contain text, not a number. Quote the value.", "error", None)),
        ("api_key", "not a key", (CHARACTERS, "error", None)),
        ("apiKey", "not a key", (CHARACTERS, "error", None)),
        ("api_key", "sk-...", (PLACEHOLDER, "error", None)),
        ("api_key", "your-api-key", (PLACEHOLDER, "error", None)),
        ("api_key", "abc", (NOT_OPENAI, "error", None)),
        ("api_key", OTHER_KEY, GOOD),
        ("api_key", f" {OTHER_KEY}\n", GOOD),
        (
            "api_key",
            f"Bearer {OTHER_KEY}",
            ("api_key starts with 'Bearer', which is added when the key is sent. Remove it.", "warning", None),
        ),
        (
            "api_key",
            ANTHROPIC_KEY,
            ("api_key is a key for Anthropic, not for OpenAI. Paste your OpenAI API key.", "warning", None),
        ),
        (
            "api_key",
            "$OPENAI_API_KEY",
            (
                "api_key contains a reference, such as an environment variable. Write the API key itself: references "
                "are not expanded.",
                "error",
                None,
            ),
        ),
    ],
)
def test_values(field: str, value: str, expected: tuple[Any, ...]) -> None:
    assert check(field, value) == expected


@pytest.mark.parametrize(("field", "written"), [("timeout", "5m"), ("api_base", "http:/x"), ("temperature", "3")])
def test_the_words_are_those_of_the_diagnostic(field: str, written: str) -> None:
    text = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n    {field}: {written}\n"
    file = snapshot(text)
    (found,) = diagnose_entry(file, file.document.by_id["openai/gpt-4o"])
    assert found.message == f"openai/gpt-4o: {check(field, written)[0]}"


def test_the_other_fields_are_those_of_the_file() -> None:
    text = "models:\n  openai_like/x:\n    api_base: http://localhost:8000/v1\n  openai_like/y:\n"
    short = "Too short for an API key: fewer than 8 characters. Paste the whole key."
    assert check("api_key", "abc", "openai_like/x", text) == GOOD
    assert check("api_key", "abc", "openai_like/y", text) == (short, "error", None)


def test_the_placeholder_of_the_question_is_one() -> None:
    problem = "api_base is a placeholder. Write the URL of your server."
    assert check("api_base", "https://NAME.openai.azure.com", "azure/x") == (problem, "error", None)
    assert check("api_base", "https://name.openai.azure.com", "azure/x") == GOOD


def test_a_new_entry_has_only_the_given_fields() -> None:
    given = {"fields": {"api_base": "http://localhost:8000/v1"}}
    assert check("api_key", "abc", "openai_like/new", **given) == GOOD
    assert check("api_base", "http:/x", "ollama/new") == (NO_URL, "error", "http://x")
    assert check("timeout", "5m", "ollama/new", "") == (NEEDS_SECONDS, "error", "300")


@pytest.mark.parametrize("whose", ["anthropic", "anthropic/", "anthropic/claude-sonnet-5-5"])
def test_the_key_of_a_provider(whose: str) -> None:
    problem = "api_key is a key for OpenAI, not for Anthropic. Paste your Anthropic API key."
    assert check("apiKey", KEY, whose) == (problem, "warning", None)
    assert check("apiKey", ANTHROPIC_KEY, whose) == GOOD


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("openai/gpt-5", GOOD),
        ("ollama/anything", GOOD),
        ("", GOOD),
        (
            "openai/gpt-4o",
            ("'openai/gpt-4o' is already in models.yaml. Edit it, or switch to it.", "error", None),
        ),
        (
            "gpt-5",
            ("The ID has no provider. Did you mean openai/gpt-5 or openai/gpt-5.6?", "error", "openai/gpt-5"),
        ),
        (
            "cluade",
            (
                "The ID has no provider. Did you mean anthropic/claude-opus-5-5, anthropic/claude-haiku-5-5 or "
                "anthropic/claude-sonnet-5-5?",
                "error",
                "anthropic/claude-opus-5-5",
            ),
        ),
        (
            "azure/",
            ("Type the name of the deployment after azure/, such as azure/my-gpt-5.", "error", None),
        ),
        (
            "anthropic/",
            ("Type the name of the model after anthropic/, such as anthropic/claude-opus-5-5.", "error", None),
        ),
        (
            "openia/gpt-5",
            ("LiteLLM has no provider 'openia'. Did you mean openai?", "warning", "openai/gpt-5"),
        ),
        (
            "openai/openai/gpt-5",
            ("The provider 'openai' is repeated. Did you mean openai/gpt-5?", "warning", "openai/gpt-5"),
        ),
        (
            "anthropic/claude-sonnet-4-5",
            (
                "The model will be retired on 2026-11-30 (in 8 days). Change to anthropic/claude-sonnet-5-5.",
                "warning",
                None,
            ),
        ),
        (
            f"openai/{KEY}",
            ("This looks like an API key. Write provider/model here, and put the key in api_key.", "error", None),
        ),
    ],
)
def test_a_new_id(model_id: str, expected: tuple[Any, ...]) -> None:
    assert check("modelId", model_id, "") == expected


def test_a_suggestion_has_no_secret() -> None:
    problem = "api_base contains a user name or password. Remove it, and put the API key in api_key."
    assert check("api_base", "https://me:pass@host.example/v1") == (problem, "warning", "https://host.example/v1")
    assert check("name", KEY)[2] is None


def test_a_broken_file_is_no_obstacle() -> None:
    text = 'models:\n  openai/gpt-4o:\n    name: "x\n'
    assert not read_document(text).parses
    assert check("timeout", "5m", text=text) == (NEEDS_SECONDS, "error", "300")


def test_a_disabled_rule_says_nothing() -> None:
    settings = Settings(disabled_rules=frozenset({"key-of-another-provider"}))
    argument = {"modelId": "openai/gpt-4o", "field": "api_key", "value": ANTHROPIC_KEY}
    assert run("checkField", TEXT, argument, settings=settings).value["problem"] is None


@pytest.mark.parametrize(
    ("name", "text", "advice"),
    [
        ("timeout", "5m", NEEDS_SECONDS),
        ("api_base", "localhost:1234", f"{NO_URL} Did you mean http://localhost:1234/v1?"),
        ("api_base", "http:/x", f"{NO_URL} Did you mean http://x?"),
        ("timeout", "60", None),
        ("api_key", f"{KEY} {KEY}", CHARACTERS),
    ],
)
def test_an_answer_is_judged_with_the_other_answers(name: str, text: str, advice: str | None) -> None:
    question = Question(f"fields.{name}", "")
    argument = {"modelId": "openai/new", "fields": {"api_version": None, name: "old"}}
    problem = problem_of_answer(snapshot(TEXT), argument, question, text)
    assert (problem and problem.advice) == advice
    near = {"modelId": "openai_like/x", "fields": {"api_base": "http://localhost:8000/v1"}}
    assert problem_of_answer(snapshot(TEXT), near, Question("fields.api_key", ""), "abc") is None


def test_an_answer_with_a_key_of_the_file_is_not_repeated() -> None:
    around = snapshot("models:\n  mistral/x: {api_key: tulip-window-harvest}\n")
    url, not_an_id = "localhost:1234/tulip-window-harvest", "tulip-window-harvest"
    problem = problem_of_answer(around, {"modelId": "ollama/new"}, Question("fields.api_base", ""), url)
    assert (problem and problem.advice) == NO_URL
    problem = problem_of_answer(around, {}, Question("modelId", ""), not_an_id)
    assert problem
    assert problem.message.startswith("'••••••••' is not a model ID. Write provider/model, for example ")
