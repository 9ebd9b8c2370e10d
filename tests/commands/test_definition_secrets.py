"""No command shows a key, a control character or a line break of an ID, a name, a role, a field or a path of the file.

A line break would let a name look like a message of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import pytest

from aloop_models.commands import BY_ID, BY_VERB, COMMANDS, VERBS, Command, Outcome, parse_arguments
from aloop_models.commands.arguments import argument_from, resolved
from aloop_models.commands.copy_model import text_to_copy
from aloop_models.commands.definition import json_name
from aloop_models.commands.style import Prompt, Shell
from aloop_models.commands.views import state_view
from aloop_models.core.scalars import MAX_LEVELS
from aloop_models.errors import RefusedError
from aloop_models.snapshot import Session, Snapshot
from support.snapshots import HOME_PLACE, snapshot


def key(number: int) -> str:
    """A key of a published form, another one for each place."""
    return f"sk-proj-{number:02}AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEf"


def hostile(number: int) -> str:
    """A text with a key, an escape sequence and a second line, as in a text of YAML in double quotes."""
    return f"{key(number)} \\e[7m\\nfake"


OWN = "tulip-window-harvest"
"""A key of the file that only its file tells from other words."""


def with_own(number: int) -> str:
    """A hostile text of the file, which also has a key of the file."""
    return f"{OWN} {hostile(number)}"


def read(text: str) -> str:
    return text.replace("\\e", "\x1b").replace("\\n", "\n")


LOST_ROLE = with_own(35).lower()
"""A role, which is found in lower case only, of a model that is not in the file."""
TEXT = f"""\
models:
  openai/gpt-4o: {{api_key: {key(0)}}}
  "openai/{with_own(1)}": {{name: "{with_own(2)}", "{with_own(3)}": 5, timeout: x}}
  "{with_own(4)}/x": {{api_key: {key(0)}, api_base: "http://h/"}}
  "ollama/{with_own(5)}":
  "openai/{with_own(6)}": {{api_base: "https://one.example.com/v1"}}
  "openai/{with_own(7)}": "not a mapping"
  mistral/x: {{api_key: {OWN}}}
  "ollama/{OWN}": {{name: "The {OWN} of mine"}}
  "openai/{with_own(32)}": {{name: same}}
  "openai/{with_own(33)}": {{name: same}}
  "groq/{with_own(1)}":
roles:
  "{with_own(8)}": openai/gpt-4o
  fast: "openai/{with_own(9)}"
  "{with_own(10)}": "openai/{with_own(1)}"
  "{LOST_ROLE}": x/y
fallbacks: ["openai/{with_own(1)}", "openai/{with_own(11)}"]
default: "openai/{with_own(12)}"
"""
PROVIDERS = [
    f'  "{hostile(4)}/x": {{api_base: "http://h/"}}\n',
    f'  "{hostile(4)}/x": {{api_key: {key(0)}}}\n  "{hostile(4)}/y": {{api_key: {key(31)}}}\n',
    f'  "{hostile(4)}/x": {{api_key: {key(0)}, api_base: "http://h/"}}\n  "{hostile(4)}/y":\n',
]
"""Providers of which it is not clear who gets a key."""
IDS = [
    "openai/gpt-4o",
    *(read(text) for text in (f"openai/{with_own(1)}", f"{with_own(4)}/x", f"ollama/{with_own(5)}")),
]
IDS += [read(text) for text in (f"openai/{with_own(6)}", f"openai/{with_own(7)}", f"openai/{hostile(13)}", hostile(14))]
IDS += [f"ollama/{OWN}"]
NAMES = [
    *IDS,
    "same",
    "@fast",
    "@" + read(with_own(8)),
    "@" + read(with_own(10)),
    "@" + read(hostile(15)),
    "@" + read(LOST_ROLE),
    read(with_own(1)),
]
FOLDER = "/home/me/" + read(hostile(16))
AGENTS = tuple(
    Session(f"s{number}", "interactive", number, FOLDER, f"{FOLDER}/.aloop/models.yaml", model_id)
    for number, model_id in enumerate((*IDS[1:3], None, read(f"openai/{hostile(17)}")))
)


def hidden_in(text: str) -> list[str]:
    """What must not be shown, of a text."""
    return [each for each in ("\x1b", "\\x1b", "AbCdEfGh", "\nfake", "\\nfake") if each in text]


NESTED: list[object] = []
for _ in range(MAX_LEVELS):
    NESTED = [NESTED]
PLACE = replace(HOME_PLACE, path=f"{FOLDER}/.aloop/models.yaml")
FILE = snapshot(TEXT, place=PLACE, sessions=AGENTS, selected=IDS[1])
SNAPSHOTS = {
    "several agents": FILE,
    "one agent": replace(
        FILE, current=IDS[1], sessions=AGENTS[:1], elsewhere=frozenset({read(f"openai/{hostile(13)}")})
    ),
    "no agent": snapshot(TEXT.replace(f'"openai/{with_own(12)}"', f'"openai/{with_own(1)}"'), place=PLACE),
    "not a models.yaml": snapshot(f'"{hostile(18)}": ["{hostile(19)}"]\n', place=PLACE),
    "empty": snapshot("", place=PLACE),
}


def arguments(command: Command[Any]) -> Iterator[dict[str, Any]]:
    """Every kind of argument object that the command knows, with a hostile text in each place, and an unknown name."""
    known = {json_name(each.name) for each in fields(command.parameters)}
    yield from (each for each in all_arguments() if each.keys() <= known)
    yield {read(hostile(23)): 1}


def all_arguments() -> Iterator[dict[str, Any]]:
    yield {}
    for name in NAMES:
        yield {"modelId": name}
        yield {"modelId": name, "fields": {read(hostile(20)): 1}}
        yield {"modelId": name, "fields": {read(hostile(20)): NESTED}}
        yield {"modelId": name, "fields": {"api_key": key(21)}}
        yield from ({"modelId": name, "fields": field} for field in ("name", "api_key", "timeout"))
        yield {"modelId": name, "fields": {"api_key": "-"}}
        yield {"modelId": name, "newModelId": read(f"openai/{hostile(22)}")}
        yield {"modelId": name, "session": "s1"}
        yield {"modelId": name, "session": "s1", "makeDefault": True}
        yield {"modelId": name, "force": True}
        yield {"modelId": name, "allowUnusualId": True}
        yield {"modelId": name, "sameKeyAs": IDS[2]}
        yield {"modelId": "openai/o3", "sameKeyAs": name}
        yield {"modelId": IDS[0], "sameKeyAs": name}
        yield {"modelId": name, "apiKey": key(21)}
        yield {"provider": name.partition("/")[0], "apiKey": key(21)}
    yield {"provider": "openai", "apiKey": key(21)}
    yield {"ruleId": read(hostile(24))}
    yield {"disable": read(hostile(24))}
    yield {"field": "api_key", "value": key(21), "modelId": IDS[1]}
    yield {"field": "modelId", "value": IDS[4]}
    yield {"field": "fields.timeout", "value": read(hostile(25)), "modelId": IDS[1]}
    yield {"text": TEXT, "source": read(hostile(26))}
    for name in IDS:
        yield {"text": TEXT, "modelId": name}
    for command in VERBS:
        yield {"words": [command.verb], "word": ""}
        yield {"words": [command.verb, "--session"], "word": ""}
        yield {"words": [command.verb, IDS[1]], "word": read(hostile(34))}


def shown(command: Command[Any], around: Snapshot, argument: dict[str, Any]) -> Iterator[str]:
    """All that a person or a program sees of a command: its question, its result or its refusal."""
    with _refusals() as refused:
        if question := command.ask(around, argument):
            yield repr(question.view()).replace(FOLDER, "")
    yield from refused
    with _refusals() as refused:
        found = resolved(around, command, argument)
        if found != argument:
            yield from _texts(command, command.run(around, parse_arguments(command, found)))
    yield from refused
    with _refusals() as refused:
        yield from _texts(command, command.run(around, parse_arguments(command, argument)))
    yield from refused


@contextmanager
def _refusals() -> Iterator[list[str]]:
    texts: list[str] = []
    try:
        yield texts
    except RefusedError as error:
        texts.append(f"{error.message} {error.suggestions}")


def _texts(command: Command[Any], outcome: Outcome) -> Iterator[str]:
    yield outcome.message
    yield repr(outcome.warnings)
    yield repr(_without_paths(outcome.value))
    result = {**outcome.value, "message": outcome.message}
    for style in (Shell(folder=FOLDER), Shell(), Shell(width=60), Prompt(read(f"openai/{hostile(27)}")), Prompt()):
        yield command.render(result, style)


def _without_paths(value: object) -> object:
    """A result as programs get it, who need the real path of a file."""
    if isinstance(value, dict):
        return {
            name: "" if name in ("file", "uri", "folder", "path") else _without_paths(each)
            for name, each in value.items()
        }
    return [_without_paths(each) for each in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("around", SNAPSHOTS.values(), ids=SNAPSHOTS)
@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if not command.echoes], ids=lambda command: command.id
)
def test_nothing_is_shown(command: Command[Any], around: Snapshot) -> None:
    for argument in arguments(command):
        for text in shown(command, around, argument):
            assert not hidden_in(text), (argument, text)
            assert OWN not in text or OWN not in around.redactor.secrets, (argument, text)


@pytest.mark.parametrize("entries", PROVIDERS)
def test_an_unclear_owner_of_a_key_is_not_shown(entries: str) -> None:
    command = BY_ID["aloop.setKey"]
    argument = {"provider": read(hostile(4)), "apiKey": key(21)}
    (refusal,) = {*shown(command, snapshot(f"models:\n{entries}"), argument)}
    assert not hidden_in(refusal), refusal


def test_the_state_is_not_shown() -> None:
    for around in SNAPSHOTS.values():
        text = repr(_without_paths(state_view(around)))
        assert not hidden_in(text)
        assert OWN not in text or OWN not in around.redactor.secrets


def test_an_entry_that_cannot_be_copied_is_not_shown() -> None:
    with pytest.raises(RefusedError) as refused:
        text_to_copy(FILE, read(f"openai/{with_own(7)}"))
    assert not hidden_in(refused.value.message)


@pytest.mark.parametrize(
    "words", [[read(hostile(28))], [IDS[1], read(hostile(28))], [IDS[0], f"{read(hostile(29))}=1"] * 2]
)
def test_words_are_not_shown(words: list[str]) -> None:
    for command in VERBS:
        with pytest.raises(RefusedError) as refused:
            argument_from(command, [*words, *words, f"--{read(hostile(30))}"], FILE.facts.schema)
        assert not hidden_in(f"{refused.value.message} {refused.value.suggestions}"), refused.value.message


def test_a_name_that_is_repeated_is_masked() -> None:
    key_as_field = "gsk_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8=1"
    with pytest.raises(RefusedError) as refused:
        argument_from(BY_VERB["edit"], ["x", key_as_field, key_as_field], FILE.facts.schema)
    assert refused.value.message == "Duplicate field '••••••••'. Set each field only once."
    with pytest.raises(RefusedError) as refused:
        argument_from(BY_VERB["switch"], ["x", "--make-defau\nlt"], FILE.facts.schema)
    assert refused.value.message == "Unknown option '--make-default'. Did you mean --make-default?"
