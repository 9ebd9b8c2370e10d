"""The lines of block-style keys, and edits that insert and delete whole lines."""

from __future__ import annotations

from collections.abc import Iterable

from aloop_models.core.edit_layout import is_written
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, break_near, line_end, line_start, lines_above, next_line
from aloop_models.core.nodes import Mapping, Node, Pair, Scalar, Sequence
from aloop_models.core.text import Edit, Span

_COLON = lazy_re(r"[ \t]*:")
_COMMENT_LINE = lazy_re(r"[ \t]*#")
_REST_OF_LINE = lazy_re(f"[ \t]*(?:#[^{BREAKS}]*)?(?=[{BREAKS}]|$)")
_HEADER = lazy_re(r"[|>][-+0-9]*")
_BEFORE_KEY = lazy_re(r"( *)(?:[&!]\S*[ \t]+)*")
_END_MARK = lazy_re(rf"(?:^|(?<=[{BREAKS}]))\.\.\.(?=\s|$)")


def colon_end(text: str, pair: Pair) -> int | None:
    """The offset after the pair's colon; None if the key has no colon after it."""
    colon = _COLON.match(text, pair.key.end)
    return colon.end() if colon else None


def pair_end(text: str, pair: Pair) -> int:
    """The end of the pair's content, without comments and blank lines after it."""
    if not is_written(pair.value):
        return colon_end(text, pair) or pair.key.end
    return max(pair.key.end, _content_end(text, pair.value))


def indent_of(text: str, pair: Pair) -> int:
    """The indentation of a block-style key, before its anchor and tag."""
    start = line_start(text, pair.key.start)
    before = _BEFORE_KEY.fullmatch(text, start, pair.key.start)
    return len(before[1]) if before else pair.key.start - start


def block_end(text: str, at: int, indent: int) -> int | None:
    """The offset after the lines of a block whose content ends at `at`.

    A comment that is indented deeper than the block's key belongs to the block. Other comments, and blank lines
    after the last such comment, do not. None if other text follows the content on its line.
    """
    if not _REST_OF_LINE.match(text, at):
        return None
    end = scan = next_line(text, at)
    while scan < len(text):
        line = text[scan : line_end(text, scan)]
        if comment := _COMMENT_LINE.match(line):
            if len(comment[0].expandtabs(8)) - 1 <= indent:
                break
            end = next_line(text, scan)
        elif line.strip(" \t"):
            break
        scan = next_line(text, scan)
    return end


def block_lines(text: str, pair: Pair) -> Span | None:
    """The whole lines of a block-style pair, from its key to `block_end`; None if other text is on them."""
    start = line_start(text, pair.key.start)
    before = _BEFORE_KEY.fullmatch(text, start, pair.key.start)
    end = block_end(text, pair_end(text, pair), len(before[1])) if before else None
    return Span(start, end) if end is not None else None


def blank_lines_above(text: str, at: int, floor: int) -> int:
    """The start of the blank lines that end at the line start `at`, but not before `floor`."""
    for line in lines_above(text, at):
        if line.start < floor or text[slice(*line)].strip(" \t"):
            break
        at = line.start
    return at


def blank_lines_below(text: str, at: int) -> int:
    """The end of the blank lines that begin at the line start `at`."""
    while at < len(text) and not text[at : line_end(text, at)].strip(" \t"):
        at = next_line(text, at)
    return at


def insert_lines(text: str, at: int, lines: Iterable[str]) -> Edit:
    """Insert whole lines at a line start, or after a last line that has no break (the new last one has none either)."""
    end = break_near(text, at)
    body = end.join(lines)
    at_line_start = at == line_start(text, at)
    return Edit(at, at, body + end if at_line_start else end + body)


def delete_lines(text: str, lines: Iterable[Span], above: Node | None = None) -> list[Edit]:
    """Delete whole lines; a text that ends without a line break still does afterwards.

    It does not if its last lines are those of a block scalar then, whose last line break is a part of its value.

    Args:
        text: The text of the file.
        lines: The lines to delete.
        above: The last value before the last lines to delete that stays.
    """
    edits: list[Edit] = []
    is_break_free = not _ends_in_block_scalar(above)
    for start, end in unite(lines):
        is_last = end == len(text) and text[-1:] not in BREAKS
        if is_last and is_break_free and text[start - 1 : start].strip("\ufeff"):
            edits.append(Edit(start - (2 if text[start - 2 : start] == "\r\n" else 1), end, ""))
        else:
            edits.append(Edit(start, end, ""))
    return edits


def unite(spans: Iterable[Span]) -> list[Span]:
    """The same characters as sorted spans that neither overlap nor touch."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def document_end(text: str, root: Node | None) -> int:
    """The offset for a new last section: before the mark `...`, else the end of the text."""
    mark = _END_MARK.search(text, root.end if root else 0)
    return mark.start() if mark else len(text)


def _content_end(text: str, node: Node) -> int:
    if isinstance(node, Mapping) and not node.flow and node.pairs:
        return pair_end(text, node.pairs[-1])
    if isinstance(node, Sequence) and not node.flow and node.items:
        return max(node.start, _content_end(text, node.items[-1]))
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        return _block_scalar_end(text, node)
    return node.end


def _ends_in_block_scalar(node: Node | None) -> bool:
    while isinstance(node, (Mapping, Sequence)) and not node.flow:
        below = node.pairs[-1].value if isinstance(node, Mapping) and node.pairs else None
        node = node.items[-1] if isinstance(node, Sequence) and node.items else below
    return isinstance(node, Scalar) and node.style in ("|", ">")


def _block_scalar_end(text: str, node: Scalar) -> int:
    header = _HEADER.match(text, node.start)
    written = text[node.start : node.end]
    if header and "+" in header[0]:
        # The blank lines after it are part of its value.
        return node.end - (2 if written.endswith("\r\n") else 1 if written[-1:] in BREAKS else 0)
    return node.start + len(written.rstrip(BREAKS))
