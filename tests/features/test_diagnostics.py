"""All checks together, on whole files."""

import pytest

from aloop_models.features.diagnostic import Severity
from aloop_models.snapshot import Place
from support.expectations import HOME, PATH, diagnostics_of, rules_of


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
