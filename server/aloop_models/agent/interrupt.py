"""Signals: Ctrl-C stops an answer; SIGTERM or SIGHUP ends the process without a trace in sessions or terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from types import FrameType
from typing import Any, TypeVar

Result = TypeVar("Result")

_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

_SHOW_CURSOR_END_PASTE = b"\x1b[?25h\x1b[?2004l"


def run_interruptible(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine as `asyncio.run` does, but without losing a Ctrl-C.

    The handler of asyncio does not wake up an event loop that is just about to wait for its next event.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; the coroutine was cancelled.
    """

    async def woken() -> Result:
        with _woken_by_signals():
            return await work

    with restored_terminal():
        return asyncio.run(woken())


@contextlib.contextmanager
def _woken_by_signals() -> Generator[None]:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        # On Windows, the event loop does it; elsewhere, only the main thread gets signals.
        yield
        return
    loop = asyncio.get_running_loop()
    reading, writing = socket.socketpair()
    with reading, writing:
        reading.setblocking(False)
        writing.setblocking(False)
        loop.add_reader(reading, reading.recv, 64)
        before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(reading)


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
def on_end(clean_up: Callable[[], None]) -> Generator[None]:
    """Call a function before SIGTERM, or SIGHUP of a terminal that is closed, ends the process as it always does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A program that is started with `nohup` ignores SIGHUP.
    before = {number: known for number in _ENDS if (known := signal.getsignal(number)) not in (signal.SIG_IGN, None)}

    def end(number: int, _: FrameType | None) -> None:
        signal.signal(number, before[number])
        try:
            clean_up()
        finally:
            os.kill(os.getpid(), number)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)


@contextlib.contextmanager
def restored_terminal() -> Generator[None]:
    """Give the terminal back as it was if a signal ends the process, with echo and a cursor."""
    # Any of the standard streams can be redirected.
    terminal = next(filter(os.isatty, (0, 1, 2)), None)
    if sys.platform == "win32" or terminal is None:
        yield
        return
    import termios

    before = termios.tcgetattr(terminal)

    def restore() -> None:
        # The terminal may be closed. A process in the background must not change it.
        with contextlib.suppress(OSError, termios.error):
            if os.tcgetpgrp(terminal) == os.getpgrp():
                termios.tcsetattr(terminal, termios.TCSANOW, before)
                os.write(terminal, _SHOW_CURSOR_END_PASTE)

    with on_end(restore):
        yield


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
