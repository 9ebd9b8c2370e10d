"""Notifications to the client: diagnostics, the state, and requests to refresh lenses and hints."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError
from aloop_models.lsp import log
from aloop_models.lsp.capabilities import Capabilities
from aloop_models.lsp.convert import Json
from aloop_models.lsp.documents import Documents
from aloop_models.lsp.protocol import AloopProtocol
from aloop_models.workspace.locate import SkippedFile


class Publisher:
    """Collects changes and sends them in `publish`, which the session calls when no message waits.

    A version that the next message replaces is therefore never checked.
    """

    def __init__(
        self, protocol: AloopProtocol, runner: Runner, documents: Documents, on_state: Callable[[], None]
    ) -> None:
        """Make a publisher; it calls `on_state` after it has sent a new state."""
        self.capabilities = Capabilities()
        self._protocol = protocol
        self._runner = runner
        self._documents = documents
        self._on_state = on_state
        self._pulls = False
        """Whether the client pulls diagnostics; then none are published."""
        self._changed: set[str] = set()
        self._is_state_changed = False
        self._state: Json | None = None
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

    def publish(self) -> None:
        """Send the outdated diagnostics, and the state if it has changed."""
        for uri in [uri for uri in self._changed if self._documents.is_placed(uri)]:
            self._changed.discard(uri)
            if self._pulls:
                continue
            try:
                self._publish(uri, *self._documents.lsp_diagnostics(uri, self.capabilities))
            except Exception as error:  # noqa: BLE001
                log.report(error, "checking a document")
        if self._is_state_changed and all(
            self._documents.is_placed(buffer.uri) for buffer in self._runner.workspace.buffers
        ):
            # Diagnostics are more urgent than the state, which takes longer in a large file.
            self._is_state_changed = False
            self._publish_state()

    def _publish(self, uri: str, version: int | None, diagnostics: list[Json]) -> None:
        params: Json = {"uri": uri, "diagnostics": diagnostics}
        if version is not None:
            params["version"] = version
        self._protocol.notify("textDocument/publishDiagnostics", params)

    def _publish_state(self) -> None:
        try:
            state = self._runner.state()
        except FileError as problem:
            log.logger.warning("Cannot read the state of the models (%s)", problem.reason)
            return
        except Exception as error:  # noqa: BLE001
            log.report(error, "sending the state")
            return
        for item in set(self._runner.workspace.find().skipped) - self._skipped:
            self._skipped.add(item)
            message = {"type": types.MessageType.Warning.value, "message": str(item)}
            self._protocol.notify("window/showMessage", message)
        if state != self._state:
            is_first, self._state = self._state is None, state
            self._protocol.notify("aloop/modelsChanged", state)
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
