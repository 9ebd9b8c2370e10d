"""Switch: which model the agents of this window use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog.redaction import quote, redact
from aloop_models.commands.candidates import ALL, ask_model, sessions
from aloop_models.commands.definition import (
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


@dataclass(frozen=True, slots=True)
class SwitchParameters:
    """A model to use from now on."""

    model_id: str = parameter("The model's LiteLLM id, as in the file.", kind="model")
    session: str | None = parameter(
        "The id of the one agent that is meant, or * for all; left out: the one in this folder.",
        kind="session",
        default=None,
    )
    make_default: bool = parameter("Make it the default of new agents, too.", default=False)


def switch_model(snapshot: Snapshot, parameters: SwitchParameters) -> Outcome:
    """Use the model from the next turn on; with no agent running, in the next one started here."""
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
    if parameters.make_default and not (ids or snapshot.window):
        message, effect = f"{name} is now the default model. No agent is running here.", None
    elif parameters.make_default:
        message = message.rstrip(".") + ", and the default."
    if note := broken_note(snapshot):
        message = f"{message} {note}"
    value = {"modelId": model_id, "displayName": name, "sessions": list(ids)}
    edits = default.edits if default else ()
    is_new = parameters.make_default and (default is None or bool(edits))
    return Outcome(message, value, edits, effect, (DEFAULT.id, {"modelId": model_id}) if is_new else None)


def _targets(snapshot: Snapshot, wanted: str | None) -> tuple[Session, ...]:
    """The agents that are meant; none where the next agent is."""
    here = tuple(session for session in snapshot.sessions if session.is_switchable)
    if wanted == ALL:
        return here
    if wanted is not None:
        named = tuple(session for session in snapshot.sessions if session.id == wanted)
        if not named:
            message = f"There is no running agent {quote(wanted, 'of that id')}. See: aloop models sessions"
            raise RefusedError("noSession", message, tuple(session.id for session in here))
        return named
    if len(here) > 1:
        ids = tuple(session.id for session in here)
        who = ", ".join(f"{session.id} ({session.model_id or 'no model'}, process {session.pid})" for session in here)
        message = f"{len(here)} agents run here: {who}. Name one with session, or '{ALL}' for all of them."
        raise RefusedError("ambiguousSession", message, ids)
    return here


def _message(name: str, targets: tuple[Session, ...]) -> str:
    if not targets:
        return f"{name} is the model of the next agent."
    if len(targets) == 1:
        return f"{name} is the model of the agent in {targets[0].folder} from its next turn on."
    return f"{name} is the model of {len(targets)} agents from their next turns on."


def ask_for_switch(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model, then for the agent if several can be meant."""
    if question := ask_model(snapshot, argument, "Switch to which model?"):
        return question
    placed = snapshot.document.by_id.get(str(argument["modelId"]))
    agents = tuple(sessions(snapshot))
    if argument.get("session") or len(agents) < 2 or placed is None or why_not_ready(placed.entry, snapshot.facts):
        return None
    return Question("session", "Several agents are running here. Which one is meant?", candidates=agents)


def render_switch(result: Result, style: Style) -> str:
    """What the agent uses now, in its prompt; else the message."""
    if not isinstance(style, Prompt) or result["sessions"]:
        return render_message(result, style)
    name, model_id = str(result["displayName"]), redact(str(result["modelId"]))
    return f"Using {model_id}.\n" if name == model_id else f"Using {name} ({model_id}).\n"


SWITCH = Command(
    "aloop.switchModel",
    "switch",
    "Switch Model…",
    "Use another model.",
    SwitchParameters,
    switch_model,
    asks_owner=False,
    in_window=True,
    effect=SwitchSessions,
    render=render_switch,
    question=ask_for_switch,
)
