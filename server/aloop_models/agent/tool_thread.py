"""Threads for the calls of tools, which end with the process and not before it."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_Result = TypeVar("_Result")


async def run_in_thread(call: Callable[[], _Result]) -> _Result:
    """Return what `call` returns in a thread of its own, or raise what it raises.

    Unlike `asyncio.to_thread`, neither the event loop nor the process waits for a thread that does not end.
    """
    done: Future[_Result] = Future()
    done.set_running_or_notify_cancel()
    context = contextvars.copy_context()

    def work() -> None:
        try:
            result = context.run(call)
        except BaseException as error:  # noqa: BLE001
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=work, name="tool", daemon=True).start()
    return await asyncio.wrap_future(done)
