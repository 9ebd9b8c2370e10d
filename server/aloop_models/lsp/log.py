"""The server's log. It never contains the text of a document, a message or an exception."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import warnings
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from aloop_models.errors import bug_of
from aloop_models.lsp.pipes import can_be_written

if TYPE_CHECKING:
    _Handler = logging.StreamHandler[TextIO]
else:
    # Before Python 3.11, the class has no type arguments.
    _Handler = logging.StreamHandler

logger = logging.getLogger("aloop_models.lsp")


def set_up(level: str, file: Path | None) -> None:
    """Write the server's log lines to the file or to stderr; drop those of libraries, which quote payloads."""
    handler = FileHandler(file) if file else StderrHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False
    root = logging.getLogger()
    root.handlers = [logging.NullHandler()]
    root.setLevel(logging.CRITICAL + 1)
    logging.raiseExceptions = False
    # Without these hooks, Python writes exceptions and warnings with their text to stderr.
    sys.excepthook = _hook
    sys.unraisablehook = _unraisable_hook
    threading.excepthook = _thread_hook
    warnings.simplefilter("ignore")


def report(error: BaseException, doing: str) -> str:
    """Log a bug without the exception's text, which may quote the user; return its ID."""
    bug = bug_of(error)
    logger.error("Internal error (bug %s) while %s: %s", bug.id, doing, bug.what)
    return bug.id


def report_callback(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the exception of a callback of the event loop, which otherwise drops it."""
    # Without a handle, it is the exception of a task or future whose result is not needed.
    if "handle" in context and isinstance(error := context.get("exception"), BaseException):
        report(error, "running a callback")


class FileHandler(logging.FileHandler):
    """Creates the file with the first line; writes to standard error while the file cannot be opened."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", delay=True)
        self._instead = StderrHandler(sys.stderr)
        self._is_reported = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        try:
            self.stream = self.stream or self._open()
        except OSError as error:
            self._instead.setFormatter(self.formatter)
            if not self._is_reported:
                self._is_reported = True
                logger.error("Cannot open the log file %s: %s", self.baseFilename, error.strerror)
            self._instead.emit(record)
        else:
            super().emit(record)

    def _open(self) -> TextIOWrapper:
        # A named pipe that nobody reads would block the server.
        return open(self.baseFilename, "a", encoding="utf-8", opener=_open_at_once)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


class StderrHandler(_Handler):
    """Drops lines while nobody reads standard error, so that the server never waits for that."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line if that does not block."""
        if sys.platform == "win32" or can_be_written(self.stream.fileno()):
            super().emit(record)


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    report(error.with_traceback(trace), "running")


def _thread_hook(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        report(arguments.exc_value, "running a thread")


def _unraisable_hook(unraisable: Any) -> None:
    if unraisable.exc_value is not None:
        report(unraisable.exc_value, "deleting an object")
