"""Entries whose key is a name of one's own or only a provider, and whose value has the ID."""

import pytest

from aloop_models.core.text import apply_edits
from aloop_models.features.fixes import edits_of
from support.expectations import apply_fix, diagnostics_of
from support.snapshots import snapshot

ONLY = "The ID is only a provider. Add a slash and the model, such as openai/gpt-4o."
KEY = f"sk-proj-{'A1b2C3d4' * 6}"

WHOLE = [
    ("fast:\n    model: openai/gpt-4o\n    api_key: K", "openai/gpt-4o:\n    name: fast\n    api_key: K"),
    ("fast: {model: openai/gpt-4o, api_key: K}", "openai/gpt-4o: {name: fast, api_key: K}"),
    (
        "my fast one:\n    model: openai/gpt-4o\n    api_key: K",
        "openai/gpt-4o:\n    name: my fast one\n    api_key: K",
    ),
    ("'on':\n    model: openai/gpt-4o\n    api_key: K", "'openai/gpt-4o':\n    name: 'on'\n    api_key: K"),
    (
        "fast:\n    name: Fast\n    model: openai/gpt-4o\n    api_key: K",
        "openai/gpt-4o:\n    name: Fast\n    api_key: K",
    ),
    (
        "fast:\n    provider: openai\n    model: gpt-4o\n    api_key: K",
        "openai/gpt-4o:\n    name: fast\n    api_key: K",
    ),
    ("openai:\n    model: gpt-4o\n    api_key: K", "openai/gpt-4o:\n    api_key: K"),
    ("llama: ollama/llama3", "ollama/llama3: {name: llama}"),
    ("fast: {model: 'ollama/llama3,'}", "ollama/llama3: {name: fast}"),
    (
        "fast:\n    provider: lm_studio\n    model: openai/gpt-oss-20b\n    api_base: http://localhost:1234/v1",
        "lm_studio/openai/gpt-oss-20b:\n    name: fast\n    api_base: http://localhost:1234/v1",
    ),
    ("Ollama: {model: llama3, name: L}", None),
    ("ollama:\n    model: hf.co/a/b", "ollama/hf.co/a/b:"),
    ("fast: !!str ollama/llama3", None),
    ("fast: &a ollama/llama3", None),
    ("fast: {model: &a ollama/llama3}", None),
    ("fast: &a {model: ollama/llama3}", None),
    ("ollama: llama3", "ollama/llama3: {}"),
]


@pytest.mark.parametrize(("written", "right"), WHOLE)
def test_the_id_becomes_the_key(written: str, right: str | None) -> None:
    text, after = (f"models:\n  {each.replace('K', KEY)}\n" for each in (written, right or written))
    model_id = right.partition(":")[0].strip("'") if right else "ollama/llama3"
    found = [item for item in diagnostics_of(text) if item.rule.id != "missing-default"]
    name = written.partition(":")[0].strip("'")
    assert [(item.rule.id, item.message) for item in found] == [
        ("invalid-model-id", f"{name}: The key of an entry is the model ID. Write {model_id} as the key.")
    ]
    if right is None:
        assert found[0].fixes == ()
        return
    assert [(fix.title, fix.safe) for fix in found[0].fixes] == [(f"Change the key to {model_id}", False)]
    assert apply_fix(text, found[0]) == after
    assert [item.rule.id for item in diagnostics_of(after)] == ["missing-default"]


@pytest.mark.parametrize(
    ("written", "model_id", "right"),
    [
        ("ollama:\n    llama3: {timeout: 5}", "ollama/llama3", "ollama/llama3: {timeout: 5}"),
        ("ollama:\n    a:\n      timeout: 5", "ollama/a", "ollama/a:\n      timeout: 5"),
        ("ollama:\n    # mine\n    a: {timeout: 5}", "ollama/a", None),
        ("ollama:\n    a: {timeout: 5}\n    b: {timeout: 6}", "ollama/a", None),
        ("ollama: {a: {timeout: 5}}", "ollama/a", None),
        ("Ollama:\r\n    a: {timeout: 5}", "ollama/a", "ollama/a: {timeout: 5}"),
        ("vertexai:\n    gemini-4-argon:", "vertex_ai/gemini-4-argon", "vertex_ai/gemini-4-argon:"),
    ],
)
def test_models_below_a_provider(written: str, model_id: str, right: str | None) -> None:
    text = f"models:\n  {written}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id != "missing-default"]
    message = f"The ID is only a provider. Write {model_id} as the key of the model's fields."
    assert [(item.rule.id, item.message) for item in found] == [
        ("invalid-model-id", f"{written.partition(':')[0]}: {message}")
    ]
    assert [apply_fix(text, found[0], at) for at in range(len(found[0].fixes))] == (
        [f"models:\n  {right}\n"] if right else []
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("openai:\n    api_ky:", ONLY),
        ("openai: {litellm_params: {model: gpt-4o, api_key: K}}", ONLY),
        ("openai: {options: {timeout: 5}}", ONLY),
        ("openrouter: {anthropic: {claude: {timeout: 5}}}", ONLY),
        (
            "fast: {model: x, provider: openai, custom_llm_provider: azure}",
            "The ID has no provider. Write provider/model, such as openai/gpt-4o.",
        ),
        (
            "local: {model: qwen, api_base: 'http://localhost:8000/v1'}",
            "The ID has no provider. Write provider/model, such as openai/gpt-4o.",
        ),
        ("fast:\n    model: my-model", "The ID has no provider. Write provider/model, such as openai/gpt-4o."),
        ("fast: a model", "The ID has no provider. Write provider/model, such as openai/gpt-4o."),
        ("fast: openai/*", "The ID has no provider. Write provider/model, such as openai/gpt-4o."),
    ],
)
def test_no_id_in_the_value(written: str, message: str) -> None:
    found = [item for item in diagnostics_of(f"models:\n  {written}\n") if item.rule.id == "invalid-model-id"]
    assert [item.message.partition(": ")[2] for item in found] == [message]


USES = "default: fast\nroles:\n  quick: fast\nfallbacks:\n- fast\n"


@pytest.mark.parametrize(
    ("entries", "after"),
    [
        ("  fast:\n    model: ollama/a\n", "  ollama/a:\n    name: fast\n"),
        ("  ollama/a:\n  fast:\n    model: ollama/a\n", "  ollama/a:\n  ollama/a#fast:\n    name: fast\n"),
        ("  fast: ollama/a\n", "  ollama/a: {name: fast}\n"),
    ],
)
def test_the_uses_change_too(entries: str, after: str) -> None:
    """An ID that the file has already gets a label, so that no entry is lost."""
    text = f"models:\n{entries}{USES}"
    (found,) = diagnostics_of(text)
    changed = apply_edits(text, edits_of(snapshot(text), found.fixes[0]))
    model_id = after.rstrip().rpartition("  ollama")[2].partition(": ")[0].partition(":\n")[0]
    assert changed == f"models:\n{after}{USES.replace('fast', f'ollama{model_id}')}"
    assert diagnostics_of(changed) == ()


def test_an_id_that_the_entry_will_have_is_no_undefined_one() -> None:
    found = diagnostics_of("models:\n  fast: {model: ollama/a}\n  ollama: {b: {timeout: 5}}\ndefault: ollama/a\n")
    assert [item.rule.id for item in found] == ["invalid-model-id"] * 2


@pytest.mark.parametrize(
    ("line", "message", "right"),
    [
        ("fast: ollama/a:", "The key of an entry is the model ID. Remove the name before it.", "ollama/a:"),
        ("ollama: a:", "The key of an entry is the whole model ID. Write provider/model.", "ollama/a:"),
    ],
)
def test_a_name_on_the_line_of_the_id(line: str, message: str, right: str) -> None:
    text = f"models:\n  {line}\n    timeout: 5\ndefault: ollama/a\n"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "yaml-syntax")
    assert (found.message, text[slice(*found.span)]) == (message, line[:-1])
    assert apply_fix(text, found) == text.replace(line, right)
    assert diagnostics_of(text.replace(line, right)) == ()
