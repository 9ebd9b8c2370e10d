"""Reads the JSON Schema of models.yaml and validates values; the only module that uses jsonschema."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_Json = Mapping[str, object]


class Group(str, Enum):
    """The purpose of a field: the basic five, the connection, or request parameters."""

    CORE = "core"
    CONNECTION = "connection"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of an entry as the schema describes it.

    `types` and `enum` are those of the JSON Schema without null, which every field allows and which means that the
    field is not set. `providers` is empty if every provider supports the field.
    Source: schema/models.schema.json.
    """

    name: str
    types: tuple[str, ...]
    description: str
    group: Group
    default: object | None
    examples: tuple[object, ...]
    enum: tuple[object, ...]
    secret: bool
    is_url: bool
    """Whether requests, or the credentials for them, go to the URL in this field."""
    providers: tuple[str, ...]
    minimum: float | None
    exclusive_minimum: float | None
    maximum: float | None

    def suits(self, provider: str) -> bool:
        """Whether an entry of this provider can have the field.

        A LiteLLM proxy passes the fields on to other providers, but has its own key.
        """
        return not self.providers or provider in self.providers or (provider == "litellm_proxy" and not self.secret)


_LONG_LIST = 100
"""Number of items of a list that is not validated if all of them are strings and strings are allowed."""


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One violation of the schema.

    `path` leads from the checked mapping to the faulty value, or for an unknown or unsupported
    field to that field. `keyword` is the JSON Schema keyword (`type`, `maximum`, `not`,
    `additionalProperties`, …), `expected` its value in the schema
    (for `type` and `enum` a tuple without null).
    `value` is the faulty value; it can be a secret, so `repr` omits it.
    """

    path: tuple[str | int, ...]
    keyword: str
    value: object
    expected: object

    def __repr__(self) -> str:
        return f"SchemaProblem(path={self.path!r}, keyword={self.keyword!r}, value=…)"


class Schema:
    """The parsed schema: its fields, and checks of mappings read from YAML. Immutable."""

    def __init__(self, root: _Json) -> None:
        """Take the schema as a JSON value; raise ValueError or KeyError for another schema."""
        profile = _mapping(_mapping(root["definitions"])["profile"])
        properties = {name: _mapping(raw) for name, raw in _mapping(profile["properties"]).items()}
        self._root = root
        self._properties = properties
        unsupported = {name: str(raw.get("description", "")) for name, raw in properties.items() if "not" in raw}
        self.unsupported: Mapping[str, str] = MappingProxyType(unsupported)
        self.fields: Mapping[str, FieldSpec] = MappingProxyType(
            {name: _field(name, raw) for name, raw in properties.items() if name not in unsupported}
        )

    @cached_property
    def role_names(self) -> tuple[str, ...]:
        """The names of roles in the example of the schema."""
        examples = _list(self._root_properties["roles"]["examples"])
        return tuple(name for example in examples for name in _mapping(example))

    def spec_at(self, path: tuple[str | int, ...]) -> FieldSpec | None:
        """Return the spec of the value at a path; None if the schema does not describe that value.

        Its name is the path to the nearest value with a name of its own: `thinking.type`, `stop`, `extra_headers`.
        """
        name, *steps = path
        field = self.fields.get(str(name))
        if field is None:
            return None
        raw, names = self._properties[field.name], [field.name]
        for step in steps:
            properties = _mapping(raw.get("properties", {}))
            if step in properties:
                names.append(str(step))
                raw = _mapping(properties[str(step)])
                continue
            others = raw.get("items" if isinstance(step, int) else "additionalProperties")
            if not isinstance(others, dict) or "type" not in others:
                return None
            raw = _mapping(cast("object", others))
        if not steps:
            return field
        return _field(".".join(names), {"description": "", "x-group": field.group.value, **raw}, secret=field.secret)

    def check_profile(self, value: Mapping[str, object]) -> tuple[SchemaProblem, ...]:
        """Return the problems of one entry's mapping, in its own order.

        Each unknown field is one `additionalProperties` problem and each unsupported one a
        `not` problem; both paths end in the field's name. Never raises for a value of YAML:
        dates, bytes and sets have a wrong type, and NaN and infinities violate the `maximum`.
        """
        return tuple(_problems(value, self._validators, self._properties))

    def check_root(self, value: Mapping[str, object]) -> tuple[SchemaProblem, ...]:
        """Return the problems of the file's root mapping, without those inside `models`.

        The caller replaces `models` with {} if it is a mapping.
        """
        return tuple(_problems(value, self._root_validators, self._root_properties))

    @cached_property
    def _validators(self) -> Mapping[str, Validator]:
        return _validators(self._properties)

    @cached_property
    def _root_properties(self) -> Mapping[str, _Json]:
        return {name: _mapping(raw) for name, raw in _mapping(self._root["properties"]).items()}

    @cached_property
    def _root_validators(self) -> Mapping[str, Validator]:
        # Entries are checked one by one, so only the type of `models` is checked here.
        models = {"type": self._root_properties["models"]["type"]}
        return _validators({**self._root_properties, "models": models})


def parse_schema(text: str) -> Schema:
    """Parse the text of models.schema.json; raise ValueError or KeyError for another file."""
    return Schema(_mapping(json.loads(text)))


def _problems(
    value: Mapping[str, object], validators: Mapping[str, Validator], raws: Mapping[str, _Json]
) -> Iterator[SchemaProblem]:
    # Field by field, and not through the root's `properties`: that walks every known field for
    # each entry, and reports unknown fields as one problem with their names in a sentence.
    for name, item in value.items():
        validator = validators.get(name)
        if validator is None:
            yield SchemaProblem((name,), "additionalProperties", item, False)
        elif "not" in raws[name]:
            yield SchemaProblem((name,), "not", item, {})
        elif isinstance(item, float) and not math.isfinite(item) and _takes_numbers(raws[name]):
            yield SchemaProblem((name,), "maximum", item, raws[name].get("maximum"))
        elif not _is_long_list_of_strings(item, raws[name]):
            yield from _field_problems(name, item, validator)


def _is_long_list_of_strings(item: object, raw: _Json) -> bool:
    """Whether the value is a long list that certainly fits; jsonschema takes 20 µs for each item."""
    if not isinstance(item, list) or len(items := cast("list[object]", item)) < _LONG_LIST:
        return False
    fits_strings = raw.get("items") == {"type": "string"} and "array" in _list(raw["type"])
    return fits_strings and "uniqueItems" not in raw and all(isinstance(part, str) for part in items)


def _field_problems(name: str, item: object, validator: Validator) -> Iterator[SchemaProblem]:
    found: set[tuple[str | int, ...]] = set()
    for error in validator.iter_errors(cast("Any", item)):
        keyword = str(error.validator)
        expected: object = error.validator_value
        path = (name, *error.absolute_path)
        # A value of a wrong type also violates its enum and pattern; one problem is enough.
        if path in found:
            continue
        found.add(path)
        if keyword in ("type", "enum"):
            expected = _without_null(expected, "null" if keyword == "type" else None)
        yield SchemaProblem(path, keyword, cast("object", error.instance), expected)
    if isinstance(item, dict):
        # NaN is not greater than any maximum, so jsonschema accepts it.
        for key, part in cast("Mapping[str, object]", item).items():
            if isinstance(part, float) and math.isnan(part) and (name, key) not in found:
                yield SchemaProblem((name, key), "maximum", part, None)


def _validators(schemas: Mapping[str, _Json]) -> Mapping[str, Validator]:
    # The import takes longer than reading a file, and completion and lists do not validate.
    from jsonschema.validators import Draft7Validator

    return {name: Draft7Validator(dict(raw)) for name, raw in schemas.items()}


def _field(name: str, raw: _Json, *, secret: bool = False) -> FieldSpec:
    return FieldSpec(
        name=name,
        types=cast("tuple[str, ...]", _without_null(raw["type"], "null")),
        description=str(raw["description"]),
        group=Group(raw["x-group"]),
        default=raw.get("default"),
        examples=tuple(_list(raw.get("examples", []))),
        enum=_without_null(raw.get("enum", []), None),
        secret=secret or raw.get("writeOnly") is True,
        is_url=raw.get("x-url") is True,
        providers=cast("tuple[str, ...]", tuple(_list(raw.get("x-providers", [])))),
        minimum=_number(raw.get("minimum")),
        exclusive_minimum=_number(raw.get("exclusiveMinimum")),
        maximum=_number(raw.get("maximum")),
    )


def _takes_numbers(raw: _Json) -> bool:
    return not {"number", "integer"}.isdisjoint(cast("list[str]", _list(raw["type"])))


def _without_null(value: object, null: str | None) -> tuple[object, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(item for item in items if item != null)


def _mapping(value: object) -> _Json:
    if not isinstance(value, dict):
        raise ValueError("the schema has another value instead of an object")
    return cast("_Json", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("the schema has another value instead of an array")
    return cast("list[object]", value)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None
