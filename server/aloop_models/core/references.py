"""Where a file names its entries: the value of `default`, the values of `roles`, the items of `fallbacks`."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingLike
from typing import NamedTuple
from weakref import WeakKeyDictionary

from aloop_models.core.document import Document, Section
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Mapping, Node, Scalar, Sequence, pairs_of, resolve

LISTS_OF_REFERENCES = ("roles", "fallbacks")
"""Sections whose values are IDs of entries, like the value of `default`."""

ROLE_NAME = lazy_re("[a-z][a-z0-9-]*")
"""The names of roles. Source: `roles` in schema/models.schema.json."""

_roles: WeakKeyDictionary[Document, MappingLike[str, str]] = WeakKeyDictionary()


class Reference(NamedTuple):
    """One place that names an entry; offsets are those of the file."""

    section: str
    """`default`, `roles` or `fallbacks`."""
    role: Scalar | None
    """The name of the role, with its range; None outside `roles`."""
    node: Node
    """The value as written; it can be an alias, or a value of a wrong type."""

    @property
    def scalar(self) -> Scalar | None:
        """The value without aliases; None if it is null, a list or a mapping."""
        value = resolve(self.node)
        return value if isinstance(value, Scalar) and value.value is not None else None

    @property
    def model_id(self) -> str | None:
        """The ID, whether or not it is that of an entry; None if YAML does not read the value as text."""
        scalar = self.scalar
        return scalar.text if scalar is not None and isinstance(scalar.value, str) else None


def references(document: Document) -> Iterator[Reference]:
    """Every reference, in the order of the sections; those of an earlier duplicate section, too."""
    for section in document.sections:
        yield from references_of(section)


def references_of(section: Section) -> Iterator[Reference]:
    """The references of one section; none if it is another one, or its value has a wrong type."""
    if section.value is None:
        return
    value = resolve(section.value)
    if section.name == "default":
        yield Reference("default", None, section.value)
    elif section.name == "roles" and isinstance(value, Mapping):
        for pair in pairs_of(value):
            if isinstance(role := resolve(pair.key), Scalar):
                yield Reference("roles", role, pair.value)
    elif section.name == "fallbacks" and isinstance(value, Sequence):
        yield from (Reference("fallbacks", None, item) for item in value.items)


def roles_of(document: Document) -> MappingLike[str, str]:
    """The ID of the model of each role, whether or not it is that of an entry; computed once per document."""
    known = _roles.get(document)
    if known is None:
        section = document.section("roles")
        found = references_of(section) if section else ()
        known = {item.role.text: item.model_id for item in found if item.role is not None and item.model_id is not None}
        _roles[document] = known
    return known


def fallbacks_of(document: Document) -> tuple[str, ...]:
    """The IDs in `fallbacks`, each once, whether or not they are those of entries."""
    section = document.section("fallbacks")
    found = references_of(section) if section else ()
    return tuple(dict.fromkeys(item.model_id for item in found if item.model_id is not None))
