"""The server's log."""

import asyncio
import errno
import logging
import os
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes of Unix")
@pytest.mark.parametrize(
    ("kind", "problem"), [("missing", errno.ENOENT), ("folder", errno.EISDIR), ("pipe", errno.ENXIO)]
)
def test_a_log_file_that_cannot_be_opened_is_replaced_by_standard_error(
    tmp_path: Path, kind: str, problem: int
) -> None:
    """The process is one of its own, because it changes the hooks of Python."""
    file = tmp_path / "folder" / "log"
    if kind != "missing":
        file.parent.mkdir()
        file.mkdir() if kind == "folder" else os.mkfifo(file)
    lines = f"""
from pathlib import Path
from aloop_models.lsp import log
log.set_up("info", Path({str(file)!r}))
log.logger.info("one")
log.logger.info("two")
"""
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, timeout=60, check=True)
    assert [line.split(" ", 2)[2] for line in done.stderr.splitlines()] == [
        f"ERROR Cannot open the log file {file}: {os.strerror(problem)}",
        "INFO one",
        "INFO two",
    ]


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
