"""The start of a program, while its modules are imported: what Ctrl-C does."""

from __future__ import annotations

# Few modules, and not `typing`: until they are imported, Ctrl-C is a traceback.
import os
import signal
import sys
from itertools import pairwise

STOPPED = 130
"""The exit code after Ctrl-C."""

_STOPPED_VIEW = """\
{
  "error": {
    "reason": "stopped",
    "message": "Stopped.",
    "suggestions": []
  }
}
"""


def exit_on_interrupt() -> None:
    """Make Ctrl-C end the process with a message, until `raise_on_interrupt`.

    A KeyboardInterrupt during an import can be lost, for example in a callback of the import system.
    """
    if _is_default():
        signal.signal(signal.SIGINT, _stop)


def die_on_interrupt() -> None:
    """Make Ctrl-C end the process without a message, as other signals do."""
    if _is_default():
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raise_on_interrupt() -> None:
    """End the effect of `exit_on_interrupt`: from now on, Ctrl-C is a KeyboardInterrupt, which the program handles."""
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def exit_stopped() -> None:
    """Print that the program was stopped, as the program of this command line does, and end the process."""
    arguments = sys.argv[1:]
    os.write(2, b"Stopped.\n" if arguments[:1] in (["models"], ["compare"]) else b"aloop: Stopped.\n")
    if is_json(arguments):
        os.write(1, _STOPPED_VIEW.encode())
    os._exit(STOPPED)


def is_json(arguments: list[str]) -> bool:
    """Whether the result is JSON, also if the arguments are wrong."""
    formats = [value for name, value in pairwise(arguments) if name == "--format"]
    return "--json" in arguments or "--format=json" in arguments or "json" in formats


def _is_default() -> bool:
    # A shell starts a program in the background with SIGINT ignored, and this is not changed.
    return signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _stop(_number: int, _frame: object) -> None:
    exit_stopped()
