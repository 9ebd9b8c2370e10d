"""Extraction from LiteLLM's data files, and from broken ones."""

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from aloop_models.catalog.catalog import Catalog
from aloop_models.catalog.extraction import dump, extract_data
from aloop_models.catalog.facts import CredentialField, ModelFacts

MADE = datetime.date(2026, 11, 22)


@pytest.fixture
def catalog(litellm_dir: Path) -> Catalog:
    return Catalog(extract_data(litellm_dir, "1.2.3", MADE), "snapshot")


def test_head(catalog: Catalog) -> None:
    assert (catalog.made, catalog.litellm_version, catalog.origin) == (
        MADE,
        "1.2.3",
        "snapshot",
    )


def test_all_facts_of_a_model(catalog: Catalog) -> None:
    assert catalog.model("openai/gpt-4o") == ModelFacts(
        id="openai/gpt-4o",
        provider="openai",
        mode="chat",
        context_window=128000,
        max_output=16384,
        input_price=2.5,
        output_price=10.0,
        capabilities=("tools", "vision"),
        retires=datetime.date(2027, 1, 31),
        successor="openai/gpt-5",
    )


def test_a_model_of_which_little_is_known(catalog: Catalog) -> None:
    facts = catalog.model("anthropic/claude-sonnet-4-5")
    assert facts is not None
    assert (facts.context_window, facts.max_output, facts.output_price) == (None, None, None)
    assert (facts.input_price, facts.capabilities, facts.retires) == (3.0, (), None)


@pytest.mark.parametrize(
    "model_id",
    [
        "openai/text-embedding-3-small",
        "openai/gpt-image-1",
        "openai/sora-2",
        "bedrock/anthropic.claude-v2",
        "bedrock/us.anthropic.claude-v3",
        "bedrock/us-east-1/anthropic.claude-v2",
        "bedrock/cohere.command",
        "bedrock/stability.sd",
        "bedrock/amazon.canvas",
        "vertex_ai/gemini-2.5-pro",
        "vertex_ai/claude-sonnet-4-5",
        "cohere/command-a-03-2025",
        "fireworks_ai/accounts/fireworks/models/glm-5",
        "azure_text/gpt-35-turbo-instruct",
        "azure/dall-e-3",
        "amazon_nova/nova-pro-v1",
        "tavily/search",
    ],
)
def test_ids_are_those_that_people_write(catalog: Catalog, model_id: str) -> None:
    provider, _, _ = model_id.partition("/")
    assert model_id in [facts.id for facts in catalog.models_of(provider)]


def test_entries_that_are_no_models_and_price_variants_are_left_out(catalog: Catalog) -> None:
    ids = [facts.id for name in catalog.providers for facts in catalog.models_of(name)]
    assert not [model_id for model_id in ids if "sample" in model_id or "generaliz" in model_id]
    assert not [model_id for model_id in ids if "up-to-4b" in model_id or "*" in model_id]
    assert not [model_id for model_id in ids if "1024" in model_id or "commitment" in model_id]
    # The rented model of a region must not replace the facts of the plain one.
    plain = catalog.model("bedrock/us-east-1/anthropic.claude-v2")
    assert plain is not None
    assert plain.context_window is None


def test_a_key_with_its_provider_beats_a_bare_one(catalog: Catalog) -> None:
    facts = catalog.model("deepseek/deepseek-chat")
    assert facts is not None
    assert facts.context_window == 2


def test_legacy_max_tokens_is_the_window_where_nothing_else_is_known(catalog: Catalog) -> None:
    facts = catalog.model("openai/ft:gpt-4o-2024-08-06")
    assert facts is not None
    assert (facts.context_window, facts.max_output) == (16384, None)


def test_every_source_of_provider_names_counts(catalog: Catalog) -> None:
    assert {"openai", "poe", "tavily", "openrouter", "cohere_chat"} <= set(catalog.providers)
    assert not [name for name in catalog.providers if "/" in name]


def test_facts_of_providers(catalog: Catalog) -> None:
    openai, azure = catalog.providers["openai"], catalog.providers["azure"]
    assert (openai.label, openai.needs_key, openai.needs_base) == ("OpenAI", True, False)
    assert openai.default_base == "https://api.openai.com/v1"
    assert openai.docs_url == "https://docs.litellm.ai/docs/providers/openai"
    assert openai.credentials == (
        CredentialField("api_key", True, True, None, None),
        CredentialField("api_base", False, False, "https://api.openai.com/v1", None),
        CredentialField("organization", False, False, None, None),
    )
    assert [field.name for field in azure.credentials if field.required] == ["api_base", "api_key"]
    assert azure.key_fields == ("api_key", "azure_ad_token")
    assert (azure.needs_base, azure.default_base, azure.lists_models) == (True, None, False)
    # Optional in LiteLLM's form, which also reads the environment; needed here.
    assert catalog.providers["anthropic"].needs_key


def test_providers_without_keys_and_of_this_machine(catalog: Catalog) -> None:
    facts = catalog.providers
    assert [facts[name].needs_key for name in ("ollama", "bedrock", "vertex_ai", "hosted_vllm")] == [False] * 4
    assert [facts[name].local for name in ("ollama", "ollama_chat", "openai")] == [True, True, False]
    assert facts["ollama"].default_base == "http://localhost:11434"
    assert facts["hosted_vllm"].needs_base
    assert facts["deepseek"].default_base == "https://api.deepseek.com/beta"
    assert facts["poe"].default_base == "https://api.poe.com/v1"
    # A field that names a local file is no credential here.
    assert [field.name for field in facts["vertex_ai"].credentials] == ["vertex_project"]


def test_which_providers_chat_and_list_their_models(catalog: Catalog) -> None:
    facts = catalog.providers
    assert facts["openai"].is_chat
    assert facts["poe"].is_chat
    assert not facts["tavily"].is_chat
    assert not facts["langfuse"].is_chat
    assert facts["openai"].lists_models
    assert not facts["openrouter"].lists_models
    assert not facts["ollama"].lists_models


def test_one_file_s_no_takes_chat_from_nobody(litellm_dir: Path) -> None:
    """LiteLLM 1.110's table of endpoints says no for 57 providers that do chat."""
    file = litellm_dir / "provider_endpoints_support_backup.json"
    support = json.loads(file.read_text(encoding="utf-8"))
    names = ["anthropic", "cohere", "openrouter", "lm_studio", "poe", "sap", "sagemaker_nova", "ollama_chat"]
    silent = {"endpoints": {"chat_completions": False}}
    support["providers"] = dict.fromkeys((*support["providers"], *names, "voyage", "langfuse"), silent)
    file.write_text(json.dumps(support), encoding="utf-8")
    facts = Catalog(extract_data(litellm_dir, "1.2.3", MADE), "installed").providers
    assert [name for name in names if not facts[name].is_chat] == []
    assert (facts["voyage"].is_chat, facts["langfuse"].is_chat) == (False, False)


def test_a_provider_that_chatted_keeps_that_while_litellm_routes_it(litellm_dir: Path) -> None:
    data = extract_data(litellm_dir, "1.2.3", MADE, ["voyage", "gone", "tavily"])
    facts = Catalog(data, "installed").providers
    assert facts["voyage"].is_chat
    assert "gone" not in facts
    assert not facts["tavily"].is_chat


@pytest.mark.parametrize("name", ["constants.py", "main.py"])
@pytest.mark.parametrize("text", ["", "LITELLM_CHAT_PROVIDERS = 5", None])
def test_a_source_of_names_may_be_absent_or_of_another_shape(litellm_dir: Path, name: str, text: str | None) -> None:
    (litellm_dir / name).unlink()
    if text is not None:
        (litellm_dir / name).write_text(text, encoding="utf-8")
    assert Catalog(extract_data(litellm_dir, "1.2.3", MADE), "installed").providers["openai"].is_chat


def test_two_names_of_one_list(catalog: Catalog) -> None:
    facts = catalog.model("ollama_chat/llama2")
    assert facts is not None
    assert (facts.id, facts.provider, facts.input_price) == ("ollama_chat/llama2", "ollama_chat", 0.0)
    assert [model.id for model in catalog.models_of("cohere_chat")] == ["cohere_chat/command-a-03-2025"]


def test_the_text_is_the_data_with_one_model_per_line(litellm_dir: Path) -> None:
    data = extract_data(litellm_dir, "1.2.3", MADE)
    text = dump(data)
    assert json.loads(text) == data
    assert dump(extract_data(litellm_dir, "1.2.3", MADE)) == text
    models = cast("dict[str, dict[str, Any]]", data["models"])
    rows = sum(len(rows) for rows in models.values())
    assert text.count("\n") >= rows + len(cast("dict[str, Any]", data["providers"]))
    assert '\n"gpt-4o": [' in text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model_prices_and_context_window_backup.json", "{}"),
        ("model_prices_and_context_window_backup.json", "[]"),
        ("model_prices_and_context_window_backup.json", "{broken"),
        ("provider_endpoints_support_backup.json", "{}"),
        ("llms/openai_like/providers.json", '{"a": 1}'),
        ("proxy/public_endpoints/provider_create_fields.json", '{"a": 1}'),
        ("types/utils.py", "LlmProviders = 1\n"),
    ],
)
def test_a_file_of_another_shape_is_an_error(litellm_dir: Path, name: str, text: str) -> None:
    (litellm_dir / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError):
        extract_data(litellm_dir, "1.2.3", MADE)


def test_an_absent_file_is_an_error(litellm_dir: Path) -> None:
    (litellm_dir / "provider_endpoints_support_backup.json").unlink()
    with pytest.raises(OSError, match="provider_endpoints"):
        extract_data(litellm_dir, "1.2.3", MADE)


def test_the_catalog_imports_neither_litellm_nor_the_extraction() -> None:
    code = (
        "import sys; from aloop_models.catalog import load_catalog, installed_version;"
        "load_catalog().models_of('openai'); installed_version();"
        "print([name for name in ('litellm', 'aloop_models.catalog.extraction') if name in sys.modules])"
    )
    server = Path(__file__).parents[2] / "server"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(server)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
