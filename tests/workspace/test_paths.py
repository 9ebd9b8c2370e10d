"""Paths that a person or a program names and that cannot be looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.paths import (
    absolute_path,
    exists,
    is_file,
    is_folder,
    real_path,
    with_home,
    working_folder,
)

NOBODY = 65534


@pytest.fixture
def without_access(tmp_path: Path) -> Iterator[Path]:
    """A file in a folder that this process cannot search."""
    path = tmp_path / "secret" / "models.yaml"
    path.parent.mkdir()
    path.write_text("")
    path.parent.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield path
    if is_root:
        os.seteuid(0)
    path.parent.chmod(0o700)


def too_long(folder: Path) -> Path:
    return folder / ("x" * 300) / "models.yaml"


def loop(folder: Path) -> Path:
    (folder / ".aloop").symlink_to(".aloop")
    return folder / ".aloop" / "models.yaml"


def name_with_nul(folder: Path) -> Path:
    return folder / "a\0b"


def test_a_file_and_a_folder(tmp_path: Path) -> None:
    path, link = tmp_path / "models.yaml", tmp_path / "link"
    path.write_text("")
    link.symlink_to(path)
    assert [(exists(each), is_file(each), is_folder(each)) for each in (path, link, tmp_path, tmp_path / "none")] == [
        (True, True, False),
        (True, True, False),
        (True, False, True),
        (False, False, False),
    ]


@pytest.mark.parametrize("make", [too_long, loop, name_with_nul])
def test_an_impossible_path_is_neither(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    assert (exists(path), is_file(path), is_folder(path)) == (False, False, False)


@pytest.mark.parametrize("make", [too_long, loop])
def test_the_real_path_of_an_impossible_path_is_the_path(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    assert real_path(path) == path
    assert real_path(tmp_path / "link" / path.relative_to(tmp_path)) == path


def test_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("folder")
    assert working_folder() == real_path(Path()) == tmp_path
    assert absolute_path(Path("link")) == tmp_path / "link"
    assert real_path(Path("link")) == tmp_path / "folder"


@pytest.mark.usefixtures("deleted_folder")
def test_without_a_working_directory_a_relative_path_stays_relative(tmp_path: Path) -> None:
    for path in (Path(), Path("folder/models.yaml")):
        assert (real_path(path), absolute_path(path), exists(path / "x")) == (path, path, False)
    (tmp_path / "link").symlink_to("folder")
    assert (real_path(tmp_path / "link"), absolute_path(tmp_path / "link")) == (tmp_path / "folder", tmp_path / "link")
    with pytest.raises(FileError) as refused:
        working_folder()
    assert (refused.value.reason, refused.value.message) == (
        "fileNotFound",
        "The current folder no longer exists. Change to another folder (cd). Then try again.",
    )


def test_the_home_folder_in_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert with_home(Path("~/models.yaml")) == tmp_path / "models.yaml"
    assert with_home(Path("~nobody-of-this-name/x")) == Path("~nobody-of-this-name/x")


def test_without_access_it_is_neither(without_access: Path) -> None:
    with pytest.raises(PermissionError):
        without_access.stat()
    assert (exists(without_access), is_file(without_access), is_folder(without_access)) == (False, False, False)
