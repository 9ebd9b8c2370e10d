"""Remove a model."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog.redaction import redact
from aloop_models.commands.candidates import ask_model
from aloop_models.commands.definition import MODEL_ID_HELP, Command, Outcome, parameter
from aloop_models.commands.lookup import entry_of, require_safe
from aloop_models.commands.question import Question
from aloop_models.core import edits
from aloop_models.core.document import PlacedEntry
from aloop_models.core.references import fallbacks_of, roles_of
from aloop_models.errors import RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.current_model import current_id
from aloop_models.features.formatting import display_name
from aloop_models.snapshot import Snapshot

_FORCE = "or force the removal."


@dataclass(frozen=True, slots=True)
class RemoveParameters:
    """A model to remove."""

    model_id: str = parameter(MODEL_ID_HELP, kind="model")
    force: bool = parameter("Remove the model even if an agent uses it.", default=False)


class ModelInUseError(RefusedError):
    """The removal of a model that agents use; its suggestion is the model's ID."""

    def message_for(self, command: str) -> str:
        """Return the message with the command that removes the model nevertheless."""
        remove = f"{command} remove {shlex.quote(self.suggestions[0])} --force"
        return self.message.replace(_FORCE, f"or remove it nevertheless: {remove}")


def remove_model(snapshot: Snapshot, parameters: RemoveParameters) -> Outcome:
    """Remove an entry. If it is the default, the same edit sets `default: null`."""
    placed = entry_of(snapshot, parameters.model_id)
    name = display_name(placed.entry)
    users = [session for session in snapshot.sessions if session.model_id == placed.model_id]
    if placed.model_id in (snapshot.current, snapshot.selected) or (not users and _is_for_agents(snapshot, placed)):
        message = f"{name} is the current model. Switch to another model first."
        raise RefusedError("modelIsCurrent", message)
    if users and not parameters.force:
        who = ", ".join(f"{session.noun} {session.pid} in {redact(session.folder)}" for session in users)
        message = f"{name} is the current model of {who}. Switch there to another model first, {_FORCE}"
        raise ModelInUseError("modelInUse", message, (redact(placed.model_id),))
    changes = require_safe(edits.remove_entry(snapshot.document, placed.model_id))
    message = f"Removed {name}."
    was_default = snapshot.document.default_id == placed.model_id
    if was_default:
        changes = require_safe(
            edits.combine(snapshot.document, changes, require_safe(edits.set_default(snapshot.document, None)))
        )
        message = f"Removed {name}. It was the default model. Set another default model."
    users_left = _references_left(snapshot, placed.model_id)
    if users_left:
        message += f" {' and '.join(users_left)} still {'name' if len(users_left) > 1 else 'names'} it."
    value = {"modelId": redact(placed.model_id), "wasDefault": was_default, "stillIn": users_left}
    return Outcome(message, value, changes)


def _references_left(snapshot: Snapshot, model_id: str) -> list[str]:
    """The roles with this model and `fallbacks` if it is one of them, which people correct as they want."""
    roles = [f"roles.{redact(name)}" for name, used in roles_of(snapshot.document).items() if used == model_id]
    return [*roles, *(["fallbacks"] if model_id in fallbacks_of(snapshot.document) else [])]


def is_removed(snapshot: Snapshot, parameters: RemoveParameters) -> bool:
    """Return whether the file can be used and does not have the model."""
    return broken_file(snapshot.document) is None and parameters.model_id not in snapshot.document.by_id


def _removes_current(parameters: RemoveParameters, current: str | None) -> bool:
    return parameters.model_id == current


def _is_for_agents(snapshot: Snapshot, placed: PlacedEntry) -> bool:
    return bool(snapshot.sessions) and current_id(snapshot) == placed.model_id


def ask_for_remove(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model."""
    return ask_model(snapshot, argument, "Select the model to remove")


REMOVE = Command(
    "aloop.removeModel",
    "remove",
    "Remove Model…",
    "Remove a model.",
    RemoveParameters,
    remove_model,
    changes_file=True,
    confirms_part=True,
    applied=is_removed,
    is_own=_removes_current,
    question=ask_for_remove,
)
