"""How a models.yaml is laid out, as a tree in offsets of the file, and the ways in which an edit is refused."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingLike
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from aloop_models.core.document import Document
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence, resolve
from aloop_models.core.text import Edit, Span
from aloop_models.core.yaml_reader import read


class UnsafeEdit(NamedTuple):
    """An edit that is refused, with a sentence for people."""

    reason: str


Edits: TypeAlias = tuple[Edit, ...] | UnsafeEdit
"""Sorted, disjoint replacements, or why there are none."""

UNREADABLE = UnsafeEdit("The file has a syntax error. Repair it first, then try again.")
OTHER_CONTENT = UnsafeEdit("The file holds something other than 'models:' and 'default:'. Change it by hand.")
ODD_LAYOUT = UnsafeEdit("This file is laid out in a way that cannot be edited safely. Change it by hand.")
SHARED = UnsafeEdit("Other parts of this file refer to this text (anchor and alias), so it cannot change alone.")
COMMENTS_INSIDE = UnsafeEdit("The value has comments inside that would be lost. Change it by hand.")


class Layout(NamedTuple):
    """One document's tree, in offsets of the file."""

    text: str
    root: Mapping | None
    """None where the file is empty or holds comments only."""
    models: Pair | None
    default: Pair | None
    entries: MappingLike[str, list[tuple[int, Pair]]]
    """Per model id its pairs in the `models` mapping with their index; inherited ones are not among them."""
    aliases: tuple[Alias, ...]

    @property
    def flow(self) -> bool:
        """Whether the file as a whole is one `{…}`."""
        return self.root is not None and self.root.flow

    @property
    def set_of_models(self) -> Mapping | None:
        """The mapping of entries, where one is written out and has any."""
        value = self.models.value if self.models else None
        return value if isinstance(value, Mapping) and value.pairs else None


@lru_cache(maxsize=1)
def layout_of(document: Document) -> Layout | UnsafeEdit:
    """The document's tree; the last one is kept, as several edits are often made against one document."""
    if not document.parses:
        return UNREADABLE
    if document.other_root is not None:
        return OTHER_CONTENT
    root = read(document.text).root
    if isinstance(root, Scalar) and root.start == root.end:
        root = None
    if root is None:
        return Layout(document.text, None, None, None, {}, ())
    if not isinstance(root, Mapping):
        return ODD_LAYOUT
    models, default = own_pairs(root, "models"), own_pairs(root, "default")
    entries: dict[str, list[tuple[int, Pair]]] = {}
    if models and isinstance(models[-1].value, Mapping):
        for index, pair in enumerate(models[-1].value.pairs):
            key = resolve(pair.key)
            if isinstance(key, Scalar) and not key.merge:
                entries.setdefault(key.text, []).append((index, pair))
    return Layout(
        document.text,
        root,
        models[-1] if models else None,
        default[-1] if default else None,
        entries,
        tuple(node for node in nodes_of(root) if isinstance(node, Alias)),
    )


def own_pairs(mapping: Mapping, name: str) -> list[Pair]:
    """The pairs written with that key, the one in force last."""
    keys = ((pair, resolve(pair.key)) for pair in mapping.pairs)
    return [pair for pair, key in keys if isinstance(key, Scalar) and key.text == name and not key.merge]


def is_shared(layout: Layout, pair: Pair) -> bool:
    """Whether something outside the pair refers to an anchor inside it."""
    anchors = {node.anchor for part in pair for node in nodes_of(part) if not isinstance(node, Alias) and node.anchor}
    inside = Span(pair.key.start, max(pair.key.end, pair.value.end))
    return any(alias.name in anchors and not inside.start <= alias.start < inside.end for alias in layout.aliases)


def is_empty(node: Node) -> bool:
    """Whether the node stands for nothing: no value, `null`, `~`, `""`, `{}` or `[]`."""
    if isinstance(node, Scalar):
        return node.value is None or node.value == ""
    return isinstance(node, (Mapping, Sequence)) and node.size == 1


def is_written(node: Node) -> bool:
    """Whether the node has any text of its own; `key:` alone has a value that is not written."""
    return node.start < node.end or not isinstance(node, Scalar)


def nodes_of(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, aliases not followed."""
    yield node
    if isinstance(node, Mapping):
        for pair in node.pairs:
            yield from nodes_of(pair.key)
            yield from nodes_of(pair.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from nodes_of(item)
