"""Verification of an edited text: it means exactly what was requested, and nothing else changed."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingLike
from collections.abc import Sequence as SequenceLike
from typing import NamedTuple, TypeAlias, cast

from aloop_models.core.document import Document, Entry, Section
from aloop_models.core.nodes import Mapping, data_of, resolve
from aloop_models.core.reader import read_document
from aloop_models.core.references import LISTS_OF_REFERENCES
from aloop_models.core.scalars import same
from aloop_models.core.text import Edit, apply_edits

Fields: TypeAlias = MappingLike[str, object]


class Meaning(NamedTuple):
    """The meaning that a file must have after an edit; `of` returns its current meaning."""

    entries: tuple[tuple[object, Entry | Fields], ...]
    """For each entry in text order: its ID as the loader reads it, and the unchanged entry or the required fields."""
    default: object
    renamed: tuple[str, str] | None = None
    """The old and the new ID of a renamed entry; `roles` and `fallbacks` must contain the new ID."""

    @classmethod
    def of(cls, document: Document) -> Meaning:
        """The current meaning of the document."""
        return cls(tuple((item.entry.key.value, item.entry) for item in document.entries), _data(document.default))


def tidy(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The sorted edits, with insertions at one offset joined in the given order, without those that change nothing."""
    joined: list[Edit] = []
    for edit in sorted(edits, key=lambda item: (item.start, item.end)):
        if joined and joined[-1][:2] == edit[:2] == (edit.start, edit.start):
            joined[-1] = joined[-1]._replace(text=joined[-1].text + edit.text)
        elif edit.start < edit.end or edit.text:
            joined.append(edit)
    return tuple(joined)


def reread(document: Document, edits: Iterable[Edit]) -> Document | None:
    """The document after the edits; None if they overlap or the new text is not valid YAML."""
    try:
        text = apply_edits(document.text, edits)
    except ValueError:
        return None
    after = read_document(text, document)
    return after if after.parses else None


def has_meaning(before: Document, after: Document, wanted: Meaning) -> bool:
    """Whether `after` has the wanted meaning, no new faulty value, and otherwise equals `before`."""
    return (
        len(after.entries) == len(wanted.entries)
        and all(
            same(key, found.entry.key.value) and _is_entry(entry, found.entry)
            for (key, entry), found in zip(wanted.entries, after.entries, strict=True)
        )
        and _keeps_models(before, after)
        and same(wanted.default, _data(after.default))
        and same(_others(before.sections, wanted.renamed), _others(after.sections))
        and _count_faults(after) <= _count_faults(before)
    )


def keeps_changes_of(before: Document, parts: SequenceLike[Document], together: Document) -> bool:
    """Whether `together` contains the changes of each part to `before`, and nothing else."""
    changed: dict[str, Entry | None] = {}
    defaults = [_data(before.default)]
    for part in parts:
        for model_id, entry in _changes(before, part).items():
            if model_id in changed and not _is_same_change(changed[model_id], entry):
                return False
            changed[model_id] = entry
        default = _data(part.default)
        defaults += () if any(same(default, known) for known in defaults) else (default,)
    unchanged = {model_id: placed.entry for model_id, placed in before.by_id.items()}
    entries = {model_id: entry for model_id, entry in {**unchanged, **changed}.items() if entry is not None}
    found = together.by_id
    return (
        entries.keys() == found.keys()
        and all(_is_entry(entry, found[model_id].entry) for model_id, entry in entries.items())
        and _keeps_models(before, together)
        and len(defaults) <= 2
        and same(defaults[-1], _data(together.default))
        and same(_others(before.sections), _others(together.sections))
    )


def _keeps_models(before: Document, after: Document) -> bool:
    """Whether a text or a list in place of the entries is unchanged."""
    value = after.models.value if after.models else None
    if value is None or isinstance(resolve(value), Mapping) or data_of(value) is None:
        return True
    return same(_data(before.models), data_of(value))


def _changes(before: Document, after: Document) -> dict[str, Entry | None]:
    """The entries that are new or have another meaning; None for a removed one."""
    changes: dict[str, Entry | None] = dict.fromkeys(before.by_id.keys() - after.by_id.keys())
    for model_id, placed in after.by_id.items():
        known = before.by_id.get(model_id)
        if known is None or not _is_entry(known.entry, placed.entry):
            changes[model_id] = placed.entry
    return changes


def _is_same_change(one: Entry | None, other: Entry | None) -> bool:
    return _is_entry(one, other) if one and other else one is other


def _count_faults(document: Document) -> int:
    return len(document.faults) + sum(len(placed.entry.faults) for placed in document.entries)


def _is_entry(wanted: Entry | Fields, found: Entry) -> bool:
    if wanted is found:
        return True
    if isinstance(wanted, Entry):
        reasons = [[reason for _, reason in entry.faults] for entry in (wanted, found)]
        return reasons[0] == reasons[1] and same(data_of(wanted.value), data_of(found.value))
    return same(dict(wanted), dict(found.profile)) and (
        isinstance(resolve(found.value), Mapping) or not data_of(found.value)
    )


def _data(section: Section | None) -> object:
    return data_of(section.value) if section and section.value else None


def _others(sections: Iterable[Section], renamed: tuple[str, str] | None = None) -> list[object]:
    return [
        [section.name, _with_new_id(section.name, data_of(section.value) if section.value else None, renamed)]
        for section in sections
        if section.name not in ("models", "default")
    ]


def _with_new_id(section: str, data: object, renamed: tuple[str, str] | None) -> object:
    if renamed is None or section not in LISTS_OF_REFERENCES:
        return data
    old, new = renamed
    if isinstance(data, dict):
        return {name: new if value == old else value for name, value in cast("dict[object, object]", data).items()}
    if isinstance(data, list):
        return [new if value == old else value for value in cast("list[object]", data)]
    return data
