"""The server's log."""

import logging
import os
import sys

import pytest

from aloop_models.lsp.log import StderrHandler


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("log", logging.WARNING, "", 0, text, None, None)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say whether a pipe is full")
def test_lines_are_dropped_while_nobody_reads_standard_error() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as pipe, os.fdopen(writing, "w") as stream:
        handler = StderrHandler(stream)
        for number in range(5_000):
            handler.emit(record(f"{number} {'x' * 100}"))
        first = pipe.read(1_000_000)
        assert first.startswith(b"0 x")
        assert first.endswith(b"x\n")
        assert len(first) < 200_000
        handler.emit(record("is read again"))
        assert pipe.read(1_000_000) == b"is read again\n"
