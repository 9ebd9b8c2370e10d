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
    (
        "fast:\n    provider: openai\n    api_base: http://localhost:8000/v1\n    model: openai/gpt-oss-20b",
        "openai/openai/gpt-oss-20b:\n    api_base: http://localhost:8000/v1\n    name: fast",
    ),
    (
        "fast:\n    provider: openai\n    api_base: http://localhost:8000/v1\n    model: openai/mine",
        "openai/mine:\n    api_base: http://localhost:8000/v1\n    name: fast",
    ),
    (
        "fast:\n    custom_llm_provider: openai\n    api_base: http://localhost:8000/v1\n    model: openai/gpt-oss-20b",
        "openai/gpt-oss-20b:\n    api_base: http://localhost:8000/v1\n    name: fast",
    ),
    ("Ollama: {model: llama3, name: L}", "ollama/llama3: {name: L}"),
    ("ollama:\n    model: hf.co/a/b", "ollama/hf.co/a/b:"),
    ("fast: !!str ollama/llama3", None),
    ("fast: &a ollama/llama3", None),
    ("fast: {model: &a ollama/llama3}", None),
    ("fast: &a {model: ollama/llama3}", None),
    ("ollama: llama3", "ollama/llama3: {}"),
    ("fast:\n    id: ollama/a\n    timeout: 5", "ollama/a:\n    name: fast\n    timeout: 5"),
    ("fast:\n    model_id: ollama/a\n    timeout: 5", "ollama/a:\n    name: fast\n    timeout: 5"),
    ("fast:\n    model_name: ollama/a\n    timeout: 5", "ollama/a:\n    name: fast\n    timeout: 5"),
    ("fast: {Model: ollama/a}", "ollama/a: {name: fast}"),
    ("openai: {id: gpt-4o, api_key: K}", "openai/gpt-4o: {api_key: K}"),
    ("fast: {name: F, model: ollama/a, timeout: 5}", "ollama/a: {name: F, timeout: 5}"),
    ("fast: {name: F, model: ollama/a}", "ollama/a: {name: F}"),
    ("ollama: {model: a}", "ollama/a: {}"),
    ("fast: {provider: ollama, model: a, timeout: 5}", "ollama/a: {name: fast, timeout: 5}"),
    ("ollama: {timeout: 5, provider: ollama, model: llama3}", None),
    (
        "fast:\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: K",
        "openai/gpt-4o:\n    name: fast\n    api_key: K",
    ),
    (
        "fast:\r\n    timeout: 5\r\n    litellm_params:\r\n      stop:\r\n      - a\r\n      model: ollama/a",
        "ollama/a:\r\n    timeout: 5\r\n    stop:\r\n      - a\r\n    name: fast",
    ),
    ("fast: {litellm_params: {model: ollama/llama3}}", None),
    ("fast:\n    timeout: 5\n    litellm_params:\n      model: ollama/llama3\n      timeout: 6", None),
    ("fast:\n    litellm_params: # mine\n      model: ollama/llama3", None),
    ("fast:\n    litellm_params: &a\n      model: ollama/llama3", None),
    ("fast:\n    litellm_params:\n      model: &a ollama/llama3", None),
    ("fast:\n    litellm_params:\n      model: llama3\n      custom_llm_provider: ollama", None),
    ("ollama:\n    litellm_params:\n      model: llama3", None),
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


@pytest.mark.parametrize("name", ["base_url", "baseURL", "apiBase"])
def test_the_url_of_another_server_can_have_another_name(name: str) -> None:
    fields = f"provider: openai\n    model: openai/gpt-oss-20b\n    {name}: http://localhost:8000/v1\n"
    found = next(item for item in diagnostics_of(f"models:\n  fast:\n    {fields}") if item.fixes)
    assert found.fixes[0].title == "Change the key to openai/openai/gpt-oss-20b"


@pytest.mark.parametrize(
    ("written", "model_id", "right"),
    [
        ("ollama:\n    llama3: {timeout: 5}", "ollama/llama3", "ollama/llama3: {timeout: 5}"),
        ("ollama:\n    a:\n      timeout: 5", "ollama/a", "ollama/a:\n      timeout: 5"),
        ("ollama:\n    # mine\n    a: {timeout: 5}", "ollama/a", None),
        (
            "ollama: # mine\n    # more\n    a:\n      timeout: 5",
            "ollama/a",
            "ollama/a: # mine\n    # more\n      timeout: 5",
        ),
        ("ollama: # mine\n    a: # more\n      timeout: 5", "ollama/a", None),
        (
            "ollama:\n    a: {timeout: 5}\n    # more\n    'b':\n      timeout: 6",
            "ollama/a",
            "ollama/a: {timeout: 5}\n    # more\n  'ollama/b':\n      timeout: 6",
        ),
        (
            "ollama:\r\n    # mine\r\n    a:\r\n      timeout: 5\r\n    b:\r\n      timeout: 6",
            "ollama/a",
            "ollama/a:\r\n    # mine\r\n      timeout: 5\r\n  ollama/b:\r\n      timeout: 6",
        ),
        ("ollama:\n    a: {timeout: 5}\n    a: {timeout: 6}", "ollama/a", None),
        ("ollama:\n    a: {timeout: 5}\n    options: {temperature: 6}", "ollama/a", None),
        ("ollama:\n    a: {timeout: 5}\n    b: 6", "ollama/a", None),
        ("ollama: {a: {timeout: 5}}", "ollama/a", "ollama/a: {timeout: 5}"),
        ("ollama: {a: {timeout: 5}, b: {timeout: 6}}", "ollama/a", None),
        ("ollama: { a: {timeout: 5} }", "ollama/a", None),
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
    if right:
        assert [item.rule.id for item in diagnostics_of(f"models:\n  {right}\n")] == ["missing-default"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("openai:\n    api_ky:", ONLY),
        ("openai: {litellm_params: {modell: gpt-4o, api_key: K}}", ONLY),
        ("ollama: {id: 7b}", ONLY),
        ("openai: {model_name: GPT}", ONLY),
        ("openai: {options: {timeout: 5}}", ONLY),
        ("openai: {model: {timeout: 5}}", ONLY),
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


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "models:\r\n  ollama:\r\n    # mine\r\n    provider: ollama\r\n    model: a\r\n    timeout: 5\r\n",
            "models:\r\n  ollama/a:\r\n    # mine\r\n    timeout: 5\r\n",
        ),
        ("models:\n  ollama:\n    a: {timeout: 5}\n    b: {timeout: 6}\n  ollama/b:\n", None),
    ],
)
def test_whole_line_breaks_are_removed_and_no_entry_is_lost(text: str, after: str | None) -> None:
    found = next(item for item in diagnostics_of(text) if item.rule.id == "invalid-model-id")
    edits = edits_of(snapshot(text), found.fixes[0])
    assert (apply_edits(text, edits) if edits else None) == after


def test_several_models_below_a_provider_have_a_title_of_their_own() -> None:
    found = diagnostics_of("models:\n  ollama:\n    a: {timeout: 5}\n    b: {timeout: 6}\ndefault: ollama/a\n")
    assert [(item.rule.id, item.fixes[0].title) for item in found] == [
        ("invalid-model-id", "Put ollama/ before each model")
    ]


def test_models_of_a_file_that_is_read_as_a_whole_keep_their_columns() -> None:
    text = "models:\n  x/y: &a {}\n  ollama:\n    a: {timeout: 5}\n    b: {timeout: 6}\n  x/z: *a\n"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "invalid-model-id")
    assert found.fixes == ()


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
