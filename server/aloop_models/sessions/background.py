"""A participant with an event loop in a thread of its own: for agents that have none, or are busy with theirs."""

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

Answer = Callable[[str, object, str], Any]
"""(command id, argument object, who asks in words) → result; raises `RefusedError`. Called in a thread."""


class BackgroundHost:
    """What an agent has of its session: started, updated and stopped from any thread; it never raises.

    Where no endpoint can be made (no runtime folder, a full disk) the agent simply cannot be found.
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
        """`state` gives what others are told; `changed` is called in a thread when they tell something."""
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
        """Its place in the registry; None where it has none."""
        return self._host.entry if self._host else None

    def start(self, timeout: float = 1.0, **entry: Any) -> None:
        """Begin to listen, with these values in the entry; waits until it does, or for `timeout` seconds."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(entry)), name="session", daemon=True)
        self._thread.start()
        self._ready.wait(timeout)

    def update(self, **changes: Any) -> None:
        """Change the entry (`model_id`, `config`) and tell everyone concerned."""
        host, loop = self._host, self._loop
        if host is not None and loop is not None and not loop.is_closed():
            asyncio.run_coroutine_threadsafe(_quietly(host.update(**changes)), loop)

    def switch_sessions(self, ids: Sequence[str], model_id: str, name: str) -> None:
        """Have running agents use another model, over the open connections; without any, over new ones.

        Raises:
            RefusedError: as `switch_over`.
        """
        host, loop = self._host, self._loop
        if host is None or loop is None or loop.is_closed():
            switch_sessions(ids, model_id, name)
        else:
            asyncio.run_coroutine_threadsafe(host.switch_sessions(ids, model_id), loop).result()

    def stop(self) -> None:
        """Leave the registry and end every connection; waits for at most a second."""
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
            # One that hangs does not hold up the agent's start.
            await _quietly(host.link())
            await self._done.wait()
        finally:
            await host.stop()

    def _heard(self) -> None:
        def follow() -> None:
            # A bug in a foreign agent is not told on this one's terminal.
            with suppress(Exception):
                self._changed()

        # What an agent does with it may take longer than the others should wait for an answer.
        if self._loop is not None:
            self._loop.run_in_executor(None, follow)

    async def _execute(self, command_id: str, argument: object, who: str) -> Any:
        return await asyncio.to_thread(self._answer, command_id, argument, who)


async def _quietly(work: Any) -> None:
    try:
        await work
    except (FileError, OSError):
        return
