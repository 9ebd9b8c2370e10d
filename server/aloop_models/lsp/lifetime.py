"""The end of the server: with its editor or by a signal, and soon, even if the server is busy."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from aloop_models.sessions.registry import is_running, process_start
from aloop_models.workspace.git import end_questions

GRACE_SECONDS = 0.5
"""Time between the cause of the end and the end of the process, for an answer or a change that is in progress."""

_PARENT_SECONDS = 0.2
"""Seconds between two checks whether the editor, or the shell that started the server, still runs."""

_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


class Lifetime:
    """Ends the process a moment after `end` or `stop` was called, from any thread, whatever the others do."""

    def __init__(self) -> None:
        self.stop_messages: Callable[[], None] = lambda: None
        """Makes the session end without the messages that wait; called in a thread."""
        self.unregister: Callable[[], None] = lambda: None
        """Makes other processes unable to find this one; called in a thread."""
        self._code = 1
        self._lock = threading.Lock()
        self._ending = threading.Event()

    def start(self) -> None:
        """End the process when asked to, and on a signal; call it in the main thread."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        for name in _SIGNALS:
            if (number := getattr(signal, name, None)) is not None:
                # The handler runs when the main thread is no longer busy, but the pipe is written at once.
                signal.signal(number, _ignore)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

        def wait_for_signal() -> None:
            os.read(reading, 1)
            self.stop()

        _run_in_thread(wait_for_signal, "signals")
        _run_in_thread(self._finish, "lifetime")
        if sys.platform != "win32":
            _run_in_thread(self._watch_starter, "starter")

    def end(self, code: int = 1) -> None:
        """End the process with the exit code; the messages that wait are handled if there is time."""
        with self._lock:
            if not self._ending.is_set():
                self._code = code
                self._ending.set()

    def stop(self) -> None:
        """End the process with exit code 1, without the messages that wait."""
        self.end()
        self.stop_messages()

    def watch_parent(self, pid: int) -> None:
        """Stop when this process has ended: the editor. On Windows, only the end of standard input ends the server."""
        if sys.platform == "win32" or not 0 < pid < 2**31:
            return
        started = process_start(pid)

        def watch() -> None:
            while is_running(pid, started):
                time.sleep(_PARENT_SECONDS)
            self.stop()

        _run_in_thread(watch, "parent")

    def _watch_starter(self) -> None:
        """Stop when the process that started this one has ended; it may be a shell between the editor and the server.

        A process whose starter has ended before belongs to the system's first process, and is not stopped.
        """
        starter = os.getppid()
        while os.getppid() == starter:
            time.sleep(_PARENT_SECONDS)
        self.stop()

    def _finish(self) -> None:
        self._ending.wait()
        # The second time, because a server that was still starting may have registered in between.
        for pause in (GRACE_SECONDS, 0):
            with suppress(Exception):
                self.unregister()
            time.sleep(pause)
        exit_now(self._code)


def exit_now(code: int) -> NoReturn:
    """End the process and those that it has started, without waiting for its threads."""
    end_questions()
    os._exit(code)


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing: a thread handles the signal."""


def _run_in_thread(work: Callable[[], None], name: str) -> None:
    threading.Thread(target=work, name=name, daemon=True).start()
