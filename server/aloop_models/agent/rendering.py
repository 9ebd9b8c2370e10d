"""Display of an answer as it arrives: finished blocks as Markdown, the unfinished block as plain text.

The time is linear in the length of the answer: each text is rendered once, and what is too long for Markdown is plain.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.rule import Rule
from rich.segment import Segment, Segments
from rich.text import Text

from aloop_models.agent.markdown import render_block, render_plain
from aloop_models.agent.progress import WaitLine
from aloop_models.agent.tool_line import shorten, tool_line
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.plain_text import StreamSanitizer, sanitize, sanitize_line
from aloop_models.llm.answer import ToolCall

_FENCE = lazy_re(r"[ \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+|>[ \t]*)*(`{3,}|~{3,})(.*)")
_ITEM = lazy_re(r"[-*+][ \t]|\d{1,9}[.)][ \t]")
_THOUGHT = "dim italic"
_ROWS_LEFT = 3
"""Rows of the window that the unfinished text leaves free: for the status, and for the cursor."""

_FRAME = 0.1
"""Seconds between two frames of the live display."""

LONGEST_BLOCK = 20_000
"""Characters of a block that are rendered as Markdown, at most, because its layout blocks the session meanwhile."""

MOST_MARKDOWN = 100_000
"""Characters of an answer that are rendered as Markdown, at most; a provider may send all of it at once."""


class Block(NamedTuple):
    """A part of an answer that is shown at once."""

    text: str
    is_plain: bool = False
    """Whether it is too long for Markdown."""
    is_continued: bool = False
    """Whether it continues the block before it."""
    is_thought: bool = False
    """Whether it is reasoning, which is plain and dim."""


class AnswerView:
    """A context manager that shows one answer; its text is sanitized, so a model cannot control the terminal.

    One lock covers all output: a frame of the live display during a print would leave the cursor in the wrong line.
    """

    def __init__(self, console: Console, status: Callable[[], str]) -> None:
        """`status` is shown below the answer while it arrives, with the seconds so far."""
        self._console = console
        self._blocks = BlockSplitter()
        self._pieces = StreamSanitizer()
        self._is_thought = False
        self._is_first = True
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._tail = _Tail(WaitLine(status))
        self._live = Live(self._tail, console=console, transient=True, auto_refresh=False)
        self._frames = threading.Thread(target=self._draw_frames, name="frames", daemon=True)

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
        self._end_text()

    def add(self, piece: str) -> None:
        """Show the next piece of the answer."""
        self._add(piece, is_thought=False)

    def think(self, piece: str) -> None:
        """Show the next piece of the reasoning."""
        self._add(piece, is_thought=True)

    def tool(self, call: ToolCall) -> None:
        """Show which tool the model calls."""
        self._say(Text(f"· {tool_line(call)}", "dim"))

    def tool_failed(self, _: ToolCall, reason: str) -> None:
        """Show why a tool call failed."""
        self._say(Text(f"  {shorten(reason)}", "yellow"))

    def notice(self, text: str) -> None:
        """Show a notice below the text so far."""
        self._say(Text(sanitize(text), "yellow"))

    def _add(self, piece: str, *, is_thought: bool) -> None:
        with self._lock:
            if is_thought is not self._is_thought:
                self._end_text()
                self._is_thought = is_thought
            for block in self._blocks.feed(self._pieces.add(piece)):
                self._show(block)
            self._update_tail()

    def _end_text(self) -> None:
        self._show(self._blocks.take_rest())
        self._pieces = StreamSanitizer()
        self._update_tail()

    def _update_tail(self) -> None:
        self._tail.lines = self._blocks.last_lines(self._console.size.height)
        self._tail.style = _THOUGHT if self._is_thought else ""

    def _say(self, line: Text) -> None:
        with self._lock:
            self._end_text()
            self._console.print(line)

    def _draw_frames(self) -> None:
        while not self._over.wait(_FRAME):
            with self._lock:
                self._live.refresh()

    def _show(self, block: Block) -> None:
        if not block.text.strip():
            return
        # Rendered before the print begins: the first code block imports a library.
        lines = _render(self._console, block._replace(is_thought=self._is_thought))
        if not (self._is_first or block.is_continued):
            self._console.print()
        self._is_first = False
        self._console.print(_segments(lines), crop=False)


class BlockSplitter:
    """Splits a text that arrives in pieces into finished blocks; code blocks and lists stay whole.

    A block that becomes too long is split at the end of a line, or at a space in a long line. The blocks are the same,
    whatever the pieces are.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = self._fence = ""
        self._is_gap = False
        self._size = self._shown = 0
        self._is_continued = self._is_inside_line = False

    def feed(self, piece: str) -> Iterator[Block]:
        """Yield the blocks that the piece finishes."""
        head, *tail = piece.split("\n")
        yield from self._extend_line(head)
        for following in tail:
            line, self._line = self._line, ""
            yield from self._add(line)
            yield from self._extend_line(following)

    def take_rest(self) -> Block:
        """Return the unfinished text and reset."""
        self._lines.append(self._line)
        rest = self._take(is_finished=True)
        self._line = self._fence = ""
        self._is_gap = self._is_inside_line = False
        return rest

    def last_lines(self, count: int) -> list[str]:
        """Return the last lines of the unfinished text."""
        return [*self._lines[-count:], self._line][-count:]

    def _extend_line(self, text: str) -> Iterator[Block]:
        self._line += text
        if len(self._line) <= LONGEST_BLOCK:
            return
        yield from self._finish_before(self._line)
        self._is_gap = False
        start, rest = 0, self._line
        while len(rest) - start > LONGEST_BLOCK:
            space = rest.rfind(" ", start + 1, start + LONGEST_BLOCK)
            cut = space if space > 0 else start + LONGEST_BLOCK
            self._lines.append(rest[start:cut])
            yield self._take()
            start = cut + (space > 0)
        self._line, self._is_inside_line = rest[start:], True

    def _take(self, *, is_finished: bool = False) -> Block:
        text = "\n".join(self._lines)
        is_plain = not is_finished or self._is_continued or self._shown + len(text) > MOST_MARKDOWN
        block = Block(text, is_plain, self._is_continued)
        self._lines.clear()
        self._shown += len(text)
        self._size, self._is_continued = 0, not is_finished
        return block

    def _finish_before(self, line: str) -> Iterator[Block]:
        if self._is_gap and not self._fence and line[:1].strip() and not _ITEM.match(line):
            yield self._take(is_finished=True)

    def _add(self, line: str) -> Iterator[Block]:
        yield from self._finish_before(line)
        self._is_gap = not line.strip()
        self._lines.append(line)
        self._size += len(line) + 1
        self._note_fence(line)
        self._is_inside_line = False
        if self._size > LONGEST_BLOCK:
            yield self._take()

    def _note_fence(self, line: str) -> None:
        found = None if self._is_inside_line else _FENCE.match(line)
        if found is None:
            return
        marks, rest = found.groups()
        if not self._fence:
            self._fence = "" if marks[0] == "`" and "`" in rest else marks
        elif marks.startswith(self._fence) and not rest.strip():
            self._fence = ""


class _Tail:
    """The last lines of an unfinished block, as many as fit into the window, above the line of an awaited answer."""

    def __init__(self, wait: WaitLine) -> None:
        self.lines: Sequence[str] = ()
        self.style = ""
        self._wait = wait

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        count = max(1, options.size.height - _ROWS_LEFT)
        longest = options.max_width * count
        lines = [line[-longest:] for line in self.lines[-count:]]
        if any(line.strip() for line in lines):
            text = Text("\n".join(lines), self.style, overflow="fold")
            for line in console.render_lines(text, options, pad=False)[-count:]:
                yield from line
                yield Segment.line()
        yield self._wait


def show_markdown(console: Console, text: str) -> None:
    """Show a finished text as Markdown without clickable links."""
    blocks = BlockSplitter()
    parts = (*blocks.feed(sanitize(text)), blocks.take_rest())
    for number, block in enumerate(part for part in parts if part.text.strip()):
        if number and not block.is_continued:
            console.print()
        console.print(_segments(_render(console, block)), crop=False)


def show_titled(console: Console, title: str, text: str) -> None:
    """Show a finished text below a line with its title."""
    console.print(Rule(Text(sanitize_line(title)), align="left"))
    show_markdown(console, text)


def _render(console: Console, block: Block) -> list[list[Segment]]:
    if block.is_thought:
        dim = console.get_style(_THOUGHT)
        return [[*Segment.apply_style(line, dim)] for line in render_plain(console, block.text.strip("\n"))]
    return render_plain(console, block.text) if block.is_plain else render_block(console, block.text)


def _segments(lines: list[list[Segment]]) -> Segments:
    return Segments([part for line in lines for part in (*line, Segment.line())])
