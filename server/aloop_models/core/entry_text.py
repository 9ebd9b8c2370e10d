"""The text of one entry with its comments, to take it to another file."""

from __future__ import annotations

from aloop_models.core.document import Document
from aloop_models.core.edit_layout import UnsafeEdit, layout_of, nodes_of
from aloop_models.core.edit_lines import block_lines, indent_of
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import lines_above, lines_in
from aloop_models.core.nodes import Alias, Pair
from aloop_models.core.reader import read_document
from aloop_models.core.scalars import same

_STEP = "  "
_COMMENTED_OUT_ID = lazy_re(r" *#\s*[\w.-]+/\S*:\s*$")
"""Matches the first line of an entry that is commented out, such as the example of the template."""
_DEEPER = lazy_re(r" *#\s{2}")
"""Matches the other lines of such an entry."""


def entry_lines(document: Document, model_id: str) -> list[str] | None:
    """The lines of an entry without its indentation, after those of the comments directly above it.

    None if the lines alone do not mean the same: in `{…}`, with anchors or aliases, or together with other text.
    """
    layout = layout_of(document)
    pairs = [] if isinstance(layout, UnsafeEdit) else layout.entries(model_id)
    if isinstance(layout, UnsafeEdit) or not pairs or (layout.set_of_models and layout.set_of_models.flow):
        return None
    text, pair = document.text, pairs[-1][1]
    span = None if _has_anchors(pair) else block_lines(text, pair)
    if span is None:
        return None
    indent = " " * indent_of(text, pair)
    lines = [text[slice(*line)] for line in lines_in(text, span.start, span.end)]
    lines = [line.removeprefix(indent) for line in (*_comments_above(text, span.start, indent), *lines)]
    profile = document.by_id[model_id].entry.profile
    alone = read_document("\n".join(("models:", *(f"{_STEP}{line}" if line else "" for line in lines), "")))
    placed = alone.by_id.get(model_id) if alone.parses else None
    is_same = placed is not None and len(alone.entries) == 1 and same(dict(placed.entry.profile), dict(profile))
    return lines if is_same else None


def _has_anchors(pair: Pair) -> bool:
    nodes = (node for part in pair for node in nodes_of(part))
    return any(isinstance(node, Alias) or node.anchor for node in nodes)


def _comments_above(text: str, start: int, indent: str) -> list[str]:
    """The comments directly above a line, with its indentation, without an entry that is commented out."""
    found: list[str] = []
    for line in lines_above(text, start):
        comment = text[slice(*line)].rstrip()
        if not comment.startswith(f"{indent}#"):
            break
        if _COMMENTED_OUT_ID.match(comment):
            while found and _DEEPER.match(found[0]):
                del found[0]
            break
        found.insert(0, comment)
    return found
