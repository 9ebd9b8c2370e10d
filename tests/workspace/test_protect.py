"""Keeping a file private: what is changed, and what is said where nothing can be."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.place import place_of
from aloop_models.workspace.protect import protect_file

Git = Callable[..., str]


@pytest.fixture
def file(tmp_path: Path, git: Git) -> Path:
    """A file that git does not ignore, and that others can read."""
    root = tmp_path / "repository"
    file = root / ".aloop" / "models.yaml"
    file.parent.mkdir(parents=True)
    git(root, "init", "--quiet")
    file.write_text("models:\n")
    file.chmod(0o644)
    return file


def protect(file: Path, *, gitignore: bool = True, permissions: bool = True) -> tuple[str, ...]:
    return protect_file(file, gitignore=gitignore, permissions=permissions)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_both_steps_at_once(file: Path) -> None:
    rules = file.parents[1] / ".gitignore"
    assert protect(file) == (
        f"Only you can read {file} now.",
        f"Added .aloop/*models* to {rules}, so that git ignores your API keys.",
    )
    assert (mode(file), file.read_text()) == (0o600, "models:\n")
    place = place_of(file)
    assert (place.ignored, place.copies_ignored) == (True, True)
    assert protect(file) == (f"Only you can read {file} already.", f"git already ignores {file} and its copies.")
    assert rules.read_text().count("models") == 1


def test_one_step(file: Path) -> None:
    assert len(protect(file, gitignore=False)) == 1
    assert (mode(file), place_of(file).ignored) == (0o600, False)
    file.chmod(0o644)
    assert len(protect(file, permissions=False)) == 1
    assert (mode(file), place_of(file).ignored) == (0o644, True)


@pytest.mark.parametrize(("before", "after"), [(0o666, 0o600), (0o444, 0o400), (0o755, 0o700), (0o640, 0o600)])
def test_the_permissions_of_the_owner_stay(file: Path, before: int, after: int) -> None:
    file.chmod(before)
    protect(file, gitignore=False)
    assert mode(file) == after


def test_a_pattern_for_the_file_alone_gets_one_for_its_copies(file: Path) -> None:
    rules = file.parents[1] / ".gitignore"
    rules.write_text("*.pyc\n.aloop/models.yaml\n*.log\n")
    assert place_of(file).copies_ignored is False
    protect(file)
    assert rules.read_text() == "*.pyc\n.aloop/models.yaml\n.aloop/*models*\n*.log\n"
    assert place_of(file).copies_ignored is True


def test_what_only_a_person_can_do_is_said(file: Path, git: Git) -> None:
    root = file.parents[1]
    git(root, "add", "--force", str(file))
    messages = protect(file, permissions=False)
    assert messages[1:] == (
        f"git already tracks {file}. Before you add a key, run: git -C {root} rm --cached .aloop/models.yaml",
    )
    git(root, "rm", "--cached", "--quiet", str(file))
    (root / ".gitignore").write_text(".aloop/*models*\n!.aloop/models.yaml\n")
    assert protect(file, permissions=False) == (
        f"git does not ignore {file}, because a .gitignore has a rule with !. Remove that rule.",
    )


def test_outside_a_repository(path: Path) -> None:
    path.chmod(0o640)
    assert protect(path) == (f"Only you can read {path} now.", f"{path} is not in a git repository.")


def test_the_target_of_a_link_is_protected(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "models.yaml"
    link.symlink_to(file)
    protect(link)
    assert link.is_symlink()
    assert (mode(file), place_of(file).ignored) == (0o600, True)


def test_a_link_of_the_repository_leads_nowhere(file: Path, git: Git, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("theirs\n")
    outside.chmod(0o644)
    file.unlink()
    file.symlink_to(outside)
    git(file.parents[1], "add", "--force", str(file))
    with pytest.raises(FileError) as refused:
        protect(file)
    assert refused.value.reason == "foreignLink"
    assert mode(outside) == 0o644
    assert not (file.parents[1] / ".gitignore").exists()


def test_a_missing_file(file: Path) -> None:
    file.unlink()
    with pytest.raises(FileError) as refused:
        protect(file)
    assert (refused.value.reason, (file.parents[1] / ".gitignore").exists()) == ("fileNotFound", False)
