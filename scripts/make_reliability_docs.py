"""Write docs/reliability.md from runs of the tests, `bench.lifetime`, `make fuzz` and `make soak` (about 20 minutes).

Each trial's result is kept in dist/reliability/ as soon as it ends. A trial that has passed with this source is not run
again, so that a run that was stopped, or in which a trial failed, can be continued. The page is written when all have
passed. The source must be committed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

from aloop_models.core.limits import MAX_BYTES, MAX_LINE, MAX_VALUE
from aloop_models.lsp.documents import MOST_SENT

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "reliability.md"
RESULTS = REPOSITORY / "dist" / "reliability"
OTHER_FILES = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/README.md",
    "docs/reliability.md",
    "scripts/make_reliability_docs.py",
)
"""A change of these makes no result obsolete."""

_LIMIT = 3600.0
"""Seconds after which a trial has failed."""
_GENERATED = re.compile(r"^ +- (\d+) passing\b.*?, (\d+) failing\b", re.MULTILINE)
_LOST = re.compile(r"^Lost: (.+)\n?", re.MULTILINE)

HEAD = """\
# Reliability

<!-- Written by scripts/make_reliability_docs.py from the runs it describes; do not edit it. -->

What was tried against the language server, the commands and the agent, what was lost, and how to repeat it. A change
with a failing test is not merged, and this page is only written if every trial passes, so it lists no failures. What is
known not to work is in [Limits](#limits).

To repeat a trial, run its command in a clone of the repository. What the tests need is installed once by:

```sh
make .venv/.dev
```
"""

LIMITS = f"""\
## Limits

- A models.yaml has at most {MAX_BYTES >> 20} MiB, {MAX_LINE:,} characters in a line, and {MAX_VALUE:,} in a value. A
  larger one gets one diagnostic, and no command edits it.
- At most {MOST_SENT:,} diagnostics are sent to an editor; `aloop models check` lists all.
- A file is replaced in one step on local filesystems. On a network filesystem, that depends on its server.
- If a file is a mount point of its own (a bind mount of one file), it cannot be replaced and is written in place: a
  crash in that moment can leave it incomplete.
- If a server is killed with SIGKILL while git does not answer, that git runs until it ends.
- On Windows, sessions are not supported; files are locked and replaced as elsewhere.
"""


@dataclass(frozen=True)
class Trial:
    """A part of the page: tests, or a script that prints figures."""

    title: str
    tried: str
    verified: str
    """What must be so after each input."""
    tests: tuple[str, ...] = ()
    script: tuple[str, ...] = ()
    """The arguments of Python, without tests."""
    make: str = ""
    """The command that repeats a script, if another one is simpler."""

    @property
    def name(self) -> str:
        """The name of its files."""
        return self.title.lower().replace(",", "").replace(" ", "-")

    @property
    def command(self) -> str:
        """The command line that repeats it."""
        tests = ("-m", "pytest", "-n", "2", "--dist", "loadfile", *self.tests)
        return self.make or " ".join((".venv/bin/python", *(self.script or tests)))

    def arguments(self, report: Path) -> list[str]:
        """The arguments of Python that run it; tests leave a report."""
        if self.script:
            return list(self.script)
        options = ("-q", "-n", "2", "--dist", "loadfile", "--hypothesis-show-statistics", f"--junit-xml={report}")
        return ["-m", "pytest", *options, *self.tests]


TRIALS = (
    Trial(
        "A writer is killed",
        "The process that writes models.yaml gets SIGKILL at every one of its system calls, and at random moments.",
        "The file has the old or the new text, and is private. The next run removes what is left over.",
        ("tests/workspace/test_save_crash.py",),
    ),
    Trial(
        "The disk is full, read-only or gone",
        "Writes fail with ENOSPC, EIO, EROFS and EACCES, links lead to other places, files are devices, FIFOs or "
        "mounts.",
        "The file keeps its bytes and its mode, and the message says why it was not written.",
        ("tests/workspace/test_save_trouble.py", "tests/workspace/test_save.py", "tests/workspace/test_mounts.py"),
    ),
    Trial(
        "Many programs write at once",
        "Eight programs, in one test with an editor among them, add models to one file at the same time.",
        "Every acknowledged change is in the file, and no other byte has changed.",
        ("tests/e2e/test_many_writers.py", "tests/workspace/test_lock.py"),
    ),
    Trial(
        "Edits of unusual files",
        "Generated and collected files, with anchors, flow layout, tabs, all line breaks of YAML and broken parts, get "
        "every edit.",
        "All other bytes stay, and PyYAML reads what was meant.",
        ("tests/core", "tests/features/test_broken_file.py"),
    ),
    Trial(
        "Mistakes and their fixes",
        "Every known mistake, in random surroundings.",
        "It gets one diagnostic, and its quick fix removes it and nothing else.",
        (
            "tests/features/test_laws.py",
            "tests/features/test_laws_mistakes.py",
            "tests/features/test_laws_surroundings.py",
            "tests/features/test_fixes.py",
            "tests/features/test_diagnostics_single_mistakes.py",
        ),
    ),
    Trial(
        "Keys are searched for",
        "Files full of keys, whole and broken, go through every request and command, with faults planted in the "
        "server.",
        "No eight characters of a secret are in an answer, the log or an error.",
        ("tests/e2e/test_secrecy.py", "tests/e2e/test_agent_escapes.py"),
    ),
    Trial(
        "Invalid messages",
        "Requests and notifications of wrong shapes, in wrong order, with broken frames.",
        "Each request is answered or the connection ends, and the server continues.",
        ("tests/e2e/test_invalid_messages.py", "tests/e2e/test_protocol.py", "tests/e2e/test_laws_sessions.py"),
    ),
    Trial(
        "The end of an editor",
        "The editor closes its streams, crashes, stops reading or sends a signal, while the server is idle, busy or "
        "blocked.",
        "The server ends, with everything that it has started and with its socket.",
        ("tests/e2e/test_lifetime.py", "tests/e2e/test_sessions_kill.py", "tests/workspace/test_git.py"),
    ),
    Trial(
        "Large files",
        "Files up to the limit, in shapes that are slow to read.",
        "Other requests do not wait.",
        ("tests/lsp/test_session_large.py", "tests/core/test_limits.py", "tests/lsp/test_worker.py"),
    ),
    Trial(
        "Unexpected answers of providers",
        "A local endpoint answers as providers do and as they should not: nothing, pages of HTML, broken or endless "
        "streams, errors in every place.",
        "There is one clear message, and the conversation continues.",
        ("tests/llm", "tests/agent/test_base.py"),
    ),
    Trial(
        "The time until a server has ended",
        "Servers in each state are ended in each way. Measured are the seconds until the server and every process that "
        "it has started have ended.",
        "Each ends within a second, and its socket and its entry are removed; after SIGKILL, the next server removes "
        "them.",
        script=("-m", "bench.lifetime"),
    ),
)


def long_trials(fuzz: int, soak: int) -> tuple[Trial, Trial]:
    """The trials that run for some seconds."""
    return (
        Trial(
            "Random texts and messages",
            "Texts of a grammar of YAML and changed real files are read, edited, fixed, formatted and typed in an "
            "editor. Sessions of a grammar of JSON-RPC have messages that are wrong everywhere.",
            "PyYAML reads what was meant. Each request has one answer, the server stays usable and then ends, and no "
            "key is shown.",
            script=("scripts/fuzz.py", str(fuzz)),
            make=f"make fuzz SECONDS={fuzz}",
        ),
        Trial(
            "Changes over a longer time",
            "An editor, a shell and other programs change files in random order, with saves, undo and clock jumps.",
            "After each step, the text, the file and the diagnostics are those of a simple model.",
            script=("scripts/soak.py", str(soak)),
            make=f"make soak SECONDS={soak}",
        ),
    )


@dataclass(frozen=True)
class Result:
    """What a trial has shown."""

    command: str
    commit: str | None
    """The source; None if it was not committed."""
    date: str
    machine: str
    seconds: float
    tried: Mapping[str, int]
    """How many inputs of each kind, from the run."""
    lost: Mapping[str, int]
    """What was looked for and how often it was found, from the run."""
    text: str
    """The figures of a script."""
    skipped: Sequence[str]
    """Reasons for which tests were skipped."""
    failures: Sequence[str]


def main(
    arguments: Sequence[str] | None = None,
    trials: Sequence[Trial] | None = None,
    root: Path = REPOSITORY,
    page: Path = PAGE,
    results: Path = RESULTS,
) -> int:
    """Run the trials that have no result, and write the page if all have passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--only-write", action="store_true", help="run nothing, write the page from the kept results")
    what.add_argument("--again", action="store_true", help="also run the trials that have a result")
    parser.add_argument("--fuzz", type=int, default=120, metavar="SECONDS", help="of `make fuzz` (default: 120)")
    parser.add_argument("--soak", type=int, default=300, metavar="SECONDS", help="of `make soak` (default: 300)")
    options = parser.parse_args(arguments)
    trials = (*TRIALS, *long_trials(options.fuzz, options.soak)) if trials is None else trials
    results.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Result] = {}
    for trial in trials:
        result = None if options.again else kept_result(trial, results, root)
        if result is None and not options.only_write:
            print(f"{trial.title}: {trial.command}", flush=True)
            result = run(trial, results, root)
            (results / f"{trial.name}.json").write_text(json.dumps(asdict(result), indent=2), encoding="utf-8")
            print(f"  {result.seconds:.0f} s, {'FAILED' if result.failures else 'passed'}", flush=True)
        if result:
            kept[trial.title] = result
    problems = [line for trial in trials for line in _problems(trial, kept.get(trial.title), results)]
    if problems:
        print("\n".join([f"{page.name} was not written.", *problems]), file=sys.stderr)
        return 1
    page.write_text(page_text(trials, kept), encoding="utf-8")
    print(f"Wrote {page}.")
    return 0


def _problems(trial: Trial, result: Result | None, results: Path) -> list[str]:
    if result is None:
        return [f"{trial.title}: no result of this source and this command"]
    if result.failures:
        return [
            f"{trial.title}: failed, see {results / trial.name}.out and .err",
            *(f"  {failure}" for failure in result.failures),
        ]
    return [] if result.commit else [f"{trial.title}: passed, but the source was not committed or has changed"]


def kept_result(trial: Trial, results: Path, root: Path) -> Result | None:
    """The result of an earlier run of the same command, if it passed and its source is the one of now."""
    path = results / f"{trial.name}.json"
    if not path.exists():
        return None
    result = Result(**json.loads(path.read_text(encoding="utf-8")))
    is_current = result.command == trial.command and result.commit and _is_source(result.commit, root)
    return result if is_current and not result.failures else None


def _git(root: Path, *arguments: str) -> str | None:
    """The output of git; None if it fails."""
    done = subprocess.run(("git", *arguments), cwd=root, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def _is_source(commit: str, root: Path) -> bool:
    """Whether the files are those of a commit, as far as they can change a result."""
    excluded = [f":(exclude){name}" for name in OTHER_FILES]
    new = _git(root, "ls-files", "--others", "--exclude-standard", "--", ".", *excluded)
    return new == "" and _git(root, "diff", "--quiet", commit, "--", ".", *excluded) is not None


def run(trial: Trial, results: Path, root: Path) -> Result:
    """Run a trial, and keep what it prints."""
    commit = _git(root, "rev-parse", "HEAD")
    was_committed = commit is not None and _is_source(commit, root)
    report, printed = results / f"{trial.name}.xml", results / f"{trial.name}.out"
    report.unlink(missing_ok=True)
    command = [sys.executable, *trial.arguments(report)]
    # Without compiled modules, each program that a test starts would compile the whole package.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    with printed.open("w") as output, printed.with_suffix(".err").open("w") as errors:
        try:
            done = subprocess.run(command, cwd=root, env=environment, stdout=output, stderr=errors, timeout=_LIMIT)
            code = done.returncode
        except subprocess.TimeoutExpired:
            code = None
    seconds = time.monotonic() - began
    text = printed.read_text(encoding="utf-8")
    failures = [] if code == 0 else [f"not ended after {_LIMIT:.0f} seconds" if code is None else f"exit code {code}"]
    tried, lost, skipped = Counter[str](), Counter[str](), list[str]()
    if trial.script:
        lost.update(lost_in(text))
        failures += [] if lost else ["no line that says what was lost"]
        text = _LOST.sub("", text).rstrip("\n")
    elif report.exists():
        tests = read_report(report)
        tried, lost, skipped = tests.tried, tests.lost, tests.skipped
        failures += tests.failures
        if generated := sum(int(passing) + int(failing) for passing, failing in _GENERATED.findall(text)):
            tried["generated inputs"] = generated
        text = ""
    failures += [f"lost: {count:,} {what}" for what, count in lost.items() if count]
    return Result(
        trial.command,
        commit if commit and was_committed and _is_source(commit, root) else None,
        date.today().isoformat(),
        _machine(),
        seconds,
        dict(tried),
        dict(lost),
        text,
        skipped,
        failures,
    )


def lost_in(output: str) -> dict[str, int]:
    """The counts of the line `Lost: 0 processes, 0 files` that a script prints."""
    found = _LOST.search(output)
    parts = [part.partition(" ") for part in found[1].split(", ")] if found else []
    return {what: int(count.replace(",", "")) for count, _, what in parts}


@dataclass(frozen=True)
class Report:
    """The report of pytest."""

    tried: Counter[str]
    lost: Counter[str]
    skipped: list[str]
    failures: list[str]


def read_report(path: Path) -> Report:
    """Read a report in JUnit's format, with the properties that tests/conftest.py adds."""
    report = Report(Counter(), Counter(), [], [])
    for case in ElementTree.parse(path).iter("testcase"):
        if (skip := case.find("skipped")) is not None:
            report.skipped.append(skip.get("message", ""))
            continue
        report.tried["tests"] += 1
        if case.find("failure") is not None or case.find("error") is not None:
            report.failures.append(f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}")
        for each in case.iter("property"):
            kind, _, what = each.get("name", "").partition(": ")
            if kind in ("tried", "lost"):
                counter = report.tried if kind == "tried" else report.lost
                counter[what] += int(each.get("value", ""))
    return report


def page_text(trials: Sequence[Trial], results: Mapping[str, Result]) -> str:
    """The page."""
    ran = [results[trial.title] for trial in trials]
    commits = ", ".join(dict.fromkeys(str(result.commit)[:12] for result in ran))
    dates = ", ".join(sorted({result.date for result in ran}))
    machines = "; ".join(dict.fromkeys(result.machine for result in ran))
    figures = f"The figures are of {dates}, commit {commits}: {machines}."
    sections = [_section(trial, results[trial.title]) for trial in trials]
    return "\n".join([HEAD, f"{_wrapped(figures)}\n", *sections, LIMITS])


def _section(trial: Trial, result: Result) -> str:
    failed = [] if trial.script else [f"{len(result.failures)} of {result.tried['tests']:,} tests failed"]
    lines = [f"Tried: {', '.join([*_counts(result.tried), f'{result.seconds:,.0f} seconds'])}."]
    lines += [f"Not tried: {why} (skipped tests: {count})." for why, count in Counter(result.skipped).items()]
    lines += [f"Verified: {trial.verified}", f"Lost: {', '.join([*_counts(result.lost), *failed])}."]
    items = "\n".join(textwrap.fill(line, 120, initial_indent="- ", subsequent_indent="  ") for line in lines)
    is_table = result.text.startswith("|")
    figures = result.text and (f"{result.text}\n\n" if is_table else f"```text\n{result.text}\n```\n\n")
    return f"## {trial.title}\n\n{_wrapped(trial.tried)}\n\n{items}\n\n{figures}```sh\n{trial.command}\n```\n"


def _counts(counts: Mapping[str, int]) -> list[str]:
    return [f"{count:,} {what}" for what, count in counts.items()]


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120)


def _machine() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pygls", "PyYAML", "litellm"))
    return f"Python {platform.python_version()}, {versions}, {platform.system()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
