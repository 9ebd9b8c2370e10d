"""Add a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog import provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.field_values import checked_fields
from aloop_models.commands.lookup import entry_of, require_readable, require_safe, text_of_key
from aloop_models.commands.new_id import check_new_id
from aloop_models.core import edits
from aloop_models.core.edit_check import edited
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.model_id import require_model_id
from aloop_models.features.model_search import example_model
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class AddParameters:
    """A new model."""

    model_id: str = parameter("The model's LiteLLM id: provider/model.", kind="newModel")
    fields: Mapping[str, object] | None = parameter(
        "Its fields, such as name, api_key, api_base, timeout.", default=None
    )
    same_key_as: str | None = parameter("A model of the file whose key it uses, too.", kind="model", default=None)
    allow_unusual_id: bool = parameter("Add it although its provider is unknown or written twice.", default=False)


def add_model(snapshot: Snapshot, parameters: AddParameters) -> Outcome:
    """Append an entry; the first model of an empty file becomes the default."""
    document, model_id = snapshot.document, parameters.model_id
    require_readable(document)
    require_model_id(model_id, example_model(snapshot.facts.catalog, snapshot.facts.today))
    if model_id in document.by_id:
        message = f"'{redact(model_id)}' is in models.yaml already. Change it with edit, or switch to it."
        raise RefusedError("modelExists", message, (redact(model_id),))
    if not parameters.allow_unusual_id:
        check_new_id(model_id, parameters.fields or {}, snapshot.facts.catalog)
    given = _with_shared_key(snapshot, parameters)
    fields, warnings = checked_fields(given, provider_of(model_id), snapshot.facts)
    fields = {name: value for name, value in fields.items() if value is not None}
    changes = require_safe(edits.add_entry(document, model_id, fields))
    message = f"Added {redact(model_id)}."
    if not document.by_id and document.default_id is None:
        changes = require_safe(edits.combine(document, changes, require_safe(edits.set_default(document, model_id))))
        message = f"Added {redact(model_id)}; as the first model it is the default."
    after = edited(document, changes)
    if after and (reason := why_not_ready(after.by_id[model_id].entry, snapshot.facts)):
        message += f" It is not ready: {reason}."
    return Outcome(" ".join((message, *warnings)), {"modelId": redact(model_id), "warnings": list(warnings)}, changes)


def is_added(snapshot: Snapshot, parameters: AddParameters) -> bool:
    """Whether the file has the model."""
    return snapshot.document.parses and parameters.model_id in snapshot.document.by_id


def _added_id(parameters: AddParameters) -> str:
    return parameters.model_id


def _with_shared_key(snapshot: Snapshot, parameters: AddParameters) -> Mapping[str, object]:
    """The fields with the key of another entry, which so never passes through the face that asks."""
    fields, owner = parameters.fields or {}, parameters.same_key_as
    if owner is None:
        return fields
    if fields.get("api_key") is not None:
        raise InvalidArgumentsError("invalidArguments", "Give the key once: as a field, or as that of another model.")
    key = text_of_key(entry_of(snapshot, owner))
    if key is None:
        raise RefusedError("invalidFields", f"{redact(owner)} has no key that could be used here. Give one as api_key.")
    return {**fields, "api_key": key}


ADD = Command(
    "aloop.addModel",
    "add",
    "Add Model…",
    "Add a model.",
    AddParameters,
    add_model,
    changes_file=True,
    needs_file=False,
    makes_file=True,
    applied=is_added,
    new_id=_added_id,
)
