"""A list under `models` instead of entries, or below an ID instead of fields, and the edits that correct it."""

from __future__ import annotations

from aloop_models.catalog import is_entry_id
from aloop_models.core.document import Document
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_start
from aloop_models.core.nodes import Mapping, Node, Scalar, Sequence
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, Span, apply_edits

_DASH = lazy_re(r"([ ]*)-[ ]+")
_ID_KEYS = ("id", "model", "model_id")


def list_to_entries(document: Document, models: Sequence) -> tuple[Edit, ...]:
    """The edits that make each item an entry; none if an item does not begin with an ID, or an ID is there twice."""
    text = document.text
    edits: list[Edit] = []
    for item in models.items:
        start = line_start(text, item.start)
        dash = _DASH.fullmatch(text, start, item.start)
        model_id = _model_id(item)
        if dash is None or model_id is None:
            return ()
        edits.append(Edit(start, model_id.start, dash[1] or "  "))
        if not text.startswith(":", model_id.end):
            edits.append(Edit(model_id.end, model_id.end, ":"))
    after = read_document(apply_edits(text, edits))
    is_complete = after.parses and len(after.by_id) == len(models.items) and all(map(is_entry_id, after.by_id))
    return tuple(edits) if is_complete else ()


def list_to_fields(key: Scalar, fields: Sequence) -> tuple[Edit, ...]:
    """The edits that remove the dashes of the fields below an ID; none if an item has no field, or a field is twice."""
    items = [item for item in fields.items if isinstance(item, Mapping) and not item.flow and not item.anchor]
    names = [pair.key.text for item in items for pair in item.pairs if isinstance(pair.key, Scalar)]
    columns = {item.column for item in items}
    width = items[0].start - fields.start if items else 0
    # The dashes are in one column, as are the fields. The text of an entry that is read alone begins with its line.
    is_deeper = len(columns) == 1 and columns.pop() - width > key.start
    if fields.flow or len(items) < len(fields.items) or len(names) > len(set(names)) or not is_deeper or width < 2:
        return ()
    starts = (pair.key.start for item in items for pair in item.pairs)
    return tuple(Edit(start - width, start, "") for start in starts)


def _model_id(item: Node) -> Span | None:
    """The ID at the start of an item: `openai/gpt-4o`, `openai/gpt-4o:` with fields, or `id: openai/gpt-4o`."""
    if isinstance(item, Mapping) and item.pairs and not item.flow:
        key, value = item.pairs[0]
        is_named = key.text in _ID_KEYS if isinstance(key, Scalar) else False
        item = value if is_named else key
    return item.span if isinstance(item, Scalar) and is_entry_id(item.text) else None
