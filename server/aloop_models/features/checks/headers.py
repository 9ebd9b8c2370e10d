"""Checks of `extra_headers`: names and values that HTTP cannot carry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from aloop_models.catalog.key_forms import provider_of_key
from aloop_models.core.document import Entry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Mapping, Scalar, resolve
from aloop_models.core.text import Edit, apply_edits
from aloop_models.features.checks.fixes import needs_no_quotes, offer
from aloop_models.features.checks.key_cleaning import CleanKey, is_curly_quote, keep_only
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.references import KEY_HEADERS, find_references
from aloop_models.features.checks.spans import inner_start, value_span
from aloop_models.features.checks.values import OUT_OF_RANGE
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.snapshot import Facts

_FIELD = "extra_headers"
# Both equal the patterns in the schema: RFC 9110, section 5.6.2, and printable ASCII, spaces and tabs, because the
# HTTP client encodes a value as ASCII.
_NAME = lazy_re(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = lazy_re(r"(?:[!-~](?:[\t -~]*[!-~])?)?")
_BEARER = lazy_re(r"bearer(?:\s*(?P<mark>[:=])\s*)?(?=\S)", re.IGNORECASE)
_WORD = lazy_re(r"[\w.-]+", re.ASCII)
_AROUND = lazy_re(r"^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$")
_PLAIN = {"\u2013": "-", "\u2014": "-", "\u2011": "-", "\u2026": "...", "\u00a0": " ", "ß": "ss"}


def check_headers(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the names and values of the entry's headers. No message names one, because both can be secret."""
    field = entry.field(_FIELD)
    block = resolve(field.value) if field is not None else None
    if field is None or not isinstance(block, Mapping):
        return
    own = not field.inherited and block is field.value
    for key, value in block.pairs:
        if not isinstance(key, Scalar) or key.merge:
            continue
        if not _NAME.fullmatch(key.text):
            message = f"{_FIELD} contains an invalid header name. Use only letters, digits and hyphens."
            fixes = offer(Fix("Replace spaces with hyphens", _hyphens(key), safe=False)) if own else ()
            yield Diagnostic(OUT_OF_RANGE, key.span if own else value_span(entry, field), message, fixes)
        text = resolve(value)
        if not isinstance(text, Scalar) or not isinstance(text.value, str):
            continue
        if wrong := _around_key(key, text):
            fixes = offer(wrong[1]) if own and text is value else ()
            span = value.span if own else value_span(entry, field)
            yield Diagnostic(OUT_OF_RANGE, span, wrong[0], fixes, Severity.WARNING)
        if _VALUE.fullmatch(text.value):
            continue
        if (key.text,) not in find_references(field, facts.schema.fields.get(_FIELD)):
            message = f"{_FIELD} contains a value with characters that HTTP cannot carry. Use plain ASCII on one line."
            fixes = _value_fixes(text) if own and text is value else ()
            yield Diagnostic(OUT_OF_RANGE, value.span if own else value_span(entry, field), message, fixes)


def _around_key(key: Scalar, scalar: Scalar) -> tuple[str, Fix] | None:
    """The problem of a value that repeats the name of its header before a key, or has no scheme."""
    name = key.text.casefold()
    repeated = re.match(rf"\s*{re.escape(name)}\s*:\s*", scalar.text, re.IGNORECASE) if name in KEY_HEADERS else None
    if repeated is not None:
        start = inner_start(scalar)
        edits = () if start is None else (Edit(start, start + repeated.end(), ""),)
        message = "A value in extra_headers repeats the name of its header. Keep only what follows it."
        return message, Fix("Remove the name of the header", edits, safe=False)
    return _without_scheme(scalar) if name == "authorization" else None


def _without_scheme(scalar: Scalar) -> tuple[str, Fix] | None:
    """The problem of a value of `Authorization` that has no scheme before a key with a well-known format."""
    start = inner_start(scalar)
    mark = _BEARER.match(scalar.text)
    if mark is None and not (provider_of_key(scalar.text) and is_key(scalar.text) and _WORD.fullmatch(scalar.text)):
        return None
    is_glued = mark is not None and not mark["mark"]
    if is_glued and not is_key(_BEARER.sub("", scalar.text, 1)):
        return None
    edits = () if start is None else (Edit(start, start + (mark.end() if mark else 0), "Bearer "),)
    message = "Authorization in extra_headers must start with Bearer and a space, then the key."
    title = "Add a space" if is_glued else "Remove the character after Bearer" if mark else "Add Bearer"
    return message, Fix(title, edits, safe=False)


def _hyphens(key: Scalar) -> tuple[Edit, ...]:
    start = inner_start(key)
    if start is None or not _NAME.fullmatch(key.text.replace(" ", "-")):
        return ()
    return tuple(
        Edit(start + index, start + index + 1, "-") for index, character in enumerate(key.text) if character == " "
    )


def _value_fixes(scalar: Scalar) -> tuple[Fix, ...]:
    bare = _AROUND.sub("", scalar.text)
    if bare and _VALUE.fullmatch(bare):
        edits = keep_only(scalar, CleanKey((bare,), certain=True))
        return offer(Fix("Remove the characters around the value", edits, safe=False))
    return offer(Fix("Replace with plain characters", _plain_edits(scalar), safe=False))


def _plain_edits(scalar: Scalar) -> tuple[Edit, ...]:
    """The edits that replace accents, curly quotes and dashes.

    None if a character has no plain spelling, or the plain value must be in quotes.
    """
    start = inner_start(scalar)
    if start is None:
        return ()
    edits: list[Edit] = []
    for index, character in enumerate(scalar.text):
        if character.isascii():
            continue
        plain = _plain(character, scalar.style)
        if plain is None:
            return ()
        edits.append(Edit(start + index, start + index + 1, plain))
    text = apply_edits(scalar.text, [edit.shift(-start) for edit in edits])
    return tuple(edits) if needs_no_quotes(scalar, text) else ()


def _plain(character: str, style: str) -> str | None:
    category = unicodedata.category(character)
    if is_curly_quote(character):
        # A plain text that starts with a quote would be a quoted one.
        return {"'": "''", '"': "'"}.get(style)
    if category in ("Cf", "Mn"):
        return ""
    folded = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    plain = _PLAIN.get(character, folded)
    return plain if plain and re.fullmatch(r"[A-Za-z0-9 .-]+", plain) else None
