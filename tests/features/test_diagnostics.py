"""All checks together, on whole files."""

import pytest

from aloop_models.catalog.redaction import MASK
from aloop_models.features.diagnostic import MESSAGE_LIMIT, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.snapshot import Place
from support.expectations import HOME, KEY, PATH, SECRET, diagnostics_of, entry, rules_of
from support.snapshots import snapshot


@pytest.mark.parametrize(
    "entry",
    [
        "  openrouter/x/y:\n    api_key: sk-or-v1-9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6b5a493827160\n",
        "  openai/my-model:\n    api_base: http://localhost:8000/v1\n",
        "  ollama/llama2:\n",
        "  'ollama/llama2':\n",
        "  ollama/llama2: {}\n",
        "  ollama/llama2: null\n",
        "  lm_studio/qwen3:\n    api_base: http://127.0.0.1:1234/v1\n",
        "  bedrock/anthropic.claude-opus-5:\n    aws_region_name: us-east-1\n",
        "  ollama/llama2:\n    temperature: 0.5\n    num_ctx: 8192\n    stop: [a, b]\n    extra_headers: {X-Team: a}\n",
        "  ollama/llama2:\n    timeout: 30.5\n    drop_params: off\n    name:\n    api_base:\n",
    ],
)
def test_nothing_to_say(entry: str) -> None:
    """Entries that are all right."""
    model_id = entry.strip().partition(": ")[0].partition(":\n")[0].rstrip(":").strip("'")
    assert rules_of(f"models:\n{entry}default: {model_id}\n") == []


def test_template_is_clean() -> None:
    """Nothing above a hint in the file that a first start writes."""
    from aloop_models.workspace.first_use import TEMPLATE

    unguarded = Place(PATH, 0o600, HOME, tracked="no", ignored=False)
    assert diagnostics_of(TEMPLATE) == ()
    assert [item.level for item in diagnostics_of(TEMPLATE, place=unguarded)] == [Severity.HINT]


def test_forty_thousand_lines() -> None:
    """The one mistake is found among them."""
    entries = [
        f"  ollama/m{number}:\n    name: M\n    timeout: 300\n    drop_params: true\n" for number in range(10_000)
    ]
    entries[7_000] = entries[7_000].replace("300", "5m")
    text = "models:\n" + "".join(entries) + "default: ollama/m1\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, text[slice(*found.span)]) == ("wrong-type", "5m")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (entry("timeout: 5m"), "ollama/a: timeout must be "),
        (entry("api_base: localhost", "ollama/a#work"), "ollama/a#work: Not a URL. "),
        (entry("timeout: 5m", f"openai/{SECRET}"), f"{MASK}: "),
        (f"models:\n  openai/x#{KEY}:\n    api_key: {KEY}\n    timeout: 5m\ndefault: null\n", "openai/x#"),
        (
            "models:\n  ollama/a:\n  ollama/a:\ndefault: ollama/a\n",
            "ollama/a: Duplicate key: only the last entry is used",
        ),
        (
            "models:\n  ollama/a:\nmodels:\n  ollama/b:\ndefault: ollama/b\n",
            "models: Duplicate key: only the last one is",
        ),
        ("models:\n  ollama/a:\ndefault: ollama/b\n", "default: 'ollama/b' is not an entry in models."),
        ("foo: 1\nmodels:\n  ollama/a:\ndefault: ollama/a\n", "Unknown top-level key 'foo': "),
    ],
)
def test_a_message_begins_with_what_it_is_about(text: str, begins: str) -> None:
    messages = [item.message for item in diagnostics_of(text)]
    assert messages[0].startswith(begins)
    assert all(SECRET not in message and KEY not in message for message in messages)


@pytest.mark.parametrize("size", [30, 150, 400])
@pytest.mark.parametrize("field", ["timeout: 5m", "reasoning_effort: hihg", "azure_username: me", "api_base: ${X}"])
def test_a_message_with_a_long_id_keeps_its_limit(size: int, field: str) -> None:
    model_id = f"openai/first{'-of-several-parts' * (size // 17)}-last"
    messages = [item.message for item in diagnostics_of(entry(field, model_id))]
    assert messages
    for message in messages:
        begin, _, statement = message.partition(": ")
        assert len(message) <= MESSAGE_LIMIT
        assert begin == model_id or (begin.startswith("openai/fir") and begin.endswith("-last") and "…" in begin)
        assert statement


def test_a_secret_in_a_shortened_id_is_masked() -> None:
    """Also a part of it, and also in the diagnostics that one entry has for itself."""
    secret = "-".join(("seven", "words", "that", "are", "only", "this", "file's", "own")) * 2
    text = f"models:\n  openai/{'x-' * 90}{secret}:\n    api_key: {secret}\n    timeout: 5m\ndefault: null\n"
    found = diagnose(snapshot(text))
    messages = [item.message for items in (found.items, *found.by_entry.values()) for item in items]
    assert [message for message in messages if "this" in message] == []
    assert all(len(message) <= MESSAGE_LIMIT for message in messages)
