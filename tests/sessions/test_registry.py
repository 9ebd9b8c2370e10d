"""On Windows everything about sessions is refused with one sentence."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError
from aloop_models.sessions import registry
from aloop_models.sessions.endpoint import endpoint_for
from aloop_models.workspace.workspace import Workspace

SENTENCE = "Sessions are not supported on Windows yet, "


@pytest.mark.parametrize("call", [registry.entries, lambda: endpoint_for("a"), lambda: registry.find("a")])
def test_sessions_are_refused(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(FileError, match=f"^{SENTENCE}") as refused:
        call()
    assert refused.value.reason == "notSupported"


def test_nobody_runs_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert registry.sessions_on(tmp_path, ()) == ()


def test_the_command_about_sessions_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runner = Runner(Workspace((tmp_path,)))
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(FileError, match=f"^{SENTENCE}"):
        runner.execute_now("aloop.listSessions", {})
