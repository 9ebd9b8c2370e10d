"""Report every problem in the file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import PurePath

from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, Outcome, Result, parameter
from aloop_models.commands.show_rule import find_rule
from aloop_models.commands.style import Prompt, Shell, Style
from aloop_models.commands.views import JsonObject
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot

_COLORS = {"error": "\x1b[31m", "warning": "\x1b[33m", "information": "\x1b[36m", "hint": "\x1b[2m"}
_BOLD, _DIM, _GREEN, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class CheckParameters:
    """The parameters of the command."""

    disable: str | None = parameter(
        "Rules that are not reported: IDs with commas between them.", kind="rule", default=None
    )


def check_models(snapshot: Snapshot, parameters: CheckParameters) -> Outcome:
    """Report every problem in the file. Lines and columns start at 1; columns are code points."""
    found = diagnose(_without_rules(snapshot, parameters.disable) if parameters.disable else snapshot)
    diagnostics = found.items
    errors = sum(item.level is Severity.ERROR for item in diagnostics)
    warnings = sum(item.level is Severity.WARNING for item in diagnostics)
    views = [diagnostic_view(snapshot, item) for item in diagnostics]
    notes = len(diagnostics) - errors - warnings
    message = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}, {plural(notes, 'note')}"
    if found.ignored:
        message += f", {len(found.ignored)} ignored"
    ignored = [diagnostic_view(snapshot, item) for item in found.ignored]
    counts = {"errors": errors, "warnings": warnings}
    value: JsonObject = {"file": snapshot.place.path, **counts, "findings": views, "ignored": ignored}
    return Outcome(message, value)


def _without_rules(snapshot: Snapshot, names: str) -> Snapshot:
    """The snapshot with more rules turned off, besides those of the settings."""
    otherwise = "List the rules: aloop models rule"
    given = {find_rule(name, otherwise).id for name in names.split(",") if name.strip()}
    settings = snapshot.facts.settings
    settings = replace(settings, disabled_rules=settings.disabled_rules | given)
    return replace(snapshot, facts=replace(snapshot.facts, settings=settings))


def diagnostic_view(snapshot: Snapshot, diagnostic: Diagnostic) -> JsonObject:
    """Return one diagnostic as JSON, without the text of its range."""
    document = snapshot.document
    start, end = (_place(document, offset) for offset in diagnostic.span)
    entry = document.entry_at(diagnostic.span.start)
    return {
        "rule": diagnostic.rule.id,
        "severity": diagnostic.level.name.lower(),
        "message": diagnostic.message,
        "modelId": redact(entry.model_id) if entry else None,
        "field": redact(_field_at(entry, diagnostic.span.start) or "") or None if entry else None,
        "line": start[0],
        "column": start[1],
        "endLine": end[0],
        "endColumn": end[1],
    }


def _place(document: Document, offset: int) -> tuple[int, int]:
    """Return the line and column, from 1; a byte-order mark is not a column, as in editors."""
    line, column = document.lines.position(offset)
    has_mark = line == 0 and document.text.startswith("\ufeff")
    return line + 1, max(column - has_mark, 0) + 1


def _field_at(placed: PlacedEntry, offset: int) -> str | None:
    """Return the name of the entry's own field at the offset; a search by halves, because an entry can have many."""
    at = offset - placed.start
    fields = placed.entry.fields
    # Inherited fields, which are first, have their text outside the entry.
    index = bisect_right(fields, at, key=lambda item: -1 if item.inherited else item.key.start)
    found = fields[index - 1] if index else None
    return found.name if found and not found.inherited and found.key.start <= at <= found.value.end else None


def render_check(result: Result, style: Style) -> str:
    """Render one line per problem, and a summary."""
    return _lines(result) if isinstance(style, Prompt) else _report(result, style)


def _report(result: Result, style: Shell) -> str:
    """Render lines of `file:line:column severity rule message`; a file in the shell's folder has a relative path."""
    file = redact(str(seen_from(style.folder, result["file"])))
    paint = _painted if style.is_colored else _plain
    lines: list[str] = []
    for item in result["findings"]:
        place = f"{file}:{item['line']}:{item['column']}"
        severity = paint(item["severity"], _COLORS[item["severity"]])
        lines.append(f"{paint(place, _BOLD)} {severity} {paint(item['rule'], _DIM)} {redact(item['message'])}")
    errors, warnings = result["errors"], result["warnings"]
    notes = len(result["findings"]) - errors - warnings
    ignored = len(result.get("ignored", ()))
    if not lines:
        aside = f" ({ignored} ignored)" if ignored else ""
        return paint(f"No problems in {file}{aside}.", _GREEN) + "\n"
    worst = "error" if errors else "warning" if warnings else "information"
    counts = ((errors, "error"), (warnings, "warning"), (notes, "note"))
    summary = ", ".join(plural(count, noun) for count, noun in counts)
    if ignored:
        summary += f", {ignored} ignored"
    return "\n".join((*lines, paint(summary, _COLORS[worst]))) + "\n"


def _lines(result: Result) -> str:
    """Render lines of `line:column severity rule message`."""
    lines = [
        f"{item['line']}:{item['column']} {item['severity']} {item['rule']} {redact(item['message'])}"
        for item in result["findings"]
    ]
    return "\n".join((*lines, f"{redact(result['file'] or 'models.yaml')}: {result['message']}")) + "\n"


def seen_from(folder: str | None, file: str | None) -> PurePath:
    """Return the path relative to the folder if the file is in it, else the full path; a default without a file."""
    path = PurePath(file or ".aloop/models.yaml")
    return path.relative_to(folder) if folder and path.is_relative_to(folder) else path


def has_no_errors(result: Result) -> bool:
    """Return whether the file has no errors; warnings are accepted."""
    return not result["errors"]


def _painted(text: str, color: str) -> str:
    return f"{color}{text}{_RESET}"


def _plain(text: str, _: str) -> str:
    return text


CHECK = Command(
    "aloop.checkModels",
    "check",
    "Check Models File",
    "Report every problem in the file.",
    CheckParameters,
    check_models,
    source="editor",
    render=render_check,
    succeeds=has_no_errors,
    takes_file=True,
    is_report=True,
)
