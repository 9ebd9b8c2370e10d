"""The terminal during an answer: Ctrl-C stops the answer, and typed text waits for the prompt."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Generator
from typing import Any


@contextlib.contextmanager
def on_interrupt(task: asyncio.Future[Any]) -> Generator[None]:
    """Make Ctrl-C cancel the task and nothing else."""
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(task.cancel)

    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except NotImplementedError:
        signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)
        # A second Ctrl-C before the next prompt must not end the program.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def without_echo() -> Generator[None]:
    """Turn off the echo, so that typed text does not appear in the answer."""
    if sys.platform == "win32":
        yield
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    quiet = [*before]
    quiet[3] &= ~termios.ECHO
    # Without it, Ctrl-C would discard what was typed during the answer.
    quiet[3] |= termios.NOFLSH
    termios.tcsetattr(descriptor, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
