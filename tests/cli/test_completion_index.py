"""The index of completions: the same answers with a fraction of the imports, only of the current state, no secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aloop_models.cli.completion_index import Answer, print_answer
from aloop_models.cli.main import main, renew_completions
from aloop_models.snapshot import Session
from aloop_models.workspace.folders import cache_folder

KEY = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 3
FILE = f"models:\n  anthropic/claude-opus-5-5:\n    api_key: {KEY}\n  openai/gpt-5.5:\n  ollama/llama3.1:8b:\n"
SECRET = "zq9/verysecretvalue-0123456789"

LINES = [
    *("aloop ", "aloop mo", "aloop -", "aloop --mo", "aloop -m op", "aloop --model anth", "aloop -t hello -m ollama/"),
    *("aloop compare hi --models op", "aloop compare --j", "aloop models ", "aloop models sw", "aloop models add --s"),
    *(
        "aloop models add anth",
        "aloop models add anthropic/claude",
        "aloop models add openai/gpt-5",
        "aloop models add o",
    ),
    *("aloop models edit op", "aloop models edit openai/gpt-5.5 time", "aloop models edit openai/gpt-5.5 timeout=3 dr"),
    *(
        "aloop models edit openai/gpt-5.5 drop_params=t",
        "aloop models edit gpt-5.5 drop_params=",
        "aloop models key an",
    ),
    *(
        "aloop models rule missing-",
        "aloop models catalog anthropi",
        "aloop models check --format s",
        "aloop models te",
    ),
    *("aloop models show opus", "aloop -m gpt", "aloop models edit openai/gpt-5.5 params", "aloop models copy --to h"),
    *("aloop models copy --to project op", "aloop models copy --global op", "aloop models add x --same-key-as op"),
    *("aloop models test ollama", "aloop models show ollama/llama3.1:8", "aloop models remove --fo"),
]
UNKEPT = [
    *("aloop models add gpt4omini", "aloop compare hi --models openai/gpt-5.5,oll", "aloop models check mod"),
    *("aloop models show --config other.yaml op", "aloop 'mo", "aloop models list x"),
]
"""Lines that are always computed: another spelling, a list, another file, a quote, a path, nothing to offer."""


@pytest.fixture(autouse=True)
def path(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text(FILE)
    path.chmod(0o600)
    (home / ".aloop").mkdir()
    (home / ".aloop" / "models.yaml").write_text("models:\n  openai/at-home:\n")
    return path


def prepare(monkeypatch: pytest.MonkeyPatch, shell: str, line: str) -> None:
    words = line.split(" ")
    monkeypatch.setenv("_ALOOP_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words) - 1))
    monkeypatch.setenv("COMP_BREAKS", " \t\n:=")


def computed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str, line: str) -> str:
    prepare(monkeypatch, shell, line)
    assert main([]) == 0
    return capsys.readouterr().out


def kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str, line: str) -> str | None:
    prepare(monkeypatch, shell, line)
    answer = print_answer(f"{shell}_complete")
    printed = capsys.readouterr().out
    return None if answer is None else printed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_answers_are_those_that_are_computed(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = {line: computed(monkeypatch, capsys, shell, line) for line in LINES}
    assert {line: kept(monkeypatch, capsys, shell, line) for line in LINES} == first
    assert [line for line, text in first.items() if len(text) == 1] == []
    for line in UNKEPT:
        computed(monkeypatch, capsys, shell, line)
        assert kept(monkeypatch, capsys, shell, line) is None


def test_one_completion_makes_the_usual_ones_fast(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kept(monkeypatch, capsys, "bash", "aloop mo") is None
    computed(monkeypatch, capsys, "bash", "aloop mo")
    assert kept(monkeypatch, capsys, "bash", "aloop --model op") == "plain,openai/gpt-5.5\n"
    assert kept(monkeypatch, capsys, "bash", "aloop models edit openai/gpt-5.5 ti") == "plain,timeout=\n"
    assert kept(monkeypatch, capsys, "bash", "aloop models edit openai/gpt-5.5 drop_params=f") == "plain,false\n"
    assert kept(monkeypatch, capsys, "bash", "aloop models catalog anthropic_") == "plain,anthropic_text\n"


@pytest.mark.parametrize(
    ("change", "expected", "is_renewed"),
    [
        ("none", "openai/gpt-5.5", False),
        ("file", "openai/gpt-4.1", True),
        ("folder", "openai/gpt-5.5", True),
        ("nearer file", "openai/at-home", True),
        ("day", "openai/gpt-5.5", True),
        ("home file", "openai/gpt-5.5", True),
        ("variable", "openai/gpt-5.5", False),
    ],
)
def test_the_models_of_another_file_are_read_at_once(
    change: str,
    expected: str,
    is_renewed: bool,
    path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = "aloop --model op"
    assert computed(monkeypatch, capsys, "bash", "aloop mo") == "plain,models\n"
    if change == "file":
        path.write_text(FILE.replace("openai/gpt-5.5", "openai/gpt-4.1"))
    elif change == "folder":
        (path.parents[1] / "inside").mkdir()
        monkeypatch.chdir("inside")
    elif change == "nearer file":
        path.unlink()
    elif change == "day":
        monkeypatch.setenv("ALOOP_TODAY", "2027-01-01")
    elif change == "home file":
        (home / ".aloop" / "models.yaml").write_text("models:\n  openai/at-home-too:\n")
    elif change == "variable":
        monkeypatch.setenv("XDG_SESSION_ID", "7")
    assert kept(monkeypatch, capsys, "bash", line) == f"plain,{expected}\n"
    assert print_answer("bash_complete") is (Answer.OUTDATED_INDEX if is_renewed else Answer.INDEX)
    # What the command line does then in another process.
    renew_completions()
    assert print_answer("bash_complete") is Answer.INDEX
    assert capsys.readouterr().out == f"plain,{expected}\n" * 2
    assert kept(monkeypatch, capsys, "zsh", line) == computed(monkeypatch, capsys, "zsh", line)


def test_a_new_model_is_offered_until_the_file_has_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "aloop models add openai/gpt-4o-min"
    assert "plain,openai/gpt-4o-mini\n" in computed(monkeypatch, capsys, "bash", line)
    path.write_text("models:\n  openai/gpt-4o-mini#work:\n")
    found = kept(monkeypatch, capsys, "bash", line)
    assert found == computed(monkeypatch, capsys, "bash", line)
    assert "plain,openai/gpt-4o-mini\n" not in str(found)


def test_running_agents_are_completed_and_not_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = str(path.parents[1])
    agents = [Session(name, "interactive", 7, here, str(path), "openai/gpt-5.5") for name in ("a1", "b2")]
    monkeypatch.setattr("aloop_models.dispatch.runner.sessions_on", lambda *_: tuple(agents))
    line = "aloop models switch openai/gpt-5.5 --session "
    for shell, text in (
        ("bash", "plain,a1\nplain,b2\nplain,*\n"),
        ("fish", f"plain,b2\topenai/gpt-5.5 · process 7 in {here}\n"),
    ):
        assert text in computed(monkeypatch, capsys, shell, line)
        assert kept(monkeypatch, capsys, shell, line) is None
    agents.pop()
    assert computed(monkeypatch, capsys, "bash", line) == "plain,a1\n"


def test_an_index_of_another_catalog_is_not_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    computed(monkeypatch, capsys, "bash", "aloop mo")
    monkeypatch.setenv("ALOOP_CATALOG", "newest")
    assert kept(monkeypatch, capsys, "bash", "aloop mo") is None


def test_the_script_for_a_shell_prepares_the_index(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_ALOOP_COMPLETE", "fish_source")
    assert main([]) == 0
    capsys.readouterr()
    assert kept(monkeypatch, capsys, "bash", "aloop --model op") == "plain,openai/gpt-5.5\n"


@pytest.mark.parametrize(
    "line",
    [
        f"aloop models edit openai/gpt-5.5 api_key={SECRET} ti",
        f"aloop models edit openai/gpt-5.5 api_key={SECRET}",
        f"aloop models key {SECRET} --",
        f"aloop models key {SECRET}",
        f"aloop models add {SECRET} ti",
        f"aloop -t {SECRET} -m op",
        f"aloop compare {SECRET} --models op",
        f"aloop models add ollama/x --{SECRET} ti",
    ],
)
def test_no_typed_secret_and_no_key_of_the_file_is_stored(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    computed(monkeypatch, capsys, "bash", line)
    file = cache_folder() / "completion" / "index.json"
    stored = file.read_text()
    assert (SECRET in stored, SECRET[4:] in stored, KEY in stored) == (False, False, False)
    assert file.stat().st_mode & 0o077 == 0


def test_no_id_that_is_a_key_by_mistake_is_stored(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text(f"{FILE}  openai/{KEY}:\n")
    computed(monkeypatch, capsys, "bash", "aloop models show o")
    stored = (cache_folder() / "completion" / "index.json").read_text()
    assert ("openai/gpt-5.5" in stored, KEY in stored) == (True, False)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"state": 1}', '{"lists": {"bash |": 3}}'])
def test_a_damaged_index_is_made_again(
    content: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = computed(monkeypatch, capsys, "bash", "aloop mo")
    (cache_folder() / "completion" / "index.json").write_text(content)
    assert kept(monkeypatch, capsys, "bash", "aloop mo") is None
    assert computed(monkeypatch, capsys, "bash", "aloop mo") == before
    assert kept(monkeypatch, capsys, "bash", "aloop mo") == before


def test_an_answer_of_the_index_imports_little(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    computed(monkeypatch, capsys, "bash", "aloop --model op")
    # The state contains the import path, which a script of its own has changed.
    program = (
        "import sys; sys.path = sys.argv[1].split(chr(10)); sys.argv = ['aloop', 'models']; "
        "from aloop_models.__main__ import main; main(); print(*sorted(sys.modules))"
    )
    arguments = [sys.executable, "-c", program, "\n".join(sys.path)]
    done = subprocess.run(arguments, capture_output=True, text=True, env=dict(os.environ), timeout=120)
    answer, modules = done.stdout.splitlines()
    assert (answer, done.stderr) == ("plain,openai/gpt-5.5", "")
    loaded = {name.partition(".")[0] for name in modules.split()}
    assert loaded.isdisjoint({"click", "yaml", "jsonschema", "rich", "pygls", "lsprotocol", "litellm", "asyncio"})
    assert len([name for name in modules.split() if name.startswith("aloop_models.")]) < 12
