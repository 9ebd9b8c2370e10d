"""Which catalogs can replace the last good one: the installed LiteLLM's data, intact and damaged in each file."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aloop_models.catalog import Catalog, load_catalog
from aloop_models.catalog.installed import extract, installed_folder
from aloop_models.catalog.provider_table import WELL_KNOWN
from aloop_models.catalog.validity import problem_of
from aloop_models.errors import InvalidCatalogError

MADE = datetime.date(2026, 11, 28)
PRICES = "model_prices_and_context_window_backup.json"
SUPPORT = "provider_endpoints_support_backup.json"
COMPATIBLE = "llms/openai_like/providers.json"
FORMS = "proxy/public_endpoints/provider_create_fields.json"
ENUM = "types/utils.py"
ROUTING = "litellm_core_utils/get_llm_provider_logic.py"
CONSTANTS = "constants.py"
MAIN = "main.py"
FILES = (PRICES, SUPPORT, COMPATIBLE, FORMS, ENUM, ROUTING, CONSTANTS, MAIN)
NEEDED = (PRICES, SUPPORT, COMPATIBLE, FORMS, ENUM)
Change = Callable[[str], str]


@pytest.fixture(scope="module")
def originals() -> dict[str, str]:
    folder = installed_folder()
    assert folder is not None, "these tests need the extra agent"
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


@pytest.fixture
def package(originals: dict[str, str], tmp_path: Path) -> Path:
    """A copy of what is read of the installed litellm."""
    for name, text in originals.items():
        file = tmp_path / "litellm" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "litellm"


def extracted(package: Path) -> Catalog:
    return extract(package, "999.0", MADE, load_catalog())


def assert_good(catalog: Catalog) -> None:
    """Nothing that was known is lost."""
    before = load_catalog().providers
    assert [name for name in WELL_KNOWN if not catalog.providers[name].is_chat] == []
    assert [name for name in before if before[name].is_chat and not catalog.providers[name].is_chat] == []
    model = catalog.model("openai/gpt-5")
    assert model is not None
    assert model.is_chat
    assert model.context_window
    assert model.input_price


def walked(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        items: dict[str, Any] = value
        return change({key: walked(item, change) for key, item in items.items()})
    return [walked(item, change) for item in value] if isinstance(value, list) else value


def in_json(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    return lambda text: json.dumps(walked(json.loads(text), change))


def renamed(*keys: str) -> Change:
    return in_json(lambda items: {f"{key}_2" if key in keys else key: item for key, item in items.items()})


def valued(value: Any, *keys: str) -> Change:
    def changed(item: Any) -> Any:
        return value(item) if callable(value) else value

    return in_json(lambda items: {key: changed(item) if key in keys else item for key, item in items.items()})


def times(factor: float) -> Callable[[Any], Any]:
    return lambda item: item * factor if isinstance(item, int | float) else item


def only(keep: Callable[[int, Any], bool]) -> Change:
    return lambda text: json.dumps(
        {key: item for place, (key, item) in enumerate(json.loads(text).items()) if keep(place, item)}
    )


def test_the_installed_litellm_gives_a_valid_catalog(package: Path) -> None:
    assert_good(extracted(package))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "change",
    [lambda _: "", lambda text: text[: len(text) // 2], lambda _: "{}", lambda _: "[]", lambda _: "null", None],
    ids=["empty", "truncated", "object", "array", "null", "absent"],
)
def test_a_damaged_file_is_refused_or_does_no_harm(package: Path, name: str, change: Change | None) -> None:
    file = package / name
    if change is None:
        file.unlink()
    else:
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    # The others are one source of several; a source file that was cut off cannot be parsed, though.
    if name in NEEDED or (name == ROUTING and change and change("text") == "te"):
        with pytest.raises(InvalidCatalogError):
            extracted(package)
    else:
        assert_good(extracted(package))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (SUPPORT, valued(False, "chat_completions")),
        (SUPPORT, valued(None, "chat_completions")),
        (SUPPORT, renamed("chat_completions")),
        (SUPPORT, renamed("endpoints")),
    ],
)
def test_one_file_s_no_is_no_loss(package: Path, name: str, change: Change) -> None:
    file = package / name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert_good(extracted(package))


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        (PRICES, renamed("litellm_provider"), "the price map has no models"),
        (PRICES, renamed("mode"), "providers that do not chat instead of"),
        (PRICES, valued("chat", "mode"), "providers that do not chat instead of"),
        (PRICES, valued("embedding", "mode"), "start or stop being chat models"),
        (PRICES, renamed("max_input_tokens", "max_tokens"), "context windows instead of"),
        (PRICES, valued(0, "max_input_tokens", "max_tokens"), "context windows instead of"),
        (PRICES, renamed("max_output_tokens"), "output limits instead of"),
        (PRICES, renamed("input_cost_per_token"), "input prices instead of"),
        (PRICES, renamed("output_cost_per_token"), "output prices instead of"),
        (PRICES, valued(times(-1), "input_cost_per_token"), "input prices instead of"),
        (PRICES, valued(times(1e6), "input_cost_per_token"), "US dollars per 1M tokens"),
        (PRICES, valued(times(30), "input_cost_per_token"), "prices changed by more than a factor of 20"),
        (PRICES, renamed("supports_function_calling"), "models with tools instead of"),
        (PRICES, renamed("supports_vision"), "models with vision instead of"),
        (PRICES, renamed("deprecation_date"), "retirement dates instead of"),
        (PRICES, only(lambda place, _: place % 2 == 0), "known chat models of"),
        (PRICES, only(lambda _, item: item.get("litellm_provider") != "openai"), "known chat models of openai"),
        (SUPPORT, valued(True, "chat_completions"), "providers that do not chat instead of"),
        (SUPPORT, renamed("providers"), "unexpected structure"),
        (SUPPORT, renamed("url"), "providers with a documentation page instead of"),
        (SUPPORT, renamed("display_name"), "known providers have a different name"),
        (FORMS, renamed("litellm_provider"), "provider fields instead of"),
        (FORMS, renamed("credential_fields"), "requires a key is wrong"),
        (FORMS, renamed("key"), "unexpected structure"),
        (FORMS, renamed("required"), "required provider fields instead of"),
        (FORMS, renamed("field_type"), "secret provider fields instead of"),
        (COMPATIBLE, renamed("base_url"), "providers with a base URL instead of"),
        (ENUM, lambda text: text.replace("class LlmProviders(", "class Providers("), "defines no LlmProviders"),
        (ENUM, lambda text: text.replace('"openrouter"', '"router"'), "well-known provider openrouter has no chat"),
    ],
)
def test_a_catalog_that_loses_much_is_refused_with_the_reason(
    package: Path, name: str, change: Change, reason: str
) -> None:
    file = package / name
    changed = change(file.read_text(encoding="utf-8"))
    assert changed != file.read_text(encoding="utf-8")
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(InvalidCatalogError) as raised:
        extracted(package)
    assert reason in str(raised.value)


def shipped_with(change: Callable[[dict[str, Any]], object]) -> Catalog:
    data: dict[str, Any] = copy.deepcopy(dict(load_catalog().data))
    change(data)
    return Catalog(data, "installed")


def row_of(data: dict[str, Any]) -> list[Any]:
    return data["models"]["openai"]["gpt-5"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda _: None, None),
        (lambda data: data["providers"].pop("openrouter"), "the well-known provider openrouter is missing"),
        (
            lambda data: data["providers"]["ollama"].update(chat=0),
            "the well-known provider ollama has no chat models",
        ),
        (
            lambda data: data["providers"]["ollama"].update(key=1),
            "whether the well-known provider ollama requires a key is wrong",
        ),
        (
            lambda data: row_of(data).__setitem__(3, -1),
            "openai/gpt-5 has a price of -1 US dollars per 1M tokens",
        ),
        (
            lambda data: row_of(data).__setitem__(4, float("nan")),
            "openai/gpt-5 has a price of nan US dollars per 1M tokens",
        ),
        (lambda data: row_of(data).__setitem__(1, 0), "openai/gpt-5 has a limit of 0 tokens"),
        (lambda data: row_of(data).__setitem__(2, 10**12), "openai/gpt-5 has a limit of 1000000000000 tokens"),
        (lambda data: row_of(data).__setitem__(0, 5), "the catalog has an invalid model"),
        (lambda data: row_of(data).__setitem__(5, ["tools"]), "the catalog has an invalid model"),
        (lambda data: data["models"].update(nobody={"x": ["chat"]}), "the catalog has models without a provider"),
        (lambda data: data["models"].update(openai=[]), "the catalog has an invalid model list"),
    ],
)
def test_one_fault_at_a_time(change: Callable[[dict[str, Any]], object], problem: str | None) -> None:
    assert problem_of(shipped_with(change), load_catalog()) == problem


def test_retired_models_may_be_dropped() -> None:
    def drop(data: dict[str, Any]) -> None:
        for rows in data["models"].values():
            for name in [name for name, row in rows.items() if len(row) > 6 and row[6] and row[6] <= data["made"]]:
                del rows[name]

    assert problem_of(shipped_with(drop), load_catalog()) is None
