"""Text that a completion inserts: keys with the text after them, and values, plain or as a snippet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from aloop_models.catalog import ProviderFacts
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.scalars import write_scalar
from aloop_models.core.schema import FieldSpec, Schema
from aloop_models.core.text import Edit
from aloop_models.features.cursor import Cursor

_REGIONS = ("vertex_location", "oci_region")
"""Fields whose example is right for many; that of a project or a user is right for nobody."""
_SPECIAL = lazy_re(r"[\\$}]")
_SPECIAL_CHOICE = lazy_re(r"[\\$},|]")
# A regular expression, because the YAML library takes longer than the rest of a completion.
_SAFE = lazy_re(r"[A-Za-z][\w./@+-]*/[\w./@+:#-]*[\w./@+-]", re.ASCII)
_SAFE_IN_FLOW = lazy_re(r"[A-Za-z][\w./@+-]*/[\w./@+-]*", re.ASCII)


def snippet_text(text: str) -> str:
    """The text escaped for a snippet."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def choice(number: int, options: list[str]) -> str:
    """A snippet's tab stop with a choice of options."""
    written = ",".join(_SPECIAL_CHOICE.sub(r"\\\g<0>", option) for option in options)
    return f"${{{number}|{written}|}}"


def word_edit(cursor: Cursor, text: str) -> Edit:
    """Replace the word at the cursor; the text must not need quotes other than those that exist."""
    return Edit(cursor.span.start, cursor.span.end, text if cursor.quote else cursor.prefix + text)


def rename_edit(cursor: Cursor, name: str) -> Edit:
    """Replace a key that has a colon or a value, and add what is missing: the closing quote or the colon."""
    if cursor.missing_colon:
        return key_edit(cursor, name, cursor.missing_colon.removeprefix(":"))
    return word_edit(cursor, name if cursor.closed else name + cursor.quote)


def key_edit(cursor: Cursor, name: str, after: str) -> Edit:
    """Replace the word by a key, a colon and `after`; the edit includes the closing quote, if any."""
    if not cursor.quote:
        return Edit(cursor.span.start, cursor.span.end, f"{cursor.prefix}{name}:{after}")
    return Edit(cursor.span.start, cursor.end, f"{name}{cursor.quote}:{after}")


def value_edit(cursor: Cursor, value: object) -> Edit | None:
    """Replace the value at the cursor; None if the value cannot be written between the existing quotes."""
    if cursor.quote:
        if not isinstance(value, str) or "\\" in value or cursor.quote in value:
            return None
        end = cursor.span.end
        return Edit(cursor.span.start, end, value if cursor.closed else value + cursor.quote)
    text = plain_key(value, flow=cursor.flow) if isinstance(value, str) else write_scalar(value, flow=cursor.flow)
    return word_edit(cursor, text)


def plain_key(text: str, *, flow: bool) -> str:
    """A model ID or another text as YAML, in quotes only if necessary."""
    safe = (_SAFE_IN_FLOW if flow else _SAFE).fullmatch(text)
    return text if safe else write_scalar(text, flow=flow)


def block_after(
    cursor: Cursor, provider: ProviderFacts | None, schema: Schema, line_break: str, *, snippets: bool
) -> str:
    """The text after the colon of a new model ID: the fields that its provider requires."""
    fields = _required_fields(provider, schema, cursor.flow)
    if not fields:
        return " {}" if cursor.flow else ""
    parts = _as_snippet(fields) if snippets else _as_text(fields)
    if cursor.flow:
        return " {" + ", ".join(parts) + "}"
    start = line_break + cursor.child_indent
    return start + start.join(parts)


def base_of(provider: ProviderFacts) -> str | None:
    """The URL to write as `api_base`: LiteLLM's default for this provider, else an example."""
    field = next((field for field in provider.credentials if field.name == "api_base"), None)
    return provider.default_base or (field and (field.default or field.placeholder)) or None


@lru_cache(maxsize=512)
def _required_fields(
    provider: ProviderFacts | None,
    schema: Schema,
    flow: bool,  # noqa: FBT001
) -> tuple[tuple[str, str], ...]:
    """Names of the fields that a call requires, each with a value as YAML, or "" if only the user knows it.

    An unknown provider gets `api_key`, because most providers require one.
    """
    fields = [("api_key", "")] if provider is None or provider.needs_key else []
    for field in provider.credentials if provider else ():
        spec = schema.fields.get(field.name)
        if spec is None or provider is None or field.name == "api_key":
            continue
        if field.required or (field.name == "api_base" and (provider.needs_base or provider.local)):
            value = _example_value(provider, field.name, spec)
            fields.append((field.name, write_scalar(value, flow=flow) if value else ""))
    return tuple(fields)


def _example_value(provider: ProviderFacts, name: str, spec: FieldSpec) -> str:
    if name == "api_base":
        return base_of(provider) or ""
    return str(spec.examples[0]) if name in _REGIONS else ""


def _as_snippet(fields: Sequence[tuple[str, str]]) -> list[str]:
    return [
        f"{name}: ${{{number}:{snippet_text(value)}}}" if value else f"{name}: ${number}"
        for number, (name, value) in enumerate(fields, start=1)
    ]


def _as_text(fields: Sequence[tuple[str, str]]) -> list[str]:
    # The fields that the user has to fill in come last, where the cursor ends up.
    ordered = sorted(fields, key=lambda field: (not field[1], field[0] == "api_key"))
    return [f"{name}: {value}" for name, value in ordered]
