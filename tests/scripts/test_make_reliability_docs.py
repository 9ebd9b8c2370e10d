"""How docs/reliability.md is made: the trials of a small project are run, and their results are kept and written."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import make_reliability_docs
from make_reliability_docs import LIMITS, TRIALS, Report, Trial, long_trials, lost_in, main, read_report
from support.editors import ROOT

CONFTEST = """\
import pytest
@pytest.fixture
def count(record_property):
    return record_property
"""
GOOD = """\
from hypothesis import given, settings, strategies as st
import pytest
@settings(max_examples=7, database=None)
@given(st.integers())
def test_numbers(number):
    pass
def test_counts(count):
    count("tried: kills", 3)
    count("lost: files", 0)
@pytest.mark.skip(reason="strace is not installed")
def test_more():
    pass
"""
SCRIPT = """\
import sys
from pathlib import Path
print("    1,234  texts")
print("Lost: 0 keys, 1,000 texts" if Path("fails").exists() else "Lost: 0 keys, 0 texts")
print("noise", file=sys.stderr)
"""
GOOD_TESTS = Trial("Good tests", "Tests that pass.", "They pass.", ("test_good.py",))
FIRST = Trial("Another script", "A script.", "It prints.", script=("script.py",))
FIGURES = Trial("A script", "A script.", "It prints.", script=("script.py", "5"), make="make script SECONDS=5")

Run = Callable[..., int]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in git, with a file of tests and a script."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in (("conftest", CONFTEST), ("test_good", GOOD), ("script", SCRIPT)):
        (folder / f"{name}.py").write_text(text)
    (folder / ".gitignore").write_text("__pycache__\n.pytest_cache\n.hypothesis\n")
    git(folder, "init", "-q")
    commit(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    names = ("-c", "user.name=me", "-c", "user.email=me@example.com")
    return subprocess.run(("git", *names, *arguments), cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> str:
    """Commit everything; the commit."""
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "all")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def make(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the script on the project; nothing that was printed is left."""

    def run(*arguments: str, trials: tuple[Trial, ...] = (FIRST, FIGURES)) -> int:
        capsys.readouterr()
        return main(arguments, trials, project, tmp_path / "page.md", tmp_path / "results")

    return run


def section(tmp_path: Path, title: str) -> str:
    """A part of the page, with its seconds as N."""
    text = (tmp_path / "page.md").read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    return re.sub(r"\d+ seconds", "N seconds", text)


def test_the_page_of_trials_that_pass(make: Run, project: Path, tmp_path: Path) -> None:
    assert make(trials=(GOOD_TESTS, FIGURES)) == 0
    page = (tmp_path / "page.md").read_text()
    assert page.startswith("# Reliability\n")
    assert page.endswith(LIMITS)
    assert f", commit {git(project, 'rev-parse', 'HEAD')[:12]}: Python " in page
    assert (
        section(tmp_path, "Good tests")
        == """
Tests that pass.

- Tried: 2 tests, 3 kills, 7 generated inputs, N seconds.
- Not tried: strace is not installed (skipped tests: 1).
- Verified: They pass.
- Lost: 0 files, 0 of 2 tests failed.

```sh
.venv/bin/python -m pytest -n 2 --dist loadfile test_good.py
```
"""
    )
    assert (
        section(tmp_path, "A script")
        == """
A script.

- Tried: N seconds.
- Verified: It prints.
- Lost: 0 keys, 0 texts.

```text
    1,234  texts
```

```sh
make script SECONDS=5
```
"""
    )


REPORT = """\
<testsuites><testsuite>
<testcase classname="tests.a.test_b" name="test_good[1]"><properties>
<property name="tried: kills" value="3" /><property name="lost: files" value="2" /><property name="report" value="x" />
</properties></testcase>
<testcase classname="tests.a.test_b" name="test_more"><properties>
<property name="tried: kills" value="4" /></properties>
<failure message="ValueError">Traceback</failure></testcase>
<testcase classname="tests.a.test_b" name="test_fixture"><error message="OSError">Traceback</error></testcase>
<testcase classname="tests.a.test_b" name="test_strace"><skipped message="no strace" /></testcase>
</testsuite></testsuites>
"""


def test_the_report_of_tests_that_fail(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text(REPORT)
    assert read_report(path) == Report(
        Counter({"tests": 3, "kills": 7}),
        Counter({"files": 2}),
        ["no strace"],
        ["tests/a/test_b.py::test_more", "tests/a/test_b.py::test_fixture"],
    )


def test_a_trial_that_fails_stops_no_other(make: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Trial("A wrong script", "A script.", "It fails.", script=("none.py",))
    assert make(trials=(wrong, FIGURES)) == 1
    assert (
        capsys.readouterr().err
        == f"""\
page.md was not written.
A wrong script: failed, see {tmp_path}/results/a-wrong-script.out and .err
  exit code 2
  no line that says what was lost
"""
    )
    assert not (tmp_path / "page.md").exists()
    assert "none.py" in (tmp_path / "results" / "a-wrong-script.err").read_text()
    assert json.loads((tmp_path / "results" / "a-script.json").read_text())["failures"] == []


def test_a_script_that_lost_something_has_failed(make: Run, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "fails").touch()
    commit(project)
    assert make(trials=(FIGURES,)) == 1
    assert capsys.readouterr().err.endswith(".err\n  lost: 1,000 texts\n")


def test_a_script_that_says_nothing_of_losses_has_failed(
    make: Run, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "script.py").write_text("print(5)")
    commit(project)
    assert make(trials=(FIGURES,)) == 1
    assert capsys.readouterr().err.endswith(".err\n  no line that says what was lost\n")


def ran(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The titles of the trials that were run."""
    return [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if ": " in line]


def test_only_trials_without_a_result_are_run(make: Run, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make() == 0
    assert ran(capsys) == ["Another script", "A script"]
    assert make() == 0
    assert ran(capsys) == []
    assert make("--again") == 0
    assert ran(capsys) == ["Another script", "A script"]
    longer = Trial("A script", "A script.", "It prints.", script=("script.py", "9"), make="make script SECONDS=9")
    assert make(trials=(FIRST, longer)) == 0
    assert ran(capsys) == ["A script"]
    (project / "CHANGELOG.md").write_text("Something that changes no result.\n")
    commit(project)
    assert make(trials=(FIRST, longer)) == 0
    assert ran(capsys) == []
    (project / "script.py").write_text(SCRIPT.replace("1,234", "5,678"))
    commit(project)
    assert make(trials=(FIRST, longer)) == 0
    assert ran(capsys) == ["Another script", "A script"]


def test_a_trial_that_failed_is_run_again(make: Run, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Trial("A wrong script", "A script.", "It fails.", script=("none.py",))
    assert make(trials=(FIGURES, wrong)) == 1
    assert ran(capsys) == ["A script", "A wrong script"]
    assert make(trials=(FIGURES, wrong)) == 1
    assert ran(capsys) == ["A wrong script"]


def test_the_page_is_written_only_of_results_of_this_source(
    make: Run, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make("--only-write") == 1
    assert (
        capsys.readouterr().err
        == """\
page.md was not written.
Another script: no result of this source and this command
A script: no result of this source and this command
"""
    )
    assert make() == 0
    (tmp_path / "page.md").unlink()
    assert make("--only-write") == 0
    assert (tmp_path / "page.md").exists()
    (project / "new.py").touch()
    assert make("--only-write") == 1


def test_a_source_that_is_not_committed_gives_no_page(
    make: Run, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "new.py").touch()
    assert make(trials=(FIGURES,)) == 1
    assert (
        capsys.readouterr().err
        == """\
page.md was not written.
A script: passed, but the source was not committed or has changed
"""
    )
    assert not (tmp_path / "page.md").exists()


def test_a_trial_that_does_not_end(
    make: Run, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "script.py").write_text("import time\ntime.sleep(60)")
    commit(project)
    monkeypatch.setattr(make_reliability_docs, "_LIMIT", 0.5)
    assert make(trials=(FIGURES,)) == 1
    assert "  not ended after 0 seconds\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "lost"),
    [("Lost: 0 keys shown, 1,200 texts\n", {"keys shown": 0, "texts": 1200}), ("   5  texts\n", {})],
)
def test_what_was_lost(output: str, lost: dict[str, int]) -> None:
    assert lost_in(output) == lost


def test_what_the_trials_run_exists() -> None:
    assert [name for trial in TRIALS for name in trial.tests if not (ROOT / name).exists()] == []
    assert [trial.command for trial in long_trials(3, 4)] == ["make fuzz SECONDS=3", "make soak SECONDS=4"]
    assert [(ROOT / trial.script[0]).is_file() for trial in long_trials(3, 4)] == [True, True]
    assert len({trial.name for trial in (*TRIALS, *long_trials(3, 4))}) == len(TRIALS) + 2
