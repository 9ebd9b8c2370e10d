"""Where the command line prints, and how: standard output for results, standard error for everything else."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Any

import click

from aloop_models.catalog.redaction import redact
from aloop_models.core.plain_text import sanitize
from aloop_models.errors import AloopError, RefusedError
from aloop_models.features.table import render_table
from aloop_models.terminal import note

EXIT_DONE = 0
EXIT_FOUND = 1
EXIT_REFUSED = 2
EXIT_BUG = 70
EXIT_STOPPED = 130
EXIT_PIPE = 141

EXIT_CODES = (
    (EXIT_DONE, "done"),
    (EXIT_FOUND, "`check` found errors"),
    (EXIT_REFUSED, "refused, or the command line was not understood; nothing has changed"),
    (EXIT_BUG, "a bug; what it says holds none of your text"),
    (EXIT_STOPPED, "stopped with Ctrl-C"),
    (EXIT_PIPE, "whoever read the output has gone"),
)


_COLOR = re.compile(r"(\x1b\[(?:0|1|2|3[1-6])m)")
"""The styles that our renderings use."""


def is_coloured() -> bool:
    """Whether to print in colour: on a terminal that has some, and where NO_COLOR is not set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_json(value: Mapping[str, object]) -> None:
    """Print the one JSON object of a run, in ASCII."""
    click.echo(json.dumps(value, indent=2))


def print_text(text: str) -> None:
    """Print a rendered result, which ends its own lines; no path or name in it can control a terminal."""
    click.echo(sanitize(text), nl=False)


def print_styled(text: str) -> None:
    """Print as `print_text` does, but keep the colors of a rendering that has redacted its text."""
    # Whether there are colors was decided before, so click is not to strip them.
    parts = _COLOR.split(text)
    click.echo("".join(part if at % 2 else sanitize(part) for at, part in enumerate(parts)), nl=False, color=True)


def refuse(error: AloopError, *, as_json: bool) -> int:
    """Tell what was refused and why; the exit code."""
    note(f"aloop models: {error.message_for('aloop models')}")
    if as_json and isinstance(error, RefusedError):
        print_json({"error": {"message": error.message, **error.data()}})
    return EXIT_REFUSED


def pairs(values: Mapping[str, Any]) -> str:
    """Names and their values in two columns; None and what is empty is left out."""
    kept = {name: redact(str(value)) for name, value in values.items() if value not in (None, "", (), [])}
    return render_table(list(kept.items()))
