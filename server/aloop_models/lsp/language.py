"""The server with every handler, and those of what the client tells, of diagnostics and of hover."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from lsprotocol import types

from aloop_models.commands import COMMANDS
from aloop_models.features.hover import hover
from aloop_models.lsp import completion, outline, upkeep
from aloop_models.lsp.convert import Border, Json
from aloop_models.lsp.server import AloopServer
from aloop_models.settings import settings_from


def make_server() -> AloopServer:
    """A server with every feature registered."""
    server = AloopServer()
    for method, handler, options in (*_HANDLERS, *completion.HANDLERS, *outline.HANDLERS):
        server.feature(method, options)(handler)
    names = cast("Json", server.protocol.fm.commands)  # pyright: ignore[reportUnknownMemberType]
    for command in COMMANDS:
        # The protocol runs them itself; registering makes the capability name them.
        names[command.id] = None
    return server


def initialized(ls: AloopServer, _: types.InitializedParams) -> None:
    """The client is ready: watch the files, tell the state."""
    if ls.client.watches_files:
        watchers = [{"globPattern": "**/.aloop/models.yaml"}]
        options = {"watchers": watchers}
        registration = {"id": "models", "method": "workspace/didChangeWatchedFiles", "registerOptions": options}
        ls.protocol.ask("client/registerCapability", {"registrations": [registration]})
    ls.ready()


def saved(ls: AloopServer, params: types.DidSaveTextDocumentParams) -> None:
    """A document was saved."""
    ls.text_saved(params)


def watched_files_changed(ls: AloopServer, _: types.DidChangeWatchedFilesParams) -> None:
    """A models.yaml changed on the disk."""
    ls.files_changed()


def configuration_changed(ls: AloopServer, params: types.DidChangeConfigurationParams) -> None:
    """The settings changed."""
    given: object = params.settings
    if isinstance(given, dict):
        settings = cast("Json", given)
        ls.settings_changed(settings_from(settings.get("aloop", settings)))
    else:
        upkeep.ask_settings(ls)


def folders_changed(ls: AloopServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """The workspace has other folders."""
    ls.folders_changed(params)


async def diagnostic(ls: AloopServer, params: types.DocumentDiagnosticParams) -> Json:
    """Findings for a client that asks for them; from then on none are sent unasked."""
    ls.pulled()
    uri = params.text_document.uri
    if not ls.documents.is_placed(uri):
        await ls.documents.look(uri)
    _, items = ls.documents.lsp_diagnostics(uri, ls.client)
    result_id = hashlib.sha256(repr(items).encode()).hexdigest()[:16]
    if params.previous_result_id == result_id:
        return {"kind": "unchanged", "resultId": result_id}
    return {"kind": "full", "resultId": result_id, "items": items}


def show_hover(ls: AloopServer, params: types.HoverParams) -> Json | None:
    """What is known about the thing under the cursor."""
    snapshot = ls.documents.snapshot(params.text_document.uri)
    if snapshot is None:
        return None
    border = Border(snapshot.document.lines, ls.client.encoding)
    shown = hover(snapshot, border.offset(params.position))
    if shown is None:
        return None
    return {"contents": ls.client.markup(shown.markdown), "range": border.range(shown.span)}


_HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZED, initialized, None),
    (types.TEXT_DOCUMENT_DID_SAVE, saved, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watched_files_changed, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, configuration_changed, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, folders_changed, None),
    (types.TEXT_DOCUMENT_HOVER, show_hover, None),
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        diagnostic,
        types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False),
    ),
)
