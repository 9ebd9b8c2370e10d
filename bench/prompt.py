"""Time from starting `aloop` to the first typed character on the screen. Run only this: `python -m bench.prompt`."""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.servers import environment

GOAL = 0.5
"""Seconds until the prompt accepts input, with a warm disk cache."""

TIMEOUT = 30.0
_PROMPT = "❯".encode()
_TYPED = "ж".encode()
"""Occurs in no escape sequence, so that it can only be the typed character."""

_FILE = """\
models:
  anthropic/claude-sonnet-4-5:
    name: Sonnet
    api_key: sk-ant-api03-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQW
  ollama/llama3.1:
    name: Llama
default: anthropic/claude-sonnet-4-5
"""


def measure(samples: int, folder: Path) -> list[float]:
    """Return the seconds of each start; one more start before them warms the disk cache."""
    config = folder / "prompt" / ".aloop" / "models.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(_FILE, "utf-8")
    config.chmod(0o600)
    variables = {**environment(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    return [_start(config.parents[1], variables) for _ in range(samples + 1)][1:]


def markdown(values: Sequence[float]) -> str:
    """Return the result as a Markdown table."""
    median, high = statistics.median(values) * 1000, max(values) * 1000
    verdict = "met" if median <= GOAL * 1000 else "MISSED"
    return (
        "| the agent | starts | median (slowest) | goal |\n|---|--:|--:|---|\n"
        f"| `aloop` → first typed character shown | {len(values)} | {median:,.0f} ms ({high:,.0f} ms) | "
        f"≤ {GOAL * 1000:.0f} ms {verdict} |"
    )


def _start(folder: Path, variables: Mapping[str, str]) -> float:
    ours, theirs = pty.openpty()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("aloop"))],
        cwd=folder,
        env=dict(variables),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        # The terminal itself echoes what is typed before the prompt appears.
        _until(ours, _PROMPT, begun)
        os.write(ours, _TYPED)
        _until(ours, _TYPED, begun)
        return time.perf_counter() - begun
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)


def _until(terminal: int, wanted: bytes, begun: float) -> None:
    seen = b""
    while wanted not in seen:
        left = begun + TIMEOUT - time.perf_counter()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            raise TimeoutError(f"aloop did not show {wanted.decode()}: {seen!r}")
        data = os.read(terminal, 65_536)
        if b"\x1b[6n" in data:
            # The program asks for the cursor position, as terminals report it.
            os.write(terminal, b"\x1b[1;1R")
        seen += data


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="aloop-bench-") as name:
        print(markdown(measure(15, Path(name))))
