"""A key of another provider than the one in the ID."""

import pytest
import yaml

from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of
from support.expectations import diagnostics_of
from support.snapshots import snapshot

OPENAI = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
ANTHROPIC = "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
OPENROUTER = "sk-or-v1-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
GOOGLE = "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6"
VERCEL = "vck_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6"
HUGGING_FACE = "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"

MISPLACED = [
    ("x-ai/grok-4", OPENROUTER, "unknown-provider", "openrouter/x-ai/grok-4"),
    (
        "meta-llama/llama-3.3-70b-instruct",
        OPENROUTER,
        "unknown-provider",
        "openrouter/meta-llama/llama-3.3-70b-instruct",
    ),
    ("moonshotai/kimi-k2", OPENROUTER, "unknown-provider", "openrouter/moonshotai/kimi-k2"),
    ("moonshotai/kimi-k2:free", OPENROUTER, "unknown-provider", "openrouter/moonshotai/kimi-k2:free"),
    ("google/gemma-2-9b-it#work", OPENROUTER, "unknown-provider", "openrouter/google/gemma-2-9b-it#work"),
    ("open-router/openai/gpt-4o", OPENROUTER, "unknown-provider", "openrouter/openai/gpt-4o"),
    ("openroute/openai/gpt-4o", VERCEL, "unknown-provider", "vercel_ai_gateway/openai/gpt-4o"),
    ("openrouter/openai/gpt-4o", VERCEL, "key-of-another-provider", "vercel_ai_gateway/openai/gpt-4o"),
    ("together_ai/Qwen/Qwen3", OPENROUTER, "key-of-another-provider", "openrouter/Qwen/Qwen3"),
    ("together/Qwen/Qwen3", HUGGING_FACE, "unknown-provider", "huggingface/together/Qwen/Qwen3"),
    ("xai/grok-4", VERCEL, "key-of-another-provider", "vercel_ai_gateway/xai/grok-4"),
    ("antropic/claude-opus-5", ANTHROPIC, "unknown-provider", "anthropic/claude-opus-5"),
    ("claude/claude-opus-5", ANTHROPIC, "unknown-provider", "anthropic/claude-opus-5"),
    ("mycompany/openai/gpt-4o", OPENAI, "unknown-provider", "openai/gpt-4o"),
    ("foo/opus", ANTHROPIC, "unknown-provider", None),
    ("anthropic/claude-sonnet-4.5", OPENROUTER, "key-of-another-provider", "openrouter/anthropic/claude-sonnet-4.5"),
    ("openai/gpt-4o", OPENROUTER, "key-of-another-provider", "openrouter/openai/gpt-4o"),
    (
        "mistral/mistral-large-latest",
        OPENROUTER,
        "key-of-another-provider",
        "openrouter/mistralai/mistral-large-latest",
    ),
    ("xai/grok-4.7", OPENROUTER, "key-of-another-provider", "openrouter/x-ai/grok-4.7"),
    ("gemini/gemini-3.8-flash", OPENROUTER, "key-of-another-provider", "openrouter/google/gemini-3.8-flash"),
    ("moonshot/kimi-k2.6#work", OPENROUTER, "key-of-another-provider", "openrouter/moonshotai/kimi-k2.6#work"),
    ("zai/glm-4.6", OPENROUTER, "key-of-another-provider", "openrouter/z-ai/glm-4.6"),
    ("dashscope/qwen3-max", OPENROUTER, "key-of-another-provider", "openrouter/qwen/qwen3-max"),
    (
        "anthropic/claude-opus-4-5-20251101",
        OPENROUTER,
        "key-of-another-provider",
        "openrouter/anthropic/claude-opus-4.5",
    ),
    ("groq/llama-3.3-70b-versatile", OPENROUTER, "key-of-another-provider", None),
    ("groq/openai/gpt-oss-120b", OPENROUTER, "key-of-another-provider", "openrouter/openai/gpt-oss-120b"),
    ("openai/claude-opus-5", ANTHROPIC, "key-of-another-provider", "anthropic/claude-opus-5"),
    ("openai/gpt-4o", ANTHROPIC, "key-of-another-provider", None),
    ("vertex_ai/gemini-3.8-flash", GOOGLE, "key-of-another-provider", "gemini/gemini-3.8-flash"),
    ("vertex_ai_beta/gemini-3.8-flash", GOOGLE, "key-of-another-provider", "gemini/gemini-3.8-flash"),
    ("vertex_ai/claude-sonnet-5-5", GOOGLE, "key-of-another-provider", None),
]


@pytest.mark.parametrize(("model_id", "key", "rule", "moved"), MISPLACED)
def test_key_of_another_provider(model_id: str, key: str, rule: str, moved: str | None) -> None:
    """One warning; its only fix makes the ID one of the provider that the key belongs to, `default` included."""
    text = f"models:\n  {model_id}:\n    api_key: {key}\ndefault: {model_id}\n"
    subject = snapshot(text)
    (found,) = diagnose(subject).items
    marked = model_id.partition("/")[0] if rule == "unknown-provider" else key
    assert (found.rule.id, found.level, text[slice(*found.span)]) == (rule, Severity.WARNING, marked)
    changed = [apply_edits(text, edits_of(subject, fix)) for fix in found.fixes]
    assert [yaml.safe_load(after) for after in changed] == (
        [{"models": {moved: {"api_key": key}}, "default": moved}] if moved else []
    )
    assert all(diagnostics_of(after) == () for after in changed)


def test_messages() -> None:
    """The message names the provider of the key and the ID that suits it."""
    texts = [f"models:\n  {model_id}:\n    api_key: {key}\ndefault: {model_id}\n" for model_id, key, _, _ in MISPLACED]
    messages = {
        model_id: diagnostics_of(text)[0].message for (model_id, *_), text in zip(MISPLACED, texts, strict=True)
    }
    assert messages["x-ai/grok-4"].startswith("x-ai/grok-4: LiteLLM has no provider 'x-ai', and the key is for ")
    assert messages["anthropic/claude-sonnet-4.5"] == (
        "anthropic/claude-sonnet-4.5: api_key is a key for OpenRouter, not for Anthropic. "
        "Did you mean openrouter/anthropic/claude-sonnet-4.5?"
    )
    assert messages["vertex_ai/claude-sonnet-5-5"] == (
        "vertex_ai/claude-sonnet-5-5: api_key is a key for Google AI Studio, not for Google Vertex AI. "
        "Google Vertex AI needs other credentials."
    )


GROQ = "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"
WITHOUT_PROVIDER = [
    ("openai.gpt-6-sol", OPENAI, "The ID has '.' after the provider. Write a slash", ["openai/gpt-6-sol"]),
    ("gpt-oss-120b", GROQ, "Did you mean groq/openai/gpt-oss-120b?", ["groq/openai/gpt-oss-120b"]),
    ("gpt-6-sol", OPENAI, "Did you mean openai/gpt-6-sol?", ["openai/gpt-6-sol"]),
    ("/gpt-6-sol", OPENAI, "Write it before the slash", ["openai/gpt-6-sol"]),
    ("kimi-k2.6", OPENROUTER, "", ["openrouter/moonshotai/kimi-k2.6"]),
    ("claude-sonnet-4-5", OPENROUTER, "", ["openrouter/anthropic/claude-sonnet-4.5"]),
    ("llama-3.3-70b-instruct#eu", OPENROUTER, "", ["openrouter/meta-llama/llama-3.3-70b-instruct#eu"]),
    ("my-model", OPENROUTER, "The key is for OpenRouter. Use openrouter/ and its name of the model.", []),
]


@pytest.mark.parametrize(("model_id", "key", "part", "ids"), WITHOUT_PROVIDER)
def test_an_id_without_provider_gets_that_of_its_key(model_id: str, key: str, part: str, ids: list[str]) -> None:
    text = f"models:\n  {model_id}:\n    api_key: {key}\ndefault: null\n"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "invalid-model-id")
    assert part in found.message
    changed = [apply_edits(text, fix.edits) for fix in found.fixes]
    assert [next(iter(yaml.safe_load(after)["models"])) for after in changed] == ids
    assert not any(fix.safe for fix in found.fixes)
    assert all(item.rule.id == "missing-default" for after in changed for item in diagnostics_of(after))


@pytest.mark.parametrize(
    ("model_id", "fields"),
    [
        ("vertex_ai/gemini-3.8-flash", f"api_key: {GOOGLE}\n    vertex_project: my-project"),
        ("openai/meta-llama/m", f"api_key: {OPENROUTER}\n    api_base: https://openrouter.ai/api/v1"),
        ("openai/m", f"api_key: {OPENROUTER}\n    api_base: https://gw.example.com/v1"),
        ("hosted_vllm/m", f"api_key: {OPENROUTER}\n    api_base: https://gw.example.com/v1"),
    ],
)
def test_keys_that_may_be_right(model_id: str, fields: str) -> None:
    assert diagnostics_of(f"models:\n  {model_id}:\n    {fields}\ndefault: {model_id}\n") == ()


@pytest.mark.parametrize(
    ("model_id", "key", "base", "label", "host"),
    [
        ("gemini/gemini-4-argon", GOOGLE, "https://api.openai.com/v1", "Google AI Studio", "OpenAI"),
        ("anthropic/claude-opus-5", ANTHROPIC, "https://api.mistral.ai", "Anthropic", "Mistral AI"),
    ],
)
def test_a_url_that_is_wrong_and_not_the_key(model_id: str, key: str, base: str, label: str, host: str) -> None:
    text = f"models:\n  {model_id}:\n    api_key: {key}\n    api_base: {base}\ndefault: {model_id}\n"
    (found,) = diagnostics_of(text)
    message = f"{model_id}: api_base is a URL of {host}, but the ID and api_key are for {label}. Remove api_base."
    assert (found.rule.id, found.message, text[slice(*found.span)]) == ("key-of-another-provider", message, base)
    assert [(fix.title, fix.safe) for fix in found.fixes] == [("Remove api_base", False)]
    assert diagnostics_of(apply_edits(text, found.fixes[0].edits)) == ()


def test_openai_is_the_provider_of_other_servers_too() -> None:
    text = f"models:\n  openai/a:\n    api_key: {OPENAI}\n    api_base: https://api.x.ai/v1\ndefault: openai/a\n"
    messages = [item.message for item in diagnostics_of(text)]
    assert messages == ["openai/a: api_key is a key for OpenAI, not for xAI. Paste your xAI API key."]


def test_no_id_that_exists() -> None:
    """A fix that would make an ID that exists is not offered."""
    text = (
        f"models:\n  anthropic/m:\n    api_key: {OPENROUTER}\n"
        f"  openrouter/anthropic/m:\n    api_key: {OPENROUTER}\ndefault: anthropic/m\n"
    )
    subject = snapshot(text)
    (found,) = diagnose(subject).items
    assert [edits_of(subject, fix) for fix in found.fixes] == [()]
