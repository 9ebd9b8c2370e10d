"""The tree of a YAML text: every key and value with its range and the value that the safe loader reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceLike
from enum import Enum
from typing import NamedTuple, TypeAlias

from aloop_models.core.text import Span


class Precedence(Enum):
    """Which mapping of `<<: [*one, *two]` overrides the others. YAML says the first; it depends on PyYAML's version."""

    FIRST = "first"
    LAST = "last"


class Details(NamedTuple):
    """What few values have. It is apart from them, because most of the memory of a file is for its values."""

    fault: str = ""
    anchor: str = ""
    merge: Precedence | None = None
    source: str = ""
    is_tagged: bool = False


NO_DETAILS = Details()


class Scalar(NamedTuple):
    """One value: `text` as written between its quotes, `value` as the safe loader types it."""

    start: int
    end: int
    text: str
    value: object
    style: str
    """Empty for a plain scalar, else its first character: `'`, `"`, `|` or `>`."""
    details: Details = NO_DETAILS

    @property
    def span(self) -> Span:
        """The range, including quotes, without tag and anchor."""
        return Span(self.start, self.end)

    @property
    def fault(self) -> str:
        """Why the loader refuses this value; empty if it does not."""
        return self.details.fault

    @property
    def anchor(self) -> str:
        """The name of the anchor before it; empty if there is none."""
        return self.details.anchor

    @property
    def merge(self) -> Precedence | None:
        """For the merge key `<<`: which of the mappings in a list overrides the others."""
        return self.details.merge

    @property
    def source(self) -> str:
        """The text of the range, if it is not just `text` and its quotes (escapes, blocks, several lines), or empty."""
        return self.details.source

    @property
    def is_tagged(self) -> bool:
        """Whether there is a tag before it."""
        return self.details.is_tagged

    @property
    def has_properties(self) -> bool:
        """Whether there is a tag or an anchor before it."""
        return self.is_tagged or bool(self.anchor)


class Alias(NamedTuple):
    """An alias `*name` of a node above; `target` is None if there is no such node."""

    start: int
    end: int
    name: str
    target: Node | None

    @property
    def span(self) -> Span:
        """The range of the alias."""
        return Span(self.start, self.end)


class Pair(NamedTuple):
    """A key and its value."""

    key: Node
    value: Node


class Mapping(NamedTuple):
    """Keys and values in the order of the text, duplicates and merge keys included."""

    start: int
    end: int
    pairs: SequenceLike[Pair]
    flow: bool
    size: int
    fault: str = ""
    anchor: str = ""
    column: int = -1
    """The column of the keys (block) or of the bracket (flow); -1 if unknown."""
    is_tagged: bool = False
    """Whether there is a tag before it."""

    @property
    def span(self) -> Span:
        """From the first character to the last child's end (block) or the closing bracket (flow)."""
        return Span(self.start, self.end)


class Sequence(NamedTuple):
    """Items in order."""

    start: int
    end: int
    items: tuple[Node, ...]
    flow: bool
    size: int
    fault: str = ""
    anchor: str = ""

    @property
    def span(self) -> Span:
        """From the first character to the last child's end (block) or the closing bracket (flow)."""
        return Span(self.start, self.end)


Node: TypeAlias = Scalar | Alias | Mapping | Sequence


def resolve(node: Node) -> Node:
    """The node that an alias refers to; any other node itself."""
    while isinstance(node, Alias) and node.target is not None:
        node = node.target
    return node


def pairs_of(mapping: Mapping) -> tuple[Pair, ...]:
    """The pairs with merge keys resolved as by the safe loader; own pairs come last and take precedence."""
    merged: list[Pair] = []
    own: list[Pair] = []
    known: set[object] = set()
    for pair in mapping.pairs:
        key = pair.key
        if not (isinstance(key, Scalar) and key.merge):
            own.append(pair)
            continue
        source = resolve(pair.value)
        sources = source.items if isinstance(source, Sequence) else (source,)
        is_last = key.merge is Precedence.LAST
        for item in sources if is_last else reversed(sources):
            resolved = resolve(item)
            found = pairs_of(resolved) if isinstance(resolved, Mapping) else ()
            merged += _added(found, known) if is_last else found
    return (*merged, *own)


def _added(pairs: Iterable[Pair], known: set[object]) -> Iterator[Pair]:
    """The pairs whose key is not known, as PyYAML 6.0.4 adds them: equal keys of two mappings are not the same."""
    for pair in pairs:
        if (identity := _identity(resolve(pair.key))) not in known:
            known.add(identity)
            yield pair


def _identity(key: Node) -> object:
    """What PyYAML 6.0.4 compares: which object the text is. Python has one object for each character of Latin-1."""
    if isinstance(key, Scalar) and len(key.text) <= 1 and key.text < "\u0100":
        return key.text
    return id(key)


def merge_fault(pair: Pair) -> bool:
    """Whether the value of a merge key is not a mapping, which the safe loader refuses."""
    source = resolve(pair.value)
    sources = source.items if isinstance(source, Sequence) else (source,)
    return not all(isinstance(resolve(item), Mapping) for item in sources)


def data_of(node: Node) -> object:
    """The Python value that the safe loader reads, without keys that are not scalars."""
    node = resolve(node)
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [data_of(item) for item in node.items]
    if isinstance(node, Mapping):
        result: dict[object, object] = {}
        for pair in pairs_of(node):
            key = resolve(pair.key)
            if isinstance(key, Scalar):
                result[key.value] = data_of(pair.value)
        return result
    return None


def faults_of(node: Node) -> Iterator[tuple[Span, str]]:
    """Every value in the tree that the safe loader refuses, with the reason, without following aliases."""
    if isinstance(node, Alias):
        return
    if node.fault:
        yield node.span, node.fault
    if isinstance(node, Sequence):
        for item in node.items:
            yield from faults_of(item)
    elif isinstance(node, Mapping):
        for pair in node.pairs:
            key, value = pair
            if not isinstance(key, Scalar):
                if isinstance(resolve(key), (Mapping, Sequence)):
                    yield key.span, "a key must be a single word or number"
                yield from faults_of(key)
            elif key.details is not NO_DETAILS:
                if key.merge and merge_fault(pair):
                    yield value.span, "'<<' merges mappings only"
                if key.fault:
                    yield key.span, key.fault
            # Most values are scalars without a fault.
            if not isinstance(value, Scalar) or value.details is not NO_DETAILS:
                yield from faults_of(value)


def shift(node: Node, by: int) -> Node:
    """Return the same node in a text that begins `by` characters earlier."""
    if not by:
        return node
    start, end = node.start + by, node.end + by
    if isinstance(node, Mapping):
        pairs = tuple(Pair(shift(key, by), shift(value, by)) for key, value in node.pairs)
        return node._replace(start=start, end=end, pairs=pairs)
    if isinstance(node, Sequence):
        return node._replace(start=start, end=end, items=tuple(shift(item, by) for item in node.items))
    if isinstance(node, Alias):
        return node._replace(start=start, end=end, target=shift(node.target, by) if node.target else None)
    return node._replace(start=start, end=end)
