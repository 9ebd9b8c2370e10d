"""The pages of the documentation: their blocks of code, and a terminal in which their commands are run."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path

import pexpect
import pytest

from aloop_models.agent.main import main, models_test
from support.provider_endpoint import ProviderEndpoint

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = {
    page.relative_to(REPOSITORY).as_posix(): page.read_text(encoding="utf-8")
    for page in (
        *(REPOSITORY / name for name in ("README.md", "SECURITY.md", "schema/README.md")),
        *sorted((REPOSITORY / "docs").rglob("*.md")),
    )
}
KEY = "sk-proj-zq8only7for6this5test4lm3nb2vc1xzq9wk"
OTHER_KEY = "sk-ant-api03-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQW"
CALLS_A_MODEL = re.compile(r"--task|aloop compare|aloop models test")
_SECONDS = re.compile(r"\d+\\?\.\d+(?=\\? s\b)")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language, without the indentation of a list that they are in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", PAGES[page], re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, block in found]


def transcripts(page: str) -> list[tuple[str, str]]:
    """The commands of the page's `console` blocks with the output that is shown below each."""
    text = "\n".join(blocks(page, "console"))
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, output.strip("\n")) for command, _, output in (part.partition("\n") for part in parts)]


def matches(shown: str, output: str) -> bool:
    """Whether the output is what a page shows; `…` is any text, and seconds and the width of columns may differ."""
    pattern = _SECONDS.sub(lambda _: r"\d+\.\d+", re.escape(_with_single_spaces(shown)).replace("…", ".*?"))
    return re.fullmatch(pattern, _with_single_spaces(output.strip("\n")), re.DOTALL) is not None


def _with_single_spaces(text: str) -> str:
    return re.sub(r" +", " ", text)


class Reader:
    """Somebody who follows a page: a home folder, a project in it, and a terminal."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.project = home / "shop"
        self.project.mkdir()
        # Short, for a socket's path has at most 108 bytes.
        self.runtime = tempfile.mkdtemp(prefix="a", dir="/tmp")
        self.environment = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": self.runtime,
            "ALOOP_TODAY": "2026-11-22",
            "ALOOP_CATALOG": "snapshot",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        }

    @property
    def config(self) -> Path:
        """The models.yaml of the project."""
        return self.project / ".aloop" / "models.yaml"

    def write(self, text: str) -> None:
        """Write the models.yaml of the project, private."""
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_text(text)
        self.config.chmod(0o600)

    def move_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Give this process the reader's environment and working directory."""
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(self.project)

    def run(self, command: str, columns: int = 110) -> str:
        """What a person sees of a command; a key is typed where one is asked for, and Enter at other questions."""
        arguments = ["-o", "pipefail", "-c", command]
        process = pexpect.spawn(
            "bash", arguments, cwd=str(self.project), env=self.environment, encoding="utf-8", dimensions=(60, columns)
        )
        process.setecho(False)
        seen = ""
        while True:
            what = process.expect(
                [r"(?i)key [^\n]*: $", r"\[[Yy]/[Nn]\]:? $", r"\[[^\]\n]+\]: $", pexpect.EOF], timeout=300
            )
            seen += process.before or ""
            if what == 3:
                break
            # Enter at a question with an answer in brackets; nothing is echoed.
            seen += f"{process.after}\n" if what == 2 else str(process.after)
            process.sendline(KEY if what == 0 else "")
        process.close()
        return self._without_places(seen.replace("\r\n", "\n"))

    def call(self, command: str, endpoint: ProviderEndpoint | None = None) -> str:
        """As `run`, for a command that asks a model, in this process, which imports LiteLLM once.

        The endpoint answers for every model; without one the models keep their URLs.

        The working directory and the environment have to be the reader's.
        """
        words = shlex.split(command)[1:]
        answered = answered_by(endpoint, self.config) if endpoint else nullcontext()
        with answered, io.StringIO() as seen, redirect_stdout(seen), redirect_stderr(seen):
            models_test(words[2:]) if words[:2] == ["models", "test"] else main(words)
            return self._without_places(seen.getvalue())

    def _without_places(self, text: str) -> str:
        text = text.replace(str(self.project), "/home/me/shop").replace(str(self.home), "/home/me")
        return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)

    def end(self) -> None:
        """Leave no files in the folder for temporary files."""
        shutil.rmtree(self.runtime, ignore_errors=True)


@contextmanager
def answered_by(endpoint: ProviderEndpoint, config: Path) -> Iterator[None]:
    """Have every model of the file answered by the endpoint; afterwards the file is as it was."""
    before = config.read_bytes()
    lines: list[str] = []
    for line in before.decode().splitlines():
        lines.append(line)
        if found := re.fullmatch(r"  ([a-z]+)/\S+:(?: *#.*)?", line):
            base = endpoint.url if found[1] in ("anthropic", "ollama") else endpoint.openai_url
            lines.append(f"    api_base: {base}")
    config.write_text("\n".join(lines) + "\n")
    try:
        yield
    finally:
        config.write_bytes(before)
