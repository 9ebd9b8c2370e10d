"""`list`: exact JSON, and no key in it."""

from typing import Any

import pytest

from aloop_models.snapshot import Place
from support.commands import FIVE_MODELS, GPT_4O, KEY, PATH, run


def test_list() -> None:
    outcome = run("listModels", FIVE_MODELS)
    value: dict[str, Any] = dict(outcome.value)
    assert (outcome.message, outcome.edits, outcome.effect) == (f"5 models in {PATH}", (), None)
    models = value.pop("models")
    assert set(value.pop("catalog")) == {"litellm", "made", "origin", "providers"}
    assert value == {
        "file": PATH,
        "uri": f"file://{PATH}",
        "default": "openai/gpt-4o",
        "current": "openai/gpt-4o",
        "choice": {"modelId": "openai/gpt-4o", "displayName": "GPT-4o"},
        "label": "GPT-4o (next agent)",
        "sessions": [],
    }
    assert models[0] == GPT_4O | {"problems": 0} | {"problems": models[0]["problems"]}
    assert [(model["modelId"], model["ready"], model["notReady"]) for model in models[1:]] == [
        ("openai/gpt-4o-mini", True, None),
        ("openai/gpt-3", True, None),
        ("ollama/llama3.1", True, None),
        ("mistral/x", False, "it has no API key"),
    ]
    # A wrong timeout and a missing key.
    assert models[4]["problems"] == 2
    assert KEY not in repr(outcome)


@pytest.mark.parametrize(
    ("text", "message"),
    [("models:\n  ollama/x:\n", f"1 model in {PATH}"), ("", f"0 models in {PATH}"), ("[", f"0 models in {PATH}")],
)
def test_list_of_little(text: str, message: str) -> None:
    assert run("listModels", text).message == message


def test_list_without_a_file() -> None:
    outcome = run("listModels", "", place=Place())
    assert (outcome.message, outcome.value["file"], outcome.value["uri"]) == ("0 models in no file yet", None, None)
