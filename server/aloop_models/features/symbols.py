"""Document symbols: sections, models, and their fields without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aloop_models.catalog.file_secrets import hides_value
from aloop_models.catalog.redaction import MASK, Redactor, redact
from aloop_models.catalog.urls import without_credentials
from aloop_models.core.document import Document, Field, PlacedEntry, Section
from aloop_models.core.nodes import Scalar, resolve
from aloop_models.core.references import LISTS_OF_REFERENCES, references_of
from aloop_models.core.schema import FieldSpec
from aloop_models.core.text import Span
from aloop_models.features.formatting import format_name
from aloop_models.snapshot import Snapshot

_DETAIL_LIMIT = 80
MOST_SYMBOLS = 5_000
"""Maximum number of models, and of models and fields, in an outline: the editor reads it whole after each change."""


class Symbol(NamedTuple):
    """One symbol of the outline."""

    name: str
    detail: str
    kind: str
    """`namespace` (a section), `object` (a model), `property` (a field) or `constant` (default, role, fallback)."""
    span: Span
    """The whole symbol, including its children."""
    name_span: Span
    """The part that is selected when the user opens the symbol."""
    children: tuple[Symbol, ...] = ()


def symbols(snapshot: Snapshot) -> tuple[Symbol, ...]:
    """The symbols, in the order of the text.

    If there are too many (`MOST_SYMBOLS`), models have no fields, and then only the first models are there.
    """
    document = snapshot.document
    sections = _separate_sections(document)
    entries = sorted({placed.key_span: placed for placed in document.entries}.values(), key=lambda item: item.key_span)
    has_fields = sum(1 + len(placed.entry.fields) for placed in entries) <= MOST_SYMBOLS
    found: list[Symbol] = []
    taken = 0
    for index, section in enumerate(sections):
        border = sections[index + 1].key.start if index + 1 < len(sections) else len(document.text) + 1
        children: list[Symbol] = []
        end = section.key.end
        while taken < len(entries) and entries[taken].key_span.start < border:
            if entries[taken].key_span.start >= section.key.end:
                model = _model(snapshot, entries[taken], border)
                end = max(end, model.span.end)
                if taken < MOST_SYMBOLS:
                    children.append(model if has_fields else model._replace(children=()))
            taken += 1
        found.append(_section(section, [*children, *_references(section)], border, end))
    return tuple(_redact(symbol, snapshot.redactor) for symbol in found)


def _redact(symbol: Symbol, redactor: Redactor) -> Symbol:
    children = tuple(_redact(child, redactor) for child in symbol.children)
    return symbol._replace(name=redactor.redact(symbol.name), detail=redactor.redact(symbol.detail), children=children)


def _separate_sections(document: Document) -> list[Section]:
    """The sections in the order of the text, without those inside another section (from a merge key)."""
    separate: list[Section] = []
    for section in sorted(document.sections, key=lambda item: item.key.start):
        previous = separate[-1] if separate else None
        end = max(previous.key.end, previous.value.end if previous.value else 0) if previous else 0
        if section.key.start >= end:
            separate.append(section)
    return separate


def _section(section: Section, children: list[Symbol], border: int, least: int) -> Symbol:
    """The symbol of a section that ends at the offset `least` or later, and at `border` or before."""
    value, key = section.value, section.key
    end = max(least, min(value.end if value else 0, border), *(child.span.end for child in children))
    scalar = resolve(value) if value else None
    is_default = section.name == "default"
    detail = redact(scalar.text)[:_DETAIL_LIMIT] if is_default and isinstance(scalar, Scalar) else ""
    kind = "constant" if is_default else "namespace"
    return Symbol(_name(section.name), detail, kind, Span(key.start, end), key.span, tuple(children))


def _references(section: Section) -> Iterator[Symbol]:
    """The roles or fallbacks that are written in the section itself."""
    value = section.value
    if value is None or section.name not in LISTS_OF_REFERENCES:
        return
    for item in references_of(section):
        name, scalar = item.role or item.scalar, item.scalar
        if name is None or scalar is None or name.start < value.start or item.node.end > value.end:
            continue
        span = Span(name.start, max(name.end, item.node.end))
        detail = redact(scalar.text)[:_DETAIL_LIMIT] if item.role else ""
        yield Symbol(_name(name.text), detail, "constant", span, name.span)


def _model(snapshot: Snapshot, placed: PlacedEntry, border: int) -> Symbol:
    entry, start = placed.entry, placed.start
    fields = snapshot.facts.schema.fields
    # Fields from an alias or a merge key are elsewhere, and a key that is an alias makes the span too long.
    within = Span(entry.key.end, min(entry.end, border - start))
    children = tuple(
        _field(item, fields.get(item.name), start)
        for item in entry.fields
        if not item.inherited and within.start <= item.key.start and _end(item) <= within.end
    )
    name = entry.profile.get("name")
    detail = format_name(name)[:_DETAIL_LIMIT] if isinstance(name, str) else ""
    span = Span(entry.key.start + start, max(within.end, entry.key.end) + start)
    return Symbol(_name(entry.model_id), detail, "object", span, placed.key_span, children)


def _field(item: Field, spec: FieldSpec | None, start: int) -> Symbol:
    key = item.key
    name_span = Span(key.start + start, key.end + start)
    title = spec.name if spec else _name(item.name)
    return Symbol(title, _value(item, spec), "property", Span(name_span.start, _end(item) + start), name_span)


def _end(item: Field) -> int:
    return max(item.key.end, item.value.end)


def _value(item: Field, spec: FieldSpec | None) -> str:
    if item.data is None:
        return ""
    scalar = resolve(item.value)
    if spec is not None and not spec.secret and not isinstance(scalar, Scalar):
        return ""
    if hides_value(spec, item.data) or not isinstance(scalar, Scalar):
        return MASK
    if isinstance(item.data, bool | int | float):
        return scalar.text
    text = without_credentials(scalar.text) or MASK if "://" in scalar.text else scalar.text
    return redact(text)[:_DETAIL_LIMIT]


def _name(text: str) -> str:
    return redact(text).strip() or '""'
