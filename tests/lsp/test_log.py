"""The server's log."""

import asyncio
import logging
import os
import sys

import pytest

from aloop_models.lsp.log import StderrHandler, report_callback


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


async def test_the_exception_of_a_callback_is_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("quotes a secret")

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report_callback)
    loop.call_soon(fail)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 1
    assert "while running a callback: ValueError at test_log.py" in messages[0]
    assert "secret" not in messages[0]
