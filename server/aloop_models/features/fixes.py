"""Fixes with the edits that follow from them, and all safe fixes of a file in one edit."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

from aloop_models.catalog import is_label, with_label
from aloop_models.core import edits
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.nodes import Scalar, resolve
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, apply_edits, compose_edits
from aloop_models.core.yaml_reader import read
from aloop_models.features.checks.key_cleaning import clean_key
from aloop_models.features.checks.model_id import label_from
from aloop_models.features.comments import comments
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.ignores import without_ignores
from aloop_models.snapshot import Snapshot

_MOST_ROUNDS = 10
"""Maximum rounds; a fix can reveal another problem, which is fixed in the next round."""

_MOST_TRIED = 30
"""Maximum number of groups of fixes that are tried if all together are not acceptable."""

_AROUND_KEYS = " \t\r\n'\"`,;"


class FixAll(NamedTuple):
    """The edits of all safe fixes, and the number of problems they fix."""

    edits: tuple[Edit, ...]
    problems: int


def edits_of(snapshot: Snapshot, fix: Fix) -> tuple[Edit, ...]:
    """All edits of a fix; a fix that changes an ID also changes every use of the ID.

    Empty if the fix cannot be applied: the new ID exists, or a use of the ID cannot be changed. An ID that was a name
    of one's own before gets that name as its label if the new ID exists.
    """
    document = snapshot.document
    fix = fix._replace(edits=tuple(_with_line_break(document.text, edit) for edit in fix.edits))
    placed = _find_renamed_entry(document, fix.edits)
    if placed is None:
        return fix.edits
    start, end = placed.key_span
    inside = [edit for edit in fix.edits if edit.end <= end]
    others = fix.edits[len(inside) :]
    key = read(apply_edits(document.text[start:end], [edit.shift(-start) for edit in inside])).root
    if not isinstance(key, Scalar) or key.text == placed.model_id:
        return fix.edits
    model_id = _free_id(document, placed, key.text) if others else key.text
    if model_id in document.by_id:
        return ()
    if document.by_id[placed.model_id] != placed:
        changed = edits.rename_duplicate(document, placed, model_id)
    else:
        changed = edits.rename_entry(document, placed.model_id, model_id)
    if not isinstance(changed, edits.UnsafeEdit):
        together = tuple(sorted((*changed, *others)))
        return () if others and _adds_duplicate(document, together) else together
    return () if document.parses or document.default_id == placed.model_id else fix.edits


def fix_all(snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> FixAll | None:
    """The safe fixes of all diagnostics of the snapshot, applied in rounds; None if there are none.

    A round is kept only if the text after it has no new errors and every key and comment that it had before. The result
    is kept with the document, because an editor asks at every move of the cursor.
    """
    document, context = snapshot.document, (snapshot.facts, snapshot.place, tuple(diagnostics))
    known = _fixed.get(document)
    if known is None or known[0] != context:
        known = _fixed[document] = context, _find_all(snapshot, diagnostics)
    return known[1]


_fixed: WeakKeyDictionary[Document, tuple[tuple[object, ...], FixAll | None]] = WeakKeyDictionary()


def _find_all(snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> FixAll | None:
    state, total, count = _State(snapshot, diagnostics), (), 0
    for _ in range(_MOST_ROUNDS):
        chosen = _choose(state)
        after = _apply(state, [edit for group in chosen for edit in group]) if chosen else None
        if after is None:
            chosen, after = _try_groups(state, chosen)
        if after is None:
            break
        total = compose_edits(len(snapshot.document.text), total, sorted(edit for group in chosen for edit in group))
        count += len(chosen)
        state = after
    return FixAll(total, count) if count else None


class _State(NamedTuple):
    """An intermediate text with its diagnostics."""

    snapshot: Snapshot
    diagnostics: Sequence[Diagnostic]


def _find_renamed_entry(document: Document, changes: Sequence[Edit]) -> PlacedEntry | None:
    """The entry whose ID contains the first edits, while the others are in the same entry; else None."""
    if not changes:
        return None
    placed = document.last_entry_before(changes[0].start)
    is_in_key = placed and changes[0].end <= placed.key_span.end and changes[-1].end <= placed.full_span.end
    return placed if is_in_key else None


def _with_line_break(text: str, edit: Edit) -> Edit:
    """The edit, which removes both characters of a line break if it begins with the second one."""
    is_inside = edit.end > edit.start and not edit.text and text[edit.start - 1 : edit.start + 1] == "\r\n"
    return edit._replace(start=edit.start - 1) if is_inside else edit


def _adds_duplicate(document: Document, changes: Iterable[Edit]) -> bool:
    """Whether more entries than before have an ID of another one, so that one of them is lost."""
    after = read_document(apply_edits(document.text, changes), document)
    return len(after.entries) - len(after.by_id) > len(document.entries) - len(document.by_id)


def _free_id(document: Document, placed: PlacedEntry, model_id: str) -> str:
    """The ID, with the entry's old key as its label if another entry has the ID already."""
    label = label_from(placed.model_id)
    return with_label(model_id, label) if model_id in document.by_id and is_label(label) else model_id


def _choose(state: _State) -> list[tuple[Edit, ...]]:
    """The edits of one safe fix per diagnostic; of fixes that touch each other, only the first."""
    chosen: list[tuple[Edit, ...]] = []
    taken: list[Edit] = []
    for diagnostic in state.diagnostics:
        fix = next((fix for fix in diagnostic.fixes if fix.safe), None)
        changes = edits_of(state.snapshot, fix) if fix else ()
        if changes and not any(_touches(edit, taken) for edit in changes):
            chosen.append(changes)
            for edit in changes:
                insort(taken, edit)
    return chosen


def _touches(edit: Edit, others: list[Edit]) -> bool:
    """Whether an edit touches one of the others, which are in order and do not touch each other."""
    at = bisect_right(others, edit.start, key=lambda other: other.start)
    return any(other.start <= edit.end and edit.start <= other.end for other in others[max(at - 1, 0) : at + 1])


def _try_groups(state: _State, fixes: list[tuple[Edit, ...]]) -> tuple[list[tuple[Edit, ...]], _State | None]:
    """The fixes that are acceptable together with the previous ones, and the text after them.

    Fixes that are not acceptable together are tried in two halves, because a few of many are the reason.
    """
    kept: list[tuple[Edit, ...]] = []
    after: _State | None = None
    waiting = _halves(fixes)
    for _ in range(_MOST_TRIED):
        if not waiting:
            break
        group = waiting.pop()
        tried = _apply(state, [edit for part in (*kept, *group) for edit in part])
        if tried is not None:
            kept += group
            after = tried
        else:
            waiting += _halves(group)
    return kept, after


def _halves(fixes: list[tuple[Edit, ...]]) -> list[list[tuple[Edit, ...]]]:
    """Both halves, the first one last; none of a single fix."""
    middle = (len(fixes) + 1) // 2
    return [fixes[middle:], fixes[:middle]] if len(fixes) > 1 else []


def _apply(state: _State, changes: Iterable[Edit]) -> _State | None:
    """The text after the edits with its diagnostics; None if it is worse or loses a key or comment."""
    before = state.snapshot.document
    document = read_document(apply_edits(before.text, sorted(changes)), before)
    snapshot = replace(state.snapshot, document=document)
    after = _State(snapshot, diagnose(snapshot).items)
    is_better = len(document.problems) <= len(before.problems) and _keeps_level(state, after)
    return after if is_better and _keeps_keys(state, after) and _keeps_comments(state, after) else None


def _keeps_level(before: _State, after: _State) -> bool:
    """Whether there are no new errors, and no more errors and warnings together.

    An error is known by its rule and the text that it marks: one that is fixed does not make room for another.
    """
    errors = [
        Counter(
            (item.rule.id, state.snapshot.document.text[slice(*item.span)])
            for item in state.diagnostics
            if item.level is Severity.ERROR
        )
        for state in (before, after)
    ]
    serious = [sum(item.level <= Severity.WARNING for item in state.diagnostics) for state in (before, after)]
    return errors[1] <= errors[0] and serious[1] <= serious[0]


def _keeps_keys(before: _State, after: _State) -> bool:
    lost = _secrets(before.snapshot) - _secrets(after.snapshot)
    text = after.snapshot.document.text
    return all(secret in text or ((clean := clean_key(secret)) and clean.text in text) for secret in lost)


def _secrets(snapshot: Snapshot) -> set[str]:
    fields = snapshot.facts.schema.fields
    values = (
        resolve(field.value)
        for placed in snapshot.document.entries
        for field in placed.entry.fields
        if field.name in fields and fields[field.name].secret
    )
    return {value.text.strip(_AROUND_KEYS) for value in values if isinstance(value, Scalar)}


def _keeps_comments(before: _State, after: _State) -> bool:
    # An ignore comment is removed where it is not used.
    texts = [
        [words for span in comments(document) if (words := without_ignores(document.text[slice(*span)]))]
        for document in (before.snapshot.document, after.snapshot.document)
    ]
    lost = Counter(texts[0]) - Counter(texts[1])
    return all(any(comment in other for other in texts[1]) for comment in lost)
