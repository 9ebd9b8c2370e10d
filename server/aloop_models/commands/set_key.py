"""Replace an API key in every entry that uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aloop_models.catalog import is_dummy_key, is_placeholder, provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.references import refers
from aloop_models.commands.candidates import configured, providers
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.entry_warnings import after_edits, entry_warnings
from aloop_models.commands.field_values import checked_key
from aloop_models.commands.lookup import entry_of, not_found, require_readable, require_safe, text_of_key
from aloop_models.commands.provider_questions import key_question
from aloop_models.commands.question import Question
from aloop_models.core import edits
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.nodes import resolve
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.checks.api_key import KEY_OF_ANOTHER_PROVIDER, check_api_key
from aloop_models.features.destinations import names_url, server_of
from aloop_models.features.key_owners import key_owners
from aloop_models.snapshot import Facts, Snapshot


@dataclass(frozen=True, slots=True)
class KeyParameters:
    """A new API key and its owner."""

    api_key: str | None = parameter("The new API key.", default=None)
    provider: str | None = parameter("The provider of the key.", default=None)
    model_id: str | None = parameter("A model that uses the key.", kind="model", default=None)
    same_key_as: str | None = parameter("Use the API key of this model of the file.", kind="model", default=None)


def set_key(snapshot: Snapshot, parameters: KeyParameters) -> Outcome:
    """Replace an API key in every entry that uses it. A provider's key is never added to a model with its own URL."""
    document = snapshot.document
    require_readable(document)
    if (parameters.provider is None) == (parameters.model_id is None):
        raise InvalidArgumentsError("invalidArguments", "Name either a provider or a model.")
    if (parameters.api_key is None) == (parameters.same_key_as is None):
        raise InvalidArgumentsError("invalidArguments", "Give either apiKey or sameKeyAs.")
    if parameters.same_key_as is not None:
        return _use_key(snapshot, parameters.model_id, parameters.same_key_as)
    targets, others = _whose_key(snapshot, parameters)
    first = targets[0]
    key = checked_key(provider_of(first.model_id), parameters.api_key or "", snapshot.facts, first.entry)
    changes = _with_key(document, targets, key)
    if isinstance(changes, edits.UnsafeEdit) and parameters.model_id is not None:
        # A placeholder with an anchor cannot be replaced in one entry only.
        sharing = _with_same_text(snapshot, first)
        wider = _with_key(document, sharing, key)
        targets, changes = (targets, changes) if isinstance(wider, edits.UnsafeEdit) else (sharing, wider)
    changes = require_safe(changes)
    ids = [redact(placed.model_id) for placed in targets]
    left = [redact(placed.model_id) for placed in others]
    parts = [f"Set the API key of {', '.join(ids)}."]
    if left:
        parts.append(f"Not changed, because it has no API key: {', '.join(left)}. To set one, name the model.")
    warnings = entry_warnings(after_edits(snapshot, changes), first.model_id)
    return Outcome(" ".join(parts), {"modelIds": ids, "notChanged": left}, changes, warnings=warnings)


def is_key_set(snapshot: Snapshot, parameters: KeyParameters) -> bool:
    """Return whether every entry that gets the key has it."""
    by_id, owner = snapshot.document.by_id, parameters.same_key_as
    if not snapshot.document.parses:
        return False
    if owner is not None:
        placed = by_id.get(parameters.model_id or "")
        return placed is not None and owner in by_id and text_of_key(placed) == text_of_key(by_id[owner])
    try:
        targets = _whose_key(snapshot, parameters)[0]
        first = targets[0]
        key = checked_key(provider_of(first.model_id), parameters.api_key or "", snapshot.facts, first.entry)
    except RefusedError:
        return False
    return all(placed.entry.profile.get("api_key") == key for placed in targets)


def _use_key(snapshot: Snapshot, model_id: str | None, owner_id: str) -> Outcome:
    """Give one entry the key of another one, which stays shared through its anchor if it has one."""
    if model_id is None:
        raise InvalidArgumentsError("invalidArguments", "Name the model that gets the key of another one.")
    placed, owner = entry_of(snapshot, model_id), entry_of(snapshot, owner_id)
    ids = [redact(model_id)]
    if text_of_key(owner) is None:
        raise RefusedError("invalidFields", f"{redact(owner_id)} has no API key. Nothing was changed.")
    value = {"modelIds": ids, "notChanged": []}
    if text_of_key(placed) == text_of_key(owner):
        return Outcome(f"{ids[0]} already has the API key of {redact(owner_id)}.", value, warnings=())
    owners = key_owners(snapshot, model_id, server_of(placed, snapshot.facts))
    if text_of_key(owner) not in {text_of_key(found) for found in owners}:
        message = (
            f"{ids[0]} cannot use the API key of {redact(owner_id)}: it is not valid for this provider and server."
        )
        raise RefusedError("invalidFields", f"{message} Set the API key instead.")
    changes = require_safe(edits.share_field(snapshot.document, model_id, owner_id, "api_key"))
    warnings = entry_warnings(after_edits(snapshot, changes), model_id)
    return Outcome(f"{ids[0]} uses the API key of {redact(owner_id)}.", value, changes, warnings=warnings)


def _with_same_text(snapshot: Snapshot, first: PlacedEntry) -> Sequence[PlacedEntry]:
    """The entries of the same provider and server that have the text of the key from the same place in the file."""
    provider, server = provider_of(first.model_id), server_of(first, snapshot.facts)
    return [
        placed
        for placed in snapshot.document.by_id.values()
        if provider_of(placed.model_id) == provider
        and server_of(placed, snapshot.facts) == server
        and _place_of_key(placed) == _place_of_key(first)
    ]


def _place_of_key(placed: PlacedEntry) -> int | None:
    field = placed.entry.field("api_key")
    return resolve(field.value).start + placed.start if field else None


def _with_key(document: Document, targets: Sequence[PlacedEntry], key: str) -> edits.Edits:
    """Return the edits that set the key; keys shared by anchors, aliases and merge keys stay shared if possible."""
    having = [placed.model_id for placed in targets if text_of_key(placed)]
    fields = {"api_key": key}
    replaced: edits.Edits = edits.replace_shared(document, having, "api_key", key) if having else ()
    if isinstance(replaced, edits.UnsafeEdit):
        return edits.set_fields_of(document, {placed.model_id: fields for placed in targets})
    rest = {placed.model_id: fields for placed in targets if placed.model_id not in having}
    return edits.combine(document, replaced, edits.set_fields_of(document, rest)) if rest else replaced


def _whose_key(snapshot: Snapshot, parameters: KeyParameters) -> tuple[Sequence[PlacedEntry], Sequence[PlacedEntry]]:
    """Return the entries that get the key, and the provider's other entries."""
    all_entries, facts = snapshot.document.by_id.values(), snapshot.facts
    if parameters.model_id is not None:
        placed = entry_of(snapshot, parameters.model_id)
        old, is_foreign = _old_key(placed, facts), _has_foreign_key(placed, facts)
        sharing = [item for item in all_entries if item is placed or (old and _old_key(item, facts) == old)]
        # A key that is only here in the wrong place stays where it is right.
        return [item for item in sharing if not is_foreign or _has_foreign_key(item, facts)], ()
    provider = parameters.provider or ""
    entries = [item for item in all_entries if provider_of(item.model_id) == provider]
    if not entries:
        raise not_found(snapshot.document.by_id, f"{provider}/…")
    keys = {key for placed in entries if (key := _old_key(placed, facts))}
    at_provider = [placed for placed in entries if not names_url(placed, facts)]
    if len(keys) > 1:
        raise _ambiguous(entries, f"The models of {redact(provider)} use {len(keys)} different API keys.")
    if keys:
        if at_provider and not any(_old_key(placed, facts) for placed in at_provider):
            raise _ambiguous(entries, f"Only models of {redact(provider)} with a URL of their own have an API key.")
        targets = [placed for placed in all_entries if _old_key(placed, facts) in keys]
    elif at_provider:
        targets = at_provider
    else:
        raise _ambiguous(entries, f"Every model of {redact(provider)} has a URL of its own, which would get the key.")
    return targets, [placed for placed in entries if placed not in targets]


def _ambiguous(entries: Sequence[PlacedEntry], why: str) -> RefusedError:
    ids = tuple(redact(placed.model_id) for placed in entries)
    return RefusedError("ambiguousKey", f"{why} Name the model: {', '.join(ids)}", ids)


def _has_foreign_key(placed: PlacedEntry, facts: Facts) -> bool:
    return any(item.rule is KEY_OF_ANOTHER_PROVIDER for item in check_api_key(placed.entry, facts))


def _old_key(placed: PlacedEntry, facts: Facts) -> str | None:
    """Return the entry's key; None for a placeholder, a reference, or a dummy key for its own server."""
    key = text_of_key(placed)
    if key is None or is_placeholder(key) or refers(key) or (names_url(placed, facts) and is_dummy_key(key)):
        return None
    return key


def ask_for_key(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the owner of the key, then for the key."""
    owner = argument.get("provider") or argument.get("modelId")
    if not owner:
        offered = [*(replace(item, field="provider") for item in providers(snapshot)), *configured(snapshot)]
        return Question("modelId", "Select the provider or model of the API key", candidates=tuple(offered))
    if argument.get("apiKey") or argument.get("sameKeyAs"):
        return None
    name = str(argument.get("provider") or provider_of(str(owner)))
    provider = snapshot.facts.catalog.providers.get(name)
    return key_question(provider, "apiKey", f"API key for {owner}")


KEY = Command(
    "aloop.setKey",
    "key",
    "Set API Key…",
    "Replace an API key in every entry that uses it.",
    KeyParameters,
    set_key,
    changes_file=True,
    applied=is_key_set,
    question=ask_for_key,
)
