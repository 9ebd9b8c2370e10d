"""What can be done: pure commands of (snapshot, parameters), defined once for every face."""

from typing import Any

from aloop_models.commands import changing, complete, reading, switching
from aloop_models.commands.definition import (
    Choose,
    Command,
    Effect,
    Outcome,
    Reload,
    SwitchSessions,
    json_name,
    parse_arguments,
    without_uri,
)

VERBS: tuple[Command[Any], ...] = (
    reading.LIST,
    switching.SWITCH,
    changing.ADD,
    changing.EDIT,
    changing.REMOVE,
    changing.DEFAULT,
    reading.SHOW,
    reading.RELOAD,
    reading.CHECK,
    changing.KEY,
    reading.SESSIONS,
)
"""The commands that a person types or picks."""

COMMANDS: tuple[Command[Any], ...] = (*VERBS, complete.command_for(VERBS))

BY_ID: dict[str, Command[Any]] = {command.id: command for command in COMMANDS}
BY_VERB: dict[str, Command[Any]] = {command.verb: command for command in VERBS}

__all__ = [
    "BY_ID",
    "BY_VERB",
    "COMMANDS",
    "VERBS",
    "Choose",
    "Command",
    "Effect",
    "Outcome",
    "Reload",
    "SwitchSessions",
    "json_name",
    "parse_arguments",
    "without_uri",
]
