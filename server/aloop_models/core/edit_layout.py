"""The layout of a models.yaml as a tree with offsets in the file, and the reasons to refuse an edit."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingLike
from collections.abc import Sequence as SequenceLike
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias, overload

from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence, resolve, shift
from aloop_models.core.text import Edit, Span


class UnsafeEdit(NamedTuple):
    """A refused edit, with the reason as a sentence for people."""

    reason: str


Edits: TypeAlias = tuple[Edit, ...] | UnsafeEdit
"""Sorted, disjoint replacements, or the reason for a refusal."""

UNREADABLE = UnsafeEdit("models.yaml is not valid YAML. Fix it first.")
OTHER_CONTENT = UnsafeEdit("models.yaml is not a mapping with 'models:'. Edit it manually.")
ODD_LAYOUT = UnsafeEdit("The layout of this file cannot be edited safely. Edit it manually.")
SHARED = UnsafeEdit("Other parts of the file use this text through an anchor. Edit it manually.")
COMMENTS_INSIDE = UnsafeEdit("The change would remove comments inside the value. Edit it manually.")


@dataclass(frozen=True, eq=False)
class Layout:
    """The tree of one document, with offsets in the file."""

    text: str
    root: Mapping | None
    """None if the file is empty or has only comments."""
    models: Pair | None
    default: Pair | None
    indexes: MappingLike[str, SequenceLike[int]]
    """For each ID, the indexes of its pairs in the `models` mapping, without inherited ones."""

    @property
    def flow(self) -> bool:
        """Whether the whole file is one `{…}`."""
        return self.root is not None and self.root.flow

    @property
    def set_of_models(self) -> Mapping | None:
        """The mapping of entries, if the file contains one with entries."""
        value = self.models.value if self.models else None
        return value if isinstance(value, Mapping) and value.pairs else None

    @cached_property
    def aliases(self) -> tuple[Alias, ...]:
        """Every alias in the file."""
        nodes = nodes_of(self.root) if self.root and "*" in self.text and "&" in self.text else ()
        return tuple(node for node in nodes if isinstance(node, Alias))

    def entries(self, model_id: str) -> list[tuple[int, Pair]]:
        """The pairs of an ID in the `models` mapping with their index; the effective one is last."""
        pairs = self.set_of_models.pairs if self.set_of_models else ()
        return [(index, pairs[index]) for index in self.indexes.get(model_id, ())]


@lru_cache(maxsize=1)
def layout_of(document: Document) -> Layout | UnsafeEdit:
    """The document's tree; the last one is cached, because several edits are often made in one document."""
    if not document.parses:
        return UNREADABLE
    if document.other_root is not None:
        return OTHER_CONTENT
    root = document.tree or _root_of_pieces(document)
    if root is None or (isinstance(root, Scalar) and root.start == root.end):
        return Layout(document.text, None, None, None, {})
    if not isinstance(root, Mapping):
        return ODD_LAYOUT
    models, default = own_pairs(root, "models"), own_pairs(root, "default")
    value = models[-1].value if models else None
    indexes: dict[str, list[int]] = {}
    for index, name in enumerate(_names(value.pairs) if isinstance(value, Mapping) else ()):
        if name is not None:
            indexes.setdefault(name, []).append(index)
    return Layout(document.text, root, models[-1] if models else None, default[-1] if default else None, indexes)


class _EntryPairs(SequenceLike[Pair]):
    """The entries as pairs with offsets in the file; each pair is made on first access, because an edit needs few."""

    def __init__(self, entries: SequenceLike[PlacedEntry]) -> None:
        self.entries = entries
        self._made: dict[int, Pair] = {}

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, index: int) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> SequenceLike[Pair]: ...
    def __getitem__(self, index: int | slice) -> Pair | SequenceLike[Pair]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        if at not in self._made:
            start, entry = self.entries[at]
            self._made[at] = Pair(shift(entry.key, start), shift(entry.value, start))
        return self._made[at]


def _names(pairs: SequenceLike[Pair]) -> Iterator[str | None]:
    """The text of each key; None for a merge key and for a key that is not a scalar."""
    if isinstance(pairs, _EntryPairs):
        yield from (placed.model_id for placed in pairs.entries)
        return
    for pair in pairs:
        key = resolve(pair.key)
        yield key.text if isinstance(key, Scalar) and not key.merge else None


def _root_of_pieces(document: Document) -> Mapping | None:
    """The root of a document that was read in pieces."""
    if not document.sections:
        return None
    pairs: list[Pair] = []
    for section in document.sections:
        value = section.value
        if value is None and section is document.models:
            first, last = document.entries[0], document.entries[-1]
            entries = _EntryPairs(document.entries)
            value = Mapping(first.key_span.start, last.full_span.end, entries, False, len(entries) + 1)
        # A later `models` replaces an earlier one, whose entries are not in the document.
        pairs.append(Pair(section.key, value or Mapping(section.key.end, section.key.end, (), False, 1)))
    end = max(max(key.end, value.end) for key, value in pairs)
    return Mapping(pairs[0].key.start, end, tuple(pairs), False, len(pairs) + 1)


def own_pairs(mapping: Mapping, name: str) -> list[Pair]:
    """The pairs with this key in the text; the effective one is last."""
    keys = ((pair, resolve(pair.key)) for pair in mapping.pairs)
    return [pair for pair, key in keys if isinstance(key, Scalar) and key.text == name and not key.merge]


def is_shared(layout: Layout, pair: Pair) -> bool:
    """Whether an alias outside the pair refers to an anchor inside it."""
    anchors = {node.anchor for part in pair for node in nodes_of(part) if not isinstance(node, Alias) and node.anchor}
    inside = Span(pair.key.start, max(pair.key.end, pair.value.end))
    return any(alias.name in anchors and not inside.start <= alias.start < inside.end for alias in layout.aliases)


def is_empty(node: Node) -> bool:
    """Whether the node is empty: no value, `null`, `~`, `""`, `{}` or `[]`."""
    if isinstance(node, Scalar):
        return node.value is None or node.value == ""
    return isinstance(node, (Mapping, Sequence)) and node.size == 1


def is_written(node: Node) -> bool:
    """Whether the node has text of its own; the value of `key:` alone has none."""
    return node.start < node.end or not isinstance(node, Scalar)


def nodes_of(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, without following aliases."""
    yield node
    if isinstance(node, Mapping):
        for pair in node.pairs:
            yield from nodes_of(pair.key)
            yield from nodes_of(pair.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from nodes_of(item)
