"""Edits of a text that entries share through anchors, aliases and merge keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingLike
from typing import cast

from aloop_models.core.document import Document, Section
from aloop_models.core.edit_check import reread, tidy
from aloop_models.core.edit_layout import ODD_LAYOUT, SHARED, Edits, Layout, UnsafeEdit, layout_of, nodes_of
from aloop_models.core.edit_values import replace_value
from aloop_models.core.nodes import Mapping, Node, Pair, Scalar, data_of, pairs_of, resolve
from aloop_models.core.scalars import is_writable, same
from aloop_models.core.text import Edit


def replace_shared(document: Document, model_ids: Collection[str], field: str, value: str) -> Edits:
    """Edits that replace the text of a field in all these entries, wherever it is defined.

    The text can be defined in another entry or outside `models`. Refused if another entry would change too.
    """
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if not is_writable(value):
        return ODD_LAYOUT
    places = _places(layout)
    replaced: dict[int, Scalar] = {}
    draft: list[Edit] = []
    for model_id in model_ids:
        node = _text_of(layout, model_id, field)
        place = places.get(id(node))
        if node is None or place is None:
            return ODD_LAYOUT
        if id(node) in replaced:
            continue
        replaced[id(node)] = node
        edit = replace_value(document.text, *place, value)
        if isinstance(edit, UnsafeEdit):
            return edit
        draft += edit
    edits = tidy(draft)
    after = reread(document, edits)
    if after is None:
        return ODD_LAYOUT
    old = {node.text for node in replaced.values()}
    return edits if _means(document, after, set(model_ids), field, old, value) else SHARED


def _places(layout: Layout) -> dict[int, tuple[Mapping, Pair]]:
    """The mapping and pair of each scalar value, by the identity of the scalar."""
    return {
        id(pair.value): (node, pair)
        for node in (nodes_of(layout.root) if layout.root else ())
        if isinstance(node, Mapping)
        for pair in node.pairs
        if isinstance(pair.value, Scalar)
    }


def _text_of(layout: Layout, model_id: str, field: str) -> Scalar | None:
    models = resolve(layout.models.value) if layout.models else None
    entry = resolve(found) if isinstance(models, Mapping) and (found := _value(models, model_id)) else None
    value = _value(entry, field) if isinstance(entry, Mapping) else None
    node = resolve(value) if value is not None else None
    return node if isinstance(node, Scalar) and isinstance(node.value, str) and node.value else None


def _value(mapping: Mapping, name: str) -> Node | None:
    for pair in reversed(pairs_of(mapping)):
        key = resolve(pair.key)
        if isinstance(key, Scalar) and key.text == name:
            return pair.value
    return None


def _means(
    before: Document, after: Document, model_ids: Collection[str], field: str, old: Collection[str], new: str
) -> bool:
    """Whether exactly these entries have the new text in the field, and nothing else changed except aliases of it."""
    if len(before.entries) != len(after.entries) or before.by_id.keys() != after.by_id.keys():
        return False
    for model_id, placed in before.by_id.items():
        was, now = placed.entry.profile, after.by_id[model_id].entry.profile
        wanted = new if model_id in model_ids else was.get(field)
        if not same(now.get(field), wanted):
            return False
    pairs = zip(before.entries, after.entries, strict=True)
    return all(_follows(one.entry.profile, other.entry.profile, old, new) for one, other in pairs) and _follows(
        _data(before.sections), _data(after.sections), old, new
    )


def _data(sections: Iterable[Section]) -> list[object]:
    return [[item.name, data_of(item.value) if item.value else None] for item in sections if item.name != "models"]


def _follows(was: object, now: object, old: Collection[str], new: str) -> bool:
    if isinstance(was, MappingLike) and isinstance(now, MappingLike):
        left, right = cast("MappingLike[object, object]", was), cast("MappingLike[object, object]", now)
        return list(left) == list(right) and all(_follows(left[key], right[key], old, new) for key in left)
    if isinstance(was, list) and isinstance(now, list):
        first, second = cast("list[object]", was), cast("list[object]", now)
        return len(first) == len(second) and all(_follows(*item, old, new) for item in zip(first, second, strict=True))
    return same(cast("object", was), now) or (was in old and now == new)
