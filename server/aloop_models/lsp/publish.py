"""Notifications to the client: diagnostics, the state, and requests to refresh lenses and hints."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from lsprotocol import types

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError
from aloop_models.lsp import log
from aloop_models.lsp.capabilities import Capabilities
from aloop_models.lsp.convert import Json
from aloop_models.lsp.documents import Documents
from aloop_models.lsp.protocol import AloopProtocol
from aloop_models.lsp.worker import LARGE_TEXT, Encoded, Worker, encode
from aloop_models.workspace.locate import SkippedFile

_SLICE_SECONDS = 0.02
"""Seconds after which the other documents are checked later, so that a request that has arrived is answered first."""


class _State(NamedTuple):
    encoded: Encoded
    skipped: tuple[SkippedFile, ...]


class Publisher:
    """Collects changes and sends them in `publish`, which the session calls when no message waits.

    A version that the next message replaces is therefore never checked.
    """

    def __init__(
        self,
        protocol: AloopProtocol,
        runner: Runner,
        documents: Documents,
        worker: Worker,
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
        on_state: Callable[[], None],
        is_quiet: Callable[[], bool],
    ) -> None:
        """Make a publisher.

        It calls `on_state` after it has sent a new state. `is_quiet` returns whether no message waits; after those that
        wait, the session calls `publish_if_quiet`.
        """
        self.capabilities = Capabilities()
        self._protocol = protocol
        self._runner = runner
        self._documents = documents
        self._worker = worker
        self._start_task = start_task
        self._on_state = on_state
        self._is_quiet = is_quiet
        self._rest: asyncio.Handle | None = None
        """The call that publishes what a slice left."""
        self._pulls = False
        """Whether the client pulls diagnostics; then none are published."""
        self._changed: set[str] = set()
        self._is_state_changed = False
        self._state: bytes | None = None
        """The digest of the newest state that was sent."""
        self._is_reading_state = False
        """Whether a thread is reading the state."""
        self._checked: set[str] = set()
        """The documents that the thread is checking."""
        self._skipped: set[SkippedFile] = set()

    def text_changed(self, uri: str) -> None:
        """Mark the diagnostics of a document as outdated."""
        self._changed.add(uri)

    def text_closed(self, uri: str) -> None:
        """Clear the diagnostics of a closed document."""
        self._changed.discard(uri)
        if not self._pulls:
            self._publish(uri, None, [])

    def place_changed(self) -> None:
        """Ask a client that pulls diagnostics to pull again, because the place of a document on disk has changed."""
        if self._pulls and self.capabilities.pull_refresh:
            self._protocol.ask("workspace/diagnostic/refresh")

    def everything_changed(self) -> None:
        """Mark all diagnostics as outdated: the settings or the catalog have changed."""
        self._changed |= {buffer.uri for buffer in self._runner.workspace.buffers}
        self._refresh()

    def state_changed(self) -> None:
        """Mark the state as possibly changed."""
        self._is_state_changed = True

    def use_pull(self) -> None:
        """Stop publishing diagnostics and clear the published ones: the client pulls them."""
        if not self._pulls:
            self._pulls = True
            for buffer in self._runner.workspace.buffers:
                self._publish(buffer.uri, None, [])

    def publish_if_quiet(self) -> None:
        """Publish now, or after the messages that wait: they may be requests, or change the documents again."""
        if self._is_quiet():
            self.publish()

    def publish(self) -> None:
        """Send the outdated diagnostics, and the state if it has changed."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        end = time.perf_counter() + _SLICE_SECONDS
        for uri in [uri for uri in self._changed - self._checked if self._documents.is_placed(uri)]:
            self._changed.discard(uri)
            self._publish_text(uri)
            if time.perf_counter() > end:
                self._rest = asyncio.get_running_loop().call_soon(self.publish_if_quiet)
                break
        if self._is_state_changed and self._documents.are_placed():
            # Diagnostics are more urgent than the state, which takes longer in a large file.
            self._is_state_changed = False
            # While the thread is busy, each access to the disk waits for it.
            if self._worker.is_busy or self._is_state_large():
                self._is_state_changed = self._is_reading_state
                if not self._is_reading_state:
                    self._start_task(self._publish_state_later(), "sending the state")
            else:
                self._publish_state()

    def _publish_text(self, uri: str) -> None:
        """Send the diagnostics of a document; of a large one, when it has been checked in the thread."""
        if self._pulls:
            return
        if self._documents.is_large(uri):
            self._start_task(self._publish_large(uri), "checking a large document")
            return
        try:
            self._publish(uri, *self._documents.lsp_diagnostics(uri, self.capabilities))
        except Exception as error:  # noqa: BLE001
            log.report(error, "checking a document")

    async def _publish_large(self, uri: str) -> None:
        """Check a large document in the thread; if it has changed since, check the newest version."""
        self._checked.add(uri)
        try:
            version, items = await self._worker.run(lambda: self._documents.lsp_diagnostics(uri, self.capabilities))
        finally:
            self._checked.discard(uri)
        if not self._pulls and uri not in self._changed and version == self._documents.version(uri) is not None:
            self._publish(uri, version, items)
        if uri in self._changed:
            self.publish()

    def _is_state_large(self) -> bool:
        """Return whether reading the file of the workspace can take long."""
        with suppress(OSError):
            return self._runner.workspace.target().stat().st_size > LARGE_TEXT
        return False

    async def _publish_state_later(self) -> None:
        self._is_reading_state = True
        try:
            run = self._worker.run if await asyncio.to_thread(self._is_state_large) else asyncio.to_thread
            state = await run(self._read_state)
        finally:
            self._is_reading_state = False
        self._send_state(state)
        if self._is_state_changed:
            self.publish()

    def _publish(self, uri: str, version: int | None, diagnostics: list[Json]) -> None:
        params: Json = {"uri": uri, "diagnostics": diagnostics}
        if version is not None:
            params["version"] = version
        self._protocol.notify("textDocument/publishDiagnostics", params)

    def _publish_state(self) -> None:
        try:
            self._send_state(self._read_state())
        except Exception as error:  # noqa: BLE001
            log.report(error, "sending the state")

    def _read_state(self) -> _State | None:
        """Return the state; None if the file cannot be read."""
        try:
            state = self._runner.state()
        except FileError as problem:
            log.logger.warning("Cannot read the state of the models (%s)", problem.reason)
            return None
        views = cast("list[dict[str, str]]", state.get("skipped", []))
        skipped = (SkippedFile(Path(view["file"]), view["reason"], view["advice"]) for view in views)
        return _State(encode(state), tuple(skipped))

    def _send_state(self, state: _State | None) -> None:
        if state is None:
            return
        for item in state.skipped:
            if item not in self._skipped:
                self._skipped.add(item)
                message = {"type": types.MessageType.Warning.value, "message": str(item)}
                self._protocol.notify("window/showMessage", message)
        digest = hashlib.sha256(state.encoded).digest()
        if digest != self._state:
            is_first, self._state = self._state is None, digest
            self._protocol.send_encoded({"jsonrpc": "2.0", "method": "aloop/modelsChanged"}, "params", state.encoded)
            if not is_first:
                self._refresh()
            self._on_state()

    def _refresh(self) -> None:
        for is_supported, method in (
            (self.capabilities.lens_refresh, "workspace/codeLens/refresh"),
            (self.capabilities.hint_refresh, "workspace/inlayHint/refresh"),
            (self.capabilities.pull_refresh and self._pulls, "workspace/diagnostic/refresh"),
        ):
            if is_supported:
                self._protocol.ask(method)
