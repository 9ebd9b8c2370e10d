"""The workspace tools: what they read, and what they must not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aloop_models.agent import tools
from aloop_models.agent.tools import MAX_ARGUMENT, MAX_OUTPUT, workspace_tools
from aloop_models.catalog.redaction import MASK, redactor_for
from aloop_models.errors import ToolError
from support.sample_keys import leaks, secret


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    (made / "src" / "deep").mkdir(parents=True)
    (made / "README.md").write_text("# Title\nsecond line\nThird Line\n")
    (made / "src" / "a.py").write_text("def first():\n    return 'Needle'\n")
    (made / "src" / "deep" / "b.txt").write_text("nothing here\n")
    (made / "src" / "picture.bin").write_bytes(b"\x89PNG\0\0needle")
    (tmp_path / "outside.txt").write_text("outside needle")
    return made


def run(folder: Path, name: str, **arguments: object) -> str:
    tool = next(tool for tool in workspace_tools(folder) if tool.name == name)
    return tool.run(arguments)


def test_a_file_is_read_with_its_line_numbers(folder: Path) -> None:
    assert run(folder, "read_file", path="README.md") == "1\t# Title\n2\tsecond line\n3\tThird Line"
    part = run(folder, "read_file", path="./src/../README.md", start_line=2, line_count=1)
    assert part == "2\tsecond line\n… ./src/../README.md continues; it has 3 lines."
    assert run(folder, "read_file", path="README.md", start_line=9) == "README.md has 3 lines."


def test_files_are_listed_and_searched_in_order(folder: Path) -> None:
    everything = run(folder, "list_files").splitlines()
    assert [line.split("\t")[0] for line in everything] == [
        *("README.md", "src/a.py", "src/picture.bin", "src/deep/b.txt"),
    ]
    assert run(folder, "list_files", path="src", pattern="*.py") == "src/a.py\t33"
    assert run(folder, "search_text", text="needle") == "src/a.py:2: return 'Needle'"
    assert (
        run(folder, "search_text", text="line", path="README.md") == "README.md:2: second line\nREADME.md:3: Third Line"
    )
    assert run(folder, "search_text", text="needle", pattern="*.md") == "'needle' was not found."


@pytest.mark.parametrize("path", ["x" * 300, "circle", "circle/a.py"])
def test_a_path_that_cannot_exist(folder: Path, path: str) -> None:
    (folder / "circle").symlink_to("circle")
    with pytest.raises(ToolError) as refused:
        run(folder, "list_files", path=path)
    assert str(refused.value) == f"{path} is not a folder of the workspace."
    with pytest.raises(ToolError) as refused:
        run(folder, "search_text", text="needle", path=path)
    assert str(refused.value) == f"{path} is not a file or folder of the workspace."


@pytest.mark.parametrize("text", ["alpha\nbeta", "needle\n", "a\u2028b"])
def test_a_text_with_a_line_break_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ToolError) as refused:
        run(folder, "search_text", text=text)
    assert str(refused.value) == "Give a text without line breaks: each line is searched separately."


def test_a_result_says_which_files_were_not_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "big.txt").write_text("x\n" * 500_000 + "the last line\n")
    large = "… Only the first 1,000,000 bytes of 1 file were searched."
    assert run(folder, "search_text", text="the last line") == f"'the last line' was not found.\n{large}"
    assert run(folder, "search_text", text="nothing") == f"src/deep/b.txt:1: nothing here\n{large}"
    monkeypatch.setattr(tools, "_MAX_FILES", 3)
    few = "… Only the first 3 files were looked at; give a path."
    assert run(folder, "list_files", pattern="b.txt") == f"No files.\n{few}"
    assert run(folder, "search_text", text="nothing", pattern="b.txt") == f"'nothing' was not found.\n{few}"
    assert run(folder, "search_text", text="nothing", path="src/deep") == "src/deep/b.txt:1: nothing here"
    monkeypatch.setattr(tools, "_SECONDS", 0.0)
    late = "… It took too long to look at all files; give a path or a pattern."
    assert run(folder, "list_files") == f"No files.\n{late}"
    assert run(folder, "search_text", text="nothing") == f"'nothing' was not found.\n{late}"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_a_text_is_read_in_its_encoding(folder: Path, encoding: str) -> None:
    (folder / "note.txt").write_text("first\nein Schlüssel\n", encoding=encoding)
    assert run(folder, "search_text", text="SCHLÜSSEL") == "note.txt:2: ein Schlüssel"
    assert run(folder, "read_file", path="note.txt", start_line=2) == "2\tein Schlüssel"


@pytest.mark.parametrize("name", ["read_file", "search_text"])
def test_a_binary_file_is_refused_and_skipped_in_a_search(folder: Path, name: str) -> None:
    with pytest.raises(ToolError, match=r"^src/picture\.bin is not a text file\.$"):
        run(folder, name, path="src/picture.bin", text="needle")
    assert run(folder, "search_text", text="needle") == "src/a.py:2: return 'Needle'"


@pytest.mark.parametrize("private", [".env", "sub/.ssh/work", ".git/config", "secrets/db.txt"])
def test_a_hard_link_of_a_private_file_is_private(folder: Path, private: str) -> None:
    (folder / private).parent.mkdir(parents=True, exist_ok=True)
    (folder / private).write_text("KEY=needle in the haystack\n")
    os.link(folder / private, folder / "notes.txt")
    (folder / "link.txt").symlink_to("notes.txt")
    (folder / "twice.txt").write_text("needle of the README\n")
    os.link(folder / "twice.txt", folder / "again.txt")
    for path in ("notes.txt", "link.txt", "src/../notes.txt"):
        with pytest.raises(ToolError, match=f"^{path} may contain keys, so it cannot be read.$"):
            run(folder, "read_file", path=path)
        with pytest.raises(ToolError, match="may contain keys"):
            run(folder, "search_text", text="needle", path=path)
    assert run(folder, "search_text", text="needle of") == (
        "again.txt:1: needle of the README\ntwice.txt:1: needle of the README"
    )
    assert run(folder, "search_text", text="haystack") == "'haystack' was not found."
    assert run(folder, "read_file", path="again.txt") == "1\tneedle of the README"


def test_a_hard_link_in_a_very_large_workspace_may_be_private(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.link(folder / "README.md", folder / "READ.txt")
    assert run(folder, "read_file", path="READ.txt", line_count=1).startswith("1\t# Title")
    monkeypatch.setattr(tools, "_MAX_FILES", 2)
    with pytest.raises(ToolError, match=r"^READ\.txt may contain keys, so it cannot be read\.$"):
        run(folder, "read_file", path="READ.txt")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../outside.txt", "outside the workspace"),
        ("/etc/passwd", "outside the workspace"),
        ("link.txt", "outside the workspace"),
        ("linked/outside.txt", "outside the workspace"),
        ("src/../../outside.txt", "outside the workspace"),
        ("src", "is a folder"),
        ("src/picture.bin", "is not a text file"),
        ("missing.txt", "There is no missing.txt"),
        ("pipe", "is not a regular file"),
        ("a\0b", "contains a character that no path can contain"),
        ("\ud800", "contains a character that no path can contain"),
    ],
)
def test_what_is_no_text_file_of_the_workspace_is_refused(folder: Path, path: str, reason: str) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "linked").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    with pytest.raises(ToolError, match=reason):
        run(folder, "read_file", path=path)
    assert "outside" not in run(folder, "list_files")
    assert "outside" not in run(folder, "search_text", text="outside needle").replace("'outside needle'", "")


@pytest.mark.parametrize(
    "path",
    [
        *(".aloop/models.yaml", ".aloop/models.yaml.bak", "sub/models.yaml", "MODELS.YAML~", ".env", ".env.local"),
        *("server.pem", ".ssh/id_rsa", ".git/config", ".netrc", "sub/.aloop/history"),
    ],
)
def test_files_that_hold_keys_are_never_read(folder: Path, path: str) -> None:
    secret = folder / path
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text("hidden needle\n")
    (folder / "innocent.txt").symlink_to(secret)
    for name in (path, "innocent.txt"):
        with pytest.raises(ToolError, match="may contain keys"):
            run(folder, "read_file", path=name)
    assert "hidden" not in run(folder, "search_text", text="needle")
    assert "hidden" not in run(folder, "search_text", text="hidden needle").replace("'hidden needle'", "")
    assert Path(path).name not in run(folder, "list_files")


def test_the_file_in_use_is_private_under_any_name(folder: Path) -> None:
    config = folder / "my-models.txt"
    config.write_text("models:\n")
    os.link(config, folder / "twin.txt")
    tool = workspace_tools(folder, lambda: (config,))[0]
    for name in ("my-models.txt", "twin.txt"):
        with pytest.raises(ToolError, match="may contain keys"):
            tool.run({"path": name})
    (folder / ".env.example").write_text("KEY=")
    assert tool.run({"path": ".env.example"}) == "1\tKEY="


@pytest.mark.parametrize("start", [".", "state", "state/aloop-models", "state/aloop-models/conversations"])
def test_what_the_agent_keeps_between_runs_is_private(
    folder: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    kept = folder / "state" / "aloop-models" / "conversations" / "0815.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("hidden needle")
    (folder / "state" / "other.txt").write_text("no secret")
    root = folder / start
    (root / "link.json").symlink_to(kept)
    for path in (os.path.relpath(kept, root), "link.json"):
        with pytest.raises(ToolError, match="may contain keys"):
            run(root, "read_file", path=path)
    listed = run(root, "list_files") if start in (".", "state") else ""
    assert "0815" not in listed
    assert ("other.txt" in listed) == (start in (".", "state"))
    if start in (".", "state"):
        assert run(root, "search_text", text="hidden needle") == "'hidden needle' was not found."


@pytest.mark.parametrize(
    ("start", "path", "is_whole"),
    [
        *(
            (".kube", "config", True),
            (".docker", "config.json", True),
            (".aws", "config", True),
            (".ssh/old", "x", True),
        ),
        *((".aloop", "config", True), (".config/gh", "hosts.yml", True), (".config/rclone", "x.conf", True)),
        *((".config/gcloud/configurations", "config_default", True), ("shop/.git", "config", True)),
        *(("shop/.git/modules/part", "config", True), (".codex", "config.toml", False), (".m2", "settings.xml", False)),
        *((".config", "gh/hosts.yml", False), ("irssi", "config", False), ("config", "hub", False)),
        *(("shop/secrets", "prod.yaml", False), ("shop/secrets/prod", "db.yaml", False)),
        ("shop/Secrets", "prod/db.yaml", False),
    ],
)
def test_a_file_is_private_wherever_the_agent_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, path: str, *, is_whole: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    secret = tmp_path / start / path
    secret.parent.mkdir(parents=True)
    secret.write_text("needle")
    (tmp_path / "started").symlink_to(start)
    os.link(secret, tmp_path / start / "notes.md")
    for root in (tmp_path, tmp_path / start, tmp_path / "started"):
        inside = f"{start}/" if root == tmp_path else ""
        for name in (path, "notes.md"):
            with pytest.raises(ToolError, match=f"^{inside}{name} may contain keys, so it cannot be read.$"):
                run(root, "read_file", path=f"{inside}{name}")
        if is_whole and not inside:
            for tool in ("list_files", "search_text"):
                with pytest.raises(ToolError, match=r"^\. may contain keys, so it cannot be read\.$"):
                    run(root, tool, text="needle")
        else:
            assert run(root, "list_files") == "No files."
            assert run(root, "search_text", text="needle") == "'needle' was not found."


@pytest.mark.parametrize(
    ("home", "start", "readable", "private"),
    [
        ("secrets/me", "shop", ["README.md", "package.json", "shop.py"], []),
        (".private/me", ".", ["README.md", "package.json", "shop.py"], []),
        ("me", "config/hub", ["README.md", "package.json", "shop.py"], []),
        ("me", "secrets/shop", ["README.md", "shop.py"], ["package.json"]),
        ("me", "password-store", ["README.md", "package.json", "shop.py"], []),
        ("me", "../secrets/shop", ["README.md", "shop.py"], ["package.json"]),
    ],
)
def test_a_project_can_be_in_a_folder_with_such_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, start: str, readable: list[str], private: list[str]
) -> None:
    (tmp_path / home).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / home))
    root = tmp_path / home / start
    root.mkdir(parents=True, exist_ok=True)
    for name in (*readable, *private):
        (root / name).write_text("shop")
    listed = [line.split("\t")[0] for line in run(root, "list_files").splitlines()]
    assert listed == readable
    for name in private:
        with pytest.raises(ToolError, match="may contain keys"):
            run(root, "read_file", path=name)


def test_results_are_bounded_in_size_and_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "big.txt").write_text("a needle in a long line " * 10 + "\n" + "needle\n" * 200_000)
    read = run(folder, "read_file", path="big.txt")
    assert len(read) < MAX_OUTPUT + 200
    assert "continues" in read
    assert len(run(folder, "search_text", text="needle")) < MAX_OUTPUT + 200
    for number in range(1_100):
        (folder / "src" / f"{number}.txt").touch()
    assert "more than 1000 files" in run(folder, "list_files")
    monkeypatch.setattr(tools, "_SECONDS", 0.0)
    assert "took too long" in run(folder, "list_files")


@pytest.mark.parametrize("arguments", [{}, {"path": 3}, {"path": "README.md", "start_line": "x"}])
def test_wrong_arguments_are_told_to_the_model(folder: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(ToolError, match="must be"):
        run(folder, "read_file", **arguments)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        *(("read_file", "path"), ("list_files", "path"), ("list_files", "pattern")),
        *(("search_text", "text"), ("search_text", "path"), ("search_text", "pattern")),
    ],
)
def test_a_long_argument_is_refused_before_it_is_used(folder: Path, name: str, argument: str) -> None:
    arguments = {"text": "needle", "path": ".", argument: "[" * (MAX_ARGUMENT + 1)}
    with pytest.raises(ToolError, match=rf"^'{argument}' has 1,001 characters\. Use at most 1,000\.$"):
        run(folder, name, **arguments)
    assert run(folder, "list_files", pattern="[" * MAX_ARGUMENT) == "No files."


SECRETS = {"key": secret("key", length=32), "prefixed": secret("prefixed", "sk-proj-"), "url": secret("url", length=20)}
_OWN = redactor_for(frozenset({SECRETS["key"]}))


def seen(folder: Path, name: str, **arguments: object) -> str:
    tool = next(tool for tool in workspace_tools(folder, redactor=lambda: _OWN) if tool.name == name)
    return tool.run(arguments)


@pytest.mark.parametrize(
    "content",
    [
        "needle " + "x" * 380 + " {key} and more\n",
        "needle = {key}\n",
        "needle = '{key_1}' \\\n    '{key_2}'\n",
        "needle: >-\n  {key_1}\n  {key_2}\n",
        "# needle {key_1}\n# {key_2}\n",
        'needle = ["{key_1}",\n"{key_2}"]\n',
        "needle {key_1}-\n{key_2}\n",
        "needle = '{key_1}' . '{key_2}'\n",
        "needle {key_1}\u200b{key_2}\n",
        "needle {prefixed}\n",
        "needlekey{prefixed}\n",
        "needle https://me:{url}@host.example/v1?token={url}\n",
        "needle Authorization: Bearer {key}\n",
        "needle\n" + "y" * 390 + "{prefixed}\n",
    ],
)
def test_what_a_tool_says_contains_no_key_and_no_piece_of_one(folder: Path, content: str) -> None:
    halves = {"key_1": SECRETS["key"][:16], "key_2": SECRETS["key"][16:]}
    (folder / "src" / "a.py").write_text(content.format(**SECRETS, **halves))
    for said in (
        seen(folder, "read_file", path="src/a.py"),
        seen(folder, "search_text", text="needle"),
        seen(folder, "search_text", text=halves["key_1"]).replace(repr(halves["key_1"]), ""),
        seen(folder, "search_text", text="y", path="src/a.py"),
    ):
        assert leaks(SECRETS, said) == [], said
    assert MASK in seen(folder, "read_file", path="src/a.py")


@pytest.mark.parametrize("name", ["key", "prefixed"])
@pytest.mark.parametrize("before", [1, 8, 11, 20, 31])
def test_a_key_at_the_end_of_what_is_read_is_masked(folder: Path, name: str, before: int) -> None:
    line = "x" * 99 + "\n"
    end = f"{SECRETS[name]}\n".rjust(100 + len(SECRETS[name]) - before, "y")
    (folder / "big.txt").write_text(line * (tools.MAX_READ // 100 - 1) + end + line)
    last = tools.MAX_READ // 100
    for said in (
        seen(folder, "read_file", path="big.txt", start_line=last),
        seen(folder, "search_text", text="yyy", path="big.txt"),
    ):
        assert [part for part in (SECRETS[name][at : at + 4] for at in range(before)) if part in said] == [], said


def test_a_file_that_is_named_by_a_key_is_listed_with_the_mask(folder: Path) -> None:
    (folder / f"{SECRETS['key']}.txt").write_text("needle")
    assert leaks(SECRETS, seen(folder, "list_files") + seen(folder, "search_text", text="needle")) == []


def test_a_commit_and_a_checksum_are_no_keys(folder: Path) -> None:
    line = "sha256:" + "0a1b2c3d4e5f6789" * 4 + " 9daeafb9864cf43055ae93beb0afd6c7d144bfa4"
    (folder / "lock.txt").write_text(line)
    assert seen(folder, "read_file", path="lock.txt") == f"1\t{line}"


@pytest.mark.parametrize(
    "path",
    [
        *(".envrc", "prod.env", ".flaskenv", "secrets.yaml", "secrets.toml", "secrets.json", ".streamlit/secrets.toml"),
        *("service-account.json", "gcp-key.json", "terraform.tfstate", "terraform.tfvars", "id_dsa", "a.ppk", "a.kdbx"),
        *("a.jks", "a.pkcs12", "a.asc", "_netrc", ".yarnrc.yml", ".my.cnf", ".dockercfg", "kubeconfig", ".vault-token"),
        *(".htpasswd", ".s3cfg", ".boto", ".config/gh/hosts.yml", ".huggingface/token", ".bash_history"),
        *(".models.yaml.swp", "models.yml", ".claude.json", ".mcp.json", "auth.json", "Secrets.YAML"),
        *(".local/state/aloop-models/history", "#models.yaml#", ".#models.yaml", "models.sync-conflict-1.yaml"),
    ],
)
def test_files_that_usually_hold_keys_are_kept_from_the_model(folder: Path, path: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("needle")
    with pytest.raises(ToolError, match="may contain keys"):
        run(folder, "read_file", path=path)
    assert file.name not in run(folder, "list_files")
    assert run(folder, "search_text", text="needle") == "src/a.py:2: return 'Needle'"
