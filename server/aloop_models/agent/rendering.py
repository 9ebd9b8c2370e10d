"""Shows an answer while it comes: finished paragraphs as rendered Markdown, the begun one as it stands."""

from __future__ import annotations

import json
import re
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.markdown import Markdown
from rich.rule import Rule
from rich.spinner import Spinner
from rich.text import Text

from aloop_models.agent.plain import plain
from aloop_models.llm.answer import ToolCall

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_LIVE_LINES = 12
_ARGUMENTS = 100


class AnswerView:
    """A context manager around one answer; everything shown is plain text first, so a model cannot paint the screen."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._name = plain(name)
        self._text = ""
        waiting = Spinner("dots", Text(f"{self._name} … (Ctrl-C stops)", "dim"))
        self._live = Live(waiting, console=console, transient=True, refresh_per_second=10)

    def __enter__(self) -> AnswerView:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        rest, self._text = self._text, ""
        self._live.update(Text(""))
        self._live.stop()
        self._show(rest)

    def add(self, piece: str) -> None:
        """The next piece of the answer."""
        self._text += plain(piece)
        finished, self._text = split_finished(self._text)
        if finished:
            self._show(finished)
        self._live.update(Text("\n".join(self._text.splitlines()[-_LIVE_LINES:])))

    def tool(self, call: ToolCall) -> None:
        """The model looks at something."""
        rest, self._text = self._text, ""
        self._show(rest)
        self._console.print(Text(f"· {call.name} {_shortened(call)}", "dim"))
        self._live.update(Spinner("dots", Text(f"{self._name} …", "dim")))

    def notice(self, text: str) -> None:
        """Something to know while waiting."""
        self._console.print(Text(plain(text), "yellow"))

    def _show(self, text: str) -> None:
        if text.strip():
            show_markdown(self._console, text)


def show_markdown(console: Console, text: str) -> None:
    """A finished text as rendered Markdown; links are words, not things to click."""
    console.print(Markdown(plain(text), code_theme="ansi_dark", hyperlinks=False))


def show_titled(console: Console, title: str, text: str) -> None:
    """A finished text under a line with its title."""
    console.print(Rule(Text(plain(title)), align="left"))
    show_markdown(console, text)


def split_finished(text: str) -> tuple[str, str]:
    """The paragraphs that cannot change any more, and the rest; code blocks and lists are not split."""
    cut = 0
    for gap in re.finditer(r"\n[ \t]*\n(?=[^\s])", text):
        before = text[: gap.end()]
        if len(_FENCE.findall(before)) % 2 == 0 and not re.match(r"[-*+] |\d+[.)] ", text[gap.end() :]):
            cut = gap.end()
    return text[:cut], text[cut:]


def _shortened(call: ToolCall) -> str:
    values = call.arguments
    text = " ".join(str(value) for value in values.values()) if values else json.dumps(call.text) if call.text else ""
    line = plain(text).replace("\n", " ")
    return line if len(line) <= _ARGUMENTS else line[: _ARGUMENTS - 1] + "…"
