"""Commands that only tell: list, show, check, sessions, reload."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import cast

from aloop_models.catalog.file_secrets import hides_value
from aloop_models.catalog.redaction import MASK, redact
from aloop_models.catalog.urls import without_credentials
from aloop_models.commands.definition import Command, Outcome, Reload, parameter
from aloop_models.commands.lookup import LAST_GOOD, entry_of, require_readable
from aloop_models.commands.views import JsonObject, entry_view, session_view, state_view
from aloop_models.features.current_model import current_id, next_id
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import find
from aloop_models.features.formatting import display_name
from aloop_models.snapshot import Snapshot

NOTHING_KNOWN = "Fix it first; no models can be listed until then."


@dataclass(frozen=True, slots=True)
class NoParameters:
    """A command that takes nothing."""


@dataclass(frozen=True, slots=True)
class ModelParameters:
    """A command about one model."""

    model_id: str = parameter("The model's LiteLLM id, as in the file: provider/model.", kind="model")


def list_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """Every model with what is known about it, and how many problems its entry has."""
    problems = _problems_by_entry(snapshot)
    state = state_view(snapshot)
    views = cast("list[JsonObject]", state["models"])
    for view, model_id in zip(views, snapshot.document.by_id, strict=True):
        view["problems"] = problems.get(model_id, 0)
    count = len(snapshot.document.by_id)
    where = state["file"] or "no file yet"
    message = f"{count} {'model' if count == 1 else 'models'} in {where}"
    if snapshot.problem is not None:
        message = f"{snapshot.problem.message} {LAST_GOOD if count else NOTHING_KNOWN}"
    return Outcome(message, state)


def show_model(snapshot: Snapshot, parameters: ModelParameters) -> Outcome:
    """One entry with every field; secrets are masked, and entries that share its key are named."""
    placed = entry_of(snapshot, parameters.model_id)
    fields: JsonObject = {}
    for name, value in placed.entry.profile.items():
        spec = snapshot.facts.schema.fields.get(name)
        hidden = hides_value(spec, value)
        fields[redact(name)] = MASK if hidden else _shown_text(value) if isinstance(value, str) else value
    shared = _sharing(snapshot, placed.model_id)
    value = entry_view(snapshot, placed, current_id(snapshot), next_id(snapshot)) | {
        "fields": fields,
        "sameKeyAs": [redact(item) for item in shared],
    }
    same = f" Its key is the same as that of {len(shared)} other{'s' if len(shared) > 1 else ''}." if shared else ""
    return Outcome(f"{display_name(placed.entry)} ({redact(placed.model_id)}).{same}", value)


def check_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """Every problem in the file; lines and columns count from 1, columns in code points."""
    diagnostics = find(snapshot).items
    errors = sum(item.level is Severity.ERROR for item in diagnostics)
    warnings = sum(item.level is Severity.WARNING for item in diagnostics)
    views = [diagnostic_view(snapshot, item) for item in diagnostics]
    notes = len(diagnostics) - errors - warnings
    message = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}, {_count(notes, 'note')}"
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


def list_sessions(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """The running agents that use this file."""
    views = [session_view(snapshot, session) for session in snapshot.sessions]
    message = _count(len(views), "agent") + " running" if views else "No agent is running. Start one: aloop"
    return Outcome(message, {"sessions": views})


def reload_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """Read the file again and tell everyone."""
    require_readable(snapshot.document)
    count = len(snapshot.document.by_id)
    return Outcome(f"Read {_count(count, 'model')} from {snapshot.place.path}", state_view(snapshot), effect=Reload())


def _shown_text(value: str) -> str:
    """A value without the user, password and query that an address may hold."""
    return redact(without_credentials(value) or MASK if "://" in value else value)


def _problems_by_entry(snapshot: Snapshot) -> dict[str, int]:
    counts: dict[str, int] = {}
    # They are in the order of the text.
    starts = [item.span.start for item in find(snapshot).items if item.level <= Severity.WARNING]
    for placed in snapshot.document.entries:
        span = placed.full_span
        inside = bisect_right(starts, span.end) - bisect_left(starts, span.start)
        counts[placed.model_id] = counts.get(placed.model_id, 0) + inside
    return counts


def _sharing(snapshot: Snapshot, model_id: str) -> list[str]:
    key = snapshot.document.by_id[model_id].entry.profile.get("api_key")
    if not key:
        return []
    entries = snapshot.document.by_id.items()
    return [other for other, placed in entries if other != model_id and placed.entry.profile.get("api_key") == key]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


LIST = Command(
    "aloop.listModels",
    "list",
    "List Models",
    "List the models with what is known about each.",
    NoParameters,
    list_models,
    needs_file=False,
)
SHOW = Command(
    "aloop.showModel", "show", "Show Model", "Show one model; its key stays hidden.", ModelParameters, show_model
)
CHECK = Command(
    "aloop.checkModels",
    "check",
    "Check Models File",
    "Report every problem in the file.",
    NoParameters,
    check_models,
    source="editor",
)
SESSIONS = Command(
    "aloop.listSessions",
    "sessions",
    "List Running Agents",
    "List the running agents.",
    NoParameters,
    list_sessions,
    reads_file=False,
    needs_file=False,
    asks_owner=False,
)
RELOAD = Command(
    "aloop.reloadModels",
    "reload",
    "Reload Models File",
    "Read the file from the disk again.",
    NoParameters,
    reload_models,
    asks_owner=False,
    source="saved",
    effect=Reload,
)
