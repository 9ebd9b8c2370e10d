"""The models and roles of a file with what a list of them says about each: for completion and pick lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aloop_models.features.current_model import current_id
from aloop_models.features.formatting import display_name, format_facts, format_lifecycle, join_parts
from aloop_models.features.listed_names import listed_models, listed_roles
from aloop_models.features.readiness import retiring_model, why_not_ready
from aloop_models.snapshot import Snapshot


class ModelRow(NamedTuple):
    """A model or a role."""

    value: str
    """The ID, or the role as `@fast`."""
    detail: str


def model_rows(snapshot: Snapshot) -> Iterator[ModelRow]:
    """Yield the models of the file, except one whose ID is a key by mistake."""
    current = current_id(snapshot)
    for model_id in listed_models(snapshot.document, snapshot.redactor):
        placed = snapshot.document.by_id[model_id]
        facts = snapshot.facts.catalog.configured_model(model_id, placed.entry.profile)
        retiring = retiring_model(placed.entry, snapshot.facts)
        name = display_name(placed.entry)
        parts = [
            name if name != model_id else "",
            "current" if model_id == current else "",
            "default" if model_id == snapshot.document.default_id else "",
            format_lifecycle(retiring, snapshot.facts.today) if retiring else "",
            format_facts(facts) if facts else "",
            "not ready" if why_not_ready(placed.entry, snapshot.facts) else "",
        ]
        yield ModelRow(model_id, snapshot.redactor.redact(join_parts(*parts)))


def role_rows(snapshot: Snapshot) -> Iterator[ModelRow]:
    """Yield the roles of the file whose models are entries, as `@fast`."""
    for role, model_id in listed_roles(snapshot.document, snapshot.redactor).items():
        yield ModelRow(role, snapshot.redactor.redact(display_name(snapshot.document.by_id[model_id].entry)))
