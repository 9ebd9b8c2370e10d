"""`key`: which entries get it, and which never do."""

from typing import Any

import pytest

from aloop_models.commands.set_key import KeyParameters, is_key_set
from support.commands import KEY, OTHER_KEY, after, refusal, run
from support.snapshots import snapshot

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
NEW = "sk-proj-" + "Nn1" * 14
GATEWAY = "api_base: http://gateway.example.com/v1"


def test_a_key_is_replaced_wherever_it_is_shared() -> None:
    argument = {"provider": "openai", "apiKey": "sk-proj-" + "Nn1" * 14}
    outcome = run("setKey", KEYS, argument)
    assert outcome.value == {
        "modelIds": ["openai/a", "openai/b", "openai/c", "azure/d"],
        "notChanged": ["openai/e"],
    }
    told = "Not changed, because it has no API key: openai/e. To set one, name the model."
    assert outcome.message == f"Set the API key of openai/a, openai/b, openai/c, azure/d. {told}"
    expected = KEYS.replace(KEY, argument["apiKey"])
    changed = after("setKey", KEYS, argument)
    assert [line for line in changed.splitlines() if "api_key" in line][:4] == [
        line for line in expected.splitlines() if "api_key" in line
    ][:4]
    assert changed.count(argument["apiKey"]) == 3
    assert KEY not in changed
    assert OTHER_KEY in changed
    assert argument["apiKey"] not in repr((outcome.message, outcome.value))


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
            "Every model of openai has a URL of its own, which would get the key. Name the model: openai/a, openai/b",
        ),
        (
            f"models:\n  openai/a:\n  openai/b: {{{GATEWAY}, api_key: {KEY}}}\n",
            "Only models of openai with a URL of their own have an API key. Name the model: openai/a, openai/b",
        ),
        (
            f"models:\n  openai/a: {{api_key: {OTHER_KEY}}}\n  openai/b: {{api_key: {KEY}}}\n",
            "The models of openai use 2 different API keys. Name the model: openai/a, openai/b",
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


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(
            "a: &base {timeout: 5}\nb: {<<: *base}\nc: {timeout: 6}\n",
            f"a: &base {{timeout: 5, api_key: {NEW}}}\nb: {{<<: *base}}\nc: {{timeout: 6, api_key: {NEW}}}\n",
            id="flow",
        ),
        pytest.param(
            "a: &base\n    timeout: 5\nb: *base\nc:\n    <<: *base\n    timeout: 6\n",
            f"a: &base\n    timeout: 5\n    api_key: {NEW}\nb: *base\nc:\n    <<: *base\n    timeout: 6\n",
            id="block",
        ),
        pytest.param(
            f"a: &base {{api_key: &k {KEY}}}\nb: {{<<: *base}}\nc: {{api_key: *k}}\n",
            f"a: &base {{api_key: &k {NEW}}}\nb: {{<<: *base}}\nc: {{api_key: *k}}\n",
            id="anchors on the mapping and the key",
        ),
        pytest.param(
            f"a: &base\n    api_key: '{KEY}'\nb: *base\nc:\n    <<: [*base, *base]\n",
            f"a: &base\n    api_key: '{NEW}'\nb: *base\nc:\n    <<: [*base, *base]\n",
            id="an alias and a list of merges",
        ),
        pytest.param(
            "a: &base {timeout: 5}\nb: {<<: *base, api_key: sk-...}\nc: {<<: *base}\n",
            f"a: &base {{timeout: 5, api_key: {NEW}}}\nb: {{<<: *base, api_key: {NEW}}}\nc: {{<<: *base}}\n",
            id="a key of its own",
        ),
        pytest.param(
            f"a: &base {{api_key: {KEY}}}\nb: &more {{<<: *base, timeout: 5}}\nc: {{<<: *more}}\n",
            f"a: &base {{api_key: {NEW}}}\nb: &more {{<<: *base, timeout: 5}}\nc: {{<<: *more}}\n",
            id="a merge of a merge",
        ),
    ],
)
def test_shared_keys_stay_shared(before: str, expected: str) -> None:
    """No second copy of the key is written into an entry that gets it from another one."""
    before, expected = (
        "models:\n" + "".join(f"  {'openai/' if line[0] in 'abc' else ''}{line}" for line in text.splitlines(True))
        for text in (before, expected)
    )
    assert after("setKey", before, {"provider": "openai", "apiKey": NEW}) == expected


def test_the_key_of_one_model() -> None:
    text = f"models:\n  openai/a:\n    api_key: {KEY}\n  openai/b:\n    api_key: {OTHER_KEY}\n  openai/c:\n"
    new = "sk-proj-" + "Nn1" * 14
    assert after("setKey", text, {"modelId": "openai/b", "apiKey": new}) == text.replace(OTHER_KEY, new)
    added = after("setKey", text, {"modelId": "openai/c", "apiKey": new})
    assert added == text + f"    api_key: {new}\n"


SHARED = f"""\
models:
  openai/a:
    name: A
    api_key: {KEY}
  openai/b:
  azure/c:
    api_base: https://r.openai.azure.com
    api_key: {OTHER_KEY}
  openai/d: {{api_key: sk-...}}
"""


def test_the_key_of_another_model() -> None:
    argument = {"modelId": "openai/b", "sameKeyAs": "openai/a"}
    outcome = run("setKey", SHARED, argument)
    assert outcome.message == "openai/b uses the API key of openai/a."
    assert (outcome.value, outcome.warnings) == ({"modelIds": ["openai/b"], "notChanged": []}, ())
    changed = after("setKey", SHARED, argument)
    assert changed == SHARED.replace("  openai/b:\n", f"  openai/b:\n    api_key: {KEY}\n")
    again = run("setKey", changed, argument)
    assert (again.message, again.edits) == ("openai/b already has the API key of openai/a.", ())


@pytest.mark.parametrize(
    ("argument", "reason", "message"),
    [
        (
            {"modelId": "openai/b", "sameKeyAs": "azure/c"},
            "invalidFields",
            "openai/b cannot use the API key of azure/c: it is not valid for this provider and server. "
            "Set the API key instead.",
        ),
        (
            {"modelId": "azure/c", "sameKeyAs": "openai/a"},
            "invalidFields",
            "azure/c cannot use the API key of openai/a: it is not valid for this provider and server. "
            "Set the API key instead.",
        ),
        (
            {"modelId": "openai/b", "sameKeyAs": "openai/d"},
            "invalidFields",
            "openai/b cannot use the API key of openai/d: it is not valid for this provider and server. "
            "Set the API key instead.",
        ),
        (
            {"modelId": "openai/a", "sameKeyAs": "openai/b"},
            "invalidFields",
            "openai/b has no API key. Nothing was changed.",
        ),
        (
            {"provider": "openai", "sameKeyAs": "openai/a"},
            "invalidArguments",
            "Name the model that gets the key of another one.",
        ),
        (
            {"modelId": "openai/b", "sameKeyAs": "openai/a", "apiKey": KEY},
            "invalidArguments",
            "Give either apiKey or sameKeyAs.",
        ),
        ({"modelId": "openai/b"}, "invalidArguments", "Give either apiKey or sameKeyAs."),
    ],
)
def test_the_key_of_another_model_is_refused(argument: dict[str, Any], reason: str, message: str) -> None:
    refused = refusal("setKey", SHARED, argument)
    assert (refused.reason, refused.message) == (reason, message)


@pytest.mark.parametrize(
    ("entries", "model_id"),
    [
        pytest.param("  openai/a: {api_key: &p sk-...}\n  openai/b: {api_key: *p}\n", "openai/a", id="a text"),
        pytest.param("  openai/a: &p {api_key: sk-...}\n  openai/b: *p\n", "openai/a", id="an entry"),
        pytest.param("  openai/a: &p {api_key: sk-...}\n  openai/b: *p\n", "openai/b", id="an alias of an entry"),
    ],
)
def test_a_placeholder_with_an_anchor_stays_shared(entries: str, model_id: str) -> None:
    text = f"models:\n{entries}  openai/c: {{api_key: sk-...}}\n"
    argument = {"modelId": model_id, "apiKey": NEW}
    assert after("setKey", text, argument) == text.replace("sk-...", NEW, 1)
    outcome = run("setKey", text, argument)
    assert (outcome.message, outcome.value["modelIds"]) == (
        "Set the API key of openai/a, openai/b.",
        ["openai/a", "openai/b"],
    )


@pytest.mark.parametrize("other", ["anthropic/b: {api_key: *p}", f"openai/b: {{{GATEWAY}, api_key: *p}}"])
def test_a_placeholder_that_another_provider_or_server_shares_is_not_replaced(other: str) -> None:
    text = f"models:\n  openai/a: {{api_key: &p sk-...}}\n  {other}\n"
    refused = refusal("setKey", text, {"modelId": "openai/a", "apiKey": NEW})
    message = "Other parts of the file use this text through an anchor. Edit it manually."
    assert (refused.reason, refused.message) == ("unsafeEdit", message)


def test_a_key_in_the_wrong_place_stays_where_it_is_right() -> None:
    claude = "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
    text = (
        f"models:\n  anthropic/a:\n    api_key: &k {claude}\n  openai/b:\n    api_key: *k\n"
        f"  openai/c: {{api_key: {claude}}}\n  anthropic/d: {{api_key: {claude}}}\n"
    )
    outcome = run("setKey", text, {"modelId": "openai/b", "apiKey": NEW})
    assert outcome.value["modelIds"] == ["openai/b", "openai/c"]
    changed = after("setKey", text, {"modelId": "openai/b", "apiKey": NEW})
    assert changed == text.replace("*k", NEW).replace(f"openai/c: {{api_key: {claude}", f"openai/c: {{api_key: {NEW}")
    rotated = after("setKey", text, {"modelId": "anthropic/a", "apiKey": claude + "x"})
    assert rotated == text.replace(claude, claude + "x")


@pytest.mark.parametrize(
    ("argument", "code", "reason", "message"),
    [
        ({"apiKey": KEY}, -32602, "invalidArguments", "Name either a provider or a model."),
        (
            {"apiKey": KEY, "provider": "openai", "modelId": "openai/a"},
            -32602,
            "invalidArguments",
            "Name either a provider or a model.",
        ),
        (
            {"apiKey": KEY, "provider": "mistral"},
            -32803,
            "modelNotFound",
            "There is no model 'mistral/…' in models.yaml. List the models: aloop models list",
        ),
        (
            {"apiKey": "", "provider": "openai"},
            -32803,
            "invalidFields",
            "api_key is empty. Paste the key, or omit the field.",
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


def test_a_shared_key_is_set_when_both_models_have_it() -> None:
    text = f"models:\n  openai/a: {{api_key: {KEY}}}\n  openai/b: {{api_key: {KEY}}}\n  openai/c:\n"
    around = snapshot(text)
    assert is_key_set(around, KeyParameters(model_id="openai/b", same_key_as="openai/a"))
    assert not is_key_set(around, KeyParameters(model_id="openai/c", same_key_as="openai/a"))
    assert not is_key_set(around, KeyParameters(model_id="openai/none", same_key_as="openai/a"))
