"""The private runtime folder and the lock in it."""

from __future__ import annotations

import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.runtime_folder import locked, runtime_folder


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


@pytest.mark.parametrize("wrong", ["", "relative", "open", "missing", "link"])
def test_a_given_folder_that_is_not_private_is_not_used(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, mode in (("relative", 0o700), ("open", 0o755), ("private", 0o700)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    (tmp_path / "link").symlink_to("private")
    monkeypatch.setenv("XDG_RUNTIME_DIR", wrong if wrong in ("", "relative") else str(tmp_path / wrong))
    assert runtime_folder() == temporary


def test_an_own_folder_is_made_private_again(temporary: Path) -> None:
    temporary.mkdir(mode=0o777)
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
    with pytest.raises(FileError, match="is not a folder of your own") as caught:
        runtime_folder()
    assert caught.value.reason == "cannotWrite"
    assert "set XDG_RUNTIME_DIR to a private folder of yours" in caught.value.message


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_refused(temporary: Path, tmp_path: Path, kind: str) -> None:
    if kind == "file":
        temporary.write_text("")
    else:
        temporary.symlink_to(tmp_path)
    with pytest.raises(FileError, match="is not a folder of your own"):
        runtime_folder()


def test_a_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/proc")
    with pytest.raises(FileError, match="Cannot write /proc/aloop-models-"):
        runtime_folder()


def test_a_lock_keeps_others_out_and_leaves_nothing_beside_the_file(tmp_path: Path, runtime: Path) -> None:
    path = tmp_path / "models.yaml"
    order: list[str] = []

    def second() -> None:
        with locked(path):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(path):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert list(tmp_path.iterdir()) == []
    locks = list((runtime / "aloop-models" / "locks").iterdir())
    assert [stat.S_IMODE(lock.stat().st_mode) for lock in locks] == [0o600]


def test_two_files_of_different_folders_do_not_wait_for_each_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with locked(tmp_path / "a" / "models.yaml"), locked(tmp_path / "b" / "models.yaml", wait=0.0):
        pass


def held(python: Callable[..., object], path: Path, **environment: str) -> object:
    code = (
        "import sys; from pathlib import Path; from aloop_models.workspace.runtime_folder import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    process = python(code, path, **environment)
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same runtime folder", "another runtime folder"])
def test_the_wait_is_bounded_and_says_what_to_do(
    tmp_path: Path, python: Callable[..., object], elsewhere: bool
) -> None:
    path, other = tmp_path / "models.yaml", tmp_path / "runtime"
    other.mkdir(mode=0o700)
    process = held(python, path, **({"XDG_RUNTIME_DIR": str(other)} if elsewhere else {}))
    start = time.monotonic()
    with pytest.raises(FileError) as caught, locked(path, wait=0.3):
        pass
    assert time.monotonic() - start >= 0.3
    assert caught.value.reason == "locked"
    assert caught.value.message == (
        f"Another program has been saving {path} for 0.3 s. End it if it hangs, then try again. Nothing was changed."
    )
    process.kill()
    process.communicate()
    with locked(path, wait=1.0):
        pass
