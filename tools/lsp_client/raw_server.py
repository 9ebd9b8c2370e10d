"""A language server whose output is read only on request, and what is left of it after its end; for Unix."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lsp_client.wire import frame

_FULL = 60_000
"""Bytes in a full pipe, at least: Linux gives a pipe 64 KiB."""


class RawServer:
    """A server in a runtime folder of its own, by which its processes are found; `processId` is `parent`."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        parent: int | None = None,
        cwd: Path | None = None,
        stderr: int = subprocess.DEVNULL,
        patience: float = 60.0,
    ) -> None:
        self.parent = parent
        self._patience = patience
        self._runtime = environment["XDG_RUNTIME_DIR"]
        self.process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=cwd,
            env=dict(environment),
            bufsize=0,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        os.set_blocking(self.stdin.fileno(), False)

    def greet(self, folder: Path) -> None:
        """Initialize the server with one workspace folder."""
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        self.send("initialize", {"processId": self.parent, "capabilities": {}, "workspaceFolders": folders}, 1)
        self.send("initialized", {})

    def send(self, method: str, params: Any = None, number: int | None = None) -> bool:
        """Send a notification, or a request with a number; return whether the server took it in time."""
        message = {"jsonrpc": "2.0", "method": method} | ({} if params is None else {"params": params})
        return self.write(frame(message | ({} if number is None else {"id": number})))

    def write(self, data: bytes, patience: float | None = None) -> bool:
        """Send bytes; return whether the server took them all before it took none for this long (seconds)."""
        rest = memoryview(data)
        end = time.monotonic() + (patience or self._patience)
        while rest and time.monotonic() < end:
            try:
                rest = rest[os.write(self.stdin.fileno(), rest) :]
                end = time.monotonic() + (patience or self._patience)
            except BlockingIOError:
                time.sleep(0.005)
        return not rest

    def open(self, path: Path, text: str) -> str:
        """Open a document; its URI."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": document})
        return path.as_uri()

    def ask(self, uri: str, count: int, method: str = "textDocument/documentSymbol") -> None:
        """Send requests about a document, and read no answer."""
        for number in range(count):
            self.send(method, {"textDocument": {"uri": uri}}, 1_000 + number)

    def read_until(self, words: bytes) -> None:
        """Read the output until it has these words."""
        data = b""
        while words not in data:
            new = os.read(self.stdout.fileno(), 65536)
            assert new, "the server has ended"
            data = data[-len(words) :] + new

    def wait_full(self) -> None:
        """Wait until the server can write no more, because nothing is read."""
        self.wait(lambda: _waiting(self.stdout.fileno()) >= _FULL)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition is met.

        Raises:
            TimeoutError: It is not met in time.
        """
        end = time.monotonic() + self._patience
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.005)

    def processes(self) -> dict[int, str]:
        """The command lines of the server and of all processes that it has started."""
        found: dict[int, str] = {}
        mark = f"XDG_RUNTIME_DIR={self._runtime}".encode()
        for path in Path("/proc").glob("[0-9]*"):
            # A process that has ended and was not waited for has no environment.
            with suppress(OSError):
                if mark in (path / "environ").read_bytes().split(b"\0"):
                    found[int(path.name)] = (path / "cmdline").read_text().replace("\0", " ").strip()
        return found

    def left(self) -> list[str]:
        """The sockets and entries by which others find the server."""
        folder = Path(self._runtime, "aloop-models")
        return [path.name for pattern in ("*.s", "sessions/*") for path in folder.glob(pattern)]

    def close(self) -> None:
        """Kill what is left."""
        for pid in self.processes():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.stdin, self.stdout, self.process.stderr):
            if stream:
                stream.close()


def _waiting(pipe: int) -> int:
    """Bytes that can be read."""
    import fcntl
    import termios

    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0]
