"""Saving where the disk says no: full, read-only, not allowed. The file stays, and the message helps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.save import create_file, edit_file
from support.folder import beside

Python = Callable[..., subprocess.Popen[str]]
Require = Callable[[object, str], None]

NOBODY = 65534
EDIT = """
import os
import sys
from pathlib import Path
import filelock
import platformdirs
import tempfile
from aloop_models.errors import FileError
from aloop_models.workspace.read import read_file
from aloop_models.workspace.save import create_file, edit_file
path, user = Path(sys.argv[1]), int(sys.argv[4])
# Not by setpriv: the other user may not be able to reach this very Python.
os.setgroups([])
os.setresgid(user, user, user)
os.setresuid(user, user, user)
try:
    globals()[sys.argv[2]](path, *eval(sys.argv[3]))
except FileError as problem:
    print(problem.reason, problem.message, sep="|")
else:
    print("done")
"""


@pytest.fixture
def disk(tmp_path: Path, require: Require) -> Iterator[Path]:
    """A small disk of its own."""
    require(os.geteuid() == 0 and sys.platform == "linux", "mounting needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "none", str(folder))
    mounted = subprocess.run(mount, capture_output=True, text=True)
    require(mounted.returncode == 0, f"mounting is not possible here: {mounted.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(("umount", str(folder)), check=True)


def fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(b"x" * 4096)


def test_a_full_disk(disk: Path) -> None:
    path = disk / "models.yaml"
    path.write_text("old\n" * 1000)
    fill(disk)
    message = f"Cannot write {path}: the disk is full. Free some space and try again. Nothing was changed."
    for size in (1, 5_000, 100_000):
        with pytest.raises(FileError) as caught:
            edit_file(path, lambda old, size=size: old + "n" * size)
        assert (caught.value.reason, caught.value.message) == ("cannotWrite", message)
        assert (path.read_text(), beside(path)) == ("old\n" * 1000, ["filler", "models.yaml"])
    with pytest.raises(FileError) as caught:
        create_file(disk / "new.yaml", "n" * 5_000)
    assert caught.value.reason == "cannotWrite"
    assert beside(path) == ["filler", "models.yaml"]
    (disk / "filler").unlink()
    assert edit_file(path, lambda old: old + "new\n").text.endswith("old\nnew\n")


def test_a_disk_that_fills_up_half_way(disk: Path) -> None:
    path = disk / "models.yaml"
    path.write_text("old\n")
    with pytest.raises(FileError, match="the disk is full"):
        edit_file(path, lambda old: old + "n" * 100_000)
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])


def test_a_disk_mounted_read_only(disk: Path) -> None:
    path = disk / "models.yaml"
    path.write_text("old\n")
    subprocess.run(("mount", "-o", "remount,ro", str(disk)), check=True)
    message = f"Cannot write {path}: the disk is mounted read-only. Mount it for writing and try again."
    with pytest.raises(FileError) as caught:
        edit_file(path, lambda old: old + "new\n")
    assert (caught.value.reason, caught.value.message) == ("cannotWrite", f"{message} Nothing was changed.")
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])


@pytest.fixture
def as_nobody(python: Python, require: Require) -> Iterator[Callable[..., tuple[str, ...]]]:
    """Calls a function with a file as another user, and gives the reason and the message, or `done`."""
    require(os.geteuid() == 0 and shutil.which("setpriv"), "becoming another user needs root and setpriv")
    with tempfile.TemporaryDirectory() as runtime:
        os.chown(runtime, NOBODY, NOBODY)

        def call(path: Path, function: str, arguments: str = "()") -> tuple[str, ...]:
            process = python(EDIT, path, function, arguments, NOBODY, XDG_RUNTIME_DIR=runtime)
            output, errors = process.communicate(timeout=120)
            assert errors == ""
            return tuple(output.strip().split("|"))

        yield call


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def denied(path: Path, flags: str) -> bool:
    """Whether the other user is really kept out: root passes every check, so this has to be shown first."""
    test = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "test", flags, str(path))
    return subprocess.run(test).returncode == 1


APPEND = "(lambda old: old + 'new\\n',)"
LEAVE = "permission is denied. Give yourself access to the file and its folder and try again."


def test_a_file_that_may_not_be_read(shared: Path, as_nobody: Callable[..., tuple[str, ...]]) -> None:
    path = shared / "models.yaml"
    path.write_text("old\n")
    path.chmod(0o600)
    assert denied(path, "-r")
    for function, arguments in (("read_file", "()"), ("edit_file", APPEND)):
        assert as_nobody(path, function, arguments) == ("cannotRead", f"Cannot read {path}: {LEAVE}")
    path.chmod(0o644)
    assert as_nobody(path, "read_file") == ("done",)


def test_a_file_that_may_not_be_written(shared: Path, as_nobody: Callable[..., tuple[str, ...]]) -> None:
    path = shared / "models.yaml"
    path.write_text("old\n")
    path.chmod(0o644)
    shared.chmod(0o777)
    assert denied(path, "-w")
    assert not denied(shared, "-w")
    answer = as_nobody(path, "edit_file", APPEND)
    assert answer == ("cannotWrite", f"Cannot write {path}: {LEAVE} Nothing was changed.")
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])


def test_a_folder_that_may_not_be_written(shared: Path, as_nobody: Callable[..., tuple[str, ...]]) -> None:
    path = shared / "models.yaml"
    path.write_text("old\n")
    path.chmod(0o666)
    assert denied(shared, "-w")
    assert not denied(path, "-w")
    answer = as_nobody(path, "edit_file", APPEND)
    assert answer == ("cannotWrite", f"Cannot write {path}: {LEAVE} Nothing was changed.")
    answer = as_nobody(shared / "new.yaml", "create_file", "('new',)")
    assert answer == ("cannotWrite", f"Cannot write {shared / 'new.yaml'}: {LEAVE} Nothing was changed.")
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])


def test_an_owner_or_group_that_cannot_be_kept_gives_nobody_more_access(
    shared: Path, as_nobody: Callable[..., tuple[str, ...]]
) -> None:
    path = shared / "models.yaml"
    path.write_text("old\n")
    path.chmod(0o666)
    shared.chmod(0o777)
    assert as_nobody(path, "edit_file", APPEND) == ("done",)
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (NOBODY, NOBODY, 0o606)
    assert path.read_text() == "old\nnew\n"


def test_an_access_list_is_kept_and_none_is_inherited(shared: Path, require: Require) -> None:
    path = shared / "models.yaml"
    path.write_text("old\n")
    path.chmod(0o640)
    # Version 2; owner rw-, user 4242 r--, group r--, mask r--, others ---
    entries = ((1, 6, 0xFFFFFFFF), (2, 4, 4242), (4, 4, 0xFFFFFFFF), (16, 4, 0xFFFFFFFF), (32, 0, 0xFFFFFFFF))
    data = b"\2\0\0\0" + b"".join(
        tag.to_bytes(2, "little") + leave.to_bytes(2, "little") + who.to_bytes(4, "little")
        for tag, leave, who in entries
    )
    try:
        os.setxattr(shared, "system.posix_acl_default", data)
    except OSError:
        require(False, "this file system has no access lists")
    edit_file(path, lambda old: old + "new\n")
    assert "system.posix_acl_access" not in os.listxattr(path)
    assert path.stat().st_mode & 0o777 == 0o640
    os.setxattr(path, "system.posix_acl_access", data)
    edit_file(path, lambda old: old + "new\n")
    assert os.getxattr(path, "system.posix_acl_access") == data


def test_a_link_into_a_read_only_place(tmp_path: Path) -> None:
    """The advice is about the link, as a Nix store must not be changed; its commands work from anywhere."""
    store, link = tmp_path / "store" / "m.yaml", tmp_path / "my project" / "models.yaml"
    store.parent.mkdir()
    store.write_text("models:\n")
    store.chmod(0o444)
    link.parent.mkdir()
    link.symlink_to("../store/m.yaml")
    with pytest.raises(FileError) as caught:
        edit_file(link, lambda old: old + "# more\n")
    copy = f"cp '{link}' '{link}.new' && chmod 600 '{link}.new' && mv -f '{link}.new' '{link}'"
    assert caught.value.message == (
        f"{link} is a link to {store}, which is read-only. Change the file where it is made (Nix, stow, dotfiles), or "
        f"replace the link by a copy: {copy}. Then try again. Nothing was changed."
    )
    subprocess.run(["sh", "-c", copy], check=True, cwd="/")
    edit_file(link, lambda old: old + "# more\n")
    assert (link.is_symlink(), link.read_text(), store.read_text()) == (False, "models:\n# more\n", "models:\n")
