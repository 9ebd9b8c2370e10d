"""The start of a program, before its modules are imported: what Ctrl-C does, and standard streams that are closed."""

from __future__ import annotations

# Few modules, and not `typing`: until they are imported, Ctrl-C is a traceback.
import io
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


class Output(io.TextIOWrapper):
    """Standard output that remembers why it could not be written, because an `OSError` does not name the stream."""

    failure: OSError | None = None

    def write(self, text: str, /) -> int:
        """Write as any text stream does."""
        try:
            return super().write(text)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        """Write what is in the buffer."""
        try:
            super().flush()
        except OSError as error:
            self.failure = error
            raise


def open_streams() -> None:
    """Make standard output an `Output`, and open the null device in place of each standard stream that is closed.

    Otherwise, the next file that is opened gets its number, and what is printed is written to that file. There is
    nothing to read, and writing to standard output fails as on a full disk.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(_null_device(os.O_RDONLY))
    if sys.stdout is None:
        sys.stdout = Output(os.fdopen(_null_device(os.O_RDONLY), "wb"))
    else:
        old = sys.stdout
        unbuffered = bool(getattr(old, "write_through", False))
        sys.stdout = Output(
            old.buffer, old.encoding, old.errors, line_buffering=bool(old.line_buffering), write_through=unbuffered
        )
    if sys.stderr is None:
        sys.stderr = os.fdopen(_null_device(os.O_WRONLY), "w")


def _null_device(mode: int) -> int:
    descriptor = os.open(os.devnull, mode)
    os.set_inheritable(descriptor, True)
    return descriptor


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
