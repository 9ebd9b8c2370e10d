"""Work after the result, which neither the shell nor the person waits for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

Later = Callable[[Callable[[], object]], None]
"""Does some work after the result."""


def call(work: Callable[[], object]) -> None:
    """Do the work now: for a process that does other things too, such as a test."""
    work()


def detach(work: Callable[[], object]) -> None:
    """Do the work in a process of its own without output, so that this one can end; where there is no fork, do it now.

    A shell's `$(…)` waits until nobody has the pipe open, and a process without a parent leaves no zombie.
    """
    if sys.platform == "win32":
        work()
        return
    sys.stdout.flush()
    try:
        child = os.fork()
    except OSError:
        return
    if child:
        os.waitpid(child, 0)
        return
    with suppress(BaseException):
        os.setsid()
        if os.fork() == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nothing, stream)
            os.nice(10)
            work()
    os._exit(0)
