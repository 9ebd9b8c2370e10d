"""What the command line and the agent share of a terminal: streams that carry every character, and notes."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Sequence

from aloop_models.core.plain_text import sanitize
from aloop_models.features.table import render_table


def prepare() -> None:
    """Let every terminal and pipe carry every character: one that it cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def note(text: str) -> None:
    """Print a sentence in addition to the result; nothing in it can control the terminal."""
    print(sanitize(text), file=sys.stderr)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns; on a terminal, where rich is installed, they are fitted to its width."""
    if not sys.stdout.isatty() or importlib.util.find_spec("rich") is None:
        sys.stdout.write(sanitize(render_table(rows)))
        sys.stdout.flush()
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = max((len(row) for row in rows), default=0)
    table = Table.grid(padding=(0, 2), pad_edge=False)
    for at in range(columns):
        # What is in the first column is copied, such as a model ID, so it stays in one line.
        table.add_column(no_wrap=at == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(sanitize(cell)) for cell in row))
    Console(highlight=False).print(table)
