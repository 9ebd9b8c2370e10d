"""What is asked about a new model: what its provider needs, in this order, and nothing else."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from aloop_models.catalog import provider_table as table
from aloop_models.commands import BY_ID
from aloop_models.commands.question import Question
from support.commands import KEY
from support.snapshots import facts, snapshot

ADD = BY_ID["aloop.addModel"]
KEY_LATER = "API key for {} (leave empty to add it later)"
KEY_MAYBE = "API key for {} (leave empty if the server needs none)"


def questions(model_id: str, text: str = "models:\n", answers: Mapping[str, str] = {}, **given: Any) -> list[Question]:
    """Every question until the model can be added, answered as given, else with the initial answer, else with none."""
    argument: dict[str, object] = {"modelId": model_id, **given}
    asked: list[Question] = []
    while question := ADD.question(snapshot(text), argument):
        assert len(asked) < 9
        asked.append(question)
        answer = answers.get(question.name, question.initial)
        argument = question.put(argument, answer) if answer or not question.required else question.skip(argument)
    assert KEY not in repr(asked)
    return asked


def brief(asked: list[Question]) -> list[tuple[str, str, str, bool]]:
    """Field, initial answer, placeholder and whether an answer is required."""
    return [(item.field.removeprefix("fields."), item.initial, item.placeholder, item.required) for item in asked]


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("openai/gpt-5", [("api_key", "", "sk-proj-…", False)]),
        ("anthropic/claude-opus-5-5", [("api_key", "", "sk-ant-…", False)]),
        ("gemini/gemini-2.5-pro", [("api_key", "", "AIza…", False)]),
        ("mistral/mistral-large-latest", [("api_key", "", "", False)]),
        ("openrouter/anthropic/claude-sonnet-5.5", [("api_key", "", "sk-or-…", False)]),
        (
            "azure/my-gpt-5",
            [
                ("api_base", "", "https://NAME.openai.azure.com", True),
                ("api_version", "2025-02-01-preview", "2024-10-21", False),
                ("api_key", "", "", False),
            ],
        ),
        (
            "azure_ai/gpt-6-sol",
            [("api_base", "", "https://my-resource.services.ai.azure.com", True), ("api_key", "", "", False)],
        ),
        (
            "bedrock/anthropic.claude-opus-4-1-20250805-v1:0",
            [("aws_region_name", "us-east-1", "us-east-1", False), ("aws_profile_name", "", "default", False)],
        ),
        (
            "sagemaker/my-endpoint",
            [("aws_region_name", "us-east-1", "us-east-1", False), ("aws_profile_name", "", "default", False)],
        ),
        (
            "vertex_ai/gemini-2.5-pro",
            [("vertex_project", "", "my-project", True), ("vertex_location", "global", "us-central1", True)],
        ),
        (
            "watsonx/ibm/granite-4",
            [
                ("api_base", "", "https://us-south.ml.cloud.ibm.com", True),
                ("project_id", "", "00000000-0000-0000-0000-000000000000", False),
                ("api_key", "", "", False),
            ],
        ),
        ("ollama/llama3.1", [("api_base", "http://localhost:11434", "http://localhost:11434", False)]),
        ("ollama_chat/llama3.1", [("api_base", "http://localhost:11434", "http://localhost:11434", False)]),
        ("lm_studio/qwen3", [("api_base", "http://localhost:1234/v1", "http://localhost:1234/v1", True)]),
        ("hosted_vllm/Qwen/Qwen3-8B", [("api_base", "http://localhost:8000/v1", "http://localhost:8000/v1", True)]),
        ("llamafile/llama3.1", [("api_base", "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1", False)]),
        ("xinference/qwen", [("api_base", "http://localhost:9997/v1", "http://localhost:9997/v1", True)]),
        *(
            (f"{name}/any", [("api_base", "", "http://localhost:8000/v1", True), ("api_key", "", "", False)])
            for name in ("openai_like", "custom_openai", "custom")
        ),
        (
            "litellm_proxy/gpt-5",
            [("api_base", "http://localhost:4000", "http://localhost:4000", True), ("api_key", "", "sk-…", False)],
        ),
        ("vllm/any", []),
        ("github_copilot/gpt-5", []),
        ("unheard-of/any", []),
    ],
)
def test_each_provider(model_id: str, expected: list[tuple[str, str, str, bool]]) -> None:
    asked = questions(model_id, allowUnusualId=True)
    assert brief(asked) == expected
    assert [item.name for item in asked if item.secret] == [item.name for item in asked if item.name == "api_key"]


@pytest.mark.parametrize(
    ("model_id", "prompts"),
    [
        ("openai/gpt-5", [KEY_LATER]),
        ("azure/x", ["Azure resource URL for {}", "Azure API version for {}", KEY_LATER]),
        (
            "bedrock/x",
            ["AWS region for {}", "AWS profile for {} (leave empty for the default credentials of this machine)"],
        ),
        ("vertex_ai/x", ["Google Cloud project for {}", "Google Cloud location for {}"]),
        ("ollama/x", ["Ollama URL for {}"]),
        ("openai_like/x", ["Server URL for {}", KEY_MAYBE]),
        ("databricks/x", ["Databricks URL for {}", KEY_LATER]),
    ],
)
def test_the_words(model_id: str, prompts: list[str]) -> None:
    assert [item.prompt for item in questions(model_id)] == [prompt.format(model_id) for prompt in prompts]


def test_the_page_of_the_keys() -> None:
    (asked,) = questions("anthropic/claude-opus-5-5")
    assert asked.view()["help"] == {"title": "Get a key", "url": "https://console.anthropic.com/settings/keys"}
    (asked,) = questions("ollama/x")
    assert "help" not in asked.view()
    of_owner = BY_ID["aloop.setKey"].question(snapshot(""), {"modelId": "groq/x"})
    assert of_owner is not None
    assert (of_owner.placeholder, of_owner.help) == ("gsk_…", ("Get a key", "https://console.groq.com/keys"))
    of_provider = BY_ID["aloop.setKey"].question(snapshot(""), {"provider": "xai"})
    assert of_provider is not None
    assert of_provider.placeholder == "xai-…"


def test_a_server_far_away_may_need_a_key() -> None:
    far = questions("hosted_vllm/x", answers={"api_base": "https://gpu.example.com/v1"})
    assert [item.prompt for item in far[1:]] == [KEY_MAYBE.format("hosted_vllm/x")]
    for near in ("http://localhost:1/v1", "http://gpu.lan:8000/v1", "http://192.168.1.4:8000"):
        assert len(questions("hosted_vllm/x", answers={"api_base": near})) == 1


def test_what_is_given_is_not_asked() -> None:
    given = {"api_base": "https://me.openai.azure.com"}
    assert [item.name for item in questions("azure/x", fields=given)] == ["api_version", "api_key"]
    assert questions("ollama/x", fields={"api_base": None}) == []
    assert questions("openai/x", fields={"api_base": "http://localhost:1"}) == []
    assert questions("anthropic/x", fields={"api_key": None}) == []
    role = {"aws_region_name": "eu-west-1", "aws_role_name": "arn:aws:iam::123456789012:role/x"}
    assert questions("bedrock/x", fields=role) == []
    assert [item.name for item in questions("azure/x", sameKeyAs="azure/y")] == ["api_base", "api_version"]
    assert [item.name for item in questions("azure/x", fields={"azure_ad_token": "eyJ0"})] == [
        "api_base",
        "api_version",
    ]


AZURE = f"""\
models:
  azure/one:
    api_base: https://me.openai.azure.com
    api_version: "2024-10-21"
    api_key: {KEY.removeprefix("sk-proj-")}
"""


def test_the_values_of_another_entry_come_first() -> None:
    base, version, key = questions("azure/two", AZURE)
    assert (base.initial, version.initial) == ("https://me.openai.azure.com", "2024-10-21")
    assert [(item.value, item.field) for item in key.candidates] == [("azure/one", "sameKeyAs")]
    *_, key = questions("azure/two", AZURE, answers={"api_base": "https://other.openai.azure.com"})
    assert key.candidates == ()
    secret = AZURE.replace("https://me.", "https://me:pass1234word@me.")
    assert questions("azure/two", secret)[0].initial == ""


@pytest.mark.parametrize(
    ("typed", "prompt", "placeholder"),
    [
        ("", "Provider or model, such as anthropic, gpt or provider/model", "claude sonnet, google, local"),
        ("azure/", "Deployment of Azure: type its name after azure/", "azure/DEPLOYMENT, such as azure/my-gpt-5"),
        (
            "openrouter/",
            "Model of OpenRouter: type its name after openrouter/",
            "openrouter/VENDOR/MODEL, such as openrouter/anthropic/claude-sonnet-5.5",
        ),
        (
            "lm_studio/",
            "Model of LM Studio: type its name after lm_studio/",
            "lm_studio/MODEL, such as lm_studio/qwen2.5-7b-instruct",
        ),
        (
            "hosted_vllm/",
            "Model of vLLM server: type its name after hosted_vllm/",
            "hosted_vllm/MODEL, such as hosted_vllm/Qwen/Qwen3-8B",
        ),
        ("poe/", "Model of Poe: type its name after poe/", "poe/MODEL, such as poe/my-model"),
        (
            "databricks/",
            "Model of Databricks: type its name after databricks/",
            "databricks/MODEL, such as databricks/databricks-gpt-5-6-sol",
        ),
        ("anthropic/", "Model of Anthropic", "such as anthropic/claude-opus-5-5"),
    ],
)
def test_the_name_of_the_model(typed: str, prompt: str, placeholder: str) -> None:
    asked = ADD.question(snapshot(""), {"modelId": typed})
    assert asked is not None
    assert (asked.field, asked.prompt, asked.placeholder) == ("modelId", prompt, placeholder)


def test_every_provider_can_be_walked_through() -> None:
    schema = facts().schema.fields
    for name, provider in facts().catalog.providers.items():
        for asked in questions(f"{name}/any", allowUnusualId=True):
            assert asked.name in schema, name
            assert schema[asked.name].suits(name), (name, asked.name)
            assert asked.secret == schema[asked.name].secret, (name, asked.name)
            assert f" for {name}/any" in asked.prompt, asked.prompt
        asked_names = [item.name for item in questions(f"{name}/any", allowUnusualId=True)]
        assert ("api_base" in asked_names) >= provider.needs_base, name
        assert ("api_key" in asked_names) >= provider.needs_key, name


def test_an_initial_answer_has_no_problem() -> None:
    check = BY_ID["aloop.checkField"]
    for name in facts().catalog.providers:
        for asked in questions(f"{name}/any", allowUnusualId=True):
            if asked.initial:
                judged = check.function(
                    snapshot(""),
                    check.parameters(field=asked.field, value=asked.initial, model_id=f"{name}/any"),
                )
                assert judged.value["problem"] is None, (name, asked, judged.value)


def test_the_default_version_is_that_of_litellm() -> None:
    package = find_spec("litellm")  # Importing it would open the network.
    assert package is not None
    assert package.origin
    source = Path(package.origin).read_text("utf-8")
    assert f'AZURE_DEFAULT_API_VERSION = "{table.AZURE_API_VERSION}"' in source
