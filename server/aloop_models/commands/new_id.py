"""IDs of new models that are probably a mistake: a person must choose another one or, where possible, confirm them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from itertools import islice

from aloop_models.catalog import is_entry_id, looks_like_key, split_label, with_label
from aloop_models.catalog.facts import Lifecycle
from aloop_models.catalog.redaction import redact
from aloop_models.core.edits import UnsafeEdit
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.errors import RefusedError
from aloop_models.features.checks.model import UNKNOWN_MODEL, UNKNOWN_PROVIDER
from aloop_models.features.checks.model_id import INVALID_MODEL_ID, LOOK_ALIKE_ID
from aloop_models.features.checks.wording import list_choices
from aloop_models.features.diagnostic import Fix, Severity
from aloop_models.features.diagnostics import diagnose_entry
from aloop_models.features.draft import draft_entry
from aloop_models.features.model_id import require_model_id
from aloop_models.features.model_search import Offer, example_model, search_to_add
from aloop_models.snapshot import Facts, Snapshot

_TO_CONFIRM = " To add it anyway, set allowUnusualId."
_REASONS = {
    INVALID_MODEL_ID: "invalidModelId",
    LOOK_ALIKE_ID: "lookAlikeId",
    UNKNOWN_MODEL: "unknownModel",
    UNKNOWN_PROVIDER: "unknownProvider",
}
_FIELDS = ("api_key", "api_base")
"""Fields that tell which provider is meant."""
_MOST_NAMED = 3


class UnusualIdError(RefusedError):
    """An ID that is probably a mistake; the suggestions are IDs that may be meant."""

    @property
    def can_be_confirmed(self) -> bool:
        """Whether `allowUnusualId` adds the model with this ID."""
        return self.message.endswith(_TO_CONFIRM)

    @property
    def problem(self) -> str:
        """The problem, without the way to confirm the ID."""
        return self.message.removesuffix(_TO_CONFIRM)

    def message_for(self, command: str) -> str:
        """Return the message with the option that confirms the ID."""
        del command
        return f"{self.problem} To add it anyway, use --allow-unusual-id." if self.can_be_confirmed else self.problem

    def data(self) -> dict[str, object]:
        """Return `reason`, `suggestions`, `problem` and `canBeConfirmed` for programs."""
        return {**super().data(), "problem": self.problem, "canBeConfirmed": self.can_be_confirmed}


class ModelExistsError(RefusedError):
    """A new model that the file has already; its suggestion is the model's ID."""

    def message_for(self, command: str) -> str:
        """Return the message with the commands that edit the model and switch to it."""
        model = shlex.quote(self.suggestions[0])
        return f"{self.message} Run: {command} edit {model}, or: {command} switch {model}"


def require_new_id(
    snapshot: Snapshot, model_id: str, fields: Mapping[str, object], *, allow_unusual: bool = False
) -> None:
    """Refuse an ID that a new entry cannot have, or that is probably a mistake.

    Args:
        snapshot: The file.
        model_id: The ID.
        fields: The fields of the new entry.
        allow_unusual: Whether to accept an ID that is only probably a mistake.

    Raises:
        RefusedError: `modelExists`, as `check_new_id`, or `invalidFields`.
    """
    if model_id in snapshot.document.by_id:
        message = f"'{redact(model_id)}' is already in models.yaml. Edit it, or switch to it."
        raise ModelExistsError("modelExists", message, (redact(model_id),))
    if not (allow_unusual and is_entry_id(model_id)):
        check_new_id(model_id, fields, snapshot.facts)
    require_model_id(model_id, example_model(snapshot.facts.catalog, snapshot.facts.today))


def check_new_id(model_id: str, fields: Mapping[str, object], facts: Facts) -> None:
    """Refuse an ID for which the editor would show a probable mistake, in the same words.

    An invalid ID without a suggestion is accepted here: `require_model_id` refuses it.

    Raises:
        UnusualIdError: `unknownProvider`, `unknownModel`, `invalidModelId` or `lookAlikeId`, as the rule of the editor,
            with the IDs that may be meant.
    """
    given = {name: value for name in _FIELDS if isinstance(value := fields.get(name), str)}
    snapshot = draft_entry(facts, model_id, given)
    if isinstance(snapshot, UnsafeEdit):
        return
    document = snapshot.document
    placed = document.by_id[model_id]
    for found in diagnose_entry(snapshot, placed, with_id=False):
        if found.rule not in _REASONS or found.level > Severity.WARNING:
            continue
        meant = tuple(other for fix in found.fixes if (other := _fixed_id(document.text, fix)))
        if meant or is_entry_id(model_id):
            can_be_confirmed = is_entry_id(model_id)
            message = found.message + (_TO_CONFIRM if can_be_confirmed else "")
            raise UnusualIdError(_REASONS[found.rule], message, meant)
    if named := _models_named(model_id, facts):
        message = f"The ID has no provider. Did you mean {list_choices(named)}?"
        raise UnusualIdError(_REASONS[INVALID_MODEL_ID], message, named)


def _models_named(text: str, facts: Facts) -> tuple[str, ...]:
    """The models that completion offers first for a part of a name, such as `sonnet`."""
    name, label = split_label(text)
    if not name.strip() or "/" in name or name in facts.catalog.providers or looks_like_key(text):
        return ()
    found = (item for item in search_to_add(facts.catalog, facts.today, name) if isinstance(item, Offer))
    usable = (item.facts.id for item in found if item.lifecycle is not Lifecycle.RETIRED)
    return tuple(with_label(model_id, label) for model_id in islice(usable, _MOST_NAMED))


def _fixed_id(text: str, fix: Fix) -> str | None:
    ids = list(read_document(apply_edits(text, fix.edits)).by_id)
    return ids[0] if len(ids) == 1 and is_entry_id(ids[0]) else None
