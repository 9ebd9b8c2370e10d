"""The switch: which model the agents of this window use."""

from __future__ import annotations

from dataclasses import dataclass

from aloop_models.commands.changing import set_default_model
from aloop_models.commands.definition import Choose, Command, Outcome, parameter
from aloop_models.commands.lookup import entry_of
from aloop_models.commands.reading import ModelParameters
from aloop_models.core.text import Edit
from aloop_models.errors import Refusal
from aloop_models.features.readiness import display_name, shown, why_not_ready
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SwitchParameters:
    """A model to use from now on."""

    model_id: str = parameter("The model's LiteLLM id, as in the file.")
    session: str | None = parameter(
        "The id of the one agent that is meant; left out: the agents of this window.", default=None
    )
    make_default: bool = parameter("Make it the default of new agents, too.", default=False)


def switch_model(snapshot: Snapshot, parameters: SwitchParameters) -> Outcome:
    """Use the model from the next turn on; with no agent running, in the next one started here."""
    placed = entry_of(snapshot, parameters.model_id)
    name = display_name(placed.entry)
    if reason := why_not_ready(placed.entry, snapshot.facts):
        message = f"{name} cannot be used: {reason}. Set a key first, or edit the entry."
        raise Refusal("notReady", message, (shown(placed.model_id),))
    if parameters.session is not None and parameters.session not in {item.id for item in snapshot.sessions}:
        raise Refusal(
            "noSession", f"There is no running agent '{shown(parameters.session)}'. See: aloop models sessions"
        )
    edits: tuple[Edit, ...] = ()
    message = f"{name} is the model of the next agent."
    if parameters.make_default:
        edits = set_default_model(snapshot, ModelParameters(placed.model_id)).edits
        message = f"{name} is the model of the next agent, and the default."
    value = {"modelId": shown(placed.model_id), "displayName": name, "sessions": list[str]()}
    return Outcome(message, value, edits, Choose(placed.model_id))


SWITCH = Command("aloop.switchModel", "switch", "Switch Model…", "Use another model.", SwitchParameters, switch_model)
