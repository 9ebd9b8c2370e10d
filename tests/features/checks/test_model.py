"""Providers and models that the catalog knows, or does not."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

from datetime import date, timedelta

import pytest

from aloop_models.catalog import load_catalog
from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from aloop_models.features.fixes import edits_of
from support.expectations import KEY, SECRET, apply_fix, check_case, check_id, diagnostics_of, rules_of
from support.snapshots import snapshot

WARNING = Severity.WARNING
OPENROUTER_KEY = "sk-or-v1-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "unknown-provider",
        f"""\
models:
  openia/gpt-4o:
# ^^^^^^ unknown-provider: openia/gpt-4o: LiteLLM has no provider 'openia'. Did you mean openai?
    api_key: {KEY}
default: null
#<0^^^^^^^ missing-default
""",
        ("openia", "openai"),
    ),
    (
        "unknown-model",
        f"""\
models:
  openai/gpt-4oo:
#        ^^^^^^^ unknown-model
    api_key: {KEY}
default: openai/gpt-4oo
""",
        ("gpt-4oo", "gpt-4o"),
    ),
    (
        "deprecated-model",
        f"""\
models:
  openai/gpt-4:
# ^^^^^^^^^^^^ deprecated-model: openai/gpt-4: The model was retired on 2026-10-23. Change to openai/gpt-5.6.
    api_key: {KEY}
default: openai/gpt-4
""",
        ("gpt-4", "gpt-4o"),
    ),
    (
        "not-a-chat-model",
        f"""\
models:
  openai/text-embedding-3-small:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-a-chat-model: openai/text-embedding-3-small: Not a chat model (mode: embedding). Choose a chat model.
    api_key: {KEY}
default: null
#<0^^^^^^^ missing-default
""",
        ("text-embedding-3-small", "gpt-4o"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


IDS = [
    ("google/gemma-2-9b-it#work", "unknown-provider", "google", "openai/google/gemma-2-9b-it#work"),
    ("google/gemma-2-9b-it", "unknown-provider", "google", "openai/google/gemma-2-9b-it"),
    ("deepseek-ai/DeepSeek-V3", "unknown-provider", "deepseek-ai", "openai/deepseek-ai/DeepSeek-V3"),
    ("Qwen/Qwen2.5-7B-Instruct", "unknown-provider", "Qwen", "openai/Qwen/Qwen2.5-7B-Instruct"),
    ("meta-llama/Llama-3.1-8B-Instruct", "unknown-provider", "meta-llama", "openai/meta-llama/Llama-3.1-8B-Instruct"),
    ("mistralai/Mistral-7B", "unknown-provider", "mistralai", "openai/mistralai/Mistral-7B"),
    ("nvidia/openai/gpt-oss", "unknown-provider", "nvidia", "openai/nvidia/openai/gpt-oss"),
    ("TheBloke/Llama-2", "unknown-provider", "TheBloke", "openai/TheBloke/Llama-2"),
    ("'THUDM/glm-4'", "unknown-provider", "THUDM", "'openai/THUDM/glm-4'"),
    ("OpenAI/x", "unknown-provider", "OpenAI", "openai/x"),
    ("openia/x", "unknown-provider", "openia", "openai/x"),
    ("olama/x", "unknown-provider", "olama", "ollama/x"),
    ("lmstudio/x", "unknown-provider", "lmstudio", "lm_studio/x"),
    ("llama.cpp/x", "unknown-provider", "llama.cpp", "openai/x"),
    ("openai-compatible/x", "unknown-provider", "openai-compatible", "openai/x"),
    ("google-vertex/x", "unknown-provider", "google-vertex", "vertex_ai/x"),
    ("zzzzz/x", "unknown-provider", "zzzzz", "openai/zzzzz/x"),
]


@pytest.mark.parametrize(("model_id", "rule", "underlined", "after"), IDS, ids=[repr(item[0]) for item in IDS])
def test_id(model_id: str, rule: str | None, underlined: str, after: str | None) -> None:
    check_id(model_id, rule, underlined, after)


@pytest.mark.parametrize("label", ["#work", "#2"])
def test_what_the_catalog_says_of_a_model_holds_with_a_label(label: str) -> None:
    def said(entry_id: str) -> list[tuple[str, str, str, list[str]]]:
        text = f"models:\n  {entry_id}:\n    api_key: {SECRET}\ndefault: {entry_id}\n"
        return [
            (
                item.rule.id,
                item.message,
                text[slice(*item.span)],
                [apply_fix(text, item, at) for at in range(len(item.fixes))],
            )
            for item in diagnostics_of(text)
        ]

    for model_id in ("openai/gpt-4oo", "openai/gpt-4", "anthropic/claude-opus-4", "openai/text-embedding-3-small"):
        plain = said(model_id)
        assert plain
        labelled = [
            (
                rule,
                message.replace(label, ""),
                underlined.replace(label, ""),
                [text.replace(label, "") for text in fixed],
            )
            for rule, message, underlined, fixed in said(model_id + label)
        ]
        assert labelled == plain
        assert all(label in text for _, _, _, fixed in said(model_id + label) for text in fixed)


DOUBLED = [
    ("openai/openai/gpt-4o", "", "unknown-model", "openai/", "openai/gpt-4o"),
    ("openai/openai/gpt-4o#work", "", "unknown-model", "openai/", "openai/gpt-4o#work"),
    ("openai/openai/gpt-4o", "https://llm.example/v1", None, "", ""),
    ("groq/groq/x", "", "unknown-model", "groq/", "groq/x"),
    ("perplexity/perplexity/sonar", "", None, "", ""),
    ("perplexity/perplexity/sonar-pro", "", "unknown-model", "perplexity/", "perplexity/sonar-pro"),
    ("openrouter/openrouter/auto", "", None, "", ""),
    ("openrouter/openrouter/anthropic/x", "", "unknown-model", "openrouter/", "openrouter/anthropic/x"),
    ("openrouter/openrouter/anthropic/x", "https://llm.example/v1", None, "", ""),
    ("azure/azure/dep#eu", "https://r.openai.azure.com", "unknown-model", "azure/", "azure/dep#eu"),
    ("azure/azure/dep", "https://llm.example", None, "", ""),
    ("azure/openai/gpt-4o", "https://r.openai.azure.com", "unknown-model", "openai/", "azure/gpt-4o"),
    ("azure/us/gpt-4o", "https://r.openai.azure.com", None, "", ""),
    ("ollama/ollama/llama3.1", "http://localhost:11434", "unknown-model", "ollama/", "ollama/llama3.1"),
    ("ollama/ollama/my-own", "http://localhost:11434", None, "", ""),
    ("hosted_vllm/hosted_vllm/q", "http://localhost:8000/v1", None, "", ""),
    ("huggingface/huggingface/x", "", None, "", ""),
    ("gpt/openai/gpt-4o", "", "unknown-provider", "gpt", "openai/gpt-4o"),
    ("gpt/openai/gpt-4o", "https://llm.example/v1", "unknown-provider", "gpt", "openai/gpt-4o"),
    ("claude/anthropic/some-new-one", "", "unknown-provider", "claude", "anthropic/some-new-one"),
]


@pytest.mark.parametrize(("model_id", "base", "rule", "underlined", "after"), DOUBLED)
def test_a_provider_that_is_written_twice(
    model_id: str, base: str, rule: str | None, underlined: str, after: str
) -> None:
    fields = f"api_base: {base}" if base else "api_key: my-first-secret"
    text = f"models:\n  {model_id}:\n    {fields}\ndefault: {model_id}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id.startswith("unknown-")]
    if rule is None:
        assert found == []
        return
    assert [(item.rule.id, item.level, text[slice(*item.span)]) for item in found] == [(rule, WARNING, underlined)]
    assert [apply_fix(text, found[0], at).split("\n")[1] for at in range(len(found[0].fixes))] == [f"  {after}:"]


@pytest.mark.parametrize("model_id", ["groq/groq/compound", "groq/groq/compound-mini", "perplexity/perplexity/new-1"])
def test_a_name_that_begins_with_the_provider(model_id: str) -> None:
    """It is not repeated, but only a model that the catalog does not have."""
    key = f"pplx-{'A1b2' * 12}" if model_id.startswith("perplexity") else f"gsk_{'A1b2' * 13}"
    (found,) = diagnostics_of(f"models:\n  {model_id}:\n    api_key: {key}\ndefault: {model_id}\n")
    assert (found.rule.id, found.level, found.fixes) == ("unknown-model", Severity.HINT, ())
    assert "repeated" not in found.message


@pytest.mark.parametrize(
    ("model_id", "mark", "meant", "key"),
    [
        ("openrouter:anthropic/claude-sonnet-4.5#work", ":", "openrouter/anthropic/claude-sonnet-4.5", OPENROUTER_KEY),
        ("together:moonshotai/Kimi-K2-Instruct", ":", "together_ai/moonshotai/Kimi-K2-Instruct", "my-first-secret"),
        ("ollama:hf.co/bartowski/x", ":", "ollama/hf.co/bartowski/x", "my-first-secret"),
        ("groq|openai/gpt-oss-120b", "|", "groq/openai/gpt-oss-120b", "my-first-secret"),
    ],
)
def test_another_mark_after_the_provider(model_id: str, mark: str, meant: str, key: str) -> None:
    text = f"models:\n  {model_id}:\n    api_key: {key}\ndefault: null\n"
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "unknown-provider"]
    message = f"{model_id}: The ID has '{mark}' after the provider. Did you mean {meant}?"
    assert (found.message, [(fix.title, fix.safe) for fix in found.fixes]) == (message, [(f"Change to {meant}", False)])
    assert apply_fix(text, found) == text.replace(model_id.partition("#")[0], meant)


def test_no_fix_gives_a_key_to_the_provider_before_another_mark() -> None:
    text = f"models:\n  groq:openai/gpt-oss-120b:\n    api_key: {OPENROUTER_KEY}\ndefault: null\n"
    assert [fix.title for item in diagnostics_of(text) for fix in item.fixes if "groq/" in fix.title] == []


def test_provider_typo() -> None:
    """`openia` is a warning with the nearest provider first."""
    (found,) = diagnostics_of(f"models:\n  openia/gpt-4o:\n    api_key: {KEY}\ndefault: openia/gpt-4o\n")
    assert (found.rule.id, found.level, found.span) == ("unknown-provider", Severity.WARNING, (10, 16))
    assert found.fixes[0].title == "Change to openai"
    assert not found.fixes[0].safe


def test_model_typo_nearest_first() -> None:
    """`gpt-4oo` is information, and the first fix is the nearest model."""
    text = f"models:\n  openai/gpt-4oo:\n    api_key: {KEY}\ndefault: openai/gpt-4oo\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("unknown-model", Severity.INFORMATION)
    assert "Did you mean openai/gpt-4o" in found.message
    assert "  openai/gpt-4o:\n" in apply_fix(text, found)


@pytest.mark.parametrize(
    ("model_id", "meant"),
    [
        ("openai/gpt-4o@work", "openai/gpt-4o#work"),
        ("openai/gpt-4o:work", "openai/gpt-4o#work"),
        ("openai/gpt-4o@work#eu", None),
        ("openai/gpt-4o@20240806", None),
    ],
)
def test_another_mark_before_the_label(model_id: str, meant: str | None) -> None:
    text = f"models:\n  {model_id}:\n    api_key: {KEY}\ndefault: null\n"
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "unknown-model"]
    fixed = [fix.title for fix in found.fixes if "#" in fix.title]
    assert fixed == ([f"Change to {meant}"] if meant else [])
    if meant:
        assert apply_fix(text, found) == text.replace(model_id, meant)


@pytest.mark.parametrize("model", ["gpt51", "GPT-5.1", "gpt-5-1"])
def test_a_model_with_the_same_letters_is_named_until_it_should_be_replaced(model: str) -> None:
    text = f"models:\n  openai/{model}:\n    api_key: {KEY}\ndefault: null\n"
    known = load_catalog().model("openai/gpt-5.1")
    assert known
    assert known.retires
    for days, is_named in ((80, True), (20, False)):
        items = diagnostics_of(text, today=known.retires - timedelta(days=days))
        (found,) = [item for item in items if item.rule.id == "unknown-model"]
        assert (" openai/gpt-5.1" in found.message) == is_named


def test_unknown_model_without_a_near_one_is_a_hint() -> None:
    """Unknown is not wrong."""
    (found,) = diagnostics_of(f"models:\n  openai/zzzzzzzzzz:\n    api_key: {KEY}\ndefault: openai/zzzzzzzzzz\n")
    assert (found.rule.id, found.level, found.fixes) == ("unknown-model", Severity.HINT, ())


def test_embedding_model() -> None:
    """It cannot chat."""
    text = f"models:\n  openai/text-embedding-3-small:\n    api_key: {KEY}\ndefault: openai/text-embedding-3-small\n"
    assert rules_of(text) == ["not-a-chat-model"]


def test_model_past_its_retirement() -> None:
    """Struck through, with its date."""
    (found,) = diagnostics_of(f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n")
    assert (found.rule.id, found.retired) == ("deprecated-model", True)
    assert "2026-10-23" in found.message


@pytest.mark.parametrize(
    ("today", "level", "message"),
    [
        (date(2026, 7, 24), None, None),
        (
            date(2026, 7, 25),
            Severity.INFORMATION,
            "openai/gpt-4: The model will be retired on 2026-10-23 (in 90 days).",
        ),
        (
            date(2026, 9, 22),
            Severity.INFORMATION,
            "openai/gpt-4: The model will be retired on 2026-10-23 (in 31 days).",
        ),
        (date(2026, 9, 23), Severity.WARNING, "openai/gpt-4: The model will be retired on 2026-10-23 (in 30 days)."),
        (date(2026, 10, 22), Severity.WARNING, "openai/gpt-4: The model will be retired on 2026-10-23 (in 1 day)."),
        (date(2026, 10, 23), Severity.ERROR, "openai/gpt-4: The model was retired on 2026-10-23."),
    ],
)
def test_retirement_by_day(today: date, level: Severity | None, message: str | None) -> None:
    """Ninety days before it is information, thirty days before it a warning, from the day on an error."""
    text = f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n"
    found = diagnostics_of(text, today=today)
    if level is None:
        assert found == ()
        return
    assert [(item.rule.id, item.level, item.retired) for item in found] == [
        ("deprecated-model", level, level is Severity.ERROR)
    ]
    assert found[0].message.startswith(message or "")


def test_retirement_is_silent_at_another_address() -> None:
    """What the catalog knows of a name holds at the provider's own address."""
    base = "models:\n  openai/gpt-4:\n    api_base: http://localhost:8000/v1\ndefault: openai/gpt-4\n"
    assert rules_of(base) == []


def test_own_server_keeps_the_whole_id_and_default_follows() -> None:
    text = (
        "models:\n  deepseek-ai/DeepSeek-V3:\n    api_base: http://gpu.lan:8000/v1\ndefault: deepseek-ai/DeepSeek-V3\n"
    )
    (found,) = diagnostics_of(text)
    message = "LiteLLM has no provider 'deepseek-ai'. For your own server, put openai/ before the whole ID."
    assert (found.level, found.message) == (WARNING, f"deepseek-ai/DeepSeek-V3: {message}")
    assert [fix.title for fix in found.fixes] == [
        "Change to openai/deepseek-ai/DeepSeek-V3",
        "Change to hosted_vllm/deepseek-ai/DeepSeek-V3",
        "Change to deepseek",
    ]
    assert not any(fix.safe for fix in found.fixes)
    for fix, provider in zip(found.fixes, ("openai", "hosted_vllm"), strict=False):
        fixed = apply_edits(text, edits_of(snapshot(text), fix))
        assert fixed == text.replace("deepseek-ai/", f"{provider}/deepseek-ai/")
        assert diagnostics_of(fixed) == ()


OTHER_TOOLS = [
    ("google-vertex", "vertex_ai"),
    ("google-ai-studio", "gemini"),
    ("googleai", "gemini"),
    ("zhipuai", "zai"),
    ("Zhipuai", "zai"),
    ("alibaba", "dashscope"),
    ("amazon-bedrock", "bedrock"),
    ("bedrock_converse", "bedrock"),
    ("bedrock-converse", "bedrock"),
    ("fireworks-ai", "fireworks_ai"),
    ("github-copilot", "github_copilot"),
    ("github-models", "github"),
    ("llama.cpp", "llamafile"),
    ("llamacpp", "llamafile"),
    ("lmstudio", "lm_studio"),
    ("moonshotai", "moonshot"),
    ("openai-compatible", "openai"),
    ("togetherai", "together_ai"),
    ("vertexai", "vertex_ai"),
]


@pytest.mark.parametrize(("name", "provider"), OTHER_TOOLS)
def test_provider_name_of_another_tool(name: str, provider: str) -> None:
    """The name in LiteLLM is the first fix."""
    text = f"models:\n  {name}/m:\n    api_key: my-first-secret\ndefault: {name}/m\n"
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "unknown-provider"]
    assert (found.level, text[slice(*found.span)]) == (WARNING, name)
    assert f"LiteLLM has no provider '{name}'. Did you mean {provider}" in found.message
    assert apply_fix(text, found).startswith(f"models:\n  {provider}/m:\n")


GATEWAYS = [
    ("openroute/openai/gpt-4o", "openrouter"),
    ("open_router/openai/gpt-4o", "openrouter"),
    ("opnrouter/anthropic/claude-sonnet-4.5", "openrouter"),
    ("vercel/anthropic/claude-sonnet-4.5", "vercel_ai_gateway"),
    ("github-models/openai/gpt-4o", "github"),
    ("litellmproxy/openai/gpt-4o", "litellm_proxy"),
    ("aws/anthropic/claude-sonnet-4-5", "bedrock"),
]


@pytest.mark.parametrize("fields", ["", "    api_key: my-first-secret\n"])
@pytest.mark.parametrize(("model_id", "provider"), GATEWAYS)
def test_misspelled_gateway(model_id: str, provider: str, fields: str) -> None:
    """The first fix keeps the company that has the key; the second one removes the gateway."""
    text = f"models:\n  {model_id}:\n{fields}default: {model_id}\n"
    name, model = model_id.split("/", 1)
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "unknown-provider"]
    assert found.message == f"{model_id}: LiteLLM has no provider '{name}'. Did you mean {provider}?"
    assert [fix.title for fix in found.fixes] == [f"Change to {provider}", f"Change to {model}"]
    assert [apply_edits(text, edits_of(snapshot(text), fix)) for fix in found.fixes] == [
        text.replace(model_id, f"{provider}/{model}"),
        text.replace(model_id, model),
    ]


OPENROUTER = [
    ("auto", "openrouter/auto"),
    ("auto#work", "openrouter/auto#work"),
    ("free", "openrouter/free"),
    ("claude-sonnet-4-5", "anthropic/claude-sonnet-4.5"),
    ("claude-3-5-sonnet-20241022", "anthropic/claude-3.5-sonnet"),
    ("gpt-4o:free", "openai/gpt-4o:free"),
    ("llama-3.3-70b-instruct", "meta-llama/llama-3.3-70b-instruct"),
    ("zzz", None),
]


@pytest.mark.parametrize(("provider", "base"), [("openrouter", ""), ("openai", "https://openrouter.ai/api/v1")])
@pytest.mark.parametrize(("model", "after"), OPENROUTER)
def test_openrouter_model_without_vendor(model: str, after: str | None, provider: str, base: str) -> None:
    model_id = f"{provider}/{model}"
    line = f"    api_base: {base}\n" if base else ""
    text = f"models:\n  {model_id}:\n    api_key: {OPENROUTER_KEY}\n{line}default: {model_id}\n"
    (found,) = diagnostics_of(text)
    underlined = model.partition("#")[0]
    assert (found.rule.id, found.level, text[slice(*found.span)]) == ("unknown-model", WARNING, underlined)
    if after is None:
        assert found.message.endswith(f"Write {provider}/vendor/model, as on openrouter.ai/models.")
        assert found.fixes == ()
        return
    (fix,) = found.fixes
    assert not fix.safe
    fixed = apply_edits(text, edits_of(snapshot(text), fix))
    assert fixed == text.replace(model_id, f"{provider}/{after}")
    assert diagnostics_of(fixed) == ()


@pytest.mark.parametrize(
    ("model_id", "base", "after"),
    [
        ("openai/gpt-oss-120b#fast", "https://api.groq.com/openai/v1", "openai/openai/gpt-oss-120b"),
        ("openai/gpt-oss-120b", "https://api.together.xyz/v1", "openai/openai/gpt-oss-120b"),
        ("openai/openai/gpt-oss-120b", "https://api.groq.com/openai/v1", None),
        ("openai/llama-3.3-70b-versatile", "https://api.groq.com/openai/v1", None),
        ("openai/new-one", "https://api.groq.com/openai/v1", None),
        ("openai/gpt-oss-120b", "https://gw.example.com/v1", None),
    ],
)
def test_a_model_without_vendor_at_a_host_whose_models_have_one(model_id: str, base: str, after: str | None) -> None:
    """LiteLLM sends what follows the first slash."""
    text = f"models:\n  {model_id}:\n    api_key: my-first-secret\n    api_base: {base}\ndefault: {model_id}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id == "unknown-model"]
    if after is None:
        assert found == []
        return
    message = f"{model_id}: {base.split('/')[2]} has this model with its vendor. Did you mean {after}?"
    assert [(item.level, item.message) for item in found] == [(WARNING, message)]
    assert text[slice(*found[0].span)] == "gpt-oss-120b"
    assert apply_fix(text, found[0]).startswith(text.replace(model_id.partition("#")[0], after).partition("default")[0])


def test_openrouter_model_at_another_server() -> None:
    assert (
        rules_of("models:\n  openrouter/auto:\n    api_base: http://gpu.lan:8000/v1\ndefault: openrouter/auto\n") == []
    )


def test_openai_key_at_openrouter_has_one_diagnostic() -> None:
    key, url = f"sk-proj-{'A1b2C3d4' * 6}", "https://openrouter.ai/api/v1"
    text = f"models:\n  openai/gpt-4o:\n    api_key: {key}\n    api_base: {url}\ndefault: openai/gpt-4o\n"
    assert rules_of(text) == ["key-of-another-provider"]


def test_litellm_removes_the_first_part_of_an_openrouter_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import litellm

    assert litellm.get_llm_provider("openrouter/auto")[:2] == ("auto", "openrouter")
    assert litellm.get_llm_provider("openrouter/openrouter/auto")[:2] == ("openrouter/auto", "openrouter")
    assert litellm.get_llm_provider("openai/deepseek-ai/DeepSeek-V3")[:2] == ("deepseek-ai/DeepSeek-V3", "openai")
    assert litellm.get_llm_provider("hosted_vllm/Qwen/Qwen3")[:2] == ("Qwen/Qwen3", "hosted_vllm")


def _retired_fixes(text: str) -> list[str]:
    """The texts after each fix of the retired model, with the uses of its ID changed."""
    shot = snapshot(text)
    (found,) = (item for item in diagnostics_of(text) if item.rule.id == "deprecated-model")
    edits = (edits_of(shot, fix) for fix in found.fixes)
    return [apply_edits(text, item) for item in edits if item]


@pytest.mark.parametrize(
    ("model_id", "meant"),
    [
        ("openai/gpt-4", "openai/gpt-5.6"),
        ("openai/gpt-4#work", "openai/gpt-5.6#work"),
        ("openai/gpt-4o-2024-05-13", "openai/gpt-4o"),
        ("openai/gpt-4.1-nano", "openai/gpt-5.4-nano"),
        ("vertex_ai/claude-haiku-4-5@20251001", "vertex_ai/claude-haiku-5-5"),
        ("bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0", "bedrock/us.anthropic.claude-sonnet-5-5"),
        (
            "bedrock/converse/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
            "bedrock/converse/eu.anthropic.claude-haiku-5-5",
        ),
        ("together_ai/moonshotai/Kimi-K2.6", "together_ai/moonshotai/Kimi-K3"),
        ("fireworks_ai/glm-5p2", "fireworks_ai/glm-5p3"),
    ],
)
def test_change_to_the_successor(model_id: str, meant: str) -> None:
    """With its label, everywhere, and unsafe."""
    text = f"models:\n  {model_id}:\n    api_key: my-own-key-for-this-0123456789abcdef\ndefault: {model_id}\n"
    (found,) = (item for item in diagnostics_of(text) if item.rule.id == "deprecated-model")
    plain = meant.partition("#")[0]
    assert [(fix.title, fix.safe) for fix in found.fixes] == [(f"Change to {plain} (its successor)", False)]
    assert found.message.endswith(f" Change to {plain}.")
    (after,) = _retired_fixes(text)
    assert after == text.replace(model_id, meant)
    assert "deprecated-model" not in rules_of(after)


@pytest.mark.parametrize("model_id", ["openai/gpt-3.5-turbo", "openai/o3-mini", "deepseek/deepseek-chat"])
def test_no_certain_successor(model_id: str) -> None:
    (found,) = diagnostics_of(f"models:\n  {model_id}:\n    api_key: {KEY}\ndefault: {model_id}\n")
    assert (found.message.endswith(" Change to a newer model."), found.fixes) == (True, ())


def test_no_fix_for_a_successor_that_the_file_has() -> None:
    text = f"models:\n  openai/gpt-4: {{api_key: {KEY}}}\n  openai/gpt-5.6: {{api_key: {KEY}}}\ndefault: openai/gpt-4\n"
    assert _retired_fixes(text) == []


@pytest.mark.parametrize("model_id", ["olama/llama3", "mycompany/my-model", "google/gemma-2-9b-it"])
def test_an_unknown_provider_is_an_error_if_the_catalog_is_that_of_the_installed_litellm(model_id: str) -> None:
    text = f"models:\n  {model_id}:\n    api_base: http://gpu.lan:8000/v1\ndefault: {model_id}\n"
    for is_exact, level in ((False, WARNING), (True, Severity.ERROR)):
        (found,) = diagnostics_of(text, catalog_is_exact=is_exact)
        assert (found.rule.id, found.level) == ("unknown-provider", level)
