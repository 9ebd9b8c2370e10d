"""What was read from a text, as plain values that can be compared."""

from __future__ import annotations

import math

from aloop_models.core.document import Document
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence


def spans(node: Node | None) -> object:
    """The ranges and values of a node and everything in it."""
    if isinstance(node, Mapping):
        return ("map", node.start, node.end, [(spans(key), spans(value)) for key, value in node.pairs])
    if isinstance(node, Sequence):
        return ("seq", node.start, node.end, [spans(item) for item in node.items])
    if isinstance(node, Alias):
        return ("alias", node.start, node.end, node.name)
    return (node.start, node.end, node.text, repr(node.value)) if isinstance(node, Scalar) else None


def reading(document: Document) -> dict[str, object]:
    """Everything that a document says about its text."""
    return {
        "parses": document.parses,
        "sections": [(s.name, s.key.span, spans(s.value) if s.name != "models" else None) for s in document.sections],
        "entries": [
            (
                placed.model_id,
                placed.key_span,
                placed.full_span,
                [(f.name, placed.span(f.key), placed.span(f.value), repr(f.data)) for f in placed.entry.fields],
                repr(placed.entry.profile),
                [(placed.span(span), reason) for span, reason in placed.entry.faults],
            )
            for placed in document.entries
        ],
        "faults": sorted(document.faults),
    }


def is_same(ours: object, theirs: object) -> bool:
    """Whether two values are the same, with the order of their keys, their types, and NaN equal to itself."""
    if isinstance(ours, float) and isinstance(theirs, float) and math.isnan(ours):
        return math.isnan(theirs)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return list(ours) == list(theirs) and all(is_same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(is_same, ours, theirs))
    return type(ours) is type(theirs) and ours == theirs
