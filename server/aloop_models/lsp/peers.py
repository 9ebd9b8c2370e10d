"""The running agents around one editor: the endpoint they find, and what is told either way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError
from aloop_models.lsp import log
from aloop_models.sessions.host import Execute, Host
from aloop_models.sessions.registry import EDITOR


class Peers:
    """This editor among the agents; without an endpoint (no runtime folder) it is simply alone."""

    def __init__(self, runner: Runner, execute: Execute, changed: Callable[[], None]) -> None:
        self._runner = runner
        self._execute = execute
        self._changed = changed
        self._host: Host | None = None

    def prepare(self) -> str | None:
        """Choose the endpoint, so that the client can be told it; its address, or None."""
        runner = self._runner
        folder = runner.workspace.folders[0] if runner.workspace.folders else Path.cwd()
        try:
            host = Host(EDITOR, runner.name, folder, runner.workspace.target(), self._execute, self._others_changed)
        except FileError as problem:
            log.logger.warning("no endpoint: %s", problem.reason)
            return None
        host.state = runner.state
        loop = asyncio.get_running_loop()

        def switch_sessions(ids: Sequence[str], model_id: str) -> None:
            """Called in a thread."""
            asyncio.run_coroutine_threadsafe(host.switch_sessions(ids, model_id), loop).result()

        runner.switch_sessions = switch_sessions
        self._host, runner.workspace.endpoint = host, host.entry.endpoint
        return host.entry.endpoint

    async def join(self) -> None:
        """Open the endpoint, and find the agents that run already."""
        # Before everybody is met, which can take a while: no state is told without those who run.
        self._runner.look_around()
        try:
            if self._host is not None:
                await self._host.start()
        finally:
            self._others_changed()

    async def tell(self) -> None:
        """Tell the agents the state; where another file is served by now, those on that one."""
        if self._host is not None and not await self._host.serves(self._runner.workspace.target()):
            self._host.tell()

    async def leave(self) -> None:
        """Close the endpoint."""
        if self._host is not None:
            await self._host.stop()

    def _others_changed(self) -> None:
        """An agent came, went or switched."""
        self._runner.look_around()
        self._changed()
