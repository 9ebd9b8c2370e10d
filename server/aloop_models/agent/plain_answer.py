"""An answer as plain text that is written as it arrives: to a pipe, a file or a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from aloop_models.agent.progress import Progress
from aloop_models.core.plain_text import StreamSanitizer, sanitize


class PlainAnswer:
    """Writes the pieces of an answer to a stream, sanitized; a blank line separates the texts around a tool call.

    `progress` is hidden while text is written, and for as long as a text is incomplete, if both are on one terminal.
    """

    def __init__(self, out: TextIO, progress: Progress, on_error: Callable[[OSError], None]) -> None:
        """`on_error` is called once if the stream cannot be written; nothing is written after that."""
        self._out = out
        self._progress = progress
        self._is_shared = progress.is_drawn and out.isatty()
        self._on_error = on_error
        self._pieces = StreamSanitizer()
        self._last = ""
        self._has_gap = self._is_closed = False

    def add(self, piece: str) -> None:
        """Write the next piece."""
        text = self._pieces.add(piece)
        if not text:
            return
        if self._is_shared:
            self._progress.hide()
        self._write(f"\n{text}" if self._has_gap else text)
        self._has_gap = False

    def end_text(self) -> None:
        """End the line of the text so far; the next piece begins a new paragraph."""
        if self._last:
            if self._last != "\n":
                self._write("\n")
            self._has_gap = True
        self._pieces = StreamSanitizer()

    def say(self, text: str, write: Callable[[str], None]) -> None:
        """Write a line about the answer with `write`, below the text so far."""
        self.end_text()
        with self._progress.hidden():
            write(sanitize(text))

    def _write(self, text: str) -> None:
        if self._is_closed:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except OSError as error:
            self._is_closed = True
            self._on_error(error)
        self._last = text[-1]
