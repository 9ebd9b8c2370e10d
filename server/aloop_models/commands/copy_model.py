"""Copy a model to the file for all projects, or from it to the file of the project."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from aloop_models.catalog.redaction import redact
from aloop_models.commands.add_model import outcome_of_new
from aloop_models.commands.candidates import ask_model
from aloop_models.commands.definition import PLACES, Command, Outcome, parameter
from aloop_models.commands.file_question import HOME_FILE, name_of_file
from aloop_models.commands.lookup import match, require_own_format, require_readable, require_safe
from aloop_models.commands.question import Question
from aloop_models.core import edits
from aloop_models.core.document import Document
from aloop_models.core.entry_text import entry_lines
from aloop_models.core.nodes import data_of
from aloop_models.core.reader import read_document
from aloop_models.core.references import fallbacks_of, roles_of
from aloop_models.core.scalars import write_like
from aloop_models.core.text import apply_edits
from aloop_models.errors import InvalidArgumentsError, RefusedError, change_texts
from aloop_models.snapshot import Snapshot

_ALREADY_IN = " is already in "
_REMOVE_THERE = "Remove it there first."


@dataclass(frozen=True, slots=True)
class CopyParameters:
    """A model of another file."""

    model_id: str = parameter("The model to copy, with its API key.", kind="copiedModel")
    to: str | None = parameter(
        "Copy to the file for all projects (`home`), or from that file to the project. Without it, to the other file.",
        kind="place",
        default=None,
    )
    text: str | None = parameter(
        "The entry as the text of a models.yaml, instead of that in the other file.", default=None
    )


class CopyExistsError(RefusedError):
    """A copy to a file that has the model already; its suggestion is the model's ID."""

    def message_for(self, command: str) -> str:
        """Return the message with the command that removes the model; it needs a shell, because the file is another."""
        del command
        file = self.message.partition(_ALREADY_IN)[2].partition(f". {_REMOVE_THERE}")[0]
        option = "--global" if file == HOME_FILE else f"--config {shlex.quote(file)}"
        remove = f"aloop models remove {shlex.quote(self.suggestions[0])} {option}"
        return self.message.replace(_REMOVE_THERE, f"{_REMOVE_THERE.rstrip('.')}: {remove}.")


def copy_model(snapshot: Snapshot, parameters: CopyParameters) -> Outcome:
    """Copy an entry with its comments from the file in use to the one in the home folder, or from there to the project.

    Anchors and aliases are replaced by their values. Roles and fallbacks are not copied.
    """
    document, source = snapshot.document, read_document(parameters.text or "")
    require_place(parameters.to)
    require_readable(document)
    require_own_format(snapshot)
    placed = source.by_id.get(parameters.model_id) if source.parses else None
    if placed is None:
        raise InvalidArgumentsError("invalidArguments", "'text' does not contain the model.")
    model_id, path = placed.model_id, name_of_file(snapshot)
    if model_id in document.by_id:
        message = f"{redact(model_id)}{_ALREADY_IN}{path}. {_REMOVE_THERE} Nothing was changed."
        raise CopyExistsError("modelExists", message, (redact(model_id),))
    lines = entry_lines(source, model_id)
    changes = require_safe(edits.add_entry(document, model_id, placed.entry.profile, lines))
    message = f"Copied {redact(model_id)} to {path}."
    if left := _references(source, model_id):
        message += f" Not copied: {', '.join(left)}."
    return outcome_of_new(snapshot, model_id, changes, message)


def require_place(place: object) -> None:
    """Refuse the name of a place that does not exist.

    Raises:
        InvalidArgumentsError: with the names.
    """
    if place is not None and place not in PLACES:
        raise InvalidArgumentsError("invalidArguments", f"A model can be copied to {' or '.join(PLACES)}.")


def text_to_copy(snapshot: Snapshot, words: str) -> tuple[str, str]:
    """Return the ID of the model that matches, and its entry as a models.yaml of its own, with what refers to it.

    Anchors, aliases and merge keys are replaced by their values.

    Raises:
        RefusedError: as `match`; `unsafeEdit` if the entry has a value that cannot be written.
    """
    document = snapshot.document
    with change_texts(_name_home_file) if snapshot.is_for_all_projects else nullcontext():
        placed = match(snapshot, words, takes_parts=True)
    model_id, frame = placed.model_id, read_document("models:\n")
    added = require_safe(edits.add_entry(frame, model_id, placed.entry.profile, entry_lines(document, model_id)))
    if (data := data_of(placed.entry.value)) and not isinstance(data, dict):
        raise RefusedError("unsafeEdit", f"{redact(model_id)} is not a mapping. Fix it first. Nothing was changed.")
    roles = [role for role, named in roles_of(document).items() if named == model_id]
    sections = [("roles", dict.fromkeys(roles, model_id))] if roles else []
    sections += [("fallbacks", [model_id])] if model_id in fallbacks_of(document) else []
    text = apply_edits(frame.text, added)
    return model_id, text + "".join(f"{name}: {write_like(value, '', flow=True)}\n" for name, value in sections)


def is_copied(snapshot: Snapshot, parameters: CopyParameters) -> bool:
    """Return whether the file has the model."""
    return snapshot.document.parses and parameters.model_id in snapshot.document.by_id


def ask_for_copy(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model."""
    return ask_model(snapshot, argument, "Select the model to copy")


def _name_home_file(message: str) -> str:
    """A refusal about the file in the home folder, which is not the file of the other commands in a project."""
    message = message.replace("in models.yaml", f"in {HOME_FILE}, from which models are copied")
    return message.replace("aloop models list", "aloop models list --global")


def _references(source: Document, model_id: str) -> list[str]:
    """What refers to the model in its file."""
    roles = [f"@{redact(role)}" for role, named in roles_of(source).items() if named == model_id]
    return [*(f"the role {role}" for role in roles), *["its place in fallbacks"] * (model_id in fallbacks_of(source))]


COPY = Command(
    "aloop.copyModel",
    "copy",
    "Copy Model…",
    "Copy a model with its API key to the file for all projects, or from it to the project.",
    CopyParameters,
    copy_model,
    changes_file=True,
    makes_file=True,
    applied=is_copied,
    question=ask_for_copy,
)
