"""The lock against other writers of a file."""

from __future__ import annotations

import errno
import stat
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.lock import lock_file


def test_a_lock_keeps_others_out_and_leaves_nothing_beside_the_file(tmp_path: Path, runtime: Path) -> None:
    path = tmp_path / "models.yaml"
    order: list[str] = []

    def second() -> None:
        with lock_file(path):
            order.append("second")

    thread = threading.Thread(target=second)
    with lock_file(path):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert list(tmp_path.iterdir()) == []
    locks = list((runtime / "aloop-models" / "locks").iterdir())
    assert [stat.S_IMODE(lock.stat().st_mode) for lock in locks] == [0o600, 0o600]


def test_two_files_of_different_folders_do_not_wait_for_each_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with lock_file(tmp_path / "a" / "models.yaml"), lock_file(tmp_path / "b" / "models.yaml", wait=0.0):
        pass


def held(python: Callable[..., object], path: Path, **environment: str) -> object:
    code = (
        "import sys; from pathlib import Path; from aloop_models.workspace.lock import lock_file\n"
        "with lock_file(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
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
    with pytest.raises(FileError) as caught, lock_file(path, wait=0.3):
        pass
    assert time.monotonic() - start >= 0.3
    assert caught.value.reason == "locked"
    assert caught.value.message == (
        f"Another program has locked {path} for 0.3 seconds. If it hangs, end it. Then try again. Nothing was changed."
    )
    process.kill()
    process.communicate()
    with lock_file(path, wait=1.0):
        pass


def test_the_wait_starts_anew_at_each_change_of_the_file(tmp_path: Path, python: Callable[..., object]) -> None:
    path = tmp_path / "models.yaml"
    process = held(python, path)
    order: list[str] = []

    def write() -> None:
        for text in "abcd":
            time.sleep(0.2)
            path.write_text(text)
        order.append("wrote")
        process.kill()

    thread = threading.Thread(target=write)
    thread.start()
    with lock_file(path, wait=0.5):
        order.append("locked")
    thread.join()
    process.communicate()
    assert order == ["wrote", "locked"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
def test_a_file_system_without_flock_works_or_says_why(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    path, locks = tmp_path / "models.yaml", runtime / "aloop-models" / "locks"

    def answers(number: int) -> None:
        def flock(*_: object) -> None:
            raise OSError(number, "no locks")

        monkeypatch.setattr(fcntl, "flock", flock)

    answers(errno.ENOSYS)
    with warnings.catch_warnings(record=True) as warned, lock_file(path):
        assert len(list(locks.iterdir())) == 1
        with pytest.raises(FileError, match="Another program has locked"), lock_file(path, wait=0.05):
            pass
    assert [str(warning.message) for warning in warned] == []
    for number in (errno.ENOTSUP, errno.ENOLCK):
        answers(number)
        with pytest.raises(FileError) as caught, lock_file(path):
            pass
        assert caught.value.reason == "cannotWrite"
        assert caught.value.message == (
            f"The file system of {locks} has no locks. Set XDG_RUNTIME_DIR to a private folder on a local disk. "
            "Nothing was changed."
        )
