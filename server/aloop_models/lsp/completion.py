"""Completion's handlers: the proposals, and the documentation of the one that is looked at."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from aloop_models.features.completion import Completion, Kind, complete
from aloop_models.lsp.client import Client
from aloop_models.lsp.convert import Border, Json
from aloop_models.lsp.server import AloopServer

_TRIGGERS = ["/", ":", '"', "'"]
_KINDS = {Kind.PROVIDER: 9, Kind.MODEL: 7, Kind.FIELD: 10, Kind.VALUE: 12, Kind.REFERENCE: 18}


def completion(ls: AloopServer, params: types.CompletionParams) -> Json:
    """Providers, models, fields, values; their documentation is left for `resolve`."""
    snapshot = ls.documents.snapshot(params.text_document.uri)
    if snapshot is None:
        return {"isIncomplete": False, "items": []}
    border = Border(snapshot.document.lines, ls.client.encoding)
    found = complete(
        snapshot,
        border.offset(params.position),
        snippets=ls.client.snippets,
        asks_for_key=bool(ls.client.key_command),
    )
    number = ls.proposals[0] + 1
    ls.proposals = (number, found.items)
    items = [
        _item(item, border, ls.client, found.indent) | {"data": [number, place]}
        for place, item in enumerate(found.items)
    ]
    return {"isIncomplete": found.incomplete, "items": items}


def resolve(ls: AloopServer, item: types.CompletionItem) -> types.CompletionItem:
    """The same proposal with its documentation; as it came where a newer answer has taken its place."""
    number, items = ls.proposals
    asked: object = item.data
    place = next((place for place in range(len(items)) if asked == [number, place]), None)
    if place is not None and (text := items[place].documentation):
        markup = ls.client.markup(text)
        item.documentation = types.MarkupContent(types.MarkupKind(markup["kind"]), markup["value"])
    return item


def _item(item: Completion, border: Border, client: Client, indent: str) -> Json:
    text = item.edit.text
    result: Json = {
        "label": item.label,
        "kind": _KINDS[item.kind],
        "textEdit": {"range": border.range((item.edit.start, item.edit.end)), "newText": text},
        "sortText": item.sort,
    }
    if item.filter != item.label:
        result["filterText"] = item.filter
    if "\n" in text and client.keeps_indentation:
        result["insertTextMode"] = 1
    elif item.is_snippet:
        # Such a client indents every further line as deep as the one it stands on.
        result["textEdit"]["newText"] = text.replace(f"\n{indent}", "\n")
    if item.detail:
        result["detail"] = item.detail
    if item.is_snippet:
        result["insertTextFormat"] = 2
    if item.deprecated:
        result["deprecated"] = True
        if client.completion_tags:
            result["tags"] = [1]
    if item.preselect:
        result["preselect"] = True
    if item.retrigger and client.suggest_command:
        result["command"] = {"title": "Suggest", "command": client.suggest_command}
    if item.key_of:
        result["command"] = {
            "title": item.label,
            "command": client.key_command,
            "arguments": [{"modelId": item.key_of}],
        }
    return result


_OPTIONS = types.CompletionOptions(trigger_characters=_TRIGGERS, resolve_provider=True)

HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.TEXT_DOCUMENT_COMPLETION, completion, _OPTIONS),
    (types.COMPLETION_ITEM_RESOLVE, resolve, None),
)
"""Method, handler and registration options."""
