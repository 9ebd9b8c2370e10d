"""Where a file lives: mode and git."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.snapshot import Place
from aloop_models.workspace import place as place_module
from aloop_models.workspace.place import ignoring_files, place_of, repository_of

Git = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    root = tmp_path / "repository"
    (root / ".aloop").mkdir(parents=True)
    git(root, "init", "--quiet")
    path = root / ".aloop" / "models.yaml"
    path.write_text("models: {}\n")
    path.chmod(0o640)
    return root


def test_neither_ignored_nor_tracked(repository: Path) -> None:
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == Place(str(path), 0o640, str(repository), False, False)


def test_ignored(repository: Path) -> None:
    (repository / ".gitignore").write_text(".aloop/models.yaml*\n")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == Place(str(path), 0o640, str(repository), False, True)
    assert ignoring_files((path,), repository) == (".gitignore",)
    (repository / ".gitignore").write_text(".aloop/*\n!.aloop/models.yaml\n")
    assert place_of(path).ignored is False
    assert ignoring_files((path,), repository) == ("",)


def test_tracked(repository: Path, git: Git) -> None:
    git(repository, "add", ".aloop/models.yaml")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == Place(str(path), 0o640, str(repository), True, False)
    (repository / ".gitignore").write_text(".aloop/\n")
    assert place_of(path) == Place(str(path), 0o640, str(repository), True, True)


def test_outside_a_repository(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("")
    path.chmod(0o600)
    assert place_of(path) == Place(str(path), 0o600, None, False, None)


def test_a_file_that_is_not_there_yet(repository: Path) -> None:
    (repository / ".gitignore").write_text(".aloop/\n")
    path = repository / "sub" / ".aloop" / "models.yaml"
    assert place_of(path) == Place(str(path), None, str(repository), False, True)


@pytest.mark.parametrize("name", ["[a]*?.yaml", ":(top)x", "-n", "with space", "ünïcode", 'quo"te\\'])
def test_names_are_taken_literally(repository: Path, git: Git, name: str) -> None:
    path = repository / name
    path.write_text("")
    (repository / "a.yaml").write_text("")
    git(repository, "add", "a.yaml")
    assert not place_of(path).tracked
    git(repository, "--literal-pathspecs", "add", "--", name)
    assert place_of(path).tracked
    assert place_of(path).ignored is False
    (repository / ".gitignore").write_text("*\n!a.yaml\n")
    assert place_of(path).ignored
    assert ignoring_files((path,), repository) == (".gitignore",)


def test_a_linked_worktree_and_a_nested_repository(repository: Path, tmp_path: Path, git: Git) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "worktree"))
    git(repository, "init", "--quiet", "nested")
    for root in (tmp_path / "worktree", repository / "nested"):
        path = root / "models.yaml"
        path.write_text("")
        assert (place_of(path).repository, place_of(path).ignored) == (str(root), False)
        assert repository_of(root) == root
    git(tmp_path / "worktree", "add", "models.yaml")
    assert place_of(tmp_path / "worktree" / "models.yaml").tracked


def test_a_link_has_the_place_of_its_target(repository: Path, tmp_path: Path) -> None:
    target = repository / ".aloop" / "models.yaml"
    link = tmp_path / "link.yaml"
    link.symlink_to(target)
    assert place_of(link) == Place(str(link), 0o640, str(repository), False, False)


def test_a_tracked_link_came_with_its_repository(repository: Path, tmp_path: Path, git: Git) -> None:
    target = tmp_path / "elsewhere.yaml"
    target.write_text("")
    target.chmod(0o604)
    link = repository / "models.yaml"
    link.symlink_to(target)
    assert place_of(link) == Place(str(link), 0o604, None, False, None)
    git(repository, "add", "models.yaml")
    assert place_of(link) == Place(str(link), 0o604, str(repository), True, False)


def test_without_git_only_the_answers_of_git_are_missing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == Place(str(path), 0o640, str(repository), False, None)
    assert ignoring_files((path,), repository) is None


def test_a_broken_repository_is_unknown(repository: Path) -> None:
    (repository / ".git" / "HEAD").write_text("nonsense")
    assert place_of(repository / ".aloop" / "models.yaml").ignored is None


def test_a_slow_git_is_given_up(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(place_module, "_GIT_LIMIT", 0.2)
    start = time.monotonic()
    assert place_of(repository / ".aloop" / "models.yaml").ignored is None
    assert time.monotonic() - start < 2


def test_another_repository_named_in_the_environment_is_not_asked(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: Git
) -> None:
    git(repository, "add", ".aloop/models.yaml")
    git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    assert place_of(repository / ".aloop" / "models.yaml").tracked


def test_nothing_that_a_repository_names_is_run(repository: Path, tmp_path: Path, git: Git) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    hook = repository / ".git" / "hooks" / "post-index-change"
    hook.write_text(program.read_text())
    hook.chmod(0o755)
    (repository / ".gitattributes").write_text("* filter=evil\n")
    for setting in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.evil.clean", "core.editor"):
        git(repository, "config", setting, str(program))
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path).ignored is False
    assert ignoring_files((path,), repository) == ("",)
    assert not ran.exists()
    subprocess.run(("git", "-C", str(repository), "status"), check=True, capture_output=True)
    assert ran.exists(), "git itself would have run it"


def test_looking_leaves_the_repository_as_it_was(repository: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(item): (item.stat().st_mtime_ns, item.stat().st_size) for item in repository.rglob("*")}

    before = state()
    place_of(repository / ".aloop" / "models.yaml")
    assert state() == before


def test_odd_paths_do_not_raise(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert place_of(Path("a\0b")).mode is None
    assert place_of(tmp_path / "circle").mode is None
    assert place_of(Path("/")).mode == stat.S_IMODE(Path("/").stat().st_mode)


def test_a_file_system_without_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path.stat().st_dev
    mount = f"36 35 {os.major(device)}:{os.minor(device)} / /mnt rw,noatime shared:1 - {{}} /dev/sdb1 rw\n"
    read = Path.read_text
    for kind, count in (("vfat", False), ("ext4", True), ("9p", True), ("9p drvfs;aname=drvfs", False)):
        monkeypatch.setattr(
            Path,
            "read_text",
            lambda path, kind=kind, **options: (
                mount.format(kind) if str(path) == "/proc/self/mountinfo" else read(path, **options)
            ),
        )
        assert place_module.modes_count(device) is count, kind
