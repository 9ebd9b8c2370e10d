"""Where the first models.yaml can be created, and when a person has to choose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aloop_models.workspace.workspace import Workspace

NAME = Path(".aloop", "models.yaml")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "shop").mkdir(parents=True)
    return home


def write(path: Path, text: str = "models:\n") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_the_project_and_the_home_folder(home: Path, tmp_path: Path) -> None:
    found = Workspace((home / "shop",), home=home).new_files()
    assert found is not None
    assert found.project == ((home / "shop" / NAME).as_uri(), "~/shop/.aloop/models.yaml")
    assert found.home == ((home / NAME).as_uri(), "~/.aloop/models.yaml")
    elsewhere = Workspace((tmp_path,), home=home).new_files()
    assert elsewhere is not None
    assert elsewhere.project.path == str(tmp_path / NAME)


def test_in_a_repository_the_project_is_its_root(home: Path) -> None:
    (home / "shop" / ".git").mkdir()
    (home / "shop" / "src").mkdir()
    found = Workspace((home / "shop" / "src",), home=home).new_files()
    assert found is not None
    assert found.project.path == "~/shop/.aloop/models.yaml"


def test_nothing_to_choose(home: Path, tmp_path: Path) -> None:
    shop = home / "shop"
    assert Workspace((home,), home=home).new_files() is None
    assert Workspace((shop,), home=home, config=tmp_path / "named.yaml").new_files() is None
    assert Workspace((shop,), home=tmp_path / "none").new_files() is None
    agent = Workspace((shop,), home=home)
    agent.file = shop / NAME
    assert agent.new_files() is None
    editor = Workspace((shop,), home=home)
    editor.buffers.open((shop / NAME).as_uri(), 1, "", differs=True)
    assert editor.new_files() is None


@pytest.mark.parametrize("place", ["home", "home/shop"])
def test_a_file_that_exists_is_used(home: Path, tmp_path: Path, place: str) -> None:
    workspace = Workspace((home / "shop",), home=home)
    path = write(tmp_path / place / NAME)
    assert workspace.new_files() is None
    assert workspace.target() == path


def test_an_empty_file_of_the_project_is_a_choice(home: Path) -> None:
    workspace = Workspace((home / "shop",), home=home)
    write(home / NAME, "")
    assert workspace.new_files() is not None
    write(home / "shop" / NAME, "\n")
    assert workspace.new_files() is None


def test_a_place_that_cannot_be_used_is_not_offered(home: Path) -> None:
    workspace = Workspace((home / "shop",), home=home)
    # A folder of that name is not a file.
    (home / NAME).mkdir(parents=True)
    assert workspace.new_files() is None
    (home / NAME).rmdir()
    assert workspace.new_files() is not None
    (home / "shop" / NAME).mkdir(parents=True)
    assert workspace.find().is_blocked
    assert workspace.new_files() is None


def test_a_home_folder_that_is_read_only_is_not_offered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root can write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: (Path(path), mode) != (home, os.W_OK))
    assert Workspace((home / "shop",), home=home).new_files() is None


def test_the_file_for_all_projects(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    for folder, path, expected in (
        (home / "shop", home / NAME, True),
        (home / "shop", tmp_path / "link" / NAME, True),
        (home / "shop", home / "shop" / NAME, False),
        (home / "shop", home / "models.yaml", False),
        (home, home / NAME, False),
    ):
        assert Workspace((folder,), home=home).snapshot(path, "").is_for_all_projects is expected
