"""Format the file: indentation, blank lines and spaces."""

from __future__ import annotations

from dataclasses import dataclass

from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, Outcome, Result, parameter
from aloop_models.commands.lookup import require_readable
from aloop_models.commands.style import Shell, Style
from aloop_models.commands.views import JsonObject
from aloop_models.core.formatter import format_edits
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class FormatParameters:
    """The parameters of `format`."""

    check: bool = parameter("Change nothing. Exit code 1 if the file is not formatted.", default=False)


def format_models(snapshot: Snapshot, parameters: FormatParameters) -> Outcome:
    """Format the file; comments, quotes, order and values stay as they are."""
    require_readable(snapshot.document)
    edits = format_edits(snapshot.document)
    file = redact(snapshot.place.path or "models.yaml")
    value: JsonObject = {"file": snapshot.place.path, "formatted": True, "changed": False}
    if not edits:
        return Outcome(f"{file} is already formatted.", value)
    if parameters.check:
        return Outcome(f"{file} is not formatted.", {**value, "formatted": False})
    return Outcome(f"Formatted {file}.", {**value, "changed": True}, edits)


def is_formatted(snapshot: Snapshot, parameters: FormatParameters) -> bool:
    """Return whether there is nothing to format."""
    return parameters.check or (snapshot.document.parses and not format_edits(snapshot.document))


def leaves_it_formatted(result: Result) -> bool:
    """Return whether the file is formatted now."""
    return result["formatted"] is True


def render_format(result: Result, style: Style) -> str:
    """Render the message, with the command that formats the file if it is not formatted."""
    command = "aloop models format" if isinstance(style, Shell) else "/model format"
    advice = "" if leaves_it_formatted(result) else f" Format it: {command}"
    return f"{result['message']}{advice}\n"


FORMAT = Command(
    "aloop.formatModels",
    "format",
    "Format Models File",
    "Format the file: indentation, blank lines and spaces.",
    FormatParameters,
    format_models,
    changes_file=True,
    applied=is_formatted,
    render=render_format,
    succeeds=leaves_it_formatted,
    takes_file=True,
)
