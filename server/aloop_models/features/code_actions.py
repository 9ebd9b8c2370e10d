"""What can be done at a place: fixes of the findings there, all fixes at once, a model made default or current."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping
from typing import NamedTuple

from aloop_models.core import edits
from aloop_models.core.document import PlacedEntry
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.core.yaml_reader import read
from aloop_models.features.code_lens import SWITCH
from aloop_models.features.current import current_id
from aloop_models.features.finding import Finding
from aloop_models.features.readiness import display_name, why_not_ready
from aloop_models.snapshot import Snapshot

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.aloop"
REWRITE = "refactor.rewrite"
KINDS = (QUICK_FIX, FIX_ALL, REWRITE)
"""Every kind of action there is."""


class Action(NamedTuple):
    """Something to choose: edits to apply or a command to run."""

    title: str
    kind: str
    edits: tuple[Edit, ...] = ()
    preferred: bool = False
    finding: Finding | None = None
    """What it mends."""
    command: str | None = None
    arguments: Mapping[str, object] = {}


def code_actions(snapshot: Snapshot, findings: tuple[Finding, ...], span: Span) -> tuple[Action, ...]:
    """What can be done in the span, given all findings of the snapshot: fixes first."""
    fixes = [
        Action(fix.title, QUICK_FIX, _with_default(snapshot, fix.edits), fix.preferred, finding)
        for finding in findings
        if finding.span.start <= span.end and span.start <= finding.span.end
        for fix in finding.fixes
    ]
    return (*fixes, *_fix_all(findings), *_entry_actions(snapshot, span))


def _with_default(snapshot: Snapshot, changes: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits of a fix; one that changes the id of the default model changes `default` along with it."""
    default = snapshot.document.default_id
    placed = snapshot.document.by_id.get(default) if default is not None else None
    if placed is None or len(changes) != 1:
        return changes
    edit, (start, end) = changes[0], placed.key_span
    if not start <= edit.start <= edit.end <= end:
        return changes
    key = apply_edits(snapshot.document.text[start:end], [edit.shifted(-start)])
    model_id = read(key).root
    if not isinstance(model_id, Scalar):
        return changes
    renamed = edits.rename_entry(snapshot.document, placed.model_id, model_id.text)
    return changes if isinstance(renamed, edits.Unsafe) else renamed


def _fix_all(findings: tuple[Finding, ...]) -> tuple[Action, ...]:
    """One action with the preferred fix of every finding; of fixes that touch each other only the first."""
    chosen: list[Edit] = []
    count = 0
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.preferred), None)
        if fix and fix.edits and not any(_touches(edit, chosen) for edit in fix.edits):
            for edit in fix.edits:
                insort(chosen, edit)
            count += 1
    if not count:
        return ()
    title = "Fix everything that can be fixed" if count == 1 else f"Fix everything that can be fixed ({count} findings)"
    return (Action(title, FIX_ALL, tuple(chosen)),)


def _touches(edit: Edit, others: list[Edit]) -> bool:
    """Whether an edit touches one of the others, which are in order and do not touch each other."""
    at = bisect_right(others, edit.start, key=lambda other: other.start)
    return any(other.start <= edit.end and edit.start <= other.end for other in others[max(at - 1, 0) : at + 1])


def _entry_actions(snapshot: Snapshot, span: Span) -> tuple[Action, ...]:
    placed = _entry_of_line(snapshot, span.start)
    if placed is None or snapshot.redactor.hides(placed.model_id):
        return ()
    actions: list[Action] = []
    if why_not_ready(placed.entry, snapshot.facts) is not None:
        return ()
    name = snapshot.redactor.redact(display_name(placed.entry))
    if snapshot.document.default_id != placed.model_id:
        changes = edits.set_default(snapshot.document, placed.model_id)
        if not isinstance(changes, edits.Unsafe) and changes:
            actions.append(Action(f"Make {name} the default", REWRITE, changes))
    if snapshot.document.parses and current_id(snapshot) != placed.model_id:
        arguments = {"modelId": placed.model_id}
        actions.append(Action(f"Switch to {name}", REWRITE, command=SWITCH, arguments=arguments))
    return tuple(actions)


def _entry_of_line(snapshot: Snapshot, offset: int) -> PlacedEntry | None:
    """The entry in force whose id stands on the line of the offset; of several the one around it."""
    lines = snapshot.document.lines
    line = lines.span(lines.line_at(offset))
    found = None
    for placed in snapshot.document.by_id.values():
        key = placed.key_span
        if line.start <= key.start <= line.end and (found is None or key.start <= offset):
            found = placed
    return found
