"""Reads a text into a `Document`, entry by entry where that provably gives what PyYAML gives for the whole file.

A line scan cuts the text into sections, and the `models` section into entries. Each piece is read alone and kept for
the next version, so a keystroke costs one entry. A piece counts as context-free when, alone, it is exactly one
`key: value` in block style with nothing that reaches over its borders (anchors, aliases, merge keys, tabs, document
marks, odd line breaks). If all are, the pieces together are the file. If not, the whole text is read at once; and if
that fails, the pieces that can be read still serve the editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingLike
from dataclasses import dataclass
from typing import TypeAlias

from aloop_models.core.document import Document, Entry, Field, PlacedEntry, Section
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence, data_of, faults_of, pairs_of, resolve
from aloop_models.core.text import Span
from aloop_models.core.yaml_reader import Problem, read, syntax_problem

_SECTION_BREAK = re.compile(r"\n(?=[^\s#])")
_FIRST_CHILD = re.compile(r"^( +)(?=[^\s#])", re.MULTILINE)
_REACHES_OUT = re.compile(
    r"\t|\r(?!\n)|[\x85\u2028\u2029\ufeff]|<<|(?:^|[\s\[{,:-])[&*][^\s]|^[ ]*[?:](?:\s|$)|^(?:---|\.\.\.|%)",
    re.MULTILINE,
)
_DOCUMENT_MARK = re.compile(r"(?:\ufeff)?(?:[ ]*(?:#.*)?\r?\n)*---[ ]*(?:#.*)?(?:\r?\n|$)")
_RECOVERED_LINES = 100
Fault: TypeAlias = tuple[Span, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """What one piece of text gives when it is read alone, in its own coordinates."""

    pair: Pair | None
    context_free: bool
    problem: Problem | None
    root: Node | None
    entry: Entry | None = None


def read_document(text: str, previous: Document | None = None) -> Document:
    """Everything there is to know about the text; `previous` only makes it faster."""
    known: MappingLike[str, object] = previous.cache if previous else {}
    cache: dict[str, object] = {}

    def piece_of(kind: str, start: int, end: int) -> _Piece:
        source = text[start:end]
        name = kind + source
        piece = known.get(name) or cache.get(name)
        if not isinstance(piece, _Piece):
            piece = _read_piece(source, kind)
        cache[name] = piece
        return piece

    pieces = [(start, piece_of(kind, start, end), kind) for kind, start, end in _cut(text)]
    broken = next((index for index, item in enumerate(pieces) if not item[1].context_free), None)
    if broken is None:
        return _assemble(text, pieces, (), cache)
    problem = _first_problem(text, pieces, broken)
    if problem is None:
        whole = read(text)
        if whole.problem is None:
            return _from_tree(text, whole.root, cache)
        problem = whole.problem
    return _assemble(text, pieces, _problems(pieces, problem), cache)


def read_whole(text: str) -> Document:
    """The same document without the line scan, where the text parses: what `read_document` has to equal."""
    whole = read(text)
    return read_document(text) if whole.problem else _from_tree(text, whole.root, {})


def _cut(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each piece: `p` what stands before, `s` a section, `m` the head of models, `e` an entry."""
    mark = _DOCUMENT_MARK.match(text)
    first = mark.end() if mark else (1 if text.startswith("\ufeff") else 0)
    # Looking for the line break is three times as fast as looking for the start of a line.
    starts = [first] if re.match(r"[^\s#]", text[first : first + 1]) else []
    starts += [match.end() for match in _SECTION_BREAK.finditer(text, first)]
    yield "p", first, starts[0] if starts else len(text)
    for start, end in _stretches(starts, len(text)):
        head = text[start : text.find("\n", start, end) + 1 or end]
        if not re.fullmatch(r"""(?:models|"models"|'models'):[ ]*(?:#.*)?(?:\r?\n)?""", head):
            yield "s", start, end
            continue
        child = _FIRST_CHILD.search(text, start, end)
        if child is None or child.start() >= end:
            yield "s", start, end
            continue
        entry_break = re.compile(rf"\n{child[1]}(?=[^\s#])")
        entries = [match.start() + 1 for match in entry_break.finditer(text, start, end)]
        yield "m", start, entries[0]
        for entry, entry_end in _stretches(entries, end):
            yield "e", entry, entry_end


def _stretches(starts: list[int], end: int) -> Iterator[tuple[int, int]]:
    return zip(starts, [*starts[1:], end], strict=False)


def _read_piece(source: str, kind: str) -> _Piece:
    root, problem = read(source)
    # A tag before a mapping is the mapping's when it stands alone, and the first key's below other lines.
    reaches_out = _REACHES_OUT.search(source) is not None or (root is not None and not _is_blank(source[: root.start]))
    if root is None and problem is None:
        return _Piece(None, not reaches_out, None, None)
    pair = None
    if isinstance(root, Mapping) and not root.flow and len(root.pairs) == 1:
        key = root.pairs[0].key
        pair = root.pairs[0] if isinstance(key, Scalar) and not key.merge else None
    if problem is None and pair is not None:
        entry = _entry(pair, readable=True) if kind == "e" else None
        return _Piece(pair, kind != "p" and not reaches_out, None, root, entry)
    if problem is None and not reaches_out and isinstance(root, Scalar) and not root.style:
        problem = Problem("missing colon", root.start)
    if problem is not None and problem.what in ("undefined alias", "duplicate anchor"):
        problem = None
    return _Piece(pair, False, problem, root, _recovered(source) if kind == "e" else None)


def _is_blank(source: str) -> bool:
    return not source.strip()


def _first_problem(text: str, pieces: list[tuple[int, _Piece, str]], index: int) -> Problem | None:
    """The problem the file has from this piece on, found without reading what stands before; None: not known."""
    start, piece, kind = pieces[index]
    if piece.problem is None:
        return None
    if index <= 1:
        return syntax_problem(text)
    before = "x:\n"
    if kind == "e":
        indent = " " * (len(text) - start - len(text[start:].lstrip(" ")))
        before = "models:\n" + (f"{indent}x:\n" if pieces[index - 1][2] == "e" else "")
    problem = syntax_problem(before + text[start:])
    return _moved(problem, start - len(before)) if problem else None


def _problems(pieces: list[tuple[int, _Piece, str]], first: Problem) -> tuple[Problem, ...]:
    """What is wrong piece by piece, given the first problem of the file as a whole.

    A bracket that a piece leaves open may be closed in a later one: then neither piece is wrong, nor what is between.
    """
    at = first.context_at if first.context == "while scanning a quoted scalar" else first.at
    starts = [start for start, _, _ in pieces[1:]]
    found: list[Problem] = []
    is_inside = False
    for (start, piece, _), end in zip(pieces, [*starts, at + 1], strict=True):
        if end > at:
            is_inside = False
        elif piece.problem and piece.problem.context.startswith("while parsing a flow"):
            is_inside = True
        if piece.problem and not is_inside:
            found.append(_moved(piece.problem, start)._replace(start=start))
    return tuple(found) or (first,)


def _moved(problem: Problem, by: int) -> Problem:
    at = problem.context_at
    return problem._replace(at=problem.at + by, context_at=at + by if at >= 0 else at)


def _assemble(
    text: str, pieces: list[tuple[int, _Piece, str]], problems: tuple[Problem, ...], cache: dict[str, object]
) -> Document:
    sections: list[Section] = []
    entries: list[PlacedEntry] = []
    faults: list[Fault] = []

    def overrule() -> None:
        # A second `models` replaces the first one; what is refused in the first is refused all the same.
        faults.extend((placed.span(span), reason) for placed in entries for span, reason in placed.entry.faults)
        entries.clear()

    for start, piece, kind in pieces:
        if kind == "e":
            if piece.entry:
                entries.append(PlacedEntry(start, piece.entry))
        elif kind == "m":
            overrule()
            sections.append(Section("models", _shift_scalar(_key(piece), start), None))
        else:
            roots = piece.root.pairs if isinstance(piece.root, Mapping) else ()
            for pair in roots:
                if isinstance(pair.key, Scalar):
                    section = Section(pair.key.text, _shift_scalar(pair.key, start), _shift(pair.value, start))
                    sections.append(section)
                    faults += faults_of(section.key)
                    if section.value:
                        faults += faults_of(section.value)
                    if section.name == "models":
                        overrule()
                        entries += [
                            PlacedEntry(0, _entry(inner, readable=not piece.problem))
                            for inner in _models(section.value)
                        ]
    return Document(text, tuple(sections), tuple(entries), problems, None, _beside(entries, faults), cache)


def _from_tree(text: str, root: Node | None, cache: dict[str, object]) -> Document:
    if root is None or (isinstance(root, Scalar) and root.value is None and not root.style):
        return Document(text, (), (), (), None, cache=cache)
    if not isinstance(root, Mapping):
        return Document(text, (), (), (), root, cache=cache)
    sections: list[Section] = []
    faults = [*faults_of(root)]
    for pair in pairs_of(root):
        if isinstance(pair.key, Scalar):
            sections.append(Section(pair.key.text, pair.key, pair.value))
        elif isinstance(pair.key, Alias) and isinstance(resolve(pair.key), Scalar):
            faults.append((pair.key.span, "a key has to be a single word or number"))
    at = next((at for at in reversed(range(len(sections))) if sections[at].name == "models"), None)
    value = None if at is None else sections[at].value
    entries = tuple(PlacedEntry(0, _entry(pair, readable=True)) for pair in _models(value))
    if at is not None and isinstance(value, Mapping) and not value.flow and value.pairs:
        sections[at] = sections[at]._replace(value=None)
    return Document(text, tuple(sections), entries, (), None, _beside(entries, faults), cache)


def _beside(entries: Iterable[PlacedEntry], faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults that no entry has: an entry tells its own, whose place in the text it knows best."""
    found = tuple(dict.fromkeys(faults))
    told = {placed.span(span) for placed in entries for span, _ in placed.entry.faults} if found else ()
    return tuple(fault for fault in found if fault[0] not in told)


def _models(value: Node | None) -> Iterator[Pair]:
    target = resolve(value) if value else None
    if isinstance(target, Mapping):
        for pair in pairs_of(target):
            if isinstance(resolve(pair.key), Scalar):
                yield pair


def _entry(pair: Pair, *, readable: bool) -> Entry:
    key = resolve(pair.key)
    assert isinstance(key, Scalar)
    value = resolve(pair.value)
    fields: list[Field] = []
    if isinstance(value, Mapping):
        own = {id(item) for item in value.pairs} if pair.value is value else set[int]()
        for item in pairs_of(value):
            name = resolve(item.key)
            if isinstance(name, Scalar):
                fields.append(Field(name.text, name, item.value, data_of(item.value), id(item) not in own))
    profile = {item.name: item.data for item in fields}
    end = max(key.end, pair.value.end)
    faults = (*faults_of(key), *faults_of(pair.value))
    return Entry(key.text, key, pair.value, tuple(fields), profile, readable, faults, end)


def _recovered(source: str) -> Entry | None:
    """What can be told about an entry whose lines do not read: its id, and the fields that read alone."""
    lines = source.splitlines(keepends=True)
    head = _alone(source, 0, len(lines[0]))
    key = head.pairs[0].key if isinstance(head, Mapping) and head.pairs else head
    if not isinstance(key, Scalar):
        return None
    fields: list[Field] = []
    child = _FIRST_CHILD.search(source, len(lines[0]))
    if child:
        starts = [match.start() for match in re.finditer(rf"(?m)^{child[1]}(?=[^\s#])", source)]
        starts = [start for start in starts if start >= len(lines[0])][:_RECOVERED_LINES]
        for start, end in _stretches(starts, len(source)):
            line = _alone(source, start, end, whole=True)
            if isinstance(line, Mapping) and len(line.pairs) == 1 and isinstance(line.pairs[0].key, Scalar):
                name, value = line.pairs[0]
                assert isinstance(name, Scalar)
                fields.append(Field(name.text, name, value, data_of(value), inherited=False))
    end = max([key.end, *(item.value.end for item in fields)])
    block = Mapping(key.end, end, tuple(Pair(item.key, item.value) for item in fields), False, len(fields))
    profile = {item.name: item.data for item in fields}
    return Entry(key.text, key, block, tuple(fields), profile, False, (), end)


def _alone(source: str, start: int, end: int, *, whole: bool = False) -> Node | None:
    """One stretch read alone at its own offsets; with `whole` only if all of it reads."""
    root, problem = read("\n" * start + source[start:end])
    return None if whole and problem else root


def _key(piece: _Piece) -> Scalar:
    if piece.pair and isinstance(piece.pair.key, Scalar):
        return piece.pair.key
    return Scalar(0, len("models"), "models", "models", "")


def _shift_scalar(scalar: Scalar, by: int) -> Scalar:
    return scalar._replace(start=scalar.start + by, end=scalar.end + by) if by else scalar


def _shift(node: Node, by: int) -> Node:
    if not by:
        return node
    start, end = node.start + by, node.end + by
    if isinstance(node, Mapping):
        pairs = tuple(Pair(_shift(key, by), _shift(value, by)) for key, value in node.pairs)
        return node._replace(start=start, end=end, pairs=pairs)
    if isinstance(node, Sequence):
        return node._replace(start=start, end=end, items=tuple(_shift(item, by) for item in node.items))
    if isinstance(node, Alias):
        return node._replace(start=start, end=end, target=_shift(node.target, by) if node.target else None)
    return node._replace(start=start, end=end)
