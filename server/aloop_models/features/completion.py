"""Completion of providers, model IDs, fields, values and `default`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from aloop_models.core.lines import break_near
from aloop_models.core.references import LISTS_OF_REFERENCES
from aloop_models.core.text import Edit
from aloop_models.features.completion_fields import (
    default_values,
    field_names,
    field_values,
    references,
    role_names,
    root_keys,
)
from aloop_models.features.completion_ignores import complete_ignore
from aloop_models.features.completion_item import Completion, Completions, Kind, limit
from aloop_models.features.completion_models import Request, model_ids
from aloop_models.features.cursor import Context, Cursor, cursor_at
from aloop_models.snapshot import Snapshot

__all__ = ["Completion", "Completions", "Edit", "Kind", "complete"]


def complete(snapshot: Snapshot, offset: int, *, snippets: bool, asks_for_key: bool = False) -> Completions:
    """The items at an offset, best first: at most 100, and at most 32 KiB without documentation.

    With `snippets`, texts can contain tab stops in LSP snippet syntax. With `asks_for_key`, an item can make the editor
    ask for an API key. No item contains a secret. Never raises.
    """
    ignores = complete_ignore(snapshot, offset, snippets=snippets)
    if ignores is not None:
        return ignores
    cursor = cursor_at(snapshot.document, offset)
    if cursor.context is Context.NOTHING or snapshot.redactor.hides(cursor.word):
        return Completions()
    request = Request(snapshot, cursor, break_near(snapshot.document.text, offset), snippets, asks_for_key)
    proposals, more = _propose(request)
    # The items are ranked for exactly the typed text. One filter text for all keeps their order in clients that score
    # it; because clients cannot filter such a list, they have to ask again.
    redact = snapshot.redactor.redact
    items, cut = limit(
        item._replace(filter=cursor.typed or item.label, detail=redact(item.detail)) for item in proposals
    )
    return Completions(items, more or cut or bool(cursor.typed), cursor.indent)


def _propose(request: Request) -> tuple[Iterable[Completion], bool]:
    """The items, and whether more typed text can give other items."""
    cursor = request.cursor
    if cursor.context is Context.ROOT_KEY:
        found = root_keys(request)
        if not cursor.entry_indent:
            return found, False
        if not cursor.typed:
            # On an empty line after the entries, most people want another entry.
            found = [item for item in found if item.label not in LISTS_OF_REFERENCES]
        return chain(found, model_ids(replace(request, cursor=_indent(cursor)))), True
    if cursor.context is Context.MODEL_ID:
        return model_ids(request), True
    if cursor.context is Context.FIELD_NAME:
        return field_names(request), False
    if cursor.context is Context.FIELD_VALUE:
        return field_values(request), False
    if cursor.context is Context.ROLE_NAME:
        return role_names(request), False
    if cursor.context is Context.REFERENCE:
        return references(request)
    return default_values(request)


def _indent(cursor: Cursor) -> Cursor:
    """The cursor at the start of a line, moved to the indentation of the entries, which the edit inserts."""
    return replace(cursor, context=Context.MODEL_ID, prefix=cursor.entry_indent)
