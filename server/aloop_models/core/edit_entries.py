"""Edits that add or remove an entry, fields or a section in the file's layout."""

from __future__ import annotations

from collections.abc import Mapping as MappingLike
from collections.abc import Sequence as SequenceLike
from typing import TypeAlias

from aloop_models.core.edit_flow import delete_pairs, insert_pairs, replace_pair
from aloop_models.core.edit_layout import COMMENTS_INSIDE, ODD_LAYOUT, Layout, UnsafeEdit, is_empty
from aloop_models.core.edit_lines import (
    blank_lines_above,
    blank_lines_below,
    block_end,
    block_lines,
    delete_lines,
    document_end,
    indent_of,
    insert_lines,
    pair_end,
)
from aloop_models.core.edit_values import (
    Style,
    open_block,
    replace_text,
    replace_value,
    style_of,
    style_of_fields,
    write_entry,
    write_fields,
    write_flow_entry,
    write_lines,
    write_pairs,
)
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, line_start, lines_above, lines_in, next_line
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, data_of, pairs_of, resolve
from aloop_models.core.scalars import same, write_like
from aloop_models.core.text import Edit, Span

Draft: TypeAlias = list[Edit] | UnsafeEdit
"""Edits in any order, before verification."""

ENTRY_IS_ALIAS = UnsafeEdit("The entry is an alias. Edit its anchor manually.")
MODELS_IS_ALIAS = UnsafeEdit("'models' is an alias. Edit its anchor manually.")
NO_FIELDS = UnsafeEdit("The entry is not a mapping. Edit it manually.")
NO_MODELS = UnsafeEdit("'models' is not a mapping. Edit it manually.")
INHERITED_FIELD = UnsafeEdit("The field comes from a merge key ('<<'). Remove it manually where it is defined.")

_FIRST_COMMENT = lazy_re(f"(?:^|(?<=[{BREAKS}]))( +)#")


def put_entry(
    layout: Layout, model_id: str, fields: MappingLike[str, object], lines: SequenceLike[str] | None, *, spaced: bool
) -> Draft:
    """Edits that add an entry after the last one, and `models` if it is missing or empty.

    `lines` is its text without indentation, for a place outside `{…}`; None to write it in the style of the file.
    """
    text, root, models = layout.text, layout.root, layout.models
    style = style_of(text, layout.set_of_models)

    def written(indent: str) -> list[str]:
        if lines is None:
            return write_entry(model_id, fields, indent, style)
        return [indent + line if line else "" for line in lines]

    if models is None:
        if root is not None and root.flow:
            style = style_of_fields(root)._replace(flow=True, ids=style_of_fields(root).fields)
            return put_section(layout, "models", "{" + write_flow_entry(model_id, fields, style) + "}")
        return _append(layout, ["models:", *written("  ")])
    value = models.value
    if isinstance(value, Alias):
        return MODELS_IS_ALIAS
    if isinstance(value, Mapping) and value.pairs:
        if value.flow:
            return _or_odd(insert_pairs(text, value, [write_flow_entry(model_id, fields, style)]))
        at = block_end(text, pair_end(text, value.pairs[-1]), indent_of(text, value.pairs[-1]))
        added = written(" " * indent_of(text, value.pairs[-1]))
        return ODD_LAYOUT if at is None else [insert_lines(text, at, ["", *added] if spaced else added)]
    if not is_empty(value):
        return NO_MODELS
    opened = COMMENTS_INSIDE if layout.flow else open_block(text, models)
    if isinstance(opened, UnsafeEdit):
        entry = write_flow_entry(model_id, fields, Style(ids=style_of_fields(root).fields if root else ""))
        if isinstance(value, Mapping):
            return _or_odd(insert_pairs(text, value, [entry]))
        return replace_text(text, models, "{" + entry + "}") if layout.flow else opened
    edits, at = opened
    comment = _FIRST_COMMENT.search(text, next_line(text, pair_end(text, models)), at)
    indent = comment[1] if comment else " " * (indent_of(text, models) + 2)
    added = written(indent)
    # Its comment is not that of the lines above it.
    return [*edits, insert_lines(text, at, ["", *added] if comment and added[0].lstrip().startswith("#") else added)]


def has_blank_line_between_entries(layout: Layout) -> bool:
    """Whether there is a blank line between the last two entries; after one entry, as the formatter does, there is."""
    models = layout.set_of_models
    if models is None or models.flow:
        return False
    if len(models.pairs) == 1:
        return True
    before, last = models.pairs[-2:]
    start = next_line(layout.text, pair_end(layout.text, before))
    between = lines_in(layout.text, start, line_start(layout.text, last.key.start))
    return any(not layout.text[slice(*line)].strip(" \t") for line in between)


def cut_entry(layout: Layout, model_id: str) -> Draft:
    """Edits that remove an entry and its duplicates, with their comments and the blank lines directly above."""
    text, models = layout.text, layout.set_of_models
    if models is None:
        return ODD_LAYOUT
    pairs = layout.entries(model_id)
    if models.flow:
        return _or_odd(delete_pairs(text, models, {index for index, _ in pairs}))
    cuts: list[Span] = []
    for index, pair in pairs:
        lines = block_lines(text, pair)
        if lines is None:
            return ODD_LAYOUT
        start, end = lines
        if index:
            start = blank_lines_above(text, start, next_line(text, pair_end(text, models.pairs[index - 1])))
        elif len(models.pairs) > 1 and not _is_comment_above(text, start):
            end = blank_lines_below(text, end)
        cuts.append(Span(start, end))
    return list(delete_lines(text, cuts, _last_left(models, {index for index, _ in pairs})))


def put_fields(
    layout: Layout, pair: Pair, changes: MappingLike[str, object | None], anchored: MappingLike[str, object]
) -> Draft:
    """Edits that replace, add and (None) remove fields of one entry; `anchored` has the new values at anchors."""
    text, models, value = layout.text, layout.set_of_models, pair.value
    if isinstance(value, Alias):
        return ENTRY_IS_ALIAS
    if isinstance(value, Mapping) and (value.pairs or value.flow):
        return _change_fields(text, value, changes, anchored, style_of(text, models))
    if not is_empty(value):
        return NO_FIELDS
    added = {name: new for name, new in changes.items() if new is not None}
    if not added:
        return []
    style = style_of(text, models)
    if models is not None and models.flow:
        return replace_text(text, pair, write_fields(added, style))
    opened = open_block(text, pair)
    if isinstance(opened, UnsafeEdit):
        return opened
    indent = " " * (indent_of(text, pair) + style.step)
    return [*opened[0], insert_lines(text, opened[1], [indent + line for line in write_lines(added, style)])]


def put_section(layout: Layout, name: str, written: str) -> Draft:
    """Edits that add a section of one line at the end of the file, after a blank line."""
    root = layout.root
    if root is not None and root.flow:
        key = write_like(name, style_of_fields(root).fields, flow=True)
        return _or_odd(insert_pairs(layout.text, root, [f"{key}: {written}"]))
    return _append(layout, [f"{name}: {written}"])


def _change_fields(
    text: str,
    fields: Mapping,
    changes: MappingLike[str, object | None],
    anchored: MappingLike[str, object],
    usual: Style,
) -> Draft:
    edits: list[Edit] = []
    removed: list[int] = []
    added: dict[str, object] = {}
    own = _own_indexes(fields)
    in_force = {key.text: item for item in pairs_of(fields) if isinstance(key := resolve(item.key), Scalar)}
    for name, new in changes.items():
        current = in_force.get(name)
        if new is None:
            if current and len(own.get(name, ())) < _count(fields, name):
                return INHERITED_FIELD
            removed += own.get(name, [])
        elif current is None or (name not in own and not same(data_of(current.value), new)):
            added[name] = new
        elif not same(data_of(current.value), new) and not _follows(current, new, anchored):
            replaced = replace_value(text, fields, current, new)
            if isinstance(replaced, UnsafeEdit):
                return replaced
            edits += replaced
    style = style_of_fields(fields) if fields.pairs else usual
    if fields.flow:
        return _change_flow_fields(text, fields, edits, removed, write_pairs(added, style))
    cuts = [block_lines(text, fields.pairs[index]) for index in removed]
    edits += delete_lines(text, [cut for cut in cuts if cut], _last_left(fields, set(removed)))
    if added:
        at = block_end(text, pair_end(text, fields.pairs[-1]), indent_of(text, fields.pairs[-1]))
        if at is None:
            return ODD_LAYOUT
        indent = " " * indent_of(text, fields.pairs[-1])
        edits.append(insert_lines(text, at, [indent + line for line in write_lines(added, style)]))
    return edits if None not in cuts else ODD_LAYOUT


def _change_flow_fields(text: str, fields: Mapping, edits: list[Edit], removed: list[int], added: list[str]) -> Draft:
    # An added pair replaces a removed one, so that commas are either added or removed.
    swapped = [replace_pair(text, fields, index, pair) for index, pair in zip(removed, added, strict=False)]
    deleted = delete_pairs(text, fields, set(removed[len(added) :]))
    inserted = insert_pairs(text, fields, added[len(removed) :]) if len(added) > len(removed) else []
    if deleted is None or inserted is None:
        return ODD_LAYOUT
    return [*edits, *(edit for edit in swapped if edit), *deleted, *inserted]


def _last_left(block: Mapping, removed: set[int]) -> Node | None:
    """The value of the last pair that stays."""
    last = next((index for index in reversed(range(len(block.pairs))) if index not in removed), None)
    return None if last is None else block.pairs[last].value


def _own_indexes(fields: Mapping) -> dict[str, list[int]]:
    own: dict[str, list[int]] = {}
    for index, pair in enumerate(fields.pairs):
        key = resolve(pair.key)
        if isinstance(key, Scalar) and not key.merge:
            own.setdefault(key.text, []).append(index)
    return own


def _count(fields: Mapping, name: str) -> int:
    keys = (resolve(pair.key) for pair in pairs_of(fields))
    return sum(isinstance(key, Scalar) and key.text == name for key in keys)


def _follows(pair: Pair, new: object, anchored: MappingLike[str, object]) -> bool:
    """Whether the value is an alias of an anchor that gets the same value from this edit."""
    return isinstance(pair.value, Alias) and pair.value.name in anchored and same(anchored[pair.value.name], new)


def _append(layout: Layout, lines: list[str]) -> list[Edit]:
    text = layout.text
    at = document_end(text, layout.root)
    indent = " " * indent_of(text, layout.root.pairs[0]) if layout.root and layout.root.pairs else ""
    body = [indent + line for line in lines]
    start = line_start(text, at)
    above = next(lines_above(text, at), Span(at, at)).start
    last = text[start if start < at else above : at].strip(f"\ufeff\t {BREAKS}")
    spaced = last and not (layout.root is None and last.startswith("---"))
    return [insert_lines(text, at, ["", *body] if spaced else body)]


def _is_comment_above(text: str, start: int) -> bool:
    above = next(lines_above(text, start), Span(start, start))
    return text[slice(*above)].lstrip(" \t").startswith("#")


def _or_odd(edits: list[Edit] | None) -> Draft:
    return ODD_LAYOUT if edits is None else edits
