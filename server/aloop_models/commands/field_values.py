"""Check the fields given to `add`, `edit` and `key`, and parse them from text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from aloop_models.catalog import is_placeholder, nearest, one_slip
from aloop_models.catalog.key_forms import SHORTEST_KEY, key_in_brackets
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.references import refers
from aloop_models.core.document import Entry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.core.scalars import MAX_LEVELS, is_nested_too_deeply
from aloop_models.core.schema import FieldSpec, Schema, SchemaProblem
from aloop_models.errors import RefusedError
from aloop_models.features.checks.distance import host_of
from aloop_models.features.checks.fields import commonly_meant
from aloop_models.snapshot import Facts

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_ANSWERS = frozenset({"y", "n", "yes", "no"})
_QUOTES = frozenset({"''", '""', "``", "“”", "‘’"})
_AROUND = " \t\r\n\v\f\u00a0\u200b\ufeff"
_BEARER = lazy_re(r"^bearer(?:\s+|:\s*)", re.IGNORECASE)
_ASSIGNMENT = lazy_re(
    r"(?:(?:export|set)\s+)?[A-Za-z_][A-Za-z0-9_]*_(?:key|token|secret)\s*[=:]|authorization:", re.IGNORECASE
)
"""Matches the beginning of a line from a `.env` file, a models.yaml or an HTTP request."""
_HOSTS_OF_PROVIDERS = (".azure.com", ".openai.com", ".anthropic.com", ".googleapis.com", ".amazonaws.com")


def checked_fields(
    fields: Mapping[str, object], provider: str, facts: Facts, entry: Entry | None = None
) -> dict[str, object]:
    """Return the fields as they are written to the file; None removes a field.

    The text of a number, true or false, a list or a mapping is parsed as on a command line.

    Raises:
        RefusedError: `invalidFields` for a wrong type, a misspelled or unsupported field, or a key that is empty,
            multi-line, short, a placeholder, or has characters that no key has. No secret is quoted.
    """
    secret = {name for name in fields if _is_secret(name, facts.schema)}
    fields = {
        name: _cleaned(name, value) if name in secret and isinstance(value, str) else _typed(name, value, facts.schema)
        for name, value in fields.items()
    }
    given = {name: value for name, value in fields.items() if value is not None}
    for name, value in given.items():
        if is_nested_too_deeply(value):
            raise _too_deep(name)
    for name in fields:
        _check_name(name, provider, facts, present=entry is not None and name in entry.profile)
    for problem in facts.schema.check_profile(given):
        if problem.keyword != "additionalProperties":
            raise RefusedError("invalidFields", _explain(problem, facts.schema))
    for name, value in given.items():
        if isinstance(value, str) and name in secret:
            _require_key_text(name, value)
    key = given.get("api_key")
    if isinstance(key, str):
        if facts.catalog.model(key) is not None:
            raise RefusedError("invalidFields", "This is a model ID, not an API key. Paste the key.")
        base = fields["api_base"] if "api_base" in fields else entry.profile.get("api_base") if entry else None
        if len(key) < SHORTEST_KEY and not refers(key) and not _takes_any_key(provider, base, facts):
            message = f"Too short for an API key: fewer than {SHORTEST_KEY} characters. Paste the whole key."
            raise RefusedError("invalidFields", message)
    # A JSON object has any order; the file uses the order of the schema.
    places = {name: place for place, name in enumerate(facts.schema.fields)}
    ordered = sorted(fields.items(), key=lambda item: places.get(item[0], len(places)))
    return dict(ordered)


def checked_key(provider: str, key: str, facts: Facts, entry: Entry) -> str:
    """Return the key as it is written to the file.

    Raises:
        RefusedError: `invalidFields` for a text that is not a key.
    """
    if refers(_cleaned("api_key", key)):
        message = "This is a reference, not an API key, and references are not expanded. Paste the key itself."
        raise RefusedError("invalidFields", message)
    return str(checked_fields({"api_key": key}, provider, facts, entry)["api_key"])


def strip_secret(text: str) -> str:
    """Return a pasted secret without white space and byte order marks around it."""
    return text.strip(_AROUND)


def value_from_text(spec: FieldSpec | None, text: str) -> object:
    """Parse the value of `field=value` on a command line; other text is returned as is, to be refused later.

    Numbers and true/false are read by the field's type, lists and mappings as JSON, everything else as text.

    Raises:
        RefusedError: `invalidFields` for lists and mappings that are nested too deeply.
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


def _check_name(name: str, provider: str, facts: Facts, *, present: bool) -> None:
    schema = facts.schema
    if name in schema.fields:
        return
    if name in schema.unsupported:
        raise RefusedError("invalidFields", f"'{name}' is not supported. {schema.unsupported[name]}")
    if present:
        return
    if meant := commonly_meant(name, provider, facts):
        raise RefusedError("invalidFields", f"Unknown field '{redact(name)}'. Did you mean {meant}?", (meant,))
    slips = tuple(known for known in schema.fields if one_slip(name, known)) or nearest(name, schema.fields, 1, 0.2)
    if slips:
        raise RefusedError("invalidFields", f"Unknown field '{redact(name)}'. Did you mean {slips[0]}?", slips)


def _explain(problem: SchemaProblem, schema: Schema) -> str:
    name = str(problem.path[0])
    spec = schema.fields[name]
    example = f", such as {json.dumps(spec.examples[0])}" if spec.examples and not spec.secret else ""
    if problem.keyword == "pattern":
        form = "start with http:// or https://" if name == "api_base" else "have another format"
        return f"{name} must {form}{example}."
    if spec.enum:
        return f"{name} must be one of {', '.join(map(str, spec.enum))}."
    low = spec.minimum if spec.minimum is not None else spec.exclusive_minimum
    if low is not None and spec.maximum is not None:
        above = "greater than" if spec.exclusive_minimum is not None else "of at least"
        return f"{name} must be a number {above} {low:g} and at most {spec.maximum:g}{example}."
    kinds = {"string": "text", "boolean": "true or false", "array": "a list", "object": "a mapping", "null": "nothing"}
    return f"{name} must be {' or '.join(kinds.get(kind, kind) for kind in spec.types)}{example}."


def _is_secret(name: str, schema: Schema) -> bool:
    return name in schema.fields and schema.fields[name].secret


def _typed(name: str, value: object, schema: Schema) -> object:
    spec = schema.fields.get(name)
    is_text = spec is None or "string" in spec.types
    return value if is_text or not isinstance(value, str) else value_from_text(spec, value)


def _cleaned(name: str, value: str) -> str:
    """Return a pasted secret without white space, a byte order mark, quotes, brackets or `Bearer` around it."""
    text = strip_secret(value)
    while name == "api_key":
        shorter = strip_secret(_BEARER.sub("", text))
        shorter = key_in_brackets(shorter) or shorter
        if len(shorter) > 1 and shorter[:1] + shorter[-1:] in _QUOTES:
            shorter = strip_secret(shorter[1:-1])
        if shorter == text:
            break
        text = shorter
    return text


def _takes_any_key(provider: str, base: object, facts: Facts) -> bool:
    """Return whether the key is for the user's own server, which may accept any key."""
    known = facts.catalog.providers.get(provider)
    if known is not None and (not known.needs_key or known.local):
        return True
    host = host_of(base) if isinstance(base, str) else None
    own = host_of(known.default_base) if known is not None and known.default_base else None
    return host is not None and host != own and not host.endswith(_HOSTS_OF_PROVIDERS)


def _require_key_text(name: str, value: str) -> None:
    if value.casefold() in _ANSWERS:
        raise RefusedError("invalidFields", "This is not an API key. Paste the key, or leave it empty.")
    if not value.strip():
        raise RefusedError("invalidFields", f"{name} is empty. Paste the key, or omit the field.")
    if any(character in value for character in BREAKS):
        raise RefusedError("invalidFields", f"{name} has more than one line. Paste only the key.")
    if is_placeholder(value):
        raise RefusedError("invalidFields", f"{name} is a placeholder. Paste the real key.")
    if name == "api_key" and not refers(value):
        if "://" in value:
            raise RefusedError(
                "invalidFields", "This is a URL, not an API key. Paste the key. A URL belongs in api_base."
            )
        if _ASSIGNMENT.match(value):
            raise RefusedError("invalidFields", "This is an assignment, not an API key. Paste only the value.")
    if not value.startswith("{") and not refers(value) and any(not "!" <= letter <= "~" for letter in value):
        message = f"{name} contains a space or another character that no API key has. Paste only the key."
        raise RefusedError("invalidFields", message)
