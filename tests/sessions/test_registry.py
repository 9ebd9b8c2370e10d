"""What entries say about the open documents of editors. On Windows, everything about sessions is refused."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError
from aloop_models.sessions import registry
from aloop_models.sessions.endpoint import endpoint_for
from aloop_models.sessions.registry import RegistryEntry
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


ENTRY = RegistryEntry("a", "editor", os.getpid(), None, "/f", "/f/m.yaml", "/run/a.s")


@pytest.fixture
def folder(alone: None) -> Path:
    """The folder of the entries."""
    registry.entries()
    return Path(os.environ["XDG_RUNTIME_DIR"], "aloop-models", "sessions")


def test_an_entry_lists_the_open_documents(folder: Path) -> None:
    entry = replace(ENTRY, documents=("/g/m.yaml", "/h/\udcff.yaml"), unsaved=("/h/\udcff.yaml",))
    registry.write(entry)
    assert registry.entries() == (entry,)
    assert (folder / "a.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("documents", "read"),
    [
        (None, [replace(ENTRY, documents=None)]),
        ([], [ENTRY]),
        (["/g"], [replace(ENTRY, documents=("/g",))]),
        ("/g", []),
        (["/g", 1], []),
        ({"/g": 1}, []),
    ],
)
def test_the_documents_of_an_entry(folder: Path, documents: Any, read: list[RegistryEntry]) -> None:
    (folder / "a.json").write_text(json.dumps({**asdict(ENTRY), "documents": documents}))
    assert list(registry.entries()) == read


def test_an_entry_of_version_0_1_has_no_documents(folder: Path) -> None:
    given = {name: value for name, value in asdict(ENTRY).items() if name not in ("documents", "unsaved")}
    (folder / "a.json").write_text(json.dumps(given))
    assert registry.entries() == (ENTRY,)


MANY = tuple(f"/{'x' * 80}/{number:03}/models.yaml" for number in range(1000))


@pytest.mark.parametrize(
    ("unsaved", "written"), [(MANY[:3], MANY[:3]), (MANY, None)], ids=["few are unsaved", "all are unsaved"]
)
def test_an_entry_stays_small(folder: Path, unsaved: tuple[str, ...], written: tuple[str, ...] | None) -> None:
    registry.write(replace(ENTRY, documents=MANY, unsaved=unsaved))
    assert (folder / "a.json").stat().st_size < 65536
    entry = replace(ENTRY, documents=None, unsaved=written)
    assert registry.entries() == (entry,)
    assert registry.editors_on(Path("/any/models.yaml")) == (entry,)


def test_the_order_in_which_editors_are_asked(folder: Path) -> None:
    path = folder / "m.yaml"
    real = str(path)
    entries = {
        "old": {"config": real},
        "terminal": {"documents": (real,)},
        "new": {"config": real, "documents": (real,)},
        "other": {"documents": ("/other",), "unsaved": ("/other",)},
        "agent": {"kind": "interactive", "config": real},
        "unsaved": {"documents": (real,), "unsaved": (real,)},
        "unsaved2": {"config": real, "documents": (real,), "unsaved": (real,)},
    }
    for number, (name, values) in enumerate(sorted(entries.items())):
        identity = f"{number}{name}"
        registry.write(replace(ENTRY, id=identity, endpoint=name, **values))
    asked = [entry.endpoint for entry in registry.editors_on(path, "terminal")]
    assert asked == ["unsaved2", "unsaved", "terminal", "old", "new"]
    assert [entry.endpoint for entry in registry.unsaved_elsewhere(path, "unsaved2")] == ["unsaved"]
    assert registry.unsaved_elsewhere(folder / "n.yaml", "old") == ()
