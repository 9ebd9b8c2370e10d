"""Output of the command line: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from aloop_models.catalog.redaction import redact
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.plain_text import sanitize
from aloop_models.errors import AloopError
from aloop_models.features.table import Column, fit_table
from aloop_models.terminal import name_selected_file, note, print_json, refusal_view, terminal_width

EXIT_DONE = 0
EXIT_FOUND = 1
EXIT_REFUSED = 2
EXIT_BUG = 70
EXIT_STOPPED = 130

EXIT_CODES = (
    (EXIT_DONE, "success"),
    (
        EXIT_FOUND,
        "`check` found errors, `format --check` an unformatted file, `test` a model that did not answer, "
        "`discover --url` no server, or the output was closed early or cannot be written",
    ),
    (EXIT_REFUSED, "wrong usage, a refused command, or a file that cannot be read"),
    (EXIT_BUG, "internal error"),
    (EXIT_STOPPED, "stopped with Ctrl-C"),
)


_COLOR = lazy_re(r"(\x1b\[(?:0|1|2|3[1-6])m)")
"""The styles that the results of commands contain."""


def is_colored() -> bool:
    """Whether to print colors: on a terminal that has them, unless NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_text(text: str) -> None:
    """Print a text that ends its own lines, with named files, and without the control characters of paths and names."""
    click.echo(sanitize(name_selected_file(text)), nl=False)


def print_styled(text: str) -> None:
    """Print the text of a file or report, without control characters except its colors."""
    # The text was rendered for this terminal, so click must not strip the colors.
    parts = _COLOR.split(text)
    click.echo("".join(part if at % 2 else sanitize(part) for at, part in enumerate(parts)), nl=False, color=True)


def refuse(error: AloopError, *, as_json: bool) -> int:
    """Print why a request was refused, and return the exit code."""
    note(f"aloop models: {error.message_for('aloop models')}")
    if as_json:
        print_json(refusal_view(error))
    return EXIT_REFUSED


def render_pairs(*groups: Iterable[tuple[str, object]]) -> str:
    """Groups of names and values in two columns, without values that are None or empty."""
    rows: list[tuple[str, ...]] = []
    for group in groups:
        rows += [("", "")] if rows else []
        rows += ((name, redact(str(value))) for name, value in group if value not in (None, "", (), []))
    return fit_table((Column(), Column(wraps=20)), rows, terminal_width())
