"""Renaming a model: the key of its entry, `default`, `roles` and `fallbacks`, together."""

from __future__ import annotations

from aloop_models.core import edits
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.errors import RefusedError
from aloop_models.features.checks.model_id import check_model_id
from aloop_models.features.diagnostic import Severity
from aloop_models.features.id_spans import content_span
from aloop_models.features.model_id import require_model_id
from aloop_models.features.model_search import example_model
from aloop_models.features.navigation import Mention, mention_at
from aloop_models.snapshot import Snapshot


def prepare(snapshot: Snapshot, offset: int) -> tuple[Span, str] | None:
    """The span of the ID at the offset, without quotes, and the ID; None if there is none."""
    document = snapshot.document
    mention = _find_mention(snapshot, offset)
    if mention is None:
        return None
    span, _, written = mention
    return content_span(document.text, span, written) or span, written.text


def rename(snapshot: Snapshot, offset: int, new_id: str) -> tuple[Edit, ...]:
    """The edits that give the model at the offset another ID.

    Raises:
        RefusedError: `modelNotFound` if no ID is at the offset, `invalidFields` if the new ID is invalid,
            `modelExists`, or `unsafeEdit` if the text cannot be edited safely.
    """
    document = snapshot.document
    mention = _find_mention(snapshot, offset)
    if mention is None:
        raise RefusedError(
            "modelNotFound", "No ID of an entry here. Place the cursor on one in models, default, roles or fallbacks."
        )
    require_model_id(new_id, example_model(snapshot.facts.catalog, snapshot.facts.today))
    if new_id == mention.written.text:
        return ()
    if new_id in document.by_id:
        masked = snapshot.redactor.redact(new_id)
        message = f"'{masked}' is already in models.yaml. Choose another ID, or remove that entry first."
        raise RefusedError("modelExists", message, (masked,))
    changes = edits.rename_entry(document, mention.written.text, new_id)
    if isinstance(changes, edits.UnsafeEdit):
        raise RefusedError("unsafeEdit", changes.reason)
    renamed = read_document(apply_edits(document.text, changes), document).by_id[new_id]
    for problem in check_model_id(renamed.entry, snapshot.facts):
        if problem.level is Severity.ERROR:
            raise RefusedError("invalidFields", snapshot.redactor.redact(problem.message))
    return changes


def _find_mention(snapshot: Snapshot, offset: int) -> Mention | None:
    mention = mention_at(snapshot.document, offset)
    if mention is None or mention.written.text not in snapshot.document.by_id:
        return None
    return None if snapshot.redactor.hides(mention.written.text) else mention
