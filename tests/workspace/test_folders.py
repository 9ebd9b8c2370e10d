"""Where files outside of projects are kept, and that nobody else can reach them."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.folders import cache_folder, runtime_folder, state_folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The fallback: no XDG_RUNTIME_DIR, and a folder for temporary files of the test's own."""
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    return tmp_path / f"aloop-models-{os.geteuid()}"


def test_in_the_folder_that_the_system_gives(runtime: Path) -> None:
    assert runtime_folder() == runtime / "aloop-models"
    assert stat.S_IMODE(runtime_folder().stat().st_mode) == 0o700


def test_without_one_it_is_made_among_the_temporary_files(temporary: Path) -> None:
    assert runtime_folder() == temporary
    assert stat.S_IMODE(temporary.stat().st_mode) == 0o700
    assert runtime_folder() == temporary


@pytest.mark.parametrize("wrong", ["", "relative", "open", "missing", "link", "unwritable"])
def test_a_given_folder_that_is_not_private_is_not_used(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, mode in (("relative", 0o700), ("open", 0o755), ("private", 0o700), ("unwritable", 0o500)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    (tmp_path / "link").symlink_to("private")
    monkeypatch.setenv("XDG_RUNTIME_DIR", wrong if wrong in ("", "relative") else str(tmp_path / wrong))
    assert runtime_folder() == temporary


@pytest.mark.parametrize("mode", [0o777, 0o500])
def test_an_own_folder_is_made_private_again(temporary: Path, mode: int) -> None:
    temporary.mkdir(mode=mode)
    assert runtime_folder() == temporary
    assert stat.S_IMODE(temporary.stat().st_mode) == 0o700


def test_a_foreign_folder_is_refused(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary.mkdir(mode=0o700)
    own = os.geteuid()
    if own == 0:
        os.chown(temporary, 4242, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
        temporary.rename(temporary.with_name("aloop-models-4242"))
    with pytest.raises(FileError, match="is not a folder that belongs to you") as caught:
        runtime_folder()
    assert caught.value.reason == "cannotWrite"
    assert "set XDG_RUNTIME_DIR to a private folder" in caught.value.message


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_refused(temporary: Path, tmp_path: Path, kind: str) -> None:
    if kind == "file":
        temporary.write_text("")
    else:
        temporary.symlink_to(tmp_path)
    with pytest.raises(FileError, match="is not a folder that belongs to you"):
        runtime_folder()


def test_a_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/proc")
    with pytest.raises(FileError, match="Cannot write /proc/aloop-models-"):
        runtime_folder()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the folders are those of that system")
@pytest.mark.parametrize(("given", "used"), [("/xdg", True), ("relative", False), ("", False), (None, False)])
def test_the_cache_is_where_xdg_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, used: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if given is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", given)
    assert cache_folder() == (Path("/xdg") if used else tmp_path / ".cache") / "aloop-models"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the folders are those of that system")
@pytest.mark.parametrize("given", [True, False])
def test_the_state_is_where_xdg_says_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bool) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg") if given else "")
    folder = tmp_path / ("xdg" if given else ".local/state") / "aloop-models"
    assert state_folder() == folder
    folder.chmod(0o755)
    assert state_folder() == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()
    folder.write_text("")
    with pytest.raises(FileError, match="set XDG_STATE_HOME to a private folder"):
        state_folder()
