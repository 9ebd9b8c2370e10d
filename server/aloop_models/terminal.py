"""Terminal output shared by the command line and the agent."""

from __future__ import annotations

import importlib.util
import io
import json
import math
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple, TextIO, cast

from aloop_models.catalog.redaction import redact
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.plain_text import sanitize
from aloop_models.errors import AloopError, RefusedError
from aloop_models.features.table import Cell, Column, fit_table

_DIGITS = 12
"""Significant digits of a number in JSON; sums of costs and prices are not more exact."""

_COMMAND = lazy_re(
    r"\baloop(?: models (?P<verb>(?!catalog\b|schema\b)[a-z]+)| compare|(?= --(?:model|task)\b))(?![\w:]| --help)"
    r"(?!(?: [^\s,]+)*? --(?:config|global)\b)"
)
"""A command in a message that takes an option for the file, and does not have it yet."""

_FILE_NAME = lazy_re(r"(?:^|(?<=[.:] )|(?<=\bin ))models\.yaml(?=[ .,:])(?! can be used)")
"""The name of the file in use in a message, without its folder."""


class _SelectedFile(NamedTuple):
    """The file that an option of this run selects."""

    path: str
    is_global: bool

    def option_for(self, verb: str | None) -> str:
        """The option of `aloop models VERB`; None is for `aloop` and `aloop compare`."""
        return "--global" if self.is_global and verb not in (None, "test") else f"--config {shlex.quote(self.path)}"


_SELECTED: ContextVar[_SelectedFile | None] = ContextVar("_SELECTED", default=None)


def prepare() -> None:
    """Print a question mark for each character that the terminal or pipe cannot encode."""
    select_file(None)
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


def select_file(path: Path | None, *, is_global: bool = False) -> None:
    """Name this file in what is printed from now on (`name_selected_file`); None if no option selects a file."""
    _SELECTED.set(None if path is None else _SelectedFile(redact(str(path)), is_global))


def name_selected_file(text: str) -> str:
    """Return a message with the path of the selected file, and with its option in each command."""
    selected = _SELECTED.get()
    if selected is None:
        return text
    text = _FILE_NAME.sub(lambda _: selected.path, text)
    return _COMMAND.sub(lambda found: f"{found[0]} {selected.option_for(found['verb'])}", text)


def note(text: str) -> None:
    """Print a note on standard error, without control characters."""
    print(sanitize(name_selected_file(text)), file=sys.stderr)


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
    named = [[name_selected_file(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    sys.stdout.write(sanitize(fit_table(columns, named, terminal_width())))
    sys.stdout.flush()


def terminal_width() -> int | None:
    """The width of the terminal in columns; None if standard output is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def print_json(value: Mapping[str, object], out: TextIO | None = None) -> None:
    """Print the one JSON object of a run in ASCII; it has a `message`, or an `error` (see `error_view`)."""
    print(json.dumps(_printed(value), indent=2), file=out or sys.stdout)


def error_view(reason: str, message: str, suggestions: Sequence[str] = ()) -> dict[str, object]:
    """A refusal or failure as JSON, the same for every command; `reason` is one word for programs."""
    return {"error": {"reason": reason, "message": message, "suggestions": list(suggestions)}}


def refusal_view(error: AloopError) -> dict[str, object]:
    """As `error_view`, of an error of this package."""
    if not isinstance(error, RefusedError):
        return error_view("refused", str(error))
    view = error_view(error.reason, error.message, error.suggestions)
    return {"error": {**cast("dict[str, object]", view["error"]), **error.data()}}


def _printed(value: object) -> object:
    """The value with floats as a person writes them (`0.117264`, not `0.11726400000000001`), and with named files."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {
            name: name_selected_file(item) if name == "message" and isinstance(item, str) else _printed(item)
            for name, item in items
        }
    if isinstance(value, list | tuple):
        return [_printed(item) for item in cast("Sequence[object]", value)]
    return value


def _is_rendered() -> bool:
    return sys.stdout.isatty() and importlib.util.find_spec("rich") is not None
