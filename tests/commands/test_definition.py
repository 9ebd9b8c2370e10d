"""What every command says of itself: whether it is applied already."""

from typing import Any

import pytest

from aloop_models.commands import BY_ID, parse_arguments
from support.commands import OTHER_KEY, TEXT, after
from support.snapshots import snapshot


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("addModel", {"modelId": "openai/gpt-5", "fields": {"timeout": 60}}),
        ("editModel", {"modelId": "openai/gpt-4o", "fields": {"timeout": 301}}),
        ("editModel", {"modelId": "openai/gpt-4o", "fields": {"name": None, "api_key": f" {OTHER_KEY}\n"}}),
        ("removeModel", {"modelId": "ollama/llama3.1"}),
        ("setDefaultModel", {"modelId": "ollama/llama3.1"}),
        ("setKey", {"modelId": "openai/gpt-4o", "apiKey": OTHER_KEY}),
        ("setKey", {"provider": "openai", "apiKey": OTHER_KEY}),
    ],
)
def test_a_command_is_applied_to_the_text_that_it_leaves_and_to_no_other(
    command: str, argument: dict[str, Any]
) -> None:
    definition = BY_ID[f"aloop.{command}"]
    parameters = parse_arguments(definition, argument)
    assert not definition.applied(snapshot(TEXT), parameters)
    changed = after(command, TEXT, argument)
    assert definition.applied(snapshot(changed), parameters)
    assert not definition.applied(snapshot(f"{changed}  broken: ["), parameters)


def test_an_edit_of_another_type_is_not_applied() -> None:
    definition = BY_ID["aloop.editModel"]
    parameters = parse_arguments(definition, {"modelId": "openai/gpt-4o", "fields": {"timeout": 300.0}})
    assert not definition.applied(snapshot(TEXT), parameters)
