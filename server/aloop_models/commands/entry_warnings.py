"""What `check` says about an entry that a command has added or changed."""

from __future__ import annotations

from dataclasses import replace

from aloop_models.core.edit_check import reread
from aloop_models.core.text import Edit
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose_entry
from aloop_models.snapshot import Snapshot


def after_edits(snapshot: Snapshot, edits: tuple[Edit, ...]) -> Snapshot:
    """Return the snapshot with the edited text; `edits` are those of a command, which are always valid."""
    document = reread(snapshot.document, edits) if edits else snapshot.document
    return snapshot if document is None else replace(snapshot, document=document)


def entry_warnings(snapshot: Snapshot, model_id: str) -> tuple[str, ...]:
    """Return the messages of the entry's diagnostics, the most severe first, without hints."""
    found = diagnose_entry(snapshot, snapshot.document.by_id[model_id])
    ranked = sorted(found, key=lambda item: item.level)
    return tuple(item.message for item in ranked if item.level is not Severity.HINT)
