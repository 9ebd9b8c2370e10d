"""Completion in incomplete files: labels, edits and the resulting text."""

from datetime import date

import pytest

from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.checks.distance import host_of
from aloop_models.features.checks.endpoint_path import url_suits
from aloop_models.features.completion import Completion, Completions, Kind, complete
from aloop_models.features.model_search import provider_order
from aloop_models.snapshot import Facts, Snapshot
from support.small_catalog import SMALL
from support.snapshots import facts, with_cursor

SHIPPED = facts()


def completions(marked: str, *, snippets: bool = True, asks_for_key: bool = False, known: Facts = SMALL) -> Completions:
    text, offset = with_cursor(marked)
    return complete(Snapshot(read_document(text), known), offset, snippets=snippets, asks_for_key=asks_for_key)


def labels(marked: str, **options: bool) -> list[str]:
    return [item.label for item in completions(marked, **options).items]


def item(marked: str, label: str, **options: bool) -> Completion:
    return next(item for item in completions(marked, **options).items if item.label == label)


def accepted(marked: str, label: str, **options: bool) -> str:
    """The text after the item with that label is accepted; tab stops stay as in the snippet."""
    text, _ = with_cursor(marked)
    return apply_edits(text, [item(marked, label, **options).edit])


PROVIDERS = ["openai/", "anthropic/", "gemini/", "ollama/", "vertex_ai/", "azure/", "openrouter/", "abliteration/"]


@pytest.mark.parametrize(
    "marked", ["models:\n  $0", "models:\n\n  # note\n  $0\ndefault: null", "models: {$0", "{models: {$0}}"]
)
def test_nothing_typed_offers_all_providers_that_chat_best_known_first(marked: str) -> None:
    assert labels(marked) == PROVIDERS


def test_the_shipped_providers_begin_with_the_well_known_ones() -> None:
    order = provider_order(SHIPPED.catalog)
    assert order[:3] == ("openai", "anthropic", "gemini")
    assert "abliteration" not in order[:50]
    assert {"bedrock", "azure", "groq", "openrouter", "vertex_ai", "ollama"} <= set(order[:40])
    assert set(order) == {name for name, known in SHIPPED.catalog.providers.items() if known.is_chat}


def test_providers_in_use_come_first_most_used_first() -> None:
    text = "models:\n  gemini/x:\n  azure/a:\n  azure/b:\n  $0"
    assert labels(text)[:3] == ["azure/", "gemini/", "openai/"]


def test_a_provider_covers_the_whole_word_and_asks_again() -> None:
    found = item("models:\n  anth$0\n", "anthropic/")
    assert (found.kind, found.edit, found.filter) == (Kind.PROVIDER, (10, 14, "anthropic/"), "anth")
    assert (found.retrigger, found.is_snippet, found.detail) == (True, False, "")
    assert "Requires `api_key`" in found.documentation
    assert completions("models:\n  anth$0\n").incomplete


def test_changing_the_provider_of_an_id_keeps_the_model() -> None:
    found = item("models:\n  op$0enai/gpt-4o:\n", "openrouter/")
    assert found.edit.text == "openrouter/gpt-4o"
    assert not found.retrigger


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("anth", ["anthropic/"]),
        ("open", ["openai/", "openrouter/"]),
        ("router", ["openrouter/"]),
        ("google", ["gemini/", "vertex_ai/"]),
        ("opnai", ["openai/"]),
        ("vertexai", ["vertex_ai/"]),
        ("ANTH", ["anthropic/"]),
        ("Google AI", ["gemini/"]),
        ("open router", ["openrouter/"]),
        ("voyage", []),
        ("zzz", []),
    ],
)
def test_providers_by_prefix_part_label_habit_and_near_spelling(typed: str, expected: list[str]) -> None:
    assert labels(f"models:\n  {typed}$0\n") == expected


@pytest.mark.parametrize("typed", ["v", "vll", "vllm"])
def test_the_server_comes_before_the_name_that_loads_a_model_in_process(typed: str) -> None:
    found = [item.label for item in completions(f"models:\n  {typed}$0", known=facts()).items]
    assert found.index("hosted_vllm/") < found.index("vllm/")


def test_a_bare_model_name_offers_whole_ids() -> None:
    assert labels("models:\n  gpt-4$0\n") == ["openai/gpt-4o", "openai/gpt-4o-mini", "azure/gpt-4o"]
    assert labels("models:\n  claude$0\n") == [
        "anthropic/",
        "anthropic/claude-opus-6",
        "anthropic/claude-sonnet-5",
        "anthropic/claude-haiku-2",
        "anthropic/claude-sonnet-9",
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sonnet", ["anthropic/claude-sonnet-5", "anthropic/claude-sonnet-9"]),
        ("sonnet5", ["anthropic/claude-sonnet-5"]),
        ("gpt4o", ["openai/gpt-4o", "openai/gpt-4o-mini", "azure/gpt-4o"]),
        ("4o", ["openai/gpt-4o", "openai/gpt-4o-mini", "openai/chatgpt-4o-latest", "azure/gpt-4o"]),
        ("mini", ["openai/gpt-4o-mini", "gemini/"]),
        ("gpt mini", ["openai/gpt-4o-mini"]),
        ("mini gpt", ["openai/gpt-4o-mini"]),
        ("azure gpt", ["azure/gpt-4o"]),
        ("Llama 3", ["ollama/llama3:8b"]),
        ("pus", ["anthropic/claude-opus-6"]),
        ("openia/gpt-4o-m", ["openai/gpt-4o-mini"]),
        ("qqq/opus", ["anthropic/claude-opus-6"]),
        ("claude-sonet-5", ["anthropic/claude-sonnet-5", "anthropic/claude-sonnet-9"]),
        ("5", []),
    ],
)
def test_models_are_found_by_words_in_their_names(typed: str, expected: list[str]) -> None:
    assert labels(f"models:\n  {typed}$0\n") == expected


def test_the_whole_name_that_was_typed_comes_first_even_if_it_is_retired() -> None:
    assert labels("models:\n  anthropic/claude-sonnet-9$0\n")[0] == "anthropic/claude-sonnet-9"
    assert labels("models:\n  sonnet 9$0\n") == ["anthropic/claude-sonnet-9"]
    assert labels("models:\n  openai/gpt-4o$0\n")[:2] == ["openai/gpt-4o", "openai/gpt-4o-mini"]


def test_a_model_that_retires_soon_comes_after_the_others_and_says_when() -> None:
    found = completions("models:\n  anthropic/claude$0\n").items
    assert [(item.label, item.detail, item.deprecated) for item in found[1:]] == [
        ("anthropic/claude-sonnet-5", "200K · $3 / $15", False),
        ("anthropic/claude-haiku-2", "retires in 10 days · 1K · $1 / $2", True),
        ("anthropic/claude-sonnet-9", "retired 2026-01-01 · 1K · $1 / $2", True),
    ]


def test_the_maker_comes_before_hosts_even_if_the_file_uses_a_host() -> None:
    assert labels("models:\n  azure/x:\n  gpt-4o$0\n") == ["openai/gpt-4o", "openai/gpt-4o-mini", "azure/gpt-4o"]


def test_a_slash_offers_the_chat_models_newest_first_retired_last() -> None:
    found = completions("models:\n  anthropic/$0\n")
    assert [(item.label, item.deprecated) for item in found.items] == [
        ("anthropic/claude-opus-6", False),
        ("anthropic/claude-sonnet-5", False),
        ("anthropic/claude-haiku-2", True),
        ("anthropic/claude-sonnet-9", True),
    ]
    assert [item.sort for item in found.items] == ["0000", "0001", "0002", "0003"]
    assert found.incomplete
    first = found.items[0]
    assert (first.kind, first.detail) == (Kind.MODEL, "1M · $5 / $25")
    assert "Context window: 1M tokens" in first.documentation
    assert "Catalog of 2026-11-01" in first.documentation
    assert "**Retired** on 2026-01-01" in found.items[3].documentation


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("openai/gpt-4o", ["openai/gpt-4o", "openai/gpt-4o-mini", "openai/chatgpt-4o-latest"]),
        ("openai/gpt4o", ["openai/gpt-4o", "openai/gpt-4o-mini", "openai/chatgpt-4o-latest"]),
        ("openai/mini", ["openai/gpt-4o-mini"]),
        ("openai/gtp-4o", ["openai/gpt-4o"]),
        ("anthropic/claude-opus-6", ["anthropic/claude-opus-6"]),
        ("anthropic/embed", []),
        ("opnai/gpt-4o-m", ["openai/gpt-4o-mini"]),
    ],
)
def test_models_by_prefix_part_and_near_spelling(typed: str, expected: list[str]) -> None:
    assert labels(f"models:\n  {typed}$0\n") == expected


@pytest.mark.parametrize(
    "marked",
    [
        *(f"models:\n  {typed}$0\n" for typed in ("claude", "anth", "openai/gpt-4o", "openai/mini", "gpt4o", "ANTH")),
        "models:\n  openrouter/some/thing$0\n",
        "models:\n  op$0enai/gpt-4o:\n",
        "mod$0",
        "models:\n  a/b:\n\nde$0",
        "models:\n  openai/x:\n    top$0",
        "models:\n  openai/x:\n    drop_params: f$0",
        "models:\n  openai/x:\ndefault: op$0",
    ],
)
def test_a_ranked_list_has_one_filter_text_and_is_asked_for_again(marked: str) -> None:
    found = completions(marked)
    text, offset = with_cursor(marked)
    assert found.incomplete
    assert {item.filter for item in found.items} == {text[found.items[0].edit.start : offset]}


def test_a_list_for_nothing_typed_is_narrowed_down_by_labels() -> None:
    for marked in ("models:\n  $0", "models:\n  openai/x:\n    $0", "models:\n  openai/x:\ndefault: $0"):
        found = completions(marked)
        assert [item.filter for item in found.items] == [item.label for item in found.items]
        assert found.incomplete == (marked == "models:\n  $0")


def test_configured_ids_are_left_out_except_the_one_under_the_cursor() -> None:
    assert "openai/gpt-4o" not in labels("models:\n  openai/gpt-4o:\n  openai/$0\n")
    assert labels("models:\n  openai/gpt-4o:\n  gpt-4o$0\n") == ["openai/gpt-4o-mini", "azure/gpt-4o"]
    assert "openai/gpt-4o" in labels("models:\n  openai/gp$0t-4o:\n")


@pytest.mark.parametrize(
    ("marked", "configured"),
    [
        ("models:\n  openai/gpt-4o: {api_key: x}\n  openai/gpt-4o$0\n", "openai/gpt-4o"),
        ("models:\n  openai/gpt-4o$0\n  openai/gpt-4o:\n    name: x\n", "openai/gpt-4o"),
        ("models:\n  openai/gpt-4o:\n  openai/gpt-4o$0:\n", "openai/gpt-4o"),
        ("models:\n  openai/gpt-4o:\n  'openai/gpt-4o$0'\n", "openai/gpt-4o"),
        ("models:\n  openai/gpt-4o:\n\nopenai/gpt-4o$0\n", "openai/gpt-4o"),
        ("models: {openai/gpt-4o: {name: x}, openai/gpt-4o$0}\n", "openai/gpt-4o"),
        ("models:\n  openai/gpt-4o#work:\n  openai/gpt-4o#work$0\n", "openai/gpt-4o#work"),
        ("models:\n  openrouter/meta/llama:\n  openrouter/meta/llama$0\n", "openrouter/meta/llama"),
    ],
)
def test_the_id_of_another_entry_is_left_out(marked: str, configured: str) -> None:
    assert configured not in labels(marked)


def test_an_id_without_the_label_of_another_entry_is_offered() -> None:
    assert labels("models:\n  openai/gpt-4o#work:\n  openai/gpt-4o$0\n")[0] == "openai/gpt-4o"


def test_a_model_with_a_label_counts_as_configured() -> None:
    assert "openai/gpt-4o" not in labels("models:\n  openai/gpt-4o#work:\n  openai/$0\n")
    assert labels("models:\n  openai/gpt-4o#work:\n  gpt-4o$0\n") == ["openai/gpt-4o-mini", "azure/gpt-4o"]


def test_an_id_with_a_label_is_offered_as_typed() -> None:
    assert labels("models:\n  openai/gpt-4o#$0\n") == []
    assert labels("models:\n  openai/gpt-4o#a b$0\n") == []
    assert labels("models:\n  openai/gpt-4o#work:\n  openai/gpt-4o#home$0\n") == ["openai/gpt-4o#home"]
    assert labels("models:\n  openai/gpt-4o#work$0\n") == ["openai/gpt-4o#work"]
    text = accepted("models:\n  openai/gpt-4o#work$0\n", "openai/gpt-4o#work", snippets=False)
    assert text == "models:\n  openai/gpt-4o#work:\n    api_key: \n"
    assert labels("models:\n  openai/gpt-4o#work:\ndefault: openai/gpt-4o#$0\n") == ["openai/gpt-4o#work"]


def test_a_model_brings_its_block() -> None:
    found = item("models:\n  openai/gpt-4o$0\n", "openai/gpt-4o")
    assert found.is_snippet
    assert accepted("models:\n  openai/gpt-4o$0\n", "openai/gpt-4o") == "models:\n  openai/gpt-4o:\n    api_key: $1\n"


@pytest.mark.parametrize(
    ("typed", "label", "snippet", "plain"),
    [
        ("openai/", "openai/gpt-4o", "\n    api_key: $1", "\n    api_key: "),
        ("ollama/", "ollama/llama3:8b", "\n    api_base: ${1:http://lo:1}", "\n    api_base: http://lo:1"),
        (
            "azure/",
            "azure/gpt-4o",
            "\n    api_key: $1\n    api_base: ${2:https://r.example}",
            "\n    api_base: https://r.example\n    api_key: ",
        ),
    ],
)
def test_the_block_holds_what_the_provider_needs(typed: str, label: str, snippet: str, plain: str) -> None:
    marked = f"models:\n  {typed}$0"
    assert accepted(marked, label) == f"models:\n  {label}:{snippet}"
    assert accepted(marked, label, snippets=False) == f"models:\n  {label}:{plain}"
    assert not item(marked, label, snippets=False).is_snippet


def test_required_connection_fields_are_in_the_block() -> None:
    assert accepted("models:\n  vertex_ai/$0", "vertex_ai/gemini-3") == (
        "models:\n  vertex_ai/gemini-3:\n    vertex_project: $1\n    vertex_location: ${2:us-central1}"
    )


def test_an_example_that_is_right_for_nobody_is_not_inserted() -> None:
    assert accepted("models:\n  vertex_ai/$0", "vertex_ai/gemini-3", snippets=False) == (
        "models:\n  vertex_ai/gemini-3:\n    vertex_location: us-central1\n    vertex_project: "
    )


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("models:\n    openai/gpt-4o$0", "models:\n    openai/gpt-4o:\n        api_key: "),
        ("models:\r\n  openai/gpt-4o$0\r\n", "models:\r\n  openai/gpt-4o:\r\n    api_key: \r\n"),
        ("models:\n\topenai/gpt-4o$0", "models:\n\topenai/gpt-4o:\n\t\tapi_key: "),
        (
            "models:\n  a/b:\n     name: x\n  openai/gpt-4o$0",
            "models:\n  a/b:\n     name: x\n  openai/gpt-4o:\n     api_key: ",
        ),
        ("models:\n$0", "models:\n  openai/"),
        ("models:\n    a/b:\n$0\n", "models:\n    a/b:\n    openai/\n"),
        ("models:\n  openai/gpt-4$0:\n    api_key: k\n", "models:\n  openai/gpt-4o:\n    api_key: k\n"),
        ("models:\n  openai/gpt-4$0: # note\n", "models:\n  openai/gpt-4o: # note\n"),
        ("models:\n  openai/gpt-4$0\n    api_key: k\n", "models:\n  openai/gpt-4o:\n    api_key: k\n"),
        ('models:\n  "openai/gpt-4$0"', 'models:\n  "openai/gpt-4o":\n    api_key: '),
        ("models:\n  'openai/gpt-4$0", "models:\n  'openai/gpt-4o':\n    api_key: "),
        ("models:\n  'openai/gpt-4$0':\n", "models:\n  'openai/gpt-4o':\n"),
        ("models: {openai/gpt-4$0", "models: {openai/gpt-4o: {api_key: }"),
        ("models: {openai/gpt-4$0: {name: x}}", "models: {openai/gpt-4o: {name: x}}"),
        ("models: {ollama/$0}", "models: {'ollama/llama3:8b': {api_base: 'http://lo:1'}}"),
    ],
)
def test_the_edit_keeps_the_file_s_manners(marked: str, expected: str) -> None:
    text, _ = with_cursor(marked)
    offered = completions(marked, snippets=False).items
    first = next(found for found in offered if found.kind in (Kind.MODEL, Kind.PROVIDER))
    assert apply_edits(text, [first.edit]) == expected


def test_an_id_that_people_name_themselves_is_offered_as_typed() -> None:
    assert labels("models:\n  openrouter/meta/llama$0\n") == ["openrouter/meta/llama"]
    text = accepted("models:\n  openrouter/meta/llama$0\n", "openrouter/meta/llama", snippets=False)
    assert text == "models:\n  openrouter/meta/llama:\n    api_key: \n"
    assert labels("models:\n  openrouter/meta/llama$0:\n") == []
    assert labels("models:\n  anthropic/unknown-thing$0\n") == []


def test_an_answer_is_small_and_says_when_there_is_more() -> None:
    for typed in ("", "openai/", "azure/", "bedrock/", "fireworks_ai/", "claude", "gpt"):
        found = completions(f"models:\n  {typed}$0\n", known=SHIPPED)
        assert 0 < len(found.items) <= 100
        assert sum(item.size for item in found.items) <= 32 * 1024
    assert completions("models:\n  bedrock/$0\n", known=SHIPPED).incomplete


def test_a_bare_name_is_not_hidden_behind_the_place_and_maker_in_an_id() -> None:
    found = labels_of("claude")
    assert found[0] == "anthropic/"
    assert found[1].startswith("anthropic/claude-")
    assert [label for label in labels_of("anth") if label.startswith("bedrock/")] == []
    assert any(label.startswith("bedrock/anthropic.claude-") for label in found)


def labels_of(typed: str) -> list[str]:
    return [item.label for item in completions(f"models:\n  {typed}$0\n", known=SHIPPED).items]


def test_root_keys_that_are_absent() -> None:
    assert labels("$0") == ["models", "default", "roles", "fallbacks"]
    assert labels("def$0") == ["default"]
    assert labels("modles$0") == ["models", "roles"]
    assert labels("models:\n  a/b:\n\nde$0") == ["default"]
    assert labels("models:\n$0\ndefault: a/b\n") == PROVIDERS
    assert accepted("mod$0", "models") == "models:\n  "
    assert accepted("mod$0:", "models") == "models:"
    assert accepted("rol$0", "roles") == "roles:\n  "
    assert accepted("fall$0", "fallbacks") == "fallbacks:\n  - "
    assert accepted("{fall$0}", "fallbacks") == "{fallbacks: }"
    assert labels("models:\n  a/b:\nrol$0")[:1] == ["roles"]
    assert accepted("{def$0}", "default") == "{default: }"
    assert labels("default: a/b\ndef$0\n") == []


def test_roles_and_fallbacks() -> None:
    text = "models:\n  openai/x:\n  ollama/y:\n"
    assert labels(text + "roles:\n  $0") == ["fast", "review", "private"]
    assert labels(text + "roles:\n  fast: ollama/y\n  $0") == ["review", "private"]
    assert labels(text + "roles: {review: ollama/y, $0}") == ["fast", "private"]
    assert accepted(text + "roles:\n  fa$0", "fast") == text + "roles:\n  fast: "
    assert labels(text + "roles:\n  fast: $0") == ["ollama/y", "openai/x"]
    assert accepted(text + "roles:\n  fast:$0", "ollama/y") == text + "roles:\n  fast: ollama/y"
    assert labels(text + "fallbacks:\n  - $0") == ["ollama/y", "openai/x"]
    assert accepted(text + "fallbacks:\n  -$0", "ollama/y") == text + "fallbacks:\n  - ollama/y"
    assert labels(text + "fallbacks:\n  - ollama/y\n  - $0") == ["openai/x"]
    assert labels(text + "fallbacks:\n  - ollama/y\n  - olla$0ma/y\n") == ["ollama/y"]
    assert accepted(text + "fallbacks: [ollama/y, op$0]", "openai/x") == text + "fallbacks: [ollama/y, openai/x]"


def test_the_default_is_one_of_the_entries_ready_ones_first() -> None:
    text = "models:\n  openai/x:\n    name: My *own*\n  ollama/y:\n  azure/z:\n    api_key: k1\n    api_base: https://r.openai.azure.com\n"
    found = completions(text + "default: $0").items
    assert [item.label for item in found] == ["ollama/y", "azure/z", "openai/x", "null"]
    assert [item.kind for item in found][:3] == [Kind.REFERENCE] * 3
    assert [item.detail for item in found] == [
        "",
        "",
        "My *own* · not ready: no API key",
        "no default model",
    ]
    assert labels(text + "default: oll$0") == ["ollama/y"]
    assert labels(text + "default: own$0") == ["openai/x"]
    assert labels(text + "default: opnai/x$0") == ["openai/x"]
    assert accepted(text + "default:$0\n", "azure/z").endswith("default: azure/z\n")
    assert accepted(text + "default: 'o$0'\n", "openai/x").endswith("default: 'openai/x'\n")
    assert accepted(text + "default: 'o$0\n", "openai/x").endswith("default: 'openai/x'\n")
    assert accepted("{models: {ollama/y: }, default: $0}", "ollama/y") == "{models: {ollama/y: }, default: ollama/y}"
    assert "null" not in labels(text + "default: '$0'")


def test_field_names_core_first_then_the_provider_s_then_the_request_s() -> None:
    names = labels("models:\n  openai/x:\n    $0")
    assert names[:5] == ["name", "api_key", "api_base", "timeout", "drop_params"]
    assert names.index("organization") < names.index("temperature")
    assert not {"vertex_project", "aws_region_name", "model", "messages", "callbacks"} & set(names)
    assert item("models:\n  openai/x:\n    $0", "api_key").detail == "required"
    vertex = labels("models:\n  vertex_ai/x:\n    $0")
    assert vertex[5:7] == ["vertex_project", "vertex_location"]


def test_field_names_that_are_there_are_left_out() -> None:
    names = labels("models:\n  openai/x:\n    api_key: k\n    $0\n    'timeout': 5\n  openai/y:\n    name: z\n")
    assert names[:3] == ["name", "api_base", "drop_params"]
    assert labels("models:\n  openai/x: {api_key: k, n$0, timeout: 5}")[0] == "name"
    assert "timeout" not in labels("models:\n  openai/x: {api_key: k, $0, timeout: 5}")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("models:\n  a/b:\n    ti$0", "models:\n  a/b:\n    timeout: "),
        ("models:\n  a/b:\n    timout$0: 5", "models:\n  a/b:\n    timeout: 5"),
        ("models:\n  a/b:\n    'ti$0'", "models:\n  a/b:\n    'timeout': "),
        ("models:\n  a/b: {ti$0}", "models:\n  a/b: {timeout: }"),
    ],
)
def test_a_field_brings_its_colon(marked: str, expected: str) -> None:
    assert accepted(marked, "timeout", snippets=False) == expected
    assert accepted(marked, "timeout") == expected


@pytest.mark.parametrize(
    ("marked", "label", "expected"),
    [
        (
            '{"models": {"openai/gpt-4$0: {"timeout": 5}}}',
            "openai/gpt-4o",
            '{"models": {"openai/gpt-4o": {"timeout": 5}}}',
        ),
        (
            '{"models": {"ollama/a": {"time$0: 5, "name": "A"}}}',
            "timeout",
            '{"models": {"ollama/a": {"timeout": 5, "name": "A"}}}',
        ),
        (
            '{"models": {"ollama/a": {"api_b$0: "http://x"}}}',
            "api_base",
            '{"models": {"ollama/a": {"api_base": "http://x"}}}',
        ),
        (
            '{"models": {"ollama/a": {"api_b$0:"http://x"}}}',
            "api_base",
            '{"models": {"ollama/a": {"api_base":"http://x"}}}',
        ),
        ("models:\n  ollama/a:\n    timeou$0:60\n", "timeout", "models:\n  ollama/a:\n    timeout:60\n"),
        ("models:\n  ollama/a: {drop_par$0:true}\n", "drop_params", "models:\n  ollama/a: {drop_params:true}\n"),
        (
            "models:\n  ollama/a:\n    api_ba$0:https://x.example\n",
            "api_base",
            "models:\n  ollama/a:\n    api_base:https://x.example\n",
        ),
    ],
)
def test_a_value_after_an_incomplete_key_is_kept(marked: str, label: str, expected: str) -> None:
    """After a quote that is open, or a colon without a space."""
    assert accepted(marked, label) == expected


JSON = '{"models": {"ollama/a": {WHAT}}}'
FIELD = "models:\n  ollama/a:\n    "
ENTRY = "models:\n  ollama/a:\n"


@pytest.mark.parametrize(
    ("marked", "label", "expected"),
    [
        # The value follows the colon without a space.
        (JSON.replace("WHAT", '"time$0:5, "name": "x"'), "timeout", JSON.replace("WHAT", '"timeout":5, "name": "x"')),
        (JSON.replace("WHAT", '"time$0:-1}, "b/c": {"name": "x"'), "timeout", None),
        (JSON.replace("WHAT", '"drop_p$0:true, "name": "x"'), "drop_params", None),
        (JSON.replace("WHAT", '"sto$0:null, "name": "x"'), "stop", None),
        (JSON.replace("WHAT", '"sto$0:["a:b", ","], "name": "x"'), "stop", None),
        ('models:\n  ollama/a: {"time$0":60}\n', "timeout", None),
        (FIELD + '"tim$0":60\n', "timeout", None),
        ("models:\n  openai/gpt-4$0:{timeout: 5}\n", "openai/gpt-4o", None),
        ('models:\n  openai/gpt-4$0:"x"\n', "openai/gpt-4o", None),
        # The quote of a key in block style is open.
        (FIELD + '"tim$0: 60\n', "timeout", FIELD + '"timeout": 60\n'),
        (FIELD + "'tim$0:60 # it's\n", "timeout", FIELD + "'timeout':60 # it's\n"),
        (FIELD + '"api_b$0: "http://x"\n', "api_base", FIELD + '"api_base": "http://x"\n'),
        (FIELD + "'nam$0 : ': x'\n", "name", FIELD + "'name' : ': x'\n"),
        ("models:\n  'openai/gpt-4$0: {timeout: 5}\n", "openai/gpt-4o", "models:\n  'openai/gpt-4o': {timeout: 5}\n"),
        (ENTRY + '"defau$0: "ollama/a"\n', "default", ENTRY + '"default": "ollama/a"\n'),
        (ENTRY + '"defau$0: # "x"\n', "default", ENTRY + '"default": # "x"\n'),
        (ENTRY + 'roles:\n  "fa$0: "ollama/a"\n', "fast", ENTRY + 'roles:\n  "fast": "ollama/a"\n'),
        # The quote of a value is open.
        ('{WHAT, "default": "oll$0, "roles": {}}', "ollama/a", '{WHAT, "default": "ollama/a", "roles": {}}'),
        ('{WHAT, "roles": {"a": "oll$0, "b": "c/d"}}', "ollama/a", '{WHAT, "roles": {"a": "ollama/a", "b": "c/d"}}'),
        ('{WHAT, "roles": {"a": "oll$0}, "default": "c/d"}', "ollama/a", None),
        ('{WHAT, "fallbacks": ["oll$0,"c/d"]}', "ollama/a", '{WHAT, "fallbacks": ["ollama/a","c/d"]}'),
        (JSON.replace("WHAT", '"api_base": "htt$0, "timeout": 5'), "http://lo:1", None),
        (JSON.replace("WHAT", '"reasoning_effort": "hi$0, "timeout": 5'), "high", None),
        (ENTRY + 'default: "oll$0 # a "note"\n', "ollama/a", ENTRY + 'default: "ollama/a" # a "note"\n'),
        (ENTRY + "fallbacks:\n  - 'oll$0 # x\n", "ollama/a", ENTRY + "fallbacks:\n  - 'ollama/a' # x\n"),
        # There is no colon yet.
        (JSON.replace("WHAT", '"$0'), "timeout", JSON.replace("WHAT", '"timeout": ')),
        (JSON.replace("WHAT", '"api_b$0'), "api_base", JSON.replace("WHAT", '"api_base": ')),
        (JSON.replace("WHAT", '"tim$0, "name": "x"'), "timeout", JSON.replace("WHAT", '"timeout": , "name": "x"')),
        (JSON.replace("WHAT", '"tim$0 "name": "x"'), "timeout", JSON.replace("WHAT", '"timeout":  "name": "x"')),
        ("models:\n  ollama/a: {tim$0 name: x}\n", "timeout", "models:\n  ollama/a: {timeout:  name: x}\n"),
        ('{"models": {"openai/gpt-4$0}}', "openai/gpt-4o", '{"models": {"openai/gpt-4o": {api_key: }}}'),
        # The colon is missing.
        ('{"models": {"openai/gpt-4$0 {"seed": 5}}}', "openai/gpt-4o", '{"models": {"openai/gpt-4o": {"seed": 5}}}'),
        (JSON.replace("WHAT", '"api_b$0 "http://x"'), "api_base", JSON.replace("WHAT", '"api_base": "http://x"')),
        ("models:\n  ollama/a: {tim$0 5, name: x}\n", "timeout", "models:\n  ollama/a: {timeout: 5, name: x}\n"),
        ("models:\n  openai/gpt-4$0 {seed: 5}\n", "openai/gpt-4o", "models:\n  openai/gpt-4o: {seed: 5}\n"),
        (FIELD + "tim$0 60 # s\n", "timeout", FIELD + "timeout: 60 # s\n"),
        (FIELD + '"tim$0" 60\n', "timeout", FIELD + '"timeout": 60\n'),
        (FIELD + '"tim$0"60\n', "timeout", FIELD + '"timeout": 60\n'),
        (FIELD + 'name$0 "a: b"\n', "name", FIELD + 'name: "a: b"\n'),
        (FIELD + "drop_p$0 true\n", "drop_params", FIELD + "drop_params: true\n"),
        (ENTRY + "defau$0 ollama/a\n", "default", ENTRY + "default: ollama/a\n"),
        (ENTRY + "roles:\n  fa$0 ollama/a\n", "fast", ENTRY + "roles:\n  fast: ollama/a\n"),
    ],
)
@pytest.mark.parametrize("snippets", [False, True])
def test_text_after_an_incomplete_word_is_kept(marked: str, label: str, expected: str | None, snippets: bool) -> None:
    """`None`: the word is replaced, an open quote closed, and nothing else changed."""
    marked = marked.replace("WHAT", '"models": {"ollama/a": {}}')
    before, _, after = marked.partition("$0")
    if expected is None:
        start = max(before.rfind(character) for character in " '\"{[") + 1
        quote = before[start - 1] if before[start - 1] in "'\"" and after[0] != before[start - 1] else ""
        expected = before[:start] + label + quote + after
    found = accepted(marked, label, snippets=snippets)
    assert found.replace("$1", "") == expected.replace("WHAT", '"models": {"ollama/a": {}}')


@pytest.mark.parametrize(
    "marked",
    [
        FIELD + '"tim: 6$00\n',
        FIELD + "'timeout:6$00\n",
        "models:\n  openai/gpt-4o:{tim$0: 5}\n",
        '{"models": {"ollama/a": {"timeout: 6$00}}}',
        '{"models": {"openai/gpt-4o: $0{"timeout": 5}}}',
        FIELD + "name: 'My$0 Model\n",
        '{"models": {"ollama/a": {"reasoning_effort": "hi$0 timeout: 5}}}',
    ],
)
def test_nothing_is_offered_where_the_end_of_the_word_is_not_clear(marked: str) -> None:
    assert labels(marked) == []


def test_a_name_with_a_space_or_a_colon_is_replaced_as_a_whole() -> None:
    for entry in (
        '"ollama/lla$0ma3:1b": {}',
        "'azure/g$0 one'",
        "azure/g$0 one: {}",
        '"azure/gpt$0 my": {}',
        "gpt 4$0",
    ):
        offered = completions(f"models:\n  {entry}\n").items
        cursor_word = entry.partition(": ")[0].replace("$0", "").strip("'\"")
        assert offered
        assert {item.edit.end - item.edit.start for item in offered} <= {len(cursor_word), len(cursor_word) + 1}
    assert accepted(FIELD + "name: '$0My Model'\n", "A") == FIELD + "name: 'A'\n"


@pytest.mark.parametrize(
    "marked", ["models:\n  ollama/a:\n    timeout:60$0\n", "models:\n  ollama/a: {timeout:60$0}\n"]
)
def test_a_value_without_a_space_before_it_is_no_key(marked: str) -> None:
    assert labels(marked) == []


def test_a_field_with_few_values_offers_them_in_a_snippet() -> None:
    found = item("models:\n  a/b:\n    dr$0", "drop_params")
    assert (found.edit.text, found.is_snippet) == ("drop_params: ${1|true,false|}", True)
    plain = item("models:\n  a/b:\n    dr$0", "drop_params", snippets=False)
    assert (plain.edit.text, plain.is_snippet, plain.retrigger) == ("drop_params: ", False, True)
    assert "Default: `true`" in found.documentation


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("drop_params: $0", ["true", "false"]),
        ("drop_params: f$0", ["false"]),
        ("name: $0", ["GPT-4o Mini"]),
        ("api_key: $0", []),
        ("client_secret: $0", []),
        ("unknown: $0", []),
        ("model: $0", []),
    ],
)
def test_values(field: str, expected: list[str]) -> None:
    assert labels(f"models:\n  openai/gpt-4o-mini:\n    {field}\n") == expected


def test_the_offered_urls_are_right() -> None:
    """The check has no problem with them; there are none for a provider without a usual URL."""
    for name in (name for name, provider in SHIPPED.catalog.providers.items() if provider.is_chat):
        marked = f"models:\n  {name}/x:\n    api_base: $0"
        offered = [item.label for item in completions(marked, known=SHIPPED).items]
        wrong = [url for url in offered if host_of(url) is None or not url_suits(name, url)]
        assert wrong == [], name
    for name in ("bedrock", "cohere", "huggingface", "replicate", "unknown", "vertex_ai"):
        assert completions(f"models:\n  {name}/x:\n    api_base: $0", known=SHIPPED).items == ()


def test_values_in_their_form() -> None:
    entry = "models:\n  ollama/x:\n    "
    assert labels(entry + "timeout: $0")[0] == "600"
    assert item(entry + "timeout: $0", "600").detail == "10 minutes, default"
    assert item(entry + "timeout: $0", "600").preselect
    assert accepted(entry + "timeout:$0", "600").endswith("timeout: 600")
    assert labels(entry + "api_base: $0") == ["http://lo:1"]
    assert labels("models:\n  azure/x:\n    api_base: $0") == ["https://r.example"]
    assert labels("models:\n  unknown/x:\n    api_base: $0") == []
    assert accepted(entry + "api_base: '$0'", "http://lo:1").endswith("'http://lo:1'")
    assert labels(entry + "drop_params: '$0'") == []
    assert accepted("models:\n  ollama/x: {drop_params:$0}", "true").endswith("{drop_params: true}")
    # Plain, YAML would read this version as a date.
    version = accepted("models:\n  azure/x:\n    api_version: $0", "2024-10-21")
    assert version.endswith("api_version: '2024-10-21'")


def test_an_api_key_is_asked_for_where_the_editor_can_ask() -> None:
    entry = "models:\n  openai/gpt-4o:\n    "
    found = item(entry + "api_key:$0", "Set API Key…", asks_for_key=True)
    assert (found.key_of, found.detail, found.edit.text) == ("openai/gpt-4o", "hidden input", " ")
    assert labels(entry + "api_key: $0") == []
    # In VS Code, the label is the filter text.
    assert found.filter == "Set API Key…"
    for marked in ("api_key: sk-$0", "api_key: s$0k", "api_key: '$0'", "aws_session_token: $0", "other: $0"):
        assert labels(entry + marked, asks_for_key=True) == []


def test_a_secret_of_the_file_is_in_no_item() -> None:
    """Also one without a format, which only `api_key` tells from other words, in a name or in place of an ID."""
    entry = "models:\n  openai/gpt-4o:\n    name: My Sommerregen\n    api_key: Sommerregen\n"
    assert labels("models:\n  openai/Sommerregen:\n    api_key: $0\n", asks_for_key=True) == ["Set API Key…"]
    assert labels(f"{entry}  openai/Sommerregen:\n    api_key: $0\n", asks_for_key=True) == []
    assert labels(f"{entry}  openai/Sommerregen:\n    name: $0\n") == []
    assert labels(f"{entry}  openai/Regen:\n    name: $0\n") == ["Regen"]
    key = "sk-proj-a8Kd03jfLq92mZx7Vb51uYtR4eW6qP0o"
    other = (
        f"  openai/gpt-4o:\n    name: My Sommerregen\n    api_key: {key}\n  openai/Regen:\n    api_key: Sommerregen\n"
    )
    assert labels(f"models:\n{other}  openai/gpt-5:\n    api_key: $0\n", asks_for_key=True) == [
        "Use the key of My ••••••••",
        "Set API Key…",
    ]
    found = completions(f"{entry}  openai/Sommerregen:\ndefault: $0\n").items
    assert [(item.label, item.detail.partition(" · ")[0]) for item in found[:-1]] == [
        ("openai/gpt-4o", "My ••••••••"),
    ]


def test_keys_of_other_entries_are_offered_by_their_names() -> None:
    key, other = "sk-proj-a8Kd03jfLq92mZx7Vb51uYtR4eW6qP0o", "sk-proj-b8Kd03jfLq92mZx7Vb51uYtR4eW6qP0o"
    marked = (
        f"models:\n  openai/gpt-4o:\n    name: GPT 4o\n    api_key: {key}\n"
        f"  openai/gpt-4o#same:\n    api_key: {key}\n  openai/gpt-4o#work:\n    api_key: {other}\n"
        f"  openai/gpt-4o#proxy:\n    api_base: https://proxy.example\n    api_key: {key[:-1]}p\n"
        f"  anthropic/claude-opus-5:\n    api_key: sk-ant-api03-{key[8:]}\n  openai/gpt-5:\n    api_key: $0\n"
    )
    items = completions(marked, asks_for_key=True).items
    assert [(item.label, item.detail, item.key_of, item.key_from, item.edit.text) for item in items] == [
        ("Use the key of GPT 4o", "openai/gpt-4o", "openai/gpt-5", "openai/gpt-4o", ""),
        ("Use the key of gpt-4o (work)", "openai/gpt-4o#work", "openai/gpt-5", "openai/gpt-4o#work", ""),
        ("Set API Key…", "hidden input", "openai/gpt-5", "", ""),
    ]
    assert "sk-" not in repr(items)
    assert completions(marked).items == ()


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("anthropic/claude-3-5-sonnet-20241022", "Claude 3.5 Sonnet"),
        ("openai/gpt-4o", "GPT-4o"),
        ("gemini/gemini-1.5-pro", "Gemini 1.5 Pro"),
        ("groq/meta-llama/llama-4-scout", "Llama 4 Scout"),
        ("ollama/llama2", "Llama2"),
    ],
)
def test_a_name_is_suggested(model_id: str, name: str) -> None:
    assert labels(f"models:\n  {model_id}:\n    name: $0") == [name]


def test_no_name_is_suggested_for_a_key() -> None:
    assert labels("models:\n  openai/wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzQRSTKEY1:\n    name: $0") == []


def test_a_key_in_the_wrong_place_gets_no_answer() -> None:
    key = "sk-proj-a8Kd03jfLq92mZx7Vb51"
    for marked in (f"models:\n  {key}$0", f"models:\n  openrouter/{key}$0", f"default: {key}$0", f"{key}$0"):
        assert completions(marked).items == ()


def test_the_catalog_s_day_decides_what_is_retired() -> None:
    known = Facts(SMALL.schema, SMALL.catalog, SMALL.settings, date(2025, 9, 1))
    found = completions("models:\n  anthropic/$0\n", known=known).items
    assert (found[0].label, found[0].deprecated) == ("anthropic/claude-sonnet-9", False)
