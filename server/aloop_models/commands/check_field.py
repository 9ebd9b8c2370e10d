"""Check one value while a person types it, in the words of the editor's diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.file_secrets import secrets_of_fields
from aloop_models.catalog.redaction import Redactor, redactor_for
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.entry_warnings import after_edits
from aloop_models.commands.field_values import checked_fields, strip_secret, value_from_text
from aloop_models.commands.new_id import UnusualIdError, require_new_id
from aloop_models.commands.provider_questions import name_of_model
from aloop_models.commands.question import Question, fields_of
from aloop_models.core import edits
from aloop_models.core.document import PlacedEntry
from aloop_models.core.edit_check import reread
from aloop_models.core.text import Span
from aloop_models.errors import RefusedError, change_texts
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose_entry
from aloop_models.features.draft import draft_entry
from aloop_models.features.model_card import value_text
from aloop_models.snapshot import Snapshot

_MODEL_ID = "modelId"
_NO_MODEL = "model"
"""The model of the entry in which the key of a provider is checked."""


@dataclass(frozen=True, slots=True)
class CheckFieldParameters:
    """A typed value and its place."""

    field: str = parameter("The field: that of the question, or the name of a field of the entry.")
    value: str = parameter("The text as typed.")
    model_id: str = parameter("The model, or the provider, whose field it is.", default="")
    fields: Mapping[str, object] | None = parameter("The other fields of a new model.", default=None)


class Problem(NamedTuple):
    """What is wrong with a value."""

    message: str
    """One or two sentences without the entry's ID and without secrets."""
    severity: Severity
    """An error or a warning: a command accepts a value with a warning."""
    suggestion: str | None = None
    """The text of a value that would be right."""

    @property
    def advice(self) -> str:
        """The message, with the suggestion if it is not in the message."""
        if self.suggestion is None or self.suggestion in self.message:
            return self.message
        return f"{self.message} Did you mean {self.suggestion}?"


def check_field(snapshot: Snapshot, parameters: CheckFieldParameters) -> Outcome:
    """Judge a value that is typed for a field of an entry; an empty text has no problem."""
    name = "api_key" if parameters.field == "apiKey" else parameters.field.removeprefix("fields.")
    redactor = _redactor(snapshot, {**(parameters.fields or {}), name: parameters.value})
    with change_texts(redactor.mask):
        found = problem_of(snapshot, parameters.model_id, name, parameters.value, parameters.fields or {})
        problem = _without_secrets(found, redactor)
    if problem is None:
        return Outcome(f"{name} has no problem.", {"problem": None, "severity": None, "suggestion": None})
    severity = problem.severity.name.lower()
    value = {"problem": problem.message, "severity": severity, "suggestion": problem.suggestion}
    return Outcome(problem.message, value)


def problem_of(
    snapshot: Snapshot, model_id: str, name: str, text: str, others: Mapping[str, object] | None = None
) -> Problem | None:
    """Return what is wrong with a text that is typed as the value of a field, or as a new ID (`modelId`).

    Args:
        snapshot: The file.
        model_id: The entry; a new one if the file does not have it.
        name: The field, or `modelId`.
        text: The text as typed.
        others: The other fields of a new entry.
    """
    if not text.strip():
        return None
    if name == _MODEL_ID:
        return _problem_of_id(snapshot, text, others or {})
    spec = snapshot.facts.schema.fields.get(name)
    is_secret = spec is not None and spec.secret
    value = strip_secret(text) if is_secret else value_from_text(spec, text)
    entry_id = _entry_id(snapshot, model_id)
    hypothetical = _with_fields(snapshot, entry_id, {**(others or {}), name: value})
    placed = hypothetical.document.by_id.get(entry_id) if hypothetical else None
    found = _diagnostic_of(hypothetical, placed, name) if hypothetical and placed else None
    refusal = _refusal(snapshot, entry_id, {**(others or {}), name: value}, name)
    if found is None or hypothetical is None:
        return Problem(_without_end(refusal.message), Severity.ERROR) if refusal else None
    severity = Severity.ERROR if refusal else found.level
    suggestion = None if is_secret else _fixed_value(hypothetical, entry_id, name, found)
    return Problem(found.message, severity, None if suggestion == text else suggestion)


def problem_of_answer(
    snapshot: Snapshot, argument: Mapping[str, object], question: Question, text: str
) -> Problem | None:
    """Return what is wrong with a text as the answer to a question about this argument object; without secrets."""
    name, fields = question.name, {**fields_of(argument)}
    fields.pop(name, None)
    given = {other: value for other, value in fields.items() if value is not None}
    whose = str(argument.get("modelId") or argument.get("provider") or "")
    redactor = _redactor(snapshot, {**given, name: text})
    with change_texts(redactor.mask):
        return _without_secrets(problem_of(snapshot, whose, name, text, given), redactor)


def _without_secrets(problem: Problem | None, redactor: Redactor) -> Problem | None:
    if problem is None:
        return None
    suggestion = problem.suggestion
    if suggestion is not None and redactor.hides(suggestion):
        suggestion = None
    return Problem(redactor.mask(problem.message), problem.severity, suggestion)


def _redactor(snapshot: Snapshot, fields: Mapping[str, object]) -> Redactor:
    return redactor_for(snapshot.redactor.secrets | secrets_of_fields(fields, snapshot.facts.schema))


def _problem_of_id(snapshot: Snapshot, text: str, fields: Mapping[str, object]) -> Problem | None:
    provider = snapshot.facts.catalog.providers.get(text.removesuffix("/")) if text.endswith("/") else None
    if provider is not None:
        noun, example = name_of_model(snapshot, provider)
        what = noun.rpartition("/")[2].lower()
        return Problem(f"Type the name of the {what} after {provider.name}/, such as {example}.", Severity.ERROR)
    try:
        require_new_id(snapshot, text, fields)
    except UnusualIdError as problem:
        severity = Severity.WARNING if problem.can_be_confirmed else Severity.ERROR
        return Problem(problem.problem, severity, next(iter(problem.suggestions), None))
    except RefusedError as refusal:
        return Problem(refusal.message, Severity.ERROR)
    hypothetical = _with_fields(snapshot, text, fields)
    placed = hypothetical.document.by_id.get(text) if hypothetical else None
    if hypothetical is None or placed is None:
        return None
    found = _most_severe(
        item
        for item in diagnose_entry(hypothetical, placed, with_id=False)
        if not item.field and _is_in(item.span, placed.key_span)
    )
    # The command accepts the ID.
    return Problem(found.message, Severity.WARNING) if found else None


def _entry_id(snapshot: Snapshot, model_id: str) -> str:
    """The ID of the entry to check: for a provider, that of an entry of this provider."""
    provider = model_id.rstrip("/")
    return model_id if "/" in provider or not provider else f"{provider}/{_NO_MODEL}"


def _with_fields(snapshot: Snapshot, model_id: str, fields: Mapping[str, object]) -> Snapshot | None:
    """The file in which the entry has these fields; a new entry is alone in it. None if they cannot be written."""
    document = snapshot.document
    if model_id in document.by_id and document.parses:
        changes = edits.set_fields(document, model_id, fields)
        return None if isinstance(changes, edits.UnsafeEdit) else after_edits(snapshot, changes)
    draft = draft_entry(snapshot.facts, model_id, fields)
    return None if isinstance(draft, edits.UnsafeEdit) else draft


def _refusal(snapshot: Snapshot, model_id: str, fields: Mapping[str, object], name: str) -> RefusedError | None:
    """Why a command refuses the field; the others are checked on their own."""
    placed = snapshot.document.by_id.get(model_id)
    base = {"api_base": fields["api_base"]} if fields.get("api_base") and name == "api_key" else {}
    try:
        checked_fields(
            {**base, name: fields[name]}, provider_of(model_id), snapshot.facts, placed.entry if placed else None
        )
    except RefusedError as refusal:
        return refusal
    return None


def _diagnostic_of(snapshot: Snapshot, placed: PlacedEntry, name: str) -> Diagnostic | None:
    """The most severe diagnostic about the field, except advice."""
    field = placed.entry.field(name)
    if field is None:
        return None
    span = placed.span(Span(field.key.start, max(field.key.end, field.value.end)))
    return _most_severe(
        item
        for item in diagnose_entry(snapshot, placed, with_id=False)
        if (field.inherited and item.field == name) or (not field.inherited and _is_in(item.span, span))
    )


def _most_severe(found: Iterator[Diagnostic]) -> Diagnostic | None:
    return min((item for item in found if item.level <= Severity.WARNING), key=lambda item: item.level, default=None)


def _is_in(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _fixed_value(snapshot: Snapshot, model_id: str, name: str, found: Diagnostic) -> str | None:
    """The text of the field's value after the first fix that keeps the field."""
    for fix in found.fixes:
        after = reread(snapshot.document, fix.edits)
        placed = after.by_id.get(model_id) if after else None
        value = placed.entry.profile.get(name) if placed else None
        if value is not None and not isinstance(value, list | dict):
            return value_text(value)
    return None


def _without_end(message: str) -> str:
    return message.removesuffix(" Nothing was changed.")


CHECK_FIELD = Command(
    "aloop.checkField",
    "",
    "",
    "Check a value while it is typed.",
    CheckFieldParameters,
    check_field,
    reads_file=False,
    needs_file=False,
    asks_owner=False,
)
