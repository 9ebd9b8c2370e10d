"""`/model …` lines of the agent's prompt: parsing, completion and execution with the shared command definitions.

`parse_line` reads the words, `resolve_line` finds the model in the file, and `run_line` does both and runs the
command, in this process or in an editor's server.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from aloop_models.catalog import nearest
from aloop_models.catalog.redaction import NO_SECRETS, Redactor, redact
from aloop_models.catalog.schema_file import load_schema
from aloop_models.commands import BY_ID, BY_VERB, VERBS, Command, SwitchSessions, parse_arguments
from aloop_models.commands.arguments import (
    argument_from,
    place_to_copy_to,
    usage_of,
    words_taken,
)
from aloop_models.commands.candidates import candidates
from aloop_models.commands.list_models import LIST
from aloop_models.commands.lookup import ModelNotFoundError, broken_note
from aloop_models.commands.question import Candidate, Question
from aloop_models.commands.secret import ASK
from aloop_models.commands.set_default_model import DEFAULT
from aloop_models.commands.style import Prompt
from aloop_models.commands.switch_model import SWITCH
from aloop_models.commands.views import JsonObject
from aloop_models.core.lazy_re import lazy_re
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.table import Column, fit_table
from aloop_models.snapshot import Snapshot
from aloop_models.terminal import terminal_width
from aloop_models.workspace.workspace import Workspace

WORD = "/model"
PREVIOUS = "-"
"""`/model -`: the previous model."""

SHELL_VERBS = frozenset({"catalog", "doctor", "init", "path", "schema"})
"""The commands of `aloop models` that `/model` does not have."""

_HELP = "help"
_LAST_WORD = lazy_re(r"(?:[^\s'\"\\]|\\.|'[^']*'?|\"(?:[^\"\\]|\\.)*\"?)*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A parsed line; a model in `argument` is as typed until `resolve_line`."""

    command_id: str
    argument: Mapping[str, object]

    @property
    def command(self) -> Command[Any] | None:
        """The command; None for `/model help`."""
        return BY_ID.get(self.command_id)

    @property
    def effect(self) -> object:
        """What the command changes besides the file."""
        return self.command.effect if self.command else None

    @property
    def picks(self) -> bool:
        """Whether the line is a switch without a model, which opens a list to pick from."""
        return self.effect is SwitchSessions and "modelId" not in self.argument


class Proposal(NamedTuple):
    """One completion: `text` replaces the line from offset `start` to the cursor."""

    text: str
    start: int
    detail: str = ""


def parse_line(text: str) -> ModelLine | RefusedError:
    """Parse a line into a command, or return why it is invalid; no message quotes what may be a key."""
    try:
        words = shlex.split(text)
    except ValueError:
        return InvalidArgumentsError("invalidArguments", "Unclosed quote. Close it, or escape it with \\.")
    if words[:1] != [WORD]:
        return InvalidArgumentsError("unknownCommand", f"The line does not start with {WORD}.")
    words = words[1:]
    if not words:
        return ModelLine(LIST.id, {})
    command = BY_VERB.get(words[0])
    try:
        if command is not None:
            return ModelLine(command.id, argument_from(command, words[1:], load_schema()))
        if words[0] == _HELP:
            return ModelLine(_HELP, {})
        if len(words) > 1 and (near := nearest(words[0], BY_VERB, 1)):
            message = f"Unknown command {WORD} {redact(words[0])}. Did you mean {WORD} {near[0]}?"
            return InvalidArgumentsError("unknownCommand", message, near)
        return ModelLine(SWITCH.id, argument_from(SWITCH, words, load_schema()))
    except RefusedError as refusal:
        return refusal


def resolve_line(runner: Runner, snapshot: Snapshot, line: ModelLine) -> ModelLine:
    """Replace the model as typed by its full ID.

    Raises:
        RefusedError: No model matches, or several do.
    """
    command, argument = BY_ID[line.command_id], dict(line.argument)
    if words_taken(command)[0] and "modelId" not in argument:
        raise InvalidArgumentsError(
            "invalidArguments", f"Missing model. Usage: {WORD} {command.verb} {usage_of(command)}"
        )
    if words_taken(command)[1] and not argument.keys() & {"who", "provider", "modelId"}:
        raise InvalidArgumentsError(
            "invalidArguments", f"Missing provider or model. Usage: {WORD} key {usage_of(command)}"
        )
    if argument.get("modelId") == PREVIOUS:
        argument["modelId"] = _previous(runner.workspace, snapshot)
    try:
        return ModelLine(line.command_id, runner.resolve(snapshot, command, argument))
    except ModelNotFoundError:
        if (verb := argument.get("modelId")) in SHELL_VERBS:
            message = f"{verb} is a shell command: aloop models {verb}"
            raise InvalidArgumentsError("unknownCommand", message) from None
        raise


def _previous(workspace: Workspace, snapshot: Snapshot) -> str:
    """The previous model; if it has left the file, the one before it that is still there.

    Raises:
        RefusedError: There is no previous model yet.
    """
    if workspace.previous is None:
        raise RefusedError("modelNotFound", "There is no previous model yet.")
    known = snapshot.document.by_id
    earlier = (item for item in (workspace.previous, *workspace.earlier) if item in known and item != workspace.current)
    return next(earlier, workspace.previous)


def snapshot_for(workspace: Workspace, line: ModelLine) -> Snapshot:
    """The file for the line; a switch, which changes no file, can also use the last valid version.

    Raises:
        FileError: The file cannot be read, and the line needs it.
    """
    path = workspace.target()
    return workspace.in_use(path) if line.effect is SwitchSessions else workspace.saved(path)


def question_of(snapshot: Snapshot, line: ModelLine) -> Question | None:
    """The next question for a text before the line runs; the answer to one for a secret is `secret` of `run_line`.

    Raises:
        RefusedError: As `resolve_line`.
    """
    if line.command is None:
        return None
    question = line.command.ask(snapshot, line.argument)
    return question if question is not None and question.is_typed else None


def run_line(runner: Runner, text: str, secret: str | Candidate | None = None) -> tuple[str, JsonObject]:
    """Parse a line and run it as `run_parsed`.

    Raises:
        RefusedError: The line is invalid, or the command is refused; nothing has changed.
    """
    line = parse_line(text)
    if isinstance(line, RefusedError):
        raise line
    return run_parsed(runner, line, secret)


def run_parsed(runner: Runner, line: ModelLine, secret: str | Candidate | None = None) -> tuple[str, JsonObject]:
    """Run a line and return the text to print and the command's result.

    A switch of this agent changes nothing yet; the caller switches to `modelId` of the result.

    Args:
        runner: Runs the command.
        line: The line.
        secret: The answer to a question for a secret: empty if the person gave no answer, None without a prompt.
            Other questions get no answer.

    Raises:
        RefusedError: The command is refused; nothing has changed.
    """
    if line.command is None:
        return usage(), {}
    snapshot = snapshot_for(runner.workspace, line)
    line = resolve_line(runner, snapshot, line)
    while question := question_of(snapshot, line):
        if not question.secret:
            line = ModelLine(line.command_id, question.skip(line.argument))
        elif secret is not None or question.required:
            line = ModelLine(line.command_id, question.put(line.argument, secret or ""))
        else:
            break
    if line.effect is SwitchSessions and "session" not in line.argument:
        result = _switch_here(runner, snapshot, line.argument)
        if note := broken_note(snapshot):
            return f"{render_result(line.command_id, result, snapshot.current)}{note}\n", result
    else:
        result = runner.execute_now(line.command_id, line.argument)
    return render_result(line.command_id, result, snapshot.current), result


def _switch_here(runner: Runner, snapshot: Snapshot, argument: Mapping[str, object]) -> JsonObject:
    """Switch this agent only; `--session` switches other agents, and the editor has its own commands."""
    parameters = parse_arguments(SWITCH, {**argument, "makeDefault": False})
    outcome = SWITCH.run(replace(snapshot, sessions=()), parameters)
    result: JsonObject = {"message": outcome.message, **outcome.value}
    if argument.get("makeDefault"):
        result |= runner.execute_now(DEFAULT.id, {"modelId": argument["modelId"]})
    return result


def render_result(command_id: str, result: JsonObject, current: str | None) -> str:
    """A command's result as text for this prompt."""
    return BY_ID[command_id].render(result, Prompt(current, terminal_width()))


def usage(others: Mapping[str, str] = MappingProxyType({})) -> str:
    """Every form of the line with its help text; `others` are the forms of further commands."""
    rows = [(WORD, BY_VERB["list"].help), (f"{WORD} MODEL", BY_VERB["switch"].help)]
    rows.append((f"{WORD} {PREVIOUS}", "Switch back to the previous model."))
    rows += ((f"{WORD} {command.verb} {usage_of(command)}".rstrip(), command.help) for command in VERBS)
    rows += ((f"{WORD} {form}", text) for form, text in others.items())
    return fit_table((Column(wraps=60), Column(wraps=30)), rows, terminal_width())


def for_history(text: str, redactor: Redactor = NO_SECRETS) -> str | None:
    """The line for the history, with `-` instead of secrets; None for a line that must not be stored."""
    line = parse_line(text)
    if isinstance(line, RefusedError):
        return None
    fields, schema = line.argument.get("fields"), load_schema()
    words: list[str] = []
    for word in shlex.split(text):
        name, sign, _ = word.partition("=")
        known = schema.fields.get(name)
        hidden = sign and isinstance(fields, Mapping) and (known is None or known.secret or redactor.hides(word))
        words.append(f"{name}={ASK}" if hidden else word)
    if any(redactor.hides(word) for word in words):
        return None
    return shlex.join(words) if words != shlex.split(text) else text.strip()


def complete_line(snapshot: Snapshot, before: str, to_copy: Callable[[str], Snapshot] | None = None) -> list[Proposal]:
    """The completions for a line, best first; `before` is the text before the cursor.

    `to_copy` returns the snapshot of the file that a copy to a place takes the model from, if it can be another file.
    They are commands and models, then the arguments of the command. A text that is not a `/model` line has none.
    """
    head, start = before, len(before)
    if found := _LAST_WORD.search(before):
        head, start = before[: found.start()], found.start()
    try:
        words, typed = shlex.split(head), _unquoted(before[start:])
    except ValueError:
        return []
    if words[:1] != [WORD]:
        return []
    if to_copy and (place := place_to_copy_to(VERBS, words[1:])):
        snapshot = to_copy(place)
    found = candidates(snapshot, VERBS, words[1:], typed)
    if len(words) == 1 and not typed:
        # Switching is what the line is for.
        found.sort(key=lambda item: item.kind == "command")
    return [Proposal(_quoted(item.value), start, item.detail) for item in found]


def _unquoted(word: str) -> str:
    try:
        return "".join(shlex.split(word))
    except ValueError:
        return word.replace("'", "").replace('"', "")


def _quoted(text: str) -> str:
    name, sign, value = text.partition("=")
    return f"{name}={shlex.quote(value)}" if sign and value else text if sign else shlex.quote(text)
