"""A participant with its own event loop in a thread, for agents without an event loop or with a busy one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from aloop_models.errors import FileError
from aloop_models.sessions.host import Host
from aloop_models.sessions.peer import switch_sessions
from aloop_models.sessions.registry import RegistryEntry
from aloop_models.workspace.paths import real_path

_LOOK_SECONDS = 0.5
"""Seconds between two checks which file the path of models.yaml leads to."""

Answer = Callable[[str, object, str], Any]
"""(command ID, argument object, name of the caller) → result; raises `RefusedError`. Called in a thread."""


class BackgroundHost:
    """The session of an agent, which can be started, updated and stopped from any thread; it never raises.

    If no endpoint can be created (no runtime folder, a full disk), others cannot find the agent.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        folder: Path,
        config: Path,
        answer: Answer,
        *,
        state: Callable[[], object],
        changed: Callable[[], None],
    ) -> None:
        """Create the session; `state` returns what others receive, `changed` is called in a thread on their changes."""
        self._answer = answer
        self._state = state
        self._changed = changed
        self._make = (kind, name, folder, config)
        self._host: Host | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._done: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    @property
    def entry(self) -> RegistryEntry | None:
        """Its entry in the registry, or None."""
        return self._host.entry if self._host else None

    def start(self, timeout: float = 1.0, **entry: Any) -> None:
        """Start to listen, with these values in the entry; waits for up to `timeout` seconds."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(entry)), name="session", daemon=True)
        self._thread.start()
        self._ready.wait(timeout)

    def update(self, **changes: Any) -> None:
        """Change the entry (`model_id`, `config`) and notify the others."""
        host, loop = self._host, self._loop
        if host is not None and loop is not None and not loop.is_closed():
            asyncio.run_coroutine_threadsafe(_quietly(host.update(**changes)), loop)

    def switch_sessions(self, ids: Sequence[str], model_id: str, name: str) -> None:
        """Switch running agents to another model, over the open connections if there are any.

        Raises:
            RefusedError: as `switch_over`.
        """
        host, loop = self._host, self._loop
        if host is None or loop is None or loop.is_closed():
            switch_sessions(ids, model_id, name)
        else:
            asyncio.run_coroutine_threadsafe(host.switch_sessions(ids, model_id), loop).result()

    def stop(self) -> None:
        """Leave the registry and close every connection; waits for at most a second."""
        loop, done, thread = self._loop, self._done, self._thread
        if loop is not None and done is not None and thread is not None and not loop.is_closed():
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(done.set)
            thread.join(1.0)

    async def _run(self, entry: dict[str, Any]) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        try:
            host = Host(*self._make, self._execute, self._heard)
            host.entry = replace(host.entry, **entry)
            host.state = self._state
            await host.open()
            self._host = host
        except (FileError, OSError):
            return
        finally:
            self._ready.set()
        try:
            # A participant that hangs does not delay the start of the agent.
            await _quietly(host.link())
            await self._follow_links(host, self._done)
        finally:
            await host.stop()

    async def _follow_links(self, host: Host, done: asyncio.Event) -> None:
        """Register again whenever a link leads to another models.yaml, until the session is done."""
        path = self._make[-1]
        ended = asyncio.ensure_future(done.wait())
        while not (await asyncio.wait((ended,), timeout=_LOOK_SECONDS))[0]:
            # Not in a thread of the event loop, because none can be started while the process ends.
            if (config := str(real_path(path))) != host.entry.config:
                await _quietly(host.update(config=config))

    def _heard(self) -> None:
        def follow() -> None:
            # The terminal of this agent does not show the bugs of the program that uses it.
            with suppress(Exception):
                self._changed()

        # The callback may take longer than others should wait for an answer.
        if self._loop is not None:
            self._loop.run_in_executor(None, follow)

    async def _execute(self, command_id: str, argument: object, who: str) -> Any:
        return await asyncio.to_thread(self._answer, command_id, argument, who)


async def _quietly(work: Any) -> None:
    try:
        await work
    except (FileError, OSError):
        return
