"""The first models.yaml: the template, its folder, and the lines for git."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from aloop_models.core.reader import read_document
from aloop_models.errors import FileError
from aloop_models.workspace.copies import ignore_patterns, sample_copies
from aloop_models.workspace.first_use import TEMPLATE, Created, create_config
from aloop_models.workspace.locate import CONFIG_PATH
from aloop_models.workspace.place import place_of

COPIES = (
    "models.yaml.17-0123abcd.tmp",
    ".models.yaml.swp",
    ".models.yaml.swo",
    ".models.yaml.un~",
    "#models.yaml#",
    ".#models.yaml",
    "models.yaml~",
    "models.yaml.~1~",
    "models.yaml.bak",
    "models.yaml.orig",
    "models.yaml___jb_tmp___",
    ".models.yaml.kate-swp",
    "models.sync-conflict-20260102-030405-ABCDEFG.yaml",
    "models (Ann's conflicted copy 2026-01-02).yaml",
    "models - Copy.yaml",
    "models copy.yaml",
    "models_LOCAL_123.yaml",
    "models.yml",
)
Git = Callable[..., str]
COMMENT = "# Model configuration (contains API keys)\n"
LINES = f"{COMMENT}.aloop/*models*\n"


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet")
    return root


def ignored(repository: Path, path: Path) -> bool:
    command = ("git", "-C", str(repository), "check-ignore", "--quiet", str(path))
    return subprocess.run(command).returncode == 0


def created(path: Path) -> str:
    return f"Created {path} (readable only by you)."


def added(repository: Path, *patterns: str) -> str:
    shown = " ".join(patterns or (".aloop/*models*",))
    return f"Added {shown} to {repository / '.gitignore'}, so that git ignores your API keys."


def test_the_template_is_the_published_one_with_its_example_as_a_comment() -> None:
    assert TEMPLATE == (
        "# Model Configuration\n"
        "# This file is gitignored - do not commit to version control\n"
        "# \n"
        "# Supported fields:\n"
        "#   - name: Display name\n"
        "#   - api_key: API key\n"
        "#   - api_base: Custom base URL (optional)\n"
        "#   - timeout: Request timeout in seconds (default: 600)\n"
        "#   - drop_params: Drop unsupported params (default: true)\n"
        "\n"
        "models:\n"
        "  # anthropic/claude-3-5-sonnet-20241022:\n"
        "  #   name: Claude 3.5 Sonnet\n"
        "  #   api_key: sk-ant-...\n"
        "  #   timeout: 600\n"
        "  #   drop_params: true\n"
        "\n"
        "default: null\n"
    )


def test_the_template_means_no_models_and_no_default() -> None:
    assert yaml.safe_load(TEMPLATE) == {"models": None, "default": None}
    document = read_document(TEMPLATE)
    assert (list(document.entries), list(document.problems)) == ([], [])


def test_without_the_comment_marks_the_example_is_an_entry() -> None:
    text = TEMPLATE.replace("  # anthropic", "  anthropic").replace("  #   ", "    ")
    assert yaml.safe_load(text)["models"]["anthropic/claude-3-5-sonnet-20241022"] == {
        "name": "Claude 3.5 Sonnet",
        "api_key": "sk-ant-...",
        "timeout": 600,
        "drop_params": True,
    }


def test_in_no_repository(tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    assert create_config(path) == Created(path, (created(path),))
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (TEMPLATE, 0o600)
    assert sorted(item.name for item in tmp_path.rglob("*")) == [".aloop", "models.yaml"]


def test_at_the_root_of_a_repository(repository: Path) -> None:
    path = repository / ".aloop" / "models.yaml"
    assert create_config(path).messages == (created(path), added(repository))
    assert (repository / ".gitignore").read_bytes() == LINES.encode()
    assert ignored(repository, path)
    assert ignored(repository, path.with_name("models.yaml.17-0123abcd.tmp"))
    assert place_of(path).ignored


def test_the_lines_come_once(repository: Path) -> None:
    path = repository / ".aloop" / "models.yaml"
    create_config(path)
    path.unlink()
    assert create_config(path).messages == (created(path),)
    assert (repository / ".gitignore").read_bytes() == LINES.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", LINES.encode()),
        (b"*.pyc\n", b"*.pyc\n" + LINES.encode()),
        (b"*.pyc", b"*.pyc\n" + LINES.encode()),
        (b"*.pyc\r\nx", b"*.pyc\r\nx\r\n" + LINES.replace("\n", "\r\n").encode()),
        (b"caf\xe9\n\n", b"caf\xe9\n\n" + LINES.encode()),
        (b".aloop/models.yaml\n", b".aloop/models.yaml\n.aloop/*models*\n"),
        (f"{COMMENT}.aloop/models.yaml".encode(), f"{COMMENT}.aloop/models.yaml\n.aloop/*models*\n".encode()),
        (f"{COMMENT}.aloop/models.yaml*\nx\n".encode(), f"{COMMENT}.aloop/models.yaml*\n.aloop/*models*\nx\n".encode()),
        (b"/.aloop/models.yaml*\r\nx\r\n", b"/.aloop/models.yaml*\r\n.aloop/*models*\r\nx\r\n"),
        (b".aloop/*.yaml\n", b".aloop/*.yaml\n" + LINES.encode()),
        (b".aloop/\n", b".aloop/\n"),
        (b"/.aloop/* \n", b"/.aloop/* \n"),
        (b".aloop/*models*\n", b".aloop/*models*\n"),
    ],
)
def test_what_was_in_the_file_stays(repository: Path, before: bytes, after: bytes) -> None:
    rules, path = repository / ".gitignore", repository / ".aloop" / "models.yaml"
    rules.write_bytes(before)
    rules.chmod(0o644)
    create_config(path)
    assert rules.read_bytes() == after
    assert stat.S_IMODE(rules.stat().st_mode) == 0o644
    assert ignored(repository, path)
    for name in COPIES:
        assert ignored(repository, path.with_name(name)), name


@pytest.mark.parametrize("folder", ["sub", "deep/down/[odd] *name"])
def test_from_a_sub_folder(repository: Path, folder: str) -> None:
    path = repository / folder / ".aloop" / "models.yaml"
    assert create_config(path).messages == (created(path), added(repository, "**/.aloop/*models*"))
    assert ignored(repository, path)
    assert not (repository / folder / ".gitignore").exists()
    root = repository / ".aloop" / "models.yaml"
    assert create_config(root).messages == (created(root),)
    assert ignored(repository, root)


@pytest.mark.parametrize("name", ["keys.yaml", "sub dir/[a]*?\\k#!.yml", "models.yaml", "!keys"])
def test_under_another_name(repository: Path, name: str) -> None:
    path = repository / name
    messages = create_config(path).messages
    assert messages == (created(path), added(repository, *ignore_patterns(path.relative_to(repository), CONFIG_PATH)))
    assert ignored(repository, path)
    for copy in sample_copies(path.name):
        assert ignored(repository, path.with_name(copy)), copy
    assert ignored(repository, path.with_name(f"{path.name}.17-0123abcd.tmp"))
    assert not ignored(repository, repository / "akeys.yml")


def test_in_a_nested_repository_and_in_a_worktree(repository: Path, tmp_path: Path, git: Git) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "worktree"))
    git(repository, "init", "--quiet", "nested")
    for root in (tmp_path / "worktree", repository / "nested"):
        path = root / ".aloop" / "models.yaml"
        assert create_config(path).messages == (created(path), added(root))
        assert ignored(root, path)
    assert not (repository / ".gitignore").exists()


def test_a_rule_of_the_person_alone_does_not_protect_the_others(repository: Path) -> None:
    (repository / ".git" / "info" / "exclude").write_text(".aloop/\n")
    path = repository / ".aloop" / "models.yaml"
    assert create_config(path).messages == (created(path), added(repository))


def test_without_git_the_lines_come_all_the_same(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    path = repository / ".aloop" / "models.yaml"
    for messages in ((created(path), added(repository)), (created(path),)):
        assert create_config(path).messages == messages
        path.unlink()
    assert (repository / ".gitignore").read_text() == LINES


def test_a_rule_that_lets_it_in_again_is_told(repository: Path) -> None:
    (repository / ".aloop").mkdir()
    (repository / ".aloop" / ".gitignore").write_text("!models.yaml\n")
    path = repository / ".aloop" / "models.yaml"
    assert create_config(path).messages == (
        created(path),
        added(repository),
        f"git does not ignore {path}, because a .gitignore has a rule with !. Remove that rule.",
    )


def test_a_file_that_git_tracks_from_earlier_is_told(repository: Path, git: Git) -> None:
    path = repository / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text("models: {}\n")
    git(repository, "add", ".aloop/models.yaml")
    git(repository, "commit", "--quiet", "-m", "first")
    path.unlink()
    command = f"git -C {repository} rm --cached .aloop/models.yaml"
    message = f"git already tracks {path}. Before you add a key, run: {command}"
    assert create_config(path).messages[2:] == (message,)
    subprocess.run(command, shell=True, check=True, capture_output=True)
    assert ignored(repository, path)


@pytest.mark.parametrize("kind", ["link", "folder", "read-only"])
def test_a_list_that_cannot_be_changed_is_told_and_the_file_stays(repository: Path, tmp_path: Path, kind: str) -> None:
    rules, path = repository / ".gitignore", repository / ".aloop" / "models.yaml"
    (tmp_path / "elsewhere").write_text("mine\n")
    if kind == "link":
        rules.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        rules.mkdir()
    else:
        rules.write_text("*.pyc\n")
        rules.chmod(0o444)
    first, second = create_config(path).messages
    assert first == created(path)
    assert second.startswith(str(rules))
    assert second.endswith(" Until it contains this, git does not ignore your API keys: .aloop/*models*")
    assert path.read_text() == TEMPLATE
    assert (tmp_path / "elsewhere").read_text() == "mine\n"


@pytest.mark.parametrize("text", ["", " \n", "\ufeff\n"])
def test_a_file_of_white_space_is_filled_and_made_private(tmp_path: Path, text: str) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o644)
    assert create_config(path).messages == (created(path),)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (TEMPLATE, 0o600)


def test_a_file_that_is_there_is_never_touched(repository: Path) -> None:
    path = repository / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text("models: {}\n")
    with pytest.raises(FileError, match="already exists") as caught:
        create_config(path)
    assert caught.value.reason == "conflict"
    assert path.read_text() == "models: {}\n"
    assert not (repository / ".gitignore").exists()


def test_first_uses_at_the_same_time_add_the_lines_once(repository: Path, python: Callable[..., object]) -> None:
    code = """
import sys
from pathlib import Path
from aloop_models.workspace.first_use import create_config
sys.stdin.readline()
create_config(Path(sys.argv[1]) / sys.argv[2] / ".aloop" / "models.yaml")
"""
    starters = [python(code, repository, name) for name in "abcdef"]
    for starter in starters:
        starter.stdin.write("go\n")
        starter.stdin.flush()
    for starter in starters:
        assert starter.communicate(timeout=120) == ("", "")
    assert (repository / ".gitignore").read_text() == LINES.replace(".aloop", "**/.aloop")


@pytest.mark.parametrize("link", [".aloop", ".aloop/models.yaml"])
@pytest.mark.parametrize("leads", ["out", "to a tracked file"])
def test_nothing_is_made_through_a_link_that_came_with_the_repository(
    repository: Path, tmp_path: Path, git: Git, link: str, leads: str
) -> None:
    target = (tmp_path / "home" if leads == "out" else repository / "docs") / "models.yaml"
    target.parent.mkdir()
    target.write_text("\n")
    path = repository / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target if link.endswith(".yaml") else target.parent)
    git(repository, "add", ".")
    with pytest.raises(FileError) as caught:
        create_config(repository / ".aloop" / "models.yaml")
    where = "which is outside the repository" if leads == "out" else "which git tracks"
    assert caught.value.reason == "foreignLink"
    assert caught.value.message == (
        f"{path} is a symbolic link from the repository. It points to {target}, {where}. Remove the link, or "
        f"use --config {target}. Nothing was changed."
    )
    assert target.read_text() == "\n"
    assert not (repository / ".gitignore").exists()
