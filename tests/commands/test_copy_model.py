"""`copy`: what is taken to the other file, what is said, and what is refused."""

from dataclasses import replace

import pytest

from aloop_models.commands import BY_ID, Outcome
from aloop_models.commands.copy_model import CopyParameters, is_copied, text_to_copy
from aloop_models.core.text import apply_edits
from aloop_models.errors import InvalidArgumentsError, RefusedError
from support.commands import KEY, PATH, TEXT, refusal
from support.snapshots import snapshot

COPY = BY_ID["aloop.copyModel"]
ENTRY = f"openai/gpt-4o:   # good\n    name: GPT-4o\n    api_key: {KEY}\n    timeout: 300\n"
PLACED = replace(snapshot("").place, path=PATH)


def copied(source: str, text: str, words: str = "gpt-4o", *, is_home: bool = True) -> Outcome:
    model_id, entry = text_to_copy(snapshot(source), words)
    target = replace(snapshot(text), is_for_all_projects=is_home, place=PLACED)
    return COPY.run(target, COPY.parameters(model_id=model_id, to=None, text=entry))


def test_the_entry_is_copied_with_its_comments_and_its_key() -> None:
    outcome = copied(TEXT, "models:\n  ollama/x:\n")
    assert outcome.message == "Copied openai/gpt-4o to ~/.aloop/models.yaml."
    assert (outcome.value, outcome.warnings) == ({"modelId": "openai/gpt-4o"}, ())
    assert apply_edits("models:\n  ollama/x:\n", outcome.edits) == f"models:\n  ollama/x:\n\n  {ENTRY}"
    assert KEY not in outcome.message + repr(outcome.value)


def test_the_first_model_of_the_project_is_its_default() -> None:
    outcome = copied(TEXT, "", is_home=False)
    assert outcome.message == f"Copied openai/gpt-4o to {PATH}. It is the default, because it is the first model."
    assert apply_edits("", outcome.edits) == f"models:\n  {ENTRY}default: openai/gpt-4o\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("roles: {fast: openai/gpt-4o}\n", " Not copied: the role @fast."),
        ("roles: {fast: openai/gpt-4o, review: openai/gpt-4o}\n", " Not copied: the role @fast, the role @review."),
        ("fallbacks: [ollama/llama3.1, openai/gpt-4o]\n", " Not copied: its place in fallbacks."),
        ("roles: {fast: ollama/llama3.1}\nfallbacks: [ollama/llama3.1]\n", ""),
    ],
)
def test_what_refers_to_it_is_not_copied(more: str, said: str) -> None:
    outcome = copied(TEXT + more, "models:\n  ollama/x:\n")
    assert outcome.message == f"Copied openai/gpt-4o to ~/.aloop/models.yaml.{said}"


def test_aliases_are_replaced_by_their_values() -> None:
    source = f"models:\n  openai/a: &a {{api_key: &k {KEY}, seed: 1}}\n  openai/gpt-4o:\n    <<: *a\n    seed: 2\n"
    text = apply_edits("models:\n  ollama/x:\n", copied(source, "models:\n  ollama/x:\n").edits)
    assert text == f"models:\n  ollama/x:\n\n  openai/gpt-4o:\n    api_key: {KEY}\n    seed: 2\n"
    text = apply_edits("models:\n  ollama/x:\n", copied(source, "models:\n  ollama/x:\n", "openai/a").edits)
    assert text == f"models:\n  ollama/x:\n\n  openai/a:\n    api_key: {KEY}\n    seed: 1\n"


def test_what_check_says_about_the_entry_is_said() -> None:
    outcome = copied("models:\n  openai/gpt-5:\n", "models:\n  ollama/x:\n", "gpt-5")
    assert outcome.message == "Copied openai/gpt-5 to ~/.aloop/models.yaml. It is not ready."
    assert outcome.warnings == ("openai/gpt-5: api_key is missing. Add your OpenAI API key.",)


def test_an_entry_that_is_there_stays() -> None:
    with pytest.raises(RefusedError) as refused:
        copied(TEXT, TEXT)
    message = "openai/gpt-4o is already in ~/.aloop/models.yaml. Remove it there first. Nothing was changed."
    assert (refused.value.reason, str(refused.value)) == ("modelExists", message)
    command = "aloop models remove openai/gpt-4o --global"
    for interface in ("aloop models", "/model"):
        assert refused.value.message_for(interface) == message.replace("there first.", f"there first: {command}.")
    with pytest.raises(RefusedError) as refused:
        copied(TEXT, TEXT, is_home=False)
    assert refused.value.message_for("aloop models") == (
        f"openai/gpt-4o is already in {PATH}. "
        f"Remove it there first: aloop models remove openai/gpt-4o --config {PATH}. Nothing was changed."
    )


@pytest.mark.parametrize(
    ("source", "text", "reason"),
    [
        ("models:\n  openai/gpt-4o: 5\n", "", "unsafeEdit"),
        ("models:\n  openai/gpt-4o: [\n", "", "invalidFile"),
        ("models:\n  ollama/x:\n", "", "modelNotFound"),
        (TEXT, "models: [\n", "invalidFile"),
        (TEXT, "- a\n", "unsafeEdit"),
    ],
)
def test_what_cannot_be_copied(source: str, text: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        copied(source, text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("openai/o3", "  x/y:\n", "model 'openai/o3' {}. List the models: {list} --global"),
        ("gpt-4o", "  openai/gpt-4.1:\n", "model 'gpt-4o' {}. Did you mean openai/gpt-4.1?"),
        ("@fast", "  x/y:\n", "role '@fast' {}. The file has no roles. Add them under 'roles:'."),
    ],
)
def test_a_model_that_is_not_in_the_home_file(words: str, text: str, said: str) -> None:
    """The other commands of a project are about another file."""
    source = replace(snapshot(f"models:\n{text}"), is_for_all_projects=True)
    with pytest.raises(RefusedError) as refused:
        text_to_copy(source, words)
    place = "in ~/.aloop/models.yaml, from which models are copied"
    for interface in ("aloop models", "/model"):
        expected = f"There is no {said.format(place, list='aloop models list')}"
        assert (refused.value.reason, refused.value.message_for(interface)) == ("modelNotFound", expected)


def test_arguments_that_mean_nothing() -> None:
    given = {"modelId": "openai/gpt-4o", "text": f"models:\n  {ENTRY}"}
    assert str(refusal("copyModel", "", {**given, "to": "house"})) == "A model can be copied to home or project."
    for text in ("", "models:\n  ollama/x:\n", "models: ["):
        found = refusal("copyModel", "", {**given, "text": text})
        assert isinstance(found, InvalidArgumentsError)
        assert str(found) == "'text' does not contain the model."


def test_the_model_is_asked_for() -> None:
    question = COPY.question(snapshot(TEXT), {})
    assert question is not None
    assert [item.value for item in question.candidates] == ["openai/gpt-4o", "ollama/llama3.1"]
    assert COPY.question(snapshot(TEXT), {"modelId": "openai/gpt-4o"}) is None


def test_a_copy_is_there_only_in_a_valid_file_that_has_it() -> None:
    parameters = CopyParameters("openai/gpt-4o")
    assert is_copied(snapshot(TEXT), parameters)
    assert not is_copied(snapshot("models:\n  ollama/a:\n"), parameters)
    assert not is_copied(snapshot(f"{TEXT}broken: ["), parameters)
