"""The line that shows that an answer is awaited: a spinner, the model and the seconds so far."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aloop_models.core.plain_text import sanitize_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

_STOP = "Ctrl-C stops"


class WaitLine:
    """A rich renderable of one line: `⠋ Sonnet · 12 s · Ctrl-C stops`."""

    def __init__(self, text: Callable[[], str], begun: float | None = None) -> None:
        """`text` is asked for at each frame; `begun` is the start in `time.monotonic`, by default now."""
        from rich.spinner import Spinner

        self._text = text
        self._begun = time.monotonic() if begun is None else begun
        self._spinner = Spinner("dots", style="dim")

    def __rich__(self) -> RenderableType:
        from rich.text import Text

        parts = (sanitize_line(self._text()), f"{time.monotonic() - self._begun:.0f} s", _STOP)
        self._spinner.text = Text(" · ".join(parts), "dim", no_wrap=True, overflow="ellipsis")
        return self._spinner


class Progress:
    """A `WaitLine` on a terminal; does nothing without a terminal that can move its cursor.

    It must be hidden while something else is written to the same terminal.
    """

    def __init__(self, console: Console | None, text: str) -> None:
        self.text = text
        self._live: Live | None = None
        if console is not None and console.is_terminal and not console.is_dumb_terminal:
            from rich.live import Live

            line = WaitLine(lambda: self.text)
            self._live = Live(
                line,
                console=console,
                transient=True,
                refresh_per_second=10,
                redirect_stdout=False,
                redirect_stderr=False,
            )

    def __enter__(self) -> Progress:
        self.show()
        return self

    def __exit__(self, *_: object) -> None:
        self.hide()

    @property
    def is_drawn(self) -> bool:
        """Whether there is a terminal on which the line can be seen."""
        return self._live is not None

    def show(self) -> None:
        """Draw the line."""
        if self._live is not None and not self._live.is_started:
            self._live.start(refresh=True)

    def hide(self) -> None:
        """Remove the line."""
        if self._live is not None and self._live.is_started:
            self._live.stop()

    @contextmanager
    def hidden(self) -> Generator[None]:
        """Remove the line while something is written."""
        self.hide()
        try:
            yield
        finally:
            self.show()


def error_console() -> Console | None:
    """The console of standard error; None if that is not a terminal."""
    if not sys.stderr.isatty():
        return None
    from aloop_models.agent.console import PlainConsole

    return PlainConsole(file=sys.stderr)
