"""Set and remove fields of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog import provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.commands.candidates import ask_model, field_words
from aloop_models.commands.definition import MODEL_ID_HELP, Command, Outcome, parameter
from aloop_models.commands.entry_warnings import after_edits, entry_warnings
from aloop_models.commands.field_values import checked_fields
from aloop_models.commands.lookup import entry_of, require_safe
from aloop_models.commands.question import Question, fields_of
from aloop_models.commands.secret import ask_secret
from aloop_models.core import edits
from aloop_models.core.scalars import same
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.formatting import display_name
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class EditParameters:
    """Changes to one model."""

    model_id: str = parameter(MODEL_ID_HELP, kind="model")
    fields: Mapping[str, object] = parameter("The fields to set. Null removes a field.")


def edit_model(snapshot: Snapshot, parameters: EditParameters) -> Outcome:
    """Set or remove fields of an entry."""
    placed = entry_of(snapshot, parameters.model_id)
    if not parameters.fields:
        raise InvalidArgumentsError("invalidFields", "Nothing to change. Give at least one field, such as timeout=300.")
    fields = checked_fields(parameters.fields, provider_of(placed.model_id), snapshot.facts, placed.entry)
    changes = require_safe(edits.set_fields(snapshot.document, placed.model_id, fields))
    message = f"Changed {', '.join(map(redact, fields))} of {display_name(placed.entry)}."
    if not changes:
        message = f"Nothing to change: {display_name(placed.entry)} already has these values."
    warnings = entry_warnings(after_edits(snapshot, changes), placed.model_id)
    return Outcome(message, {"modelId": redact(placed.model_id)}, changes, warnings=warnings)


def is_edited(snapshot: Snapshot, parameters: EditParameters) -> bool:
    """Return whether the entry has these values, and none of the removed fields."""
    placed = snapshot.document.by_id.get(parameters.model_id)
    if placed is None or not snapshot.document.parses:
        return False
    profile, provider = placed.entry.profile, provider_of(placed.model_id)
    try:
        fields = checked_fields(parameters.fields, provider, snapshot.facts, placed.entry)
    except RefusedError:
        return False
    return all(
        name not in profile if value is None else name in profile and same(profile[name], value)
        for name, value in fields.items()
    )


def ask_for_edit(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model, the field, and the value of a secret."""
    if question := ask_model(snapshot, argument, "Select the model to edit"):
        return question
    if not fields_of(argument):
        names = tuple(field_words(snapshot, str(argument["modelId"]), (), ""))
        return Question("fields", "Select the field to edit", candidates=names)
    return ask_secret(snapshot, argument)


EDIT = Command(
    "aloop.editModel",
    "edit",
    "Edit Model…",
    "Set or remove fields of a model.",
    EditParameters,
    edit_model,
    changes_file=True,
    applied=is_edited,
    question=ask_for_edit,
)
