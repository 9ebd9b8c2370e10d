"""Switch to another model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog.redaction import quote, redact
from aloop_models.commands.candidates import ALL, ask_model, sessions
from aloop_models.commands.definition import (
    MODEL_ID_HELP,
    Command,
    Effect,
    ModelParameters,
    Outcome,
    Result,
    SelectModel,
    SwitchSessions,
    parameter,
    render_message,
)
from aloop_models.commands.lookup import broken_note, entry_of, require_ready, require_unbroken
from aloop_models.commands.question import Question
from aloop_models.commands.set_default_model import DEFAULT, set_default_model
from aloop_models.commands.style import Prompt, Style
from aloop_models.errors import RefusedError
from aloop_models.features.formatting import display_name
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Session, Snapshot

_SPECIFY = f"Specify one as the session, or '{ALL}' for all."


@dataclass(frozen=True, slots=True)
class SwitchParameters:
    """A model to switch to."""

    model_id: str = parameter(MODEL_ID_HELP, kind="model")
    session: str | None = parameter(
        "The ID of an agent, or * for all agents here. By default, the agent in this folder.",
        kind="session",
        default=None,
    )
    make_default: bool = parameter("Also make it the default model.", default=False)


def switch_model(snapshot: Snapshot, parameters: SwitchParameters) -> Outcome:
    """Use the model from the next turn. If no agent is running, the next agent started here uses it."""
    if parameters.make_default:
        require_unbroken(snapshot)
    model_id = parameters.model_id
    if model_id in snapshot.elsewhere and model_id not in snapshot.document.by_id:
        # Each agent knows whether it has the model, and the owner of the text whether it can be the default.
        name, default = redact(model_id), None
    else:
        placed = entry_of(snapshot, model_id)
        name = display_name(placed.entry)
        require_ready(snapshot, placed)
        default = set_default_model(snapshot, ModelParameters(model_id)) if parameters.make_default else None
    targets = _targets(snapshot, parameters.session)
    ids = tuple(session.id for session in targets)
    effect: Effect | None = SwitchSessions(ids, model_id) if ids else SelectModel(model_id)
    message = _message(name, targets)
    if parameters.make_default:
        default_message = default.message if default else f"{name} is now the default model."
        if ids or snapshot.window:
            message = f"{message} {default_message}"
        else:
            message, effect = f"{default_message} No agent is running here.", None
    if note := broken_note(snapshot):
        message = f"{message} {note}"
    value = {"modelId": redact(model_id), "displayName": name, "sessions": list(ids)}
    edits = default.edits if default else ()
    is_new = parameters.make_default and (default is None or bool(edits))
    return Outcome(message, value, edits, effect, (DEFAULT.id, {"modelId": model_id}) if is_new else None)


class AmbiguousSessionError(RefusedError):
    """A switch that does not say which of several agents it is for; the suggestions are their IDs."""

    def message_for(self, command: str) -> str:
        """Return the message with the option that names an agent."""
        del command
        return self.message.replace(_SPECIFY, f"Name one: --session {self.suggestions[0]}; or all: --session '{ALL}'")


def _targets(snapshot: Snapshot, wanted: str | None) -> tuple[Session, ...]:
    """Return the agents to switch; none means the next agent."""
    here = tuple(session for session in snapshot.sessions if session.is_switchable)
    if wanted == ALL:
        return here
    if wanted is not None:
        named = tuple(session for session in snapshot.sessions if session.id == wanted)
        if not named:
            message = f"There is no running agent {quote(wanted, 'of that ID')}. List the agents: aloop models sessions"
            raise RefusedError("noSession", message, tuple(session.id for session in here))
        return named
    if len(here) > 1:
        ids = tuple(session.id for session in here)
        who = ", ".join(
            f"{session.id} ({redact(session.model_id or 'no model')}, process {session.pid})" for session in here
        )
        message = f"{len(here)} agents are running here: {who}. {_SPECIFY}"
        raise AmbiguousSessionError("ambiguousSession", message, ids)
    return here


def _message(name: str, targets: tuple[Session, ...]) -> str:
    if not targets:
        return f"The next agent will use {name}."
    if len(targets) == 1:
        return f"The agent in {redact(targets[0].folder)} will use {name} from its next turn."
    return f"{len(targets)} agents will use {name} from their next turn."


def ask_for_switch(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model, then for the agent if there are several."""
    if question := ask_model(snapshot, argument, "Select the model to switch to"):
        return question
    placed = snapshot.document.by_id.get(str(argument["modelId"]))
    agents = tuple(sessions(snapshot))
    if argument.get("session") or len(agents) < 2 or placed is None or why_not_ready(placed.entry, snapshot.facts):
        return None
    return Question("session", "Several agents are running. Select the one to switch", candidates=agents)


def render_switch(result: Result, style: Style) -> str:
    """Render what the agent uses now at its own prompt, else the message."""
    if not isinstance(style, Prompt) or result["sessions"]:
        return render_message(result, style)
    name, model_id = str(result["displayName"]), str(result["modelId"])
    return f"Using {model_id}.\n" if name == model_id else f"Using {name} ({model_id}).\n"


SWITCH = Command(
    "aloop.switchModel",
    "switch",
    "Switch Model…",
    "Switch to another model.",
    SwitchParameters,
    switch_model,
    asks_owner=False,
    in_window=True,
    effect=SwitchSessions,
    render=render_switch,
    question=ask_for_switch,
)
