"""The order of the tests, what tests of several layers share, and a report at the end of the run."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from aloop_models.terminal import select_file
from support.provider_endpoint import ProviderEndpoint
from support.tally import LOST, TRIED
from support.world import World

# What is installed changes weekly, and models are retired on a date: every test, and every program it starts, uses the
# shipped catalog on one day.
os.environ |= {"ALOOP_CATALOG": "snapshot", "ALOOP_TODAY": "2026-11-22"}

# Speed is not tested: on a busy machine, one input can take seconds. A change must not fail because of a fault that was
# there before: each run has the same inputs, but `make fuzz` has others (`--hypothesis-profile=random`).
settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("tests", settings.get_profile("random"), derandomize=True)
settings.load_profile("tests")

CALLS_LITELLM = {"agent", "discovery", "llm", "test_agent_escapes.py", "test_readiness.py", "test_interfaces.py"}
"""Folders and files of the tests that call LiteLLM in this process."""


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Has a line printed after the run."""
    return lambda line: record_property("report", line)


@pytest.fixture(autouse=True)
def no_selected_file() -> Iterator[None]:
    """No file that an option of a test selected is named in the messages of the next one."""
    yield
    select_file(None)


@pytest.fixture
def endpoint() -> Iterator[ProviderEndpoint]:
    with ProviderEndpoint() as running:
        yield running


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home and a runtime folder of its own for an agent, so that it sees no session of another test, or yours."""
    # Short, for a socket's path has at most 108 bytes.
    runtime = Path(tempfile.mkdtemp(prefix="a", dir="/tmp"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    for name in ("ALOOP_EDITOR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    yield
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture
def deleted_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which no longer exists."""
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    return folder


@pytest.fixture
def world() -> Iterator[World]:
    """Running agents and editors on one file, in a runtime folder of their own."""
    # Short, for a socket's path has at most 108 bytes.
    root = Path(tempfile.mkdtemp(prefix="w", dir="/tmp"))
    made = World(root)
    yield made
    made.end()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def connections_of_litellm() -> Iterator[None]:
    """LiteLLM leaves connections open: they are closed here, where no test of another module is blamed for them."""
    yield
    if litellm := sys.modules.get("litellm"):
        litellm.in_memory_llm_clients_cache.flush_cache()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            # Also for connections that are no longer in the cache.
            gc.collect()
        # LiteLLM's many objects would make each collection take half a second.
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file goes first, so that at the end no process waits for it alone."""
    items.sort(key=lambda item: item.path.name != "test_vscode.py")
    for item in items:
        if CALLS_LITELLM & set(item.path.parts):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))
        if item.get_closest_marker("real_editor"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Note what the test tried and what was lost, for scripts/make_reliability_docs.py."""
    counters = {"tried": TRIED, "lost": LOST}
    before = {kind: counter.copy() for kind, counter in counters.items()}
    try:
        return (yield)
    finally:
        for kind, counter in counters.items():
            new = {what: count - before[kind][what] for what, count in counter.items()}
            item.user_properties += [
                (f"{kind}: {what}", count) for what, count in new.items() if count or what not in before[kind]
            ]


class RetryReport:
    """Print each retry when it happens, with its reason, and count them at the end of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._retried: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "rerun":
            self._retried.append(report.nodeid)
            terminal: pytest.TerminalReporter = self._config.pluginmanager.getplugin("terminalreporter")
            terminal.write_line(f"\nRETRY {report.nodeid}", yellow=True)
            terminal.write_line(report.longreprtext)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        count = len(self._retried)
        were = "test was" if count == 1 else "tests were"
        terminalreporter.write_line(f"{count} {were} retried" + (f": {', '.join(self._retried)}" if count else "."))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RetryReport(config))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for test in terminalreporter.getreports(outcome):
            for line in (value for name, value in test.user_properties if name == "report"):
                terminalreporter.write_line(str(line))
