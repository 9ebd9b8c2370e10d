"""Changes to a models.yaml as minimal text edits that keep every other byte, or a refusal with its reason.

A comment after a value stays when the value is replaced. A removal includes the comments on the removed lines, the
comments below that are indented deeper than the key, and the blank lines directly above. Comments above a removed
entry stay, because they can be about more than that entry.

Every result is parsed before it is returned, and refused if its meaning is not exactly what was requested.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingLike
from collections.abc import Sequence as SequenceLike

from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.edit_anchors import replace_shared
from aloop_models.core.edit_check import Meaning, has_meaning, keeps_changes_of, reread, tidy
from aloop_models.core.edit_entries import (
    MODELS_IS_ALIAS,
    Draft,
    cut_entry,
    has_blank_line_between_entries,
    put_entry,
    put_fields,
    put_section,
)
from aloop_models.core.edit_layout import ODD_LAYOUT, SHARED, Edits, Layout, UnsafeEdit, is_shared, layout_of
from aloop_models.core.edit_values import replace_value, style_of_fields
from aloop_models.core.lines import LSP_BREAKS
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence, data_of, resolve
from aloop_models.core.references import LISTS_OF_REFERENCES
from aloop_models.core.scalars import MAX_LEVELS, AliasOf, is_writable, same, write_like
from aloop_models.core.text import Edit

__all__ = [
    "Edits",
    "UnsafeEdit",
    "add_entry",
    "combine",
    "remove_entry",
    "rename_duplicate",
    "rename_entry",
    "replace_shared",
    "set_default",
    "set_fields",
    "set_fields_of",
    "share_field",
]

_UNKNOWN = UnsafeEdit("models.yaml has no such model.")
_KNOWN = UnsafeEdit("The model is already in models.yaml.")
_NOT_OWN = UnsafeEdit("The entry comes from a merge key ('<<') or an alias. Edit it manually where it is defined.")
_REFERRED_TO = UnsafeEdit("Other parts of the file use an anchor of this entry. Remove it manually.")
_MODELS_NOT_OWN = UnsafeEdit("'models' comes from a merge key ('<<'). Edit it manually where it is defined.")
_NOT_WRITABLE = UnsafeEdit(
    "A value cannot be written in YAML. Use text, numbers, true or false, and lists and mappings "
    f"with at most {MAX_LEVELS} levels."
)
_ENDS_IN_BLOCK = UnsafeEdit(
    "The file ends in a text block ('|' or '>'). Add a line break at the end of the file, then try again."
)
_OVERLAP = UnsafeEdit("The changes affect the same text. Make them one at a time.")


def add_entry(
    document: Document, model_id: str, fields: MappingLike[str, object], lines: SequenceLike[str] | None = None
) -> Edits:
    """Edits that add an entry after the last one, in its style, and `models:` if missing; None omits a field.

    `lines` is the text of the entry with these fields (`entry_text.entry_lines`). It is used unless the file has `{…}`.
    """
    if lines is not None:
        edits = _add_entry(document, model_id, fields, lines)
        if not isinstance(edits, UnsafeEdit):
            return edits
    given = {name: value for name, value in fields.items() if value is not None}
    return _add_entry(document, model_id, given, None)


def _add_entry(
    document: Document, model_id: str, given: MappingLike[str, object], lines: SequenceLike[str] | None
) -> Edits:
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if model_id in document.by_id:
        return _KNOWN
    if not is_writable([model_id, given]):
        return _NOT_WRITABLE
    if document.models and not layout.models:
        return _MODELS_NOT_OWN
    before = Meaning.of(document)
    wanted = before._replace(entries=(*before.entries, (model_id, given)))
    spaced = has_blank_line_between_entries(layout)
    edits = _verify(document, layout, put_entry(layout, model_id, given, lines, spaced=spaced), wanted)
    if spaced and isinstance(edits, UnsafeEdit):
        # After a text that keeps its blank lines (`|+`), another blank line would be part of it.
        edits = _verify(document, layout, put_entry(layout, model_id, given, lines, spaced=False), wanted)
    return edits


def set_fields(document: Document, model_id: str, fields: MappingLike[str, object | None]) -> Edits:
    """Edits that replace fields, add them after the entry's last field, or (None) remove them."""
    return set_fields_of(document, {model_id: fields})


def set_fields_of(document: Document, changes: MappingLike[str, MappingLike[str, object | None]]) -> Edits:
    """Edits like those of `set_fields` for several entries.

    If entries share a value through an anchor, alias or merge key and get the same new value, only the place that they
    share is edited, if possible.
    """
    inheriting = _inheriting(document, changes)
    edits = _set_fields_of(document, changes, {}, inheriting)
    return _set_fields_of(document, changes, {}) if inheriting and isinstance(edits, UnsafeEdit) else edits


def share_field(document: Document, model_id: str, owner_id: str, name: str) -> Edits:
    """Edits that give an entry the text of another entry's field: an alias if the text has an anchor, else a copy."""
    owner = document.by_id.get(owner_id)
    field = owner.entry.field(name) if owner else None
    if field is None or not isinstance(field.data, str):
        return _UNKNOWN
    node = field.value
    anchor = node.name if isinstance(node, Alias) else node.anchor
    if anchor:
        # The anchor may be below the entry or defined again above it, which the verification detects.
        linked = _set_fields_of(document, {model_id: {name: field.data}}, {name: AliasOf(anchor)})
        if not isinstance(linked, UnsafeEdit):
            return linked
    return set_fields(document, model_id, {name: field.data})


def remove_entry(document: Document, model_id: str) -> Edits:
    """Edits that remove an entry and its duplicates with the comments inside, but not the comments above.

    `default` stays as it is. If the last entry is removed, `models:` stays without a value.
    """
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if refusal := _not_written_here(document, layout, model_id):
        return refusal
    if any(is_shared(layout, pair) for _, pair in layout.entries(model_id)):
        return _REFERRED_TO
    before = Meaning.of(document)
    left = [item for item, placed in zip(before.entries, document.entries, strict=True) if placed.model_id != model_id]
    return _verify(document, layout, cut_entry(layout, model_id), before._replace(entries=tuple(left)))


def rename_entry(document: Document, old: str, new: str) -> Edits:
    """Edits that rename an entry in its key and wherever its ID is used, with the same quotes."""
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if refusal := _not_written_here(document, layout, old):
        return refusal
    if old == new:
        return ()
    if new in document.by_id:
        return _KNOWN
    if not is_writable(new):
        return _NOT_WRITABLE
    keys = [_rename_key(layout, pair, new) for _, pair in layout.entries(old)]
    references = _rename_references(layout, old, new)
    if isinstance(references, UnsafeEdit):
        return references
    before = Meaning.of(document)
    entries = tuple(
        (new, item[1]) if placed.model_id == old else item
        for item, placed in zip(before.entries, document.entries, strict=True)
    )
    wanted = Meaning(entries, new if document.default_id == old else before.default, (old, new))
    return _NOT_OWN if None in keys else _verify(document, layout, [*filter(None, keys), *references], wanted)


def rename_duplicate(document: Document, placed: PlacedEntry, new: str) -> Edits:
    """Edits that rename one of several entries with the same ID.

    Uses of the ID mean the last of these entries and stay as they are.
    """
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if refusal := _not_written_here(document, layout, placed.model_id):
        return refusal
    if new in document.by_id:
        return _KNOWN
    if not is_writable(new):
        return _NOT_WRITABLE
    same_id = [other for other in document.entries if other.model_id == placed.model_id]
    key = _rename_key(layout, layout.entries(placed.model_id)[same_id.index(placed)][1], new)
    before = Meaning.of(document)
    entries = tuple(
        (new, item[1]) if other == placed else item
        for item, other in zip(before.entries, document.entries, strict=True)
    )
    return _NOT_OWN if key is None else _verify(document, layout, [key], before._replace(entries=entries))


def set_default(document: Document, model_id: str | None) -> Edits:
    """Edits that set the default; None is `default: null`. A missing section is added at the end."""
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if not is_writable(model_id):
        return _NOT_WRITABLE
    if layout.default and same(data_of(layout.default.value), model_id):
        return ()
    return _verify(document, layout, _put_default(layout, model_id), Meaning.of(document)._replace(default=model_id))


def combine(document: Document, *edits: Edits) -> Edits:
    """The edits of several results for one document, or the first refusal; refused if they conflict.

    Insertions at one offset keep the given order, but fields come before a next entry, and that before a section.
    """
    parts: list[tuple[Edit, ...]] = []
    for part in edits:
        if isinstance(part, UnsafeEdit):
            return part
        if part and part not in parts:
            parts.append(part)
    if len(parts) <= 1:
        return parts[0] if parts else ()
    ordered = sorted((edit for part in parts for edit in part), key=_indent, reverse=True)
    joined = tidy(
        _after_others(document.text, edit, ordered[:at])
        for at, edit in enumerate(ordered)
        if edit.start == edit.end or edit not in ordered[:at]
    )
    together = reread(document, joined)
    alone = [after for part in parts if (after := reread(document, part))]
    if together is None or len(alone) < len(parts) or not keeps_changes_of(document, alone, together):
        return _OVERLAP
    return joined


def _set_fields_of(
    document: Document,
    changes: MappingLike[str, MappingLike[str, object | None]],
    aliases: MappingLike[str, AliasOf],
    inheriting: Collection[str] = (),
) -> Edits:
    """As `set_fields_of`.

    `aliases` has the fields that are written as aliases of a text with the new value, `inheriting` the entries that
    are not edited, because they get the new values from others.
    """
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return layout
    if not is_writable([[*fields, *fields.values()] for fields in changes.values()]):
        return _NOT_WRITABLE
    edits: list[Edit] = []
    anchored = _anchor_values(layout, changes)
    wanted = list(Meaning.of(document).entries)
    for model_id, fields in changes.items():
        if model_id not in document.by_id:
            return _UNKNOWN
        if model_id not in layout.indexes:
            return _not_own(layout)
        if model_id not in inheriting:
            draft = put_fields(layout, layout.entries(model_id)[-1][1], {**fields, **aliases}, anchored)
            if isinstance(draft, UnsafeEdit):
                return draft
            edits += draft
        index = max(at for at, placed in enumerate(document.entries) if placed.model_id == model_id)
        profile = {**document.entries[index].entry.profile, **fields}
        kept = {name: value for name, value in profile.items() if value is not None or name not in fields}
        wanted[index] = (wanted[index][0], kept)
    return _verify(document, layout, edits, Meaning.of(document)._replace(entries=tuple(wanted)))


def _inheriting(document: Document, changes: MappingLike[str, MappingLike[str, object | None]]) -> frozenset[str]:
    """The changed entries that are aliases of, or merge, another entry with the same changes."""
    layout = layout_of(document)
    if isinstance(layout, UnsafeEdit):
        return frozenset()
    values = {model_id: layout.entries(model_id)[-1][1].value for model_id in changes if model_id in layout.indexes}
    return frozenset(
        model_id
        for model_id, value in values.items()
        for source in _sources(value, changes[model_id])
        if any(source is other and changes[named] == changes[model_id] for named, other in values.items())
    )


def _sources(value: Node, fields: Collection[str]) -> Iterator[Node]:
    """The mappings that a value takes its fields from, if it has none of the fields itself."""
    if isinstance(value, Alias):
        yield resolve(value)
    pairs = value.pairs if isinstance(value, Mapping) else ()
    keys = [resolve(pair.key) for pair in pairs]
    if any(isinstance(key, Scalar) and key.text in fields for key in keys):
        return
    for key, pair in zip(keys, pairs, strict=True):
        if isinstance(key, Scalar) and key.merge:
            source = resolve(pair.value)
            yield from map(resolve, source.items if isinstance(source, Sequence) else (source,))


def _rename_key(layout: Layout, pair: Pair, new: str) -> Edit | None:
    """The edit of an entry's key; None if the key is an alias."""
    flow = layout.set_of_models is not None and layout.set_of_models.flow
    key = pair.key
    return Edit(key.start, key.end, write_like(new, key.style, flow=flow)) if isinstance(key, Scalar) else None


def _rename_references(layout: Layout, old: str, new: str) -> Draft:
    """Edits wherever an entry's ID is used: `default`, the values of `roles`, the items of `fallbacks`."""
    edits: list[Edit] = []
    named = resolve(layout.default.value) if layout.default else None
    if isinstance(named, Scalar) and named.value is not None and named.text == old:
        draft = _put_default(layout, new)
        if isinstance(draft, UnsafeEdit):
            return draft
        edits += draft
    for section in layout.root.pairs if layout.root else ():
        name = resolve(section.key)
        if isinstance(name, Scalar) and name.text in LISTS_OF_REFERENCES:
            value = section.value
            flow = isinstance(value, (Mapping, Sequence)) and value.flow
            edits += (
                Edit(node.start, node.end, write_like(new, node.style, flow=flow))
                for node in _values_of(value)
                if isinstance(node, Scalar) and node.value == old
            )
    return edits


def _values_of(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return [pair.value for pair in node.pairs]
    return list(node.items) if isinstance(node, Sequence) else []


def _put_default(layout: Layout, model_id: str | None) -> Draft:
    if layout.default and layout.root:
        return replace_value(layout.text, layout.root, layout.default, model_id)
    quote = style_of_fields(layout.root).texts if layout.root else ""
    return put_section(layout, "default", write_like(model_id, quote, flow=layout.flow))


def _verify(document: Document, layout: Layout, draft: Draft, wanted: Meaning) -> Edits:
    if isinstance(draft, UnsafeEdit):
        return draft
    edits = tidy(draft)
    after = reread(document, edits)
    if after and has_meaning(document, after, wanted):
        return edits
    if edits[-1:] and edits[-1].start == len(document.text) and edits[-1].text.startswith(tuple(LSP_BREAKS)):
        return _ENDS_IN_BLOCK
    return SHARED if layout.aliases else ODD_LAYOUT


def _not_written_here(document: Document, layout: Layout, model_id: str) -> UnsafeEdit | None:
    """A refusal if the whole entry cannot be changed, because it is missing or defined elsewhere."""
    if model_id not in document.by_id:
        return _UNKNOWN
    written = len(layout.indexes.get(model_id, ()))
    found = sum(placed.model_id == model_id for placed in document.entries)
    return None if 0 < written == found else _not_own(layout)


def _not_own(layout: Layout) -> UnsafeEdit:
    return MODELS_IS_ALIAS if layout.models and isinstance(layout.models.value, Alias) else _NOT_OWN


def _anchor_values(layout: Layout, changes: MappingLike[str, MappingLike[str, object | None]]) -> dict[str, object]:
    """The anchors of replaced values, with the new values."""
    anchored: dict[str, object] = {}
    for model_id, fields in changes.items():
        value = layout.entries(model_id)[-1][1].value if model_id in layout.indexes else None
        for pair in value.pairs if isinstance(value, Mapping) else ():
            key = resolve(pair.key)
            if isinstance(key, Scalar) and key.text in fields and not isinstance(pair.value, Alias):
                anchored[pair.value.anchor] = fields[key.text]
    anchored.pop("", None)
    return anchored


def _after_others(text: str, edit: Edit, others: SequenceLike[Edit]) -> Edit:
    """The edit, with a comma if it inserts a pair into an empty `{…}` in which another edit inserts one."""
    is_first_pair = text[edit.start - 1 : edit.start] == "{" and not edit.text.startswith(tuple(LSP_BREAKS))
    if is_first_pair and any(edit.start == edit.end == other.start == other.end for other in others):
        return Edit(edit.start, edit.end, f", {edit.text}")
    return edit


def _indent(edit: Edit) -> int:
    line = edit.text.lstrip(LSP_BREAKS)
    return len(line) - len(line.lstrip(" ")) if edit.text != line or edit.text.endswith(tuple(LSP_BREAKS)) else 0
