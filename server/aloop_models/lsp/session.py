"""The session of one editor: message loop, documents, settings, watched files and running agents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer

from aloop_models import __version__
from aloop_models.commands import BY_ID, ProtectFile
from aloop_models.core.text import Edit
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import ClientError, ContentModifiedError, InvalidArgumentsError
from aloop_models.features.completion import Completion
from aloop_models.features.model_search import warm
from aloop_models.lsp import log
from aloop_models.lsp.capabilities import Capabilities, disable_command, lens_client, read_capabilities
from aloop_models.lsp.convert import Json, PositionConverter, lsp_workspace_edit
from aloop_models.lsp.documents import Documents
from aloop_models.lsp.lifetime import Lifetime
from aloop_models.lsp.peers import Peers
from aloop_models.lsp.places import PlaceReader
from aloop_models.lsp.protocol import AloopProtocol, make_converter
from aloop_models.lsp.publish import Publisher
from aloop_models.lsp.transport import Inbox, Outbox
from aloop_models.lsp.worker import Encoded, Worker, encode
from aloop_models.settings import Settings, settings_from
from aloop_models.workspace.buffers import Buffer, path_of_uri, possible_path
from aloop_models.workspace.catalog import cache_files, find_catalog, known_catalog
from aloop_models.workspace.locate import CONFIG_PATH
from aloop_models.workspace.paths import real_path
from aloop_models.workspace.today import today
from aloop_models.workspace.watch import FileWatch
from aloop_models.workspace.workspace import Workspace

Result = TypeVar("Result")

_MANY = 1_000
"""Items in the result of a command."""

_QUIET_SECONDS = 0.2
"""Seconds without an opened or closed document after which the list of watched files is renewed."""

_COLLECT_SECONDS = 0.1
"""Seconds in which changed files are collected before they are read."""


class EditorSession(LanguageServer):
    """The session of one editor."""

    protocol: AloopProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, *, today: Callable[[], date] = today) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "aloop-ls", __version__, protocol_cls=AloopProtocol, converter_factory=make_converter
        )
        self.capabilities = Capabilities()
        self.runner = Runner(Workspace((), catalog=known_catalog(), today=today, window=True), "an editor")
        self.documents = Documents(self.runner.workspace)
        self._peers = Peers(
            self.runner, self._execute_for_agent, self._publish_state, self._is_quiet, self.documents.is_placed
        )
        self._worker = Worker()
        self._inbox: Inbox | None = None
        self._output: Outbox | None = None
        self.publisher = Publisher(
            self.protocol,
            self.runner,
            self.documents,
            self._worker,
            self._start_task,
            lambda: self._start_task(self._peers.send_state(), "sending the state to the agents"),
            self._is_quiet,
        )
        self.lifetime = Lifetime()
        self.lifetime.unregister = self._peers.unregister
        self._exit_code: int | None = None
        self._registers_commands = True
        self._endpoint: str | None = None
        """The path at which agents connect to this server; None if they cannot."""
        self._watch = FileWatch()
        """Watches the files that the client does not watch."""
        self._watch_timer: asyncio.TimerHandle | None = None
        self._files_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = PlaceReader(self._read_place, self._start_task, self._is_quiet)
        self._is_place_changed = False
        """Whether a place has changed since the client was asked to pull diagnostics again."""
        self._restored: set[str] = set()
        """Documents whose place is read because the text is again that of the file; they are published already."""
        self._completion: tuple[int, tuple[Completion, ...]] = (0, ())

    async def serve(self, inbox: Inbox, output: Outbox) -> int:
        """Handle messages until `exit` or the end of the stream; return the exit code."""
        self._inbox, self._output = inbox, output
        self.protocol.set_writer(output)
        asyncio.get_running_loop().set_exception_handler(log.report_callback)
        try:
            while self._exit_code is None:
                await output.wait_for_room()
                await self._worker.wait_for_room()
                self.publisher.publish_if_quiet()
                self._places.start()
                message = await inbox.next()
                if message is None:
                    if inbox.error:
                        log.logger.error("The connection ended: %s", inbox.error)
                    return 1
                self.protocol.receive(message)
                self._peers.documents_changed()
                # Let asynchronous handlers start before the next message.
                await asyncio.sleep(0)
            return self._exit_code
        finally:
            for timer in (self._watch_timer, self._files_timer):
                if timer is not None:
                    timer.cancel()
            self._watch.stop()
            for task in self._tasks:
                task.cancel()
            await self._peers.leave()

    def handle_initialize(self, params: types.InitializeParams) -> None:
        """Store the client's capabilities, options and workspace folders."""
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
                asks=options.get("asksQuestions") is True,
                rule_command=str(options.get("ruleCommand") or ""),
                disable=disable_command(options),
                lenses=lens_client(options),
            )
            self.runner.workspace.settings = settings_from(options.get("settings"))
        self.publisher.capabilities = self.capabilities
        if params.process_id is not None:
            self.lifetime.watch_parent(params.process_id)
        uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        folders = [path for uri in uris if (path := path_of_uri(uri))]
        if not folders and params.root_path and (folder := possible_path(params.root_path)):
            folders = [folder]
        self.runner.workspace.folders = tuple(folders)
        self._endpoint = self._peers.prepare()

    def adjust_capabilities(self, capabilities: types.ServerCapabilities) -> None:
        """Add the endpoint; remove the commands if the client registers its own."""
        if self._endpoint is not None:
            # The client puts it into $ALOOP_EDITOR, so that agents in its terminals connect to this server.
            capabilities.experimental = {"aloopEndpoint": self._endpoint}
        if not self._registers_commands:
            capabilities.execute_command_provider = None

    def begin(self) -> None:
        """Start work when the client is ready: connect to agents, ask for settings, watch files, update the catalog."""
        self._start_task(self._peers.join(), "opening the endpoint")
        self.ask_settings()
        self._watch_files()
        self._start_task(self._load_catalog(), "loading a newer catalog")

    def end(self, code: int) -> None:
        """End the session after the current message."""
        self._exit_code = code

    def text_opened(self, uri: str, version: int, text: str) -> None:
        """Open a document; read its place on disk, then publish its diagnostics."""
        buffer = self.documents.open(uri, version, text)
        # Without a file in a workspace folder, the state is that of an open document.
        self.publisher.state_changed()
        self._places.read([uri])
        # The file can change before all files are watched anew.
        if buffer.path and not _is_watched(buffer.path, self._folders_of_client()):
            self._watch.add(buffer.path)
        self._watch_files_soon()

    def text_changed(self, params: object) -> None:
        """Apply a change of the editor to a document."""
        try:
            uri = self.documents.change(params, self.capabilities)
        except InvalidArgumentsError as refusal:
            log.logger.warning("%s", refusal)
            return
        if uri is not None:
            self.publisher.text_changed(uri)
            if self.documents.is_restored(uri):
                # The file may have changed since.
                self._restored.add(uri)
                self._places.read([uri])
            if self.documents.is_pending(uri):
                # The user may have undone or redone the change of a command.
                self.publisher.state_changed()

    def text_saved(self, uri: str) -> None:
        """Mark a document as saved."""
        buffer = self.documents.save(uri)
        if buffer is not None:
            self._restored.discard(buffer.uri)
            self._places.read([buffer.uri])
        self.publisher.state_changed()

    def text_closed(self, uri: str) -> None:
        """Close a document."""
        self._worker.free([self.documents.close(uri)])
        self.publisher.text_closed(uri)
        self._watch_files_soon()
        self.publisher.state_changed()

    def files_changed(self) -> None:
        """Handle that another program created, changed or removed files, once for all that change together.

        Any of them can change the place of every document: a repository, a `.gitignore`, the target of a link.
        """
        if self._files_timer is None:
            self._files_timer = asyncio.get_running_loop().call_later(_COLLECT_SECONDS, self._read_files)

    def folders_changed(self, removed: Sequence[str], added: Sequence[str]) -> None:
        """Add folders to the workspace and remove others."""
        excluded = {path_of_uri(uri) for uri in removed}
        kept = (folder for folder in self.runner.workspace.folders if folder not in excluded)
        self.runner.workspace.folders = (*kept, *(path for uri in added if (path := path_of_uri(uri))))
        self._watch_files()
        self.publisher.state_changed()
        self._order_folders()

    def _order_folders(self) -> None:
        """Ask the client for the order of the folders; the first one that has a models.yaml is used."""

        async def ask() -> None:
            answer: object = await asyncio.wrap_future(self.protocol.ask("workspace/workspaceFolders"))
            folders = cast("list[Json]", answer) if isinstance(answer, list) else []
            places = {path_of_uri(str(folder.get("uri"))): place for place, folder in enumerate(folders)}
            known = self.runner.workspace.folders
            ordered = tuple(sorted(known, key=lambda folder: places.get(folder, len(places))))
            if ordered != known:
                self.runner.workspace.folders = ordered
                self._publish_state()

        if self.capabilities.workspace_folders:
            self._start_task(ask(), "asking for the workspace folders")

    def settings_changed(self, settings: Settings) -> None:
        """Use changed settings."""
        before, self.runner.workspace.settings = self.runner.workspace.settings, settings
        self.publisher.everything_changed()
        if settings.files != before.files:
            self.files_changed()

    def ask_settings(self) -> None:
        """Ask the client for the settings, if it supports that."""

        async def ask() -> None:
            params = {"items": [{"section": "aloop"}]}
            answer: object = await asyncio.wrap_future(self.protocol.ask("workspace/configuration", params))
            given = cast("list[object]", answer)[0] if isinstance(answer, list) and answer else None
            # Some clients answer null if no setting of the section is set.
            if given is not None and (settings := settings_from(given)) != self.runner.workspace.settings:
                self.settings_changed(settings)
                self.publisher.publish()

        if self.capabilities.configuration:
            self._start_task(ask(), "asking for the settings")

    def about_text(self, uri: str, work: Callable[[], object]) -> object:
        """Return the result of a request about a document; for a large document, a future of it.

        Raises:
            ContentModifiedError: as the exception of the future, if the document has changed in the meantime.
        """
        if not self.documents.is_large(uri):
            return work()
        return self.about_large_text(uri, lambda: encode(work()))

    def about_large_text(self, uri: str, work: Callable[[], Result]) -> Awaitable[Result]:
        """Start work on the present text of a large document in a thread, and return its result.

        Raises:
            ContentModifiedError: the document has changed in the meantime.
        """
        version = self.documents.version(uri)

        def require_version() -> None:
            if self.documents.version(uri) != version:
                raise ContentModifiedError

        def work_in_thread() -> Result:
            if self._output is not None:
                self._output.block_for_room()
            require_version()
            return work()

        async def result() -> Result:
            found = await self._worker.run(work_in_thread)
            require_version()
            return found

        return asyncio.ensure_future(result())

    async def encode(self, result: Json) -> Json | Encoded:
        """Return the result of a command; a large one is encoded in a thread."""
        is_large = any(isinstance(item, list) and len(cast("list[object]", item)) > _MANY for item in result.values())
        return await asyncio.to_thread(encode, result) if is_large else result

    async def execute(self, command_id: str, argument: object, *, is_forwarded: bool = False) -> Json:
        """Run a command of the server and publish the new state."""
        editor = self if self.capabilities.versioned_edits else None
        work = self.runner.execute(command_id, argument, editor, is_forwarded=is_forwarded)
        result = await (self.protocol.show_progress("aloop models", work) if self.capabilities.progress else work)
        if BY_ID[command_id].effect is ProtectFile:
            # The client does not watch `.gitignore` and permissions.
            self.files_changed()
        self._publish_state()
        return dict(result)

    async def apply_edit(self, buffer: Buffer, version: int, edits: Sequence[Edit], label: str) -> bool:
        """Ask the editor to apply edits to exactly this version of an open document; return whether it did."""
        if not buffer.is_open or buffer.version != version:
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
        """Keep the items of the newest completion for `completionItem/resolve`; return the number of the completion."""
        self._completion = (self._completion[0] + 1, items)
        return self._completion[0]

    def find_completion(self, data: object) -> Completion | None:
        """Return the item with this number and place; None if it is from an older completion."""
        number, items = self._completion
        return next((item for place, item in enumerate(items) if data == [number, place]), None)

    async def _execute_for_agent(self, command_id: str, argument: object, _: str) -> Json:
        """Run a command for a running agent, as for the editor."""
        return await self.execute(command_id, argument, is_forwarded=True)

    def _is_quiet(self) -> bool:
        """Return whether no message waits."""
        return self._inbox is None or self._inbox.is_empty()

    def _publish_state(self) -> None:
        self.publisher.state_changed()
        self.publisher.publish()

    async def _read_place(self, uri: str) -> None:
        is_changed = await self.documents.read_place(uri)
        self._is_place_changed |= is_changed
        is_known = uri in self._restored and not is_changed
        self._restored.discard(uri)
        self._peers.documents_changed()
        if self.documents.is_open(uri) and not is_known:
            self.publisher.text_changed(uri)
        self.publisher.publish_if_quiet()
        if self._is_place_changed and not self._places.is_waiting:
            # The client pulls the diagnostics of all documents.
            self._is_place_changed = False
            self.publisher.place_changed()

    def _read_files(self) -> None:
        self._files_timer = None
        self._start_task(self._peers.files_changed(), "registering the files")
        self._places.read_later([buffer.uri for buffer in self.runner.workspace.buffers])
        self._publish_state()

    def _watch_files_soon(self) -> None:
        """Watch the files of the workspace anew in a quiet moment, once for all documents that are opened together."""
        if self._watch_timer is not None:
            self._watch_timer.cancel()
        self._watch_timer = asyncio.get_running_loop().call_later(_QUIET_SECONDS, self._watch_files)

    def _watch_files(self) -> None:
        """Watch every file that the workspace uses and the client does not watch."""
        if self._watch_timer is not None:
            self._watch_timer.cancel()
            self._watch_timer = None
        folders = self._folders_of_client()
        places = [path for path in self.runner.workspace.places() if not _is_watched(path, folders)]
        loop = asyncio.get_running_loop()
        caches = cache_files()

        def renew() -> None:
            self._start_task(self._renew_catalog(), "loading a newer catalog")

        def changed(paths: Sequence[Path]) -> None:
            with suppress(RuntimeError):
                if any(path in caches for path in paths):
                    # Another program with a newer LiteLLM has cached its catalog.
                    loop.call_soon_threadsafe(renew)
                if any(path not in caches for path in paths):
                    loop.call_soon_threadsafe(self.files_changed)

        self._watch.start((*places, *caches), changed)

    def _folders_of_client(self) -> list[str]:
        """Return the folders that the client watches, without the targets of symbolic links in them."""
        folders = self.runner.workspace.folders if self.capabilities.watches_files else ()
        return [str(real_path(folder)) for folder in folders]

    async def _load_catalog(self) -> None:
        """Use the catalog of a newer LiteLLM if one is installed, and prepare the first completion."""
        # Wait, so that the first diagnostics are not delayed.
        await asyncio.sleep(1)
        await self._renew_catalog()
        await asyncio.to_thread(warm, self.runner.workspace.catalog, self.runner.workspace.facts.today)

    async def _renew_catalog(self) -> None:
        found = await asyncio.to_thread(find_catalog)
        if found.refused is not None:
            version, reason = found.refused.version, found.refused.reason
            log.logger.warning("Cannot use the catalog of LiteLLM %s: %s", version, reason)
        if found.catalog.litellm_version != self.runner.workspace.catalog.litellm_version:
            self.runner.workspace.catalog = found.catalog
            self.publisher.everything_changed()
            self._publish_state()

    def _start_task(self, work: Coroutine[Any, Any, None], doing: str) -> None:
        """Run work in the background; log its errors."""

        async def guarded() -> None:
            try:
                await work
            except ClientError:
                log.logger.warning("The client answered with an error (%s)", doing)
            except Exception as error:  # noqa: BLE001
                log.report(error, doing)

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its start does not await it.
        task.add_done_callback(lambda _: work.close())


def _is_watched(path: Path, folders: Sequence[str]) -> bool:
    """Return whether the client, which watches each `.aloop/models.yaml` in its folders, watches the file."""
    if path.parts[-2:] != CONFIG_PATH.parts:
        return False
    real = real_path(path) if folders else path
    return any(real.is_relative_to(folder) for folder in folders)
