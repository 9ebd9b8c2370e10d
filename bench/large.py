"""Large and unusual files: how long another request waits, and the time and memory of the server and of `check`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.servers import aloop_ls, environment
from lsp_client import LspClient

GOAL = 0.1
"""Seconds within which a hover on another file must be answered."""

QUICK = ("small", "entries_3k", "fields_100k", "line_10mb_plain")
"""The shapes of a short run."""

_LIMIT = 60.0
"""Seconds after which a shape is given up."""
_QUIET = 0.5
"""Seconds in which an idle server uses almost no CPU."""
_SMALL = "models:\n  ollama/llama3.1:\n    timeout: 30\ndefault: ollama/llama3.1\n"
_KEY = "sk-proj-Zq4vT8wLx2NcR7bKf1Yh6mPd9sGj3uEa5oWi0tXyBn"


@dataclass(frozen=True)
class Figures:
    """The measurements of one shape."""

    shape: str
    size: int
    """Bytes of the file."""
    wait: float
    """The longest time of a hover on another file, in seconds."""
    published: float | None
    """Seconds from opening the file to its diagnostics; None if there were none within the limit."""
    diagnostics: int
    server_cpu: float
    server_memory: int
    """The highest resident memory of the server, in bytes."""
    check: float | None
    """CPU seconds of `aloop models check`; None if it did not end within the limit."""
    check_memory: int


def shapes() -> dict[str, Callable[[], str]]:
    """Return the texts by name; each is made when it is needed."""
    return {
        "small": lambda: _SMALL,
        "entries_3k": lambda: _entries(3_000),
        "entries_10k": lambda: _entries(10_000),
        "entries_30k": lambda: _entries(30_000),
        "entries_100k": lambda: _ids(f"hosted_vllm/m-{n}" for n in range(100_000)),
        "entries_3k_misspelt": lambda: _ids(f"openai/gpt-4o-mimi-{n}" for n in range(3_000)),
        "entries_10k_misspelt": lambda: _ids(f"openai/gpt-4o-mimi-{n}" for n in range(10_000)),
        "entries_30k_misspelt": lambda: _ids(f"antropic/claude-{n}" for n in range(30_000)),
        "entries_100k_misspelt": lambda: _ids(f"openai/gtp-{n}" for n in range(100_000)),
        "duplicates_50k": lambda: _ids("ollama/llama3.1" for _ in range(50_000)),
        "fields_100k": lambda: _one_entry(f"    f{n}: 1" for n in range(100_000)),
        "anchors_30k": lambda: _ids((f"hosted_vllm/m-{n}" for n in range(30_000)), " &a{} "),
        "tags_50k": lambda: _ids((f"hosted_vllm/m-{n}" for n in range(50_000)), " !t{} "),
        "line_10mb_plain": lambda: _one_entry([f"    name: {'a' * 10_000_000}"]),
        "line_10mb_quoted": lambda: _one_entry([f'    name: "{"a " * 5_000_000}"']),
        "line_10mb_flow": lambda: _one_entry([f"    stop: [{'a, ' * 3_300_000}a]"]),
        "line_3mb_plain": lambda: _one_entry([f"    name: {'a' * 3_000_000}"]),
        "line_3mb_quoted": lambda: _one_entry([f'    name: "{"a " * 1_500_000}"']),
        "line_3mb_flow": lambda: _one_entry([f"    stop: [{'a, ' * 1_000_000}a]"]),
        "cr_only_1mb": lambda: _entries(14_000).replace("\n", "\r"),
        "broken_head_10mb": lambda: f"models:\n  a: [b\n{_entries(130_000).partition(chr(10))[2]}",
        "broken_tail_10mb": lambda: f"{_entries(130_000)}  a: [b\n",
        "broken_head_3mb": lambda: f"models:\n  a: [b\n{_entries(38_000).partition(chr(10))[2]}",
        "broken_tail_3mb": lambda: f"{_entries(38_000)}  a: [b\n",
        "items_500k": lambda: _one_entry(["    stop:", *("    - a" for _ in range(500_000))]),
        "items_1m": lambda: "- \n" * 1_000_000,
    }


def measure(names: Sequence[str], folder: Path) -> Iterator[Figures]:
    """Yield the measurements of each shape."""
    texts = shapes()
    for name in names:
        yield _measure(name, texts[name](), folder / name)


def markdown(rows: Sequence[Figures]) -> str:
    """Return the measurements as a Markdown table."""
    lines = [
        "| file | size | another file's hover waits | diagnostics after | sent | server CPU | server memory "
        "| check CPU | check speed | check memory |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        late = "" if row.wait <= GOAL else " MISSED"
        published = f"none in {_LIMIT:.0f} s" if row.published is None else f"{row.published:.1f} s"
        check = f"over {_LIMIT:.0f} s" if row.check is None else f"{row.check:.1f} s"
        speed = "" if row.check is None else f"{row.size / row.check / 1e6:.1f} MB/s"
        lines.append(
            f"| {row.shape} | {row.size / 1e6:.2f} MB | {row.wait * 1000:.0f} ms{late} | {published} "
            f"| {row.diagnostics:,} | {row.server_cpu:.1f} s | {row.server_memory >> 20} MB "
            f"| {check} | {speed} | {row.check_memory >> 20} MB |"
        )
    return "\n".join(lines)


def document(rows: Sequence[Figures]) -> list[dict[str, object]]:
    """Return the measurements as JSON."""
    return [asdict(row) for row in rows]


def _measure(name: str, text: str, folder: Path) -> Figures:
    large, small = (folder / each / ".aloop" / "models.yaml" for each in ("large", "small"))
    for path, content in ((large, text), (small, _SMALL)):
        path.parent.mkdir(parents=True)
        path.write_bytes(content.encode())
        path.chmod(0o600)
    env = environment(folder)
    client = LspClient(aloop_ls().command, cwd=folder, env=env, is_recorded=False, timeout=_LIMIT)
    try:
        client.initialize(large.parents[1])
        client.open(small, _SMALL)
        client.wait_diagnostics(small)
        wait, published, count = _open(client, large, text, small)
        cpu, memory = _cpu(client.pid), _peak(client.pid)
    finally:
        client.kill()
    check, check_memory = _check(large, env)
    return Figures(name, len(text.encode()), wait, published, count, cpu, memory, check, check_memory)


def _open(client: LspClient, large: Path, text: str, small: Path) -> tuple[float, float | None, int]:
    """Open the large file and hover on the small one until the server is idle."""
    where = client.at(small, _SMALL.index("ollama"))
    wait, published, count = 0.0, None, 0
    mark, began = client.mark(), time.perf_counter()
    client.open(large, text)
    uri, busy = large.as_uri(), (time.perf_counter(), _cpu(client.pid))
    while (now := time.perf_counter()) - began < _LIMIT:
        try:
            answer = client.timed_request("textDocument/hover", where)
        except TimeoutError:
            return _LIMIT, published, count
        wait = max(wait, answer.received_at - now)
        for method, params, at in client.notifications[mark:]:
            mark += 1
            if method == "textDocument/publishDiagnostics" and params["uri"] == uri:
                published, count = at - began, len(params["diagnostics"])
        time.sleep(0.01)
        if now - busy[0] >= _QUIET:
            used = _cpu(client.pid)
            if published is not None and used - busy[1] < _QUIET / 2:
                break
            busy = now, used
    return wait, published, count


def _check(path: Path, env: dict[str, str]) -> tuple[float | None, int]:
    """Return the CPU seconds of `check` and its highest memory in bytes."""
    command = [str(Path(sys.executable).with_name("aloop")), "models", "check", "--config", str(path)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + _LIMIT
    while time.monotonic() < end:
        pid, _, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = 0
            return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
        time.sleep(0.02)
    memory = _peak(process.pid)
    process.kill()
    process.wait()
    return None, memory


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _entries(count: int) -> str:
    return "models:\n" + "".join(f"  openai/unknown-{n}:\n    api_key: {_KEY}{n}\n" for n in range(count))


def _ids(ids: Iterator[str], properties: str = "") -> str:
    lines = (f"  {model_id}:{properties.format(n)}\n" for n, model_id in enumerate(ids))
    return f"models:\n{''.join(lines)}"


def _one_entry(lines: Sequence[str] | Iterator[str]) -> str:
    return "models:\n  ollama/llama3.1:\n" + "\n".join(lines) + "\ndefault: ollama/llama3.1\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("shapes", nargs="*", help="measure only these files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="al-", dir="/tmp") as name:
        rows: list[Figures] = []
        for row in measure(options.shapes or list(shapes()), Path(name)):
            rows.append(row)
            print(markdown([row]).splitlines()[-1], file=sys.stderr, flush=True)
    print(markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
