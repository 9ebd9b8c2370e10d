"""Saving a file: what is kept, who waits for whom, and what is refused."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.errors import FileError, RefusedError
from aloop_models.workspace.save import edit_bytes, edit_file, read_file
from support.folder import beside

Python = Callable[..., subprocess.Popen[str]]


def refused(path: Path, change: Callable[[str], str] = lambda old: old + "new\n") -> tuple[str, str]:
    with pytest.raises(FileError) as caught:
        edit_file(path, change)
    return caught.value.reason, caught.value.message


def test_an_edit_gives_what_the_file_holds_now(path: Path) -> None:
    file = edit_file(path, lambda old: old + "new\n")
    assert file == read_file(path)
    assert (file.text, path.read_text(), beside(path)) == ("old\nnew\n",) * 2 + (["models.yaml"],)


def test_bytes_pass_through_unchanged(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\rc")
    edit_file(path, lambda old: old.replace("1", "é"))
    assert path.read_bytes() == b"\xef\xbb\xbfa: \xc3\xa9\r\nb: 2\rc"
    edit_bytes(path, lambda old: old + b"\xff")
    assert path.read_bytes() == b"\xef\xbb\xbfa: \xc3\xa9\r\nb: 2\rc\xff"


def test_no_change_writes_nothing(path: Path) -> None:
    path.chmod(0o400)
    before = path.stat()
    assert edit_file(path, lambda old: old) == read_file(path)
    assert path.stat() == before


def test_a_refusal_of_the_change_writes_nothing(path: Path) -> None:
    before = read_file(path)

    def change(_: str) -> str:
        raise RefusedError("modelExists", "There already.")

    with pytest.raises(RefusedError, match="There already"):
        edit_file(path, change)
    assert (read_file(path), beside(path)) == (before, ["models.yaml"])


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o666, 0o700, 0o200 | 0o444])
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_the_mode_stays_exactly(path: Path, mode: int, umask: int) -> None:
    path.chmod(mode)
    before = os.umask(umask)
    try:
        edit_file(path, lambda old: old + "new\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_owner_and_group_stay(path: Path, require: Callable[[object, str], None]) -> None:
    require(os.geteuid() == 0, "giving files away needs root")
    os.chown(path, 4242, 4343)
    edit_file(path, lambda old: old + "new\n")
    assert (path.stat().st_uid, path.stat().st_gid) == (4242, 4343)


def test_attributes_stay_and_inherited_access_lists_do_not_widen(path: Path) -> None:
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    edit_file(path, lambda old: old + "new\n")
    assert os.getxattr(path, "user.note") == b"mine"


def test_a_link_stays_a_link_into_another_folder(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "project" / "models.yaml"
    link.parent.mkdir()
    link.symlink_to("../folder/second.yaml")
    (path.parent / "second.yaml").symlink_to("models.yaml")
    file = edit_file(link, lambda old: old + "new\n")
    assert (link.is_symlink(), (path.parent / "second.yaml").is_symlink(), path.is_symlink()) == (True, True, False)
    assert (file.path, path.read_text(), beside(link)) == (link, "old\nnew\n", ["models.yaml"])
    assert beside(path) == ["models.yaml", "second.yaml"]


def test_a_hard_link_is_noted(path: Path) -> None:
    other = path.with_name("other.yaml")
    other.hardlink_to(path)
    file = edit_file(path, lambda old: old + "new\n")
    assert file.notes == (f"{path} has other hard links (1). They keep the old text.",)
    assert other.read_text() == "old\n"


def test_the_temporary_file_is_private_and_covered_by_the_ignore_rule(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.chmod(0o644)
    seen: list[tuple[str, int]] = []
    before = os.fdopen

    def spy(descriptor: int, mode: str) -> object:
        if "w" in mode:
            seen.extend((name, (path.parent / name).stat().st_mode & 0o777) for name in beside(path)[1:])
        return before(descriptor, mode)

    monkeypatch.setattr(os, "fdopen", spy)
    edit_file(path, lambda old: old + "new\n")
    [(name, mode)] = seen
    assert name.startswith(f"models.yaml.{os.getpid()}-")
    assert name.endswith(".tmp")
    assert mode == 0o600


def test_leftovers_of_dead_writers_go_and_nothing_else(path: Path, python: Python) -> None:
    dead = python("pass")
    dead.communicate()
    names = {
        f"models.yaml.{dead.pid}-0123abcd.tmp": False,
        f"models.yaml.{os.getpid()}-0123abcd.tmp": False,
        "models.yaml.1-0123abcd.tmp": True,
        "models.yaml.1-01234567.tmp": False,
        "models.yaml.tmp": True,
        f"other.yaml.{dead.pid}-0123abcd.tmp": True,
        f"models.yaml.{dead.pid}-0123abcd.tmp.mine": True,
    }
    for name in names:
        (path.parent / name).write_text("secret")
    os.utime(path.parent / "models.yaml.1-01234567.tmp", (1, 1))
    (path.parent / f"models.yaml.{dead.pid}-00000000.tmp").mkdir()
    edit_file(path, lambda old: old)
    kept = [name for name, stays in names.items() if stays]
    assert beside(path) == sorted([*kept, "models.yaml", f"models.yaml.{dead.pid}-00000000.tmp"])


def test_eight_processes_lose_nothing(path: Path, python: Python, tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from aloop_models.workspace.save import edit_file
sys.stdin.readline()
for number in range(25):
    edit_file(Path(sys.argv[1]), lambda old: old + f"{sys.argv[2]}-{number}\\n")
"""
    others = []
    for number in range(4):
        others.append(tmp_path / f"runtime-{number}")
        others[-1].mkdir(mode=0o700)
    # Half of them share a runtime folder, the others have one each.
    folders = [os.environ["XDG_RUNTIME_DIR"]] * 4 + [str(other) for other in others]
    writers = [python(code, path, number, XDG_RUNTIME_DIR=folder) for number, folder in enumerate(folders)]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate(timeout=120) == ("", "")
    lines = path.read_text().splitlines()
    assert sorted(lines) == sorted(["old", *(f"{writer}-{number}" for writer in range(8) for number in range(25))])
    assert beside(path) == ["models.yaml"]


@pytest.mark.parametrize("replaces", [False, True], ids=["in place", "by a new file"])
def test_the_change_of_a_program_without_a_lock_is_kept(path: Path, replaces: bool) -> None:
    runs: list[str] = []

    def change(old: str) -> str:
        runs.append(old)
        if len(runs) == 1:
            if replaces:
                path.with_name("new").write_text("key: rotated\n")
                path.with_name("new").replace(path)
            else:
                path.write_text("key: rotated\n")
        return old + "new\n"

    assert edit_file(path, change).text == "key: rotated\nnew\n"
    assert runs == ["old\n", "key: rotated\n"]


def test_a_mode_that_changes_meanwhile_is_kept(path: Path) -> None:
    path.chmod(0o644)

    def change(old: str) -> str:
        path.chmod(0o600)
        return old + "new\n"

    edit_file(path, change)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_program_that_never_stops_writing_is_a_conflict(path: Path) -> None:
    def change(old: str) -> str:
        path.write_text(old + "other\n")
        return old + "new\n"

    message = f"Another program keeps changing {path}. Close it, or wait until it is done. Then try again."
    assert refused(path, change) == ("conflict", f"{message} Nothing was changed.")
    assert (path.read_text(), beside(path)) == ("old\n" + 3 * "other\n", ["models.yaml"])


def test_deleted_renamed_or_replaced_by_a_folder_meanwhile(path: Path) -> None:
    def delete(old: str) -> str:
        path.unlink()
        return old + "new\n"

    def rename(old: str) -> str:
        path.rename(path.with_name("renamed.yaml"))
        return old + "new\n"

    def replace(old: str) -> str:
        path.unlink()
        path.mkdir()
        return old + "new\n"

    missing = f"{path} does not exist. Check the path, or create it: aloop models init"
    assert refused(path, delete) == ("fileNotFound", missing)
    assert beside(path) == []
    path.write_text("old\n")
    assert refused(path, rename) == ("fileNotFound", missing)
    assert (beside(path), path.with_name("renamed.yaml").read_text()) == (["renamed.yaml"], "old\n")
    path.write_text("old\n")
    folder = f"{path} is a folder, not a file. Move it away, or use the path of a file."
    assert refused(path, replace) == ("cannotRead", folder)
    assert refused(path) == ("cannotRead", folder)
    assert beside(path) == ["models.yaml", "renamed.yaml"]


def test_a_link_that_is_turned_meanwhile_is_not_followed_to_the_old_file(path: Path) -> None:
    other, link = path.with_name("other.yaml"), path.with_name("link.yaml")
    other.write_text("other\n")
    link.symlink_to(path)

    def change(old: str) -> str:
        link.unlink()
        link.symlink_to(other)
        return old + "new\n"

    assert refused(link, change)[0] == "conflict"
    assert (path.read_text(), other.read_text()) == ("old\n", "other\n")


def test_a_file_without_leave_to_write_is_read_only_for_root_too(path: Path) -> None:
    path.chmod(0o444)
    message = f"{path} is read-only. To allow changes, run: chmod u+w {path}. Then try again. Nothing was changed."
    assert refused(path) == ("cannotWrite", message)
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])


def test_half_a_character_is_refused(path: Path) -> None:
    assert refused(path, lambda old: old + "\ud800")[0] == "cannotWrite"
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])


def test_an_unexpected_error_leaves_no_temporary_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        edit_file(path, lambda old: old + "new\n")
    assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])
