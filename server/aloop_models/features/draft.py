"""An entry alone in a file, to see what is said about it before it is written to the user's file."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.core.edits import UnsafeEdit, add_entry
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.snapshot import Facts, Snapshot


def draft_entry(facts: Facts, model_id: str, fields: Mapping[str, object]) -> Snapshot | UnsafeEdit:
    """Return a file with this entry alone, or why the entry cannot be written."""
    changes = add_entry(read_document(""), model_id, fields)
    return changes if isinstance(changes, UnsafeEdit) else Snapshot(read_document(apply_edits("", changes)), facts)
