"""Where a file lives: mode and git."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aloop_models.snapshot import Place, Tracked
from aloop_models.workspace import place as place_module
from aloop_models.workspace.place import foreign_link, ignoring_files, origin_of, place_of, repository_of

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


def place(path: Path, mode: int | None, repository: Path | None, tracked: Tracked = "no", **more: Any) -> Place:
    """The place of a file; git ignores it and its copies as it ignores the file, if nothing else is said."""
    ignored = more.pop("ignored", None)
    found = Place(str(path), mode, str(repository) if repository else None, tracked, ignored, ignored)
    return replace(found, **more)


def test_neither_ignored_nor_tracked(repository: Path) -> None:
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, ignored=False)


def test_ignored(repository: Path) -> None:
    (repository / ".gitignore").write_text(".aloop/*models*\n")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, ignored=True)
    assert ignoring_files((path,), repository) == (".gitignore",)
    (repository / ".gitignore").write_text(".aloop/*\n!.aloop/models.yaml\n")
    assert place_of(path).ignored is False
    assert ignoring_files((path,), repository) == ("",)


@pytest.mark.parametrize("rule", [".aloop/models.yaml", ".aloop/models.yaml*", "*.yaml"])
def test_ignored_without_its_copies(repository: Path, rule: str) -> None:
    (repository / ".gitignore").write_text(f"{rule}\n")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, ignored=True, copies_ignored=False)


def test_tracked(repository: Path, git: Git) -> None:
    git(repository, "add", ".aloop/models.yaml")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, "yes", ignored=False)
    (repository / ".gitignore").write_text(".aloop/\n")
    assert place_of(path) == place(path, 0o640, repository, "yes", ignored=True)


def test_outside_a_repository(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("")
    path.chmod(0o600)
    assert place_of(path) == Place(str(path), 0o600)


COPIES = (
    ".models.yaml.swp",
    ".models.yaml.un~",
    "#models.yaml#",
    ".#models.yaml",
    "models.yaml~",
    "models.yaml.bak",
    "models.yaml.orig",
    "models.yml",
    "models (conflicted copy 2026-01-02).yaml",
    "models.sync-conflict-20260102-030405-ABCDEFG.yaml",
    "models copy.yaml",
    "models_LOCAL_123.yaml",
    "models-DESKTOP-AB12CD.yaml",
    "Copy of models.yaml",
    "models 2.yaml",
    "models.old.yaml",
    "models.yaml.interrupted",
)


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_with_keys_that_git_tracks(repository: Path, git: Git, name: str) -> None:
    (repository / ".gitignore").write_text(".aloop/*models*\n")
    path, copy = repository / ".aloop" / "models.yaml", repository / ".aloop" / name
    copy.write_text("models:\n  openai/gpt-4o:\n    api_key: one-of-mine\n")
    assert place_of(path).tracked_copies == ()
    git(repository, "add", "--force", "--", f":(literal).aloop/{name}")
    assert place_of(path) == place(path, 0o640, repository, ignored=True, tracked_copies=(str(copy),))
    copy.write_text("models:\n  ollama/llama3:\n    api_key:\n")
    assert place_of(path).tracked_copies == ()


@pytest.mark.parametrize(
    "name",
    ["models.example.yaml", "models-schema.yaml", "models.yaml.sample", "mymodels.yaml", "modelsx.yaml", "x.yaml~"],
)
def test_what_is_no_copy(repository: Path, git: Git, name: str) -> None:
    path = repository / ".aloop" / "models.yaml"
    path.with_name(name).write_text("api_key: one-of-mine\n")
    git(repository, "add", "--", f".aloop/{name}")
    assert place_of(path).tracked_copies == ()


def test_a_file_that_is_not_there_yet(repository: Path) -> None:
    (repository / ".gitignore").write_text(".aloop/\n")
    path = repository / "sub" / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, None, repository, ignored=True)


@pytest.mark.parametrize("name", ["[a]*?.yaml", ":(top)x", "-n", "with space", "ünïcode", 'quo"te\\'])
def test_names_are_taken_literally(repository: Path, git: Git, name: str) -> None:
    path = repository / name
    path.write_text("")
    (repository / "a.yaml").write_text("")
    git(repository, "add", "a.yaml")
    assert place_of(path).tracked == "no"
    git(repository, "--literal-pathspecs", "add", "--", name)
    assert place_of(path).tracked == "yes"
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
    assert place_of(tmp_path / "worktree" / "models.yaml").tracked == "yes"


def test_a_link_has_the_place_of_its_target(repository: Path, tmp_path: Path) -> None:
    target = repository / ".aloop" / "models.yaml"
    link = tmp_path / "link.yaml"
    link.symlink_to(target)
    assert place_of(link) == place(link, 0o640, repository, ignored=False)


def test_a_tracked_link_came_with_its_repository(repository: Path, tmp_path: Path, git: Git) -> None:
    target = tmp_path / "elsewhere.yaml"
    target.write_text("")
    target.chmod(0o604)
    link = repository / "models.yaml"
    link.symlink_to(target)
    assert place_of(link) == Place(str(link), 0o604)
    git(repository, "add", "models.yaml")
    assert place_of(link) == place(link, 0o604, repository, "yes", link=str(link))


def test_a_tracked_folder_that_is_a_link(repository: Path, git: Git) -> None:
    (repository / "evil").mkdir()
    (repository / ".gitignore").write_text("evil/\n")
    (repository / ".aloop" / "models.yaml").rename(repository / "evil" / "models.yaml")
    (repository / ".aloop").rmdir()
    (repository / ".aloop").symlink_to("evil")
    git(repository, "add", ".aloop")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, "yes", ignored=True, link=str(repository / ".aloop"))


def test_without_git_only_the_answers_of_git_are_missing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, "unknown", git_problem="git is not installed")
    assert ignoring_files((path,), repository) is None


def test_a_broken_repository_is_unknown(repository: Path) -> None:
    (repository / ".git" / "HEAD").write_text("nonsense")
    path = repository / ".aloop" / "models.yaml"
    problem = "git cannot read this repository"
    assert place_of(path) == place(path, 0o640, repository, "unknown", git_problem=problem)


def silent_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that never answers."""
    wrapped_git(tmp_path, monkeypatch, "exec sleep 600")


def wrapped_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A git that is this shell script; `$GIT` in it is the real one."""
    real = shutil.which("git")
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nGIT={real}\n{code}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_slow_git_is_given_up(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent_git(tmp_path, monkeypatch)
    monkeypatch.setattr(place_module, "_LOOK_SECONDS", 0.2)
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path) == place(path, 0o640, repository, "unknown", git_problem="git does not answer in time")


def test_another_repository_named_in_the_environment_is_not_asked(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: Git
) -> None:
    git(repository, "add", ".aloop/models.yaml")
    git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    assert place_of(repository / ".aloop" / "models.yaml").tracked == "yes"


def test_nothing_that_a_repository_names_is_run(repository: Path, tmp_path: Path, git: Git) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    hook = repository / ".git" / "hooks" / "post-index-change"
    hook.write_text(program.read_text())
    hook.chmod(0o755)
    (repository / ".gitattributes").write_text("* filter=evil\n")
    settings = (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "filter.evil.clean",
        "core.editor",
        "diff.evil.textconv",
    )
    for setting in (*settings, "filter.evil.process", "alias.ls-files", "alias.cat-file", "credential.helper"):
        git(repository, "config", setting, f"!{program}" if setting.startswith("alias") else str(program))
    (repository / ".git" / "more").write_text(f"[core]\n\tfsmonitor = {program}\n\thooksPath = .git/hooks\n")
    git(repository, "config", "include.path", "more")
    path = repository / ".aloop" / "models.yaml"
    assert place_of(path).ignored is False
    assert ignoring_files((path,), repository) == ("",)
    assert origin_of(path, path.read_bytes()) == "no"
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
    assert place_of(tmp_path / ("x" * 300) / "models.yaml") == Place(str(tmp_path / ("x" * 300) / "models.yaml"))
    assert place_of(Path("/")).mode == stat.S_IMODE(Path("/").stat().st_mode)


@pytest.mark.usefixtures("deleted_folder")
def test_a_relative_path_without_a_working_directory() -> None:
    path = Path("models.yaml")
    assert (place_of(path), foreign_link(path), origin_of(path, b"x")) == (Place("models.yaml"), None, "no")


def test_a_folder_without_access(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "models.yaml"
    path.parent.mkdir()
    path.parent.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        assert place_of(path) == Place(str(path))
    finally:
        if is_root:
            os.seteuid(0)
        path.parent.chmod(0o700)


# What came with a repository. Each state is made in a repository that tracks `.aloop/models.yaml`, with its text TEXT.

TEXT = "models:\n  openai/gpt-4o:\n    api_key: theirs\n"
State = Callable[["Made"], Path | None]


class Made(NamedTuple):
    """A repository whose first commit has the file, and what a state is made with."""

    root: Path
    tmp: Path
    git: Git
    patch: pytest.MonkeyPatch

    @property
    def path(self) -> Path:
        return self.root / ".aloop" / "models.yaml"

    def run(self, *arguments: str) -> str:
        return self.git(self.root, *arguments)

    def untrack(self) -> None:
        """As if the file were written by the person: no commit has it, and git ignores it."""
        self.run("rm", "--quiet", "--cached", "-r", ".aloop")
        (self.root / ".gitignore").write_text(".aloop/\n/ignored/\n")
        self.run("add", ".gitignore")
        self.run("commit", "--quiet", "--amend", "-m", "first")
        self.path.write_text("models:\n  openai/gpt-4o:\n    api_key: mine\n")

    def moved(self, link: str, target: str) -> Path:
        """An ignored folder gets the models.yaml, and `.aloop` is gone; `link` leads to `target`."""
        self.untrack()
        (self.root / "ignored").mkdir()
        self.path.rename(self.root / "ignored" / "models.yaml")
        self.path.parent.rmdir()
        (self.root / link).parent.mkdir(exist_ok=True, parents=True)
        (self.root / link).symlink_to(target)
        return self.root / link


@pytest.fixture
def made(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Made:
    repository = tmp_path / "repository"
    made = Made(repository, tmp_path, git, monkeypatch)
    (repository / ".aloop").mkdir(parents=True)
    made.path.write_text(TEXT)
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", ".aloop")
    git(repository, "commit", "--quiet", "-m", "first")
    return made


def nothing(_: Made) -> None:
    """The file is tracked."""


def ignored_file(made: Made) -> None:
    made.untrack()


def not_ignored_file(made: Made) -> None:
    made.untrack()
    (made.root / ".gitignore").unlink()


def outside(made: Made) -> Path:
    path = made.tmp / "plain" / ".aloop" / "models.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    return path


def git_missing(made: Made) -> None:
    made.patch.setenv("PATH", str(made.tmp))


def git_silent(made: Made) -> None:
    silent_git(made.tmp, made.patch)
    made.patch.setattr(place_module, "_TRUST_SECONDS", 0.2)


def git_crashes(made: Made) -> None:
    wrapped_git(made.tmp, made.patch, "kill -SEGV $$")


def owned_by_another(made: Made) -> None:
    # What git itself uses to test "dubious ownership", as any user.
    wrapped_git(made.tmp, made.patch, 'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec $GIT "$@"')
    command = ("git", "-C", str(made.root), "status")
    assert "dubious ownership" in subprocess.run(command, capture_output=True, text=True).stderr


def broken_own_configuration(made: Made) -> None:
    (made.tmp / ".gitconfig").write_text("[[[nonsense")
    made.patch.setenv("HOME", str(made.tmp))


def broken_global_configuration(made: Made) -> None:
    (made.tmp / "global").write_text("[[[nonsense")
    made.patch.setenv("GIT_CONFIG_GLOBAL", str(made.tmp / "global"))


def broken_configuration(made: Made) -> None:
    (made.root / ".git" / "config").write_text("[[[nonsense")


def broken_index(made: Made) -> None:
    (made.root / ".git" / "index").write_bytes(b"nonsense")


def broken_head(made: Made) -> None:
    (made.root / ".git" / "HEAD").write_text("nonsense")


def no_objects(made: Made) -> None:
    shutil.rmtree(made.root / ".git" / "objects")
    (made.root / ".git" / "objects").mkdir()
    (made.root / ".git" / "index").unlink()


def unknown_format(made: Made) -> None:
    made.run("config", "core.repositoryformatversion", "9")


def git_file_to_nowhere(made: Made) -> None:
    (made.root / ".git").rename(made.tmp / "moved")
    (made.root / ".git").write_text("gitdir: ../nowhere\n")


def git_link_to_nowhere(made: Made) -> None:
    (made.root / ".git").rename(made.tmp / "moved")
    (made.root / ".git").symlink_to("../nowhere")


def git_link(made: Made) -> None:
    (made.root / ".git").rename(made.tmp / "moved")
    (made.root / ".git").symlink_to("../moved")


def git_file(made: Made) -> None:
    (made.root / ".git").rename(made.tmp / "moved")
    (made.root / ".git").write_text("gitdir: ../moved\n")


def empty_git_folder(made: Made) -> None:
    (made.path.parent / ".git").mkdir()


def folder_is_a_tracked_link(made: Made) -> None:
    made.run("add", "--force", str(made.moved(".aloop", "ignored")))


def folder_is_an_own_link(made: Made) -> None:
    made.moved(".aloop", "ignored")


def tracked_link_in_a_chain(made: Made) -> None:
    made.run("add", "--force", str(made.moved("deep/b", "../ignored")))
    (made.root / "deep" / "a").symlink_to("b")
    (made.root / ".aloop").symlink_to("deep/a")


def parent_is_a_tracked_link(made: Made) -> Path:
    made.untrack()
    folder = made.root / "ignored" / "project" / ".aloop"
    folder.mkdir(parents=True)
    (folder / "models.yaml").write_text("models:\n")
    (made.root / "work").symlink_to("ignored/project")
    made.run("add", "work")
    return made.root / "work" / ".aloop" / "models.yaml"


def own_link_to_a_tracked_file(made: Made) -> Path:
    link = made.tmp / "link.yaml"
    link.symlink_to(made.path)
    return link


def submodule(made: Made) -> Path:
    made.git(made.tmp, "init", "--quiet", "outer")
    made.git(
        made.tmp / "outer", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(made.root), "sub"
    )
    return made.tmp / "outer" / "sub" / ".aloop" / "models.yaml"


def own_file_in_a_submodule(made: Made) -> Path:
    path = submodule(made).with_name("mine.yaml")
    path.write_text("models:\n")
    return path


def worktree(made: Made) -> Path:
    made.run("worktree", "add", "--quiet", str(made.tmp / "worktree"))
    return made.tmp / "worktree" / ".aloop" / "models.yaml"


def nested_repository(made: Made) -> None:
    made.git(made.path.parent, "init", "--quiet")


def another_letter_case(made: Made) -> None:
    # A hard link is what two spellings are on a disk that makes no difference: one file.
    made.untrack()
    made.path.write_text("models:\n  ollama/llama3:\n")
    (made.root / ".ALOOP").mkdir()
    (made.root / ".ALOOP" / "models.yaml").hardlink_to(made.path)
    made.run("add", "--force", ".ALOOP/models.yaml")
    made.path.write_text("models:\n  ollama/llama4:\n")


def another_file_in_other_letter_case(made: Made) -> None:
    made.untrack()
    (made.root / ".ALOOP").mkdir()
    (made.root / ".ALOOP" / "models.yaml").write_text(TEXT)
    made.run("add", "--force", ".ALOOP/models.yaml")


def removed_from_the_index(made: Made) -> None:
    made.run("rm", "--quiet", "--cached", ".aloop/models.yaml")
    made.path.write_text("models:\n  ollama/llama4:\n")


def left_from_another_branch(made: Made) -> None:
    made.run("checkout", "--quiet", "--orphan", "other")
    made.run("rm", "--quiet", "--cached", "-r", ".")
    made.run("commit", "--quiet", "--allow-empty", "-m", "other")
    made.path.write_bytes(TEXT.replace("\n", "\r\n").encode())


def staged_before_the_first_commit(made: Made) -> Path:
    made.git(made.tmp, "init", "--quiet", "new")
    path = made.tmp / "new" / "models.yaml"
    path.write_text("models:\n")
    made.git(path.parent, "add", path.name)
    return path


def own_before_the_first_commit(made: Made) -> Path:
    path = staged_before_the_first_commit(made).with_name("mine.yaml")
    path.write_text("models: {}\n")
    return path


def worktree_elsewhere(made: Made) -> None:
    made.run("config", "core.worktree", str(made.tmp))


def bare(made: Made) -> None:
    made.run("config", "core.bare", "true")


def other_git_in_the_environment(made: Made) -> None:
    made.git(made.tmp, "init", "--quiet", "other")
    made.patch.setenv("GIT_DIR", str(made.tmp / "other" / ".git"))
    made.patch.setenv("GIT_INDEX_FILE", str(made.tmp / "other" / ".git" / "index"))
    made.patch.setenv("GIT_CEILING_DIRECTORIES", str(made.root))


def index_is_locked(made: Made) -> None:
    (made.root / ".git" / "index.lock").touch()


def only_in_the_index(made: Made) -> None:
    made.run("update-index", "--skip-worktree", ".aloop/models.yaml")


STATES: list[tuple[State, Tracked]] = [
    (nothing, "yes"),
    (ignored_file, "no"),
    (not_ignored_file, "no"),
    (outside, "no"),
    (git_missing, "unknown"),
    (git_silent, "unknown"),
    (git_crashes, "unknown"),
    (owned_by_another, "yes"),
    (broken_own_configuration, "yes"),
    (broken_global_configuration, "yes"),
    (broken_configuration, "unknown"),
    (broken_index, "unknown"),
    (broken_head, "unknown"),
    (no_objects, "unknown"),
    (unknown_format, "unknown"),
    (git_file_to_nowhere, "unknown"),
    (git_link_to_nowhere, "unknown"),
    (git_link, "yes"),
    (git_file, "yes"),
    (empty_git_folder, "yes"),
    (folder_is_a_tracked_link, "yes"),
    (folder_is_an_own_link, "no"),
    (tracked_link_in_a_chain, "yes"),
    (parent_is_a_tracked_link, "yes"),
    (own_link_to_a_tracked_file, "yes"),
    (submodule, "yes"),
    (own_file_in_a_submodule, "no"),
    (worktree, "yes"),
    (nested_repository, "yes"),
    (another_letter_case, "yes"),
    (another_file_in_other_letter_case, "no"),
    (removed_from_the_index, "yes"),
    (left_from_another_branch, "yes"),
    (staged_before_the_first_commit, "yes"),
    (own_before_the_first_commit, "no"),
    (worktree_elsewhere, "yes"),
    (bare, "yes"),
    (other_git_in_the_environment, "yes"),
    (index_is_locked, "yes"),
    (only_in_the_index, "yes"),
]


@pytest.mark.parametrize(("state", "origin"), STATES, ids=[state.__name__ for state, _ in STATES])
def test_whether_a_file_came_with_a_repository(made: Made, state: State, origin: Tracked) -> None:
    path = state(made) or made.path
    assert origin_of(path, path.read_bytes()) == origin


def test_a_link_out_of_the_repository_or_to_a_tracked_file(made: Made) -> None:
    own = made.tmp / "home" / ".bashrc"
    own.parent.mkdir()
    own.write_text("")
    link = made.root / "link.yaml"
    for target, reason in ((own, "which is outside the repository"), (made.path, "which git tracks")):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        assert foreign_link(link) is None
        made.run("add", "link.yaml")
        found = foreign_link(link)
        assert found is not None
        assert (found.link, found.target, found.reason) == (link, target, reason)
        made.run("rm", "--quiet", "--cached", "link.yaml")
    made.path.with_name("mine.yaml").write_text("")
    link.unlink()
    link.symlink_to(made.path.with_name("mine.yaml"))
    made.run("add", "link.yaml")
    assert foreign_link(link) is None


def test_a_link_counts_as_foreign_where_git_cannot_say(made: Made) -> None:
    link = made.root / "link.yaml"
    link.symlink_to(made.tmp / "nowhere.yaml")
    assert foreign_link(link) is None
    git_missing(made)
    assert foreign_link(link) is not None
