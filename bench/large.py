"""Large and unusual files: how long another request waits, and the time and memory of the server and of `check`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.harness import process_tree
from bench.servers import aloop_ls, environment
from lsp_client import LspClient

SMALL = "small"
"""The shape whose memory is that of a program without a large file."""

GOAL = 0.1
"""Seconds within which a hover on another file must be answered."""

MANY = (250, 500, 1_000, 2_000)
"""Numbers of files that are opened at once."""

QUICK = (SMALL, "entries_3k", "fields_100k", "line_10mb_plain")
"""The shapes of a short run."""

_LIMIT = 60.0
"""Seconds after which a shape is given up."""
_QUIET = 0.5
"""Seconds in which an idle server uses almost no CPU."""
_SMALL_TEXT = "models:\n  ollama/llama3.1:\n    timeout: 30\ndefault: ollama/llama3.1\n"
_KEY = "sk-proj-Zq4vT8wLx2NcR7bKf1Yh6mPd9sGj3uEa5oWi0tXyBn"


@dataclass(frozen=True)
class Program:
    """A version of this package: the commands of its language server and its command line."""

    name: str
    server: tuple[str, ...]
    cli: tuple[str, ...]
    source: str = ""
    """The folder to import it from; empty for the installed package."""


@dataclass(frozen=True)
class Figures:
    """The measurements of one shape with one version."""

    program: str
    shape: str
    size: int
    """Bytes of the file."""
    waits: tuple[float | None, float | None, float | None]
    """The longest time of a hover on another file while the file is opened, edited and closed, in seconds; None if
    there was no answer within the limit, or the step was not reached."""
    published: float | None
    """Seconds from opening the file to its diagnostics; None if there were none within the limit."""
    diagnostics: int
    message: int
    """Bytes of the largest message with diagnostics."""
    server_cpu: float
    """CPU seconds of the server until the file was read and checked."""
    server_memory: int
    """The highest resident memory of the server and its child processes, in bytes."""
    check: float | None
    """CPU seconds of `aloop models check`; None if it did not end within the limit."""
    check_memory: int


@dataclass(frozen=True)
class ManyFiles:
    """The measurement of many files that are opened at once."""

    program: str
    count: int
    seconds: float | None
    """From the first file to the diagnostics of the last one; None if there were none within the limit."""
    wait: float | None
    """The longest time of a hover; None if there was no answer within the limit."""


def installed() -> Program:
    """Return the installed package."""
    return Program("now", aloop_ls().command, (str(Path(sys.executable).with_name("aloop")),))


def earlier(folder: Path) -> Program:
    """Return the version in another worktree; it runs with the libraries of this environment."""
    return Program(
        "before",
        (*_started("aloop-ls", "lsp.main"), "--stdio"),
        _started("aloop", "__main__"),
        str(folder / "server"),
    )


def versions(before: Path | None) -> tuple[Program, ...]:
    """Return the installed package, and before it the version in another worktree, if given."""
    return (*((earlier(before),) if before else ()), installed())


def _started(name: str, module: str) -> tuple[str, ...]:
    start = f"import sys; sys.argv[0] = '{name}'; from aloop_models.{module} import main; sys.exit(main())"
    return sys.executable, "-c", start


def shapes() -> dict[str, Callable[[], str]]:
    """Return the texts by name; each is made when it is needed."""
    return {
        SMALL: lambda: _SMALL_TEXT,
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
        "lines_at_limit_plain": lambda: _long_entries(f"name: {'a' * 32_700}", 90),
        "lines_at_limit_quoted": lambda: _long_entries(f'name: "{"a " * 16_350}"', 90),
        "lines_at_limit_flow": lambda: _long_entries(f"stop: [{'a, ' * 80_000}a]", 12),
        "broken_head_10mb": lambda: f"models:\n  a: [b\n{_entries(130_000).partition(chr(10))[2]}",
        "broken_tail_10mb": lambda: f"{_entries(130_000)}  a: [b\n",
        "broken_head_3mb": lambda: f"models:\n  a: [b\n{_entries(38_000).partition(chr(10))[2]}",
        "broken_tail_3mb": lambda: f"{_entries(38_000)}  a: [b\n",
        "items_500k": lambda: _one_entry(["    stop:", *("    - a" for _ in range(500_000))]),
        "items_1m": lambda: "- \n" * 1_000_000,
    }


def measure(names: Sequence[str], folder: Path, programs: Sequence[Program] = ()) -> Iterator[Figures]:
    """Yield the measurements of each shape, with each version in turn."""
    texts = shapes()
    for name in names:
        for program in programs or (installed(),):
            yield _measure(program, name, texts[name](), folder / program.name / name)


def measure_many(counts: Sequence[int], folder: Path, programs: Sequence[Program] = ()) -> Iterator[ManyFiles]:
    """Open many small files at once, and hover on another one until the diagnostics of all are there."""
    for count in counts:
        for program in programs or (installed(),):
            yield _open_many(program, count, folder / program.name / str(count))


def many_markdown(rows: Sequence[ManyFiles]) -> str:
    """Return the measurements of many files as a Markdown table."""
    lines = ["| open files | version | all diagnostics after | for each file | hover waits |", "|--:|---|--:|--:|--:|"]
    for row in rows:
        took = f"over {_LIMIT:.0f} s" if row.seconds is None else f"{row.seconds:.2f} s"
        each = "" if row.seconds is None else f"{row.seconds / row.count * 1000:.2f} ms"
        wait = f"over {_LIMIT:.0f} s" if row.wait is None else f"{row.wait * 1000:.0f} ms"
        lines.append(f"| {row.count:,} | {row.program} | {took} | {each} | {wait} |")
    return "\n".join(lines)


def markdown(rows: Sequence[Figures]) -> str:
    """Return the measurements as a Markdown table; memory is that above the memory with a small file."""
    bases = {row.program: row for row in rows if row.shape == SMALL}
    lines = [
        "| file | version | size | hover waits: open | edit | close | diagnostics after | sent | message "
        "| server CPU | server memory | check CPU | check speed | check memory |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        base = bases.get(row.program)
        waits = " | ".join(_shown_wait(wait) for wait in row.waits)
        published = f"over {_LIMIT:.0f} s" if row.published is None else f"{row.published:.1f} s"
        check = f"over {_LIMIT:.0f} s" if row.check is None else f"{row.check:.1f} s"
        speed = "" if row.check is None or row is base else f"{row.size / row.check / 1e6:.2f} MB/s"
        lines.append(
            f"| {row.shape} | {row.program} | {row.size / 1e6:.2f} MB | {waits} | {published} "
            f"| {row.diagnostics:,} | {row.message / 1e6:.2f} MB | {row.server_cpu:.1f} s "
            f"| {_shown_memory(row, row.server_memory, base and base.server_memory)} "
            f"| {check} | {speed} | {_shown_memory(row, row.check_memory, base and base.check_memory)} |"
        )
    return "\n".join(lines)


def document(rows: Sequence[Figures]) -> list[dict[str, object]]:
    """Return the measurements as JSON."""
    return [asdict(row) for row in rows]


def _shown_wait(wait: float | None) -> str:
    return f"over {_LIMIT:.0f} s" if wait is None else f"{wait * 1000:.0f} ms{'' if wait <= GOAL else ' MISSED'}"


def _shown_memory(row: Figures, peak: int, base: int | None) -> str:
    times = f" ({(peak - base) / row.size:.0f} x file)" if base and row.shape != SMALL and peak > base else ""
    return f"{peak >> 20} MB{times}"


def _measure(program: Program, name: str, text: str, folder: Path) -> Figures:
    large, small = (folder / each / ".aloop" / "models.yaml" for each in ("large", "small"))
    for path, content in ((large, text), (small, _SMALL_TEXT)):
        path.parent.mkdir(parents=True)
        path.write_bytes(content.encode())
        path.chmod(0o600)
    env = environment(folder) | ({"PYTHONPATH": program.source} if program.source else {})
    client = LspClient(program.server, cwd=folder, env=env, is_recorded=False, timeout=_LIMIT)
    try:
        client.initialize(large.parents[1])
        client.open(small, _SMALL_TEXT)
        client.wait_diagnostics(small)
        meter = _Meter(client, small, large)
        opened = meter.wait(lambda: client.open(large, text))
        cpu = _cpu(client.pid)
        published, count, size = meter.published, meter.count, meter.size
        edited = closed = None
        if opened is not None and published is not None:
            places = (text.find("\n") + 1, text.find("\n", len(text) // 2) + 1, len(text))
            waits = [meter.wait(lambda place=place: client.replace(large, place, place, "#")) for place in places]
            edited = None if None in waits else max(wait for wait in waits if wait is not None)
            closed = meter.wait(lambda: client.close(large))
        memory = sum(_peak(pid) for pid in process_tree(client.pid))
    finally:
        client.kill()
    check, check_memory = _check(program, large, env)
    waits = (opened, edited, closed)
    return Figures(
        program.name, name, len(text.encode()), waits, published, count, size, cpu, memory, check, check_memory
    )


def _open_many(program: Program, count: int, folder: Path) -> ManyFiles:
    paths = [folder / f"project-{number}" / ".aloop" / "models.yaml" for number in range(count + 1)]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text(_SMALL_TEXT)
        path.chmod(0o600)
    env = environment(folder) | ({"PYTHONPATH": program.source} if program.source else {})
    client = LspClient(program.server, cwd=folder, env=env, is_recorded=False, timeout=_LIMIT)
    try:
        client.initialize(paths[0].parents[1])
        client.open(paths[0], _SMALL_TEXT)
        client.wait_diagnostics(paths[0])
        where = client.at(paths[0], _SMALL_TEXT.index("ollama"))
        waiting = {path.as_uri() for path in paths[1:]}
        mark, longest, last = client.mark(), 0.0, 0.0
        began = time.perf_counter()
        for path in paths[1:]:
            client.open(path, _SMALL_TEXT)
        while waiting and (now := time.perf_counter()) - began < _LIMIT:
            answer = client.timed_request("textDocument/hover", where)
            longest = max(longest, answer.received_at - now)
            for method, params, at in client.notifications[mark:]:
                mark += 1
                if method == "textDocument/publishDiagnostics" and params["uri"] in waiting:
                    waiting.discard(params["uri"])
                    last = at
            time.sleep(0.01)
        return ManyFiles(program.name, count, None if waiting else last - began, longest)
    except TimeoutError:
        return ManyFiles(program.name, count, None, None)
    finally:
        client.kill()


class _Meter:
    """Hovers on a small file while something happens to a large one."""

    def __init__(self, client: LspClient, small: Path, large: Path) -> None:
        self._client, self._uri = client, large.as_uri()
        self._where = client.at(small, _SMALL_TEXT.index("ollama"))
        self.published: float | None = None
        self.count = self.size = 0
        """The number of diagnostics in the newest message, and the bytes of the largest one."""

    def wait(self, action: Callable[[], object]) -> float | None:
        """Return the longest time of a hover from the action until diagnostics were sent and the server is idle."""
        client, longest, self.published = self._client, 0.0, None
        mark, began = client.mark(), time.perf_counter()
        action()
        busy = (time.perf_counter(), _cpu(client.pid))
        while (now := time.perf_counter()) - began < _LIMIT:
            try:
                answer = client.timed_request("textDocument/hover", self._where)
            except TimeoutError:
                return None
            longest = max(longest, answer.received_at - now)
            for method, params, at in client.notifications[mark:]:
                mark += 1
                if method == "textDocument/publishDiagnostics" and params["uri"] == self._uri:
                    self.published, self.count = at - began, len(params["diagnostics"])
                    self.size = max(self.size, len(json.dumps(params)))
            time.sleep(0.01)
            if now - busy[0] >= _QUIET:
                used = _cpu(client.pid)
                if self.published is not None and used - busy[1] < _QUIET / 2:
                    break
                busy = now, used
        return longest


def _check(program: Program, path: Path, env: dict[str, str]) -> tuple[float | None, int]:
    """Return the CPU seconds of `check` and its highest memory in bytes."""
    command = [*program.cli, "models", "check", "--config", str(path)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end, memory = time.monotonic() + _LIMIT, 0
    while time.monotonic() < end:
        # The `ru_maxrss` of a process counts the memory of this one too, which started it.
        memory = max(memory, _peak(process.pid))
        pid, _, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = 0
            return usage.ru_utime + usage.ru_stime, memory
        time.sleep(0.02)
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


def _long_entries(field: str, count: int) -> str:
    return "models:\n" + "".join(f"  ollama/m-{number}:\n    {field}\n" for number in range(count))


def _one_entry(lines: Sequence[str] | Iterator[str]) -> str:
    return "models:\n  ollama/llama3.1:\n" + "\n".join(lines) + "\ndefault: ollama/llama3.1\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("shapes", nargs="*", help="measure only these files")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="also measure the version in this worktree")
    parser.add_argument("--many", action="store_true", help="measure only many files that are opened at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the measurements to this file")
    options = parser.parse_args()
    names = list(dict.fromkeys((SMALL, *(options.shapes or shapes()))))
    programs = versions(options.before)
    with tempfile.TemporaryDirectory(prefix="al-", dir="/tmp") as name:
        if options.many:
            print(many_markdown(list(measure_many(MANY, Path(name), programs))))
            return 0
        files = list(measure_many(MANY, Path(name) / "many", programs)) if not options.shapes else []
        rows: list[Figures] = []
        for row in measure(names, Path(name), programs):
            rows.append(row)
            print(markdown([*rows[: len(programs)], row]).splitlines()[-1], file=sys.stderr, flush=True)
            if options.json:
                options.json.write_text(json.dumps(document(rows), indent=1), "utf-8")
    print(markdown(rows))
    if files:
        print(f"\n{many_markdown(files)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
