"""The commands of an interactive session, and their help."""

from __future__ import annotations

from aloop_models.agent.discover_line import HELP, USAGE
from aloop_models.features.table import Column, fit_table, wrap
from aloop_models.llm.effort import EFFORTS

MODELS = "/models"
"""Means `/model`."""

EFFORT = "/effort"
AS_IN_ENTRY = "default"
EFFORT_VALUES = (*EFFORTS, AS_IN_ENTRY)
"""What follows `/effort`; `default` means as in models.yaml."""

COMMANDS = {
    "/model": "List the models. /model MODEL switches, /model help shows all forms.",
    "/retry": "Repeat the last question. /retry MODEL asks another model and keeps both answers.",
    EFFORT: f"Show or set the reasoning effort for this session: {EFFORT} {'|'.join(EFFORT_VALUES)}.",
    "/compare": "Send a prompt to several models: /compare A,B TEXT. /compare A,B repeats the last question.",
    "/cost": "Show the requests, tokens and cost of this session by model.",
    "/new": "Start a new conversation with the same model.",
    "/clear": "The same as /new.",
    "/continue": "Continue the last conversation of this folder, as aloop --continue does.",
    "/help": "Show this help.",
    "/exit": "Exit (or press Ctrl-D).",
}

TEST, FAVORITE = "test", "favorite"

OTHER_FORMS = {
    f"{TEST} [MODEL]…": "Test whether each model answers.",
    f"{FAVORITE} [MODEL]": "Mark a model as a favorite, or unmark it. F2 switches to the next favorite.",
    USAGE: HELP,
}
"""What follows `/model` and is not a command of every interface, with its help text."""

_KEYS = {
    "Enter": "Send.",
    "Alt+Enter": "Start a new line. So does Enter after a \\.",
    "Tab": "Complete.",
    "Ctrl-O": "Open the list of models, and keep what you typed. Ctrl-F marks a favorite there.",
    "F2": "Switch to the next favorite.",
    "Up": "Recall earlier lines.",
    "Ctrl-C": "Stop an answer, and keep the conversation.",
}

_HOME = (
    "~/.aloop/models.yaml is for all projects without a file of their own. To copy a model there: "
    "/model copy MODEL --to home"
)


def help_text(width: int | None) -> str:
    """All commands and keys, in lines of at most this width in columns; None for whole lines."""
    columns = (Column(), Column(wraps=30))
    tables = (fit_table(columns, [*rows.items()], width).rstrip("\n") for rows in (COMMANDS, _KEYS))
    home = "\n".join(wrap(_HOME, width)) if width else _HOME
    return "\n\n".join((*tables, home))
