"""Code lenses above entries: current, default, not ready, and the command that switches to the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aloop_models.core.text import Span
from aloop_models.features.current_model import current_id
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

SWITCH = "aloop.switchModel"
"""The command of the lens `switch`."""


class Lens(NamedTuple):
    """A text above a line, with an optional command."""

    span: Span
    """The model ID that it belongs to."""
    title: str
    command: str | None = None
    arguments: Mapping[str, object] = {}


def code_lenses(snapshot: Snapshot) -> tuple[Lens, ...]:
    """The lenses of the entries in use, in the order of the text."""
    if not snapshot.facts.settings.code_lens:
        return ()
    current, default = current_id(snapshot), snapshot.document.default_id
    lenses: list[Lens] = []
    for model_id, placed in snapshot.document.by_id.items():
        ready = why_not_ready(placed.entry, snapshot.facts) is None
        words = [word for word, used in (("current", current), ("default", default)) if used == model_id]
        if not ready:
            words.append("not ready")
        if model_id == current:
            lenses.append(Lens(placed.key_span, " · ".join(words)))
        elif ready and not snapshot.redactor.hides(model_id):
            # A key that was pasted in place of an ID must not be sent in the arguments of a command.
            lenses.append(Lens(placed.key_span, " · ".join((*words, "switch")), SWITCH, {"modelId": model_id}))
        elif words:
            lenses.append(Lens(placed.key_span, " · ".join(words)))
    lenses.sort(key=lambda lens: lens.span)
    return tuple(lenses)
