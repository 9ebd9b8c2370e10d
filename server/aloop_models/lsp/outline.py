"""The handlers of what is drawn in or beside the text: lenses, hints, outline, folds, links, tokens, places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from aloop_models.features.code_actions import KINDS, code_actions
from aloop_models.features.code_lens import code_lenses
from aloop_models.features.folding import folds
from aloop_models.features.inlay_hints import inlay_hints
from aloop_models.features.links import links
from aloop_models.features.navigation import definition, mentions
from aloop_models.features.rename import prepare, rename
from aloop_models.features.semantic_tokens import MODIFIERS, TYPES, Token, semantic_tokens
from aloop_models.features.symbols import Symbol, symbols
from aloop_models.lsp.convert import Border, Json
from aloop_models.lsp.server import AloopServer
from aloop_models.snapshot import Snapshot

_SYMBOL_KINDS = {"namespace": 3, "object": 19, "property": 7, "constant": 14}


def code_lens(ls: AloopServer, params: types.CodeLensParams) -> list[Json]:
    """One line above each entry."""
    snapshot, border = _asked(ls, params)
    return [
        {"range": border.range(lens.span), "command": _command(lens.title, lens.command, lens.arguments)}
        for lens in code_lenses(snapshot)
    ]


def inlay_hint(ls: AloopServer, params: types.InlayHintParams) -> list[Json]:
    """Context window and price behind each id."""
    snapshot, border = _asked(ls, params)
    return [
        {"position": border.position(hint.offset), "label": hint.text, "tooltip": hint.tooltip, "paddingLeft": True}
        for hint in inlay_hints(snapshot, border.span(params.range))
    ]


def document_symbol(ls: AloopServer, params: types.DocumentSymbolParams) -> list[Json]:
    """The outline; a flat list for clients that cannot draw a tree."""
    snapshot, border = _asked(ls, params)
    found = symbols(snapshot)
    if ls.client.hierarchical_symbols:
        return [_symbol(item, border) for item in found]
    uri = params.text_document.uri
    flat = [(item, parent) for item, parent in _flat(found, "")]
    return [
        {
            "name": item.name,
            "kind": _SYMBOL_KINDS[item.kind],
            "location": {"uri": uri, "range": border.range(item.span)},
            "containerName": parent,
        }
        for item, parent in flat
    ]


def folding_range(ls: AloopServer, params: types.FoldingRangeParams) -> list[Json]:
    """Sections, entries and comments that fold."""
    snapshot, border = _asked(ls, params)
    return [
        {"startLine": border.position(start)["line"], "endLine": border.position(end)["line"], "kind": kind}
        for (start, end), kind in folds(snapshot)
    ]


def document_link(ls: AloopServer, params: types.DocumentLinkParams) -> list[Json]:
    """Text that opens a page."""
    snapshot, border = _asked(ls, params)
    return [
        {"range": border.range(link.span), "target": link.target, "tooltip": link.tooltip} for link in links(snapshot)
    ]


def semantic_tokens_full(ls: AloopServer, params: types.SemanticTokensParams) -> Json:
    """Ids, fields and secrets, coloured."""
    snapshot, border = _asked(ls, params)
    return {"data": _packed(semantic_tokens(snapshot), border)}


def semantic_tokens_range(ls: AloopServer, params: types.SemanticTokensRangeParams) -> Json:
    """The same for a part of the text."""
    snapshot, border = _asked(ls, params)
    return {"data": _packed(semantic_tokens(snapshot, border.span(params.range)), border)}


def go_to_definition(ls: AloopServer, params: types.DefinitionParams) -> Json | None:
    """From `default` to its model, from an alias to its anchor."""
    snapshot, border = _asked(ls, params)
    span = definition(snapshot, border.offset(params.position))
    return {"uri": params.text_document.uri, "range": border.range(span)} if span else None


def references(ls: AloopServer, params: types.ReferenceParams) -> list[Json]:
    """Every place that names the model."""
    snapshot, border = _asked(ls, params)
    return [
        {"uri": params.text_document.uri, "range": border.range(item.span)}
        for item in mentions(snapshot, border.offset(params.position))
        if params.context.include_declaration or not item.is_declaration
    ]


def document_highlight(ls: AloopServer, params: types.DocumentHighlightParams) -> list[Json]:
    """The same places, for marking: written where it is declared, else read."""
    snapshot, border = _asked(ls, params)
    found = mentions(snapshot, border.offset(params.position))
    return [{"range": border.range(item.span), "kind": 3 if item.is_declaration else 2} for item in found]


def prepare_rename(ls: AloopServer, params: types.PrepareRenameParams) -> Json | None:
    """What would be renamed; nothing inside a secret."""
    snapshot, border = _asked(ls, params)
    found = prepare(snapshot, border.offset(params.position))
    return {"range": border.range(found[0]), "placeholder": found[1]} if found else None


def rename_model(ls: AloopServer, params: types.RenameParams) -> Json:
    """Another id for a model, in its entry and in `default`."""
    snapshot, border = _asked(ls, params)
    edits = rename(snapshot, border.offset(params.position), params.new_name)
    return _workspace_edit(ls, params.text_document.uri, border.edits(edits))


def code_action(ls: AloopServer, params: types.CodeActionParams) -> list[Json]:
    """Fixes of diagnostics, and what can be done with an entry."""
    uri = params.text_document.uri
    found = ls.documents.diagnostics(uri)
    if found is None:
        return []
    snapshot, diagnostics = found
    border = Border(snapshot.document.lines, ls.client.encoding)
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    actions: list[Json] = []
    for action in code_actions(snapshot, diagnostics.items, border.span(params.range)):
        if wanted and not any(action.kind == kind or action.kind.startswith(f"{kind}.") for kind in wanted):
            continue
        result: Json = {"title": action.title, "kind": action.kind}
        if action.preferred:
            result["isPreferred"] = True
        if action.diagnostic:
            result["diagnostics"] = [border.diagnostic(action.diagnostic, uri, ls.client)]
        if action.edits:
            result["edit"] = _workspace_edit(ls, uri, border.edits(action.edits))
        if action.command:
            result["command"] = _command(action.title, action.command, action.arguments)
        actions.append(result)
    return actions


def _asked(ls: AloopServer, params: Any) -> tuple[Snapshot, Border]:
    """The snapshot a request is about; for a document that is not open, one of an empty text."""
    snapshot = ls.documents.snapshot(params.text_document.uri) or ls.documents.empty()
    return snapshot, Border(snapshot.document.lines, ls.client.encoding)


def _command(title: str, command: str | None, arguments: Mapping[str, object]) -> Json:
    return {"title": title, "command": command or "", "arguments": [dict(arguments)] if command else []}


def _workspace_edit(ls: AloopServer, uri: str, edits: list[Json]) -> Json:
    buffer = ls.dispatcher.buffers.get(uri)
    if buffer is None or not ls.client.versioned_edits:
        return {"changes": {uri: edits}}
    return {"documentChanges": [{"textDocument": {"uri": uri, "version": buffer.version}, "edits": edits}]}


def _symbol(item: Symbol, border: Border) -> Json:
    return {
        "name": item.name,
        "detail": item.detail,
        "kind": _SYMBOL_KINDS[item.kind],
        "range": border.range(item.span),
        "selectionRange": border.range(item.name_span),
        "children": [_symbol(child, border) for child in item.children],
    }


def _flat(items: tuple[Symbol, ...], parent: str) -> list[tuple[Symbol, str]]:
    return [pair for item in items for pair in ((item, parent), *_flat(item.children, item.name))]


def _packed(tokens: tuple[Token, ...], border: Border) -> list[int]:
    data: list[int] = []
    line = column = 0
    for token in tokens:
        start, end = border.position(token.start), border.position(token.end)
        below = start["line"] - line
        data += (below, start["character"] - (0 if below else column), end["character"] - start["character"])
        data += (TYPES.index(token.type), sum(1 << MODIFIERS.index(name) for name in token.modifiers))
        line, column = start["line"], start["character"]
    return data


_LEGEND = types.SemanticTokensLegend(token_types=list(TYPES), token_modifiers=list(MODIFIERS))

HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.TEXT_DOCUMENT_CODE_LENS, code_lens, None),
    (types.TEXT_DOCUMENT_INLAY_HINT, inlay_hint, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbol, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, folding_range, None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, document_link, None),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, semantic_tokens_full, _LEGEND),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, semantic_tokens_range, _LEGEND),
    (types.TEXT_DOCUMENT_DEFINITION, go_to_definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, document_highlight, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, None),
    (types.TEXT_DOCUMENT_RENAME, rename_model, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, code_action, types.CodeActionOptions(code_action_kinds=list(KINDS))),
)
"""Method, handler and registration options of each feature."""
