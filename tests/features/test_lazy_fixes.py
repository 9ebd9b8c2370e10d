"""Fixes that are found when they are asked for: whose key, which URL, and to whom each is offered."""

from typing import Any, NamedTuple

import pytest

from aloop_models.catalog.provider_table import BASE_EXAMPLE, HAS_LOCAL_URL
from aloop_models.commands import BY_ID, parse_arguments
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.code_actions import QUICK_FIX, Action, code_actions
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.lazy_fixes import lazy_fixes
from aloop_models.snapshot import Place
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
OTHER = "sk-proj-ZyXwVuTsRqPoNmLkJiHgFeDc9876543210ZyXwVuTs"
ANTHROPIC = "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
GATEWAY = "api_base: https://gw.example.com/v1"
GPT_4O = f"  openai/gpt-4o:\n    name: GPT-4o\n    api_key: {KEY}\n"
SET, USE = "Set API key…", "Use the key of GPT-4o"


class Offer(NamedTuple):
    title: str
    is_preferred: bool
    arguments: Any


def file(fields: str, model_id: str = "openai/gpt-4.1", others: str = GPT_4O) -> str:
    """The entry whose problem is fixed, last."""
    return f"models:\n{others}  {model_id}:\n    timeout: 5\n{fields}"


def actions(text: str, *, can_ask: bool = True, **around: Any) -> list[Action]:
    subject = snapshot(text, **around)
    diagnostics = tuple(item for item in diagnose(subject).items if item.rule.id != "missing-default")
    found = code_actions(subject, diagnostics, subject.document.entries[-1].full_span, can_ask=can_ask)
    assert KEY not in repr([(item.title, item.arguments) for item in found])
    return [item for item in found if item.kind == QUICK_FIX and not item.title.startswith("Ignore here: ")]


def titles(text: str, **around: Any) -> list[str]:
    return [item.title for item in actions(text, **around)]


def problems(text: str) -> list[str]:
    return [item.rule.id for item in diagnose(snapshot(text)).items]


def done(text: str, action: Action, **more: object) -> str:
    """The text after an action: its edits, or those of its command with what a person answers."""
    edits: tuple[Edit, ...] = action.edits
    if action.command is not None:
        command = BY_ID[action.command]
        argument = {name: value for name, value in action.arguments.items() if name != "ask"}
        edits = command.run(snapshot(text), parse_arguments(command, argument | more)).edits
    return apply_edits(text, edits)


@pytest.mark.parametrize(
    ("fields", "rule", "offered"),
    [
        ("", "missing-api-key", [(USE, False), (SET, True)]),
        ("    api_key:\n", "missing-api-key", [(USE, False), (SET, True)]),
        ("    api_key: ''\n", "missing-api-key", [(USE, False), (SET, True)]),
        ("    api_key: sk-...\n", "placeholder-api-key", [(USE, False), (SET, True)]),
        ("    api_key: your-api-key # c\n", "placeholder-api-key", [(USE, False), (SET, True)]),
        ("    api_key: sk-short\n", "malformed-api-key", [(USE, False), (SET, True)]),
        (
            f"    api_key: Bearer {OTHER}\n",
            "malformed-api-key",
            [("Remove the characters around the key", True), (USE, False), (SET, False)],
        ),
        (f"    api_key: {ANTHROPIC}\n", "key-of-another-provider", [(USE, False), (SET, False)]),
        ("    api_key: ${OPENAI_API_KEY}\n", "env-reference", [(USE, False), (SET, True)]),
        ("    api_key: {env:OPENAI_API_KEY}\n", "env-reference", [(USE, False), (SET, True)]),
        ("    api_key: $(op read op://a/b)\n", "env-reference", [(USE, False), (SET, True)]),
        ("    api_key: 12345\n", "wrong-type", [("Quote this value", True), (USE, False), (SET, False)]),
        ("    api_key: true\n", "wrong-type", [(USE, False), (SET, True)]),
        ("    api_key: 2026-01-02\n", "wrong-type", [(USE, False), (SET, True)]),
        ("    api_key: [a]\n", "wrong-type", [(USE, False), (SET, True)]),
    ],
)
def test_a_key_that_cannot_be_used(fields: str, rule: str, offered: list[tuple[str, bool]]) -> None:
    text = file(fields)
    found = actions(text)
    assert [(item.title, item.preferred) for item in found] == offered
    assert (
        {item.diagnostic.rule.id for item in found if item.diagnostic}
        == {rule}
        == set(problems(text)) - {"missing-default"}
    )
    use, ask = found[-2:]
    assert use.arguments == {"modelId": "openai/gpt-4.1", "sameKeyAs": "openai/gpt-4o"}
    assert ask.arguments == {"modelId": "openai/gpt-4.1", "ask": True}
    for item, more, key in ((use, {}, KEY), (ask, {"apiKey": OTHER}, OTHER)):
        after = done(text, item, **more)
        assert snapshot(after).document.by_id["openai/gpt-4.1"].entry.profile == {"timeout": 5, "api_key": key}
        assert problems(after) == ["missing-default"]
        assert after.startswith(f"models:\n{GPT_4O}  openai/gpt-4.1:\n    timeout: 5\n    api_key:")
        assert ("# c" in text) == ("# c" in after)


def test_an_editor_that_cannot_ask_gets_what_needs_no_answer() -> None:
    assert titles(file(""), can_ask=False) == [USE]
    assert titles(file("", others=""), can_ask=False) == []


@pytest.mark.parametrize(
    ("others", "model_id", "fields", "used"),
    [
        pytest.param(f"  anthropic/a:\n    api_key: {ANTHROPIC}\n", "openai/b", "", [], id="another provider"),
        pytest.param(f"  azure/a:\n    api_key: {KEY}\n", "openai/b", "", [], id="another company"),
        pytest.param(f"  openai/a:\n    {GATEWAY}\n    api_key: {KEY}\n", "openai/b", "", [], id="a gateway's key"),
        pytest.param(GPT_4O, "openai/b", f"    {GATEWAY}\n", [], id="a gateway gets no key of the provider"),
        pytest.param(
            f"  openai/a:\n    api_base: https://GW.example.com/v1/\n    api_key: {KEY}\n",
            "openai/b",
            f"    {GATEWAY}\n",
            ["openai/a"],
            id="the same gateway",
        ),
        pytest.param(
            f"  openai/a:\n    api_base: http://gw.example.com/v1\n    api_key: {KEY}\n",
            "openai/b",
            f"    {GATEWAY}\n",
            [],
            id="the same host without encryption",
        ),
        pytest.param(
            f"  openai/a:\n    api_base: https://gw.example.com:8443/v1\n    api_key: {KEY}\n",
            "openai/b",
            f"    {GATEWAY}\n",
            [],
            id="another port",
        ),
        pytest.param(
            f"  azure/a:\n    api_base: https://one.openai.azure.com\n    api_key: {KEY[8:]}\n",
            "azure/b",
            "    api_base: https://two.openai.azure.com\n",
            [],
            id="another resource",
        ),
        pytest.param(
            f"  azure/a:\n    api_base: https://one.openai.azure.com\n    api_key: {KEY[8:]}\n",
            "azure/b",
            "    api_base: https://one.openai.azure.com\n",
            ["azure/a"],
            id="the same resource",
        ),
        pytest.param(
            f"  openai/a:\n    api_base: ${{GATEWAY}}\n    api_key: {KEY}\n",
            "openai/b",
            "",
            [],
            id="a reference as URL",
        ),
        pytest.param(
            f"  openai/a:\n    base_url: https://gw.example.com\n    api_key: {KEY}\n",
            "openai/b",
            "",
            [],
            id="a URL in a field that nothing reads",
        ),
        pytest.param(
            f"  cohere_chat/a:\n    api_key: {OTHER[8:]}\n",
            "cohere/b",
            "",
            ["cohere_chat/a"],
            id="the same credentials",
        ),
        pytest.param("  openai/a:\n    api_key: sk-...\n", "openai/b", "", [], id="a placeholder"),
        pytest.param("  openai/a:\n    api_key: ${KEY}\n", "openai/b", "", [], id="a reference"),
        pytest.param("  openai/a:\n    api_key: sk-short\n", "openai/b", "", [], id="a malformed key"),
        pytest.param(f"  openai/a:\n    api_key: {ANTHROPIC}\n", "openai/b", "", [], id="a foreign key"),
        pytest.param(
            f"{GPT_4O}  openai/c:\n    api_key: '{KEY}'\n  openai/d:\n    api_key: {OTHER}\n",
            "openai/b",
            "",
            ["GPT-4o", "openai/d"],
            id="each key once",
        ),
        pytest.param(
            f"  openai/a#work: {{name: X, api_key: {KEY}}}\n  openai/a#home: {{name: X, api_key: {OTHER}}}\n",
            "openai/b",
            "",
            ["openai/a#work", "openai/a#home"],
            id="the same display name",
        ),
        pytest.param(f"  openai/{OTHER}:\n    api_key: {KEY}\n", "openai/b", "", [], id="an ID with a key"),
        pytest.param(
            f"  openai/a:\n    name: {OTHER}\n    api_key: {KEY}\n", "openai/b", "", ["••••••••"], id="a name"
        ),
    ],
)
def test_whose_key_is_offered(others: str, model_id: str, fields: str, used: list[str]) -> None:
    text = file(fields, model_id, others)
    found = [title for title in titles(text) if title.startswith("Use")]
    assert found == [f"Use the key of {name}" for name in used]


def test_the_key_of_a_provider_can_be_the_mistake_or_the_id() -> None:
    text = file("    api_key: sk-or-v1-" + "A1b2C3d4" * 8 + "\n")
    assert titles(text) == ["Change to openrouter/openai/gpt-4.1", USE, SET]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "models:\n  bedrock/amazon.nova-pro-v1:0:\n    aws_access_key_id: AKIAABCDEFGHIJKLMNOP\n", id="a pair"
        ),
        pytest.param("models:\n  openai/a:\n    api_key: sk-...\n  openai/b: [\n", id="a broken file"),
        pytest.param(f"models:\n  openai/{KEY}:\n", id="an ID with a key"),
        pytest.param(
            f"models:\n  openai/a:\n    organization: ${{X}}\n    api_key: {KEY}\n", id="a reference elsewhere"
        ),
    ],
)
def test_no_key_is_asked_for(text: str) -> None:
    assert SET not in titles(text)


def test_a_key_is_asked_for_only_where_the_entry_is_in_use_and_in_a_file() -> None:
    text = f"models:\n  openai/a:\n    api_key: sk-...\n  openai/a:\n    api_key: {KEY}\n"
    subject = snapshot(text)
    first = subject.document.entries[0].full_span
    assert SET not in [item.title for item in code_actions(subject, diagnose(subject).items, first, can_ask=True)]
    assert titles(file(""), place=Place()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            f"models:\n  openai/a: {{name: A, api_key: &k {KEY}}}\n  openai/b: {{api_key: sk-..., timeout: 5}}\n",
            f"models:\n  openai/a: {{name: A, api_key: &k {KEY}}}\n  openai/b: {{api_key: *k, timeout: 5}}\n",
            id="an anchor, in braces",
        ),
        pytest.param(
            f"models:\n  openai/a:\n    name: A\n    api_key: &k '{KEY}' # c\n  openai/b:\n    timeout: 5 # d\n",
            f"models:\n  openai/a:\n    name: A\n    api_key: &k '{KEY}' # c\n  openai/b:\n    timeout: 5 # d\n"
            "    api_key: *k\n",
            id="an anchor, in a new line",
        ),
        pytest.param(
            f"x: &k {KEY}\nmodels:\n  openai/a:\n    name: A\n    api_key: *k\n  openai/b:\n    api_key: sk-... # c\n",
            f"x: &k {KEY}\nmodels:\n  openai/a:\n    name: A\n    api_key: *k\n  openai/b:\n    api_key: *k # c\n",
            id="an alias",
        ),
        pytest.param(
            f"x: &base {{api_key: &k {KEY}}}\nmodels:\n  openai/a:\n    name: A\n    <<: *base\n  openai/b:\n",
            f"x: &base {{api_key: &k {KEY}}}\nmodels:\n  openai/a:\n    name: A\n    <<: *base\n  openai/b:\n"
            "    api_key: *k\n",
            id="an inherited anchor",
        ),
        pytest.param(
            f"models:\n  openai/b:\n    api_key: sk-...\n  openai/a:\n    name: A\n    api_key: &k {KEY}\n",
            f"models:\n  openai/b:\n    api_key: {KEY}\n  openai/a:\n    name: A\n    api_key: &k {KEY}\n",
            id="an anchor below",
        ),
        pytest.param(
            f"models:\n  openai/a:\n    name: A\n    api_key: &k {KEY}\n  openai/b:\n    api_key: &p sk-...\n",
            f"models:\n  openai/a:\n    name: A\n    api_key: &k {KEY}\n  openai/b:\n    api_key: &p {KEY}\n",
            id="an anchor of its own",
        ),
        pytest.param(
            f"models:\n  openai/a:\n    name: A\n    api_key: {KEY}\n  openai/b:\n    api_key: |\n      sk-...\n",
            f"models:\n  openai/a:\n    name: A\n    api_key: {KEY}\n  openai/b:\n    api_key: {KEY}\n",
            id="a text block",
        ),
    ],
)
def test_a_key_stays_shared_where_that_is_possible(before: str, after: str) -> None:
    subject = snapshot(before)
    span = subject.document.by_id["openai/b"].full_span
    (use,) = [item for item in code_actions(subject, diagnose(subject).items, span) if item.title == "Use the key of A"]
    assert done(before, use) == after
    assert snapshot(after).document.by_id["openai/b"].entry.profile["api_key"] == KEY


def test_a_key_is_not_offered_where_the_layout_does_not_allow_it() -> None:
    text = f"models:\n{GPT_4O}  openai/a: &a {{api_key: sk-...}}\n  openai/b: *a\n"
    assert [title for title in titles(text) if title.startswith("Use")] == []


@pytest.mark.parametrize("provider", sorted(HAS_LOCAL_URL))
@pytest.mark.parametrize("fields", ["", "    api_base:\n", "    api_base: ''\n"])
def test_the_default_url_of_a_local_server(provider: str, fields: str) -> None:
    text = file(fields, f"{provider}/m", "")
    (found,) = [item for item in actions(text) if item.command is None]
    url = BASE_EXAMPLE[provider]
    assert (found.title, found.preferred) == (f"Add api_base: {url}", False)
    after = done(text, found)
    assert snapshot(after).document.by_id[f"{provider}/m"].entry.profile == {"timeout": 5, "api_base": url}
    assert problems(after) == ["missing-default"]


@pytest.mark.parametrize("provider", sorted(BASE_EXAMPLE.keys() - HAS_LOCAL_URL))
def test_no_url_is_invented(provider: str) -> None:
    assert [item for item in actions(file("", f"{provider}/m", "")) if item.edits] == []


def test_fixes_of_a_whole_file_are_bounded() -> None:
    text = "models:\n" + "".join(f"  openai/m{number}:\n" for number in range(200))
    subject = snapshot(text)
    everything = subject.document.entries[0].full_span._replace(end=len(text))
    found = [item for item in code_actions(subject, diagnose(subject).items, everything, can_ask=True) if item.command]
    # Each entry has two problems.
    assert len([item for item in found if item.kind == QUICK_FIX]) == 5


@pytest.mark.parametrize(
    ("place", "title", "arguments"),
    [
        ({"ignored": False}, "Add to .gitignore", {"gitignore": True}),
        ({"ignored": True, "copies_ignored": False}, "Add to .gitignore", {"gitignore": True}),
        ({"ignored": True, "mode": 0o644}, "Make readable only by you", {"permissions": True}),
        ({"ignored": True, "tracked": "yes"}, None, None),
        ({"ignored": True, "mode": 0o646, "skipped": "Others can write it."}, None, None),
    ],
)
def test_a_file_that_others_can_get(place: dict[str, Any], title: str | None, arguments: object) -> None:
    around = Place(**{"path": "/p/.aloop/models.yaml", "mode": 0o600, "repository": "/p"} | place)
    text = f"models:\n{GPT_4O}default: openai/gpt-4o\n"
    for each in (text, f"{text}broken: [\n"):
        subject = snapshot(each, place=around)
        found = [item for item in code_actions(subject, diagnose(subject).items, Span(0, 0)) if item.command]
        assert [(item.title, item.preferred, item.command, item.arguments) for item in found] == (
            [(title, True, "aloop.protectFile", arguments)] if title else []
        )


LAYOUTS = [
    (
        "models:\n  ollama/a:\n  timeout: 5\n  name: A\n  ollama/b:\n",
        "Indent the fields below their ID",
        "models:\n  ollama/a:\n    timeout: 5\n    name: A\n  ollama/b:\n",
    ),
    (
        "models:\n  ollama/a:\n  # c\n  extra_headers:\n    a: b\n\n  name: |\n    x\ndefault: ollama/a\n",
        "Indent the fields below their ID",
        "models:\n  ollama/a:\n  # c\n    extra_headers:\n      a: b\n\n    name: |\n      x\ndefault: ollama/a\n",
    ),
    ("models:\n  ollama/a:\n    seed: 1\n  timeout: 5\n", None, ""),
    ("models:\n  timeout: 5\n", None, ""),
    ("models:\n  ollama/a: {}\n  timeout: 5\n", None, ""),
    ("models: {ollama/a: , timeout: 5}\n", None, ""),
    (
        "models:\n  ollama/a:\n  default: ollama/a # c\n",
        "Remove the indentation of default",
        "models:\n  ollama/a:\ndefault: ollama/a # c\n",
    ),
    ("models:\n  default: ollama/a\n  ollama/a:\n", None, ""),
    ("models:\n  ollama/a:\n  default: ollama/a\ndefault: null\n", None, ""),
    ("models:\n  ollama/a:\n  default: {a: b}\n", None, ""),
]


@pytest.mark.parametrize(("text", "title", "after"), LAYOUTS)
def test_a_key_among_the_entries_that_is_no_id(text: str, title: str | None, after: str) -> None:
    subject = snapshot(text)
    diagnostics = [item for item in diagnose(subject).items if item.rule.id == "invalid-model-id"]
    assert diagnostics
    for diagnostic in diagnostics:
        found = list(lazy_fixes(subject, diagnostic))
        assert [(fix.title, fix.safe) for fix in found] == ([(title, False)] if title else [])
        assert [apply_edits(text, fix.edits) for fix in found] == ([after] if title else [])
