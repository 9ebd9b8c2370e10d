"""Terminal output shared by the command line and the agent."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Sequence

from aloop_models.core.plain_text import sanitize
from aloop_models.features.table import render_table


def prepare() -> None:
    """Print a question mark for each character that the terminal or pipe cannot encode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def note(text: str) -> None:
    """Print a note on standard error, without control characters."""
    print(sanitize(text), file=sys.stderr)


def print_markdown(text: str) -> None:
    """Print a Markdown text; on a terminal, with rich installed, it is rendered."""
    if not _is_rendered():
        sys.stdout.write(sanitize(text))
        sys.stdout.flush()
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(highlight=False).print(Markdown(sanitize(text), code_theme="ansi_dark", hyperlinks=False))


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns; on a terminal, with rich installed, they fit its width."""
    if not _is_rendered():
        sys.stdout.write(sanitize(render_table(rows)))
        sys.stdout.flush()
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = max((len(row) for row in rows), default=0)
    table = Table.grid(padding=(0, 2), pad_edge=False)
    for at in range(columns):
        # People copy the first column, such as a model ID, so it is not wrapped.
        table.add_column(no_wrap=at == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(sanitize(cell)) for cell in row))
    Console(highlight=False).print(table)


def _is_rendered() -> bool:
    return sys.stdout.isatty() and importlib.util.find_spec("rich") is not None
