"""What an agent can use of a models.yaml: every good entry, and a word on each bad one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aloop_models.catalog.redaction import redact
from aloop_models.core import edits
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.readiness import why_not_ready
from aloop_models.llm.profile import ModelProfile, fields_of, profile_of
from aloop_models.snapshot import Facts, Snapshot

# With these errors an entry says all it has to say, and only cannot answer yet; or it means what YAML makes of it.
_LOADED_ALL_THE_SAME = frozenset({"missing-api-key", "placeholder-api-key", "missing-api-base", "duplicate-key"})
_WHOLE_FILE = frozenset({"yaml-syntax", "multiple-documents", "not-a-mapping"})


@dataclass(frozen=True, slots=True)
class Configuration:
    """One reading of the file."""

    models: Mapping[str, ModelProfile]
    """The good entries, in the order of the file."""
    default_id: str | None
    """What `default` names, loaded or not."""
    ready: frozenset[str]
    """Ids of the loaded models that can answer."""
    problems: tuple[str, ...]
    """`file:line:col rule message` for each error and misread number, in the order of the file."""
    left_out: Mapping[str, str]
    """The bad entries by id, each with its first error in that form."""


def configuration_of(snapshot: Snapshot) -> Configuration | str:
    """What can be used of the file, or the reason (`file:line:col rule message`) why nothing can be.

    Lines and columns count from 1, columns in code points. A message holds no secret.
    """
    diagnostics = diagnose(snapshot)
    document, schema = snapshot.document, snapshot.facts.schema
    errors = [item for item in diagnostics.items if item.level is Severity.ERROR]
    if not document.parses or (errors and not document.entries):
        whole = [item for item in errors if item.rule.id in _WHOLE_FILE] or errors
        return _told(snapshot, whole[0]) if whole else f"{snapshot.place.path} cannot be read."
    models: dict[str, ModelProfile] = {}
    ready: set[str] = set()
    left_out: dict[str, str] = {}
    for model_id, placed in document.by_id.items():
        found = diagnostics.by_entry.get(placed.entry, ())
        fatal = [item for item in found if item.level is Severity.ERROR and item.rule.id not in _LOADED_ALL_THE_SAME]
        if fatal:
            left_out[model_id] = _told(snapshot, min(fatal, key=lambda item: item.span).shift(placed.start))
            continue
        models[model_id] = profile_of(placed.entry, schema, snapshot.redactor.secrets)
        if not why_not_ready(placed.entry, snapshot.facts):
            ready.add(model_id)
    # A number that YAML reads in its own way (`1:30` is 90) is used as the editor reads it, but never silently.
    told = tuple(
        _told(snapshot, item)
        for item in diagnostics.items
        if item.level is Severity.ERROR or item.rule.id == "wrong-type"
    )
    return Configuration(models, document.default_id, frozenset(ready), told, left_out)


def why_not_usable(profile: ModelProfile, facts: Facts) -> str:
    """Why an entry with these values could not answer, as a sentence without secrets; empty where it could."""
    empty = read_document("")
    drafted = edits.add_entry(empty, profile.model_id, fields_of(profile))
    if isinstance(drafted, edits.UnsafeEdit):
        return drafted.reason
    snapshot = Snapshot(read_document(apply_edits("", drafted)), facts)
    placed = snapshot.document.by_id.get(profile.model_id)
    if placed is None:
        return f"'{redact(profile.model_id)}' is not a model ID. Write it as provider/model."
    for item in diagnose(snapshot).items:
        if item.level is Severity.ERROR:
            return item.message
    reason = why_not_ready(placed.entry, facts)
    return f"{profile.display_name} is not ready: {reason}." if reason else ""


def _told(snapshot: Snapshot, diagnostic: Diagnostic) -> str:
    start = snapshot.document.lines.position(diagnostic.span.start)
    path = redact(str(Path(snapshot.place.path or "models.yaml")))
    message = snapshot.redactor.redact(diagnostic.message)
    return f"{path}:{start.line + 1}:{start.column + 1} {diagnostic.rule.id} {message}"
