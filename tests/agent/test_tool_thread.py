"""Calls of tools in threads: their results and errors, and the end of the process while one of them hangs."""

from __future__ import annotations

import contextvars
import subprocess
import sys

import pytest

from aloop_models.agent.tool_thread import run_in_thread
from aloop_models.errors import ToolError

HANGS = """
import asyncio, threading
from aloop_models.agent.tool_thread import run_in_thread

async def main():
    hangs = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang():
        loop.call_soon_threadsafe(hangs.set)
        threading.Event().wait()

    task = asyncio.create_task(run_in_thread(hang))
    await hangs.wait()
    task.cancel()
    print(type((await asyncio.gather(task, return_exceptions=True))[0]).__name__)

asyncio.run(main())
"""


async def test_a_result_an_error_and_the_context() -> None:
    name = contextvars.ContextVar("name", default="")
    name.set("mine")
    assert await run_in_thread(name.get) == "mine"

    def refuse() -> None:
        raise ToolError("No.")

    with pytest.raises(ToolError, match=r"^No\.$"):
        await run_in_thread(refuse)


def test_a_call_that_hangs_does_not_keep_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "CancelledError\n", "")
