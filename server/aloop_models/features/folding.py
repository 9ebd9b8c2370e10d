"""Folding of sections, entries and blocks of comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aloop_models.core.document import Document
from aloop_models.core.text import Span
from aloop_models.features.comments import comments
from aloop_models.snapshot import Snapshot


class Fold(NamedTuple):
    """Lines that fold into their first one."""

    span: Span
    """From the first character of the first line to the last character of the last line, without white space."""
    kind: str
    """LSP's FoldingRangeKind: `region` or `comment`."""


def folds(snapshot: Snapshot) -> tuple[Fold, ...]:
    """All folds of two or more lines, in the order of the text."""
    document = snapshot.document
    lines = document.lines
    found: dict[int, Fold] = {}
    regions = sorted({*_sections(document), *(placed.full_span for placed in document.entries)})
    for start, end in regions:
        span = Span(start, _without_blanks(document.text, start, end))
        first = lines.line_at(span.start)
        # An editor can show only one fold per line; of two that start there, the outer one wins.
        if first not in found and lines.line_at(span.end) > first:
            found[first] = Fold(span, "region")
    for span in _comment_blocks(document):
        first = lines.line_at(span.start)
        if lines.line_at(span.end) > first:
            found[first] = Fold(span, "comment")
    return tuple(sorted(found.values()))


def _sections(document: Document) -> Iterator[Span]:
    models = document.models
    for section in document.sections:
        start, end = section.key.start, section.value.end if section.value else section.key.end
        if section is models:
            following = (other.key.start for other in document.sections if other.key.start > start)
            border = min(following, default=len(document.text) + 1)
            inside = (placed.full_span for placed in document.entries)
            end = max([end, *(span.end for span in inside if start < span.start < border)])
        yield Span(start, end)


def _comment_blocks(document: Document) -> Iterator[Span]:
    """Comments on two or more consecutive lines that contain nothing else."""
    lines, text = document.lines, document.text
    block: list[Span] = []
    last = -1
    for span in comments(document):
        line = lines.line_at(span.start)
        if text[lines.span(line).start : span.start].strip(" \t\ufeff"):
            continue
        if block and line > last + 1:
            yield Span(block[0].start, block[-1].end)
            block.clear()
        block.append(span)
        last = line
    if block:
        yield Span(block[0].start, block[-1].end)


def _without_blanks(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())
