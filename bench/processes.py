"""Processor time of whole programs, by turns. Run only this: `python -m bench.processes`."""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.large import Program, versions
from bench.servers import environment

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.provider_endpoint import ProviderEndpoint

_KEY = "sk-proj-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQWr4nd0mq8w7e6"
_UPDATE_SECONDS = 3
_KINDS = ("processor time", "on the clock")
_PYTHON = [sys.executable, "-c"]
IMPORT, TASK = "python -c 'import litellm'", "aloop --task TEXT, until the answer of a server on this machine"
TAB = "Tab in bash: aloop models switch ▏"
FIRST_TAB = f"{TAB}, the first one after models.yaml has changed"
TAB_OF_NEW_CATALOG = f"{TAB}, without an index"
_BASH = {"_ALOOP_COMPLETE": "bash_complete", "COMP_WORDS": "aloop models switch "}
_PEERS: Mapping[str, Sequence[str]] = {
    "python -c pass": (*_PYTHON, "pass"),
    IMPORT: (*_PYTHON, "import litellm"),
}
_COMMANDS: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    TASK: (("--task", "hi"), {}),
    "aloop models list": (("models", "list"), {}),
    "aloop models check": (("models", "check"), {}),
    TAB: (("models",), _BASH),
    FIRST_TAB: (("models",), _BASH),
    TAB_OF_NEW_CATALOG: (("models",), _BASH),
}


@dataclass
class Times:
    """Seconds of each run: processor time of the process and its children, and time on the clock."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """The medians, as two cells of a table."""
        return f"{statistics.median(self.processor):.2f} s | {statistics.median(self.clock):.2f} s"


Found = dict[tuple[str, str], Times]
"""The times by the version, or an empty text for what belongs to none, and the name of the process."""


def measure(samples: int, folder: Path, programs: Sequence[Program]) -> Found:
    """Return the times of each version's programs; one more run of each before them warms the disk cache."""
    found: Found = defaultdict(Times)
    config = folder / "processes" / ".aloop" / "models.yaml"
    config.parent.mkdir(parents=True)
    with ProviderEndpoint() as endpoint:
        entry = f"  openai/gpt-4o:\n    api_key: {_KEY}\n    api_base: {endpoint.openai_url}\n"
        config.write_text(f"models:\n{entry}default: openai/gpt-4o\n", "utf-8")
        config.chmod(0o600)
        variables = {**environment(folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        for number in range(samples + 1):
            for name, command in _PEERS.items():
                _run(command, config.parents[1], variables, found["", name] if number else Times())
            for name, (arguments, more) in _COMMANDS.items():
                for program in programs:
                    _prepare(name, config, folder)
                    own = {**variables, **more, **({"PYTHONPATH": program.source} if program.source else {})}
                    times = found[program.name, name] if number else Times()
                    _run((*program.cli, *arguments), config.parents[1], own, times)
                    if more is _BASH:
                        # The index is updated by a process that does not count, and must not disturb the next one.
                        time.sleep(_UPDATE_SECONDS)
    return found


def markdown(found: Found) -> str:
    """Return a Markdown table of medians."""
    names = list(dict.fromkeys(version for version, _ in found if version))
    heads = [f"{kind}{f' ({version})' if len(names) > 1 else ''}" for version in names for kind in _KINDS]
    lines = [f"| whole process | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    for name in _PEERS:
        times = found["", name]
        lines.append(f"| {name} | {times} | {' | ' * (len(heads) - 2)}|")
    for name in _COMMANDS:
        lines.append(f"| {name} | {' | '.join(str(found[version, name]) for version in names)} |")
    imported = statistics.median(found["", IMPORT].processor)
    more = (f"{statistics.median(found[version, TASK].processor) - imported:.2f} s | " for version in names)
    lines.append(f"| the task without the import (goal: ≤ 0.40 s) | {' | '.join(more)}|")
    return "\n".join(lines)


def _prepare(name: str, config: Path, folder: Path) -> None:
    if name == FIRST_TAB:
        with config.open("a", encoding="utf-8") as stream:
            stream.write("#\n")
    elif name == TAB_OF_NEW_CATALOG:
        for index in folder.rglob("completion/index.json"):
            index.unlink()


def _run(command: Sequence[str], folder: Path, variables: Mapping[str, str], times: Times) -> None:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env=dict(variables), stdin=subprocess.DEVNULL, capture_output=True, check=True)
    took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    times.processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    times.clock.append(took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.processes", description=__doc__)
    parser.add_argument("--samples", type=int, default=9, help="default: %(default)s")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="also measure the version in this worktree")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aloop-bench-") as name:
        print(markdown(measure(options.samples, Path(name), versions(options.before))))
