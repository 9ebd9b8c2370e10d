"""Making a new file: private, whole, and never in the place of another."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.save import create_file, read_file
from support.folder import beside


def test_a_new_file_is_private_and_so_is_its_folder(tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    before = os.umask(0)
    try:
        file = create_file(path, "new\n")
    finally:
        os.umask(before)
    assert file == read_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755
    assert (path.stat().st_nlink, beside(path)) == (1, ["models.yaml"])


def test_a_new_file_never_takes_the_place_of_another(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = f"{path} already exists. Move it away. Then try again. Nothing was changed."
    for _ in range(2):
        with pytest.raises(FileError) as caught:
            create_file(path, "new\n")
        assert (caught.value.reason, caught.value.message) == ("conflict", message)
        assert (path.read_text(), beside(path)) == ("old\n", ["models.yaml"])
        monkeypatch.setattr(os, "link", without_hard_links)


def without_hard_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_new_file_where_the_disk_has_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", without_hard_links)
    create_file(tmp_path / "new" / "models.yaml", "new\n")
    assert beside(tmp_path / "new" / "models.yaml") == ["models.yaml"]
    assert (tmp_path / "new" / "models.yaml").read_text() == "new\n"


def test_a_new_file_is_not_made_through_a_dangling_link(tmp_path: Path) -> None:
    link = tmp_path / "models.yaml"
    link.symlink_to("elsewhere.yaml")
    with pytest.raises(FileError, match=r"is a link to elsewhere.yaml, which does not exist"):
        create_file(link, "new\n")
    assert beside(link) == ["models.yaml"]


def test_a_new_file_where_no_folder_can_be(path: Path) -> None:
    with pytest.raises(FileError, match="a file with this name exists") as caught:
        create_file(path / "models.yaml", "new\n")
    assert caught.value.reason == "cannotWrite"
