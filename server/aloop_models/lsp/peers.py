"""The connection of one editor to the running agents: the endpoint, and the messages in both directions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError
from aloop_models.lsp import log
from aloop_models.sessions.host import Execute, Host
from aloop_models.sessions.registry import EDITOR
from aloop_models.workspace.paths import real_path

_REGISTER_SECONDS = 0.05
"""Seconds in which changes of the open documents are collected into one registry entry."""


class Peers:
    """The running agents that this editor can reach; none if it has no endpoint (no runtime folder)."""

    def __init__(
        self,
        runner: Runner,
        execute: Execute,
        changed: Callable[[], None],
        is_quiet: Callable[[], bool],
        is_placed: Callable[[str], bool],
    ) -> None:
        """Make the peers of an editor.

        `is_quiet` returns whether no message waits, and `is_placed` whether the file of a document was read, so that it
        is known whether the text is unsaved.
        """
        self._runner = runner
        self._execute = execute
        self._changed = changed
        self._is_quiet = is_quiet
        self._is_placed = is_placed
        self._host: Host | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._documents: list[tuple[Path, bool]] = []
        """The open documents that are registered, and whether each has unsaved text."""
        self._real: dict[Path, str] = {}
        """The real path of each open document."""

    def prepare(self) -> str | None:
        """Choose the endpoint and return its path, which the client needs; None if there is none."""
        runner = self._runner
        folder = runner.workspace.folders[0] if runner.workspace.folders else Path()
        try:
            host = Host(EDITOR, runner.name, folder, runner.workspace.target(), self._execute, self._others_changed)
        except FileError as problem:
            log.logger.warning("Cannot create an endpoint for agents (%s)", problem.reason)
            return None
        host.state = runner.state
        loop = asyncio.get_running_loop()

        def switch_sessions(ids: Sequence[str], model_id: str) -> None:
            """Switch agents; called in a thread."""
            asyncio.run_coroutine_threadsafe(host.switch_sessions(ids, model_id), loop).result()

        runner.switch_sessions = switch_sessions
        self._host, runner.workspace.endpoint = host, host.entry.endpoint
        return host.entry.endpoint

    async def join(self) -> None:
        """Open the endpoint and connect to the running agents."""
        # Connecting can take a while; the first state must already list the running agents.
        self._runner.look_around()
        try:
            if self._host is not None:
                await self._host.start()
        finally:
            self._others_changed()

    async def send_state(self) -> None:
        """Send the state to the agents; after a change of the file, to those that use the new one."""
        if self._host is not None and not await self._host.serves(self._runner.workspace.target()):
            self._host.tell()

    def documents_changed(self) -> None:
        """Register the open documents soon, once for all changes that come together."""
        if self._host is not None and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_REGISTER_SECONDS, self._register_documents)

    async def files_changed(self) -> None:
        """Register the file and the open documents again, because a link can lead to another file."""
        self._real.clear()
        self._documents.clear()
        self.documents_changed()
        if self._host is not None:
            await self._host.serves(self._runner.workspace.target())

    def unregister(self) -> None:
        """Make agents unable to find this editor; can be called from any thread."""
        if self._host is not None:
            self._host.unregister()

    async def leave(self) -> None:
        """Close the endpoint."""
        if self._timer is not None:
            self._timer.cancel()
        if self._host is not None:
            await self._host.stop()

    def _register_documents(self) -> None:
        self._timer = None
        if not self._is_quiet():
            self.documents_changed()
            return
        buffers = self._runner.workspace.buffers
        documents = [(item.path, item.differs and self._is_placed(item.uri)) for item in buffers if item.path]
        if documents == self._documents or self._host is None:
            return
        self._documents = documents
        self._real = {path: self._real.get(path) or str(real_path(path)) for path, _ in documents}
        unsaved = dict.fromkeys(self._real[path] for path, is_unsaved in documents if is_unsaved)
        self._host.list_documents(dict.fromkeys(self._real.values()), unsaved)

    def _others_changed(self) -> None:
        """Handle that an agent started, stopped or switched."""
        self._runner.look_around()
        self._changed()
