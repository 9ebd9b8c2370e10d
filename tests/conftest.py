"""The order of the tests, and a report at the end of the run, whatever processes they ran in."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

# What is installed changes weekly: every test, and every program it starts, uses the shipped catalog.
os.environ["ALOOP_CATALOG"] = "snapshot"


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Has a line printed after the run."""
    return lambda line: record_property("report", line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file goes first, so that at the end no process waits for it alone."""
    items.sort(key=lambda item: item.path.name != "test_vscode.py")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for test in terminalreporter.getreports(outcome):
            for line in (value for name, value in test.user_properties if name == "report"):
                terminalreporter.write_line(str(line))
