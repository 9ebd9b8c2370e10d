"""Verification that an edit fixes a syntax error before it is offered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from aloop_models.core.document import Document
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, apply_edits
from aloop_models.core.yaml_reader import syntax_problem
from aloop_models.features.checks.syntax_messages import explain

_SMALL = 20_000
"""Maximum characters of a text that is parsed as a whole; in a larger text, only the entry is parsed."""


def fixes_problem(document: Document, message: str, edits: Iterable[Edit]) -> bool:
    """Whether the text has fewer problems after the edits, and fewer with this message."""
    edits = tuple(edits)
    if not edits:
        return False
    if len(document.text) <= _SMALL:
        fixed = read_document(apply_edits(document.text, edits), document)
        return len(fixed.problems) < len(document.problems) and _count(fixed, message) < _count(document, message)
    return _fixes_entry(document, edits)


def _count(document: Document, message: str) -> int:
    return sum(explain(document, problem).message == message for problem in document.problems)


def _fixes_entry(document: Document, edits: tuple[Edit, ...]) -> bool:
    starts = sorted({placed.start for placed in document.entries} | {item.key.start for item in document.sections})
    index = bisect_right(starts, min(edit.start for edit in edits))
    start = starts[index - 1] if index else 0
    end = starts[index] if index < len(starts) else len(document.text)
    if any(edit.end > end for edit in edits) or end - start > _SMALL:
        return False
    piece = document.text[start:end]
    before = "models:\n" if piece.startswith(" ") else ""
    fixed = apply_edits(piece, (edit.shift(-start) for edit in edits))
    return syntax_problem(before + piece) is not None and syntax_problem(before + fixed) is None
