"""Kinds of file systems, from the list of mounts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aloop_models.workspace.mounts import is_of_the_kernel, modes_count


def mounted(monkeypatch: pytest.MonkeyPatch, path: Path, kind: str) -> None:
    """The device of the path has this kind of file system from now on."""
    device = path.stat().st_dev
    mount = f"36 35 {os.major(device)}:{os.minor(device)} / /mnt rw,noatime shared:1 - {kind} /dev/sdb1 rw\n"
    read = Path.read_text
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda path, **options: mount if str(path) == "/proc/self/mountinfo" else read(path, **options),
    )


@pytest.mark.parametrize(
    ("kind", "count"), [("vfat", False), ("ext4", True), ("9p", True), ("9p drvfs;aname=drvfs", False)]
)
def test_a_file_system_without_modes(kind: str, count: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, tmp_path, kind)
    assert modes_count(tmp_path.stat().st_dev) is count


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="needs Linux")
@pytest.mark.parametrize("path", ["/proc/self/environ", "/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"])
def test_files_of_the_kernel(path: str) -> None:
    if not Path(path).exists():
        pytest.skip(f"there is no {path}")
    assert is_of_the_kernel(Path(path).stat())


def test_an_empty_file_and_one_without_a_list_of_mounts_are_ordinary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").touch()
    assert not is_of_the_kernel((tmp_path / "empty").stat())
    mounted(monkeypatch, tmp_path, "proc")
    assert is_of_the_kernel((tmp_path / "empty").stat())
    (tmp_path / "full").write_text("x" * 10_000)
    os.sync()
    assert not is_of_the_kernel((tmp_path / "full").stat())
