"""List the models."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import cast

from aloop_models.commands.definition import Command, NoParameters, Outcome
from aloop_models.commands.lookup import LAST_GOOD
from aloop_models.commands.views import JsonObject, state_view
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import find
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot

NOTHING_KNOWN = "Fix it first; no models can be listed until then."


def list_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """Every model with what is known about it, and how many problems its entry has."""
    problems = _problems_by_entry(snapshot)
    state = state_view(snapshot)
    views = cast("list[JsonObject]", state["models"])
    for view, model_id in zip(views, snapshot.document.by_id, strict=True):
        view["problems"] = problems.get(model_id, 0)
    count = len(snapshot.document.by_id)
    where = state["file"] or "no file yet"
    message = f"{plural(count, 'model')} in {where}"
    if snapshot.problem is not None:
        message = f"{snapshot.problem.message} {LAST_GOOD if count else NOTHING_KNOWN}"
    return Outcome(message, state)


def _problems_by_entry(snapshot: Snapshot) -> dict[str, int]:
    counts: dict[str, int] = {}
    # They are in the order of the text.
    starts = [item.span.start for item in find(snapshot).items if item.level <= Severity.WARNING]
    for placed in snapshot.document.entries:
        span = placed.full_span
        inside = bisect_right(starts, span.end) - bisect_left(starts, span.start)
        counts[placed.model_id] = counts.get(placed.model_id, 0) + inside
    return counts


LIST = Command(
    "aloop.listModels",
    "list",
    "List Models",
    "List the models with what is known about each.",
    NoParameters,
    list_models,
    needs_file=False,
)
