"""One connection of an editor: its message loop, its documents, its settings, and the files and agents around it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer

from aloop_models import __version__
from aloop_models.core.text import Edit
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import ClientError
from aloop_models.features.completion import Completion
from aloop_models.features.model_search import warm
from aloop_models.lsp import log
from aloop_models.lsp.capabilities import Capabilities, read_capabilities
from aloop_models.lsp.convert import Json, PositionConverter, lsp_workspace_edit
from aloop_models.lsp.documents import Documents
from aloop_models.lsp.peers import Peers
from aloop_models.lsp.protocol import AloopProtocol
from aloop_models.lsp.publish import Publisher
from aloop_models.lsp.transport import Inbox
from aloop_models.settings import Settings, settings_from
from aloop_models.workspace.buffers import path_of_uri
from aloop_models.workspace.catalog import cache_files, find_catalog, known_catalog
from aloop_models.workspace.today import today
from aloop_models.workspace.watch import FileWatch
from aloop_models.workspace.workspace import Workspace


class EditorSession(LanguageServer):
    """One connection of an editor."""

    protocol: AloopProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, *, today: Callable[[], date] = today) -> None:
        super().__init__("aloop-ls", __version__, protocol_cls=AloopProtocol)  # pyright: ignore[reportUnknownMemberType]
        self.capabilities = Capabilities()
        self.runner = Runner(Workspace((), catalog=known_catalog(), today=today, window=True), "an editor")
        self.documents = Documents(self.runner.workspace)
        self._peers = Peers(self.runner, self._asked, self._others_changed)
        self.publisher = Publisher(
            self.protocol,
            self.runner,
            self.documents,
            lambda: self._later(self._peers.tell(), "telling the agents"),
        )
        self._exit_code: int | None = None
        self._registers_commands = True
        self._endpoint: str | None = None
        """Where running agents reach this server; None where they cannot."""
        self._watch = FileWatch()
        """Looks at the files that the client does not watch."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._completion: tuple[int, tuple[Completion, ...]] = (0, ())

    async def serve(self, inbox: Inbox) -> int:
        """Handle messages until the stream ends or `exit` comes; the exit code."""
        try:
            while self._exit_code is None:
                if inbox.is_empty():
                    self.publisher.publish()
                message = await inbox.next()
                if message is None:
                    if inbox.error:
                        log.logger.error("connection ended: %s", inbox.error)
                    return 1
                self.protocol.receive(message)
                # Handlers that are coroutines get their turn before the next message.
                await asyncio.sleep(0)
            return self._exit_code
        finally:
            self._watch.stop()
            await self._peers.leave()

    def greet(self, params: types.InitializeParams) -> None:
        """Take from `initialize` what the client can do and where it works."""
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        self.capabilities = read_capabilities(params, str(getattr(encoding, "value", encoding)))
        if params.client_info:
            self.runner.name = params.client_info.name
        given: object = params.initialization_options
        if isinstance(given, dict):
            options = cast("Json", given)
            self._registers_commands = options.get("registerCommands") is not False
            self.capabilities = replace(
                self.capabilities,
                suggest_command=str(options.get("suggestCommand") or ""),
                key_command=str(options.get("keyCommand") or ""),
            )
            self.runner.workspace.settings = settings_from(options.get("settings"))
        self.publisher.capabilities = self.capabilities
        uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        folders = [path for uri in uris if (path := path_of_uri(uri))]
        if not folders and params.root_path:
            folders = [Path(params.root_path)]
        self.runner.workspace.folders = tuple(folders)
        self._endpoint = self._peers.prepare()

    def extend(self, capabilities: types.ServerCapabilities) -> None:
        """Name the endpoint; a client that brings its own commands is not offered ours."""
        if self._endpoint is not None:
            # For the environment of the editor's terminals: agents started there find this server by it.
            capabilities.experimental = {"aloopEndpoint": self._endpoint}
        if not self._registers_commands:
            capabilities.execute_command_provider = None

    def begin(self) -> None:
        """The client is ready: meet the agents, ask for settings, watch files, look for a newer catalog."""
        self._later(self._peers.join(), "opening the endpoint")
        self.ask_settings()
        self._watch_files()
        self._later(self._begin_with_catalog(), "looking for a newer catalog")

    def end(self, code: int) -> None:
        """Stop serving this connection."""
        self._exit_code = code

    def text_opened(self, uri: str, version: int, text: str) -> None:
        """A document was opened: look at its place on the disk, then find."""
        self.documents.open(uri, version, text)
        self._look(uri, version)
        self._watch_files()

    def text_changed(self, params: Json) -> None:
        """The editor changed a document."""
        uri = self.documents.change(params, self.capabilities)
        if uri is not None:
            self.publisher.text_changed(uri)
            if self.documents.is_pending(uri):
                # A person may have taken back what a command put there, or put it there again.
                self.publisher.state_changed()

    def text_saved(self, uri: str) -> None:
        """The editor wrote a document."""
        buffer = self.documents.save(uri)
        if buffer is not None:
            self._look(buffer.uri)
        self.publisher.state_changed()

    def text_closed(self, uri: str) -> None:
        """A document was closed."""
        self.documents.close(uri)
        self.publisher.text_closed(uri)
        self._watch_files()
        self.publisher.state_changed()

    def files_changed(self) -> None:
        """A models.yaml was made, changed or removed by another program."""
        for buffer in self.runner.workspace.buffers:
            self._look(buffer.uri)
        self._others_changed()

    def folders_changed(self, removed: Sequence[str], added: Sequence[str]) -> None:
        """Folders were added to the workspace or removed from it."""
        gone = {path_of_uri(uri) for uri in removed}
        kept = (folder for folder in self.runner.workspace.folders if folder not in gone)
        self.runner.workspace.folders = (*kept, *(path for uri in added if (path := path_of_uri(uri))))
        self._watch_files()
        self.publisher.state_changed()
        self._order_folders()

    def _order_folders(self) -> None:
        """Ask for the order of the folders, which the change does not tell: the first that has a file counts."""

        async def ask() -> None:
            answer: object = await asyncio.wrap_future(self.protocol.ask("workspace/workspaceFolders"))
            folders = cast("list[Json]", answer) if isinstance(answer, list) else []
            places = {path_of_uri(str(folder.get("uri"))): place for place, folder in enumerate(folders)}
            known = self.runner.workspace.folders
            ordered = tuple(sorted(known, key=lambda folder: places.get(folder, len(places))))
            if ordered != known:
                self.runner.workspace.folders = ordered
                self._others_changed()

        if self.capabilities.workspace_folders:
            self._later(ask(), "asking for the folders")

    def settings_changed(self, settings: Settings) -> None:
        """The user changed the settings."""
        self.runner.workspace.settings = settings
        self.publisher.everything_changed()

    def ask_settings(self) -> None:
        """Ask a client that keeps settings for ours."""

        async def ask() -> None:
            params = {"items": [{"section": "aloop"}]}
            answer: object = await asyncio.wrap_future(self.protocol.ask("workspace/configuration", params))
            given = cast("list[object]", answer)[0] if isinstance(answer, list) and answer else None
            # Some clients answer null for a section that nobody has set.
            if given is not None and (settings := settings_from(given)) != self.runner.workspace.settings:
                self.settings_changed(settings)

        if self.capabilities.configuration:
            self._later(ask(), "asking for the settings")

    async def execute(self, command_id: str, argument: object) -> Json:
        """Run one of our commands and tell everyone what changed."""
        editor = self if self.capabilities.versioned_edits else None
        work = self.runner.execute(command_id, argument, editor)
        result = await (self.protocol.show_progress("aloop models", work) if self.capabilities.progress else work)
        self._others_changed()
        return dict(result)

    async def apply_edit(self, uri: str, version: int, edits: Sequence[Edit], label: str) -> bool:
        """Ask the editor for the edits on exactly this version of the document; False where it refused."""
        buffer = self.runner.workspace.buffers.get(uri)
        if buffer is None or buffer.version != version:
            return False
        converter = PositionConverter(buffer.lines, self.capabilities.encoding)
        edit = lsp_workspace_edit(edits, buffer.uri, version, converter, self.capabilities)
        try:
            request = self.protocol.ask("workspace/applyEdit", {"label": label, "edit": edit})
            answer: object = await asyncio.wrap_future(request)
        except ClientError:
            return False
        return isinstance(answer, dict) and cast("Json", answer).get("applied") is True

    def remember_completion(self, items: tuple[Completion, ...]) -> int:
        """Keep the newest answer to a completion, for what is asked about it later; its number."""
        self._completion = (self._completion[0] + 1, items)
        return self._completion[0]

    def find_completion(self, asked: object) -> Completion | None:
        """The item of the newest answer by number and place; None where a newer one has replaced its answer."""
        number, items = self._completion
        return next((item for place, item in enumerate(items) if asked == [number, place]), None)

    async def _asked(self, command_id: str, argument: object, _: str) -> Json:
        """A running agent's command: the same as the editor's own."""
        return await self.execute(command_id, argument)

    def _others_changed(self) -> None:
        self.publisher.state_changed()
        self.publisher.publish()

    def _tell_agents(self) -> None:
        self._later(self._peers.tell(), "telling the agents")

    def _look(self, uri: str, opened_at: int | None = None) -> None:
        async def look() -> None:
            is_new = await self.documents.look(uri, opened_at)
            self.publisher.text_changed(uri)
            self.publisher.publish()
            if is_new:
                self.publisher.place_changed()

        self._later(look(), "looking at the disk")

    def _watch_files(self) -> None:
        """Look at every file that concerns the workspace by now and that the client does not watch."""
        places = self.runner.workspace.places()
        if self.capabilities.watches_files:
            # It watches inside its workspace folders, and not what a link leads to from there.
            folders = [os.path.realpath(folder) for folder in self.runner.workspace.folders]
            places = tuple(path for path in places if not _is_inside(path, folders))
        loop = asyncio.get_running_loop()
        caches = cache_files()

        def renew() -> None:
            self._later(self._renew_catalog(), "reading the newer catalog")

        def changed(paths: Sequence[Path]) -> None:
            with suppress(RuntimeError):
                if any(path in caches for path in paths):
                    # An agent or a command line with a newer LiteLLM has cached its catalog.
                    loop.call_soon_threadsafe(renew)
                if any(path not in caches for path in paths):
                    loop.call_soon_threadsafe(self.files_changed)

        self._watch.start((*places, *caches), changed)

    async def _begin_with_catalog(self) -> None:
        """Use a newer litellm's catalog if one is installed, and prepare the first completion."""
        # The first second belongs to the first diagnostics.
        await asyncio.sleep(1)
        await self._renew_catalog()
        await asyncio.to_thread(warm, self.runner.workspace.catalog, self.runner.workspace.facts.today)

    async def _renew_catalog(self) -> None:
        found = await asyncio.to_thread(find_catalog)
        if found.refused is not None:
            version, reason = found.refused.version, found.refused.reason
            log.logger.warning("LiteLLM %s gives no valid catalog: %s", version, reason)
        if found.catalog.litellm_version != self.runner.workspace.catalog.litellm_version:
            self.runner.workspace.catalog = found.catalog
            self.publisher.everything_changed()
            self._others_changed()

    def _later(self, work: Coroutine[Any, Any, None], doing: str) -> None:
        """Do something besides the messages; what goes wrong in it is logged."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001
                log.report(error, doing)

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_inside(path: Path, folders: Sequence[str]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in folders)
