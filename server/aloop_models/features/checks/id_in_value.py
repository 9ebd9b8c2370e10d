"""Entries whose key is not the ID, which is in the value: `fast: {model: openai/gpt-4o}`, `openai: {gpt-4o: …}`."""

from __future__ import annotations

from typing import NamedTuple

from aloop_models.catalog import is_entry_id, split_id
from aloop_models.core.document import Entry, Field
from aloop_models.core.nodes import Mapping, Scalar
from aloop_models.core.scalars import write_like
from aloop_models.core.text import Edit
from aloop_models.features.checks.fixes import own_scalar, remove_field, replace_part, replace_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.snapshot import Facts

_MODEL = "model"
_PROVIDER_FIELDS = ("provider", "custom_llm_provider")


class IdInValue(NamedTuple):
    """The ID in the value of an entry."""

    model_id: str
    edits: tuple[Edit, ...]
    """Make it the key, and the old key the name, unless that is a provider; empty if the layout does not allow it."""


def id_in_value(entry: Entry, facts: Facts) -> IdInValue | None:
    """Return the ID in the value of an entry whose key is none; None if there is no ID of a known provider."""
    providers = facts.catalog.providers
    model = entry.text(_MODEL) or _text(entry)
    if not model or any(character.isspace() for character in model):
        return None
    given = (text for name in _PROVIDER_FIELDS if (text := entry.text(name)))
    named = next(given, entry.model_id)
    provider = facts.catalog.provider_named(named) or named
    model_id = model if split_id(model)[0] in providers else f"{provider}/{model}"
    if split_id(model_id)[0] not in providers or not is_entry_id(model_id) or is_key(model_id) or "*" in model_id:
        return None
    return IdInValue(model_id, _edits(entry, model_id, "" if entry.model_id in providers else entry.model_id))


def models_below(entry: Entry, facts: Facts) -> IdInValue | None:
    """Return the ID of the first model below a key that is a provider; None if there are other fields than models."""
    known = facts.schema.fields
    below = entry.fields
    if not below or any(field.name in known or field.inherited or not _is_entry(field) for field in below):
        return None
    first, block = below[0].key, entry.block
    model_id = f"{entry.model_id}/{first.text}"
    is_known = isinstance(below[0].value, Mapping) or facts.catalog.model(model_id) is not None
    if not is_known or not is_entry_id(model_id) or is_key(model_id):
        return None
    # Only a colon, a line break and the indentation are between the two keys.
    is_direct = block is not None and not block.flow and first.start - entry.key.end == block.column + 2
    is_plain = not first.style and not entry.key.style
    edits = (Edit(entry.key.end, first.start, "/"),) if is_direct and is_plain and len(below) == 1 else ()
    return IdInValue(model_id, edits)


def _is_entry(field: Field) -> bool:
    value = field.value
    return isinstance(value, Mapping) or (isinstance(value, Scalar) and value.value is None)


def _text(entry: Entry) -> str:
    value = entry.value
    return value.value.strip() if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def _edits(entry: Entry, model_id: str, name: str) -> tuple[Edit, ...]:
    parts = [replace_part(entry.key, 0, len(entry.key.text), model_id)]
    written = write_like(name, "", flow=True)
    field = entry.field(_MODEL)
    if field is None:
        value = entry.value if isinstance(entry.value, Scalar) else None
        parts.append(replace_scalar(value, f"{{name: {written}}}" if name else "{}"))
    elif name and entry.field("name") is None and not field.inherited:
        value = replace_scalar(own_scalar(field), written)
        parts.append(value and (*replace_part(field.key, 0, len(field.key.text), "name"), *value))
    else:
        parts.append(remove_field(entry, field))
    others = (entry.field(other) for other in _PROVIDER_FIELDS)
    parts += [remove_field(entry, other) for other in others if other is not None]
    return tuple(sorted(edit for part in parts for edit in part)) if all(parts) else ()
