"""Changes of files are noticed, whatever was done to them."""

from __future__ import annotations

import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aloop_models.workspace.watch import FileWatch

LIMIT = 60
"""Seconds after which a change has been missed; a machine may be busy."""
Changed = queue.Queue[tuple[Path, ...]]


@pytest.fixture
def watch() -> Iterator[FileWatch]:
    watch = FileWatch(every=0.01)
    yield watch
    watch.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "project" / ".aloop" / "models.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("old\n")
    return path


def replace(path: Path) -> None:
    """Replace or create the file."""
    path.with_name("new").write_text("new\n")
    path.with_name("new").replace(path)


def rewrite(path: Path) -> None:
    path.write_text("longer\n")


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parents[1])


def replace_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("old"))
    path.parent.mkdir()
    path.write_text("new\n")


def folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("act", [rewrite, replace, Path.unlink, remove_folder, replace_folder, folder_in_its_place])
def test_a_file_that_is_there(watch: FileWatch, path: Path, act: Callable[[Path], None]) -> None:
    told: Changed = queue.Queue()
    watch.start([path, path.with_name("other")], told.put)
    act(path)
    assert set(told.get(timeout=LIMIT)) == {path}


def test_a_file_whose_folder_is_made_later(watch: FileWatch, path: Path) -> None:
    told: Changed = queue.Queue()
    remove_folder(path)
    watch.start([path], told.put)
    path.parent.mkdir(parents=True)
    path.write_text("new\n")
    assert told.get(timeout=LIMIT) == (path,)


def test_the_target_of_a_link_in_another_folder(watch: FileWatch, path: Path, tmp_path: Path) -> None:
    told: Changed = queue.Queue()
    link, other = tmp_path / "link.yaml", tmp_path / "other.yaml"
    link.symlink_to(path)
    other.write_text("other\n")
    watch.start([link], told.put)
    replace(path)
    assert told.get(timeout=LIMIT) == (link,)
    link.unlink()
    link.symlink_to(other)
    assert told.get(timeout=LIMIT) == (link,)


def test_every_change_is_told_once_and_nothing_else(watch: FileWatch, path: Path) -> None:
    told: Changed = queue.Queue()
    watch.start([path], told.put)
    for _ in range(3):
        replace(path)
        assert told.get(timeout=LIMIT) == (path,)
        os.utime(path.parent)
        with pytest.raises(queue.Empty):
            told.get(timeout=0.05)


def test_started_again_and_stopped(watch: FileWatch, path: Path) -> None:
    first, second = Changed(), Changed()
    other = path.with_name("other")
    watch.start([path], first.put)
    watch.start([other], second.put)
    replace(path)
    other.write_text("new\n")
    assert second.get(timeout=LIMIT) == (other,)
    watch.stop()
    watch.stop()
    other.write_text("newer\n")
    with pytest.raises(queue.Empty):
        second.get(timeout=0.05)
    assert first.empty()


def test_one_more_file(watch: FileWatch, path: Path) -> None:
    told, other = Changed(), path.with_name("other")
    watch.add(other)
    watch.start([path], told.put)
    watch.add(other)
    replace(other)
    assert told.get(timeout=LIMIT) == (other,)
    replace(path)
    assert told.get(timeout=LIMIT) == (path,)


def test_a_change_just_before_it_is_started_again(path: Path) -> None:
    watch, told = FileWatch(every=0.5), Changed()
    watch.start([path], told.put)
    replace(path)
    watch.start([path, path.with_name("other")], told.put)
    assert told.get(timeout=LIMIT) == (path,)
    watch.stop()


def test_its_threads_end(path: Path) -> None:
    watch = FileWatch(every=0.01)
    for _ in range(3):
        watch.start([path], lambda _: None)
    watch.stop()
    for thread in threading.enumerate():
        if thread.name == "aloop-watch":
            thread.join(timeout=LIMIT)
            assert not thread.is_alive()
