"""The ranges of secrets in a models.yaml, so that a diff can show everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aloop_models.catalog.file_secrets import hides_value, may_be_key, secret_name
from aloop_models.catalog.key_forms import is_placeholder
from aloop_models.catalog.urls import hidden_parts, urls_in
from aloop_models.core.document import Field, PlacedEntry, Section
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence, resolve
from aloop_models.core.references import LISTS_OF_REFERENCES, references_of
from aloop_models.core.text import Span
from aloop_models.features.comments import comments
from aloop_models.features.id_spans import content_span
from aloop_models.snapshot import Snapshot

_LINE = lazy_re(rf"[^\s](?:[^{BREAKS}]*[^\s])?")
_TEXT_LINE = lazy_re(f"[^{BREAKS}]+")
_NAMED_SECRET = lazy_re(
    rf"[\w-]*(?:key|token|secret|passw|pwd|credential|auth)[\w-]*[\"']?[ \t]*[:=][ \t]*(\S[^{BREAKS}]*)", re.IGNORECASE
)
_NESTED = lazy_re(rf"[\w-][\"']?:[ \t]+([{{\[][^{BREAKS}]*)")
"""A mapping or list in a comment, which can contain a secret under any name."""
_NAME = lazy_re(r"[ \t]*(?:-[ \t]+)*[\"']?([^\s:\"'{}\[\],#]+)[\"']?[ \t]*:(?:[ \t]+(\S.*))?$")
_WORD = lazy_re(r"[^\s\"'`(){}\[\],;:=]+")


def secret_spans(snapshot: Snapshot) -> tuple[Span, ...]:
    """The ranges that are never shown: sorted, disjoint, each on one line.

    They contain what `show` masks, also through anchors, everything under an unknown top-level key, and text after a
    secret name in a comment. The redactor masks the file's secrets and texts that look like keys in other places.
    """
    document = snapshot.document
    text = document.text
    if not document.parses:
        return _merge(_broken_text_spans(snapshot))
    found: list[Span] = []
    for placed in document.entries:
        found += _entry_spans(snapshot, placed)
    for section in document.sections:
        found += _escaped_spans(snapshot, section.key, 0)
        if section.value is None:
            continue
        if section.name in LISTS_OF_REFERENCES:
            found += _reference_spans(snapshot, section)
        elif section.name not in ("models", "default"):
            found += _scalar_spans(text, section.value, 0)
        elif isinstance(resolve(section.value), Sequence):
            # The format of another tool, whose names of secrets are unknown.
            found += _scalar_spans(text, section.value, 0)
        elif section.name == "default" or not isinstance(resolve(section.value), Mapping):
            found += _escaped_spans(snapshot, section.value, 0)
    if document.other_root is not None:
        found += _scalar_spans(text, document.other_root, 0)
    for comment in comments(document):
        found += _comment_spans(snapshot, comment)
    return _merge(found)


def _reference_spans(snapshot: Snapshot, section: Section) -> Iterator[Span]:
    """The spans of everything in `roles` or `fallbacks` that is not a name or an ID."""
    text, found = snapshot.document.text, tuple(references_of(section))
    if section.value is not None and not found:
        yield from _scalar_spans(text, section.value, 0)
    for item in found:
        if item.role is not None:
            yield from _escaped_spans(snapshot, item.role, 0)
        is_id = item.model_id is not None and "/" in item.model_id
        yield from _escaped_spans(snapshot, item.node, 0) if is_id else _scalar_spans(text, item.node, 0)


def _entry_spans(snapshot: Snapshot, placed: PlacedEntry) -> Iterator[Span]:
    text, start, entry = snapshot.document.text, placed.start, placed.entry
    yield from _escaped_spans(snapshot, entry.key, start)
    if not isinstance(resolve(entry.value), Mapping):
        yield from _scalar_spans(text, entry.value, start)
    for item in entry.fields:
        yield from _escaped_spans(snapshot, item.key, start)
        yield from _field_spans(snapshot, item, start)


def _field_spans(snapshot: Snapshot, item: Field, start: int) -> Iterator[Span]:
    if hides_value(snapshot.facts.schema.fields.get(item.name), item.data):
        yield from _scalar_spans(snapshot.document.text, item.value, start)
    else:
        yield from _escaped_spans(snapshot, item.value, start)


def _escaped_spans(snapshot: Snapshot, node: Node, start: int) -> Iterator[Span]:
    """The ranges of a text with a secret that is escaped or has several lines in the file."""
    scalar = resolve(node)
    if not isinstance(scalar, Scalar):
        return
    written = snapshot.document.text[scalar.start + start : scalar.end + start]
    at = written.find(scalar.text)
    if at < 0 or "\n" in scalar.text:
        if snapshot.redactor.hides(scalar.text):
            yield from _line_spans(snapshot.document.text, scalar, start)
        return
    first = scalar.start + start + at
    for offset, url in urls_in(scalar.text):
        yield from (Span(first + offset + part.start, first + offset + part.end) for part in hidden_parts(url))


def _scalar_spans(text: str, node: Node, start: int) -> Iterator[Span]:
    """The ranges of every scalar in a tree, including the targets of aliases, each once."""
    waiting, seen = [node], set[int]()
    while waiting:
        item = resolve(waiting.pop())
        if id(item) in seen or isinstance(item, Alias):
            continue
        seen.add(id(item))
        if isinstance(item, Scalar):
            if item.value is not None:
                yield from _line_spans(text, item, start)
        elif isinstance(item, Sequence):
            waiting += item.items
        else:
            waiting += (part for pair in item.pairs for part in pair)


def _line_spans(text: str, scalar: Scalar, start: int) -> Iterator[Span]:
    whole = Span(scalar.start + start, scalar.end + start)
    inner = content_span(text, whole, scalar) or whole
    return (Span(*line.span()) for line in _LINE.finditer(text, *inner))


def _comment_spans(snapshot: Snapshot, comment: Span) -> Iterator[Span]:
    text = snapshot.document.text
    for pattern in (secret_name(snapshot.facts.schema), _NAMED_SECRET):
        for found in pattern.finditer(text, *comment):
            if not is_placeholder(found[1]):
                yield Span(*found.span(1))
    yield from (Span(*found.span(1)) for found in _NESTED.finditer(text, *comment))
    for word in _WORD.finditer(text, *comment):
        if may_be_key(word[0]):
            yield Span(*word.span())


def _broken_text_spans(snapshot: Snapshot) -> Iterator[Span]:
    """The ranges of a text that is not valid YAML: every value except those of known fields that are not secret."""
    fields = snapshot.facts.schema.fields
    for line in _TEXT_LINE.finditer(snapshot.document.text):
        start, content = line.start(), line[0]
        if not content.strip():
            continue
        if content.lstrip().startswith("#"):
            yield from _comment_spans(snapshot, Span(*line.span()))
            continue
        found = _NAME.match(content)
        if found is None:
            yield from (Span(start + part.start(), start + part.end()) for part in _LINE.finditer(content))
            continue
        spec = fields.get(found[1])
        known = found[1] == "default" or (spec is not None and not hides_value(spec, found[2]))
        if found[2] and not known:
            yield Span(start + found.start(2), start + found.end(2))


def _merge(found: list[Span] | Iterator[Span]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for span in sorted(found):
        if spans and span.start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        elif span.end > span.start:
            spans.append(span)
    return tuple(spans)
