"""The commands of an interactive session, and their help."""

from __future__ import annotations

from aloop_models.agent.discover_line import HELP, USAGE
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

_KEYS = """\
Enter sends. Alt+Enter, or Enter after a \\, starts a new line. Tab completes.
Ctrl-O opens the list of models and keeps what you typed; Ctrl-F marks a favorite there.
F2 switches to the next favorite.
~/.aloop/models.yaml is for all projects without a file of their own: /model copy MODEL --to home copies a model there.
The up arrow recalls earlier lines. Ctrl-C stops an answer and keeps the conversation."""


def help_text() -> str:
    """All commands, one per line, and the keys."""
    rows = [f"{name:9} {sentence}" for name, sentence in COMMANDS.items()]
    return "\n".join((*rows, "", _KEYS))
