"""The session of an agent in a thread of its own: others find it also after a change of the path of its file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aloop_models.sessions import background, registry
from aloop_models.sessions.background import BackgroundHost


@pytest.fixture
def path(alone: None, tmp_path: Path) -> Path:
    """A models.yaml that is a link to `first`."""
    for name in ("first", "second"):
        (tmp_path / name).touch()
    link = tmp_path / "models.yaml"
    link.symlink_to("first")
    return link


@pytest.fixture
def session(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BackgroundHost]:
    monkeypatch.setattr(background, "_LOOK_SECONDS", 0.001)
    host = BackgroundHost("interactive", "aloop", path.parent, path, print, state=dict, changed=lambda: None)
    host.start(60)
    yield host
    host.stop()


def link_to_second(path: Path) -> Path:
    path.unlink()
    path.symlink_to("second")
    return path.with_name("second")


def become_a_file(path: Path) -> Path:
    path.with_name("first").replace(path)
    return path


def become_a_link(path: Path) -> Path:
    """As a program does that keeps such files in a folder of its own and links them."""
    become_a_file(path)
    path.replace(path.with_name("kept"))
    path.symlink_to("kept")
    return path.with_name("kept")


@pytest.mark.parametrize("change", [link_to_second, become_a_file, become_a_link])
def test_an_agent_is_found_by_the_file_that_it_uses_now(
    path: Path, session: BackgroundHost, change: Callable[[Path], Path]
) -> None:
    assert [entry.config for entry in registry.entries()] == [str(path.with_name("first"))]
    wanted = change(path)
    end = time.monotonic() + 60
    while not (found := registry.sessions_on(path, (path.parent,))):
        assert time.monotonic() < end
    assert [(item.id, item.config, item.here) for item in found] == [(registry.entries()[0].id, str(wanted), True)]
    assert session.entry == registry.entries()[0]
