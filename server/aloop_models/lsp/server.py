"""The language server: one connection of an editor, its message loop, and what it tells unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer

from aloop_models import __version__
from aloop_models.catalog import Catalog
from aloop_models.core.text import Edit
from aloop_models.dispatch.runner import Dispatcher
from aloop_models.errors import ClientError, FileError
from aloop_models.features.completion import Completion
from aloop_models.lsp import log, upkeep
from aloop_models.lsp.client import Client, client_of
from aloop_models.lsp.convert import Border, Json
from aloop_models.lsp.documents import Documents
from aloop_models.lsp.inbox import Inbox
from aloop_models.lsp.peers import Peers
from aloop_models.lsp.progress import with_progress
from aloop_models.lsp.protocol import AloopProtocol
from aloop_models.settings import Settings, settings_from
from aloop_models.workspace.buffers import path_of_uri
from aloop_models.workspace.catalog import known_catalog
from aloop_models.workspace.locate import Skipped
from aloop_models.workspace.today import today
from aloop_models.workspace.watch import FileWatch


class AloopServer(LanguageServer):
    """One connection of an editor."""

    protocol: AloopProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, *, today: Callable[[], date] = today) -> None:
        super().__init__("aloop-ls", __version__, protocol_cls=AloopProtocol)  # pyright: ignore[reportUnknownMemberType]
        self.client = Client()
        self.registers_commands = True
        self.pulls = False
        """Whether the client asks for diagnostics; then none are sent unasked."""
        self.dispatcher = Dispatcher((), catalog=known_catalog(), today=today, name="an editor", window=True)
        self.documents = Documents(self.dispatcher)
        self.exit_code: int | None = None
        self._unpublished: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: Json | None = None
        self._skipped: set[Skipped] = set()
        self.endpoint: str | None = None
        """Where running agents reach this server; None where they cannot."""
        self._neighbours = Peers(self.dispatcher, self._asked, self.others_changed)
        self.watch = FileWatch()
        """Looks at the files that the client does not watch."""
        self._is_state_new = False
        self.proposals: tuple[int, tuple[Completion, ...]] = (0, ())
        """The newest answer to a completion with its number, for what is asked about it later."""

    async def serve(self, inbox: Inbox) -> int:
        """Handle messages until the stream ends or `exit` comes; the exit code.

        Diagnostics are computed when no message waits, so a version that is overtaken costs nothing.
        """
        try:
            while self.exit_code is None:
                if inbox.is_empty():
                    self.tell()
                message = await inbox.next()
                if message is None:
                    if inbox.error:
                        log.logger.error("connection ended: %s", inbox.error)
                    return 1
                self.protocol.receive(message)
                # Handlers that are coroutines get their turn before the next message.
                await asyncio.sleep(0)
            return self.exit_code
        finally:
            self.watch.stop()
            await self._neighbours.leave()

    def end(self, code: int) -> None:
        """Stop serving this connection."""
        self.exit_code = code

    def greet(self, params: types.InitializeParams) -> None:
        """Take from `initialize` what the client can do and where it works."""
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        self.client = client_of(params, str(getattr(encoding, "value", encoding)))
        if params.client_info:
            self.dispatcher.name = params.client_info.name
        given: object = params.initialization_options
        if isinstance(given, dict):
            options = cast("Json", given)
            self.registers_commands = options.get("registerCommands") is not False
            self.client = replace(
                self.client,
                suggest_command=str(options.get("suggestCommand") or ""),
                key_command=str(options.get("keyCommand") or ""),
            )
            self.dispatcher.settings = settings_from(options.get("settings"))
        uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        folders = [path for uri in uris if (path := path_of_uri(uri))]
        if not folders and params.root_path:
            folders = [Path(params.root_path)]
        self.dispatcher.folders = tuple(folders)
        self.endpoint = self._neighbours.prepare()

    def text_opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened: look at its place on the disk, then find."""
        document = params.text_document
        self.documents.open(document.uri, document.version, document.text)
        self._look(document.uri, document.version)
        upkeep.watch_files(self)

    def text_changed(self, params: Json) -> None:
        """The editor changed a document; diagnostic waits until no message does."""
        uri = self.documents.change(params, self.client)
        if uri is not None:
            self._unpublished.add(uri)
            if self.documents.is_pending(uri):
                # A person may have taken back what a command put there, or put it there again.
                self.state_changed()

    def text_saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """The editor wrote a document."""
        buffer = self.documents.save(params.text_document.uri)
        if buffer is not None:
            self._look(buffer.uri)
        self.state_changed()

    def text_closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed: its diagnostics go."""
        uri = params.text_document.uri
        self.documents.close(uri)
        self._unpublished.discard(uri)
        if not self.pulls:
            self._publish(uri, None, [])
        upkeep.watch_files(self)
        self.state_changed()

    def settings_changed(self, settings: Settings) -> None:
        """A person changed the settings: everything is found again."""
        self.dispatcher.settings = settings
        self.find_again()

    def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Folders were added to the workspace or taken from it."""
        gone = {path_of_uri(folder.uri) for folder in params.event.removed}
        kept = (folder for folder in self.dispatcher.folders if folder not in gone)
        added = (path for folder in params.event.added if (path := path_of_uri(folder.uri)))
        self.dispatcher.folders = (*kept, *added)
        upkeep.watch_files(self)
        self.state_changed()

    def ready(self) -> None:
        """The client is ready: meet the agents, and begin with what goes on beside the messages."""
        self.later(self._neighbours.join(), "opening the endpoint")
        upkeep.begin(self)

    def pulled(self) -> None:
        """The client asks for diagnostics: from now on it is sent none, and those it was sent go."""
        if not self.pulls:
            self.pulls = True
            for buffer in self.dispatcher.buffers:
                self._publish(buffer.uri, None, [])

    def state_changed(self) -> None:
        """Tell the state at the next quiet moment."""
        self._is_state_new = True

    def tell(self) -> None:
        """Nothing waits: tell what the newest versions say, and the state if it changed."""
        for uri in [uri for uri in self._unpublished if self.documents.is_placed(uri)]:
            self._unpublished.discard(uri)
            if self.pulls:
                continue
            try:
                self._publish(uri, *self.documents.lsp_diagnostics(uri, self.client))
            except Exception as error:  # noqa: BLE001
                log.report(error, "finding")
        if self._is_state_new and all(self.documents.is_placed(buffer.uri) for buffer in self.dispatcher.buffers):
            # Nobody waits for the state as they wait for diagnostics, and in a large file it takes longer.
            self._is_state_new = False
            self._tell_state()

    async def execute_command(self, params: types.ExecuteCommandParams) -> Json:
        """Run one of our commands and tell everyone what changed."""
        arguments: Sequence[object] = params.arguments or ()
        argument = arguments[0] if arguments else None
        return await self._execute(params.command, argument)

    async def _execute(self, command_id: str, argument: object) -> Json:
        editor = self if self.client.versioned_edits else None
        work = self.dispatcher.execute(command_id, argument, editor)
        result = await (with_progress(self.protocol, "aloop models", work) if self.client.progress else work)
        self.state_changed()
        self.tell()
        return dict(result)

    async def _asked(self, command_id: str, argument: object, _: str) -> Json:
        """A running agent's command: the same as the editor's own."""
        return await self._execute(command_id, argument)

    def files_changed(self) -> None:
        """A models.yaml was made, changed or removed by somebody else."""
        for buffer in self.dispatcher.buffers:
            self._look(buffer.uri)
        self.others_changed()

    def others_changed(self) -> None:
        """Tell the state if an agent or a file around the editor has changed it."""
        self.state_changed()
        self.tell()

    async def apply_edit(self, uri: str, version: int, edits: Sequence[Edit], label: str) -> bool:
        """Ask the editor for the edits on exactly this version of the document; False where it refused."""
        buffer = self.dispatcher.buffers.get(uri)
        if buffer is None or buffer.version != version:
            return False
        border = Border(buffer.lines, self.client.encoding)
        change = {"textDocument": {"uri": buffer.uri, "version": version}, "edits": border.edits(edits)}
        request = {"label": label, "edit": {"documentChanges": [change]}}
        try:
            answer: object = await asyncio.wrap_future(self.protocol.ask("workspace/applyEdit", request))
        except ClientError:
            return False
        return isinstance(answer, dict) and cast("Json", answer).get("applied") is True

    def _look(self, uri: str, opened_at: int | None = None) -> None:
        async def look() -> None:
            is_new = await self.documents.look(uri, opened_at)
            self._unpublished.add(uri)
            self.tell()
            if is_new and self.pulls and self.client.pull_refresh:
                self.protocol.ask("workspace/diagnostic/refresh")

        self.later(look(), "looking at the disk")

    def later(self, work: Coroutine[Any, Any, None], doing: str) -> None:
        """Do something beside the messages; what goes wrong in it is logged."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001
                log.report(error, doing)

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _publish(self, uri: str, version: int | None, diagnostics: list[Json]) -> None:
        params: Json = {"uri": uri, "diagnostics": diagnostics}
        if version is not None:
            params["version"] = version
        self.protocol.notify("textDocument/publishDiagnostics", params)

    def catalog_changed(self, catalog: Catalog) -> None:
        """A newer catalog is there: everything is checked again, and the state names it."""
        self.dispatcher.catalog = catalog
        self.find_again()
        self.others_changed()

    def find_again(self) -> None:
        """Find everything again, for what diagnostics rest on has changed."""
        self._unpublished |= {buffer.uri for buffer in self.dispatcher.buffers}
        self._refresh_all()

    def _refresh_all(self) -> None:
        for is_wanted, method in (
            (self.client.lens_refresh, "workspace/codeLens/refresh"),
            (self.client.hint_refresh, "workspace/inlayHint/refresh"),
            (self.client.pull_refresh and self.pulls, "workspace/diagnostic/refresh"),
        ):
            if is_wanted:
                self.protocol.ask(method)

    def _tell_state(self) -> None:
        try:
            state = self.dispatcher.state()
        except FileError as problem:
            log.logger.warning("state not told: %s", problem.reason)
            return
        except Exception as error:  # noqa: BLE001
            log.report(error, "telling the state")
            return
        for item in set(self.dispatcher.find().skipped) - self._skipped:
            self._skipped.add(item)
            self.protocol.notify("window/showMessage", {"type": types.MessageType.Warning.value, "message": str(item)})
        if state != self._told:
            is_first, self._told = self._told is None, state
            self.protocol.notify("aloop/modelsChanged", state)
            if not is_first:
                self._refresh_all()
            self.later(self._neighbours.tell(), "telling the agents")
