"""What a person meets on a real file, each with its right answer."""

import pytest

from aloop_models.features.diagnostic import Severity
from aloop_models.snapshot import Place
from support.expectations import apply_fix, check_expectations, diagnostics_of, rules_of

KEY = "sk-not-a-real-one-but-long-enough"
OLLAMA = "default: ollama/llama2\n"
HOME = "/home/me/project"
PATH = f"{HOME}/.aloop/models.yaml"


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


def test_unknown_model_without_a_near_one_is_a_hint() -> None:
    """Unknown is not wrong."""
    (found,) = diagnostics_of(f"models:\n  openai/zzzzzzzzzz:\n    api_key: {KEY}\ndefault: openai/zzzzzzzzzz\n")
    assert (found.rule.id, found.level, found.fixes) == ("unknown-model", Severity.HINT, ())


def test_default_that_names_nothing() -> None:
    """A warning on the name, with the nearest entry as its fix."""
    text = "models:\n  ollama/llama2:\ndefault: ollama/llama3\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("undefined-default", Severity.WARNING)
    assert rules_of(apply_fix(text, found)) == []


def test_timout() -> None:
    """The diagnostic names the right field, also where that one is set already."""
    text = f"models:\n  ollama/llama2:\n    timout: 5\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("unknown-field", Severity.WARNING)
    assert "timeout" in found.message
    assert rules_of(apply_fix(text, found)) == []
    (both,) = diagnostics_of(f"models:\n  ollama/llama2:\n    timeout: 5\n    timout: 5\n{OLLAMA}")
    assert "timeout" in both.message
    assert [fix.title for fix in both.fixes] == ["Comment the line out"]


def test_drop_params_string_against_truth() -> None:
    """`"yes"` is text, `yes` is true, as the runtime's loader has it."""
    assert rules_of(f"models:\n  ollama/llama2:\n    drop_params: yes\n{OLLAMA}") == []
    text = f'models:\n  ollama/llama2:\n    drop_params: "yes"\n{OLLAMA}'
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("wrong-type", Severity.ERROR)
    assert "drop_params: true\n" in apply_fix(text, found)


def test_timeout_five_minutes() -> None:
    """`5m` is text; the fix writes 300."""
    text = f"models:\n  ollama/llama2:\n    timeout: 5m\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("wrong-type", Severity.ERROR)
    assert "timeout: 300\n" in apply_fix(text, found)


def test_duplicate_model() -> None:
    """Reported on the later one, related to the first; the first fix keeps both, the others take one out."""
    text = f"models:\n  ollama/llama2:\n    timeout: 5\n  # two\n  ollama/llama2:\n    timeout: 6\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("duplicate-key", Severity.ERROR)
    assert text[slice(*found.span)] == "ollama/llama2"
    assert found.span.start > found.related[0].span.start == 10
    assert apply_fix(text, found, 0) == (
        f"models:\n  ollama/llama2#2:\n    timeout: 5\n  # two\n  ollama/llama2:\n    timeout: 6\n{OLLAMA}"
    )
    assert apply_fix(text, found, 1) == f"models:\n  # two\n  ollama/llama2:\n    timeout: 6\n{OLLAMA}"
    assert apply_fix(text, found, 2) == f"models:\n  ollama/llama2:\n    timeout: 5\n  # two\n{OLLAMA}"


def test_placeholder_key() -> None:
    """An error where a key is needed, nothing where the server is one's own."""
    (found,) = diagnostics_of("models:\n  openai/gpt-4o:\n    api_key: sk-...\ndefault: openai/gpt-4o\n")
    assert (found.rule.id, found.level, found.fixes) == ("placeholder-api-key", Severity.ERROR, ())
    local = "models:\n  openai/x:\n    api_key: xxx\n    api_base: http://localhost:8000/v1\ndefault: openai/x\n"
    assert rules_of(local) == []


def test_anthropic_key_under_openai() -> None:
    """A warning that names both and quotes neither."""
    key = "sk-ant-api03-" + "not-a-real-one-" * 4
    (found,) = diagnostics_of(f"models:\n  openai/gpt-4o:\n    api_key: {key}x\ndefault: openai/gpt-4o\n")
    assert (found.rule.id, found.level) == ("key-of-another-provider", Severity.WARNING)
    assert "Anthropic" in found.message
    assert "OpenAI" in found.message


def test_embedding_model() -> None:
    """It cannot chat."""
    text = f"models:\n  openai/text-embedding-3-small:\n    api_key: {KEY}\ndefault: openai/text-embedding-3-small\n"
    assert rules_of(text) == ["not-a-chat-model"]


def test_model_past_its_retirement() -> None:
    """Struck through, with its date."""
    (found,) = diagnostics_of(f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n")
    assert (found.rule.id, found.retired) == ("deprecated-model", True)
    assert "2026-10-23" in found.message


def test_key_in_a_tracked_file_and_mode_0644() -> None:
    """Both are warnings on `models`."""
    text = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\ndefault: openai/gpt-4o\n"
    found = diagnostics_of(text, place=Place(PATH, 0o644, HOME, tracked="yes", ignored=False))
    assert [(item.rule.id, item.level, item.span) for item in found] == [
        ("readable-by-others", Severity.WARNING, (0, 6)),
        ("tracked-by-git", Severity.WARNING, (0, 6)),
    ]


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


def test_unclosed_quote_that_the_next_entry_closes() -> None:
    """Reported at the opening quote, whatever closes it further down."""
    check_expectations("""\
models:
  ollama/llama2:
    name: "Llama
#         ^^^^^^ yaml-syntax: This quote is never closed. Add the closing quote.
  ollama/llama3:
    name: "Llama 3"
default: ollama/llama2
""")


def test_two_documents() -> None:
    """One diagnostic, at the second one's beginning."""
    check_expectations("""\
models:
  ollama/llama2:
default: ollama/llama2
---
#<0^^^ multiple-documents
models:
  ollama/llama3:
""")


def test_list_at_the_root() -> None:
    """An error on its first line."""
    check_expectations("""\
- ollama/llama2
#<0^^^^^^^^^^^^^^^ not-a-mapping
- ollama/llama3
""")


@pytest.mark.parametrize("text", ["", "\n", "   \n\n", "# nothing\n", "\ufeff", "---\n"])
def test_empty_file(text: str) -> None:
    """Information on the first line, and a fix that puts in a frame without diagnostics above a hint."""
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("missing-models", Severity.INFORMATION)
    if found.fixes:
        assert diagnostics_of(apply_fix(text, found)) == ()


def test_template_is_clean() -> None:
    """Nothing above a hint in the file that a first start writes."""
    from aloop_models.workspace.first_use import TEMPLATE

    unguarded = Place(PATH, 0o600, HOME, tracked="no", ignored=False)
    assert diagnostics_of(TEMPLATE) == ()
    assert [item.level for item in diagnostics_of(TEMPLATE, place=unguarded)] == [Severity.HINT]


def test_models_without_value_is_an_empty_set() -> None:
    """Nothing to say."""
    for text in ("models:\n", "models: {}\n", "models: null\ndefault: null\n", "models:\n  # none\ndefault:\n"):
        assert rules_of(text) == []


def test_forty_thousand_lines() -> None:
    """The one mistake is found among them."""
    entries = [
        f"  ollama/m{number}:\n    name: M\n    timeout: 300\n    drop_params: true\n" for number in range(10_000)
    ]
    entries[7_000] = entries[7_000].replace("300", "5m")
    text = "models:\n" + "".join(entries) + "default: ollama/m1\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, text[slice(*found.span)]) == ("wrong-type", "5m")
