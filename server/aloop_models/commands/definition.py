"""The definition of a command, from which the LSP command, the CLI verb and the `/model` verb are made."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, cast

from aloop_models.catalog.file_secrets import redactor_of, secrets_of_fields, secrets_of_id
from aloop_models.catalog.redaction import Redactor, redact_name, redactor_for
from aloop_models.commands.lookup import require_unbroken
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import NeedsInputError, Question
from aloop_models.commands.style import Style
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit
from aloop_models.errors import InvalidArgumentsError, change_texts
from aloop_models.snapshot import Snapshot

Parameters = TypeVar("Parameters")

Result = Mapping[str, Any]
"""The JSON result of a command, the same for every interface."""


@dataclass(frozen=True, slots=True)
class SelectModel:
    """Effect: the next agent started in this window uses the model."""

    model_id: str


@dataclass(frozen=True, slots=True)
class SwitchSessions:
    """Effect: these running agents use the model from their next turn."""

    sessions: tuple[str, ...]
    model_id: str


@dataclass(frozen=True, slots=True)
class Reload:
    """Effect: read the file again."""


@dataclass(frozen=True, slots=True)
class ProtectFile:
    """Effect: git ignores the file, and only its owner can read it. What was done becomes the message."""

    gitignore: bool
    permissions: bool


Effect = SelectModel | SwitchSessions | Reload | ProtectFile


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command: a message for people, a JSON value for programs, and the edits and effect to apply."""

    message: str
    value: Mapping[str, object] = field(default_factory=dict[str, object])
    """JSON with camelCase keys; API keys are masked."""
    edits: tuple[Edit, ...] = ()
    effect: Effect | None = None
    then: tuple[str, Mapping[str, object]] | None = None
    """ID and argument object of the command that makes the edits, if they are another command's."""
    warnings: tuple[str, ...] | None = None
    """What `check` says about the changed entry, for the message and the JSON result; None if that is not asked."""


def needs_nothing(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask nothing: the default for `Command.question`."""
    del snapshot, argument


def confirms_nothing(snapshot: Snapshot, argument: Mapping[str, object]) -> UnusualIdError | None:
    """Confirm nothing: the default for `Command.to_confirm`."""
    del snapshot, argument


def applies_nothing(snapshot: Snapshot, parameters: object) -> bool:
    """Return true: the default for `Command.applied`, for commands that change no file."""
    del snapshot, parameters
    return True


def is_for_everyone(parameters: object, current: str | None) -> bool:
    """Return false: the default for `Command.is_own`, for commands that every process answers alike."""
    del parameters, current
    return False


def meets_expectation(result: Result) -> bool:
    """Return true: the default for `Command.succeeds`, for commands that judge nothing."""
    del result
    return True


def render_message(result: Result, style: Style) -> str:
    """Render the message: the default for `Command.render`."""
    del style
    return f"{result['message']}\n"


@dataclass(frozen=True, slots=True)
class Command(Generic[Parameters]):
    """One command of the product."""

    id: str
    """The command ID, `aloop.…`."""
    verb: str
    """The verb in `aloop models …` and `/model …`; empty for a command that only programs use."""
    title: str
    """The title in the palette; empty for a command that only programs use."""
    help: str
    """One sentence for `--help`, `/help` and the documentation."""
    parameters: type[Parameters]
    """A frozen dataclass; the metadata `help` of a field describes it."""
    function: Callable[[Snapshot, Parameters], Outcome]
    """Called by `run`."""
    changes_file: bool = False
    reads_file: bool = True
    """False if the command works even if the file cannot be read."""
    needs_file: bool = True
    """False if the command works even if there is no file."""
    makes_file: bool = False
    """Whether the command creates a missing or empty file."""
    needs_sessions: bool = False
    """Whether the command is about running agents, which are not supported on every system."""
    asks_owner: bool = True
    """Whether the process that owns the text runs the command; false if it is about this process or the disk."""
    source: Literal["in use", "saved", "editor"] = "in use"
    """Which text is read: the file or its last valid version, the file as saved, or the editor's buffer."""
    confirms_part: bool = False
    """Whether a part of a name does not name the model until a person confirms it, because its entry changes."""
    in_window: bool = False
    """Whether a window runs the command on its own file, if that file has the model too."""
    effect: type[Effect] | None = None
    """The effect besides the edits."""
    applied: Callable[[Snapshot, Parameters], bool] = applies_nothing
    """Returns whether the text already contains the change."""
    is_own: Callable[[Parameters, str | None], bool] = is_for_everyone
    """Returns whether only the process with this current model can answer, because the command is about that model."""
    question: Callable[[Snapshot, Mapping[str, object]], Question | None] = needs_nothing
    """Called by `ask`: returns what to ask before the command can run with this argument object."""
    echoes: bool = False
    """Whether the result repeats the arguments, secrets included."""
    to_confirm: Callable[[Snapshot, Mapping[str, object]], UnusualIdError | None] = confirms_nothing
    """Returns what a person must confirm before the command runs."""
    render: Callable[[Result, Style], str] = render_message
    """Returns the result as text for people."""
    succeeds: Callable[[Result], bool] = meets_expectation
    """Returns whether the exit code is 0; if not, it is 1, because the command judges the file."""
    takes_file: bool = False
    """Whether the shell accepts the path of a file."""
    is_report: bool = False
    """Whether the result can be printed in color or as SARIF."""

    def ask(self, snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
        """Return the question for this argument object without secrets of the file; None if nothing is missing.

        Raises:
            RefusedError: the command cannot be carried out.
        """
        redactor = snapshot.redactor
        with change_texts(redactor.mask):
            question = self.question(snapshot, argument)
        return question.redacted(redactor) if question else None

    def run(self, snapshot: Snapshot, parameters: Parameters) -> Outcome:
        """Run the command; the outcome contains no secret of the file or of the given fields.

        Raises:
            RefusedError: the command cannot be carried out.
        """
        redactor = _redactor(snapshot, parameters)
        with change_texts(redactor.mask):
            outcome = self.function(snapshot, parameters)
        value = outcome.value if self.echoes else redactor.redact_value(outcome.value)
        return dataclasses.replace(outcome, message=redactor.mask(outcome.message), value=value)


def _redactor(snapshot: Snapshot, parameters: object) -> Redactor:
    """Return the file's redactor, extended by the secrets in the parameters."""
    fields: object = getattr(parameters, "fields", None)
    given = {**cast("Mapping[str, object]", fields)} if isinstance(fields, Mapping) else {}
    if api_key := getattr(parameters, "api_key", None):
        given["api_key"] = api_key
    new = secrets_of_fields(given, snapshot.facts.schema)
    if isinstance(text := getattr(parameters, "text", None), str):
        new |= redactor_of(read_document(text), snapshot.facts.schema).secrets
    if isinstance(model_id := getattr(parameters, "model_id", None), str):
        new |= secrets_of_id(model_id)
    return redactor_for(snapshot.redactor.secrets | new) if new else snapshot.redactor


Kind = Literal["model", "newModel", "copiedModel", "session", "rule", "source", "place", "line"]
"""What the value of a parameter names: a model of the file, a new one, one of another file, a running agent, a rule, a
file to read, the place of a file (`PLACES`), or the words of a command line."""

PLACES = {"home": "~/.aloop/models.yaml, for all projects", "project": "The models.yaml of this project"}
"""Where a models.yaml can be, with its description."""

MODEL_ID_HELP = "The model's ID in the file: provider/model."


def parameter(help: str, *, kind: Kind | None = None, **options: Any) -> Any:
    """Declare a parameter: a dataclass field with its help text and what its value names."""
    return dataclasses.field(metadata={"help": help, "kind": kind}, **options)


@dataclass(frozen=True, slots=True)
class NoParameters:
    """The parameters of a command without any."""


@dataclass(frozen=True, slots=True)
class ModelParameters:
    """The parameters of a command about one model."""

    model_id: str = parameter(MODEL_ID_HELP, kind="model")


def json_name(name: str) -> str:
    """Return the JSON name of a parameter: `modelId` for `model_id`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def parse_arguments(command: Command[Parameters], argument: object) -> Parameters:
    """Return the command's parameters from one JSON object.

    Raises:
        InvalidArgumentsError: not an object, an unknown or missing name, or a wrong type; it never quotes a value.
    """
    if argument is None:
        argument = {}
    if not isinstance(argument, Mapping):
        raise InvalidArgumentsError(
            "invalidArguments", f"{command.id} requires one object, such as {_example(command)}."
        )
    given = cast("Mapping[str, object]", argument)
    fields = {json_name(item.name): item for item in dataclasses.fields(cast("Any", command.parameters))}
    for name in given:
        if name not in fields:
            known = f"Use {', '.join(fields)}." if fields else "It takes no arguments."
            raise InvalidArgumentsError(
                "invalidArguments", f"{command.id}: unknown argument '{redact_name(str(name))}'. {known}"
            )
    hints = typing.get_type_hints(command.parameters)
    values: dict[str, object] = {}
    for name, item in fields.items():
        value = given.get(name)
        if value is None:
            if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
                raise InvalidArgumentsError(
                    "invalidArguments", f"{command.id} requires '{name}', such as {_example(command)}."
                )
            continue
        if not _fits(value, hints[item.name]):
            raise InvalidArgumentsError(
                "invalidArguments", f"{command.id}: '{name}' must be {_kind(hints[item.name])}."
            )
        values[item.name] = value
    return command.parameters(**values)


def without_uri(argument: object) -> tuple[str | None, object]:
    """Return the `uri` of the models.yaml, which every command accepts, and the argument object without it.

    Raises:
        InvalidArgumentsError: `uri` is not a string.
    """
    if not isinstance(argument, Mapping):
        return None, argument
    rest = dict(cast("Mapping[str, object]", argument))
    uri = rest.pop("uri", None)
    if uri is not None and not isinstance(uri, str):
        raise InvalidArgumentsError("invalidArguments", "'uri' must be a string.")
    return uri, rest


def without_ask(command: Command[Any], argument: object, snapshot: Callable[[], Snapshot]) -> object:
    """Return the argument object without `ask`, which every command accepts.

    Raises:
        NeedsInputError: `ask` is true, and the command has a question.
        RefusedError: `invalidFile` instead of a question, if the command changes the file and the file is not valid.
        InvalidArgumentsError: `ask` is not a boolean.
    """
    if not isinstance(argument, Mapping) or "ask" not in argument:
        return cast("object", argument)
    rest = dict(cast("Mapping[str, object]", argument))
    asks = rest.pop("ask")
    if not isinstance(asks, bool):
        raise InvalidArgumentsError("invalidArguments", "'ask' must be true or false.")
    if not asks:
        return rest
    before = snapshot()
    if question := command.ask(before, rest):
        if command.changes_file:
            require_unbroken(before)
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
