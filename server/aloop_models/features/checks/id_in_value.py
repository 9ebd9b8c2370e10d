"""Entries whose key is not the ID, which is in the value: `fast: {model: openai/gpt-4o}`, `openai: {gpt-4o: …}`."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, cast

from aloop_models.catalog import is_entry_id, litellm_id, split_id
from aloop_models.core.document import Entry, Field
from aloop_models.core.nodes import Mapping, Scalar
from aloop_models.core.scalars import write_like
from aloop_models.core.text import Edit
from aloop_models.features.checks.distance import is_gateway
from aloop_models.features.checks.fields_of_other_tools import FIELDS
from aloop_models.features.checks.fixes import own_scalar, remove_field, replace_part, replace_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.snapshot import Facts

_MODEL = "model"
_NAMES = (_MODEL, "Model", "id", "model_id", "model_name")
"""Fields with the ID, as in the configuration of other tools."""
_PARAMETERS = "litellm_params"
"""The mapping of LiteLLM's proxy that has `model` and its other fields."""
_PROVIDER_FIELDS = ("provider", "custom_llm_provider")
_SECTIONS = frozenset({*_NAMES, _PARAMETERS, "config", "headers", "models", "options", "params", "settings"})
"""Keys of mappings in the configuration of other tools, which are not models."""
_LEAST_START = len("models:\n ")
"""The least offset of an entry in the text of a file."""


class IdInValue(NamedTuple):
    """The ID in the value of an entry."""

    model_id: str
    edits: tuple[Edit, ...]
    """Make it the key, and the old key the name, unless that is a provider; empty if the layout does not allow it."""
    title: str = ""
    """The title of the fix if it does more."""


def id_in_value(entry: Entry, facts: Facts) -> IdInValue | None:
    """Return the ID in the value of an entry whose key is none; None if there is no ID of a known provider."""
    providers, key = facts.catalog.providers, entry.model_id
    inner = entry.profile.get(_PARAMETERS)
    is_inner = isinstance(inner, dict) and _MODEL in inner
    profile = cast("dict[str, object]", inner) if is_inner else entry.profile
    name = next((name for name in _NAMES if _words(profile.get(name))), "")
    model = (_words(profile.get(name)) or _text(entry)).rstrip(",;")
    if "/" in key or not model or any(character.isspace() for character in model):
        return None
    texts = (_words(profile.get(other)) for other in _PROVIDER_FIELDS)
    named = {facts.catalog.provider_named(text) or text for text in texts if text}
    if len(named) > 1:
        return None
    provider = next(iter(named), key.casefold() if key.casefold() in providers else "")
    model_id = facts.catalog.id_of(provider, model) if provider else model
    if _is_sent_whole(model_id, entry, facts):
        model_id = f"{provider}/{model}"
    if split_id(model_id)[0] not in providers or not is_entry_id(model_id) or is_key(model_id) or "*" in model_id:
        return None
    if name.casefold() not in (_MODEL, "") and "/" not in model and facts.catalog.model(model_id) is None:
        # It can be a name or number of another kind.
        return None
    new_name = "" if key.casefold() in providers else key
    if is_inner:
        return IdInValue(model_id, () if named else _edits_of_parameters(entry, model_id, new_name))
    return IdInValue(model_id, _edits(entry, model_id, new_name, entry.field(name)))


def _is_sent_whole(model_id: str, entry: Entry, facts: Facts) -> bool:
    """Whether the provider is openai and also the vendor in the name of a model at another server.

    Then, other servers have a model of this name in the catalog.
    """
    urls = (entry.text(name) for name in ("api_base", *FIELDS) if FIELDS.get(name, name) == "api_base")
    return (
        entry.text("provider") == "openai"
        and model_id == entry.text(_MODEL)
        and any(map(is_gateway, urls))
        and any(facts.catalog.model(f"{other}/{model_id}") for other in facts.catalog.providers if other != "openai")
    )


def models_below(entry: Entry, facts: Facts) -> IdInValue | None:
    """Return the ID of the first model below a key that is a provider; None if there are other fields than models."""
    provider = facts.catalog.provider_named(litellm_id(entry.model_id).rstrip("/"))
    below, block = entry.fields, entry.block
    known = facts.schema.fields
    if provider is None or block is None or not below or any(field.name in known or field.inherited for field in below):
        return None
    first = below[0].key
    model_id = facts.catalog.id_of(provider, first.text)
    is_model = _has_fields(below[0], facts) or facts.catalog.model(model_id) is not None
    if not is_model or first.text in _SECTIONS or not is_entry_id(model_id) or is_key(model_id):
        return None
    title = f"Put {provider}/ before each model" if len(below) > 1 else ""
    ids = [facts.catalog.id_of(provider, field.key.text) for field in below]
    return IdInValue(model_id, _edits_of_models(entry, block, ids), title)


def _has_fields(field: Field, facts: Facts) -> bool:
    """Whether the value is a mapping with a field of an entry."""
    value = field.value
    if not isinstance(value, Mapping):
        return False
    return any(isinstance(key, Scalar) and key.text in facts.schema.fields for key, _ in value.pairs)


def _text(entry: Entry) -> str:
    return _words(entry.value.value) if isinstance(entry.value, Scalar) else ""


def _words(value: object) -> str:
    """The text without white space around it; empty if it is not text."""
    return value.strip() if isinstance(value, str) else ""


def _edits(entry: Entry, model_id: str, name: str, field: Field | None) -> tuple[Edit, ...]:
    # The same quotes, as JSON needs them.
    quote = entry.key.style if entry.key.style == '"' else ""
    written = write_like(name, quote, flow=True)
    parts = [replace_part(entry.key, 0, len(entry.key.text), model_id)]
    block = entry.block
    if field is None:
        value = entry.value if isinstance(entry.value, Scalar) and not entry.value.has_properties else None
        parts.append(replace_scalar(value, f"{{{quote}name{quote}: {written}}}" if name else "{}"))
    elif block is None or block.anchor or field.inherited:
        return ()
    elif name and entry.field("name") is None:
        parts.append(_rename(field.key, own_scalar(field), written))
    else:
        parts.append(remove_field(entry, field))
    others = (entry.field(other) for other in _PROVIDER_FIELDS)
    parts += [remove_field(entry, other) for other in others if other is not None]
    return _together(parts)


def _rename(key: Scalar, value: Scalar | None, written: str) -> tuple[Edit, ...]:
    """The edits that make a field the name."""
    edits = () if value is None or value.has_properties else replace_scalar(value, written)
    return edits and (*replace_part(key, 0, len(key.text), "name"), *edits)


def _together(parts: list[tuple[Edit, ...]]) -> tuple[Edit, ...]:
    """All edits in order; none if a part has none, or if two overlap."""
    edits = sorted(edit for part in parts for edit in part)
    return tuple(edits) if all(parts) and all(one.end <= other.start for one, other in pairwise(edits)) else ()


def _edits_of_parameters(entry: Entry, model_id: str, name: str) -> tuple[Edit, ...]:
    """Make `model` in the parameters the name, and all of them fields of the entry."""
    block, field = entry.block, entry.field(_PARAMETERS)
    inner = field.value if field else None
    if block is None or field is None or not isinstance(inner, Mapping) or not name or field.inherited:
        return ()
    keys = [key for key, _ in inner.pairs if isinstance(key, Scalar) and not key.has_properties and not key.merge]
    names = [*(key.text for key in keys), *(other.name for other in entry.fields), "name"]
    is_block = not (block.flow or inner.flow or block.anchor or inner.anchor or block.is_tagged or inner.is_tagged)
    if not is_block or len(keys) < len(inner.pairs) or len(names) > len(set(names)):
        return ()
    start, depth = field.key.start, inner.column - block.column
    if not _follows(field.key.end, keys[0], inner):
        return ()
    parts = [
        replace_part(entry.key, 0, len(entry.key.text), model_id),
        (Edit(start, keys[0].start, ""),),
        *((Edit(key.start - depth, key.start, ""),) for key in keys[1:]),
    ]
    key, value = next(pair for pair in inner.pairs if isinstance(pair.key, Scalar) and pair.key.text == _MODEL)
    written = write_like(name, "", flow=True)
    if isinstance(key, Scalar):
        parts.append(_rename(key, value if isinstance(value, Scalar) else None, written))
    return _together(parts)


def _edits_of_models(entry: Entry, block: Mapping, ids: list[str]) -> tuple[Edit, ...]:
    """Make the models below a provider entries."""
    keys = [field.key for field in entry.fields]
    if block.anchor or block.is_tagged or any(key.has_properties or key.merge for key in keys):
        return ()
    first, value = keys[0], entry.fields[0].value
    parts = [replace_part(entry.key, 0, len(entry.key.text), ids[0])]
    if block.flow:
        # Only the brackets are around the model.
        is_direct = first.start == block.start + 1 and value.start == first.end + 2 and value.end == block.end - 1
        if len(keys) > 1 or not is_direct or not isinstance(value, Mapping) or value.anchor:
            return ()
        return _together([*parts, (Edit(block.start, value.start, ""), Edit(value.end, block.end, ""))])
    if _follows(entry.key.end, first, block):
        parts.append((Edit(entry.key.end, first.end, ""),))
    elif isinstance(value, Mapping) and not value.flow and not value.anchor and _follows(first.end, value, value):
        # What is between, such as a comment, is before the fields of the model then.
        parts.append((Edit(first.start - block.column, value.start - value.column, ""),))
    else:
        return ()
    # The text of an entry that is read alone begins with its line, so its start is its column.
    depth = block.column - entry.key.start
    if len(keys) > 1 and (not 0 < depth < block.column < _LEAST_START or len(set(ids)) < len(ids)):
        return ()
    for field, model_id in zip(entry.fields[1:], ids[1:], strict=True):
        key = field.key
        is_entry = isinstance(field.value, Mapping) and key.text not in _SECTIONS and is_entry_id(model_id)
        parts.append((Edit(key.start - depth, key.start, ""),) if is_entry else ())
        parts.append(replace_part(key, 0, len(key.text), model_id))
    return _together(parts)


def _follows(end: int, node: Scalar | Mapping, block: Mapping) -> bool:
    """Whether only a colon, a line break of one or two characters and the indentation are before a key of a block."""
    return block.column + 2 <= node.start - end <= block.column + 3
