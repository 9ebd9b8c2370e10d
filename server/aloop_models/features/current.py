"""Which model is in use here, and which one the next agent gets."""

from __future__ import annotations

from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot


def current_id(snapshot: Snapshot) -> str | None:
    """The model in use here: that of the running agents if they agree, else the next agent's."""
    running = {session.model_id for session in snapshot.sessions if session.is_switchable}
    if len(running) == 1:
        return running.pop()
    return next_id(snapshot)


def next_id(snapshot: Snapshot) -> str | None:
    """The model of the next agent started here: the choice, else the default, else the first ready entry."""
    entries = snapshot.document.by_id
    for model_id in (snapshot.choice, snapshot.document.default_id):
        if model_id in entries:
            return model_id
    ready = (model_id for model_id, placed in entries.items() if not why_not_ready(placed.entry, snapshot.facts))
    return next(ready, None)
