"""The commands: pure functions of (snapshot, parameters), defined once for every interface."""

from typing import Any

from aloop_models.commands import (
    add_model,
    check_field,
    check_models,
    complete,
    copy_model,
    edit_model,
    format_models,
    import_models,
    list_models,
    list_sessions,
    parse,
    protect_file,
    reload_models,
    remove_model,
    set_default_model,
    set_key,
    show_model,
    show_rule,
    switch_model,
)
from aloop_models.commands.definition import (
    Command,
    Effect,
    Outcome,
    ProtectFile,
    Reload,
    SelectModel,
    SwitchSessions,
    json_name,
    parse_arguments,
    without_ask,
    without_uri,
)

VERBS: tuple[Command[Any], ...] = (
    list_models.LIST,
    switch_model.SWITCH,
    add_model.ADD,
    edit_model.EDIT,
    remove_model.REMOVE,
    copy_model.COPY,
    set_default_model.DEFAULT,
    show_model.SHOW,
    reload_models.RELOAD,
    check_models.CHECK,
    show_rule.RULE,
    format_models.FORMAT,
    import_models.IMPORT,
    set_key.KEY,
    protect_file.PROTECT,
    list_sessions.SESSIONS,
)
"""The commands that a person types or selects."""

PARSE = parse.command_for(VERBS)

COMMANDS: tuple[Command[Any], ...] = (*VERBS, complete.command_for(VERBS), PARSE, check_field.CHECK_FIELD)

BY_ID: dict[str, Command[Any]] = {command.id: command for command in COMMANDS}
BY_VERB: dict[str, Command[Any]] = {command.verb: command for command in VERBS}

__all__ = [
    "BY_ID",
    "BY_VERB",
    "COMMANDS",
    "PARSE",
    "VERBS",
    "Command",
    "Effect",
    "Outcome",
    "ProtectFile",
    "Reload",
    "SelectModel",
    "SwitchSessions",
    "json_name",
    "parse_arguments",
    "without_ask",
    "without_uri",
]
