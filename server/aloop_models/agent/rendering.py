"""Display of an answer as it arrives: finished blocks as Markdown, the unfinished block as plain text."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.rule import Rule
from rich.segment import Segment, Segments
from rich.spinner import Spinner
from rich.text import Text

from aloop_models.agent.markdown import render_block
from aloop_models.core.plain_text import sanitize, sanitize_line
from aloop_models.llm.answer import ToolCall

_FENCE = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+|>[ \t]*)*(`{3,}|~{3,})(.*)")
_ITEM = re.compile(r"[-*+][ \t]|\d{1,9}[.)][ \t]")
_LIVE_LINES = 12
_FRAME = 0.1
"""Seconds between two frames of the live display."""

_ARGUMENTS = 100


class AnswerView:
    """A context manager that shows one answer; its text is sanitized, so a model cannot control the terminal.

    One lock covers all output: a frame of the live display during a print would leave the cursor in the wrong line.
    """

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._name = sanitize_line(name)
        self._blocks = BlockSplitter()
        self._held = ""
        self._is_first = True
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._live = Live(_Tail(self._blocks), console=console, transient=True, auto_refresh=False)
        self._frames = threading.Thread(target=self._draw_frames, name="frames", daemon=True)
        self._wait(f"{self._name} … (Ctrl-C stops)")

    def __enter__(self) -> AnswerView:
        self._live.start(refresh=True)
        self._frames.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._frames.join()
        self._live.update(Text(""))
        self._live.stop()
        self._show(self._blocks.take_rest())

    def add(self, piece: str) -> None:
        """Show the next piece of the answer."""
        text, self._held = self._held + piece, ""
        if text.endswith("\r"):
            # The line feed of a CR LF may arrive with the next piece.
            text, self._held = text[:-1], "\r"
        with self._lock:
            for block in self._blocks.feed(sanitize(text)):
                self._show(block)
            self._live.update(_Tail(self._blocks))

    def tool(self, call: ToolCall) -> None:
        """Show which tool the model calls."""
        self._say(Text(f"· {tool_line(call)}", "dim"))
        self._wait(f"{self._name} …")

    def tool_failed(self, _: ToolCall, reason: str) -> None:
        """Show why a tool call failed."""
        self._say(Text(f"  {_shortened(reason)}", "yellow"))

    def notice(self, text: str) -> None:
        """Show a notice below the text so far."""
        self._say(Text(sanitize(text), "yellow"))

    def _say(self, line: Text) -> None:
        with self._lock:
            self._show(self._blocks.take_rest())
            self._console.print(line)

    def _wait(self, text: str) -> None:
        self._live.update(Spinner("dots", Text(text, "dim")))

    def _draw_frames(self) -> None:
        while not self._over.wait(_FRAME):
            with self._lock:
                self._live.refresh()

    def _show(self, text: str) -> None:
        if not text.strip():
            return
        # Rendered before the print begins: the first code block imports a library.
        lines = render_block(self._console, text)
        if not self._is_first:
            self._console.print()
        self._is_first = False
        self._console.print(_segments(lines))


class BlockSplitter:
    """Splits a text that arrives in pieces into finished blocks; code blocks and lists stay whole."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = self._fence = ""
        self._is_gap = False

    def feed(self, piece: str) -> Iterator[str]:
        """Yield the blocks that the piece finishes."""
        head, *tail = piece.split("\n")
        self._line += head
        for following in tail:
            line, self._line = self._line, following
            yield from self._add(line)

    def take_rest(self) -> str:
        """Return the unfinished text and reset."""
        rest = "\n".join((*self._lines, self._line))
        self._lines.clear()
        self._line = self._fence = ""
        self._is_gap = False
        return rest

    def last_lines(self, count: int) -> list[str]:
        """Return the last lines of the unfinished text."""
        return [*self._lines[-count:], self._line][-count:]

    def _add(self, line: str) -> Iterator[str]:
        if self._is_gap and not self._fence and line[:1].strip() and not _ITEM.match(line):
            yield "\n".join(self._lines)
            self._lines.clear()
        self._is_gap = not line.strip()
        self._lines.append(line)
        found = _FENCE.match(line)
        if found is None:
            return
        marks, rest = found.groups()
        if not self._fence:
            self._fence = "" if marks[0] == "`" and "`" in rest else marks
        elif marks.startswith(self._fence) and not rest.strip():
            self._fence = ""


class _Tail:
    """The last lines of an unfinished block at the time of each frame."""

    def __init__(self, blocks: BlockSplitter) -> None:
        self._blocks = blocks

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        count = min(_LIVE_LINES, max(1, options.size.height - 2))
        longest = options.max_width * count
        text = Text("\n".join(line[-longest:] for line in self._blocks.last_lines(count)), overflow="fold")
        for line in console.render_lines(text, options, pad=False)[-count:]:
            yield from line
            yield Segment.line()


def show_markdown(console: Console, text: str) -> None:
    """Show a finished text as Markdown without clickable links."""
    blocks = BlockSplitter()
    parts = (*blocks.feed(sanitize(text)), blocks.take_rest())
    for number, block in enumerate(part for part in parts if part.strip()):
        if number:
            console.print()
        console.print(_segments(render_block(console, block)))


def show_titled(console: Console, title: str, text: str) -> None:
    """Show a finished text below a line with its title."""
    console.print(Rule(Text(sanitize_line(title)), align="left"))
    show_markdown(console, text)


def tool_line(call: ToolCall) -> str:
    """Return a call in one line: the tool and the values of its arguments, shortened."""
    values = call.arguments
    if values is None:
        text = call.text
    else:
        text = " ".join(str(value) if isinstance(value, str | int | float) else "…" for value in values.values())
    return f"{_shortened(call.name)} {_shortened(text)}".rstrip()


def _shortened(text: str) -> str:
    line = sanitize_line(text[: 2 * _ARGUMENTS])
    return line if len(line) <= _ARGUMENTS else line[: _ARGUMENTS - 1] + "…"


def _segments(lines: list[list[Segment]]) -> Segments:
    return Segments([part for line in lines for part in (*line, Segment.line())])
