"""No command shows a key or a control character that is in an ID, a name, a role, a field or a path of the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from aloop_models.commands import BY_ID, COMMANDS, VERBS, Command, Outcome, parse_arguments
from aloop_models.commands.arguments import argument_from, resolved
from aloop_models.commands.style import Prompt, Shell
from aloop_models.errors import RefusedError
from aloop_models.snapshot import Session, Snapshot
from support.snapshots import HOME_PLACE, snapshot


def key(number: int) -> str:
    """A key of a published form, another one for each place."""
    return f"sk-proj-{number:02}AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEf"


def hostile(number: int) -> str:
    """A text with a key and an escape sequence, as in a text of YAML in double quotes."""
    return f"{key(number)} \\e[7m"


def read(text: str) -> str:
    return text.replace("\\e", "\x1b")


TEXT = f"""\
models:
  openai/gpt-4o: {{api_key: {key(0)}}}
  "openai/{hostile(1)}": {{name: "{hostile(2)}", "{hostile(3)}": 5, timeout: x}}
  "{hostile(4)}/x": {{api_key: {key(0)}, api_base: "http://h/"}}
  "ollama/{hostile(5)}":
  "openai/{hostile(6)}": {{api_base: "https://one.example.com/v1"}}
  "openai/{hostile(7)}": "not a mapping"
roles: {{"{hostile(8)}": openai/gpt-4o, fast: "openai/{hostile(9)}", "{hostile(10)}": "openai/{hostile(1)}"}}
fallbacks: ["openai/{hostile(1)}", "openai/{hostile(11)}"]
default: "openai/{hostile(12)}"
"""
PROVIDERS = [
    f'  "{hostile(4)}/x": {{api_base: "http://h/"}}\n',
    f'  "{hostile(4)}/x": {{api_key: {key(0)}}}\n  "{hostile(4)}/y": {{api_key: {key(31)}}}\n',
    f'  "{hostile(4)}/x": {{api_key: {key(0)}, api_base: "http://h/"}}\n  "{hostile(4)}/y":\n',
]
"""Providers of which it is not clear who gets a key."""
IDS = ["openai/gpt-4o", *(read(text) for text in (f"openai/{hostile(1)}", f"{hostile(4)}/x", f"ollama/{hostile(5)}"))]
IDS += [read(text) for text in (f"openai/{hostile(6)}", f"openai/{hostile(7)}", f"openai/{hostile(13)}", hostile(14))]
NAMES = [*IDS, "@fast", "@" + read(hostile(8)), "@" + read(hostile(10)), "@" + read(hostile(15))]
FOLDER = "/home/me/" + read(hostile(16))
AGENTS = tuple(
    Session(f"s{number}", "interactive", number, FOLDER, f"{FOLDER}/.aloop/models.yaml", model_id)
    for number, model_id in enumerate((*IDS[1:3], None, read(f"openai/{hostile(17)}")))
)


def hidden_in(text: str) -> list[str]:
    """What must not be shown, of a text."""
    return [each for each in ("\x1b", "\\x1b", "AbCdEfGh") if each in text]


def snapshots() -> Iterator[Snapshot]:
    place = replace(HOME_PLACE, path=f"{FOLDER}/.aloop/models.yaml")
    file = snapshot(TEXT, place=place, sessions=AGENTS, selected=IDS[1])
    yield file
    yield replace(file, current=IDS[1], sessions=AGENTS[:1], elsewhere=frozenset({read(f"openai/{hostile(13)}")}))
    yield snapshot(f'"{hostile(18)}": ["{hostile(19)}"]\n', place=place)
    yield snapshot("", place=place)


def arguments(command: Command[Any]) -> Iterator[dict[str, Any]]:
    """Every kind of argument object, with a hostile text in each place."""
    yield {}
    for name in NAMES:
        yield {"modelId": name}
        yield {"modelId": name, "fields": {read(hostile(20)): 1}}
        yield {"modelId": name, "fields": {"api_key": key(21)}}
        yield {"modelId": name, "fields": {"api_key": "-"}}
        yield {"modelId": name, "newModelId": read(f"openai/{hostile(22)}")}
        yield {"modelId": name, "session": "s1"}
        yield {"modelId": name, "sameKeyAs": IDS[2]}
        yield {"modelId": "openai/o3", "sameKeyAs": name}
        yield {"modelId": name, "apiKey": key(21)}
        yield {"provider": name.partition("/")[0], "apiKey": key(21)}
    yield {"provider": "openai", "apiKey": key(21)}
    yield {read(hostile(23)): 1}
    yield {"rule": read(hostile(24))}
    yield {"field": "api_key", "value": key(21), "modelId": IDS[1]}
    yield {"field": "modelId", "value": IDS[4]}
    yield {"field": "fields.timeout", "value": read(hostile(25)), "modelId": IDS[1]}
    yield {"text": TEXT, "source": read(hostile(26))}


def shown(command: Command[Any], around: Snapshot, argument: dict[str, Any]) -> Iterator[str]:
    """All that a person or a program sees of a command: its question, its result or its refusal."""
    with _refusals() as refused:
        if question := command.question(around, argument):
            yield repr(question.view()).replace(FOLDER, "")
    yield from refused
    for prepare in (lambda: argument, lambda: resolved(around, command, argument)):
        with _refusals() as refused:
            yield from _texts(command, command.run(around, parse_arguments(command, prepare())))
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


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if not command.echoes], ids=lambda command: command.id
)
def test_nothing_is_shown(command: Command[Any]) -> None:
    for around in snapshots():
        for argument in arguments(command):
            for text in shown(command, around, argument):
                assert not hidden_in(text), (argument, text)


@pytest.mark.parametrize("entries", PROVIDERS)
def test_an_unclear_owner_of_a_key_is_not_shown(entries: str) -> None:
    command = BY_ID["aloop.setKey"]
    argument = {"provider": read(hostile(4)), "apiKey": key(21)}
    (refusal,) = {*shown(command, snapshot(f"models:\n{entries}"), argument)}
    assert not hidden_in(refusal), refusal


@pytest.mark.parametrize(
    "words", [[read(hostile(28))], [IDS[1], read(hostile(28))], [IDS[0], f"{read(hostile(29))}=1"] * 2]
)
def test_words_are_not_shown(words: list[str]) -> None:
    around = next(snapshots())
    for command in VERBS:
        with pytest.raises(RefusedError) as refused:
            argument_from(command, [*words, *words, f"--{read(hostile(30))}"], around.facts.schema)
        assert not hidden_in(f"{refused.value.message} {refused.value.suggestions}"), refused.value.message
