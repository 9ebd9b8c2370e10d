"""A pytest plugin that runs the collected tests with each mutant of scripts/mutate.py, in a process of its own.

The tests are collected once. The first run notes which tests call which function and how long they take; a mutant is
then only run with the tests that call its function, until one fails.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import time
from collections.abc import Iterator
from itertools import accumulate, zip_longest
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.detection import is_hypothesis_test
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name

EXAMPLES, PHASES = 20, (Phase.explicit, Phase.generate)
"""Inputs of a property-based test. A smaller input that fails too is not needed."""
SLOWEST = 1
"""Seconds of processor time. Tests that take more are left out."""
BUDGET = 2
"""Seconds of processor time for the tests of a mutant that survives."""
LARGE_BUDGET = 60
"""As `BUDGET` and `SLOWEST` for the few mutants that show a secret: the tests that plant keys everywhere are slow."""
TIME_LIMIT = (5, 4)
"""A mutant may use 5 s of processor time and 4 times as much as its tests."""
LONGEST = 300
"""Seconds after which a mutant that waits is ended."""
MEMORY = 4 << 30
"""Bytes that a mutant may use."""
JOBS = 2
"""Mutants that run at the same time."""

RESULTS = {0: "survived", 1: "killed", -signal.SIGXCPU: "time limit", -signal.SIGALRM: "time limit"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests with random inputs few ones, always the same, so that the score is the same at each run."""
    for test in {item.obj for item in items if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)}:
        few = settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        )
        test._hypothesis_internal_use_settings = few


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Replace the run of all tests, and write the result of each mutant to `results.json`."""
    if session.testsfailed:
        raise session.Interrupted("The tests cannot be collected.")
    folder = Path.cwd()
    mutants = json.loads((folder / "mutants.json").read_text("utf-8"))
    names: list[str] = mutants["names"]
    limits = (LARGE_BUDGET, LARGE_BUDGET) if mutants["is_for_secrets"] else (SLOWEST, BUDGET)
    measured = folder / "measured.json"
    known = json.loads(measured.read_text("utf-8")) if measured.exists() else {}
    calls, seconds = _measure(session.items, known)
    measured.write_text(json.dumps({item.nodeid: [sorted(calls[item]), seconds[item]] for item in calls}), "utf-8")
    # A fixture collects garbage after each module that uses LiteLLM: there is none in what was imported so far.
    gc.freeze()
    results: dict[str, str] = {}
    running: dict[int, str] = {}
    terminal: pytest.TerminalReporter = session.config.pluginmanager.getplugin("terminalreporter")
    began = time.monotonic()
    for count, name in enumerate(names, 1):
        calling = [item for item in session.items if mangled_name_from_mutant_name(name) in calls[item]]
        tests = _select(calling, seconds, name.split(".")[-2], *limits)
        if not tests:
            results[name] = "no test"
            continue
        running[_start(name, tests, sum(seconds[item] for item in tests))] = name
        if len(running) == JOBS:
            _wait_for_one(running, results)
        if count % 20 == 0:
            (folder / "results.json").write_text(json.dumps(results), "utf-8")
            terminal.write_line(f"{count} of {len(names)} after {time.monotonic() - began:.0f} s")
    while running:
        _wait_for_one(running, results)
    (folder / "results.json").write_text(json.dumps(results), "utf-8")
    return True


def _measure(
    items: list[pytest.Item], known: dict[str, tuple[list[str], float]]
) -> tuple[dict[pytest.Item, set[str]], dict[pytest.Item, float]]:
    """The functions that each test calls, and its processor time in seconds. Every test must pass.

    Tests in `known`, the measurement of an earlier run with the same mutants, are not run.
    """
    calls: dict[pytest.Item, set[str]] = {}
    seconds: dict[pytest.Item, float] = {}
    set_mutant_under_test("stats")
    for item in items:
        if item.nodeid in known:
            names, seconds[item] = known[item.nodeid]
            calls[item] = set(names)
    new = [item for item in items if item not in calls]
    for item, following in _pairs(new):
        state()._stats.clear()
        began = time.process_time()
        if not _passes(item, following):
            raise pytest.UsageError(f"{item.nodeid} fails without a mutant.")
        calls[item], seconds[item] = set(state()._stats), time.process_time() - began
    return calls, seconds


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _select(
    tests: list[pytest.Item], seconds: dict[pytest.Item, float], module: str, slowest: float, budget: float
) -> list[pytest.Item]:
    """The quick tests of a function until the time is used up: those of its module first, quickest per input first."""

    def order(item: pytest.Item) -> tuple[bool, float]:
        inputs = EXAMPLES if item.get_closest_marker("hypothesis") else 1
        return not item.path.stem.startswith(f"test_{module}"), seconds[item] / inputs

    quick = sorted((item for item in tests if seconds[item] < slowest), key=order)
    used = accumulate(seconds[item] for item in quick)
    return [item for item, total in zip(quick, used, strict=True) if total < budget]


def _start(name: str, tests: list[pytest.Item], seconds: float) -> int:
    """Run tests with a mutant in a new process, and return its ID."""
    if child := os.fork():
        return child
    status = 1
    try:
        _limit(seconds)
        set_mutant_under_test(name)
        pairs = _pairs(tests)
        status = 0 if all(_passes(item, following) for item, following in pairs) else 1
    finally:
        # Also after an exception that pytest does not catch: the mutant changed what happens.
        os._exit(status)


def _pairs(tests: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip_longest(tests, tests[1:])


def _limit(seconds: float) -> None:
    constant, factor = TIME_LIMIT
    processor = int(constant + factor * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(LONGEST)


def _wait_for_one(running: dict[int, str], results: dict[str, str]) -> None:
    process, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    # Any other signal, such as that of a stack that overflows, is a difference that a test noticed.
    results[running.pop(process)] = RESULTS.get(code, "killed")
