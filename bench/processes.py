"""Processor time of whole programs, by turns. Run only this: `python -m bench.processes`."""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers import environment

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.provider_endpoint import ProviderEndpoint

_KEY = "sk-proj-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQWr4nd0mq8w7e6"
_UPDATE_SECONDS = 3
_PYTHON = [sys.executable, "-c"]
_ALOOP = str(Path(sys.executable).with_name("aloop"))
IMPORT, TASK = "python -c 'import litellm'", "aloop --task TEXT, until the answer of a server on this machine"
TAB = "Tab in bash: aloop models switch ▏"
FIRST_TAB = f"{TAB}, the first one after models.yaml has changed"
TAB_OF_NEW_CATALOG = f"{TAB}, without an index"
_BASH = {"_ALOOP_COMPLETE": "bash_complete", "COMP_WORDS": "aloop models switch "}
_COMMANDS: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "python -c pass": ((*_PYTHON, "pass"), {}),
    IMPORT: ((*_PYTHON, "import litellm"), {}),
    TASK: ((_ALOOP, "--task", "hi"), {}),
    "aloop models list": ((_ALOOP, "models", "list"), {}),
    "aloop models check": ((_ALOOP, "models", "check"), {}),
    TAB: ((_ALOOP, "models"), _BASH),
    FIRST_TAB: ((_ALOOP, "models"), _BASH),
    TAB_OF_NEW_CATALOG: ((_ALOOP, "models"), _BASH),
}


@dataclass
class Times:
    """Seconds of each run: processor time of the process and its children, and time on the clock."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


def measure(samples: int, folder: Path) -> dict[str, Times]:
    """Return the times of each program; one more run of each before them warms the disk cache."""
    found = {name: Times() for name in _COMMANDS}
    config = folder / "processes" / ".aloop" / "models.yaml"
    config.parent.mkdir(parents=True)
    with ProviderEndpoint() as endpoint:
        entry = f"  openai/gpt-4o:\n    api_key: {_KEY}\n    api_base: {endpoint.openai_url}\n"
        config.write_text(f"models:\n{entry}default: openai/gpt-4o\n", "utf-8")
        config.chmod(0o600)
        variables = {**environment(folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        for number in range(samples + 1):
            for name, (command, more) in _COMMANDS.items():
                if name == FIRST_TAB:
                    with config.open("a", encoding="utf-8") as stream:
                        stream.write("#\n")
                elif name == TAB_OF_NEW_CATALOG:
                    for index in folder.rglob("completion/index.json"):
                        index.unlink()
                processor, clock = _run(command, config.parents[1], {**variables, **more})
                if more is _BASH:
                    # The index is updated by a process that does not count, and must not disturb the next one.
                    time.sleep(_UPDATE_SECONDS)
                if number:
                    found[name].processor.append(processor)
                    found[name].clock.append(clock)
    return found


def markdown(found: Mapping[str, Times]) -> str:
    """Return a Markdown table of medians."""
    lines = ["| whole process | processor time | on the clock |", "|---|--:|--:|"]
    for name, times in found.items():
        processor, clock = statistics.median(times.processor), statistics.median(times.clock)
        lines.append(f"| {name} | {processor:.2f} s | {clock:.2f} s |")
    more = statistics.median(found[TASK].processor) - statistics.median(found[IMPORT].processor)
    lines.append(f"| the task without the import (goal: ≤ 0.40 s) | {more:.2f} s | |")
    return "\n".join(lines)


def _run(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> tuple[float, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env=dict(variables), stdin=subprocess.DEVNULL, capture_output=True, check=True)
    took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, took


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.processes", description=__doc__)
    parser.add_argument("--samples", type=int, default=9, help="default: %(default)s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aloop-bench-") as name:
        print(markdown(measure(options.samples, Path(name))))
