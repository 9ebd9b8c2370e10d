"""Entries whose key is a name of one's own or only a provider, and whose value has the ID."""

import pytest

from support.expectations import apply_fix, diagnostics_of

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
    ("ollama: llama3", "ollama/llama3: {}"),
]


@pytest.mark.parametrize(("written", "right"), WHOLE)
def test_the_id_becomes_the_key(written: str, right: str) -> None:
    text, after = (f"models:\n  {each.replace('K', KEY)}\n" for each in (written, right))
    model_id = right.partition(":")[0].strip("'")
    found = [item for item in diagnostics_of(text) if item.rule.id != "missing-default"]
    name = written.partition(":")[0].strip("'")
    assert [(item.rule.id, item.message) for item in found] == [
        ("invalid-model-id", f"{name}: The key of an entry is the model ID. Write {model_id} as the key.")
    ]
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
    ],
)
def test_models_below_a_provider(written: str, model_id: str, right: str | None) -> None:
    text = f"models:\n  {written}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id != "missing-default"]
    assert [(item.rule.id, item.message) for item in found] == [
        (
            "invalid-model-id",
            f"ollama: The ID is only a provider. Write {model_id} as the key of the model's fields.",
        )
    ]
    assert [apply_fix(text, found[0], at) for at in range(len(found[0].fixes))] == (
        [f"models:\n  {right}\n"] if right else []
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("openai:\n    api_ky:", "The ID is only a provider. Add a slash and the model, such as openai/gpt-4o."),
        ("fast:\n    model: my-model", "The ID has no provider. Write provider/model, such as openai/gpt-4o."),
        ("fast: a model", "The ID has no provider. Write provider/model, such as openai/gpt-4o."),
        ("fast: openai/*", "The ID has no provider. Write provider/model, such as openai/gpt-4o."),
    ],
)
def test_no_id_in_the_value(written: str, message: str) -> None:
    found = [item for item in diagnostics_of(f"models:\n  {written}\n") if item.rule.id == "invalid-model-id"]
    assert [item.message.partition(": ")[2] for item in found] == [message]
