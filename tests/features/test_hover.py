"""Hovers, word by word, without secrets."""

from dataclasses import replace

import pytest

from aloop_models.catalog.extraction import CAPABILITIES as OF_CATALOG
from aloop_models.core.reader import read_document
from aloop_models.core.text import Span
from aloop_models.features.checks.rules import RULES_BY_ID
from aloop_models.features.hover import Hover, hover
from aloop_models.features.model_card import CAPABILITIES
from aloop_models.settings import Settings
from aloop_models.snapshot import Session, Snapshot
from support.small_catalog import SMALL
from support.snapshots import snapshot, with_cursor

KEY = "sk-proj-a8Kd03jfLq92mZx7Vb51uYtR4eW6qP0o"
ENTRY = "models:\n  openai/gpt-4o:\n    api_key: " + KEY + "\n"


def at(marked: str, *sessions: Session, selected: str | None = None) -> Hover | None:
    text, offset = with_cursor(marked)
    return hover(Snapshot(read_document(text), SMALL, sessions=sessions, selected=selected), offset)


def said(marked: str, *sessions: Session, selected: str | None = None) -> str:
    found = at(marked, *sessions, selected=selected)
    return found.markdown if found else ""


def said_alone(marked: str) -> str:
    """The hover where no rule is reported, so that no problem says the same."""
    text, offset = with_cursor(marked)
    silent = replace(SMALL, settings=Settings(disabled_rules=frozenset(RULES_BY_ID)))
    found = hover(Snapshot(read_document(text), silent), offset)
    return found.markdown if found else ""


def session(model_id: str) -> Session:
    return Session("1", "interactive", 1, "/x", "/x/models.yaml", model_id)


def test_a_model_in_full() -> None:
    marked = "models:\n  openai/gp$0t-4o:\n    name: My 4o\n    api_key: k1\ndefault: openai/gpt-4o\n"
    assert at(marked) == Hover(
        Span(10, 23),
        "**My 4o** · OpenAI\n\n"
        "`openai/gpt-4o`\n\n"
        "Ready · **current** (next agent) · **default**\n\n"
        "- Context window: 128K tokens\n"
        "- Max output: 16K tokens\n"
        "- Price: $2.50 in / $10 out per 1M tokens\n"
        "- Capabilities: tools\n\n"
        "[API keys](https://platform.openai.com/api-keys) · [Pricing](https://developers.openai.com/api/docs/pricing)"
        "\n\nCatalog of 2026-11-01 (LiteLLM 1.0)",
    )


def test_roles_and_fallbacks() -> None:
    roles = "roles:\n  fast: openai/gpt-4o\nfallbacks: [openai/gpt-4o, a/b]\n"
    text = f"models:\n  openai/gpt-4o:\n    api_key: k1\n{roles}"
    state = "Ready · **current** (next agent) · **@fast** · **fallback 1**"
    assert state in said(text.replace("  openai/gpt-4o:", "  openai/gp$0t-4o:"))
    assert state in said(text.replace("fast: openai", "fast: op$0enai"))
    assert state in said(text.replace("[openai", "[op$0enai"))
    role = said(text.replace("fast:", "fa$0st:"))
    assert role.startswith(
        "**@fast** · a role: write `@fast` wherever a model is named\n\n---\n\n**openai/gpt-4o** · OpenAI"
    )
    assert said(text.replace("a/b", "a/$0b")) == ""
    assert said_alone(text.replace("a/b", "a/$0b")) == "`a/b` is not an entry in `models`."
    assert said(text.replace("roles:", "ro$0les:")).startswith("Models for particular tasks: `name: ID`.")
    assert said(text.replace("fallbacks:", "fall$0backs:")).startswith("Models that are tried, in this order,")


def test_a_retired_model_says_since_when_and_what_follows() -> None:
    text = said_alone("models:\n  anthropic/claude-sonnet-9$0:\n")
    assert "- **Retired** on 2026-01-01. Successor: `anthropic/claude-opus-6`" in text
    assert "Not ready: it was retired on 2026-01-01" in text


def test_a_model_that_retires_says_how_many_days_are_left() -> None:
    assert "- Retires on 2026-12-02 (in 10 days)" in said_alone("models:\n  anthropic/claude-haiku-2$0:\n")


def test_a_model_that_cannot_chat_says_so() -> None:
    assert "- Not a chat model (mode: embedding)" in said_alone("models:\n  anthropic/embed-1$0:\n")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("openrouter/x/y", "Not in the catalog, which does not list all models of this provider."),
        (
            "openai/gpt-4oo",
            "newer than the catalog, or its name is misspelled. Did you mean `openai/gpt-4o`?",
        ),
        ("openia/gpt-4o", "Unknown provider. Did you mean `openai`?"),
        ("gpt", "Not a model ID. Write `provider/model`"),
    ],
)
def test_an_unknown_model_says_what_is_known(word: str, expected: str) -> None:
    text = said_alone(f"models:\n  {word}$0:\n")
    assert expected in text
    # The problem says it already.
    if word != "openrouter/x/y":
        assert expected not in said(f"models:\n  {word}$0:\n")
    assert "2026-11-01" in text or word == "gpt"


def test_a_problem_is_not_said_twice() -> None:
    entry = "models:\n  openai/gpt-4o$0:\n"
    assert "Not ready: it has no API key" in said_alone(entry)
    assert "\n\nNot ready\n\n" in said(entry.replace("gpt-4o$0:", "gpt-4o$0:"))
    # The problem is at the value, not under the cursor.
    assert "Not ready: timeout must be a number" in said("models:\n  ollama/llama2$0:\n    timeout: 5m\n")
    assert "etire" not in said("models:\n  anthropic/claude-sonnet-9$0:\n    api_key: k1\n")


def test_capabilities_are_words() -> None:
    assert set(CAPABILITIES) <= set(OF_CATALOG.values())
    assert [name for name in OF_CATALOG.values() if "_" in name and name not in CAPABILITIES] == []
    text, offset = with_cursor("models:\n  openai/gpt-4o$0:\n")
    found = hover(snapshot(text), offset)
    assert found is not None
    assert "- Capabilities: tools, vision, JSON schema, PDF input, prompt caching\n" in found.markdown


def test_who_uses_a_model() -> None:
    marked = "models:\n  openai/gpt$0:\n    api_key: k1\n  ollama/x:\n"
    running = session("openai/gpt")
    assert "**current** (2 agents)" in said(marked, running, running)
    assert "**current** (1 agent)" in said(marked, running)
    assert "**current** (1 agent)" in said(marked, running, session("ollama/x"))
    assert "current" not in said(marked, session("ollama/x"))
    assert "current" not in said(marked, selected="ollama/x")
    assert "**current** (next agent)" in said(marked)


def test_text_of_a_person_is_shown_as_text() -> None:
    name = "**b** <img src=x> [a](http://e) `c` _d_ $(x) www.x.y"
    text = said(f"models:\n  openai/gpt$0:\n    name: '{name}'\n")
    heading = text.partition(" · OpenAI")[0]
    assert heading == (r"**\*\*b\*\* \<img src=x\> \[a\](http\://e) \`c\` \_d\_ \$(x) www\.x.y**")


def test_a_price_of_zero_is_not_shown() -> None:
    assert "Price" not in said("models:\n  ollama/llama2$0:\n")


def test_limits_and_examples_of_fields() -> None:
    temperature = said("models:\n  a/b:\n    temper$0ature: 1\n")
    assert temperature.startswith("**temperature** · number, 0 to 2\n")
    assert said("models:\n  a/b:\n    se$0ed: 1\n").startswith("**seed** · integer\n")
    assert "Example" not in said("models:\n  azure/b:\n    tenant$0_id: x\n")


def test_fields() -> None:
    assert said("models:\n  a/b:\n    timeo$0ut: 5\n") == (
        "**timeout** · number, greater than 0, at most 86400\n\n"
        "Timeout of a request, in seconds.\n\n"
        "- Default: `600`\n"
        "- Example: `30.5`"
    )
    assert (
        "[Get an API key](https://console.anthropic.com/settings/keys) in your Anthropic account. "
        "Keys start with `sk-ant-`."
    ) in said("models:\n  anthropic/b:\n    api_k$0ey: k\n")
    assert "Ollama does not require an API key." in said("models:\n  ollama/b:\n    api_k$0ey: k\n")
    assert "OpenAI does not use this field." in said("models:\n  openai/b:\n    vertex_pro$0ject: k\n")
    assert said("models:\n  a/b:\n    timo$0ut: 5\n") == ""
    assert said_alone("models:\n  a/b:\n    timo$0ut: 5\n") == (
        "Unknown field: it has no effect. Did you mean `timeout`?"
    )
    assert said_alone("models:\n  a/b:\n    mo$0del: x\n").startswith("**model** is not supported.")
    assert at("models:\n  a/b: {timeo$0ut: 5}\n") is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("timeout: 9$00", "Requests time out after 1 minute 30 seconds."),
        ("timeout: 3$0600.5", "Requests time out after 1 hour 0.5 seconds."),
        ("timeout: 1$0:30", "Requests time out after 1 minute 30 seconds."),
        ("drop_params: ye$0s", "YAML reads this as true."),
        ("drop_params: of$0f", "YAML reads this as false."),
        ("api_base: https://us$0er:pass@h.example:8/v1?key=1", "Requests go to `https://h.example:8/v1`."),
    ],
)
def test_a_value_says_how_it_is_read(line: str, expected: str) -> None:
    assert expected in said(f"models:\n  a/b:\n    {line}\n")


def test_a_number_too_large_is_not_read_out() -> None:
    assert "days" not in said("models:\n  a/b:\n    timeout: 9$09999999\n")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (f"openai/x:\n    api_key: {KEY[:9]}$0{KEY[9:]}", "Secret value (hidden). Its format looks right."),
        (f"anthropic/x:\n    api_key: {KEY}$0", "Secret value (hidden). It looks like an API key of another provider."),
        (
            "openai/x:\n    api_key: sk-$0...",
            "Secret value (hidden). It is a placeholder. Replace it with your API key.",
        ),
        (
            "openai/x:\n    api_key: 'a b$0'",
            "Secret value (hidden). Its format is wrong. Copy the API key again.",
        ),
        (f"openai/x:\n    api_base: http://x\n    api_key: {KEY}$0", "Secret value (hidden)."),
        ("azure/x:\n    client_secret: hunt$0er2", "Secret value (hidden)."),
        (f"openai/x:\n    name: {KEY}$0", "Secret value (hidden)."),
        (f"openai/x: {{api_key: {KEY}$0}}", "Secret value (hidden). Its format looks right."),
        (f"openai/x:\n    api_key:\n      {KEY}$0", "Secret value (hidden). Its format looks right."),
    ],
)
def test_a_secret_is_hidden_and_only_its_form_judged(entry: str, expected: str) -> None:
    text = said_alone(f"models:\n  {entry}\n")
    assert text.endswith("\n\n" + expected)
    assert said(f"models:\n  {entry}\n").endswith(("\n\n" + expected, "\n\nSecret value (hidden)."))
    assert "hunter2" not in text
    assert "sk-proj" not in text


@pytest.mark.parametrize(
    "marked",
    [
        f"models:\n  {KEY}$0:\n",
        f"models:\n  openai/{KEY}$0:\n",
        f"models:\n  openai/x:\n    {KEY}$0\n",
        f"models:\n  openai/x:\n    api_key {KEY}$0\n",
        f"models:\n  openai/x:\n    notes: {KEY}$0\n",
        f"default: {KEY}$0\n",
        f"{KEY}$0\n",
        f"models:\n  openai/x$0:\n    name: {KEY}\n    api_key: {KEY}\n",
    ],
)
def test_no_key_is_repeated_wherever_it_stands(marked: str) -> None:
    assert "a8Kd03" not in said(marked)


def test_a_key_in_place_of_an_id_is_masked_once() -> None:
    assert said(f"models:\n  {KEY}$0:\n").count("••••••••") == 1


def test_the_default_shows_the_model_it_names() -> None:
    text = "models:\n  openai/gpt-4o:\n    api_key: k1\ndefault: "
    assert "Ready · **current** (next agent) · **default**" in said(text + "openai/g$0pt-4o")
    assert said(text + "openai/gt$0p-4o") == ""
    assert said_alone(text + "openai/gt$0p-4o") == (
        "`openai/gtp-4o` is not an entry in `models`. Did you mean `openai/gpt-4o`?"
    )
    assert said(text + "nul$0l") == "No default model: new agents start with the first ready model."
    assert "Context window" in said(text.replace("default", "def$0ault") + "openai/gpt-4o")


def test_the_section_counts_its_models() -> None:
    assert said("mod$0els:\n  openai/x:\n  ollama/y:\n").startswith("**models** · 2 models, 1 ready\n")


@pytest.mark.parametrize("marked", ["$0", "# no$0te", "models:\n  $0", "other$0: 1", "models:\n  a/b:\n    foo: b$0ar"])
def test_nothing_to_say(marked: str) -> None:
    assert at(marked) is None
