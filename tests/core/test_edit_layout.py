"""The layout made from a document is the tree that reading the whole text gives."""

import pytest
from hypothesis import given, settings

from aloop_models.core.document import Document
from aloop_models.core.edit_layout import Layout, layout_of, own_pairs
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence, resolve
from aloop_models.core.reader import read_document
from aloop_models.core.yaml_reader import read
from support.edit_files import LAYOUTS, VARIANTS, documents, variant


def tree(node: Node) -> object:
    if isinstance(node, Mapping):
        return ("mapping", node.start, node.end, node.flow, [(tree(key), tree(value)) for key, value in node.pairs])
    if isinstance(node, Sequence):
        return ("sequence", node.start, node.end, node.flow, [tree(item) for item in node.items])
    if isinstance(node, Alias):
        return ("alias", node.start, node.end, node.name)
    return (node.start, node.end, node.text, node.style, node.anchor, node.merge)


def check(document: Document) -> None:
    layout = layout_of(document)
    root = read(document.text).root
    if not isinstance(layout, Layout) or layout.root is None:
        return
    assert isinstance(root, Mapping)
    models = own_pairs(root, "models")
    if len(models) <= 1:
        assert tree(layout.root) == tree(root)
    if not models or not isinstance(models[-1].value, Mapping):
        assert not layout.indexes
        return
    keys = [resolve(pair.key) for pair in models[-1].value.pairs]
    names = [key.text for key in keys if isinstance(key, Scalar) and not key.merge]
    assert sorted(names) == sorted(name for name, indexes in layout.indexes.items() for _ in indexes)
    for name in layout.indexes:
        for index, pair in layout.entries(name):
            assert tree(pair.key) == tree(models[-1].value.pairs[index].key)
            assert tree(pair.value) == tree(models[-1].value.pairs[index].value)


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_collected_files(name: str, kind: str):
    check(read_document(variant(LAYOUTS[name], kind)))


@settings(max_examples=150, deadline=None)
@given(documents())
def test_generated_files(document: Document):
    check(document)


def test_a_file_without_aliases_is_not_read_again():
    document = read_document("models:\n  a/b:\n    name: x\n  c/d:\ndefault: a/b\n")
    assert document.tree is None
    layout = layout_of(document)
    assert isinstance(layout, Layout)
    assert layout.set_of_models is not None
    assert [pair.key.start for pair in layout.set_of_models.pairs[-2:]] == [10, 29]
