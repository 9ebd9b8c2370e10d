"""Where the first models.yaml can be created, when a person has to choose, and which files a command can name."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aloop_models.core.text import Edit
from aloop_models.errors import FileError, InvalidArgumentsError
from aloop_models.workspace.locate import Location, find_config
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


@pytest.fixture
def workspace(home: Path) -> Workspace:
    """A workspace `shop`, a project `other` next to it, and links from one to the other."""
    for folder in (home, home / "shop", home / "other", home / "shop" / "sub"):
        folder.mkdir(exist_ok=True)
        write(folder / NAME)
    write(home / "shop" / "compose.yaml")
    (home / "shop" / "link").symlink_to(home / "other")
    (home / "work").symlink_to(home / "shop")
    return Workspace((home / "shop",), home=home, window=True)


SERVED = {
    "shop/.aloop/models.yaml": "shop",
    "shop/%2ealoop%2Fmodels%2Eyaml": "shop",
    "shop/sub/../.aloop/models.yaml": "shop",
    "shop/missing/../.aloop/models.yaml": "shop",
    "shop/.aloop/../sub/.aloop/models.yaml": "shop/sub",
    "shop//./.aloop//models.yaml/": "shop",
    "shop/.aloop/models.yaml?query#L1": "shop",
    "shop/new/deep/.aloop/models.yaml": "shop/new/deep",
    "shop/%252e%252e/other/.aloop/models.yaml": "shop/%2e%2e/other",
    ".aloop/models.yaml": ".",
    "work/.aloop/models.yaml": "work",
    "other/../.aloop/models.yaml": ".",
}
"""Ends of URIs that a command can use, and the project that each of them means."""


@pytest.mark.parametrize(("end", "project"), SERVED.items())
def test_a_file_that_a_command_can_name(workspace: Workspace, home: Path, end: str, project: str) -> None:
    assert workspace.target(f"{home.as_uri()}/{end}") == home / project / NAME


@pytest.mark.parametrize(
    "end",
    [
        *("shop/compose.yaml", "shop/.aloop/other.yaml", "shop/.aloop/models.yml", "shop/.aloop/models.yaml.bak"),
        *("shop/.aloop/MODELS.YAML", "shop/.ALOOP/models.yaml", "shop/models.yaml", "shop/\uff0ealoop/models.yaml"),
        *("other/.aloop/models.yaml", "shop/../other/.aloop/models.yaml", "shop/%2e%2e/other/.aloop/models.yaml"),
        *(
            "shop/..%2Fother/.aloop/models.yaml",
            "shop/link/.aloop/models.yaml",
            "shop/link/../other/.aloop/models.yaml",
        ),
        *(
            "shop/compose.yaml?/.aloop/models.yaml",
            "shop/compose.yaml#/.aloop/models.yaml",
            "shop/.aloop/../compose.yaml",
        ),
        *("shop/.aloop/models.yaml/../../compose.yaml", "shop/sub\\..\\.aloop/models.yaml", "sub/.aloop/models.yaml"),
        *("shop-2/.aloop/models.yaml", "~/.aloop/models.yaml", "shop/.aloop", ""),
    ],
)
def test_a_file_that_a_command_cannot_name(workspace: Workspace, home: Path, end: str) -> None:
    with pytest.raises(InvalidArgumentsError) as refused:
        workspace.target(f"{home.as_uri()}/{end}")
    assert refused.value.reason == "notServed"


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "http://shop/.aloop/models.yaml", "git:/a/.aloop/models.yaml", ""]
)
def test_what_is_not_a_file_cannot_be_named(workspace: Workspace, uri: str) -> None:
    workspace.buffers.open(uri, 1, "", differs=False)
    with pytest.raises(InvalidArgumentsError) as refused:
        workspace.target(uri)
    assert refused.value.reason == "invalidArguments"


def test_a_folder_of_the_workspace_counts_from_its_addition_to_its_removal(workspace: Workspace, home: Path) -> None:
    uri = (home / "other" / NAME).as_uri()
    workspace.folders = (home / "shop", home / "other")
    assert workspace.target(uri) == home / "other" / NAME
    workspace.folders = (home / "shop",)
    with pytest.raises(InvalidArgumentsError):
        workspace.target(uri)


def test_an_open_document_is_the_one_with_the_path_of_its_uri(workspace: Workspace, home: Path) -> None:
    """The two URIs differ only in their encoding, but the second one names another file."""
    workspace.buffers.open(f"{home.as_uri()}/shop/compose.yaml%3Fa", 1, "", differs=False)
    assert workspace.target(f"{home.as_uri()}/shop/compose.yaml?a") == home / "shop" / "compose.yaml?a"
    with pytest.raises(InvalidArgumentsError):
        workspace.target(f"{home.as_uri()}/shop/compose.yaml")


@pytest.mark.parametrize("host", ["server", "127.0.0.1", "localhost:80", "me@localhost"])
def test_a_file_on_another_computer_cannot_be_named(workspace: Workspace, home: Path, host: str) -> None:
    with pytest.raises(FileError) as refused:
        workspace.target(f"file://{host}{home}/shop/.aloop/models.yaml")
    assert refused.value.reason == "cannotRead"


def test_many_open_files_are_not_searched_for_each_of_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, count = Workspace((), home=home), 0
    is_listed = workspace.is_listed

    def counted(path: Path) -> bool:
        nonlocal count
        count += 1
        return is_listed(path)

    monkeypatch.setattr(workspace, "is_listed", counted)
    paths = [home / f"project-{number}" / ".aloop" / "models.yaml" for number in range(20)]
    for path in paths:
        path.parent.parent.mkdir()
        write(path)
    for path in paths:
        workspace.buffers.open(path.as_uri(), 1, "models:\n", differs=False)
        assert workspace.uses(path) == (path == paths[0])
        assert workspace.uses(paths[0])
    assert count <= 3 * len(paths)
    workspace.buffers.close(paths[0].as_uri())
    assert workspace.uses(paths[1])


def test_only_the_folders_up_to_the_first_one_with_a_file_are_searched(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[Path] = []

    def find(start: Path, config: Path | None, home: Path | None) -> Location:
        searched.append(start)
        return find_config(start, config, home)

    monkeypatch.setattr("aloop_models.workspace.workspace.find_config", find)
    folders = [home / f"project-{number}" for number in range(5)]
    for folder in folders:
        folder.mkdir()
    write(folders[2] / ".aloop" / "models.yaml")
    workspace = Workspace(folders, home=home)
    assert workspace.find().path == folders[2] / ".aloop" / "models.yaml"
    assert searched == folders[:3]
    (folders[2] / ".aloop" / "models.yaml").unlink()
    assert workspace.find().create_at == folders[0] / ".aloop" / "models.yaml"
    assert searched[3:] == folders


def test_a_new_file_in_the_workspace_is_in_use_after_the_next_look(home: Path) -> None:
    folder = home / "shop"
    (folder / "sub").mkdir(parents=True)
    above, inside = (path / ".aloop" / "models.yaml" for path in (folder, folder / "sub"))
    write(above)
    workspace = Workspace((folder / "sub",), home=home)
    assert [workspace.uses(path) for path in (above, inside, None)] == [True, False, False]
    write(inside)
    assert workspace.look() == inside
    assert [workspace.uses(path) for path in (above, inside, None)] == [False, True, False]


def test_without_folders_and_a_working_directory_the_home_file_is_used(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    workspace = Workspace((), home=home, window=True)
    assert workspace.target() == folder / NAME
    folder.rmdir()
    assert (workspace.target(), workspace.find().source, workspace.new_files()) == (home / NAME, "none", None)
    assert workspace.places() == (home / NAME,)
    assert workspace.snapshot(home / NAME, "").is_for_all_projects is True
    opened = write(home / "shop" / NAME)
    workspace.buffers.open(opened.as_uri(), 1, "models:\n", differs=False)
    assert workspace.target() == opened


def test_nobody_waits_for_work_on_the_unsaved_text(tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    path.parent.mkdir(mode=0o700)
    path.write_text("models:\n  ollama/a:\n")
    workspace, started, proceed = Workspace([tmp_path]), threading.Event(), threading.Event()
    waited: list[bool] = []

    class Change:
        id = "1"

        def is_in(self, text: str) -> bool:
            return True

        def edits(self, text: str) -> tuple[Edit, ...]:
            started.set()
            waited.append(proceed.wait(60))
            return (Edit(len(text), len(text), "  ollama/b:\n"),)

    workspace.add_unsaved(path, Change())
    with ThreadPoolExecutor(1) as pool:
        snapshot = pool.submit(workspace.saved, path)
        assert started.wait(60)
        workspace.add_unsaved(path, Change())
        assert workspace.unsaved_ids(path) == {"1"}
        workspace.settle(path)
        proceed.set()
        assert list(snapshot.result().document.by_id) == ["ollama/a", "ollama/b"]
    assert waited == [True]
