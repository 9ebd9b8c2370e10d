"""Terminal output shared by the command line and the agent."""

from __future__ import annotations

import importlib.util
import io
import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO, cast

from aloop_models.core.plain_text import sanitize
from aloop_models.errors import AloopError, RefusedError
from aloop_models.features.table import Cell, Column, fit_table

_DIGITS = 12
"""Significant digits of a number in JSON; sums of costs and prices are not more exact."""


def prepare() -> None:
    """Print a question mark for each character that the terminal or pipe cannot encode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_output_error(error: BaseException) -> bool:
    """Whether this error was raised because standard output cannot be written."""
    return getattr(sys.stdout, "failure", None) is error


def report_output_error(program: str, error: OSError) -> int:
    """Say why standard output cannot be written, unless nobody reads it any more, and return the exit code.

    Raises:
        OSError: The error has another cause.
    """
    if not is_output_error(error):
        raise error
    discard_output()
    if not isinstance(error, BrokenPipeError):
        note(f"{program}: Cannot write the result: {error.strerror}.")
    return 1


def discard_output() -> None:
    """Discard what is left of standard output; otherwise Python reports at its exit that it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


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


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Print a table: on a terminal it fits the width, in a pipe each row is one whole line."""
    sys.stdout.write(sanitize(fit_table(columns, rows, terminal_width())))
    sys.stdout.flush()


def terminal_width() -> int | None:
    """The width of the terminal in columns; None if standard output is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def print_json(value: Mapping[str, object], out: TextIO | None = None) -> None:
    """Print the one JSON object of a run in ASCII; it has a `message`, or an `error` (see `error_view`)."""
    print(json.dumps(_rounded(value), indent=2), file=out or sys.stdout)


def error_view(reason: str, message: str, suggestions: Sequence[str] = ()) -> dict[str, object]:
    """A refusal or failure as JSON, the same for every command; `reason` is one word for programs."""
    return {"error": {"reason": reason, "message": message, "suggestions": list(suggestions)}}


def refusal_view(error: AloopError) -> dict[str, object]:
    """As `error_view`, of an error of this package."""
    if not isinstance(error, RefusedError):
        return error_view("refused", str(error))
    view = error_view(error.reason, error.message, error.suggestions)
    return {"error": {**cast("dict[str, object]", view["error"]), **error.data()}}


def _rounded(value: object) -> object:
    """The value with floats as a person writes them: `0.117264`, not `0.11726400000000001`."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, Mapping):
        return {name: _rounded(item) for name, item in cast("Mapping[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in cast("Sequence[object]", value)]
    return value


def _is_rendered() -> bool:
    return sys.stdout.isatty() and importlib.util.find_spec("rich") is not None
