"""One box for a new model: natural queries, and the rows that come first."""

from typing import Any

import pytest

from aloop_models.catalog import provider_table as table
from aloop_models.catalog.facts import Lifecycle
from support.commands import run
from support.snapshots import TODAY, facts

CLAUDE = ["anthropic/", "anthropic/claude-opus-5-5"]


def rows(typed: str, text: str = "models:\n") -> list[dict[str, Any]]:
    value: Any = run("complete", text, {"words": ["add"], "word": typed}).value
    return value["candidates"]


def ids(typed: str, text: str = "models:\n") -> list[str]:
    return [row["value"] for row in rows(typed, text)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("claude son", ["anthropic/claude-sonnet-5-5", "anthropic/claude-sonnet-5"]),
        ("claude", CLAUDE),
        ("sonnet", ["anthropic/claude-sonnet-5-5", "anthropic/claude-sonnet-5"]),
        ("sonnet 4.5", ["bedrock/claude-sonnet-4-5-20250929-v1:0"]),
        ("sonnet 4.6", ["anthropic/claude-sonnet-4-6", "bedrock/anthropic.claude-sonnet-4-6"]),
        ("opus", ["anthropic/claude-opus-5-5", "anthropic/claude-opus-5"]),
        ("haiku", ["anthropic/claude-haiku-5-5", "anthropic/claude-haiku-4-5"]),
        ("gpt 5", ["openai/gpt-5", "openai/gpt-5.6"]),
        ("gpt5", ["openai/gpt-5", "openai/gpt-5.6"]),
        ("gpt-6", ["openai/gpt-6.1-sol", "openai/gpt-6-sol"]),
        ("gpt-4o", ["openai/gpt-4o", "openai/gpt-4o-mini"]),
        ("gpt 4 mini", ["openai/gpt-4.1-mini", "openai/gpt-4o-mini"]),
        ("mini", ["openai/gpt-5.4-mini", "openai/gpt-5-mini"]),
        ("o3", ["openai/o3", "openai/o3-pro"]),
        ("openai", ["openai/", "openai/gpt-6.1-sol"]),
        ("google", ["gemini/", "gemini/gemini-4-argon"]),
        ("gemini", ["gemini/", "gemini/gemini-4-argon"]),
        ("gemini pro", ["gemini/gemini-pro-latest", "gemini/gemini-3.1-pro-preview"]),
        ("flash", ["gemini/gemini-3.8-flash", "gemini/gemini-3.7-flash"]),
        ("mistral ai", ["mistral/", "mistral/mistral-large-4"]),
        ("codestral", ["codestral/", "codestral/codestral-latest"]),
        ("grok", ["xai/", "xai/grok-4.7"]),
        ("x.ai", ["xai/", "xai/grok-4.7"]),
        ("kimi", ["moonshot/", "moonshot/kimi-k3"]),
        ("moonshot", ["moonshot/", "moonshot/kimi-k3"]),
        ("glm", ["zai/", "zai/glm-5.3"]),
        ("z.ai", ["zai/", "zai/glm-5.3"]),
        ("deepseek", ["deepseek/", "deepseek/deepseek-v4-pro"]),
        ("deepseek r1", ["deepseek/deepseek-r1", "bedrock/deepseek.r1-v1:0"]),
        ("qwen", ["dashscope/", "dashscope/qwen3.8-max"]),
        ("llama", ["meta_llama/", "meta_llama/Llama-4-Scout-17B-16E-Instruct-FP8"]),
        ("llama 3", ["ollama/llama3", "ollama/llama3.1"]),
        ("local", ["ollama/", "lm_studio/", "hosted_vllm/", "llamafile/"]),
        ("ollama", ["ollama/", "ollama/llama3.1"]),
        ("lm studio", ["lm_studio/"]),
        ("vllm", ["hosted_vllm/", "vllm/"]),
        ("llama.cpp", ["llamafile/", "custom_openai/"]),
        ("openai compatible", ["custom_openai/", "hosted_vllm/"]),
        ("azure", ["azure/", "azure/gpt-6.1-sol"]),
        ("azure openai", ["azure/", "azure/gpt-6.1-sol"]),
        ("azure gpt 5", ["azure/gpt-5.6", "azure/gpt-5.6-sol"]),
        ("aws", ["bedrock/", "bedrock/openai.gpt-6-sol"]),
        ("bedrock claude", ["bedrock/anthropic.claude-opus-5-5", "bedrock/anthropic.claude-haiku-5-5"]),
        ("vertex", ["vertex_ai/", "vertex_ai/claude-opus-5-5"]),
        ("open router", ["openrouter/"]),
        ("open", ["openai/", "openrouter/"]),
        ("groq", ["groq/", "groq/qwen/qwen3.8-27b"]),
        ("hugging face", ["huggingface/"]),
        ("perplexity", ["perplexity/", "perplexity/sonar"]),
        ("copilot", ["github_copilot/"]),
        ("nova pro", ["bedrock/amazon.nova-pro-v1:0"]),
        ("cluade", CLAUDE),
        ("clade opus", ["anthropic/claude-opus-5-5", "anthropic/claude-opus-5"]),
        ("antropic", CLAUDE),
        ("anth", CLAUDE),
        ("sonet", ["anthropic/claude-sonnet-5-5", "anthropic/claude-sonnet-5"]),
        ("gemni", ["gemini/", "gemini/gemini-4-argon"]),
        ("openai/gpt-5", ["openai/gpt-5", "openai/gpt-5.6"]),
        ("anthropic/", ["anthropic/claude-opus-5-5"]),
        ("openrouter/", []),
        ("xyzzy", []),
    ],
)
def test_what_people_type(typed: str, first: list[str]) -> None:
    assert ids(typed)[: max(1, len(first))] == first


def test_each_row_has_a_name_and_the_facts() -> None:
    provider, model, *_ = rows("claude")
    assert provider == {"value": "anthropic/", "detail": "Anthropic", "kind": "provider", "label": "Anthropic"}
    assert (model["label"], model["kind"]) == ("Claude Opus 5.5", "newModel")
    assert model["detail"].endswith("$4 / $20")
    assert rows("bedrock sonnet 4.5")[0]["label"] == "Claude Sonnet 4.5"
    assert rows("glm")[1]["label"] == "GLM 5.3"


def test_nothing_typed() -> None:
    found = ids("")
    makers = [model_id.partition("/")[0] for model_id in found if not model_id.endswith("/")]
    assert makers == [name for name in table.MAKERS if facts().catalog.providers[name].lists_models]
    assert found[:4] == [
        "openai/gpt-6.1-sol",
        "anthropic/claude-opus-5-5",
        "gemini/gemini-4-argon",
        "mistral/mistral-large-4",
    ]
    assert found[len(makers) : len(makers) + 2] == ["openai/", "anthropic/"]
    assert "ollama/" in found


@pytest.mark.parametrize("typed", ["", "claude", "gpt", "sonnet 4.5", "o3", "google", "azure", "gemini pro"])
def test_models_that_retire_come_last_and_are_marked(typed: str) -> None:
    catalog = facts().catalog
    found = [row for row in rows(typed) if not row["value"].endswith("/")]
    cycles = [model.lifecycle(TODAY) for row in found if (model := catalog.model(row["value"]))]
    retired = [cycle is Lifecycle.RETIRED for cycle in cycles]
    assert retired == sorted(retired)
    for row, cycle in zip(found, cycles, strict=True):
        assert ("retire" in row.get("detail", "")) == (cycle is not Lifecycle.CURRENT), row


def test_no_row_comes_twice_or_is_in_the_file() -> None:
    text = "models:\n  anthropic/claude-opus-5-5:\n  openai/gpt-5#work:\n"
    for typed in ("", "claude", "google", "gpt", "local", "azure"):
        found = ids(typed, text)
        assert len(found) == len(set(found))
        assert not {"anthropic/claude-opus-5-5", "openai/gpt-5"} & set(found)
