"""`default`: where the default is written."""

import pytest

from support.commands import TEXT, after, run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, TEXT.replace("default: openai/gpt-4o", "default: ollama/llama3.1")),
        ("models:\n  ollama/llama3.1:\n", "models:\n  ollama/llama3.1:\n\ndefault: ollama/llama3.1\n"),
        ("default: null\nmodels: {ollama/llama3.1: }\n", "default: ollama/llama3.1\nmodels: {ollama/llama3.1: }\n"),
        ("models:\r\n  ollama/llama3.1:\r\n", "models:\r\n  ollama/llama3.1:\r\n\r\ndefault: ollama/llama3.1\r\n"),
    ],
)
def test_set_default(text: str, expected: str) -> None:
    argument = {"modelId": "ollama/llama3.1"}
    outcome = run("setDefaultModel", text, argument)
    assert outcome.message == "ollama/llama3.1 is now the default model."
    assert outcome.value == {"modelId": "ollama/llama3.1", "displayName": "ollama/llama3.1"}
    assert after("setDefaultModel", text, argument) == expected
    again = run("setDefaultModel", expected, argument)
    assert (again.message, again.edits) == ("ollama/llama3.1 is already the default model.", ())
