"""What a command is: one definition from which the LSP id, the CLI verb and the `/model` word are made."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, cast

from aloop_models.catalog.file_secrets import secrets_of_fields, secrets_of_id
from aloop_models.catalog.redaction import Redactor, redact, redactor_for
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import NeedsInputError, Question
from aloop_models.commands.style import Style
from aloop_models.core.text import Edit
from aloop_models.errors import InvalidArgumentsError, change_texts
from aloop_models.snapshot import Snapshot

Parameters = TypeVar("Parameters")

Result = Mapping[str, Any]
"""A command's JSON result, as every interface gets it."""


@dataclass(frozen=True, slots=True)
class SelectModel:
    """Effect: from now on the next agent started in this window uses the model."""

    model_id: str


@dataclass(frozen=True, slots=True)
class SwitchSessions:
    """Effect: these running agents use the model from their next turn on."""

    sessions: tuple[str, ...]
    model_id: str


@dataclass(frozen=True, slots=True)
class Reload:
    """Effect: read the file again."""


Effect = SelectModel | SwitchSessions | Reload


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: a sentence for people, a value for programs, and what is still to be applied."""

    message: str
    value: Mapping[str, object] = field(default_factory=dict[str, object])
    """JSON, camelCase keys; keys of models are the constant mask."""
    edits: tuple[Edit, ...] = ()
    effect: Effect | None = None
    then: tuple[str, Mapping[str, object]] | None = None
    """ID and argument object of the command that makes the edits, if they are another command's."""


def needs_nothing(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """The `question` of a command that asks nothing."""
    del snapshot, argument


def confirms_nothing(snapshot: Snapshot, argument: Mapping[str, object]) -> UnusualIdError | None:
    """The `to_confirm` of a command that takes everything as it is."""
    del snapshot, argument


def applies_nothing(snapshot: Snapshot, parameters: object) -> bool:
    """The `applied` of a command that changes no file."""
    del snapshot, parameters
    return True


def adds_nothing(parameters: object) -> str | None:
    """The `new_id` of a command that adds no model."""
    del parameters


def is_for_everyone(parameters: object, current: str | None) -> bool:
    """The `is_own` of a command that every process answers alike."""
    del parameters, current
    return False


def render_message(result: Result, style: Style) -> str:
    """The `render` of a command whose result is its message."""
    del style
    return f"{result['message']}\n"


@dataclass(frozen=True, slots=True)
class Command(Generic[Parameters]):
    """One command of the product."""

    id: str
    """The LSP id, `aloop.…`."""
    verb: str
    """The word in `aloop models …` and `/model …`; empty for a command that only programs use."""
    title: str
    """What the palette shows; empty as above."""
    help: str
    """One sentence for `--help`, `/help` and the documentation."""
    parameters: type[Parameters]
    """A frozen dataclass; field metadata `help` tells what each is."""
    function: Callable[[Snapshot, Parameters], Outcome]
    """What `run` calls."""
    changes_file: bool = False
    reads_file: bool = True
    """False where it has an answer although the file cannot be read."""
    needs_file: bool = True
    """False where it has something to say or do although there is no file yet."""
    makes_file: bool = False
    """Whether it creates a file that does not exist or is empty."""
    needs_sessions: bool = False
    """Whether it is about running agents, which not every system has."""
    asks_owner: bool = True
    """Whether the process that owns the text runs it; False where it is about this process, or about the disk."""
    source: Literal["in use", "saved", "editor"] = "in use"
    """The text that it sees: the file or its last valid version, the file as it is, or what the editor shows."""
    in_window: bool = False
    """Whether a window runs it on the file that the window uses, if that has the model too."""
    effect: type[SwitchSessions | SelectModel | Reload] | None = None
    """What it changes besides the file."""
    applied: Callable[[Snapshot, Parameters], bool] = applies_nothing
    """Whether the text already contains what the command would do."""
    new_id: Callable[[Parameters], str | None] = adds_nothing
    """The ID of the model that it adds."""
    is_own: Callable[[Parameters, str | None], bool] = is_for_everyone
    """Whether only the process with this current model can answer, because it is about that model."""
    question: Callable[[Snapshot, Mapping[str, object]], Question | None] = needs_nothing
    """What has to be asked before it can run as the argument object means it."""
    echoes: bool = False
    """Whether its result repeats what it was given, secrets among it."""
    to_confirm: Callable[[Snapshot, Mapping[str, object]], UnusualIdError | None] = confirms_nothing
    """What a person has to confirm before it runs."""
    render: Callable[[Result, Style], str] = render_message
    """The result as text for people."""
    is_report: bool = False
    """Whether a shell can name the file, and its result is also printed in color or written as SARIF."""

    def run(self, snapshot: Snapshot, parameters: Parameters) -> Outcome:
        """Do it; no text of the outcome contains a secret of the file, or of the fields that are given.

        Raises:
            RefusedError: it cannot be done.
        """
        redactor = _redactor(snapshot, parameters)
        with change_texts(redactor.mask):
            outcome = self.function(snapshot, parameters)
        value = outcome.value if self.echoes else redactor.redact_value(outcome.value)
        return dataclasses.replace(outcome, message=redactor.mask(outcome.message), value=value)


def _redactor(snapshot: Snapshot, parameters: object) -> Redactor:
    """The file's redactor, which also knows what these parameters would put into the file."""
    fields: object = getattr(parameters, "fields", None)
    given = {**cast("Mapping[str, object]", fields)} if isinstance(fields, Mapping) else {}
    if api_key := getattr(parameters, "api_key", None):
        given["api_key"] = api_key
    new = secrets_of_fields(given, snapshot.facts.schema)
    if isinstance(model_id := getattr(parameters, "model_id", None), str):
        new |= secrets_of_id(model_id)
    return redactor_for(snapshot.redactor.secrets | new) if new else snapshot.redactor


Kind = Literal["model", "newModel", "session"]
"""What the value of a parameter names: a model of the file, one that is not in it yet, or a running agent."""


def parameter(help: str, *, kind: Kind | None = None, **options: Any) -> Any:
    """A dataclass field of a parameters class, with its help text and what its value names."""
    return dataclasses.field(metadata={"help": help, "kind": kind}, **options)


@dataclass(frozen=True, slots=True)
class NoParameters:
    """A command that takes nothing."""


@dataclass(frozen=True, slots=True)
class ModelParameters:
    """A command about one model."""

    model_id: str = parameter("The model's LiteLLM id, as in the file: provider/model.", kind="model")


def json_name(name: str) -> str:
    """`model_id` as it stands in JSON: `modelId`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def parse_arguments(command: Command[Parameters], argument: object) -> Parameters:
    """The command's parameters from one JSON object.

    Raises:
        InvalidArgumentsError: no object, an unknown name, a missing one or a wrong type; never quotes a value.
    """
    if argument is None:
        argument = {}
    if not isinstance(argument, Mapping):
        raise InvalidArgumentsError("invalidArguments", f"{command.id} takes one object, such as {_example(command)}.")
    given = cast("Mapping[str, object]", argument)
    fields = {json_name(item.name): item for item in dataclasses.fields(cast("Any", command.parameters))}
    for name in given:
        if name not in fields:
            known = ", ".join(fields) or "no arguments"
            raise InvalidArgumentsError(
                "invalidArguments", f"{command.id} does not know '{redact(str(name))[:40]}'. It takes {known}."
            )
    hints = typing.get_type_hints(command.parameters)
    values: dict[str, object] = {}
    for name, item in fields.items():
        value = given.get(name)
        if value is None:
            if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
                raise InvalidArgumentsError(
                    "invalidArguments", f"{command.id} needs '{name}', such as {_example(command)}."
                )
            continue
        if not _fits(value, hints[item.name]):
            raise InvalidArgumentsError(
                "invalidArguments", f"{command.id}: '{name}' has to be {_kind(hints[item.name])}."
            )
        values[item.name] = value
    return command.parameters(**values)


def without_uri(argument: object) -> tuple[str | None, object]:
    """The `uri` of the models.yaml meant, which every command takes, and the argument object without it.

    Raises:
        InvalidArgumentsError: it is no string.
    """
    if not isinstance(argument, Mapping):
        return None, argument
    rest = dict(cast("Mapping[str, object]", argument))
    uri = rest.pop("uri", None)
    if uri is not None and not isinstance(uri, str):
        raise InvalidArgumentsError("invalidArguments", "'uri' has to be a string.")
    return uri, rest


def without_ask(command: Command[Any], argument: object, snapshot: Callable[[], Snapshot]) -> object:
    """The argument object without `ask`, which every command takes.

    Raises:
        NeedsInputError: `ask` is true, and something has to be asked.
        InvalidArgumentsError: `ask` is not a boolean.
    """
    if not isinstance(argument, Mapping) or "ask" not in argument:
        return cast("object", argument)
    rest = dict(cast("Mapping[str, object]", argument))
    asks = rest.pop("ask")
    if not isinstance(asks, bool):
        raise InvalidArgumentsError("invalidArguments", "'ask' has to be true or false.")
    if asks and (question := command.question(snapshot(), rest)):
        raise NeedsInputError(question)
    return rest


def _alternatives(hint: Any) -> tuple[Any, ...]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return typing.get_args(hint)
    return (hint,)


def _fits(value: object, hint: Any) -> bool:
    for kind in _alternatives(hint):
        if kind is str and isinstance(value, str):
            return True
        if kind is bool and isinstance(value, bool):
            return True
        if typing.get_origin(kind) is Mapping and isinstance(value, Mapping):
            return True
        if typing.get_origin(kind) is Sequence and isinstance(value, list):
            return all(isinstance(item, str) for item in cast("list[object]", value))
    return False


def _kind(hint: Any) -> str:
    kind = _alternatives(hint)[0]
    if typing.get_origin(kind) is Sequence:
        return "a list of strings"
    return {str: "a string", bool: "true or false"}.get(kind, "an object")


def _example(command: Command[Any]) -> str:
    hints = typing.get_type_hints(command.parameters)
    parts: list[str] = []
    for item in dataclasses.fields(command.parameters):
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            example = {str: '"…"', bool: "true"}.get(_alternatives(hints[item.name])[0], "{…}")
            parts.append(f'"{json_name(item.name)}": {example}')
    return "{" + ", ".join(parts) + "}"
