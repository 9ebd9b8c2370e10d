"""`format`: what it says, what it leaves, and that --check changes nothing."""

import pytest

from aloop_models.commands.format_models import FORMAT, FormatParameters
from aloop_models.commands.style import Prompt, Shell, Style
from support.commands import FIVE_MODELS, KEY, PATH, TEXT, after, refusal, run
from support.snapshots import snapshot

UNFORMATTED = f"models:\n    openai/gpt-4o:\n        api_key:  {KEY}\n"
FORMATTED = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n"


def test_format() -> None:
    outcome = run("formatModels", UNFORMATTED)
    assert outcome.message == f"Formatted {PATH}."
    assert outcome.value == {"file": PATH, "formatted": True, "changed": True}
    assert after("formatModels", UNFORMATTED) == FORMATTED


def test_a_formatted_file_is_not_changed() -> None:
    for argument in ({}, {"check": True}):
        outcome = run("formatModels", TEXT, argument)
        assert (outcome.message, outcome.edits) == (f"{PATH} is already formatted.", ())
        assert outcome.value == {"file": PATH, "formatted": True, "changed": False}


def test_check_changes_nothing() -> None:
    outcome = run("formatModels", UNFORMATTED, {"check": True})
    assert outcome.message == f"{PATH} is not formatted."
    assert (outcome.value, outcome.edits) == ({"file": PATH, "formatted": False, "changed": False}, ())
    assert not FORMAT.succeeds(outcome.value)


@pytest.mark.parametrize(
    ("style", "command"), [(Shell(), "aloop models format"), (Prompt(), "/model format")], ids=["shell", "agent"]
)
def test_each_interface_names_its_own_command(style: Style, command: str) -> None:
    result = {"message": "F is not formatted.", "formatted": False}
    assert FORMAT.render(result, style) == f"F is not formatted. Format it: {command}\n"
    assert FORMAT.render({"message": "Formatted F.", "formatted": True}, style) == "Formatted F.\n"


def test_entries_and_sections_are_separated() -> None:
    text = after("formatModels", FIVE_MODELS)
    assert text.replace("\n\n", "\n") == FIVE_MODELS
    assert text.count("\n\n") == 5


def test_a_broken_file_is_refused() -> None:
    refused = refusal("formatModels", 'models:\n  a/b:\n    name: "x\n')
    assert refused.reason == "invalidFile"
    assert "Nothing was changed." in str(refused)


def test_a_text_without_work_left_contains_the_change() -> None:
    assert FORMAT.applied(snapshot(FORMATTED), FormatParameters())
    assert not FORMAT.applied(snapshot(UNFORMATTED), FormatParameters())
    assert FORMAT.applied(snapshot(UNFORMATTED), FormatParameters(check=True))
