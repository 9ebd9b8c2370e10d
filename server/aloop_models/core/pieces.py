"""Splits a text into sections and entries by a line scan, and reads each piece alone.

A piece is context-free if it is exactly one `key: value` in block style and contains nothing that affects other pieces
(anchors, aliases, merge keys, tabs, document marks, rare line breaks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, RARE_BREAK, has_rare_break, lines_in, next_line, steps
from aloop_models.core.nodes import Mapping, Node, Pair, Scalar, data_of, faults_of, pairs_of, resolve, shift
from aloop_models.core.yaml_reader import Problem, read, read_parts

_ANCHOR = lazy_re(r"(?:^|[\s\[{,:-])[&*][^\s]", re.MULTILINE)
_ITEM = lazy_re(rf" *-(?=[ {BREAKS}])")
_HEAD = lazy_re(r"^(?:[ ]*[?:](?:\s|$)|---|\.\.\.|%)", re.MULTILINE)
"""Finds a `?` or `:` without a key before it, a document mark or a directive."""
# Each text matches in one way only; otherwise, a search without a result would take time that doubles with each CRLF.
_BREAK = rf"(?:\r\n|\n|{RARE_BREAK})"
_COMMENT = f"[ ]*(?:#[^{BREAKS}]*)?"
_DOCUMENT_MARK = lazy_re(rf"(?:\ufeff)?(?:{_COMMENT}{_BREAK})*---(?:{_BREAK}|$|[ ]{_COMMENT}(?:{_BREAK}|$))")
_MODELS = lazy_re(rf"""(?:models|"models"|'models'):{_COMMENT}{_BREAK}?""")
_RECOVERED_LINES = 100
_OVERLAP = 3
"""Characters before what is searched for that the patterns look at, and those that they find."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The result of reading one piece of text alone, in its own coordinates."""

    pair: Pair | None
    context_free: bool
    problem: Problem | None
    root: Node | None
    entry: Entry | None = None


def cut(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each piece: `p` the text before, `s` a section, `m` the head of models, `e` an entry."""
    mark = _DOCUMENT_MARK.match(text)
    first = mark.end() if mark else (1 if text.startswith("\ufeff") else 0)
    # Searching for one character is the fastest; searching for the start of a line takes three times as long.
    line_break = f"[{BREAKS}]" if has_rare_break(text) else "\n"
    starts = [first] if re.match(r"[^\s#]", text[first : first + 1]) else []
    starts += [match.end() for match in re.compile(rf"{line_break}(?=[^\s#])").finditer(text, first)]
    yield "p", first, starts[0] if starts else len(text)
    for start, end in _ranges(starts, len(text)):
        head = _MODELS.fullmatch(text, start, min(next_line(text, start), end))
        child = re.compile(rf"(?<={line_break})( +)(?=[^\s#])").search(text, head.end(), end) if head else None
        if child is None:
            yield "s", start, end
            continue
        entry_break = re.compile(rf"{line_break}{child[1]}(?=[^\s#])")
        entries = [match.start() + 1 for match in entry_break.finditer(text, start, end)]
        yield "m", start, entries[0]
        for entry, entry_end in _ranges(entries, end):
            yield "e", entry, entry_end


def _ranges(starts: list[int], end: int) -> Iterator[tuple[int, int]]:
    return zip(starts, [*starts[1:], end], strict=False)


def read_piece(source: str, kind: str) -> Piece:
    """The result of reading one piece; `kind` is that of `cut`."""
    root, problem = read(source)
    # A tag before a mapping belongs to the mapping in a text of its own, and to the first key after other lines.
    begins_late = root is not None and source[: root.start].strip() != ""
    reaches_out = begins_late or _reaches_out(source)
    if root is None and problem is None:
        return Piece(None, not reaches_out, None, None)
    pair = None
    if isinstance(root, Mapping) and not root.flow and len(root.pairs) == 1:
        key = root.pairs[0].key
        pair = root.pairs[0] if isinstance(key, Scalar) and not key.merge else None
    if problem is None and pair is not None:
        if kind == "e":
            # The entry is all that is used of it; an entry of a large file should take little memory.
            return Piece(None, not reaches_out, None, None, entry_of(pair, readable=True))
        return Piece(pair, kind != "p" and not reaches_out, None, root)
    if problem is None and not reaches_out and isinstance(root, Scalar) and not root.style:
        problem = Problem("missing colon", root.start)
    if problem is not None and problem.what in ("undefined alias", "duplicate anchor"):
        problem = None
    return Piece(pair, False, problem, root, _recover_entry(source) if kind == "e" else None)


def read_entries(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...] | None:
    """The results of `read_piece` for entries that follow each other, read together; None if they affect each other.

    Args:
        text: The whole text.
        spans: Start and end of each entry, without gaps.
    """
    start, end = spans[0][0], spans[-1][1]
    source = text[start:end]
    if _reaches_out(source):
        return None
    pairs = read_parts(source, [(first - start, last - start) for first, last in spans])
    if pairs is None or not all(map(_is_alone, pairs, spans)):
        return None
    return tuple(Piece(None, True, None, None, entry_of(pair, readable=True)) for pair in pairs)


def _is_alone(pair: Pair, span: tuple[int, int]) -> bool:
    key, size = pair.key, span[1] - span[0]
    return isinstance(key, Scalar) and not key.merge and key.end <= size and pair.value.end <= size


def affect_each_other(text: str, cuts: Sequence[tuple[str, int, int]]) -> bool:
    """Whether the pieces of a text cannot be read alone, found quickly; false for some of such texts.

    They are those with anchors, tabs or rare line breaks, and those whose first section or entry is an item of a list.
    """
    if _has_tab_or_anchor(text):
        return True
    firsts = (start for (before, _, _), (_, start, _) in pairwise(cuts) if before in "pm")
    return any(_ITEM.match(text, start) for start in firsts)


def _reaches_out(source: str) -> bool:
    return _has_tab_or_anchor(source) or "<<" in source or "\ufeff" in source or _is_found(_HEAD, source)


def _has_tab_or_anchor(text: str) -> bool:
    """Whether there are tabs, rare line breaks, anchors or aliases. A search for single characters is the fastest."""
    return "\t" in text or has_rare_break(text) or (("&" in text or "*" in text) and _is_found(_ANCHOR, text))


def _is_found(pattern: re.Pattern[str], source: str) -> bool:
    return any(pattern.search(source, *step) for step in steps(source, _OVERLAP))


def entry_of(pair: Pair, *, readable: bool) -> Entry:
    """The entry whose ID is the pair's key, with aliases and merge keys resolved."""
    key = resolve(pair.key)
    assert isinstance(key, Scalar)
    value = resolve(pair.value)
    fields: list[Field] = []
    if isinstance(value, Mapping):
        own = set(map(id, value.pairs)) if pair.value is value else set[int]()
        for item in pairs_of(value):
            name = resolve(item.key)
            if isinstance(name, Scalar):
                fields.append(Field(name.text, name, item.value, data_of(item.value), id(item) not in own))
    profile = {item.name: item.data for item in fields}
    end = max(key.end, pair.value.end)
    faults = (*faults_of(key), *faults_of(pair.value))
    return Entry(key.text, key, pair.value, tuple(fields), profile, readable, faults, end)


def _recover_entry(source: str) -> Entry | None:
    """The entry of lines that are not valid YAML: its ID, and the fields that are valid alone."""
    head_end = next_line(source, 0)
    head = _alone(source, 0, head_end)
    key = head.pairs[0].key if isinstance(head, Mapping) and head.pairs else head
    if not isinstance(key, Scalar):
        return None
    fields: list[Field] = []
    starts = _starts_of_fields(source, head_end)[:_RECOVERED_LINES]
    for start, end in _ranges(starts, len(source)):
        line = _alone(source, start, end, whole=True)
        if isinstance(line, Mapping) and len(line.pairs) == 1 and isinstance(line.pairs[0].key, Scalar):
            name, value = line.pairs[0]
            assert isinstance(name, Scalar)
            fields.append(Field(name.text, name, value, data_of(value), inherited=False))
    end = max([key.end, *(item.value.end for item in fields)])
    block = Mapping(key.end, end, tuple(Pair(item.key, item.value) for item in fields), False, len(fields))
    profile = {item.name: item.data for item in fields}
    return Entry(key.text, key, block, tuple(fields), profile, False, (), end)


def _starts_of_fields(source: str, start: int) -> list[int]:
    """The starts of the lines that are indented like the first one with content."""
    starts: list[int] = []
    indent = 0
    for line in lines_in(source, start, len(source)):
        content = source[slice(*line)].lstrip(" ")
        depth = line.end - line.start - len(content)
        if depth and content[:1] not in ("", "#", "\t"):
            indent = indent or depth
            if depth == indent:
                starts.append(line.start)
    return starts


def _alone(source: str, start: int, end: int, *, whole: bool = False) -> Node | None:
    """The pairs of a part of the text, read alone; with `whole`, only if all of it is valid."""
    root, problem = read(source[start:end])
    return None if root is None or (whole and problem) else shift(root, start)
