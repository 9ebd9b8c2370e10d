"""Add a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aloop_models.catalog import provider_of
from aloop_models.catalog.file_secrets import secrets_of_id
from aloop_models.catalog.redaction import redact, redactor_for
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.entry_warnings import after_edits, entry_warnings
from aloop_models.commands.field_values import checked_fields
from aloop_models.commands.file_question import ask_for_file, to_shared_file
from aloop_models.commands.lookup import entry_of, require_own_format, require_readable, require_safe, text_of_key
from aloop_models.commands.new_id import UnusualIdError, check_new_id, require_new_id
from aloop_models.commands.provider_questions import ask_for_field, ask_for_new_id
from aloop_models.commands.question import Question, fields_of
from aloop_models.commands.secret import ask_secret
from aloop_models.core import edits
from aloop_models.core.text import Edit
from aloop_models.errors import InvalidArgumentsError, RefusedError, change_texts
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class AddParameters:
    """A new model."""

    model_id: str = parameter("The ID of the new model: provider/model.", kind="newModel")
    fields: Mapping[str, object] | None = parameter(
        "Fields of the new model, such as name, api_key, api_base, timeout.", default=None
    )
    same_key_as: str | None = parameter("Use the API key of this model of the file.", kind="model", default=None)
    allow_unusual_id: bool = parameter(
        "Add the model even if its ID is probably a mistake, such as an unknown provider.", default=False
    )


def add_model(snapshot: Snapshot, parameters: AddParameters) -> Outcome:
    """Add an entry at the end. The first model of an empty file becomes the default."""
    document, model_id = snapshot.document, parameters.model_id
    require_readable(document)
    require_own_format(snapshot)
    require_new_id(snapshot, model_id, parameters.fields or {}, allow_unusual=parameters.allow_unusual_id)
    given = _with_shared_key(snapshot, parameters)
    checked = checked_fields(given, provider_of(model_id), snapshot.facts)
    fields = {name: value for name, value in checked.items() if value is not None}
    changes = require_safe(edits.add_entry(document, model_id, fields))
    return outcome_of_new(snapshot, model_id, changes, f"Added {model_id}{to_shared_file(snapshot)}.")


def outcome_of_new(snapshot: Snapshot, model_id: str, changes: tuple[Edit, ...], message: str) -> Outcome:
    """Return the outcome of edits that add an entry, which becomes the default if it is the first one."""
    document = snapshot.document
    if not document.by_id and document.default_id is None:
        changes = require_safe(edits.combine(document, changes, require_safe(edits.set_default(document, model_id))))
        message += " It is the default, because it is the first model."
    after = after_edits(snapshot, changes)
    warnings = entry_warnings(after, model_id)
    if reason := why_not_ready(after.document.by_id[model_id].entry, snapshot.facts):
        message += " It is not ready." if warnings else f" It is not ready: {reason}."
    return Outcome(message, {"modelId": redact(model_id)}, changes, warnings=warnings)


def is_added(snapshot: Snapshot, parameters: AddParameters) -> bool:
    """Return whether the file has the model."""
    return snapshot.document.parses and parameters.model_id in snapshot.document.by_id


def ask_for_add(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model and the file, then for what its provider needs: the URL, the key or that of another entry."""
    model_id = str(argument.get("modelId") or "")
    if not model_id or model_id.endswith("/"):
        return ask_for_new_id(snapshot, model_id)
    # Else the command is refused, or has to be confirmed first.
    is_new = model_id not in snapshot.document.by_id and unusual_id(snapshot, argument) is None
    question = ask_for_file(snapshot, argument) if is_new else None
    question = question or ask_secret(snapshot, argument)
    return question or (ask_for_field(snapshot, argument) if is_new else None)


def unusual_id(snapshot: Snapshot, argument: Mapping[str, object]) -> UnusualIdError | None:
    """Return why a person must choose another ID or confirm this one, with `allowUnusualId` in the argument object."""
    model_id = argument.get("modelId")
    if argument.get("allowUnusualId") or not isinstance(model_id, str) or model_id in snapshot.document.by_id:
        return None
    redactor = redactor_for(snapshot.redactor.secrets | secrets_of_id(model_id))
    try:
        with change_texts(redactor.mask):
            check_new_id(model_id, fields_of(argument), snapshot.facts)
    except UnusualIdError as problem:
        return problem
    return None


def _with_shared_key(snapshot: Snapshot, parameters: AddParameters) -> Mapping[str, object]:
    """Add the key of another entry to the fields, so that it never passes through the interface."""
    fields, owner = parameters.fields or {}, parameters.same_key_as
    if owner is None:
        return fields
    if fields.get("api_key") is not None:
        raise InvalidArgumentsError("invalidArguments", "Use either api_key or the key of another model, not both.")
    key = text_of_key(entry_of(snapshot, owner))
    if key is None:
        raise RefusedError("invalidFields", f"{redact(owner)} has no API key. Set api_key instead.")
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
    question=ask_for_add,
    to_confirm=unusual_id,
)
