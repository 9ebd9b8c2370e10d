"""What can be written at a place of models.yaml: providers, model ids, fields, values, `default`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from aloop_models.core.lines import break_near
from aloop_models.core.text import Edit
from aloop_models.features.completion_fields import default_values, field_names, field_values, root_keys
from aloop_models.features.completion_item import Completion, Completions, Kind, limit
from aloop_models.features.completion_models import Request, model_ids
from aloop_models.features.cursor import Context, Cursor, cursor_at
from aloop_models.snapshot import Snapshot

__all__ = ["Completion", "Completions", "Edit", "Kind", "complete"]


def complete(snapshot: Snapshot, offset: int, *, snippets: bool, asks_for_key: bool = False) -> Completions:
    """The proposals at an offset, best first: at most 100, and at most 32 KiB without their documentation.

    With `snippets` a text may hold tab stops in LSP snippet syntax. With `asks_for_key` a proposal may make the editor
    ask for an API key. No proposal has text of a secret. Never raises, whatever the text.
    """
    cursor = cursor_at(snapshot.document, offset)
    if cursor.context is Context.NOTHING or snapshot.redactor.hides(cursor.word):
        return Completions()
    request = Request(snapshot, cursor, break_near(snapshot.document.text, offset), snippets, asks_for_key)
    found, more = _proposals(request)
    # Order and choice are for exactly what was typed. One filter text for all keeps them as they are in a client that
    # scores it, and since no client can narrow such a list down by itself, it has to ask again.
    redact = snapshot.redactor.redact
    items, cut = limit(item._replace(filter=cursor.typed or item.label, detail=redact(item.detail)) for item in found)
    return Completions(items, more or cut or bool(cursor.typed), cursor.indent)


def _proposals(request: Request) -> tuple[Iterable[Completion], bool]:
    """The proposals, and whether there are others that typing on would bring."""
    cursor = request.cursor
    if cursor.context is Context.ROOT_KEY:
        found = root_keys(request)
        if not cursor.entry_indent:
            return found, False
        return chain(found, model_ids(replace(request, cursor=_indented(cursor)))), True
    if cursor.context is Context.MODEL_ID:
        return model_ids(request), True
    if cursor.context is Context.FIELD_NAME:
        return field_names(request), False
    if cursor.context is Context.FIELD_VALUE:
        return field_values(request), False
    return default_values(request)


def _indented(cursor: Cursor) -> Cursor:
    """The cursor at a line's beginning as one at the entries' indentation, which an edit then puts in."""
    return replace(cursor, context=Context.MODEL_ID, prefix=cursor.entry_indent)
