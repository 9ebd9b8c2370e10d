"""Reads a text into a `Document`, entry by entry if PyYAML provably reads the whole file in the same way.

Each piece of the text (`core/pieces.py`) is read alone and cached for the next version, so an edit reads one entry.
If all pieces are context-free, they are the document. Otherwise the whole text is read, and if that fails, the document
has the pieces that can be read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from aloop_models.core.document import Document, PlacedEntry, Section
from aloop_models.core.limits import exceeded_limit
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, faults_of, pairs_of, resolve, shift
from aloop_models.core.pieces import Piece, affect_each_other, cut, entry_of, read_entries, read_piece
from aloop_models.core.text import Span
from aloop_models.core.yaml_reader import TOO_LARGE, Problem, read, syntax_problem

_GROUP = 50
"""Number of entries that are read together."""

Fault: TypeAlias = tuple[Span, str]


class _Pieces(NamedTuple):
    """A text in pieces without gaps."""

    text: str
    items: tuple[tuple[int, Piece, str], ...]
    """Start, result and kind (as in `cut`) of each piece."""

    def by_source(self) -> dict[str, Piece]:
        """Return the results by kind and text, made when they are needed, because it takes as much memory as the text.

        Equal pieces have the same result.
        """
        ends = [*(start for start, _, _ in self.items[1:]), len(self.text)]
        return {kind + self.text[start:end]: piece for (start, piece, kind), end in zip(self.items, ends, strict=True)}


def read_document(text: str, previous: Document | None = None) -> Document:
    """Analyze the text; `previous` only makes it faster.

    A text above a limit is not read: its document has one problem, and no text.
    """
    if exceeded := exceeded_limit(text):
        return Document("", (), (), (Problem(TOO_LARGE, 0, exceeded),), None)
    before = previous.pieces if previous else None
    cuts = list(cut(text))
    if affect_each_other(text, cuts):
        # Its pieces would be read for nothing if the whole text can be read.
        whole = read(text)
        if whole.problem is None:
            return _from_tree(text, whole.root, before)
    pieces = _read_pieces(text, cuts, before if isinstance(before, _Pieces) else None)
    if text.find("\ufeff", 1) > 0:
        # libyaml skips a byte order mark at the start of any line, which a line scan cannot follow.
        whole = read(text)
        return _assemble(pieces, (whole.problem,)) if whole.problem else _from_tree(text, whole.root, pieces)
    broken = next((index for index, item in enumerate(pieces.items) if not item[1].context_free), None)
    if broken is None:
        return _assemble(pieces, ())
    problem = _first_problem(pieces, broken)
    if problem is None:
        whole = read(text)
        if whole.problem is None:
            return _from_tree(text, whole.root, pieces)
        problem = whole.problem
    return _assemble(pieces, _problems(pieces.items, problem))


def _read_pieces(text: str, cuts: Sequence[tuple[str, int, int]], before: _Pieces | None) -> _Pieces:
    """Read the pieces of a text; those of a version before are known."""
    known = before.by_source() if before else {}
    # After an edit, almost all entries are known.
    for spans in _new_entries(text, cuts, known) if len(known) < len(cuts) // 2 else ():
        for (start, end), piece in zip(spans, read_entries(text, spans) or (), strict=False):
            known["e" + text[start:end]] = piece
    items: list[tuple[int, Piece, str]] = []
    for kind, start, end in cuts:
        source = text[start:end]
        name = kind + source
        piece = known.get(name)
        if piece is None:
            piece = known[name] = read_piece(source, kind)
        items.append((start, piece, kind))
    return _Pieces(text, tuple(items))


def _new_entries(
    text: str, cuts: Iterable[tuple[str, int, int]], known: Container[str]
) -> Iterator[list[tuple[int, int]]]:
    """Yield the spans of new entries that follow each other, in groups that are worth reading together."""
    group: dict[str, tuple[int, int]] = {}
    for kind, start, end in cuts:
        name = kind + text[start:end]
        is_new = kind == "e" and name not in known and name not in group
        if is_new:
            group[name] = (start, end)
        if group and (not is_new or len(group) == _GROUP):
            if len(group) > 1:
                yield [*group.values()]
            group = {}
    if len(group) > 1:
        yield [*group.values()]


def read_whole(text: str) -> Document:
    """Analyze the text without the line scan; for valid YAML, `read_document` must return an equal document."""
    whole = read(text)
    return read_document(text) if whole.problem else _from_tree(text, whole.root, None)


def _first_problem(pieces: _Pieces, index: int) -> Problem | None:
    """The file's problem from this piece on, found without reading the text before it; None if unknown."""
    text, items = pieces
    start, piece, kind = items[index]
    if piece.problem is None:
        return None
    if index <= 1:
        return syntax_problem(text)
    before = "x:\n"
    if kind == "e":
        indent = " " * (len(text) - start - len(text[start:].lstrip(" ")))
        before = "models:\n" + (f"{indent}x:\n" if items[index - 1][2] == "e" else "")
    problem = syntax_problem(before + text[start:])
    return _move(problem, start - len(before)) if problem else None


def _problems(pieces: Sequence[tuple[int, Piece, str]], first: Problem) -> tuple[Problem, ...]:
    """The problems of each piece, given the first problem of the whole file.

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
            found.append(_move(piece.problem, start)._replace(start=start))
    return tuple(found) or (first,)


def _move(problem: Problem, by: int) -> Problem:
    at = problem.context_at
    return problem._replace(at=problem.at + by, context_at=at + by if at >= 0 else at)


def _assemble(pieces: _Pieces, problems: tuple[Problem, ...]) -> Document:
    sections: list[Section] = []
    entries: list[PlacedEntry] = []
    faults: list[Fault] = []

    def overrule() -> None:
        # A second `models` replaces the first one, but the loader still refuses faulty values of the first.
        faults.extend((placed.span(span), reason) for placed in entries for span, reason in placed.entry.faults)
        entries.clear()

    for start, piece, kind in pieces.items:
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
                    section = Section(pair.key.text, _shift_scalar(pair.key, start), shift(pair.value, start))
                    sections.append(section)
                    faults += faults_of(section.key)
                    if section.value:
                        faults += faults_of(section.value)
                    if section.name == "models":
                        overrule()
                        entries += [
                            PlacedEntry(0, entry_of(inner, readable=not piece.problem))
                            for inner in _models(section.value)
                        ]
    outside = _outside(entries, faults)
    return Document(pieces.text, tuple(sections), tuple(entries), problems, None, outside, pieces)


def _from_tree(text: str, root: Node | None, pieces: object) -> Document:
    if root is None or (isinstance(root, Scalar) and root.value is None and not root.style and not root.fault):
        return Document(text, (), (), (), None, pieces=pieces, tree=root)
    if not isinstance(root, Mapping):
        return Document(text, (), (), (), root, pieces=pieces)
    sections: list[Section] = []
    faults = [*faults_of(root)]
    for pair in pairs_of(root):
        if isinstance(pair.key, Scalar):
            sections.append(Section(pair.key.text, pair.key, pair.value))
        elif isinstance(pair.key, Alias) and isinstance(resolve(pair.key), Scalar):
            faults.append((pair.key.span, "a key must be a single word or number"))
    at = next((at for at in reversed(range(len(sections))) if sections[at].name == "models"), None)
    value = None if at is None else sections[at].value
    entries = tuple(PlacedEntry(0, entry_of(pair, readable=True)) for pair in _models(value))
    if at is not None and isinstance(value, Mapping) and not value.flow and value.pairs:
        sections[at] = sections[at]._replace(value=None)
    return Document(text, tuple(sections), entries, (), None, _outside(entries, faults), pieces, root)


def _outside(entries: Iterable[PlacedEntry], faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults outside entries; an entry has its own faults, with more precise ranges."""
    found = tuple(dict.fromkeys(faults))
    of_entries = {placed.span(span) for placed in entries for span, _ in placed.entry.faults} if found else ()
    return tuple(fault for fault in found if fault[0] not in of_entries)


def _models(value: Node | None) -> Iterator[Pair]:
    target = resolve(value) if value else None
    if isinstance(target, Mapping):
        for pair in pairs_of(target):
            if isinstance(resolve(pair.key), Scalar):
                yield pair


def _key(piece: Piece) -> Scalar:
    if piece.pair and isinstance(piece.pair.key, Scalar):
        return piece.pair.key
    return Scalar(0, len("models"), "models", "models", "")


def _shift_scalar(scalar: Scalar, by: int) -> Scalar:
    return scalar._replace(start=scalar.start + by, end=scalar.end + by) if by else scalar
