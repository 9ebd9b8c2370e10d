"""Checks the fields a person gives to `add`, `edit` and `key`, and reads them from text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from aloop_models.catalog import is_placeholder, key_problem, nearest, one_slip, provider_of_key
from aloop_models.catalog.key_forms import SHORTEST_KEY, KeyProblem
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.references import refers
from aloop_models.core.document import Entry
from aloop_models.core.lines import BREAKS
from aloop_models.core.scalars import MAX_LEVELS, is_nested_too_deeply
from aloop_models.core.schema import FieldSpec, Schema, SchemaProblem
from aloop_models.errors import RefusedError
from aloop_models.features.checks.distance import host_of
from aloop_models.snapshot import Facts

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_ANSWERS = frozenset({"y", "n", "yes", "no"})
_QUOTES = frozenset({"''", '""', "``", "“”", "‘’"})
_AROUND = " \t\r\n\v\f\u00a0\u200b\ufeff"
_BEARER = re.compile(r"^bearer(?:\s+|:\s*)", re.IGNORECASE)
_ASSIGNMENT = re.compile(
    r"(?:(?:export|set)\s+)?[A-Za-z_][A-Za-z0-9_]*_(?:key|token|secret)\s*[=:]|authorization:", re.IGNORECASE
)
"""How a line of a `.env` file, of a models.yaml or of an HTTP request begins."""
_HOSTS_OF_PROVIDERS = (".azure.com", ".openai.com", ".anthropic.com", ".googleapis.com", ".amazonaws.com")


def checked_fields(
    fields: Mapping[str, object], provider: str, facts: Facts, entry: Entry | None = None
) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields as they may be written, and warnings about unusual ones; None (remove) is let through.

    Raises:
        RefusedError: `invalidFields` for a wrong type, a name one slip from a known one, an unsupported field, an
            empty, multi-line, short or placeholder key, or one with characters that no key has. No secret is quoted.
    """
    warnings: list[str] = []
    secret = {name for name in fields if _is_secret(name, facts.schema)}
    fields = {
        name: _cleaned(name, value) if name in secret and isinstance(value, str) else value
        for name, value in fields.items()
    }
    given = {name: value for name, value in fields.items() if value is not None}
    for name, value in given.items():
        if is_nested_too_deeply(value):
            raise _too_deep(name)
    for name in fields:
        warnings += _check_name(name, facts.schema, present=entry is not None and name in entry.profile)
    for problem in facts.schema.check_profile(given):
        if problem.keyword != "additionalProperties":
            raise RefusedError("invalidFields", _explain(problem, facts.schema))
    for name, value in given.items():
        if isinstance(value, str) and name in secret:
            _require_key_text(name, value)
    key = given.get("api_key")
    if isinstance(key, str):
        if facts.catalog.model(key) is not None:
            raise RefusedError("invalidFields", "That is a model ID, not an API key. Paste the key.")
        base = fields["api_base"] if "api_base" in fields else entry.profile.get("api_base") if entry else None
        if len(key) < SHORTEST_KEY and not refers(key):
            if not _takes_any_key(provider, base, facts):
                message = f"That is not an API key: it has fewer than {SHORTEST_KEY} characters. Paste the whole key."
                raise RefusedError("invalidFields", message)
            warnings.append(f"The key is shorter than {SHORTEST_KEY} characters; only your own server can accept it.")
        elif base is None:
            warnings += _key_warnings(provider, key)
    # JSON objects come in any order; a file reads best in the schema's.
    places = {name: place for place, name in enumerate(facts.schema.fields)}
    ordered = sorted(fields.items(), key=lambda item: places.get(item[0], len(places)))
    return dict(ordered), tuple(warnings)


def checked_key(provider: str, key: str, facts: Facts, entry: Entry) -> tuple[str, tuple[str, ...]]:
    """The key as it may be written, and warnings about an unusual one.

    Raises:
        RefusedError: `invalidFields` for a text that is no key.
    """
    if refers(_cleaned("api_key", key)):
        message = "That is a reference, not an API key, and references are not expanded. Paste the key itself."
        raise RefusedError("invalidFields", message)
    fields, warnings = checked_fields({"api_key": key}, provider, facts, entry)
    return str(fields["api_key"]), warnings


def value_from_text(spec: FieldSpec | None, text: str) -> object:
    """A field's value from `field=value` on a command line; text that does not fit stays text, for the check to refuse.

    Shapes: numbers and true/false by the field's type, lists and mappings as JSON, everything else as it is.

    Raises:
        RefusedError: `invalidFields` for lists and mappings that are nested too deeply to be read.
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
    except RecursionError:
        raise _too_deep(spec.name if spec else "The value") from None
    return value


def _too_deep(name: str) -> RefusedError:
    return RefusedError("invalidFields", f"{redact(name)} is nested too deeply. Use at most {MAX_LEVELS} levels.")


def _check_name(name: str, schema: Schema, *, present: bool) -> list[str]:
    if name in schema.fields:
        return []
    if name in schema.unsupported:
        raise RefusedError("invalidFields", f"'{redact(name)}' is not supported. {schema.unsupported[name]}")
    if present:
        return []
    slips = tuple(known for known in schema.fields if one_slip(name, known)) or nearest(name, schema.fields, 1, 0.2)
    if slips:
        raise RefusedError("invalidFields", f"There is no field '{redact(name)}'. Did you mean {slips[0]}?", slips)
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


def _cleaned(name: str, value: str) -> str:
    """A pasted secret without what often comes with it: white space, a byte order mark, quotes, `Bearer`."""
    text = value.strip(_AROUND)
    while name == "api_key":
        shorter = _BEARER.sub("", text).strip(_AROUND)
        if len(shorter) > 1 and shorter[:1] + shorter[-1:] in _QUOTES:
            shorter = shorter[1:-1].strip(_AROUND)
        if shorter == text:
            break
        text = shorter
    return text


def _takes_any_key(provider: str, base: object, facts: Facts) -> bool:
    """Whether a server of one's own judges the key, which accepts whatever its owner chose."""
    known = facts.catalog.providers.get(provider)
    if known is not None and (not known.needs_key or known.local):
        return True
    host = host_of(base) if isinstance(base, str) else None
    own = host_of(known.default_base) if known is not None and known.default_base else None
    return host is not None and host != own and not host.endswith(_HOSTS_OF_PROVIDERS)


def _require_key_text(name: str, value: str) -> None:
    if value.casefold() in _ANSWERS:
        raise RefusedError("invalidFields", "That is not an API key. Paste the key, or leave it empty.")
    if not value.strip():
        raise RefusedError("invalidFields", f"{name} is empty. Paste the key, or leave the field out.")
    if any(character in value for character in BREAKS):
        raise RefusedError("invalidFields", f"{name} has more than one line. Paste the key alone.")
    if is_placeholder(value):
        raise RefusedError("invalidFields", f"{name} is a placeholder, not a key. Paste the real one.")
    if name == "api_key" and not refers(value):
        if "://" in value:
            raise RefusedError(
                "invalidFields", "That is a URL, not an API key. Paste the key; a URL belongs in api_base."
            )
        if _ASSIGNMENT.match(value):
            raise RefusedError(
                "invalidFields", "That is an assignment, not an API key. Paste only what follows the name."
            )
    if not value.startswith("{") and not refers(value) and any(not "!" <= letter <= "~" for letter in value):
        message = f"{name} contains a space or another character that no API key has. Paste the key alone."
        raise RefusedError("invalidFields", message)


def _key_warnings(provider: str, key: str) -> list[str]:
    problem = key_problem(provider, key) if provider else None
    if problem is KeyProblem.OTHER_PROVIDER:
        return [f"The key looks like one of {provider_of_key(key)}, not of {provider}."]
    if problem is KeyProblem.MALFORMED:
        return [f"The key does not look like one of {provider}; it was saved all the same."]
    return []
