"""The law of fixes: what holds of every quick fix of every diagnostic, whatever else is in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import yaml

from aloop_models.core.reader import read_document
from aloop_models.features.comments import comments
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.features.diagnostics import diagnose
from aloop_models.snapshot import Snapshot
from support.mistake import after_action, quick_fixes

REMOVES = ("Remove", "Keep only", "Comment out", "Ignore", "Make the ID an entry")
"""How the title of a fix begins that can remove lines, or adds or removes a comment."""

GAINS = "Indent the fields below their ID"
"""The title of the fix after which another entry, that above the diagnostic, has more fields."""

REVEALED = "unknown-model"
"""The rule that may be reported after a fix: a model is looked up only if its provider is certain."""

OTHER_STRUCTURE = frozenset({"look-alike-syntax", "missing-models", "yaml-syntax"})
"""Rules about a file whose entries are known only after the fix."""


class Change(NamedTuple):
    """A quick fix that was applied."""

    title: str
    before: Snapshot
    after: Snapshot
    diagnostic: Diagnostic

    @property
    def new_ids(self) -> set[str]:
        """The IDs that the fix adds."""
        return self.after.document.by_id.keys() - self.before.document.by_id.keys()


def changes(subject: Snapshot) -> Iterator[Change]:
    """Every quick fix of every diagnostic that changes the text."""
    for item in diagnose(subject).items:
        for action in quick_fixes(subject, item):
            if (text := after_action(subject, action)) is not None:
                yield Change(action.title, subject, with_text(subject, text), item)


def with_text(subject: Snapshot, text: str) -> Snapshot:
    """The snapshot with another text."""
    return replace(subject, document=read_document(text))


def check_law(subject: Snapshot) -> int:
    """Assert the law for every quick fix of a text; returns the number of fixes.

    A fix removes its diagnostic and adds none; no other entry, comment or key changes; it never makes an ID that
    exists; and the file parses.
    """
    count = 0
    for change in changes(subject):
        count += 1
        check_diagnostics(change)
        if change.diagnostic.rule.id not in OTHER_STRUCTURE:
            check_rest(change)
            check_ids(change)
    return count


def check_diagnostics(change: Change) -> None:
    """The diagnostic is gone, and none is new."""
    before, after = kinds(change.before), kinds(change.after)
    rule = change.diagnostic.rule.id
    assert after[rule] < before[rule], (change.title, change.after.document.text)
    del after[REVEALED]
    if rule in OTHER_STRUCTURE or not change.before.document.entries:
        # What an entry needs is known once it is an entry.
        del after["missing-default"], after["missing-api-key"]
    assert after <= before, (change.title, after - before, change.after.document.text)


def kinds(subject: Snapshot) -> Counter[str]:
    """How many diagnostics of each rule a text has."""
    return Counter(item.rule.id for item in diagnose(subject).items)


def check_rest(change: Change) -> None:
    """Other entries, comments and top-level keys are as before, but for the uses of a changed ID."""
    before, after = change.before.document, change.after.document
    gone = before.by_id.keys() - after.by_id.keys()
    renamed = dict(zip(sorted(gone), sorted(change.new_ids), strict=False)) if len(gone) == 1 else {}
    text, span = before.text, change.diagnostic.span
    for model_id, placed in before.by_id.items():
        if placed.full_span.start <= span.start <= placed.full_span.end or model_id in gone:
            continue
        entry, changed = (entry_text(subject, model_id) for subject in change[1:3])
        assert entry == changed or (change.title == GAINS and changed.startswith(entry)), (change.title, model_id)
    if not change.title.startswith(REMOVES):
        words = [Counter(text_of(subject)[slice(*at)] for at in comments(subject.document)) for subject in change[1:3]]
        assert words[0] <= words[1], change.title
    old, new = data_of(text), data_of(after.text)
    # The section of the diagnostic, which the fix changes, is the last one that begins before it.
    own = {section.name for section in before.sections if section.key.span.start <= span.start}
    own -= {section.name for section in before.sections if section.value and section.value.span.end < span.start}
    for name in old.keys() - {"models", "default"} - own:
        assert not str(name) or new.get(name) == renamed_in(old[name], renamed) or name not in new, (change.title, name)


def text_of(subject: Snapshot) -> str:
    """The text of the file."""
    return subject.document.text


def entry_text(subject: Snapshot, model_id: str) -> str:
    """The text of an entry."""
    return subject.document.text[slice(*subject.document.by_id[model_id].full_span)]


def data_of(text: str) -> dict[Any, Any]:
    """The data of a file; empty if it is not YAML, or not a mapping."""
    try:
        data = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return {}
    return data if isinstance(data, dict) else {}


def renamed_in(value: Any, renamed: dict[str, str]) -> Any:
    """The value with each changed ID."""
    if isinstance(value, list):
        return [renamed_in(item, renamed) for item in value]
    if isinstance(value, dict):
        return {key: renamed_in(item, renamed) for key, item in value.items()}
    return renamed.get(value, value) if isinstance(value, str) else value


def check_ids(change: Change) -> None:
    """No entry disappears in another one."""
    ids = Counter(placed.model_id for placed in change.after.document.entries)
    before = Counter(placed.model_id for placed in change.before.document.entries)
    doubled = {model_id for model_id, count in ids.items() if count > max(1, before[model_id])}
    assert not doubled, (change.title, doubled)


def check_twins(subject: Snapshot) -> None:
    """Assert that no fix makes an ID for which there is an entry."""
    for change in changes(subject):
        for model_id in change.new_ids:
            text = with_twin(subject.document.text, model_id)
            for again in changes(with_text(subject, text)):
                if again.diagnostic.rule.id not in OTHER_STRUCTURE:
                    check_ids(again)


def with_twin(text: str, model_id: str) -> str:
    """The text with one more entry, the first one."""
    twin = f"  {yaml.safe_dump(model_id, default_style=chr(39), width=1000).strip()}: {{name: Twin}}\n"
    return text.replace("models:\n", f"models:\n{twin}", 1)
