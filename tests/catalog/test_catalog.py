"""The shipped snapshot: facts that hold on any day, and look-ups; no counts."""

import datetime
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.catalog import (
    Catalog,
    default_name,
    is_entry_id,
    litellm_id,
    load_catalog,
    provider_of,
    split_id,
    split_label,
    with_label,
)
from aloop_models.catalog.provider_table import (
    CAN_CHAT,
    COMMONLY_MEANT,
    KEYS_URL,
    MAKERS,
    NEEDS_BASE,
    NEEDS_KEY,
    NEEDS_NO_KEY,
    PRICING_URL,
    SHARES_MODELS_WITH,
    WELL_KNOWN,
)
from aloop_models.catalog.schema_file import load_schema

CATALOG = load_catalog()
TODAY = datetime.date(2026, 11, 22)
ROOT = Path(__file__).parents[2]


def test_it_is_what_its_litellm_gives() -> None:
    script = ROOT / "scripts" / "make_catalog.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "openai",
        "anthropic",
        "gemini",
        "bedrock",
        "azure",
        "vertex_ai",
        "mistral",
        "groq",
        "xai",
        "openrouter",
        "huggingface",
        "hosted_vllm",
        "lm_studio",
        "ollama",
        "ollama_chat",
        "poe",
        "litellm_proxy",
        "llamafile",
        "github_copilot",
        "sagemaker",
        "together_ai",
        "custom_openai",
    ],
)
def test_providers_people_use_are_known_and_chat(name: str) -> None:
    facts = CATALOG.providers[name]
    assert facts.name == name
    assert facts.is_chat
    assert facts.label


def test_what_providers_need() -> None:
    keyless = ["ollama", "bedrock", "vertex_ai", "sagemaker", "github_copilot", "lm_studio"]
    assert not [name for name in keyless if CATALOG.providers[name].needs_key]
    keyed = ["openai", "anthropic", "gemini", "azure", "openrouter", "mistral", "poe", "watsonx"]
    assert [name for name in keyed if CATALOG.providers[name].needs_key] == keyed
    based = ["azure", "hosted_vllm", "lm_studio", "openai_like", "custom_openai", "litellm_proxy"]
    assert [name for name in based if CATALOG.providers[name].needs_base] == based
    assert not CATALOG.providers["openai"].needs_base


def test_every_credential_is_a_field_of_the_schema_and_as_secret() -> None:
    fields = load_schema().fields
    for provider in CATALOG.providers.values():
        for credential in provider.credentials:
            assert credential.name in fields
            assert fields[credential.name].suits(provider.name), (provider.name, credential.name)
            if credential.secret:
                assert fields[credential.name].secret


def test_the_schema_names_only_known_providers() -> None:
    named = {name for field in load_schema().fields.values() for name in field.providers}
    assert named <= set(CATALOG.providers)


def test_the_table_of_corrections_names_only_known_providers() -> None:
    meant = {name for names in COMMONLY_MEANT.values() for name in names}
    sharing = {*SHARES_MODELS_WITH, *SHARES_MODELS_WITH.values()}
    for names in (NEEDS_KEY, NEEDS_NO_KEY, NEEDS_BASE, CAN_CHAT, meant, sharing, set(MAKERS), set(WELL_KNOWN)):
        assert names <= set(CATALOG.providers)


def test_pages_of_providers() -> None:
    anthropic, ollama, cohere = (CATALOG.providers[name] for name in ("anthropic", "ollama", "cohere_chat"))
    assert anthropic.keys_url == "https://console.anthropic.com/settings/keys"
    assert anthropic.pricing_url == "https://platform.claude.com/docs/en/about-claude/pricing"
    assert (ollama.keys_url, ollama.pricing_url) == (None, None)
    # Another name of the same provider, with the same account.
    assert cohere.keys_url == "https://dashboard.cohere.com/api-keys"
    # With AWS credentials instead of a key.
    assert CATALOG.providers["bedrock"].keys_url is None
    assert CATALOG.providers["bedrock"].pricing_url == "https://aws.amazon.com/bedrock/pricing/"


def test_the_pages_of_providers_are_urls_of_providers_that_need_them() -> None:
    for name, url in {**KEYS_URL, **PRICING_URL}.items():
        assert is_web_page(url), url
        assert name in CATALOG.providers
    assert all(CATALOG.providers[name].needs_key for name in KEYS_URL)
    # The large providers that have API keys, without those that only relay to a server of one's own.
    keyed = {
        name for name in WELL_KNOWN if CATALOG.providers[name].needs_key and not CATALOG.providers[name].needs_base
    }
    assert keyed <= KEYS_URL.keys()


def test_prices_are_at_the_pages_that_litellm_has_them_from() -> None:
    package = find_spec("litellm")  # Importing it would open the network.
    assert package
    assert package.origin
    price_map = json.loads((Path(package.origin).parent / "model_prices_and_context_window_backup.json").read_bytes())
    sources = {row.get("source") for row in price_map.values()}
    assert {name for name, url in PRICING_URL.items() if url not in sources} == {"groq", "openrouter", "replicate"}


def is_web_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and "." in parts.netloc and "@" not in parts.netloc and parts.query == ""


def test_providers_that_need_an_address_have_no_own_and_show_one() -> None:
    for provider in CATALOG.providers.values():
        if provider.needs_base:
            assert provider.default_base is None
            base = next(field for field in provider.credentials if field.name == "api_base")
            assert base.required


def test_every_fact_is_sound() -> None:
    for provider in CATALOG.providers:
        for facts in CATALOG.models_of(provider):
            assert split_id(facts.id)[0] == provider == facts.provider
            assert facts.context_window is None or facts.context_window > 0
            assert facts.input_price is None or 0 <= facts.input_price < 100_000
            assert CATALOG.model(facts.id) == facts
            assert "*" not in facts.id
            assert " " not in facts.id


def test_models_of_every_kind_are_kept() -> None:
    modes = {facts.mode for name in CATALOG.providers for facts in CATALOG.models_of(name)}
    assert {"chat", "responses", "embedding", "image_generation", "audio_transcription"} <= modes


@pytest.mark.parametrize("provider", ["openai", "anthropic", "gemini", "bedrock", "mistral"])
def test_order_chat_first_then_not_retired(provider: str) -> None:
    models = CATALOG.models_of(provider, TODAY)
    assert models[0].is_chat
    assert "tools" in models[0].capabilities
    kinds = [not facts.is_chat for facts in models]
    assert kinds == sorted(kinds)
    retired = [facts.is_retired(TODAY) for facts in models if facts.mode in ("chat", "responses")]
    assert retired == sorted(retired)
    assert models == CATALOG.models_of(provider, TODAY)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("openai/ft:gpt-4o-2024-08-06:my-org::abc123", "openai/ft:gpt-4o-2024-08-06"),
        ("bedrock/converse/anthropic.claude-opus-5", "bedrock/anthropic.claude-opus-5"),
        ("bedrock/eu-west-9/anthropic.claude-opus-5", "bedrock/anthropic.claude-opus-5"),
        ("openai/responses/gpt-5", "openai/gpt-5"),
    ],
)
def test_other_spellings_of_a_known_model(written: str, plain: str) -> None:
    found, known = CATALOG.model(written), CATALOG.model(plain)
    assert found is not None
    assert known is not None
    assert found.id == written
    assert found.context_window == known.context_window


@pytest.mark.parametrize("model_id", ["", "/", "openai", "openai/", "/gpt-4o", "nobody/gpt-4o"])
def test_ids_without_facts(model_id: str) -> None:
    assert CATALOG.model(model_id) is None


@pytest.mark.parametrize(
    ("model_id", "first"),
    [
        ("openai/gpt-4oo", "openai/gpt-4o"),
        ("openai/gpt4o", "openai/gpt-4o"),
        ("anthropic/claude-sonet-4-5", "anthropic/claude-sonnet-4-5"),
        ("openia/gpt-4o", "openai/gpt-4o"),
        ("gpt-4oo", "openai/gpt-4o"),
        ("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("OpenAI/gpt-4o", "openai/gpt-4o"),
        ("openai/GPT-4O", "openai/gpt-4o"),
    ],
)
def test_nearest_models(model_id: str, first: str) -> None:
    found = CATALOG.nearest_models(model_id)
    assert found[0] == first
    assert len(found) <= 3
    assert len(set(found)) == len(found)


def test_a_part_of_a_longer_id_is_near_too() -> None:
    found = CATALOG.nearest_models("bedrock/claude-opus-5-5")
    assert found
    assert all("claude-opus-5-5" in model_id for model_id in found)


@pytest.mark.parametrize("model_id", ["", "zq", "openai/zqzqzqzqzq", "zqzq/zqzqzqzq", "/"])
def test_nothing_near_is_nothing(model_id: str) -> None:
    assert CATALOG.nearest_models(model_id) == ()


@pytest.mark.parametrize(
    ("provider", "model", "model_id"),
    [
        ("openai", "gpt-4o", "openai/gpt-4o"),
        ("openai", "openai/gpt-4o", "openai/gpt-4o"),
        ("openai", "openai/new", "openai/new"),
        ("groq", "openai/gpt-oss-20b", "groq/openai/gpt-oss-20b"),
        ("groq", "groq/compound", "groq/groq/compound"),
        ("groq", "groq/new", "groq/new"),
        ("openrouter", "openrouter/auto", "openrouter/openrouter/auto"),
        ("perplexity", "perplexity/sonar", "perplexity/sonar"),
        ("perplexity", "perplexity/glm-5.2", "perplexity/perplexity/glm-5.2"),
    ],
)
def test_the_id_of_a_model_with_or_without_its_provider(provider: str, model: str, model_id: str) -> None:
    assert load_catalog().id_of(provider, model) == model_id


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("openia", "openai"),
        ("antropic", "anthropic"),
        ("OpenAI", "openai"),
        ("mistrl", "mistral"),
        ("lmstudio", "lm_studio"),
        ("vertexai", "vertex_ai"),
        ("google", "gemini"),
        ("claude", "anthropic"),
        ("aws", "bedrock"),
    ],
)
def test_nearest_providers(name: str, first: str) -> None:
    assert CATALOG.nearest_providers(name)[0] == first


@settings(deadline=None)
@given(st.text(max_size=30))
def test_law_look_ups_never_raise_and_split_ids_join_again(text: str) -> None:
    catalog: Catalog = CATALOG
    catalog.model(text)
    for near in catalog.nearest_models(text):
        assert catalog.model(near) is not None
        assert near != text
    provider, model = split_id(text)
    assert provider == provider_of(text)
    assert litellm_id(text) in (model, f"{provider}/{model}")
    assert with_label(*split_label(text)) == text


@pytest.mark.parametrize(
    ("entry_id", "model_id", "label", "is_valid", "name"),
    [
        ("openai/gpt-4o", "openai/gpt-4o", None, True, "openai/gpt-4o"),
        ("openai/gpt-4o#work", "openai/gpt-4o", "work", True, "gpt-4o (work)"),
        ("openrouter/a/b:free#A.b_c-1", "openrouter/a/b:free", "A.b_c-1", True, "a/b:free (A.b_c-1)"),
        ("openai/gpt-4o#", "openai/gpt-4o", "", False, "openai/gpt-4o#"),
        ("openai/gpt-4o#a#b", "openai/gpt-4o", "a#b", False, "gpt-4o (a#b)"),
        ("openai/gpt-4o#a b", "openai/gpt-4o", "a b", False, "gpt-4o (a b)"),
        ("openai/gpt-4o#é", "openai/gpt-4o", "é", False, "gpt-4o (é)"),
        ("openai#work/gpt-4o", "openai", "work/gpt-4o", False, "openai (work/gpt-4o)"),
        ("openai/#work", "openai/", "work", False, " (work)"),
        ("gpt-4o#work", "gpt-4o", "work", False, "gpt-4o (work)"),
    ],
)
def test_labels(entry_id: str, model_id: str, label: str | None, is_valid: bool, name: str) -> None:
    assert (split_label(entry_id), litellm_id(entry_id)) == ((model_id, label), model_id)
    assert with_label(model_id, label) == entry_id
    assert (is_entry_id(entry_id), default_name(entry_id)) == (is_valid, name)
    assert split_id(entry_id) == split_id(model_id)


def test_no_model_of_the_catalog_has_the_mark_of_a_label_in_its_id() -> None:
    ids = [facts.id for name in CATALOG.providers for facts in CATALOG.models_of(name)]
    assert [model_id for model_id in (*ids, *CATALOG.providers) if "#" in model_id] == []


def test_facts_are_the_same_with_a_label() -> None:
    assert CATALOG.model("openai/gpt-4o#work") == CATALOG.model("openai/gpt-4o")
    assert CATALOG.model("openai/ft:gpt-4o-2024-08-06:org::id#x") is not None
    assert CATALOG.nearest_models("openai/gpt-4oo#work") == CATALOG.nearest_models("openai/gpt-4oo")
    assert CATALOG.nearest_models("openai/gpt-4o#work") == CATALOG.nearest_models("openai/gpt-4o")


@pytest.mark.parametrize(
    ("model_id", "fields", "window_of", "window"),
    [
        ("ollama/llama3.1", {"num_ctx": 32768}, "ollama/llama3.1", 32768),
        ("ollama_chat/llama3.1#big", {"num_ctx": 1000}, "ollama/llama3.1", 1000),
        ("ollama/llama3.1", {"num_ctx": True}, "ollama/llama3.1", None),
        ("ollama/llama3.1", {"num_ctx": "many"}, "ollama/llama3.1", None),
        ("openai/gpt-4o", {"num_ctx": 5}, "openai/gpt-4o", None),
        ("azure/my-deployment", {"base_model": "azure/gpt-4o"}, "azure/gpt-4o", None),
        ("azure/gpt-4o", {"base_model": "azure/unknown"}, "azure/gpt-4o", None),
        ("azure/gpt-4o", {"base_model": " "}, "azure/gpt-4o", None),
        ("openai/gpt-4o", {}, "openai/gpt-4o", None),
    ],
)
def test_the_fields_of_an_entry_count(
    model_id: str, fields: dict[str, object], window_of: str, window: int | None
) -> None:
    catalog = load_catalog()
    plain, found = catalog.model(window_of), catalog.configured_model(model_id, fields)
    assert plain is not None
    assert found is not None
    assert found.context_window == (window or plain.context_window)
    assert found.input_price == plain.input_price
    assert catalog.configured_model("azure/my-deployment", {"num_ctx": 9}) is None


def test_the_window_of_a_model_that_ollama_alone_knows() -> None:
    catalog = load_catalog()
    found = catalog.configured_model("ollama/my-own#work", {"num_ctx": 32768})
    assert found is not None
    assert (found.id, found.context_window, found.input_price, found.is_chat) == ("ollama/my-own", 32768, None, True)
    assert catalog.configured_model("ollama/my-own", {"num_ctx": "many"}) is None
