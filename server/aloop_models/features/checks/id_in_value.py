"""Entries whose key is not the ID, which is in the value: `fast: {model: openai/gpt-4o}`, `openai: {gpt-4o: …}`."""

from __future__ import annotations

from typing import NamedTuple

from aloop_models.catalog import is_entry_id, litellm_id, split_id
from aloop_models.core.document import Entry, Field
from aloop_models.core.nodes import Mapping, Scalar
from aloop_models.core.scalars import write_like
from aloop_models.core.text import Edit
from aloop_models.features.checks.fixes import own_scalar, remove_field, replace_part, replace_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.snapshot import Facts

_MODEL = "model"
_PROVIDER_FIELDS = ("provider", "custom_llm_provider")
_SECTIONS = frozenset({"config", "headers", "litellm_params", "models", "options", "params", "settings"})
"""Keys of mappings in the configuration of other tools, which are not models."""


class IdInValue(NamedTuple):
    """The ID in the value of an entry."""

    model_id: str
    edits: tuple[Edit, ...]
    """Make it the key, and the old key the name, unless that is a provider; empty if the layout does not allow it."""


def id_in_value(entry: Entry, facts: Facts) -> IdInValue | None:
    """Return the ID in the value of an entry whose key is none; None if there is no ID of a known provider."""
    providers, key = facts.catalog.providers, entry.model_id
    model = (entry.text(_MODEL) or _text(entry)).rstrip(",;")
    if "/" in key or not model or any(character.isspace() for character in model):
        return None
    named = {facts.catalog.provider_named(text) or text for name in _PROVIDER_FIELDS if (text := entry.text(name))}
    if len(named) > 1:
        return None
    provider = next(iter(named), key.casefold() if key.casefold() in providers else "")
    model_id = f"{provider}/{model.removeprefix(f'{provider}/')}" if provider else model
    if split_id(model_id)[0] not in providers or not is_entry_id(model_id) or is_key(model_id) or "*" in model_id:
        return None
    return IdInValue(model_id, _edits(entry, model_id, "" if key.casefold() in providers else key))


def models_below(entry: Entry, facts: Facts) -> IdInValue | None:
    """Return the ID of the first model below a key that is a provider; None if there are other fields than models."""
    provider = facts.catalog.provider_named(litellm_id(entry.model_id).rstrip("/"))
    below, block = entry.fields, entry.block
    known = facts.schema.fields
    if provider is None or block is None or not below or any(field.name in known or field.inherited for field in below):
        return None
    first = below[0].key
    model_id = f"{provider}/{first.text.removeprefix(f'{provider}/')}"
    is_model = _has_fields(below[0], facts) or facts.catalog.model(model_id) is not None
    if not is_model or first.text in _SECTIONS or not is_entry_id(model_id) or is_key(model_id):
        return None
    # Only a colon, a line break of one or two characters and the indentation are between the two keys.
    is_direct = not block.flow and block.column + 2 <= first.start - entry.key.end <= block.column + 3
    if not is_direct or len(below) > 1 or block.anchor or first.has_properties:
        return IdInValue(model_id, ())
    key = replace_part(entry.key, 0, len(entry.key.text), model_id)
    return IdInValue(model_id, (*key, Edit(entry.key.end, first.end, "")) if key else ())


def _has_fields(field: Field, facts: Facts) -> bool:
    """Whether the value is a mapping with a field of an entry."""
    value = field.value
    if not isinstance(value, Mapping):
        return False
    return any(isinstance(key, Scalar) and key.text in facts.schema.fields for key, _ in value.pairs)


def _text(entry: Entry) -> str:
    value = entry.value
    return value.value.strip() if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def _edits(entry: Entry, model_id: str, name: str) -> tuple[Edit, ...]:
    # The same quotes, as JSON needs them.
    quote = entry.key.style if entry.key.style == '"' else ""
    written = write_like(name, quote, flow=True)
    parts = [replace_part(entry.key, 0, len(entry.key.text), model_id)]
    field, block = entry.field(_MODEL), entry.block
    if field is None:
        value = entry.value if isinstance(entry.value, Scalar) and not entry.value.has_properties else None
        parts.append(replace_scalar(value, f"{{{quote}name{quote}: {written}}}" if name else "{}"))
    elif block is None or block.anchor or field.inherited:
        return ()
    elif name and entry.field("name") is None:
        here = own_scalar(field)
        value = () if here is None or here.has_properties else replace_scalar(here, written)
        parts.append(value and (*replace_part(field.key, 0, len(field.key.text), "name"), *value))
    else:
        parts.append(remove_field(entry, field))
    others = (entry.field(other) for other in _PROVIDER_FIELDS)
    parts += [remove_field(entry, other) for other in others if other is not None]
    return tuple(sorted(edit for part in parts for edit in part)) if all(parts) else ()
