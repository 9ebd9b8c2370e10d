"""Definitions and references of model IDs, and the anchors of aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aloop_models.core.document import Document
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.core.nodes import Scalar
from aloop_models.core.references import references
from aloop_models.core.text import Span
from aloop_models.features.comments import comments
from aloop_models.snapshot import Snapshot

_ALIAS = lazy_re(rf"(?:(?<=[:\-?] )|(?<=[\[{{,{BREAKS}])|^)[ ]*\*([^\s\[\]{{}},]+)(?=[\s\]}},]|$)")


class Mention(NamedTuple):
    """One occurrence of a model ID."""

    span: Span
    """The occurrence with its quotes, or the alias."""
    is_declaration: bool
    """True for the key of an entry, False for a reference in `default`, `roles` or `fallbacks`."""
    written: Scalar
    """The ID; its offsets are relative to the entry or the file."""


def definition(snapshot: Snapshot, offset: int) -> Span | None:
    """The ID of the entry that a reference names, or the anchor of an alias, or None."""
    document = snapshot.document
    anchor = _anchor(document, offset)
    if anchor:
        return anchor
    mention = mention_at(document, offset)
    placed = document.by_id.get(mention.written.text) if mention else None
    return placed.key_span if placed else None


def mentions(snapshot: Snapshot, offset: int) -> tuple[Mention, ...]:
    """All occurrences of the model ID at the offset, in the order of the text, for references and highlights."""
    here = mention_at(snapshot.document, offset)
    if here is None:
        return ()
    same = {item.span: item for item in _mentions(snapshot.document) if item.written.text == here.written.text}
    return tuple(same[span] for span in sorted(same))


def mention_at(document: Document, offset: int) -> Mention | None:
    """The key of an entry or a reference to one at the offset, which can be at either end."""
    return next((item for item in _mentions(document) if item.span.start <= offset <= item.span.end), None)


def _mentions(document: Document) -> Iterator[Mention]:
    for reference in references(document):
        if (scalar := reference.scalar) is not None:
            yield Mention(reference.node.span, is_declaration=False, written=scalar)
    for start, entry in document.entries:
        key = entry.key
        yield Mention(Span(key.start + start, key.end + start), is_declaration=True, written=key)


def _anchor(document: Document, offset: int) -> Span | None:
    text = document.text
    if "&" not in text or "*" not in text:
        return None
    line = document.lines.span(document.lines.line_at(offset))
    for match in _ALIAS.finditer(text, line.start, line.end):
        if match.start(1) - 1 <= offset <= match.end(1):
            break
    else:
        return None
    spans = tuple(comments(document))
    pattern = re.compile(rf"(?<![^\s\[{{,])&{re.escape(match[1])}(?![^\s\[\]{{}},])")
    before = pattern.finditer(text, 0, match.start())
    # An alias refers to the last anchor of that name before it.
    found = [Span(*item.span()) for item in before if not _is_inside(item.start(), spans)]
    return found[-1] if found and not _is_inside(match.start(1), spans) else None


def _is_inside(offset: int, spans: tuple[Span, ...]) -> bool:
    return any(span.start <= offset < span.end for span in spans)
