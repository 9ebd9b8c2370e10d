"""Set and remove fields of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aloop_models.catalog import provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.commands.candidates import ask_model, field_words, only_values
from aloop_models.commands.definition import MODEL_ID_HELP, Command, Outcome, parameter
from aloop_models.commands.entry_warnings import after_edits, entry_warnings
from aloop_models.commands.field_values import checked_fields
from aloop_models.commands.lookup import entry_of, require_safe
from aloop_models.commands.provider_questions import example_of_field, key_question
from aloop_models.commands.question import Candidate, Question
from aloop_models.commands.secret import ask_secret
from aloop_models.commands.views import masked_value
from aloop_models.core import edits
from aloop_models.core.scalars import same
from aloop_models.core.schema import FieldSpec
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.formatting import display_name
from aloop_models.features.model_card import value_text
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
    """Ask for the model, the field (its name is the answer in `fields`), and its value."""
    if question := ask_model(snapshot, argument, "Select the model to edit"):
        return question
    model_id, given = str(argument["modelId"]), argument.get("fields")
    if isinstance(given, str) and (spec := snapshot.facts.schema.fields.get(given.removesuffix("="))):
        return _ask_value(snapshot, model_id, spec)
    if not given:
        return Question("fields", "Select the field to edit", candidates=_fields(snapshot, model_id))
    return ask_secret(snapshot, argument)


def _fields(snapshot: Snapshot, model_id: str) -> tuple[Candidate, ...]:
    """The fields of the provider; those that are set come first, with their masked values."""
    offered = {item.value.removesuffix("="): item for item in field_words(snapshot, model_id, (), "")}
    present = _texts_of(snapshot, model_id)
    shown = (replace(offered[name], detail=f"{text} · {offered[name].detail}") for name, text in present.items())
    return (*shown, *(item for name, item in offered.items() if name not in present))


def _ask_value(snapshot: Snapshot, model_id: str, spec: FieldSpec) -> Question:
    field = f"fields.{spec.name}"
    if spec.name == "api_key":
        provider = snapshot.facts.catalog.providers.get(provider_of(model_id))
        return key_question(provider, field, f"API key for {model_id}")
    if spec.secret:
        return Question(field, f"{spec.name} for {model_id}", secret=True)
    placed = snapshot.document.by_id.get(model_id)
    written = value_text(placed.entry.profile.get(spec.name)) if placed else ""
    current = _texts_of(snapshot, model_id).get(spec.name, "")
    values = tuple(Candidate(value, "current" if value == current else "", "value") for value in only_values(spec))
    example = "" if values else example_of_field(snapshot, provider_of(model_id), spec.name)
    # A text from which secrets were removed must not replace the value.
    initial = current if current == written else ""
    prompt = f"{spec.name} of {model_id} (leave empty to remove it)" if current else f"{spec.name} of {model_id}"
    return Question(field, prompt, False, False, values, example, initial)


def _texts_of(snapshot: Snapshot, model_id: str) -> dict[str, str]:
    """The masked values of the fields that are set, as text, in the order of the file."""
    placed, schema = snapshot.document.by_id.get(model_id), snapshot.facts.schema
    profile: Mapping[str, object] = placed.entry.profile if placed else {}
    known = {name: value for name, value in profile.items() if name in schema.fields and value is not None}
    texts = {name: value_text(masked_value(schema.fields[name], value)) for name, value in known.items()}
    return {name: snapshot.redactor.redact(text) for name, text in texts.items()}


EDIT = Command(
    "aloop.editModel",
    "edit",
    "Edit Model…",
    "Set or remove fields of a model.",
    EditParameters,
    edit_model,
    changes_file=True,
    confirms_part=True,
    applied=is_edited,
    question=ask_for_edit,
)
