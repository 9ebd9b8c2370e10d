"""The transport to a language server: its process, message frames, and a recording of every byte."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class FrameError(Exception):
    """A byte sequence is not a frame of the protocol."""


def frame(message: Message) -> bytes:
    """Return the frame of a message."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class FrameReader:
    """Splits a stream of bytes into message bodies."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._length: int | None = None

    @property
    def is_between_frames(self) -> bool:
        """Return whether all bytes so far belong to complete frames."""
        return not self._rest and self._length is None

    def feed(self, data: bytes) -> list[bytes]:
        """Return the bodies that are complete now."""
        self._rest += data
        bodies: list[bytes] = []
        while True:
            if self._length is None:
                self._length = self._take_headers()
            if self._length is None or len(self._rest) < self._length:
                return bodies
            bodies.append(bytes(self._rest[: self._length]))
            del self._rest[: self._length]
            self._length = None

    def _take_headers(self) -> int | None:
        end = self._rest.find(b"\r\n\r\n")
        if end < 0:
            self._refuse_noise(bytes(self._rest))
            return None
        head = bytes(self._rest[:end])
        self._refuse_noise(head)
        del self._rest[: end + 4]
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length" and value.strip().isdigit():
                return int(value)
        raise FrameError(f"no Content-Length in {head[:200]!r}")

    @staticmethod
    def _refuse_noise(head: bytes) -> None:
        known = b"Content-Length:", b"Content-Type:"
        for line in head.split(b"\r\n"):
            if line not in (b"", b"\r") and not any(line.startswith(k) or k.startswith(line) for k in known):
                raise FrameError(f"not a header of the protocol: {line[:200]!r}")


@dataclass
class Recording:
    """Every byte of every channel, in order."""

    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    errors: bytearray = field(default_factory=bytearray)

    def channels(self) -> dict[str, bytes]:
        """Return the channels by name: stdin, stdout and stderr of the server."""
        return {
            "stdin": bytes(self.sent),
            "stdout": bytes(self.received),
            "stderr": bytes(self.errors),
        }


class ServerProcess:
    """A language server over stdio in its own process group, with a thread for each output."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        on_message: Callable[[Message, float], None],
        on_end: Callable[[FrameError | None], None],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        is_recorded: bool = True,
    ) -> None:
        self.recording = Recording()
        self.started_at = time.perf_counter()
        self._on_message = on_message
        self._on_end = on_end
        self._is_recorded = is_recorded
        self._write_lock = threading.Lock()
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=cwd,
            env=None if env is None else dict(env),
            start_new_session=True,
        )
        self._threads = [
            threading.Thread(target=run, name=f"lsp-{run.__name__}", daemon=True)
            for run in (self._read_messages, self._read_errors)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Return the process ID of the command."""
        return self._process.pid

    def write(self, message: Message) -> float:
        """Send a message; return the time (perf_counter) just before its first byte was sent."""
        data = memoryview(frame(message))
        with self._write_lock:
            if self._is_recorded:
                self.recording.sent += data
            sent_at = time.perf_counter()
            self._write_all(data)
        return sent_at

    def write_raw(self, data: bytes) -> None:
        """Send bytes unchanged, to test how a server handles invalid input."""
        with self._write_lock:
            self.recording.sent += data
            self._write_all(memoryview(data))

    def exit_code(self) -> int | None:
        """Return the exit code of a process whose output has ended, which is a moment before there is a code."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1)
        return None

    def wait(self, timeout: float) -> int:
        """Wait until the process has stopped and its output is read; return the exit code."""
        code = self._process.wait(timeout)
        for thread in self._threads:
            thread.join(timeout)
        return code

    def kill(self) -> None:
        """Kill the process and its child processes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self.close()

    def close_input(self) -> None:
        """Close the server's stdin, as when an editor crashes."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def close(self) -> None:
        """Close the threads and pipes of a stopped process."""
        self.close_input()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _write_all(self, data: memoryview) -> None:
        assert self._process.stdin is not None
        while data:
            data = data[self._process.stdin.write(data) :]

    def _read_messages(self) -> None:
        assert self._process.stdout is not None
        frames, failure = FrameReader(), None
        while data := os.read(self._process.stdout.fileno(), 1 << 20):
            now = time.perf_counter()
            if self._is_recorded:
                self.recording.received += data
            if failure is not None:
                continue
            try:
                for body in frames.feed(data):
                    self._on_message(json.loads(body), now)
            except (FrameError, ValueError) as error:
                failure = error if isinstance(error, FrameError) else FrameError(str(error))
                self._on_end(failure)
        # Wait, so that `on_end` can read the exit code.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        self._on_end(failure)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        while data := os.read(self._process.stderr.fileno(), 1 << 16):
            self.recording.errors += data
