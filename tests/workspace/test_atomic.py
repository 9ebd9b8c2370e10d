"""The writer of whole files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aloop_models.workspace.atomic import write_private


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def test_a_file_is_replaced_and_private(tmp_path: Path) -> None:
    file = tmp_path / "entry.json"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o777, names(tmp_path)) == (b"new", 0o600, ["entry.json"])


def test_what_a_killed_writer_left_goes(tmp_path: Path) -> None:
    (tmp_path / f"entry.json.{os.getpid()}-0123abcd.tmp").write_text("half")
    (tmp_path / "entry.json.tmp").write_text("somebody else's")
    write_private(tmp_path / "entry.json", b"new")
    assert names(tmp_path) == ["entry.json", "entry.json.tmp"]


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "entry.json"
    file.write_text("old")

    def refuse(_: Path, __: Path) -> None:
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_private(file, b"new")
    assert (file.read_text(), names(tmp_path)) == ("old", ["entry.json"])
