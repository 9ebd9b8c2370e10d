"""The current model here, and the model of the next agent."""

from __future__ import annotations

from aloop_models.core.document import Document
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot


def current_id(snapshot: Snapshot) -> str | None:
    """The current model here: that of the running agents if they all have the same, else the next agent's.

    None for a file that is not in use.
    """
    if not snapshot.in_use:
        return None
    running = {session.model_id for session in snapshot.sessions if session.is_switchable}
    if len(running) == 1:
        return running.pop()
    return next_id(snapshot)


def next_id(snapshot: Snapshot) -> str | None:
    """The model that the next agent here starts with: the selected model, else the default, else the first ready."""
    entries = snapshot.document.by_id
    for model_id in (snapshot.current, snapshot.selected, snapshot.document.default_id):
        if model_id in entries:
            return model_id
    ready = (model_id for model_id, placed in entries.items() if not why_not_ready(placed.entry, snapshot.facts))
    return next(ready, None)


def find_new_id(before: Document, after: Document, model_id: str) -> str | None:
    """The ID of a renamed model in a newer text: the only new entry with the same fields; None if not renamed."""
    if model_id not in before.by_id or model_id in after.by_id:
        return None
    fields = before.by_id[model_id].entry.profile
    removed = [old for old, placed in before.by_id.items() if old not in after.by_id and placed.entry.profile == fields]
    added = [new for new, placed in after.by_id.items() if new not in before.by_id and placed.entry.profile == fields]
    return added[0] if len(removed) == len(added) == 1 else None
