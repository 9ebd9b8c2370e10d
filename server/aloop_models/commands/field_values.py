"""Checks the fields a person gives to `add`, `edit` and `key`, and reads them from text."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aloop_models.catalogue import is_placeholder, key_problem, nearest, one_slip, provider_of_key
from aloop_models.catalogue.key_forms import KeyProblem
from aloop_models.catalogue.redaction import redact
from aloop_models.core.document import Entry
from aloop_models.core.schema import FieldSpec, Schema, SchemaProblem
from aloop_models.errors import Refusal
from aloop_models.snapshot import Facts

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})


def checked_fields(
    fields: Mapping[str, object], provider: str, facts: Facts, entry: Entry | None = None
) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields as they may be written, and warnings about unusual ones; None (remove) is let through.

    Raises:
        Refusal: `invalidFields` for a wrong type, a name one slip from a known one, an unsupported field, an empty,
            multi-line or placeholder key. The message never quotes a secret.
    """
    warnings: list[str] = []
    given = {name: value for name, value in fields.items() if value is not None}
    for name in fields:
        warnings += _check_name(name, facts.schema, present=entry is not None and name in entry.profile)
    for problem in facts.schema.check_profile(given):
        if problem.keyword != "additionalProperties":
            raise Refusal("invalidFields", _explain(problem, facts.schema))
    for name, value in given.items():
        if isinstance(value, str) and _is_secret(name, facts.schema):
            _require_key_text(name, value)
    key = given.get("api_key")
    if isinstance(key, str):
        base = given.get("api_base", entry.profile.get("api_base") if entry else None)
        if base is None or fields.get("api_base", base) is None:
            warnings += _key_warnings(provider, key)
    # JSON objects come in any order; a file reads best in the schema's.
    places = {name: place for place, name in enumerate(facts.schema.fields)}
    ordered = sorted(fields.items(), key=lambda item: places.get(item[0], len(places)))
    return dict(ordered), tuple(warnings)


def checked_key(provider: str, key: str, facts: Facts, entry: Entry) -> tuple[str, ...]:
    """Warnings about an unusual key.

    Raises:
        Refusal: `invalidFields` for an empty, multi-line or placeholder key.
    """
    return checked_fields({"api_key": key}, provider, facts, entry)[1]


def value_from_text(spec: FieldSpec | None, text: str) -> object:
    """A field's value from `field=value` on a command line; text that does not fit stays text, for the check to refuse.

    Shapes: numbers and true/false by the field's type, lists and mappings as JSON, everything else as it is.
    """
    types = spec.types if spec else ("string",)
    if "string" in types and not ("array" in types and text.startswith("[")):
        return text
    if "boolean" in types and text.casefold() in _TRUE | _FALSE:
        return text.casefold() in _TRUE
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _check_name(name: str, schema: Schema, *, present: bool) -> list[str]:
    if name in schema.fields:
        return []
    if name in schema.unsupported:
        raise Refusal("invalidFields", f"'{redact(name)}' is not supported: {schema.unsupported[name]}")
    if present:
        return []
    slips = tuple(known for known in schema.fields if one_slip(name, known)) or nearest(name, schema.fields, 1, 0.2)
    if slips:
        raise Refusal("invalidFields", f"There is no field '{redact(name)}'. Did you mean {slips[0]}?", slips)
    return [f"'{redact(name)}' is not a field LiteLLM is known to take; it is kept in the file and not passed on."]


def _explain(problem: SchemaProblem, schema: Schema) -> str:
    name = str(problem.path[0]) if problem.path else "a field"
    spec = schema.fields.get(name)
    if spec is None:
        return f"'{redact(name)}' does not fit. See docs/configuration.md."
    example = f", such as {json.dumps(spec.examples[0])}" if spec.examples and not spec.secret else ""
    if spec.enum:
        return f"{name} has to be one of {', '.join(map(str, spec.enum))}."
    low = spec.minimum if spec.minimum is not None else spec.exclusive_minimum
    if low is not None and spec.maximum is not None and {"number", "integer"} & set(spec.types):
        above = "above" if spec.exclusive_minimum is not None else "at least"
        return f"{name} has to be a number {above} {low:g} and at most {spec.maximum:g}{example}."
    kinds = {"string": "text", "boolean": "true or false", "number": "a number", "integer": "a whole number"}
    kinds |= {"array": "a list", "object": "a mapping", "null": "nothing"}
    return f"{name} has to be {' or '.join(kinds.get(kind, kind) for kind in spec.types)}{example}."


def _is_secret(name: str, schema: Schema) -> bool:
    return name in schema.fields and schema.fields[name].secret


def _require_key_text(name: str, value: str) -> None:
    if not value.strip():
        raise Refusal("invalidFields", f"{name} is empty. Paste the key, or leave the field out.")
    if any(character in value for character in "\r\n\x85\u2028\u2029"):
        raise Refusal("invalidFields", f"{name} has more than one line. Paste the key alone.")
    if is_placeholder(value):
        raise Refusal("invalidFields", f"{name} is a placeholder, not a key. Paste the real one.")


def _key_warnings(provider: str, key: str) -> list[str]:
    problem = key_problem(provider, key) if provider else None
    if problem is KeyProblem.OTHER_PROVIDER:
        return [f"The key looks like one of {provider_of_key(key)}, not of {provider}."]
    if problem is KeyProblem.MALFORMED:
        return [f"The key does not look like one of {provider}; it was saved all the same."]
    return []
