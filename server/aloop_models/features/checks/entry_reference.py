"""Checks of a value that must be the ID of an entry: `default`, a role, a fallback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aloop_models.catalog import nearest, split_id, split_label, with_label
from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Document
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, line_end
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence, resolve
from aloop_models.core.references import roles_of
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.fixes import offer, quote_scalar
from aloop_models.features.checks.id_in_value import id_in_value, models_below
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.key_placement import KEY_IN_WRONG_FIELD
from aloop_models.features.checks.spans import inner_start
from aloop_models.features.checks.syntax_foreign import comment_after
from aloop_models.features.checks.values import WRONG_TYPE, kind_of
from aloop_models.features.checks.wording import list_choices, name_of_character, quote_name, shorten_end
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule
from aloop_models.features.match import name_of
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

_PLAIN = lazy_re(r"[A-Za-z][\w.+@-]*/[\w./+@-]*(?::[\w./+@-]+)*(?:#[\w.-]+)?", re.ASCII)
_LABEL_IN_COMMENT = lazy_re(
    r"[ \t]+#(?P<blank>[ \t]*)(?P<label>\w[\w.-]*?)(?P<mark>[.,;:]*)(?P<rest>(?:[ \t].*)?)$", re.ASCII
)
_LONGEST_TITLE = 60


class Place(NamedTuple):
    """A place in the file for the ID of an entry."""

    subject: str
    """Its name in messages: `default`, `roles.fast`, `fallbacks`."""
    value: Node
    """The value as written."""
    empty_span: Span
    """The range of a diagnostic if the value has no text."""
    otherwise: str
    """What to write without a model: `or null`."""
    without_models: str
    """What to do if the file has no models: `change default to null`."""
    null: str | None = None
    """The text of an empty value; None if the place needs a value."""

    def span(self, document: Document) -> Span:
        """The range of a diagnostic: the first line of the value."""
        if self.value.end <= self.value.start:
            return self.empty_span
        return Span(self.value.start, min(self.value.end, line_end(document.text, self.value.start)))

    def write(self, text: str) -> tuple[Edit, ...]:
        """The edits that replace the value with a text of YAML; none if that is not possible."""
        value = self.value
        if not isinstance(value, Scalar) or not text:
            return ()
        if value.style in ("|", ">"):
            # The line breaks after a text block are part of it.
            end = value.start + len(value.source.rstrip())
            return () if "#" in value.source else (Edit(value.start, end, text),)
        if value.style == '"' and inner_start(value) is not None and _PLAIN.fullmatch(text):
            # JSON needs the quotes.
            text = f'"{text}"'
        if value.end > value.start:
            return (Edit(value.start, value.end, text),)
        # There is no value after the colon, which follows the name directly.
        return (Edit(value.start, value.start, f" {text}"),)


def check_reference(snapshot: Snapshot, place: Place, rule: Rule) -> Iterator[Diagnostic]:
    """Check that the value is the ID of an entry; `rule` reports an ID without an entry. Null is a wrong type."""
    document = snapshot.document
    value = resolve(place.value)
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        yield _wrong_type(document, place, value)
    elif is_key(value.text):
        message = f"{place.subject} is an API key, not a model ID. Write provider/model {place.otherwise}."
        first = first_ready(snapshot)
        changes: list[Fix] = []
        if first is not None:
            changes.append(Fix(title("Change", place.subject, first), place.write(id_as_yaml(first)), safe=False))
        elif place.null:
            changes.append(Fix(f"Change to {place.null}", place.write(place.null), safe=False))
        yield Diagnostic(KEY_IN_WRONG_FIELD, place.span(document), message, offer(*changes))
    elif value.text not in document.by_id and document.parses and not _is_elsewhere(snapshot, value.text):
        yield _undefined(snapshot, place, value.text, rule)
    elif value is place.value and value.text in document.by_id:
        yield from _label_as_comment(document, place, value, rule)


def first_ready(snapshot: Snapshot) -> str | None:
    """The ID of the first ready model, or None."""
    entries = snapshot.document.by_id.values()
    ready = (placed.model_id for placed in entries if why_not_ready(placed.entry, snapshot.facts) is None)
    return next((model_id for model_id in ready if not is_key(model_id)), None)


def id_as_yaml(model_id: str) -> str:
    """A model ID as YAML text; empty if it contains characters that no fix should write."""
    if _PLAIN.fullmatch(model_id):
        return model_id
    return "'" + model_id.replace("'", "''") + "'" if model_id.isprintable() else ""


def title(verb: str, subject: str, model_id: str) -> str:
    """The title of a fix that writes an ID: `Change default to openai/gpt-4o`."""
    return shorten_end(f"{verb} {subject} to {redact(model_id)}", _LONGEST_TITLE)


def _label_as_comment(document: Document, place: Place, value: Scalar, rule: Rule) -> Iterator[Diagnostic]:
    """An ID with its label in a comment, if there are entries with and without the label."""
    found = _LABEL_IN_COMMENT.match(document.text, value.end, line_end(document.text, value.end))
    rest = found["rest"].strip() if found else ""
    if found is None or (found["blank"] and rest):
        return
    meant = with_label(value.text, found["label"]).casefold()
    labelled = next((other for other in document.by_id if other.casefold() == meant), None)
    if labelled is not None and not is_key(labelled):
        message = (
            f"{place.subject}: The space makes the label a comment, so this is {quote_name(value.text)}. "
            f"Did you mean {quote_name(labelled)}?"
        )
        is_last = not rest or rest.startswith("#")
        edits = (Edit(value.start, found.end("mark"), id_as_yaml(labelled)),) if is_last else ()
        fix = Fix(title("Change", place.subject, labelled), edits, safe=False)
        yield Diagnostic(rule, Span(value.start, found.end("label")), message, offer(fix))


def _wrong_type(document: Document, place: Place, value: Node) -> Diagnostic:
    kind = kind_of(value.value) if isinstance(value, Scalar) else "a list or mapping"
    edits = quote_scalar(value) if isinstance(value, Scalar) and value is place.value else ()
    is_id = isinstance(value, Scalar) and value.text in document.by_id
    message = f"{place.subject} must be a model ID, not {kind}. Write provider/model {place.otherwise}."
    fixes = offer(*([Fix("Quote this value", edits, safe=True)] if is_id else _without_brackets(document, place)))
    return Diagnostic(WRONG_TYPE, place.span(document), message, fixes)


def _without_brackets(document: Document, place: Place) -> list[Fix]:
    """The fix for a list or mapping on one line whose only value is the ID of an entry."""
    value = place.value
    if isinstance(value, Scalar | Alias) or value.anchor or value.end > line_end(document.text, value.start):
        return []
    items = value.items if isinstance(value, Sequence) else [item for _, item in value.pairs]
    only = items[0] if len(items) == 1 else None
    if not isinstance(only, Scalar) or only.has_properties or only.text not in document.by_id or is_key(only.text):
        return []
    edits = (Edit(value.start, value.end, id_as_yaml(only.text)),) if id_as_yaml(only.text) else ()
    return [Fix(title("Change", place.subject, only.text), edits, safe=False)]


def _is_elsewhere(snapshot: Snapshot, model_id: str) -> bool:
    """Whether the entry is missing because it has another key or place, or `models` is missing or not a mapping."""
    document = snapshot.document
    others = (placed.entry for placed in document.entries if "/" not in placed.model_id)
    inner = (id_in_value(entry, snapshot.facts) or models_below(entry, snapshot.facts) for entry in others)
    if any(found and found.model_id == model_id for found in inner):
        return True
    if any(section.name.strip() == model_id for section in document.sections):
        return True
    models = document.models
    if models is None or document.by_id:
        return models is None
    value = resolve(models.value) if models.value else None
    return not (value is None or isinstance(value, Mapping) or (isinstance(value, Scalar) and value.value is None))


def _is_id_without_a_part(words: str, entry_id: str) -> bool:
    """Whether the text is the entry's ID without its provider or without its label."""
    model_id, label = split_label(entry_id)
    model = split_id(entry_id)[1]
    return words in (model, with_label(model, label), model_id)


def _named(document: Document, text: str) -> tuple[str, ...]:
    """The IDs of the entries with this display name: exactly, else in any case and with any separators."""
    names = [
        (placed.model_id, name)
        for placed in document.by_id.values()
        if isinstance(name := placed.entry.profile.get("name"), str) and not is_key(placed.model_id)
    ]
    same = tuple(model_id for model_id, name in names if name.strip() == text.strip())
    return same or tuple(model_id for model_id, name in names if name_of(name).squeezed == name_of(text).squeezed)


def _undefined(snapshot: Snapshot, place: Place, model_id: str, rule: Rule) -> Diagnostic:
    document = snapshot.document
    span = place.span(document)
    ids = [other for other in document.by_id if not is_key(other)]
    written = place.value if isinstance(place.value, Scalar) else None
    if written and written.end == line_end(document.text, written.end) and (comment := comment_after(written)):
        fixes = offer(*(Fix(*fix, safe=False) for fix in comment.edits))
        return Diagnostic(rule, comment.span, f"{place.subject}: {comment.message}", fixes)
    plain = "".join(filter(str.isprintable, model_id))
    if plain != model_id and plain in ids:
        odd = next(character for character in model_id if not character.isprintable())
        what = "a line break" if odd in BREAKS else name_of_character(odd)
        message = f"{place.subject}: The ID contains {what}, so it is not an entry in models. Remove it."
        return Diagnostic(rule, span, message, offer(_change(place, plain)))
    named = _named(document, model_id)
    if named:
        message = f"{place.subject}: {quote_name(model_id)} is a display name. Write the ID: {list_choices(named)}."
        return Diagnostic(rule, span, message, offer(*(_change(place, other) for other in named)))
    of_role = roles_of(document).get(model_id.removeprefix("@"))
    if of_role in ids:
        message = f"{place.subject}: {quote_name(model_id)} is a role. Write its ID: {list_choices([of_role])}."
        return Diagnostic(rule, span, message, offer(_change(place, of_role)))
    near = nearest(model_id, ids) or tuple(other for other in ids if _is_id_without_a_part(model_id, other))[:3]
    what = f"{place.subject}: {quote_name(model_id)} is not an entry in models."
    if not ids:
        message = f"{what} Add the entry, or {place.without_models}."
    elif near:
        message = f"{what} Did you mean {list_choices(near)}?"
    else:
        message = f"{what} Write the ID of an entry {place.otherwise}."
    ready = (other for other in near if why_not_ready(document.by_id[other].entry, snapshot.facts) is None)
    return Diagnostic(rule, span, message, offer(*(_change(place, other) for other in ready)))


def _change(place: Place, model_id: str) -> Fix:
    return Fix(title("Change", place.subject, model_id), place.write(id_as_yaml(model_id)), safe=False)
