"""Code actions: quick fixes, ignoring a problem, fix all, and making a model the default or the current one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, zip_longest
from typing import NamedTuple

from aloop_models.core import edits
from aloop_models.core.document import PlacedEntry
from aloop_models.core.text import Edit, Span
from aloop_models.features.code_lens import SWITCH
from aloop_models.features.current_model import current_id
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.features.diagnostics import with_suggestions
from aloop_models.features.fixes import edits_of, fix_all
from aloop_models.features.formatting import display_name, plural
from aloop_models.features.ignores import add_ignore, find_ignores
from aloop_models.features.lazy_fixes import LazyFix, lazy_fixes
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.aloop"
REWRITE = "refactor.rewrite"
KINDS = (QUICK_FIX, FIX_ALL, REWRITE)
"""All kinds of actions."""


_MOST_FIXED = 200
"""Maximum number of problems of one request whose fixes are offered one by one."""

_MOST_LAZY = 10
"""Maximum number of problems of one request whose lazy fixes are looked for."""


class Action(NamedTuple):
    """A code action: edits to apply or a command to run."""

    title: str
    kind: str
    edits: tuple[Edit, ...] = ()
    preferred: bool = False
    diagnostic: Diagnostic | None = None
    """The diagnostic that it fixes."""
    command: str | None = None
    arguments: Mapping[str, object] = {}


class DisableCommand(NamedTuple):
    """The editor's command that turns a rule off; its argument has the `rule` and the `target`."""

    id: str
    targets: tuple[str, ...]
    """Where it can do that: keys of `TARGETS`."""


TARGETS: Mapping[str, str] = {
    "workspace": "in the workspace settings",
    "user": "in the user settings",
    "editor": "until the editor closes",
}
"""The ends of the titles of the actions that turn a rule off."""


def code_actions(
    snapshot: Snapshot,
    diagnostics: tuple[Diagnostic, ...],
    span: Span,
    *,
    can_ask: bool = False,
    disable: DisableCommand | None = None,
) -> tuple[Action, ...]:
    """The actions in the span, fixes first.

    Args:
        snapshot: The file.
        diagnostics: All its diagnostics.
        span: The selection.
        can_ask: Whether the editor can ask the user the question of a command.
        disable: The editor's command that turns a rule off, if it has one.
    """
    overlapping = (item for item in diagnostics if item.span.start <= span.end and span.start <= item.span.end)
    near = with_suggestions(snapshot, diagnostics, list(islice(overlapping, _MOST_FIXED)))
    # An editor that asks about many problems at once does not show their fixes one by one.
    lazy = [[fix for fix in lazy_fixes(snapshot, item) if can_ask or not fix.asks] for item in near[:_MOST_LAZY]]
    fixes = [action for item, more in zip_longest(near, lazy) for action in _fixes(snapshot, item, more or ())]
    # These have no part in "fix all".
    hide = (*_ignore_actions(snapshot, near), *_disable_actions(near, disable))
    return (*fixes, *hide, *_fix_all(snapshot, diagnostics), *_entry_actions(snapshot, span))


def _fixes(snapshot: Snapshot, diagnostic: Diagnostic, lazy: Iterable[LazyFix]) -> Iterator[Action]:
    found = (LazyFix(fix.title, fix.safe, edits_of(snapshot, fix)) for fix in diagnostic.fixes)
    is_preferred = True
    for fix in (*(fix for fix in found if fix.edits), *lazy):
        preferred = fix.safe and is_preferred
        yield Action(fix.title, QUICK_FIX, fix.edits, preferred, diagnostic, fix.command, fix.arguments)
        is_preferred = is_preferred and not fix.safe


def _ignore_actions(snapshot: Snapshot, near: Iterable[Diagnostic]) -> Iterable[Action]:
    """One action for each rule and line."""
    document = snapshot.document
    ignores = tuple(find_ignores(document))
    actions: dict[tuple[Edit, ...], Action] = {}
    for item in near:
        rule = item.rule
        changes = add_ignore(document, ignores, rule.id, item.span.start) if rule.ignorable else ()
        if changes:
            actions.setdefault(changes, Action(f"Ignore here: {rule.id}", QUICK_FIX, changes, diagnostic=item))
    return actions.values()


def _disable_actions(near: Iterable[Diagnostic], disable: DisableCommand | None) -> Iterator[Action]:
    """One action for each rule and target."""
    if disable is None:
        return
    for rule_id, item in {item.rule.id: item for item in near}.items():
        for target in disable.targets:
            arguments = {"rule": rule_id, "target": target}
            title = f"Turn off {rule_id} {TARGETS[target]}"
            yield Action(title, QUICK_FIX, diagnostic=item, command=disable.id, arguments=arguments)


def _fix_all(snapshot: Snapshot, diagnostics: tuple[Diagnostic, ...]) -> Iterator[Action]:
    # One action with the safe fixes of all diagnostics.
    fixed = fix_all(snapshot, diagnostics)
    if fixed is not None:
        title = f"Fix all ({plural(fixed.problems, 'problem')})"
        yield Action(title, FIX_ALL, fixed.edits)


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
        if not isinstance(changes, edits.UnsafeEdit) and changes:
            actions.append(Action(f"Make {name} the default model", REWRITE, changes))
    if snapshot.document.parses and current_id(snapshot) != placed.model_id:
        arguments = {"modelId": placed.model_id}
        actions.append(Action(f"Switch to {name}", REWRITE, command=SWITCH, arguments=arguments))
    return tuple(actions)


def _entry_of_line(snapshot: Snapshot, offset: int) -> PlacedEntry | None:
    """The entry in use whose ID is on the line of the offset; of several, the last one that starts before it."""
    lines = snapshot.document.lines
    line = lines.span(lines.line_at(offset))
    found = None
    for placed in snapshot.document.by_id.values():
        key = placed.key_span
        if line.start <= key.start <= line.end and (found is None or key.start <= offset):
            found = placed
    return found
