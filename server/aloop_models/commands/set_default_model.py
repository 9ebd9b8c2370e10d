"""Make a model the default."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog.redaction import redact
from aloop_models.commands.candidates import ask_model
from aloop_models.commands.definition import Command, ModelParameters, Outcome
from aloop_models.commands.lookup import entry_of, require_ready, require_safe
from aloop_models.commands.question import Question
from aloop_models.core import edits
from aloop_models.features.formatting import display_name
from aloop_models.snapshot import Snapshot


def set_default_model(snapshot: Snapshot, parameters: ModelParameters) -> Outcome:
    """Set the model that new agents start with. The model must be ready."""
    placed = entry_of(snapshot, parameters.model_id)
    name = display_name(placed.entry)
    value = {"modelId": redact(placed.model_id), "displayName": name}
    if snapshot.document.default_id == placed.model_id:
        return Outcome(f"{name} is already the default model.", value)
    require_ready(snapshot, placed)
    return Outcome(
        f"{name} is now the default model.", value, require_safe(edits.set_default(snapshot.document, placed.model_id))
    )


def is_default(snapshot: Snapshot, parameters: ModelParameters) -> bool:
    """Return whether the model is the default."""
    document = snapshot.document
    return document.parses and parameters.model_id in document.by_id and document.default_id == parameters.model_id


def ask_for_default(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model."""
    return ask_model(snapshot, argument, "Select the model that new agents start with")


DEFAULT = Command(
    "aloop.setDefaultModel",
    "default",
    "Set Default Model…",
    "Set the default model.",
    ModelParameters,
    set_default_model,
    changes_file=True,
    applied=is_default,
    question=ask_for_default,
)
