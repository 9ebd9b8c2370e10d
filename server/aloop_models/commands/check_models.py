"""Report every problem in the file."""

from __future__ import annotations

from aloop_models.commands.definition import Command, NoParameters, Outcome
from aloop_models.commands.views import JsonObject
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import find
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot


def check_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """Every problem in the file; lines and columns count from 1, columns in code points."""
    diagnostics = find(snapshot).items
    errors = sum(item.level is Severity.ERROR for item in diagnostics)
    warnings = sum(item.level is Severity.WARNING for item in diagnostics)
    views = [diagnostic_view(snapshot, item) for item in diagnostics]
    notes = len(diagnostics) - errors - warnings
    message = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}, {plural(notes, 'note')}"
    value: JsonObject = {"file": snapshot.place.path, "errors": errors, "warnings": warnings, "findings": views}
    return Outcome(message, value)


def diagnostic_view(snapshot: Snapshot, diagnostic: Diagnostic) -> JsonObject:
    """One diagnostic for programs; the text it stands on is not part of it."""
    lines = snapshot.document.lines
    start, end = lines.position(diagnostic.span.start), lines.position(diagnostic.span.end)
    return {
        "rule": diagnostic.rule.id,
        "severity": diagnostic.level.name.lower(),
        "message": diagnostic.message,
        "line": start.line + 1,
        "column": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
    }


CHECK = Command(
    "aloop.checkModels",
    "check",
    "Check Models File",
    "Report every problem in the file.",
    NoParameters,
    check_models,
    source="editor",
)
