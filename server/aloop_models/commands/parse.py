"""Parse a command line into a command and its argument object, for every interface."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aloop_models.commands.arguments import argument_from, resolved
from aloop_models.commands.candidates import ALL
from aloop_models.commands.definition import Command, Outcome, SwitchSessions, parameter
from aloop_models.commands.lookup import match
from aloop_models.commands.question import fields_of
from aloop_models.commands.secret import ASK
from aloop_models.commands.views import JsonObject
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ParseParameters:
    """A command line, or its words."""

    line: str = parameter("The verb and its arguments, quoted as in a shell.", default="")
    words: Sequence[str] = parameter("The verb and its arguments as a list, unquoted.", default=())
    strict: bool = parameter("Refuse a model that is not in the file.", default=False)


def command_for(verbs: Sequence[Command[Any]]) -> Command[ParseParameters]:
    """Return the command that parses lines with these verbs."""
    by_verb = {command.verb: command for command in verbs}

    def parse(snapshot: Snapshot, parameters: ParseParameters) -> Outcome:
        words = list(parameters.words) or _split(parameters.line)
        command = by_verb.get(words[0]) if words else None
        if command is None:
            raise InvalidArgumentsError("unknownCommand", f"Unknown command. Use {', '.join(by_verb)}.")
        argument = argument_from(command, words[1:], snapshot.facts.schema)
        value = {
            "command": command.id,
            "argument": _with_ids(snapshot, command, argument, strict=parameters.strict),
            "removed": [name for name, value in fields_of(argument).items() if value is None],
            "history": _history(snapshot, parameters.line, words, argument),
        }
        return Outcome(command.title, value)

    return Command(
        "aloop.parse",
        "",
        "",
        "Parse a command line.",
        ParseParameters,
        parse,
        reads_file=False,
        needs_file=False,
        asks_owner=False,
        echoes=True,
    )


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        message = "Unclosed quote. Close it, or escape it with \\. Nothing was changed."
        raise InvalidArgumentsError("invalidArguments", message) from None


def _history(snapshot: Snapshot, line: str, words: Sequence[str], argument: JsonObject) -> str | None:
    """Return the line for the history, with `-` for each secret; None if it must not be kept."""
    schema, redactor = snapshot.facts.schema, snapshot.redactor
    kept: list[str] = []
    for word in words:
        name, sign, value = word.partition("=")
        known = schema.fields.get(name)
        is_value = "fields" in argument and sign and value
        is_secret = is_value and (known is None or known.secret or redactor.hides(word))
        kept.append(f"{name}={ASK}" if is_secret else word)
    if any(redactor.hides(word) for word in kept):
        return None
    return line.strip() if line and kept == words else shlex.join(kept)


def _with_ids(snapshot: Snapshot, command: Command[Any], argument: JsonObject, *, strict: bool) -> JsonObject:
    """Return the argument object with the model's full ID; an unknown model is refused if `strict`, else kept."""
    if command.effect is SwitchSessions and "session" not in argument:
        argument = _with_session(snapshot, argument)
    try:
        found = resolved(snapshot, command, argument)
        # The ID comes from the file and may be a secret by mistake.
        return argument if snapshot.redactor.hides(str(found.get("modelId", ""))) else found
    except RefusedError:
        # If it is not the owner of a key, it may be the key itself.
        if strict or "who" in argument:
            raise
        return argument


def _with_session(snapshot: Snapshot, argument: JsonObject) -> JsonObject:
    """Return the argument object with the last word as the session, unless all words are the name of a model."""
    typed = str(argument.get("modelId", ""))
    model, _, last = typed.rpartition(" ")
    if not model or _is_model(snapshot, typed):
        return argument
    is_session = last == ALL or any(session.id == last for session in snapshot.sessions)
    return {**argument, "modelId": model, "session": last} if is_session or _is_model(snapshot, model) else argument


def _is_model(snapshot: Snapshot, model: str) -> bool:
    try:
        match(snapshot, model)
    except RefusedError:
        return False
    return True
