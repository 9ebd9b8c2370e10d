"""The usable models of a models.yaml, and the problems of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aloop_models.catalog.redaction import redact
from aloop_models.core.edits import UnsafeEdit
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.draft import draft_entry
from aloop_models.features.readiness import why_not_ready
from aloop_models.llm.profile import ModelProfile, fields_of, profile_of
from aloop_models.snapshot import Facts, Snapshot

# An entry with one of these errors is loaded, although it may not be ready.
_LOADED_ANYWAY = frozenset(
    {
        "missing-api-key",
        "placeholder-api-key",
        "missing-api-base",
        "duplicate-key",
        "unknown-provider",
        "deprecated-model",
        "not-a-chat-model",
    }
)
_WHOLE_FILE = frozenset({"yaml-syntax", "multiple-documents", "file-too-large", "not-a-mapping"})


@dataclass(frozen=True, slots=True)
class Configuration:
    """One reading of the file."""

    models: Mapping[str, ModelProfile]
    """The loaded entries, in the order of the file."""
    default_id: str | None
    """The value of `default`, loaded or not."""
    ready: frozenset[str]
    """The IDs of the loaded models that are ready."""
    problems: tuple[str, ...]
    """`file:line:col rule message` for each error and misread number, in the order of the file."""
    left_out: Mapping[str, str]
    """The entries that are not loaded, by ID, each with its first error in that form."""
    duplicates: tuple[str, ...] = ()
    """The duplicate keys, in that form."""
    reports: tuple[str, ...] = ()
    """The first error of each entry that is not loaded, without those that a comment in the file ignores."""


def configuration_of(snapshot: Snapshot) -> Configuration | str:
    """Return the configuration of the file, or the reason (`file:line:col rule message`) why it cannot be used.

    Lines and columns start at 1; columns are code points. Messages contain no secret.
    """
    diagnostics = diagnose(snapshot)
    document, schema = snapshot.document, snapshot.facts.schema
    errors = [item for item in diagnostics.items if item.level is Severity.ERROR]
    if not document.parses or (errors and not document.entries):
        whole = [item for item in errors if item.rule.id in _WHOLE_FILE] or errors
        return _describe(snapshot, whole[0]) if whole else f"{snapshot.place.path} cannot be read."
    models: dict[str, ModelProfile] = {}
    ready: set[str] = set()
    left_out: dict[str, str] = {}
    reports: list[str] = []
    hidden = {(item.rule.id, item.span) for item in diagnostics.ignored}
    for model_id, placed in document.by_id.items():
        found = diagnostics.by_entry.get(placed.entry, ())
        fatal = [item for item in found if item.level is Severity.ERROR and item.rule.id not in _LOADED_ANYWAY]
        if fatal:
            errors_here = sorted((item.shift(placed.start) for item in fatal), key=lambda item: item.span)
            left_out[model_id] = _describe(snapshot, errors_here[0])
            reported = [item for item in errors_here if (item.rule.id, item.span) not in hidden]
            reports += [_describe(snapshot, item) for item in reported[:1]]
            continue
        models[model_id] = profile_of(placed.entry, schema, snapshot.redactor.secrets)
        if not why_not_ready(placed.entry, snapshot.facts):
            ready.add(model_id)
    # A number that YAML reads differently (`1:30` is 90) is used as YAML reads it, but never silently.
    problems = tuple(
        _describe(snapshot, item)
        for item in diagnostics.items
        if item.level is Severity.ERROR or item.rule.id == "wrong-type"
    )
    duplicates = tuple(_describe(snapshot, item) for item in diagnostics.items if item.rule.id == "duplicate-key")
    return Configuration(models, document.default_id, frozenset(ready), problems, left_out, duplicates, tuple(reports))


def why_not_usable(profile: ModelProfile, facts: Facts) -> str:
    """Return why an entry with these values would not be ready, as a sentence without secrets; empty if it would."""
    snapshot = draft_entry(facts, profile.model_id, fields_of(profile))
    if isinstance(snapshot, UnsafeEdit):
        return snapshot.reason
    placed = snapshot.document.by_id.get(profile.model_id)
    if placed is None:
        return f"'{redact(profile.model_id)}' is not a model ID. Write provider/model."
    for item in diagnose(snapshot).items:
        if item.level is Severity.ERROR:
            return item.message
    reason = why_not_ready(placed.entry, facts)
    return f"{profile.display_name} is not ready: {reason}." if reason else ""


def _describe(snapshot: Snapshot, diagnostic: Diagnostic) -> str:
    start = snapshot.document.lines.position(diagnostic.span.start)
    path = redact(str(Path(snapshot.place.path or "models.yaml")))
    message = snapshot.redactor.redact(diagnostic.message)
    return f"{path}:{start.line + 1}:{start.column + 1} {diagnostic.rule.id} {message}"
