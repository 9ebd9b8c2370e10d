"""How soon a server ends with its editor, in every state, and what is left of it. Run: `python -m bench.lifetime`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aloop_models.core.limits import MAX_BYTES
from bench.servers import aloop_ls, environment
from lsp_client.raw_server import RawServer
from lsp_client.wire import frame

GOAL = 1.0
"""Seconds in which every process of the server must end."""

_LIMIT = 30.0
"""Seconds after which a server is killed."""
_LARGEST = MAX_BYTES - 1_000
"""Bytes of a file that is still checked."""
_SMALL = "models:\n  ollama/a:\n"
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGKILL")


class Server(RawServer):
    """A server with a project, and with an editor that it is to end with."""

    def __init__(self, folder: Path, command: Sequence[str] = aloop_ls().command, programs: Path | None = None) -> None:
        self.folder = folder
        variables = environment(folder)
        if programs:
            variables["PATH"] = f"{programs}:{variables['PATH']}"
        self.editor = subprocess.Popen(["sleep", "1000"])
        super().__init__(
            command, variables, parent=self.editor.pid, cwd=folder, stderr=subprocess.PIPE, patience=_LIMIT
        )
        path = self._write("project", _SMALL)
        self.greet(path.parents[1])
        self.read_until(b"aloop/modelsChanged")

    def open_file(self, text: str, name: str = "large") -> str:
        """Write and open the file of a project; its URI."""
        return self.open(self._write(name, text), text)

    def close(self) -> None:
        """Kill what is left."""
        self.editor.kill()
        self.editor.wait()
        super().close()

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name / ".aloop" / "models.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        return path


@dataclass(frozen=True)
class Figures:
    """How one server ended."""

    state: str
    end: str
    seconds: float
    """Until all its processes had ended; `_LIMIT` if they did not."""
    processes: tuple[str, ...]
    """The processes after that."""
    files: tuple[str, ...]
    """The sockets and entries after that; after SIGKILL, after the start of another server."""

    @property
    def is_good(self) -> bool:
        """Whether the goal is met."""
        return self.seconds <= GOAL and not self.processes and not self.files


def _entries(size: int) -> str:
    entry = "  opnai/gpt-{}:\n    timout: 5\n"
    return "models:\n" + "".join(entry.format(number) for number in range(size // 34))


def _line(size: int, unit: str = "a ") -> str:
    return f'models:\n  ollama/a:\n    name: "{unit * (size // len(unit))}"\n'


def _busy(text: str) -> Callable[[Server], None]:
    def make(server: Server) -> None:
        server.ask(server.open_file(text), 20, "textDocument/codeLens")
        time.sleep(0.3)

    return make


def _fill_output(server: Server) -> None:
    server.ask(server.open_file("models:\n" + "".join(f"  ollama/m{n}:\n" for n in range(2_000))), 60)
    server.wait_full()


def _fill_everything(server: Server) -> None:
    """Neither side reads: the server's output, what it keeps and its input are full."""
    uri = server.open_file("models:\n" + "".join(f"  ollama/m{n}:\n" for n in range(2_000)))
    for number in range(100):
        document = {"uri": uri, "padding": "x" * 200_000}
        message = {"jsonrpc": "2.0", "id": 100 + number, "method": "textDocument/documentSymbol"}
        if not server.write(frame(message | {"params": {"textDocument": document}}), 1.0):
            return


def _fill_log(server: Server) -> None:
    for number in range(1_500):
        server.send("textDocument/didChange", {"textDocument": number})
    time.sleep(0.5)


def _nothing(_: Server) -> None:
    """Leave the server as it is."""


STATES: dict[str, Callable[[Server], None]] = {
    "idle": _nothing,
    f"checks {MAX_BYTES >> 20} MiB of entries": _busy(_entries(_LARGEST)),
    f"checks {MAX_BYTES >> 20} MiB in one line": _busy(_line(_LARGEST)),
    f"checks {MAX_BYTES >> 20} MiB of tabs in one line": _busy(_line(_LARGEST, "\\t")),
    "its output is full": _fill_output,
    "its output and input are full": _fill_everything,
    "its log is full": _fill_log,
    "waits for git": lambda server: (server.open_file(_SMALL, "project"), time.sleep(0.5))[1],
    "started by a shell": _nothing,
}


def _end(server: Server, name: str) -> None:
    if name == "standard input is closed":
        server.stdin.close()
    elif name == "shutdown and exit":
        server.send("shutdown", None, 2)
        server.send("exit")
    elif name == "the editor is killed":
        server.editor.kill()
        server.editor.wait()
    else:
        # As a terminal does: to a shell that started the server, and to the server.
        for pid in server.processes() if name == "SIGINT" else (server.process.pid,):
            os.kill(pid, getattr(signal, name))


ENDS = ("standard input is closed", "shutdown and exit", "the editor is killed", *_SIGNALS)


def measure(state: str, end: str, folder: Path) -> Figures:
    """End one server."""
    folder.mkdir(parents=True)
    programs, command = None, tuple(aloop_ls().command)
    if state == "waits for git" and end != "SIGKILL":
        programs = folder / "bin"
        programs.mkdir()
        (folder / "project" / ".git").mkdir(parents=True)
        # A program that runs another one, as a wrapper of git does.
        (programs / "git").write_text("#!/bin/sh\nsleep 60\nexit 1\n")
        (programs / "git").chmod(0o755)
    if state == "started by a shell":
        command = ("/bin/sh", "-c", f"{' '.join(command)}; exit")
    server = Server(folder, command, programs)
    try:
        STATES[state](server)
        began = time.monotonic()
        _end(server, end)
        with suppress(TimeoutError):
            server.wait(lambda: not server.processes())
        seconds, processes = time.monotonic() - began, tuple(server.processes().values())
        if end == "SIGKILL" and not processes:
            other = Server(folder)
            _end(other, "standard input is closed")
            other.process.wait(_LIMIT)
            other.close()
        return Figures(state, end, seconds, processes, tuple(server.left()))
    finally:
        server.close()


def markdown(rows: Sequence[Figures]) -> str:
    """Return the seconds as a Markdown table."""
    ends = list(dict.fromkeys(row.end for row in rows))
    lines = [f"| the server | {' | '.join(ends)} |", f"|---|{'--:|' * len(ends)}"]
    for state in dict.fromkeys(row.state for row in rows):
        cells = [_cell(next(row for row in rows if (row.state, row.end) == (state, end))) for end in ends]
        lines.append(f"| {state} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(row: Figures) -> str:
    return f"{row.seconds:.2f} s" + ("" if row.is_good else " MISSED")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.lifetime", description=__doc__)
    parser.add_argument("states", nargs="*", help="measure only these states")
    options = parser.parse_args()
    rows: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="l-", dir="/tmp") as name:
        for state in options.states or STATES:
            for end in ENDS:
                row = measure(state, end, Path(name, str(len(rows))))
                rows.append(row)
                if not row.is_good:
                    print(row, file=sys.stderr, flush=True)
    late = [row for row in rows if row.seconds > GOAL]
    print(f"{markdown(rows)}\n")
    print(f"{len(rows)} servers were ended; the slowest took {max(row.seconds for row in rows):.2f} s.")
    processes, files = sum(len(row.processes) for row in rows), sum(len(row.files) for row in rows)
    print(f"Lost: {processes} processes left, {files} sockets and entries left, {len(late)} servers not in time")
    return 0 if all(row.is_good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
