"""The handler of each LSP method: convert the request, call the feature of the same name, convert the result."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any, cast

from lsprotocol import types

from aloop_models.commands import COMMANDS
from aloop_models.core.formatter import format_edits, format_lines
from aloop_models.features.code_actions import KINDS
from aloop_models.features.code_actions import code_actions as find_code_actions
from aloop_models.features.code_lens import SWITCH, code_lenses
from aloop_models.features.completion import complete
from aloop_models.features.folding import folds
from aloop_models.features.hover import hover as find_hover
from aloop_models.features.inlay_hints import inlay_hints as find_inlay_hints
from aloop_models.features.links import links as find_links
from aloop_models.features.navigation import definition as find_definition
from aloop_models.features.navigation import mentions
from aloop_models.features.rename import prepare
from aloop_models.features.rename import rename as rename_edits
from aloop_models.features.semantic_tokens import MODIFIERS, TYPES
from aloop_models.features.semantic_tokens import semantic_tokens as find_tokens
from aloop_models.features.symbols import symbols as find_symbols
from aloop_models.lsp.convert import (
    Json,
    PositionConverter,
    lsp_code_action,
    lsp_command,
    lsp_completion,
    lsp_symbol_list,
    lsp_symbol_tree,
    lsp_tokens,
    lsp_workspace_edit,
)
from aloop_models.lsp.session import EditorSession
from aloop_models.lsp.worker import Encoded
from aloop_models.settings import settings_from
from aloop_models.snapshot import Snapshot


def make_session() -> EditorSession:
    """Make a session with every handler registered."""
    session = EditorSession()
    for method, handler, options in HANDLERS:
        session.feature(method, options)(_about_text(handler) if method in _ABOUT_TEXT else handler)
    names = cast("Json", session.protocol.fm.commands)  # pyright: ignore[reportUnknownMemberType]
    for command in COMMANDS:
        # `execute_command` runs them. pygls needs their IDs for the server's capabilities.
        names[command.id] = None
    return session


def initialized(ls: EditorSession, _: types.InitializedParams) -> None:
    """Start work when the client is ready; ask it to watch models.yaml."""
    if ls.capabilities.watches_files:
        watchers = [{"globPattern": "**/.aloop/models.yaml"}]
        options = {"watchers": watchers}
        registration = {"id": "models", "method": "workspace/didChangeWatchedFiles", "registerOptions": options}
        ls.protocol.ask("client/registerCapability", {"registrations": [registration]})
    ls.begin()


def exit_(ls: EditorSession, _: Any) -> None:
    """End the connection; the exit code is 0 only after `shutdown`."""
    ls.end(0 if ls.protocol.is_shut_down else 1)


def opened(ls: EditorSession, params: types.DidOpenTextDocumentParams) -> None:
    """Open a document."""
    document = params.text_document
    ls.text_opened(document.uri, document.version, document.text)


def saved(ls: EditorSession, params: types.DidSaveTextDocumentParams) -> None:
    """Handle that a document was saved."""
    ls.text_saved(params.text_document.uri)


def closed(ls: EditorSession, params: types.DidCloseTextDocumentParams) -> None:
    """Close a document."""
    ls.text_closed(params.text_document.uri)


def files_changed(ls: EditorSession, _: types.DidChangeWatchedFilesParams) -> None:
    """Handle that a models.yaml changed on disk."""
    ls.files_changed()


def settings_changed(ls: EditorSession, params: types.DidChangeConfigurationParams) -> None:
    """Use the changed settings; ask for them if the client does not send them."""
    given: object = params.settings
    if isinstance(given, dict):
        settings = cast("Json", given)
        ls.settings_changed(settings_from(settings.get("aloop", settings)))
    else:
        ls.ask_settings()


def folders_changed(ls: EditorSession, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Add folders to the workspace and remove others."""
    ls.folders_changed([each.uri for each in params.event.removed], [each.uri for each in params.event.added])


async def execute_command(ls: EditorSession, params: types.ExecuteCommandParams) -> Json | Encoded:
    """Run a command of the server."""
    arguments: list[object] = list(params.arguments or ())
    return await ls.encode(await ls.execute(params.command, arguments[0] if arguments else None))


async def diagnostics(ls: EditorSession, params: types.DocumentDiagnosticParams) -> Json:
    """Return diagnostics to a client that pulls them; from then on none are published."""
    ls.publisher.use_pull()
    uri = params.text_document.uri
    if not ls.documents.is_placed(uri):
        await ls.documents.read_place(uri)
    if ls.documents.is_large(uri):
        _, items = await ls.about_large_text(uri, lambda: ls.documents.lsp_diagnostics(uri, ls.capabilities))
    else:
        _, items = ls.documents.lsp_diagnostics(uri, ls.capabilities)
    result_id = hashlib.sha256(repr(items).encode()).hexdigest()[:16]
    if params.previous_result_id == result_id:
        return {"kind": "unchanged", "resultId": result_id}
    return {"kind": "full", "resultId": result_id, "items": items}


def completion(ls: EditorSession, params: types.CompletionParams) -> Json:
    """Return providers, models, fields or values, without documentation (see `completion_resolve`)."""
    if not ls.documents.is_open(params.text_document.uri):
        return {"isIncomplete": False, "items": []}
    snapshot, converter = _text(ls, params)
    offset = converter.offset(params.position)
    can = ls.capabilities
    found = complete(snapshot, offset, snippets=can.snippets, asks_for_key=bool(can.key_command))
    number = ls.remember_completion(found.items)
    items = [
        lsp_completion(item, found.indent, converter, can) | {"data": [number, place]}
        for place, item in enumerate(found.items)
    ]
    return {"isIncomplete": found.incomplete, "items": items}


def completion_resolve(ls: EditorSession, item: types.CompletionItem) -> types.CompletionItem:
    """Return the item with its documentation; unchanged if it is from an older completion."""
    known = ls.find_completion(item.data)
    if known is not None and (text := known.documentation):
        markup = ls.capabilities.markup(text)
        item.documentation = types.MarkupContent(types.MarkupKind(markup["kind"]), markup["value"])
    return item


def hover(ls: EditorSession, params: types.HoverParams) -> Json | None:
    """Describe the model, field or problem under the cursor."""
    snapshot, converter = _text(ls, params)
    found = find_hover(snapshot, converter.offset(params.position))
    if found is None:
        return None
    return {"contents": ls.capabilities.markup(found.markdown), "range": converter.range(found.span)}


def code_actions(ls: EditorSession, params: types.CodeActionParams) -> list[Json]:
    """Return the fixes of diagnostics, and the actions for an entry."""
    uri = params.text_document.uri
    found = ls.documents.diagnostics(uri)
    if found is None:
        return []
    snapshot, diagnostics = found
    can = ls.capabilities
    converter, version = PositionConverter(snapshot.document.lines, can.encoding), _version(ls, uri)
    kinds = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    disable = can.disable
    if disable and not ls.runner.workspace.folders:
        # A window without a folder has no workspace settings.
        disable = disable._replace(targets=tuple(name for name in disable.targets if name != "workspace"))
    span = converter.span(params.range)
    found_actions = find_code_actions(snapshot, diagnostics.items, span, can_ask=can.asks, disable=disable)
    return [
        lsp_code_action(action, uri, version, converter, can)
        for action in found_actions
        if not kinds or any(action.kind == kind or action.kind.startswith(f"{kind}.") for kind in kinds)
    ]


def code_lens(ls: EditorSession, params: types.CodeLensParams) -> list[Json]:
    """Return the lenses above each entry."""
    snapshot, converter = _text(ls, params)
    result: list[Json] = []
    for lens in code_lenses(snapshot, ls.capabilities.lenses):
        # A switch applies to the file in use; other commands to the file with the lens.
        place = {} if lens.command == SWITCH else {"uri": params.text_document.uri}
        command = lsp_command(lens.title, lens.command, {**place, **lens.arguments})
        result.append({"range": converter.range(lens.span), "command": command})
    return result


def inlay_hints(ls: EditorSession, params: types.InlayHintParams) -> list[Json]:
    """Return the context window and price after each model ID."""
    snapshot, converter = _text(ls, params)
    return [
        {
            "position": converter.position(hint.offset),
            "label": hint.text,
            "tooltip": hint.tooltip,
            "paddingLeft": True,
            "paddingRight": True,
        }
        for hint in find_inlay_hints(snapshot, converter.span(params.range))
    ]


def symbols(ls: EditorSession, params: types.DocumentSymbolParams) -> list[Json]:
    """Return the outline; a flat list if the client does not support a tree."""
    snapshot, converter = _text(ls, params)
    found = find_symbols(snapshot)
    if ls.capabilities.hierarchical_symbols:
        return lsp_symbol_tree(found, converter)
    return lsp_symbol_list(found, params.text_document.uri, converter)


def folding(ls: EditorSession, params: types.FoldingRangeParams) -> list[Json]:
    """Return the sections, entries and comments that can be folded."""
    snapshot, converter = _text(ls, params)
    return [
        {"startLine": converter.position(start)["line"], "endLine": converter.position(end)["line"], "kind": kind}
        for (start, end), kind in folds(snapshot)
    ]


def links(ls: EditorSession, params: types.DocumentLinkParams) -> list[Json]:
    """Return the links to pages."""
    snapshot, converter = _text(ls, params)
    return [
        {"range": converter.range(link.span), "target": link.target, "tooltip": link.tooltip}
        for link in find_links(snapshot)
    ]


def semantic_tokens(ls: EditorSession, params: types.SemanticTokensParams) -> Json:
    """Return the tokens of IDs, fields and secrets."""
    snapshot, converter = _text(ls, params)
    return {"data": lsp_tokens(find_tokens(snapshot), converter)}


def semantic_tokens_range(ls: EditorSession, params: types.SemanticTokensRangeParams) -> Json:
    """Return the tokens in a range."""
    snapshot, converter = _text(ls, params)
    return {"data": lsp_tokens(find_tokens(snapshot, converter.span(params.range)), converter)}


def definition(ls: EditorSession, params: types.DefinitionParams) -> Json | None:
    """Go from `default` to its model, or from an alias to its anchor."""
    snapshot, converter = _text(ls, params)
    span = find_definition(snapshot, converter.offset(params.position))
    return {"uri": params.text_document.uri, "range": converter.range(span)} if span else None


def references(ls: EditorSession, params: types.ReferenceParams) -> list[Json]:
    """Return every place that names the model."""
    snapshot, converter = _text(ls, params)
    return [
        {"uri": params.text_document.uri, "range": converter.range(item.span)}
        for item in mentions(snapshot, converter.offset(params.position))
        if params.context.include_declaration or not item.is_declaration
    ]


def highlights(ls: EditorSession, params: types.DocumentHighlightParams) -> list[Json]:
    """Return the same places as highlights: a write where the model is declared, else a read."""
    snapshot, converter = _text(ls, params)
    found = mentions(snapshot, converter.offset(params.position))
    return [{"range": converter.range(item.span), "kind": 3 if item.is_declaration else 2} for item in found]


def prepare_rename(ls: EditorSession, params: types.PrepareRenameParams) -> Json | None:
    """Return what a rename here would change; None inside a secret."""
    snapshot, converter = _text(ls, params)
    found = prepare(snapshot, converter.offset(params.position))
    return {"range": converter.range(found[0]), "placeholder": found[1]} if found else None


def rename(ls: EditorSession, params: types.RenameParams) -> Json:
    """Rename a model in its entry and in `default`."""
    snapshot, converter = _text(ls, params)
    uri = params.text_document.uri
    edits = rename_edits(snapshot, converter.offset(params.position), params.new_name)
    return lsp_workspace_edit(edits, uri, _version(ls, uri), converter, ls.capabilities)


def formatting(ls: EditorSession, params: types.DocumentFormattingParams) -> list[Json]:
    """Return the edits that format the document; none if it cannot be read."""
    snapshot, converter = _text(ls, params)
    return converter.edits(format_edits(snapshot.document))


def range_formatting(ls: EditorSession, params: types.DocumentRangeFormattingParams) -> list[Json]:
    """Return the edits that format the lines of a range."""
    snapshot, converter = _text(ls, params)
    return converter.edits(format_lines(snapshot.document, converter.span(params.range)))


def _about_text(handler: Callable[[EditorSession, Any], object]) -> Callable[[EditorSession, Any], object]:
    """Return a handler that does not delay other requests if the document is large."""

    @functools.wraps(handler)
    def answer(ls: EditorSession, params: Any) -> object:
        return ls.about_text(params.text_document.uri, lambda: handler(ls, params))

    return answer


def _text(ls: EditorSession, params: Any) -> tuple[Snapshot, PositionConverter]:
    """Return the snapshot of the request's document; one of an empty text if it is not open."""
    snapshot = ls.documents.snapshot(params.text_document.uri) or ls.documents.empty()
    return snapshot, PositionConverter(snapshot.document.lines, ls.capabilities.encoding)


def _version(ls: EditorSession, uri: str) -> int | None:
    buffer = ls.runner.workspace.buffers.get(uri)
    return buffer.version if buffer else None


_NOT_ABOUT_TEXT = ("textDocument/did", types.TEXT_DOCUMENT_DIAGNOSTIC)

_COMPLETION = types.CompletionOptions(trigger_characters=["/", ":", '"', "'", "["], resolve_provider=True)
_DIAGNOSTICS = types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False)
_ACTIONS = types.CodeActionOptions(code_action_kinds=list(KINDS))
_LEGEND = types.SemanticTokensLegend(token_types=list(TYPES), token_modifiers=list(MODIFIERS))

HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZED, initialized, None),
    (types.EXIT, exit_, None),
    (types.TEXT_DOCUMENT_DID_OPEN, opened, None),
    (types.TEXT_DOCUMENT_DID_SAVE, saved, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, closed, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files_changed, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, settings_changed, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, folders_changed, None),
    (types.WORKSPACE_EXECUTE_COMMAND, execute_command, None),
    (types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostics, _DIAGNOSTICS),
    (types.TEXT_DOCUMENT_COMPLETION, completion, _COMPLETION),
    (types.COMPLETION_ITEM_RESOLVE, completion_resolve, None),
    (types.TEXT_DOCUMENT_HOVER, hover, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, code_actions, _ACTIONS),
    (types.TEXT_DOCUMENT_CODE_LENS, code_lens, None),
    (types.TEXT_DOCUMENT_INLAY_HINT, inlay_hints, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, folding, None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, links, None),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, semantic_tokens, _LEGEND),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, semantic_tokens_range, _LEGEND),
    (types.TEXT_DOCUMENT_DEFINITION, definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlights, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, None),
    (types.TEXT_DOCUMENT_RENAME, rename, None),
    (types.TEXT_DOCUMENT_FORMATTING, formatting, None),
    (types.TEXT_DOCUMENT_RANGE_FORMATTING, range_formatting, None),
)
"""Method, handler and registration options."""

_ABOUT_TEXT = frozenset(
    method for method, _, _ in HANDLERS if method.startswith("textDocument/") and not method.startswith(_NOT_ABOUT_TEXT)
)
"""The requests whose result is computed from the text of one document."""
