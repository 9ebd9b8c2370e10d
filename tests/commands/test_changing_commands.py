"""Commands that change the file: the exact text afterwards, what they say, and what they refuse."""

from typing import Any

import pytest

from aloop_models.commands import BY_ID, parse_arguments
from aloop_models.features.model_search import example_model
from aloop_models.snapshot import Session
from support.commands import KEY, OTHER_KEY, after, refusal, run
from support.snapshots import TODAY, facts, snapshot

EXAMPLE = example_model(facts().catalog, TODAY)

TEXT = f"""\
# Ours.
models:
  openai/gpt-4o:   # good
    name: GPT-4o
    api_key: {KEY}
    timeout: 300

  ollama/llama3.1:

default: openai/gpt-4o  # for now
"""
AGENT = Session("s1", "interactive", 42, "/home/me", "/home/me/.aloop/models.yaml", "openai/gpt-4o")


# Add


def test_add_puts_the_entry_behind_the_last_one() -> None:
    argument = {"modelId": "openai/gpt-5", "fields": {"name": "a: b", "api_key": KEY, "timeout": 60, "seed": None}}
    outcome = run("addModel", TEXT, argument)
    assert outcome.message == "Added openai/gpt-5."
    assert outcome.value == {"modelId": "openai/gpt-5", "warnings": []}
    entry = f"\n  openai/gpt-5:\n    name: 'a: b'\n    api_key: {KEY}\n    timeout: 60\n"
    assert after("addModel", TEXT, argument) == TEXT.replace("  ollama/llama3.1:\n", f"  ollama/llama3.1:\n{entry}")


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"modelId": "openai/gpt-5"}, "Added openai/gpt-5. It is not ready: it has no API key."),
        (
            {"modelId": "openai/gpt-5", "fields": {"api_key": "${KEY}"}},
            "Added openai/gpt-5. It is not ready: its API key is a reference, and references are not expanded.",
        ),
        ({"modelId": "openai/gpt-5", "fields": {"api_base": "http://localhost:1"}}, "Added openai/gpt-5."),
        ({"modelId": "ollama/x"}, "Added ollama/x."),
    ],
)
def test_add_tells_whether_the_model_can_be_used(argument: dict[str, Any], message: str) -> None:
    outcome = run("addModel", TEXT, argument)
    assert outcome.message == " ".join((message, *outcome.value["warnings"]))


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
    assert outcome.message == "Added ollama/x; as the first model it is the default."
    assert after("addModel", text, {"modelId": "ollama/x"}) == expected


def test_a_default_that_is_there_stays() -> None:
    text = "models:\ndefault: openai/later\n"
    assert after("addModel", text, {"modelId": "ollama/x"}) == "models:\n  ollama/x:\ndefault: openai/later\n"


@pytest.mark.parametrize(
    ("model_id", "reason", "message"),
    [
        (
            "openai/gpt-4o",
            "modelExists",
            "'openai/gpt-4o' is in models.yaml already. Change it with edit, or switch to it.",
        ),
        *(
            (bad, "invalidFields", f"'{told}' is not a model ID. A model ID is provider/model, such as {EXAMPLE}.")
            for bad, told in (
                ("gpt-5", "gpt-5"),
                ("/gpt-5", "/gpt-5"),
                ("openai/", "openai/"),
                ("", ""),
                ("Q3xk-p0Zz-19xY-abcd-77wq", "Q3xk-p0Zz-19xY-abcd-77wq"),
                ("openai/gpt 5", "openai/gpt 5"),
                ("openai/gpt\u200b5", "openai/gpt5"),
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
    message = "That looks like an API key. An id is provider/model; keys belong in api_key."
    assert (refused.reason, refused.message) == ("invalidFields", message)
    refused = refusal("addModel", TEXT, {"modelId": "Q3xk-p0Zz-19xY-abcd-77wqe"})
    message = f"This is not a model ID. A model ID is provider/model, such as {EXAMPLE}."
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
        ("ollama/llama3.1", {}, "invalidFields", "ollama/llama3.1 has no key that could be used here."),
        ("openai/gpt-4o", {"api_key": OTHER_KEY}, "invalidArguments", "Give the key once"),
    ],
)
def test_a_key_that_cannot_be_shared(owner: str, fields: dict[str, object], reason: str, told: str) -> None:
    refused = refusal("addModel", TEXT, {"modelId": "openai/gpt-5", "fields": fields, "sameKeyAs": owner})
    assert refused.reason == reason
    assert told in refused.message


def test_a_shared_key_of_another_provider_is_told() -> None:
    outcome = run("addModel", TEXT, {"modelId": "anthropic/claude-sonnet-4-5", "sameKeyAs": "openai/gpt-4o"})
    assert "looks like one of openai, not of anthropic" in outcome.message


# Edit


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
        ({"timeout": 300}, "GPT-4o is like that already.", "", ""),
        ({"seed": None}, "GPT-4o is like that already.", "", ""),
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


# Remove


def test_remove() -> None:
    outcome = run("removeModel", TEXT, {"modelId": "ollama/llama3.1"}, choice="openai/gpt-4o")
    assert (outcome.message, outcome.value) == (
        "Removed ollama/llama3.1.",
        {"modelId": "ollama/llama3.1", "wasDefault": False},
    )
    removed = after("removeModel", TEXT, {"modelId": "ollama/llama3.1"})
    assert removed == TEXT.replace("\n  ollama/llama3.1:\n", "")


def test_removing_the_default_leaves_none() -> None:
    argument = {"modelId": "openai/gpt-4o"}
    outcome = run("removeModel", TEXT, argument)
    assert outcome.message == "Removed GPT-4o. It was the default, so there is none now; set one with default."
    assert outcome.value == {"modelId": "openai/gpt-4o", "wasDefault": True}
    left = "# Ours.\nmodels:\n  ollama/llama3.1:\n\ndefault: null  # for now\n"
    assert after("removeModel", TEXT, argument).replace("models:\n\n", "models:\n") == left


def test_add_then_remove_gives_the_old_text() -> None:
    added = after("addModel", TEXT, {"modelId": "ollama/x", "fields": {"timeout": 5}})
    assert added != TEXT
    assert after("removeModel", added, {"modelId": "ollama/x"}) == TEXT


def test_a_model_in_use_is_not_removed_without_force() -> None:
    text = TEXT.replace("default: openai/gpt-4o", "default: ollama/llama3.1")
    refused = refusal("removeModel", text, {"modelId": "openai/gpt-4o"}, sessions=(AGENT,))
    assert refused.reason == "modelInUse"
    assert refused.message == "GPT-4o is in use by agent 42 in /home/me. Switch there first, or use force."
    forced = run("removeModel", text, {"modelId": "openai/gpt-4o", "force": True}, sessions=(AGENT,))
    assert forced.message == "Removed GPT-4o."


@pytest.mark.parametrize("force", [False, True])
def test_the_chosen_model_is_not_removed(force: bool) -> None:
    argument = {"modelId": "ollama/llama3.1", "force": force}
    refused = refusal("removeModel", TEXT, argument, choice="ollama/llama3.1")
    assert refused.reason == "modelIsCurrent"
    assert refused.message == "ollama/llama3.1 is the current model. Switch to another one first."


# Default


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, TEXT.replace("default: openai/gpt-4o", "default: ollama/llama3.1")),
        ("models:\n  ollama/llama3.1:\n", "models:\n  ollama/llama3.1:\n\ndefault: ollama/llama3.1\n"),
        ("default: null\nmodels: {ollama/llama3.1: }\n", "default: ollama/llama3.1\nmodels: {ollama/llama3.1: }\n"),
        ("models:\r\n  ollama/llama3.1:\r\n", "models:\r\n  ollama/llama3.1:\r\n\r\ndefault: ollama/llama3.1\r\n"),
    ],
)
def test_set_default(text: str, expected: str) -> None:
    argument = {"modelId": "ollama/llama3.1"}
    outcome = run("setDefaultModel", text, argument)
    assert outcome.message == "ollama/llama3.1 is the default now."
    assert outcome.value == {"modelId": "ollama/llama3.1", "displayName": "ollama/llama3.1"}
    assert after("setDefaultModel", text, argument) == expected
    again = run("setDefaultModel", expected, argument)
    assert (again.message, again.edits) == ("ollama/llama3.1 is the default already.", ())


# Key

KEYS = f"""\
models:
  openai/a: {{api_key: &k "{KEY}"}}
  openai/b: {{api_key: *k}}
  openai/c:
    api_key: '{KEY}' # same
  azure/d:
    api_key: {KEY}
  openai/e:
  anthropic/f: {{api_key: {OTHER_KEY}}}
"""


def test_a_key_is_replaced_wherever_it_is_shared() -> None:
    argument = {"provider": "openai", "apiKey": "sk-proj-" + "Nn1" * 14}
    outcome = run("setKey", KEYS, argument)
    assert outcome.value == {
        "modelIds": ["openai/a", "openai/b", "openai/c", "azure/d"],
        "notChanged": ["openai/e"],
        "warnings": [],
    }
    told = "Not for openai/e: no such key before. To set one there, name the model."
    assert outcome.message == f"New key for openai/a, openai/b, openai/c, azure/d. {told}"
    expected = KEYS.replace(KEY, argument["apiKey"])
    changed = after("setKey", KEYS, argument)
    assert [line for line in changed.splitlines() if "api_key" in line][:4] == [
        line for line in expected.splitlines() if "api_key" in line
    ][:4]
    assert changed.count(argument["apiKey"]) == 3
    assert KEY not in changed
    assert OTHER_KEY in changed
    assert argument["apiKey"] not in repr((outcome.message, outcome.value))


NEW = "sk-proj-" + "Nn1" * 14
GATEWAY = "api_base: http://gateway.example.com/v1"


@pytest.mark.parametrize(
    ("before", "provider", "after_it", "ids", "left"),
    [
        pytest.param(
            f"models:\n  openai/gpt-4o: {{api_key: {KEY}}}\n  openai/gw:\n    {GATEWAY}\n  openai/lan: {{{GATEWAY}}}\n",
            "openai",
            f"models:\n  openai/gpt-4o: {{api_key: {NEW}}}\n  openai/gw:\n    {GATEWAY}\n  openai/lan: {{{GATEWAY}}}\n",
            ["openai/gpt-4o"],
            ["openai/gw", "openai/lan"],
            id="only where the old one is",
        ),
        pytest.param(
            f"models:\n  openai/a:\n  openai/b: {{api_key: sk-...}}\n  openai/c: {{api_key: '${{X}}'}}\n"
            f"  openai/gw: {{{GATEWAY}, api_key: sk-...}}\n  anthropic/x: {{api_key: sk-...}}\n",
            "openai",
            f"models:\n  openai/a:\n    api_key: {NEW}\n  openai/b: {{api_key: {NEW}}}\n"
            f"  openai/c: {{api_key: '{NEW}'}}\n"
            f"  openai/gw: {{{GATEWAY}, api_key: sk-...}}\n  anthropic/x: {{api_key: sk-...}}\n",
            ["openai/a", "openai/b", "openai/c"],
            ["openai/gw"],
            id="a placeholder and a reference are no key",
        ),
        pytest.param(
            f"models:\n  openai/gw: {{{GATEWAY}, api_key: EMPTY}}\n  openai/a:\n",
            "openai",
            f"models:\n  openai/gw: {{{GATEWAY}, api_key: EMPTY}}\n  openai/a:\n    api_key: {NEW}\n",
            ["openai/a"],
            ["openai/gw"],
            id="a dummy for a local server is no key",
        ),
        pytest.param(
            f"models:\n  azure/a: {{api_base: 'https://r.openai.azure.com', api_key: {KEY}}}\n",
            "azure",
            f"models:\n  azure/a: {{api_base: 'https://r.openai.azure.com', api_key: {NEW}}}\n",
            ["azure/a"],
            [],
            id="also at a URL, if the old one is there",
        ),
        pytest.param(
            f"models:\n  a/a: &base {{api_key: &k {KEY}}}\n  a/b: {{<<: *base}}\n"
            "  a/c: {api_key: *k}\n  a/d: *base\n",
            "a",
            f"models:\n  a/a: &base {{api_key: &k {NEW}}}\n  a/b: {{<<: *base}}\n"
            "  a/c: {api_key: *k}\n  a/d: *base\n",
            ["a/a", "a/b", "a/c", "a/d"],
            [],
            id="anchors, merge keys and aliases stay",
        ),
        pytest.param(
            f"x-keys:\n  openai: &k {KEY}\nmodels:\n  a/a:\n    api_key: *k\n  b/b: {{api_key: *k}}\n",
            "a",
            f"x-keys:\n  openai: &k {NEW}\nmodels:\n  a/a:\n    api_key: *k\n  b/b: {{api_key: *k}}\n",
            ["a/a", "b/b"],
            [],
            id="an anchor outside of models",
        ),
        pytest.param(
            f"x: &one {{api_key: {KEY}}}\ny: &two {{timeout: 5}}\nmodels:\n  a/a:\n    <<: [*one, *two]\n"
            f"  a/b:\n    <<: *one\n    api_key: {KEY}\n  a/c:\n    <<: *two\n",
            "a",
            f"x: &one {{api_key: {NEW}}}\ny: &two {{timeout: 5}}\nmodels:\n  a/a:\n    <<: [*one, *two]\n"
            f"  a/b:\n    <<: *one\n    api_key: {NEW}\n  a/c:\n    <<: *two\n",
            ["a/a", "a/b"],
            ["a/c"],
            id="a list of merges, and an override",
        ),
        pytest.param(
            "models:\n  a/a: &base {api_key: sk-...}\n  a/b:\n    <<: *base\n  a/c:\n    name: c\n",
            "a",
            f"models:\n  a/a: &base {{api_key: {NEW}}}\n  a/b:\n    <<: *base\n  a/c:\n    name: c\n"
            f"    api_key: {NEW}\n",
            ["a/a", "a/b", "a/c"],
            [],
            id="a shared placeholder stays shared",
        ),
        pytest.param(
            f"models:\n  a/a:\n    api_key: |\n      {KEY}\n  a/b:\n    api_key: >-\n      {KEY}\n",
            "a",
            f"models:\n  a/a:\n    api_key: {NEW}\n  a/b:\n    api_key: {NEW}\n",
            ["a/a", "a/b"],
            [],
            id="block scalars",
        ),
        pytest.param(
            f"models:\n  openai/gpt-4o#work: {{api_key: {KEY}}}\n  openai/gpt-4o#old:\n",
            "openai",
            f"models:\n  openai/gpt-4o#work: {{api_key: {NEW}}}\n  openai/gpt-4o#old:\n",
            ["openai/gpt-4o#work"],
            ["openai/gpt-4o#old"],
            id="labels",
        ),
        pytest.param(
            "models:\n  huggingface/https://host.example/x:\n  huggingface/y:\n    base_url: http://gateway.example\n"
            "  huggingface/z:\n",
            "huggingface",
            "models:\n  huggingface/https://host.example/x:\n  huggingface/y:\n    base_url: http://gateway.example\n"
            f"  huggingface/z:\n    api_key: {NEW}\n",
            ["huggingface/z"],
            ["huggingface/https://host.example/x", "huggingface/y"],
            id="a URL as the model, and in a field that nothing reads",
        ),
    ],
)
def test_where_the_key_of_a_provider_goes(
    before: str, provider: str, after_it: str, ids: list[str], left: list[str]
) -> None:
    argument = {"provider": provider, "apiKey": NEW}
    outcome = run("setKey", before, argument)
    assert (outcome.value["modelIds"], outcome.value["notChanged"]) == (ids, left)
    assert after("setKey", before, argument) == after_it


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"models:\n  openai/a: {{{GATEWAY}}}\n  openai/b: {{{GATEWAY}, api_key: sk-...}}\n",
            "Each model of openai has a URL of its own, to which the key would go. Name the model: openai/a, openai/b",
        ),
        (
            f"models:\n  openai/a:\n  openai/b: {{{GATEWAY}, api_key: {KEY}}}\n",
            "Of openai, only models with a URL of their own have a key. Name the model: openai/a, openai/b",
        ),
        (
            f"models:\n  openai/a: {{api_key: {OTHER_KEY}}}\n  openai/b: {{api_key: {KEY}}}\n",
            "The models of openai use 2 different keys. Name the model: openai/a, openai/b",
        ),
    ],
)
def test_a_provider_key_that_could_go_to_the_wrong_server_is_refused(text: str, message: str) -> None:
    refused = refusal("setKey", text, {"provider": "openai", "apiKey": NEW})
    assert (refused.reason, refused.message) == ("ambiguousKey", message)


def test_a_placeholder_that_another_server_shares_is_not_replaced_there() -> None:
    text = f"x: &base {{api_key: sk-...}}\nmodels:\n  a/a:\n    <<: *base\n  a/gw:\n    <<: *base\n    {GATEWAY}\n"
    changed = after("setKey", text, {"provider": "a", "apiKey": NEW})
    assert changed == text.replace("  a/gw", f"    api_key: {NEW}\n  a/gw")


def test_the_key_of_a_model_with_its_own_url_is_explicit() -> None:
    text = f"models:\n  openai/a: {{{GATEWAY}, api_key: EMPTY}}\n  openai/b: {{{GATEWAY}, api_key: EMPTY}}\n"
    changed = after("setKey", text, {"modelId": "openai/a", "apiKey": NEW})
    assert changed == text.replace("EMPTY", NEW, 1)


def test_the_key_of_one_model() -> None:
    text = f"models:\n  openai/a:\n    api_key: {KEY}\n  openai/b:\n    api_key: {OTHER_KEY}\n  openai/c:\n"
    new = "sk-proj-" + "Nn1" * 14
    assert after("setKey", text, {"modelId": "openai/b", "apiKey": new}) == text.replace(OTHER_KEY, new)
    added = after("setKey", text, {"modelId": "openai/c", "apiKey": new})
    assert added == text + f"    api_key: {new}\n"


@pytest.mark.parametrize(
    ("argument", "code", "reason", "message"),
    [
        ({"apiKey": KEY}, -32602, "invalidArguments", "Name either a provider or a model whose key it is."),
        (
            {"apiKey": KEY, "provider": "openai", "modelId": "openai/a"},
            -32602,
            "invalidArguments",
            "Name either a provider or a model whose key it is.",
        ),
        (
            {"apiKey": KEY, "provider": "mistral"},
            -32803,
            "modelNotFound",
            "There is no model 'mistral/…' in models.yaml. `/model` and `aloop models list` show what there is.",
        ),
        (
            {"apiKey": "", "provider": "openai"},
            -32803,
            "invalidFields",
            "api_key is empty. Paste the key, or leave the field out.",
        ),
    ],
)
def test_keys_that_are_refused(argument: dict[str, Any], code: int, reason: str, message: str) -> None:
    refused = refusal("setKey", KEYS, argument)
    assert (refused.code, refused.reason, refused.message) == (code, reason, message)


def test_ids_that_are_keys_are_not_told() -> None:
    text = f"models:\n  openai/{KEY}: {{api_key: one-1}}\n  openai/b: {{api_key: two-2}}\n"
    refused = refusal("setKey", text, {"provider": "openai", "apiKey": OTHER_KEY})
    assert (refused.reason, refused.suggestions) == ("ambiguousKey", ("••••••••", "openai/b"))
    outcome = run("setKey", text, {"modelId": f"openai/{KEY}", "apiKey": OTHER_KEY})
    assert outcome.value["modelIds"] == ["••••••••"]


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
            "LiteLLM has no provider 'openia'. Did you mean openai/gpt-4o#work?",
            ("openai/gpt-4o#work",),
        ),
        (
            "openai/openai/gpt-4o",
            "repeatedProvider",
            "The provider is written twice. Did you mean openai/gpt-4o?",
            ("openai/gpt-4o",),
        ),
    ],
)
def test_an_unusual_id_has_to_be_confirmed(
    model_id: str, reason: str, problem: str, suggestions: tuple[str, ...]
) -> None:
    refused = refusal("addModel", "models:\n", {"modelId": model_id})
    assert (refused.code, refused.reason, refused.suggestions) == (-32803, reason, suggestions)
    assert refused.message == f"{problem} To add it as it is, set allowUnusualId."
    assert refused.message_for("aloop models") == f"{problem} To add it as it is, use --allow-unusual-id."
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


# Applied


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("addModel", {"modelId": "openai/gpt-5", "fields": {"timeout": 60}}),
        ("editModel", {"modelId": "openai/gpt-4o", "fields": {"timeout": 301}}),
        ("editModel", {"modelId": "openai/gpt-4o", "fields": {"name": None, "api_key": f" {OTHER_KEY}\n"}}),
        ("removeModel", {"modelId": "ollama/llama3.1"}),
        ("setDefaultModel", {"modelId": "ollama/llama3.1"}),
        ("switchModel", {"modelId": "ollama/llama3.1", "makeDefault": True}),
        ("setKey", {"modelId": "openai/gpt-4o", "apiKey": OTHER_KEY}),
        ("setKey", {"provider": "openai", "apiKey": OTHER_KEY}),
    ],
)
def test_a_command_is_applied_to_the_text_that_it_leaves_and_to_no_other(
    command: str, argument: dict[str, Any]
) -> None:
    definition = BY_ID[f"aloop.{command}"]
    parameters = parse_arguments(definition, argument)
    assert not definition.applied(snapshot(TEXT), parameters)
    changed = after(command, TEXT, argument)
    assert definition.applied(snapshot(changed), parameters)
    assert not definition.applied(snapshot(f"{changed}  broken: ["), parameters)


def test_an_edit_of_another_type_is_not_applied() -> None:
    definition = BY_ID["aloop.editModel"]
    parameters = parse_arguments(definition, {"modelId": "openai/gpt-4o", "fields": {"timeout": 300.0}})
    assert not definition.applied(snapshot(TEXT), parameters)
