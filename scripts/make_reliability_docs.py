"""Write docs/reliability.md from runs of the tests, of `make fuzz` and of `make soak` (about 20 minutes)."""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from aloop_models.core.text import MAX_BYTES
from aloop_models.lsp.documents import MOST_SENT

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "reliability.md"
REPORT = re.compile(r"^(?:killed a writer|\d+ programs made|[\d.]+ MB of answers).*$", re.MULTILINE)
PASSED = re.compile(r"^(\d+) passed", re.MULTILINE)

HEAD = """\
# Reliability

<!-- Written by scripts/make_reliability_docs.py from the runs it describes; do not edit the figures. -->

What was tried against the language server, the commands and the agent, what was lost, and how to repeat it. Nothing was
lost, and no key was shown. A test that fails stops a change from landing, so this page lists no failures; what is known
not to work is in [Limits](#limits).
"""

LIMITS = f"""\
## Limits

- A models.yaml has at most {MAX_BYTES >> 20} MiB. A larger one gets one diagnostic, and no command edits it.
- At most {MOST_SENT:,} diagnostics are sent to an editor; `aloop models check` lists all.
- A file is replaced in one step on local filesystems. On a network filesystem, that depends on its server.
- If a file is a mount point of its own (a bind mount of one file), it cannot be replaced and is written in place: a
  crash in that moment can leave it incomplete.
- If a server is killed with SIGKILL while git does not answer, that git runs until it ends.
- On Windows, sessions are not supported; files are locked and replaced as elsewhere.
"""


@dataclass(frozen=True)
class Trial:
    """A part of the page."""

    title: str
    tried: str
    """What was tried, and what must hold."""
    tests: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command line that repeats it."""
        return f".venv/bin/python -m pytest -n 2 --dist loadfile {' '.join(self.tests)}"


TRIALS = (
    Trial(
        "A writer is killed",
        "The process that writes models.yaml gets SIGKILL at every one of its system calls, and at random moments. The "
        "file must have the old or the new text, private, and the next run must remove what is left over.",
        ("tests/workspace/test_save_crash.py",),
    ),
    Trial(
        "The disk is full, read-only or gone",
        "Writes fail with ENOSPC, EIO, EROFS and EACCES, links lead to other places, files are devices, FIFOs or "
        "mounts. The file must keep its bytes and its mode, and the message must say why.",
        ("tests/workspace/test_save_trouble.py", "tests/workspace/test_save.py", "tests/workspace/test_mounts.py"),
    ),
    Trial(
        "Many programs write at once",
        "Eight programs, also with an editor among them, add models to one file at the same time. Every acknowledged "
        "change must be there, and no other byte may change.",
        ("tests/e2e/test_many_writers.py", "tests/workspace/test_lock.py"),
    ),
    Trial(
        "Edits of unusual files",
        "Generated and collected files, with anchors, flow layout, tabs, all line breaks of YAML and broken parts, get "
        "every edit. All other bytes must stay, and PyYAML must read what was meant.",
        ("tests/core", "tests/features/test_broken_file.py"),
    ),
    Trial(
        "Mistakes and their fixes",
        "Every known mistake in random surroundings. It must give one diagnostic, and its fix must remove it and "
        "nothing else.",
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
        "server. No eight characters of a secret may be in an answer, the log or an error.",
        ("tests/e2e/test_secrecy.py", "tests/e2e/test_agent_escapes.py"),
    ),
    Trial(
        "Invalid messages",
        "Requests and notifications of wrong shapes, in wrong order, with broken frames. Each request must be answered "
        "or the connection ended, and the server must continue.",
        ("tests/e2e/test_invalid_messages.py", "tests/e2e/test_protocol.py", "tests/e2e/test_laws_sessions.py"),
    ),
    Trial(
        "The end of an editor",
        "The editor closes its streams, crashes, stops reading or sends a signal, while the server is idle, busy or "
        "blocked. The server must end within a second, with everything that it has started and with its socket.",
        ("tests/e2e/test_lifetime.py", "tests/e2e/test_sessions_kill.py", "tests/workspace/test_git.py"),
    ),
    Trial(
        "Large files",
        "Files up to the limit, in shapes that are slow to read. Other requests must not wait.",
        ("tests/lsp/test_session_large.py", "tests/core/test_reader_limit.py", "tests/lsp/test_worker.py"),
    ),
    Trial(
        "Strange answers of providers",
        "A local endpoint answers as providers do and as they should not: nothing, pages of HTML, broken or endless "
        "streams, errors in every place. There must be one clear message, and the conversation must survive.",
        ("tests/llm", "tests/agent/test_base.py"),
    ),
)


class LongTrial(NamedTuple):
    """A part of the page about a script that runs for some time and prints figures."""

    title: str
    tried: str
    """What was tried, and what must hold."""
    target: str
    """The script, and the target of `make`."""
    seconds: int


LONG_TRIALS = (
    LongTrial(
        "Random texts and messages",
        "Texts of a grammar of YAML and changed real files are read, edited, fixed, formatted and typed in an editor; "
        "sessions of a grammar of JSON-RPC have messages that are wrong everywhere. PyYAML must read what was meant, "
        "each request must have one answer, the server must stay usable and then end, and no key may be shown.",
        "fuzz",
        120,
    ),
    LongTrial(
        "A long time",
        "An editor, a shell and other programs change files in random order, with saves, undo and clocks that jump. "
        "After each step, the text, the file and the diagnostics must be those of a simple model.",
        "soak",
        300,
    ),
)


def main() -> int:
    """Run everything and write the page."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    parts = [HEAD, _machine()]
    for trial in TRIALS:
        passed, reports = _run(trial)
        lines = [f"- {passed:,} tests passed.", *(f"- {_sentence(line)}" for line in reports)]
        parts.append(
            f"## {trial.title}\n\n{_wrapped(trial.tried)}\n\n{chr(10).join(lines)}\n\n```sh\n{trial.command}\n```\n"
        )
    parts += [_lifetime(), *map(_long, LONG_TRIALS), LIMITS]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    return 0


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120)


def _machine() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pygls", "PyYAML", "litellm"))
    return (
        f"The figures are of {date.today().isoformat()}: Python {platform.python_version()}, {versions}, "
        f"{platform.system()}, {os.cpu_count()} cores.\n"
    )


def _run(trial: Trial) -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *trial.tests]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{trial.title}:\n{done.stdout[-5000:]}{done.stderr[-2000:]}")
    found = PASSED.search(done.stdout)
    assert found is not None
    return int(found[1]), REPORT.findall(done.stdout)


def _sentence(line: str) -> str:
    # The list of system calls is for those who change the test.
    line = re.sub(r"( system calls): .*", r"\1", line)
    return f"{line[0].upper()}{line[1:]}."


def _output(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}:\n{done.stdout}{done.stderr[-5000:]}")
    return done.stdout


def _lifetime() -> str:
    table = _output("-m", "bench.lifetime")
    tried = (
        "Seconds until the server and every process that it has started had ended, and its socket and its entry were "
        "removed. After SIGKILL, the next server removes them."
    )
    return f"## Until a server has ended\n\n{_wrapped(tried)}\n\n{table}\n```sh\npython -m bench.lifetime\n```\n"


def _long(trial: LongTrial) -> str:
    figures = _output(f"scripts/{trial.target}.py", str(trial.seconds))
    return (
        f"## {trial.title}\n\n{_wrapped(trial.tried)}\n\n```text\n{figures}```\n\n"
        f"```sh\nmake {trial.target} SECONDS={trial.seconds}\n```\n"
    )


if __name__ == "__main__":
    sys.exit(main())
