"""The references to values elsewhere in the fields of an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from aloop_models.catalog.references import FOLLOWED_BY_LITELLM, is_reference, refers, refers_to_key
from aloop_models.core.document import Field
from aloop_models.core.nodes import Mapping as MappingNode
from aloop_models.core.nodes import Node
from aloop_models.core.schema import FieldSpec, Group

KEY_HEADERS = frozenset({"authorization", "api-key", "x-api-key"})
"""Headers whose value is an API key, in lower case."""

# A display name is not sent; the others are names that people choose, which can look like the name of a variable.
_NOT_SENT = frozenset({"name"})
_NAMES = frozenset({"aws_profile_name", "aws_session_name", "gigachat_scope"})


def find_references(field: Field, spec: FieldSpec | None) -> Iterator[tuple[str | int, ...]]:
    """The references in the field's value, each as the keys and indices of its path."""
    if spec is None or field.name in _NOT_SENT:
        return
    if spec.types == ("string",) and field.name not in _NAMES and (spec.secret or spec.group is not Group.REQUEST):
        if refers_to_key(field.data) if field.name == "api_key" else refers(field.data):
            yield ()
        return
    # Text for the model can look like a reference of another tool, so only what LiteLLM expands counts there.
    whole = spec.group is not Group.REQUEST
    alone = spec.types == ("string",) or not {"string", "array", "object"} & set(spec.types)
    for path, text in _texts(field.data):
        carries_key = spec.secret and any(str(step).casefold() in KEY_HEADERS for step in path)
        is_followed = text.strip().startswith(FOLLOWED_BY_LITELLM)
        is_found = (whole or (alone and not path)) and is_reference(text)
        if is_followed or is_found or (carries_key and refers(text)):
            yield path


def is_template(node: Node) -> bool:
    """Whether a value is an unquoted `{{ NAME }}` of a template, which YAML reads as a mapping in a mapping."""
    if not isinstance(node, MappingNode) or not node.flow or len(node.pairs) != 1:
        return False
    return isinstance(node.pairs[0].key, MappingNode)


def _texts(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in cast("Mapping[object, object]", value).items():
            yield from _texts(item, (*path, str(name)))
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            yield from _texts(item, (*path, index))
