"""Remove a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog.redaction import redact
from aloop_models.commands.candidates import ask_model
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.lookup import entry_of, require_safe
from aloop_models.commands.question import Question
from aloop_models.core import edits
from aloop_models.core.document import PlacedEntry
from aloop_models.errors import RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.current_model import current_id
from aloop_models.features.formatting import display_name
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RemoveParameters:
    """A model to take out."""

    model_id: str = parameter("The model's LiteLLM id, as in the file.", kind="model")
    force: bool = parameter("Remove it although another session runs it.", default=False)


def remove_model(snapshot: Snapshot, parameters: RemoveParameters) -> Outcome:
    """Take an entry out; removing the default leaves `default: null`, in the same edit."""
    placed = entry_of(snapshot, parameters.model_id)
    name = display_name(placed.entry)
    users = [session for session in snapshot.sessions if session.model_id == placed.model_id]
    if placed.model_id in (snapshot.current, snapshot.selected) or (not users and _is_for_agents(snapshot, placed)):
        message = f"{name} is the current model. Switch to another one first."
        raise RefusedError("modelIsCurrent", message)
    if users and not parameters.force:
        who = ", ".join(f"{session.noun} {session.pid} in {session.folder}" for session in users)
        message = f"{name} is in use by {who}. Switch there first, or use force."
        raise RefusedError("modelInUse", message)
    changes = require_safe(edits.remove_entry(snapshot.document, placed.model_id))
    message = f"Removed {name}."
    was_default = snapshot.document.default_id == placed.model_id
    if was_default:
        changes = require_safe(
            edits.combine(snapshot.document, changes, require_safe(edits.set_default(snapshot.document, None)))
        )
        message = f"Removed {name}. It was the default, so there is none now; set one with default."
    return Outcome(message, {"modelId": redact(placed.model_id), "wasDefault": was_default}, changes)


def is_removed(snapshot: Snapshot, parameters: RemoveParameters) -> bool:
    """Whether the file, which can be read, does not have the model."""
    return broken_file(snapshot.document) is None and parameters.model_id not in snapshot.document.by_id


def _removes_current(parameters: RemoveParameters, current: str | None) -> bool:
    return parameters.model_id == current


def _is_for_agents(snapshot: Snapshot, placed: PlacedEntry) -> bool:
    return bool(snapshot.sessions) and current_id(snapshot) == placed.model_id


def ask_for_remove(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model."""
    return ask_model(snapshot, argument, "Remove which model?")


REMOVE = Command(
    "aloop.removeModel",
    "remove",
    "Remove Model…",
    "Remove a model.",
    RemoveParameters,
    remove_model,
    changes_file=True,
    applied=is_removed,
    is_own=_removes_current,
    question=ask_for_remove,
)
