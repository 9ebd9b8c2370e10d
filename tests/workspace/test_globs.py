"""Globs of the setting `files`."""

from pathlib import Path

import pytest

from aloop_models.workspace.globs import matches_any

PROJECT = Path("/work/project")


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("~/.ouro/models.yaml", "/home/me/.ouro/models.yaml", True),
        ("~/.ouro/models.yaml", "/home/me/.ouro/models.yml", False),
        ("~/.*/models.yaml", "/home/me/.ouro/models.yaml", True),
        ("~/.*/models.yaml", "/home/me/.a/b/models.yaml", False),
        ("~someone-who-is-not-here/x.yaml", "/home/me/x.yaml", False),
        ("config/models.yaml", "/work/project/config/models.yaml", True),
        ("./config/models.yaml", "/work/project/config/models.yaml", True),
        ("config/models.yaml", "/elsewhere/config/models.yaml", False),
        ("**/models.yaml", "/work/project/models.yaml", True),
        ("**/models.yaml", "/work/project/a/b/models.yaml", True),
        ("**/models.yaml", "/work/project/a/my-models.yaml", False),
        ("**/models.yaml", "/elsewhere/models.yaml", False),
        ("/etc/**", "/etc/a/b.yaml", True),
        ("/etc/*", "/etc/a/b.yaml", False),
        ("*.{yaml,yml}", "/work/project/a.yml", True),
        ("*.{yaml,yml}", "/work/project/a.json", False),
        ("model?.yaml", "/work/project/models.yaml", True),
        ("model?.yaml", "/work/project/model/.yaml", False),
        ("[a-m]odels.yaml", "/work/project/models.yaml", True),
        ("[!a-m]odels.yaml", "/work/project/models.yaml", False),
        ("a+b(1).yaml", "/work/project/a+b(1).yaml", True),
        ("", "/work/project", False),
        ("[", "/work/project/[", True),
        ("{a", "/work/project/{a", True),
    ],
)
def test_a_glob(glob: str, path: str, matches: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert matches_any(Path(path), [glob], [PROJECT]) is matches


def test_a_relative_glob_needs_a_folder() -> None:
    assert not matches_any(PROJECT / "models.yaml", ["models.yaml"], [])
    assert matches_any(PROJECT / "models.yaml", ["no.yaml", "models.yaml"], [Path("/other"), PROJECT])


def test_links_and_folders_with_special_characters(tmp_path: Path) -> None:
    folder = tmp_path / "a[1]{x}*"
    folder.mkdir()
    (folder / "models.yaml").write_text("models:\n")
    assert matches_any(folder / "models.yaml", ["models.yaml"], [folder])
    assert not matches_any(tmp_path / "a1x" / "models.yaml", ["models.yaml"], [folder])
    link = tmp_path / "link.yaml"
    link.symlink_to(folder / "models.yaml")
    assert matches_any(link, ["models.yaml"], [folder])


def test_a_glob_with_too_many_alternatives_matches_nothing_and_hides_no_other_one(tmp_path: Path) -> None:
    path = tmp_path / "7.yaml"
    too_many = ("{1..1000000}.yaml", "{a,b}" * 30)
    assert not matches_any(path, too_many, (tmp_path,))
    assert matches_any(path, (*too_many, "{1..900}.yaml"), (tmp_path,))
