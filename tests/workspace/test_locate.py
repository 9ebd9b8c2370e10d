"""Which models.yaml serves a folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aloop_models.workspace.locate import (
    CONFIG_PATH,
    Location,
    find_config,
    home_config,
    is_blank,
    places_of,
    reason_to_skip,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def config(folder: Path, text: str = "models: {}\n") -> Path:
    path = folder / CONFIG_PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def folder(parent: Path, *names: str) -> Path:
    made = parent.joinpath(*names)
    made.mkdir(parents=True)
    return made


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch, owner: int = 4242) -> None:
    """The path belongs to another user from now on, in the eyes of a process of any user."""
    given, look = path.lstat(), Path.stat

    def stat_of(seen: Path, **options: Any) -> os.stat_result:
        found = look(seen, **options)
        if (found.st_dev, found.st_ino) != (given.st_dev, given.st_ino):
            return found
        return os.stat_result((*found[:4], owner, *found[5:]), {"st_mtime_ns": found.st_mtime_ns})

    if os.geteuid() == 0:
        os.lchown(path, owner, -1)
    else:
        monkeypatch.setattr(Path, "stat", stat_of)
        monkeypatch.setattr(Path, "lstat", lambda seen: stat_of(seen, follow_symlinks=False))


def test_nothing_found_says_where_one_would_be_made(home: Path) -> None:
    project = folder(home, "project")
    assert find_config(project, home=home) == Location(None, "none", project / CONFIG_PATH, None)


def test_the_nearest_wins_and_shadows_the_others(home: Path) -> None:
    near, far, own = config(folder(home, "a", "b")), config(home / "a"), config(home)
    assert find_config(folder(home, "a", "b", "c"), home=home) == Location(
        near, "workspace", home / "a" / "b" / "c" / CONFIG_PATH, None, shadowed=(far, own)
    )


def test_the_home_file_serves_where_there_is_no_nearer_one(home: Path) -> None:
    own = config(home)
    found = find_config(folder(home, "project"), home=home)
    assert (found.path, found.source, found.shadowed) == (own, "home", ())
    assert find_config(home, home=home).source == "home"
    assert home_config(home) == own


def test_the_home_file_serves_a_folder_outside_the_home(home: Path, tmp_path: Path) -> None:
    own, outside = config(home), folder(tmp_path, "outside", ".git").parent
    found = find_config(outside, home=home)
    assert (found.path, found.source, found.create_at) == (own, "home", outside / CONFIG_PATH)


def test_the_way_up_ends_at_the_repository(home: Path) -> None:
    config(home / "a")
    root = folder(home, "a", "repository", ".git").parent
    start = folder(root, "deep", "down")
    found = find_config(start, home=home)
    assert (found.path, found.source, found.create_at, found.repository) == (None, "none", root / CONFIG_PATH, root)
    inside = config(root)
    assert find_config(start, home=home) == Location(inside, "workspace", root / CONFIG_PATH, root)


def test_a_git_file_is_a_repository_too(home: Path) -> None:
    config(home / "a")
    worktree = folder(home, "a", "worktree")
    (worktree / ".git").write_text("gitdir: elsewhere\n")
    assert find_config(worktree / "x", home=home).repository == worktree


def test_the_way_up_ends_at_the_home_folder(home: Path, tmp_path: Path) -> None:
    config(tmp_path)
    assert find_config(folder(home, "project"), home=home).path is None


def test_a_repository_in_the_home_folder(home: Path) -> None:
    folder(home, ".git")
    found = find_config(folder(home, "project"), home=home)
    assert (found.repository, found.create_at) == (home, home / CONFIG_PATH)


def test_the_way_up_ends_at_the_border_of_a_file_system(home: Path, require: Callable[[object, str], None]) -> None:
    require(os.geteuid() == 0, "mounting needs root")
    above = config(home / "a")
    mount = folder(home, "a", "mount")
    subprocess.run(("mount", "-t", "tmpfs", "none", str(mount)), check=True)
    try:
        found = find_config(folder(mount, "project"), home=home)
        assert (found.path, found.create_at) == (None, mount / "project" / CONFIG_PATH)
    finally:
        subprocess.run(("umount", str(mount)), check=True)
    assert find_config(mount, home=home).path == above


def test_starts_from_a_file_an_aloop_folder_a_link_or_nothing(home: Path) -> None:
    path = config(home / "project")
    (home / "link").symlink_to(home / "project")
    starts = ("project", "project/.aloop", "project/.aloop/models.yaml", "project/not/there.py", "link")
    for start in starts:
        found = find_config(home / start, home=home)
        assert (found.path, found.create_at) == (path, path), start


@pytest.mark.usefixtures("deleted_folder")
@pytest.mark.parametrize("start", ["", "sub/folder", "~/"])
def test_without_a_working_directory_the_home_file_is_used(
    home: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setenv("HOME", str(home))
    assert find_config(Path(start), home=home) == Location(None, "none", home / CONFIG_PATH, None)
    assert places_of(Path(start), home=home) == (home / CONFIG_PATH,)
    own = config(home)
    assert find_config(Path(start)) == find_config(Path(start), home=home)
    assert find_config(Path(start)).path == own
    assert find_config(Path(start), home / "named.yaml", home).path == home / "named.yaml"
    assert find_config(Path(start), Path("named.yaml"), home).path == Path("named.yaml")


def test_a_named_file_is_taken_as_it_is(home: Path) -> None:
    near, own = config(home / "project"), config(home)
    found = find_config(home / "project", home / "missing.yaml", home)
    missing = home / "missing.yaml"
    assert found == Location(missing, "option", missing, None, shadowed=(near, own))
    assert find_config(home / "project", near, home).shadowed == (own,)


def test_a_named_file_is_absolute(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder(home, "project"))
    monkeypatch.setenv("HOME", str(home))
    assert find_config(Path(), Path("../other.yaml"), home).path == home / "other.yaml"
    assert find_config(Path(), Path("~/other.yaml"), home).path == home / "other.yaml"


@pytest.mark.parametrize("name", [".aloop", "models.yaml"])
def test_the_refusal_names_a_loop_of_links(home: Path, name: str) -> None:
    path = home / "project" / CONFIG_PATH
    (path.parent if name == "models.yaml" else path.parent.parent).mkdir(parents=True)
    (path if name == "models.yaml" else path.parent).symlink_to(name)
    assert str(find_config(home / "project", home=home).refusal()) == (
        "No models.yaml can be used here. "
        f"Skipped {path}: its symbolic links form a loop. Correct the link, or remove it."
    )


def test_a_link_stays_a_link(home: Path) -> None:
    target = config(home / "elsewhere")
    link = folder(home, "project", ".aloop") / "models.yaml"
    link.symlink_to(target)
    assert find_config(home / "project", home=home).path == link


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff\n"])
def test_white_space_only_counts_as_missing(home: Path, text: str) -> None:
    config(home / "project", text)
    own = config(home)
    assert find_config(home / "project", home=home).path == own


def test_a_file_that_everybody_may_write_is_skipped(home: Path) -> None:
    path, own = config(home / "project"), config(home)
    path.chmod(0o666)
    found = find_config(home / "project", home=home)
    assert found.path == own
    assert found.skipped == ((path, "every user can write to it", f"If you trust it, run: chmod o-w {path}"),)
    assert find_config(home / "project", path, home).path == path


def test_a_file_of_another_user_is_skipped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = config(home / "project")
    give_away(path, monkeypatch)
    found = find_config(home / "project", home=home)
    own = f"sudo chown {os.geteuid()} {path}"
    advice = f"If you trust it, run: {own} (or use --config)"
    assert (found.path, found.is_blocked) == (None, True)
    assert found.skipped == ((path, "it belongs to another user", advice),)
    assert str(found.refusal()) == (
        f"No models.yaml can be used here. Skipped {path}: it belongs to another user. {advice}."
    )
    assert find_config(home / "project", path, home).path == path


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(0o777, "every user can write to its folder"), (0o1777, None), (0o775, None), (0o755, None)],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_everybody_may_write(home: Path, mode: int, reason: str | None, is_there: bool) -> None:
    """A file that is created there would not be used."""
    path = config(home / "project")
    path.parent.chmod(mode)
    if not is_there:
        path.unlink()
    found = find_config(home / "project", home=home)
    advice = f"If you trust it, run: chmod o-w {path.parent}"
    assert found.skipped == (() if reason is None else ((path, reason, advice),))
    assert found.is_blocked == (reason is not None)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_of_another_user(home: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool) -> None:
    path = config(home / "project")
    if not is_there:
        path.unlink()
    give_away(path.parent, monkeypatch)
    assert [item.reason for item in find_config(home / "project", home=home).skipped] == [
        "its folder belongs to another user"
    ]


def test_a_link_of_another_user_without_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = folder(home, "project") / ".aloop"
    link.symlink_to(folder(home, "elsewhere"))
    give_away(link, monkeypatch)
    found = find_config(home / "project", home=home)
    assert [item.reason for item in found.skipped] == [f"the symbolic link {link} belongs to another user"]
    assert found.is_blocked


@pytest.mark.parametrize("place", ["file", "folder", "between"])
def test_a_link_of_another_user(home: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Another user can replace what is in a folder that they can write to, but not make a link of ours."""
    target, open_folder = config(home / "elsewhere"), folder(home, "open")
    open_folder.chmod(0o777)
    if place == "folder":
        link = folder(home, "project") / ".aloop"
        link.symlink_to(target.parent)
    else:
        link = folder(home, "project", ".aloop") / "models.yaml"
        link.symlink_to(target)
    path = home / "project" / ".aloop" / "models.yaml"
    if place == "between":
        link.unlink()
        link.symlink_to(open_folder / "link")
        link = open_folder / "link"
        link.symlink_to(target)
    assert find_config(home / "project", home=home).path == path
    give_away(link, monkeypatch)
    advice = f"If you trust it, run: sudo chown -h {os.geteuid()} {link} (or use --config)"
    assert find_config(home / "project", home=home).skipped == (
        (path, f"the symbolic link {link} belongs to another user", advice),
    )
    named = find_config(home / "project", path, home).path
    assert named is not None
    assert named.samefile(target)


def test_a_link_above_the_project_may_belong_to_another_user(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(home / "releases" / "1")
    (home / "current").symlink_to(home / "releases" / "1")
    give_away(home / "current", monkeypatch)
    assert reason_to_skip(home / "current" / CONFIG_PATH) is None


def test_the_folder_of_a_link_s_target_counts(home: Path) -> None:
    target = config(home / "elsewhere")
    link = folder(home, "project", ".aloop") / "models.yaml"
    link.symlink_to(target)
    target.parent.chmod(0o777)
    assert [item.reason for item in find_config(home / "project", home=home).skipped] == [
        "every user can write to its folder"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "models.yml",
        "model.yaml",
        "model.yml",
        "models.json",
        "Models.yaml",
        "models.yaml.txt",
        "models.yaml.yaml",
        "models",
    ],
)
def test_a_misnamed_file_is_named(home: Path, name: str) -> None:
    other = folder(home, "project", ".aloop") / name
    other.write_text("models:\n")
    found = find_config(home / "project", home=home)
    rename = f"Rename it: mv {other} {other.with_name('models.yaml')}"
    assert found.skipped == ((other, "only models.yaml is read", rename),)
    assert (found.is_blocked, found.create_at) == (False, other.with_name("models.yaml"))
    config(home / "project")
    advice = f"Add its models: aloop models import {other}"
    expected = ((other, "only models.yaml is read", advice),) if name.endswith((".yaml", ".yml")) else ()
    assert find_config(home / "project", home=home).skipped == expected


def test_the_command_that_renames_a_file_is_quoted(home: Path) -> None:
    other = folder(home, "my project", ".aloop") / "models.yml"
    other.write_text("models:\n")
    (found,) = find_config(home / "my project", home=home).skipped
    assert found.advice == f"Rename it: mv '{other}' '{other.with_name('models.yaml')}'"


@pytest.mark.parametrize("name", ["config", "my-models.yaml", "models.yaml.bak", ".models.yaml.swp", "models.toml"])
def test_other_files_are_not_named(home: Path, name: str) -> None:
    (folder(home, "project", ".aloop") / name).write_text("models:\n")
    assert find_config(home / "project", home=home).skipped == ()


def test_a_file_above_the_end_of_the_search_is_named(home: Path) -> None:
    above, own = config(home / "a"), config(home)
    root = folder(home, "a", "b", "worktree")
    (root / ".git").write_text("gitdir: elsewhere\n")
    found = find_config(folder(root, "deep"), home=home)
    assert found.path == own
    advice = f"To use it here, pass --config {above}, or copy it to {root / CONFIG_PATH}"
    reason = f"the search stops at the root of the repository {root}"
    assert found.skipped == ((above, reason, advice),)
    assert find_config(home / "a" / "b", home=home).skipped == ()
    near = config(root)
    assert find_config(root, home=home) == Location(near, "workspace", near, root, shadowed=(own,))


def test_a_file_of_root_is_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = config(home / "project")
    if os.geteuid() == 0:
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    else:
        give_away(path, monkeypatch, owner=0)
    assert find_config(home / "project", home=home).path == path


def test_what_is_no_file_is_skipped(home: Path) -> None:
    path = folder(home, "a", ".aloop", "models.yaml")
    pipe = folder(home, "a", "b", ".aloop") / "models.yaml"
    os.mkfifo(pipe)
    found = find_config(home / "a" / "b", home=home)
    assert found.skipped == (
        (pipe, "it is not a regular file", "Move it away"),
        (path, "it is a folder", "Move it away"),
    )


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs Linux")
def test_a_link_to_a_file_of_the_kernel_is_skipped_without_a_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = folder(home, "project", ".aloop") / "models.yaml"
    link.symlink_to("/proc/version")
    monkeypatch.setattr("os.open", lambda *_: pytest.fail("opened"))
    found = find_config(home / "project", home=home)
    assert found.skipped == ((link, "it is not a regular file", "Move it away"),)
    assert not is_blank(link)


def test_what_lies_beyond_the_used_file_is_not_complained_about(home: Path) -> None:
    config(home).chmod(0o666)
    near = config(home / "project")
    assert find_config(home / "project", home=home) == Location(near, "workspace", near, None)


@pytest.mark.parametrize(("name", "what"), [(".aloop", "its folder"), ("models.yaml", "it")])
def test_a_dangling_link_is_skipped_before_the_home_file(home: Path, name: str, what: str) -> None:
    used, path = config(home), home / "project" / CONFIG_PATH
    (path if name == path.name else path.parent).parent.mkdir(parents=True)
    (path if name == path.name else path.parent).symlink_to("gone")
    found = find_config(home / "project", home=home)
    reason = f"{what} is a link to gone, which does not exist"
    assert (found.path, found.skipped) == (used, ((path, reason, "Correct the link, or remove it"),))
    used.unlink()
    assert find_config(home / "project", home=home).is_blocked


@pytest.mark.parametrize("name", [".aloop", "models.yaml"])
def test_a_loop_of_links_is_skipped_before_the_home_file(home: Path, name: str) -> None:
    used, path = config(home), home / "project" / CONFIG_PATH
    (path if name == path.name else path.parent).parent.mkdir(parents=True)
    (path if name == path.name else path.parent).symlink_to(name)
    found = find_config(home / "project", home=home)
    skipped = ((path, "its symbolic links form a loop", "Correct the link, or remove it"),)
    assert (found.path, found.skipped) == (used, skipped)


def test_a_link_through_a_file_is_skipped(home: Path) -> None:
    path = folder(home, "project", ".aloop") / "models.yaml"
    (home / "file").touch()
    path.symlink_to(home / "file" / "models.yaml")
    reason = f"it is a link to {home}/file/models.yaml, which does not exist"
    skipped = ((path, reason, "Correct the link, or remove it"),)
    assert find_config(home / "project", home=home).skipped == skipped


@pytest.mark.parametrize(("owner", "is_open"), [(None, False), (None, True), (4242, False)])
def test_a_folder_without_access(home: Path, monkeypatch: pytest.MonkeyPatch, owner: int | None, is_open: bool) -> None:
    path, look = config(home / "project"), Path.stat

    def refuse(seen: Path, **options: Any) -> os.stat_result:
        if seen == path:
            raise PermissionError
        return look(seen, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr("os.access", lambda *_: is_open)
    if owner:
        give_away(path.parent, monkeypatch, owner)
    own = f"sudo chown {os.geteuid()} {path.parent} (or use --config)"
    advice = f"To use it, run: {own if owner or is_open else f'chmod u+rwx {path.parent}'}"
    assert find_config(home / "project", home=home).skipped == ((path, "you have no access to it", advice),)


def test_odd_names_are_nothing(home: Path) -> None:
    assert find_config(Path("a\0b"), home=home).path is None


def test_the_places_of_the_search(home: Path, tmp_path: Path) -> None:
    start = folder(home, "a", "b")
    assert places_of(start, home=home) == tuple(step / CONFIG_PATH for step in (start, home / "a", home))
    folder(home, "a", ".git")
    assert places_of(start, home=home) == tuple(step / CONFIG_PATH for step in (start, home / "a", home))
    folder(home, "a", "b", ".git")
    assert places_of(start, home=home) == (start / CONFIG_PATH, home / CONFIG_PATH)
    named = tmp_path / "named.yaml"
    assert places_of(start, named, home) == (named,)
