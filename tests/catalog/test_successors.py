"""The model that replaces a retired one."""

import datetime
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from aloop_models.catalog import Catalog, load_catalog
from aloop_models.catalog.extraction import extract_data
from aloop_models.catalog.facts import ModelFacts
from aloop_models.catalog.installed import installed_folder
from aloop_models.catalog.model_names import parse_name
from aloop_models.catalog.successors import find_successor

TODAY = datetime.date(2026, 11, 28)
PAST = datetime.date(2026, 10, 1)
SOON = datetime.date(2026, 12, 11)


def facts(
    model: str,
    retires: datetime.date | None = None,
    successor: str | None = None,
    mode: str = "chat",
    capabilities: tuple[str, ...] = ("tools",),
) -> ModelFacts:
    return ModelFacts(f"p/{model}", "p", mode, None, None, None, None, capabilities, retires, successor)


def successor(*models: ModelFacts) -> str | None:
    """The successor of the first model."""
    names = {item.id[2:]: item for item in models}
    return find_successor(models[0].id[2:], names, TODAY)


@pytest.mark.parametrize(
    ("retired", "others", "expected"),
    [
        ("claude-sonnet-4-5", ["claude-sonnet-5", "claude-sonnet-5-5", "claude-opus-6"], "claude-sonnet-5-5"),
        ("claude-haiku-4-5", ["claude-sonnet-5-5", "claude-opus-5-5"], None),
        ("claude-3-5-haiku-20241022", ["claude-haiku-4-5", "claude-haiku-4-5-20251001"], "claude-haiku-4-5"),
        ("gpt-4.1-mini", ["gpt-6-mini", "gpt-6", "gpt-6-nano", "gpt-7-pro"], "gpt-6-mini"),
        ("gpt-5-nano", ["gpt-6", "gpt-6-mini"], None),
        ("gpt-6-mini", ["gpt-4.1-mini", "gpt-5-mini"], None),
        ("gpt-4o-2024-05-13", ["gpt-4o", "gpt-4o-2024-11-20", "gpt-4o-mini"], "gpt-4o"),
        ("gpt-4o-2024-05-13", ["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], "gpt-4o-2024-11-20"),
        ("gpt-4o-2024-11-20", ["gpt-4o-2024-05-13"], None),
        ("gpt-4o", ["gpt-5", "gpt-4o-audio"], None),
        ("gemini-3-flash-preview", ["gemini-3-flash", "gemini-3.1-flash-preview"], "gemini-3-flash"),
        ("gemini-3-pro-preview", ["gemini-3.1-pro-preview", "gemini-2.5-pro"], "gemini-3.1-pro-preview"),
        ("gemini-2.5-pro", ["gemini-3.1-pro-preview", "gemini-3.8-flash"], None),
        ("gemini-2.5-flash", ["gemini-3.8-flash", "gemini-3.9-flash-lite", "gemini-flash-latest"], "gemini-3.8-flash"),
        ("mistral-large-2402", ["mistral-large-2512", "mistral-large-latest", "mistral-large"], "mistral-large-latest"),
        ("mistral-large-2402", ["mistral-large-2407", "mistral-large-2512", "mistral-large"], "mistral-large-2512"),
        ("command-r-08-2024", ["command-r", "command-r-plus"], None),
        ("grok-3", ["grok-4.20", "grok-4.7", "grok-5-mini"], "grok-4.7"),
        ("llama-3.1-70b-instruct", ["llama-3.3-70b-instruct", "llama-4-405b-instruct"], "llama-3.3-70b-instruct"),
        ("us.anthropic.claude-opus-4-v1:0", ["anthropic.claude-opus-5", "eu.anthropic.claude-opus-5"], None),
        ("us.anthropic.claude-opus-4-v1:0", ["us.anthropic.claude-opus-5"], "us.anthropic.claude-opus-5"),
        ("deepseek-ai/DeepSeek-V3", ["other/DeepSeek-V4", "deepseek-ai/DeepSeek-V3.2"], "deepseek-ai/DeepSeek-V3.2"),
        ("anthropic/claude-sonnet-4.5", ["anthropic/claude-sonnet-5.5", "x-ai/grok-5"], "anthropic/claude-sonnet-5.5"),
        ("anthropic/claude-sonnet-4.5:free", ["anthropic/claude-sonnet-5.5"], None),
        ("deepseek-chat", ["deepseek-chat-v4"], None),
        ("gpt-4", [], None),
    ],
)
def test_the_newest_model_of_the_same_family_and_tier(retired: str, others: list[str], expected: str | None) -> None:
    assert successor(facts(retired, PAST), *map(facts, others)) == expected


def test_a_successor_is_a_chat_model_that_lasts_and_has_tools() -> None:
    old = facts("m-1", PAST)
    assert successor(old, facts("m-2", PAST)) is None
    assert successor(old, facts("m-2", SOON)) is None
    assert successor(old, facts("m-2", mode="embedding")) is None
    assert successor(old, facts("m-2", capabilities=())) is None
    assert successor(facts("m-1", PAST, capabilities=()), facts("m-2", capabilities=())) == "m-2"
    assert successor(old, facts("m-2"), facts("m-3", SOON)) == "m-2"


def test_an_undated_name_retires_with_its_last_dated_model() -> None:
    old = facts("m-4-2024-05-13", PAST)
    assert successor(old, facts("m-4")) is None
    assert successor(old, facts("m-4"), facts("m-4-2024-11-20", SOON)) is None
    assert successor(old, facts("m-4"), facts("m-4-2024-11-20", datetime.date(2027, 1, 14))) == "m-4"
    assert successor(old, facts("m-4"), facts("m-4-2024-11-20")) == "m-4"


def test_the_provider_s_own_successor_comes_first() -> None:
    old = facts("m-1-mini", PAST, "p/n-2")
    assert successor(old, facts("m-2-mini"), facts("n-2")) == "n-2"
    assert successor(old, facts("m-2-mini")) == "m-2-mini"
    assert successor(old, facts("m-2-mini"), facts("n-2", PAST, "p/n-3"), facts("n-3")) == "n-3"
    assert successor(old, facts("m-2-mini"), facts("n-2", PAST, "p/m-1-mini")) == "m-2-mini"


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-5-5"),
        ("anthropic/claude-sonnet-4-5-20250929#work", "anthropic/claude-sonnet-5-5"),
        ("bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0", "bedrock/us.anthropic.claude-sonnet-5-5"),
        (
            "bedrock/converse/us.anthropic.claude-sonnet-4-20250514-v1:0",
            "bedrock/converse/us.anthropic.claude-sonnet-5-5",
        ),
        ("bedrock/us-east-1/anthropic.claude-sonnet-4-20250514-v1:0", None),
        ("vertex_ai_beta/claude-haiku-4-5@20251001", "vertex_ai_beta/claude-haiku-5-5"),
        ("azure/eu/gpt-5", "azure/eu/gpt-5.6"),
        ("openai/ft:gpt-4-0613:org::id", None),
        ("openai/no-such-model", None),
        ("unknown/gpt-4", None),
        ("gpt-4", None),
    ],
)
def test_ids_keep_provider_route_and_region(model_id: str, expected: str | None) -> None:
    assert load_catalog().successor(model_id, TODAY) == expected


@cache
def _installed() -> Catalog:
    folder = installed_folder()
    assert folder is not None
    return Catalog(extract_data(folder, "1", TODAY), "installed")


def test_successors_of_the_installed_litellm() -> None:
    """The price map calls it `successor_model`; each one that is a known model becomes the successor."""
    folder, catalog = installed_folder(), _installed()
    assert folder is not None
    prices = json.loads((Path(folder) / "model_prices_and_context_window_backup.json").read_text(encoding="utf-8"))
    named = prices["claude-sonnet-4-5"]["successor_model"]
    assert catalog.successor("anthropic/claude-sonnet-4-5", TODAY) == f"anthropic/{named}"
    region = prices["us.anthropic.claude-sonnet-4-5-20250929-v1:0"]["successor_model"]
    assert catalog.model("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0").successor == f"bedrock/{region}"  # type: ignore[union-attr]


@pytest.mark.parametrize("load", [load_catalog, _installed], ids=["shipped", "installed"])
def test_no_successor_is_retired_or_of_another_family(load: Callable[[], Catalog]) -> None:
    """For all retired models of all providers."""
    checked, catalog = 0, load()
    for provider in catalog.providers:
        for model in catalog.models_of(provider):
            found = catalog.successor(model.id, TODAY) if model.is_chat and model.retires else None
            if found is None:
                continue
            checked += 1
            known = catalog.model(found)
            assert known is not None
            assert known.is_chat
            assert not known.is_retired(TODAY)
            assert not known.is_retiring(TODAY)
            assert found.partition("/")[0] == provider
            if model.successor is None:
                old, new = (parse_name(item.partition("/")[2]) for item in (model.id, found))
                assert (new.place, new.family) == (old.place, old.family)
                assert new.version >= old.version
    assert checked


@pytest.mark.parametrize(
    ("model_id", "successor"),
    [
        ("anthropic/claude-3-5-sonnet-latest", "anthropic/claude-sonnet-5-5"),
        ("xai/grok-2-1212", "xai/grok-4.7"),
        ("anthropic/claude-2.1", None),
        ("groq/llama3-70b-8192", None),
        ("openai/gpt-7", None),
        ("openai/gpt-4o-foo", None),
        ("openai/ft:gpt-4-0314:me", None),
        ("openai/my-own-model-1", None),
    ],
)
def test_a_model_that_the_catalog_no_longer_has(model_id: str, successor: str | None) -> None:
    assert load_catalog().successor(model_id, TODAY) == successor
