"""Commands that change the file: add, edit, remove, default, key. They return edits and apply nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aloop_models.catalog import is_dummy_key, is_placeholder, provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.references import refers
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.field_values import checked_fields, checked_key
from aloop_models.commands.lookup import entry_of, not_found, require_readable, require_ready
from aloop_models.commands.new_id import check_new_id
from aloop_models.commands.reading import ModelParameters
from aloop_models.core import edits
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.edit_check import edited
from aloop_models.core.scalars import same
from aloop_models.core.text import Edit
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.current_model import current_id
from aloop_models.features.destinations import names_url
from aloop_models.features.formatting import display_name
from aloop_models.features.model_id import require_model_id
from aloop_models.features.model_search import example_model
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Facts, Snapshot


@dataclass(frozen=True, slots=True)
class AddParameters:
    """A new model."""

    model_id: str = parameter("The model's LiteLLM id: provider/model.", kind="newModel")
    fields: Mapping[str, object] | None = parameter(
        "Its fields, such as name, api_key, api_base, timeout.", default=None
    )
    same_key_as: str | None = parameter("A model of the file whose key it uses, too.", kind="model", default=None)
    allow_unusual_id: bool = parameter("Add it although its provider is unknown or written twice.", default=False)


@dataclass(frozen=True, slots=True)
class EditParameters:
    """Changes to one model."""

    model_id: str = parameter("The model's LiteLLM id, as in the file.", kind="model")
    fields: Mapping[str, object] = parameter("The fields to set; null removes a field.")


@dataclass(frozen=True, slots=True)
class RemoveParameters:
    """A model to take out."""

    model_id: str = parameter("The model's LiteLLM id, as in the file.", kind="model")
    force: bool = parameter("Remove it although another session runs it.", default=False)


@dataclass(frozen=True, slots=True)
class KeyParameters:
    """A new key."""

    api_key: str = parameter("The new key.")
    provider: str | None = parameter("The provider whose key it is.", default=None)
    model_id: str | None = parameter("A model that uses the key.", kind="model", default=None)


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
    changes = _safe(edits.add_entry(document, model_id, fields))
    message = f"Added {redact(model_id)}."
    if not document.by_id and document.default_id is None:
        changes = _safe(edits.combine(document, changes, _safe(edits.set_default(document, model_id))))
        message = f"Added {redact(model_id)}; as the first model it is the default."
    after = edited(document, changes)
    if after and (reason := why_not_ready(after.by_id[model_id].entry, snapshot.facts)):
        message += f" It is not ready: {reason}."
    return Outcome(" ".join((message, *warnings)), {"modelId": redact(model_id), "warnings": list(warnings)}, changes)


def edit_model(snapshot: Snapshot, parameters: EditParameters) -> Outcome:
    """Set and remove fields of one entry."""
    placed = entry_of(snapshot, parameters.model_id)
    if not parameters.fields:
        raise InvalidArgumentsError("invalidFields", "Nothing to change. Give at least one field, such as timeout=300.")
    fields, warnings = checked_fields(parameters.fields, provider_of(placed.model_id), snapshot.facts, placed.entry)
    changes = _safe(edits.set_fields(snapshot.document, placed.model_id, fields))
    message = f"Changed {', '.join(map(redact, fields))} of {display_name(placed.entry)}."
    if not changes:
        message = f"{display_name(placed.entry)} is like that already."
    return Outcome(
        " ".join((message, *warnings)), {"modelId": redact(placed.model_id), "warnings": list(warnings)}, changes
    )


def remove_model(snapshot: Snapshot, parameters: RemoveParameters) -> Outcome:
    """Take an entry out; removing the default leaves `default: null`, in the same edit."""
    placed = entry_of(snapshot, parameters.model_id)
    name = display_name(placed.entry)
    users = [session for session in snapshot.sessions if session.model_id == placed.model_id]
    if snapshot.choice == placed.model_id or (not users and _is_chosen(snapshot, placed)):
        message = f"{name} is the current model. Switch to another one first."
        raise RefusedError("modelIsCurrent", message)
    if users and not parameters.force:
        who = ", ".join(f"{session.noun} {session.pid} in {session.folder}" for session in users)
        message = f"{name} is in use by {who}. Switch there first, or use force."
        raise RefusedError("modelInUse", message)
    changes = _safe(edits.remove_entry(snapshot.document, placed.model_id))
    message = f"Removed {name}."
    was_default = snapshot.document.default_id == placed.model_id
    if was_default:
        changes = _safe(edits.combine(snapshot.document, changes, _safe(edits.set_default(snapshot.document, None))))
        message = f"Removed {name}. It was the default, so there is none now; set one with default."
    return Outcome(message, {"modelId": redact(placed.model_id), "wasDefault": was_default}, changes)


def set_default_model(snapshot: Snapshot, parameters: ModelParameters) -> Outcome:
    """Make one model that is ready what new agents start with."""
    placed = entry_of(snapshot, parameters.model_id)
    name = display_name(placed.entry)
    value = {"modelId": redact(placed.model_id), "displayName": name}
    if snapshot.document.default_id == placed.model_id:
        return Outcome(f"{name} is the default already.", value)
    require_ready(snapshot, placed)
    return Outcome(f"{name} is the default now.", value, _safe(edits.set_default(snapshot.document, placed.model_id)))


def set_key(snapshot: Snapshot, parameters: KeyParameters) -> Outcome:
    """Replace an API key wherever it is; a model that has none gets one only if the key cannot go to another server."""
    document = snapshot.document
    require_readable(document)
    if (parameters.provider is None) == (parameters.model_id is None):
        raise InvalidArgumentsError("invalidArguments", "Name either a provider or a model whose key it is.")
    targets, others = _whose_key(snapshot, parameters)
    first = targets[0]
    key, warnings = checked_key(provider_of(first.model_id), parameters.api_key, snapshot.facts, first.entry)
    changes = _safe(_with_key(document, targets, key))
    ids = [redact(placed.model_id) for placed in targets]
    left = [redact(placed.model_id) for placed in others]
    parts = [f"New key for {', '.join(ids)}."]
    if left:
        parts.append(f"Not for {', '.join(left)}: no such key before. To set one there, name the model.")
    value = {"modelIds": ids, "notChanged": left, "warnings": list(warnings)}
    return Outcome(" ".join((*parts, *warnings)), value, changes)


def _with_key(document: Document, targets: Sequence[PlacedEntry], key: str) -> edits.Edits:
    """The key in these entries; what they share by anchors, aliases and merge keys stays shared where it can."""
    having = [placed.model_id for placed in targets if _text_of_key(placed)]
    fields = {"api_key": key}
    replaced: edits.Edits = edits.replace_shared(document, having, "api_key", key) if having else ()
    if isinstance(replaced, edits.UnsafeEdit):
        return edits.set_fields_of(document, {placed.model_id: fields for placed in targets})
    rest = {placed.model_id: fields for placed in targets if placed.model_id not in having}
    return edits.combine(document, replaced, edits.set_fields_of(document, rest)) if rest else replaced


def _with_shared_key(snapshot: Snapshot, parameters: AddParameters) -> Mapping[str, object]:
    """The fields with the key of another entry, which so never passes through the face that asks."""
    fields, owner = parameters.fields or {}, parameters.same_key_as
    if owner is None:
        return fields
    if fields.get("api_key") is not None:
        raise InvalidArgumentsError("invalidArguments", "Give the key once: as a field, or as that of another model.")
    key = _text_of_key(entry_of(snapshot, owner))
    if key is None:
        raise RefusedError("invalidFields", f"{redact(owner)} has no key that could be used here. Give one as api_key.")
    return {**fields, "api_key": key}


def _whose_key(snapshot: Snapshot, parameters: KeyParameters) -> tuple[Sequence[PlacedEntry], Sequence[PlacedEntry]]:
    """The entries that get the key, and those of the provider that do not."""
    all_entries, facts = snapshot.document.by_id.values(), snapshot.facts
    if parameters.model_id is not None:
        placed = entry_of(snapshot, parameters.model_id)
        old = _old_key(placed, facts)
        return [item for item in all_entries if item is placed or (old and _old_key(item, facts) == old)], ()
    provider = parameters.provider or ""
    entries = [item for item in all_entries if provider_of(item.model_id) == provider]
    if not entries:
        raise not_found(snapshot.document.by_id, f"{provider}/…")
    keys = {key for placed in entries if (key := _old_key(placed, facts))}
    at_provider = [placed for placed in entries if not names_url(placed, facts)]
    if len(keys) > 1:
        raise _ambiguous(entries, f"The models of {redact(provider)} use {len(keys)} different keys.")
    if keys:
        if at_provider and not any(_old_key(placed, facts) for placed in at_provider):
            raise _ambiguous(entries, f"Of {redact(provider)}, only models with a URL of their own have a key.")
        targets = [placed for placed in all_entries if _old_key(placed, facts) in keys]
    elif at_provider:
        targets = at_provider
    else:
        raise _ambiguous(entries, f"Each model of {redact(provider)} has a URL of its own, to which the key would go.")
    return targets, [placed for placed in entries if placed not in targets]


def _ambiguous(entries: Sequence[PlacedEntry], why: str) -> RefusedError:
    ids = tuple(redact(placed.model_id) for placed in entries)
    return RefusedError("ambiguousKey", f"{why} Name the model: {', '.join(ids)}", ids)


def _old_key(placed: PlacedEntry, facts: Facts) -> str | None:
    """The entry's key, if it has one of its own: no placeholder, no reference, and no dummy for its own server."""
    key = _text_of_key(placed)
    if key is None or is_placeholder(key) or refers(key) or (names_url(placed, facts) and is_dummy_key(key)):
        return None
    return key


def _text_of_key(placed: PlacedEntry) -> str | None:
    key = placed.entry.profile.get("api_key")
    return key.strip() or None if isinstance(key, str) else None


def _is_chosen(snapshot: Snapshot, placed: PlacedEntry) -> bool:
    return bool(snapshot.sessions) and current_id(snapshot) == placed.model_id


def _safe(result: tuple[Edit, ...] | edits.UnsafeEdit) -> tuple[Edit, ...]:
    if isinstance(result, edits.UnsafeEdit):
        raise RefusedError("unsafeEdit", result.reason)
    return result


def is_added(snapshot: Snapshot, parameters: AddParameters) -> bool:
    """Whether the file has the model."""
    return snapshot.document.parses and parameters.model_id in snapshot.document.by_id


def is_edited(snapshot: Snapshot, parameters: EditParameters) -> bool:
    """Whether the entry has these fields, and none of those that are removed."""
    placed = snapshot.document.by_id.get(parameters.model_id)
    if placed is None or not snapshot.document.parses:
        return False
    profile, provider = placed.entry.profile, provider_of(placed.model_id)
    try:
        fields = checked_fields(parameters.fields, provider, snapshot.facts, placed.entry)[0]
    except RefusedError:
        return False
    return all(
        name not in profile if value is None else name in profile and same(profile[name], value)
        for name, value in fields.items()
    )


def is_removed(snapshot: Snapshot, parameters: RemoveParameters) -> bool:
    """Whether the file, which can be read, does not have the model."""
    return broken_file(snapshot.document) is None and parameters.model_id not in snapshot.document.by_id


def is_default(snapshot: Snapshot, parameters: ModelParameters) -> bool:
    """Whether the model is the default."""
    document = snapshot.document
    return document.parses and parameters.model_id in document.by_id and document.default_id == parameters.model_id


def is_key_set(snapshot: Snapshot, parameters: KeyParameters) -> bool:
    """Whether everything that gets the key has it."""
    if not snapshot.document.parses:
        return False
    try:
        targets = _whose_key(snapshot, parameters)[0]
        first = targets[0]
        key = checked_key(provider_of(first.model_id), parameters.api_key, snapshot.facts, first.entry)[0]
    except RefusedError:
        return False
    return all(placed.entry.profile.get("api_key") == key for placed in targets)


def _added_id(parameters: AddParameters) -> str:
    return parameters.model_id


def _removes_current(parameters: RemoveParameters, current: str | None) -> bool:
    return parameters.model_id == current


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
EDIT = Command(
    "aloop.editModel",
    "edit",
    "Edit Model…",
    "Set or remove fields of a model.",
    EditParameters,
    edit_model,
    changes_file=True,
    applied=is_edited,
)
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
)
DEFAULT = Command(
    "aloop.setDefaultModel",
    "default",
    "Set Default Model…",
    "Make a model the default.",
    ModelParameters,
    set_default_model,
    changes_file=True,
    applied=is_default,
)
KEY = Command(
    "aloop.setKey",
    "key",
    "Set API Key…",
    "Replace a key wherever it is used.",
    KeyParameters,
    set_key,
    changes_file=True,
    applied=is_key_set,
)
