"""Fixes of keys among the entries that are not IDs: fields that belong to the entry above, and `default`."""

from __future__ import annotations

from itertools import takewhile

from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.lines import line_end, line_start, lines_in
from aloop_models.core.nodes import Scalar
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, apply_edits
from aloop_models.snapshot import Snapshot

_LARGE_TEXT = 50_000
"""Characters of a text that takes too long to read again."""


def indent_fields(snapshot: Snapshot, placed: PlacedEntry) -> tuple[Edit, ...]:
    """Indent a field, with the other fields around it, below the ID above them; no edits if there is none.

    The ID has no value, so that the fields can only be its own.
    """
    document, known = snapshot.document, snapshot.facts.schema.fields
    at = document.entries.index(placed)
    before = takewhile(lambda other: other.model_id in known, document.entries[at::-1])
    first = at - len(tuple(before)) + 1
    fields = tuple(takewhile(lambda other: other.model_id in known, document.entries[first:]))
    owner = document.entries[first - 1] if first else None
    value = owner.entry.value if owner else None
    if owner is None or not isinstance(value, Scalar) or value.value is not None or value.end > value.start:
        return ()
    text, start = document.text, line_start(document.text, fields[0].key_span.start)
    depth = fields[0].key_span.start - start
    lines = [line for line in lines_in(text, start, fields[-1].full_span.end) if text[slice(*line)].strip()]
    edits = tuple(Edit(line.start, line.start, " " * depth) for line in lines)
    after = _after(document, edits)
    found = after.by_id.get(owner.model_id) if after else None
    names = [field.name for field in found.entry.fields] if found else []
    return edits if names == [field.model_id for field in fields] else ()


def unindent_default(snapshot: Snapshot, placed: PlacedEntry) -> tuple[Edit, ...]:
    """Remove the indentation of `default` after all entries; no edits if others follow, or its value is not an ID."""
    document, value, key = snapshot.document, placed.entry.value, placed.key_span.start
    start = line_start(document.text, key)
    is_line = placed.full_span.end <= line_end(document.text, key) and not document.text[start:key].strip()
    if placed != document.entries[-1] or not isinstance(value, Scalar) or not is_line or document.default is not None:
        return ()
    edits = (Edit(start, key, ""),)
    after = _after(document, edits)
    return edits if after and after.default_id == value.text else ()


def _after(document: Document, edits: tuple[Edit, ...]) -> Document | None:
    """The text after the edits, if it is valid and not too large."""
    if len(document.text) > _LARGE_TEXT:
        return None
    after = read_document(apply_edits(document.text, edits), document)
    return after if after.parses else None
