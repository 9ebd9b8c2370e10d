"""Completion of ignore comments and of the rule IDs in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_end, line_start
from aloop_models.core.text import Edit
from aloop_models.features.checks.rules import RULES
from aloop_models.features.comments import is_in_comment
from aloop_models.features.completion_item import Completion, Completions, Kind, limit
from aloop_models.features.diagnostic import Rule
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.ignores import KEYWORD, covered_lines
from aloop_models.snapshot import Snapshot

_IN_BRACKETS = lazy_re(r"#[ \t]*aloop:[ \t]*ignore\[(?P<ids>[^\]#]*)$")
_AFTER_SIGN = lazy_re(r"#(?P<space>[ \t]*)(?P<typed>[^#]*)$")
_REST_OF_ID = lazy_re(r"[a-z-]*")


def complete_ignore(snapshot: Snapshot, offset: int, *, snippets: bool) -> Completions | None:
    """The items in the brackets of an ignore comment or after the `#` of a comment; None elsewhere.

    Rules with a problem on the line come first.
    """
    text = snapshot.document.text
    start = line_start(text, offset)
    before = text[start:offset]
    in_brackets = _IN_BRACKETS.search(before)
    match = in_brackets or _AFTER_SIGN.search(before)
    if match is None or not is_in_comment(snapshot.document, start + match.start()):
        return None
    rules = _rules(snapshot, start + match.start())
    items = (
        _ids(text, offset, in_brackets["ids"], rules)
        if in_brackets
        else _comments(text, offset, match, rules, snippets=snippets)
    )
    found, _ = limit(items)
    return Completions(found, any(item.filter != item.label for item in found))


def _rules(snapshot: Snapshot, sign: int) -> tuple[list[Rule], list[Rule]]:
    """The rules with a problem that a comment here can hide, and the others."""
    lines = covered_lines(snapshot.document, sign)
    text = snapshot.document.text
    found = diagnose(snapshot)
    here = {item.rule.id for item in (*found.items, *found.ignored) if line_start(text, item.span.start) in lines}
    rules = [rule for rule in RULES if rule.ignorable]
    return [rule for rule in rules if rule.id in here], [rule for rule in rules if rule.id not in here]


def _ids(text: str, offset: int, ids: str, rules: tuple[list[Rule], list[Rule]]) -> Iterator[Completion]:
    *others, typed = re.split(r"[\s,]+", ids)
    rest = _REST_OF_ID.match(text, offset)
    end = rest.end() if rest else offset
    for rule in (*rules[0], *rules[1]):
        if typed in rule.id and rule.id not in others:
            edit = Edit(offset - len(typed), end, rule.id)
            yield Completion(rule.id, Kind.VALUE, edit, detail=rule.title, describe=_why(rule), filter=typed or rule.id)


def _comments(
    text: str, offset: int, match: re.Match[str], rules: tuple[list[Rule], list[Rule]], *, snippets: bool
) -> Iterator[Completion]:
    typed = match["typed"]
    if not KEYWORD.startswith(typed) or text[offset : line_end(text, offset)].strip():
        return
    space = "" if match["space"] else " "
    for rule in rules[0]:
        label = f"{KEYWORD}[{rule.id}]"
        edit = Edit(offset - len(typed), offset, space + label)
        yield Completion(label, Kind.VALUE, edit, detail=rule.title, describe=_why(rule), filter=typed or label)
    label = f"{KEYWORD}[…]"
    edit = Edit(offset - len(typed), offset, f"{space}{KEYWORD}[{'$1' if snippets else ''}]")
    yield Completion(
        label, Kind.VALUE, edit, snippets, "Hide a problem of this line", filter=typed or label, retrigger=snippets
    )


def _why(rule: Rule) -> Callable[[], str]:
    return lambda: rule.why
