"""Read the file again."""

from __future__ import annotations

from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, NoParameters, Outcome, Reload
from aloop_models.commands.lookup import require_readable
from aloop_models.commands.views import state_view
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot


def reload_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """Read the file again, and notify the agents and editors that use it."""
    require_readable(snapshot.document)
    count = len(snapshot.document.by_id)
    file = redact(snapshot.place.path or "models.yaml")
    return Outcome(f"Loaded {plural(count, 'model')} from {file}", state_view(snapshot), effect=Reload())


RELOAD = Command(
    "aloop.reloadModels",
    "reload",
    "Reload Models File",
    "Reload the file from disk.",
    NoParameters,
    reload_models,
    asks_owner=False,
    source="saved",
    effect=Reload,
)
