"""Checks of ignore comments: those without effect, and those that hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aloop_models.catalog import nearest
from aloop_models.catalog.redaction import quote
from aloop_models.core.document import Document
from aloop_models.core.lines import line_start
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.wording import list_choices
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.features.ignores import KEYWORD, Ignore, IgnoredRule, find_ignores, remove_ignore, remove_rule

UNUSED_IGNORE = Rule(
    "unused-ignore",
    Severity.HINT,
    "Ignore comment without a problem",
    "The comment ignores a rule that reports nothing on its line, so it can hide a later problem. Remove it. Not "
    "reported while the file is not valid YAML.",
    "models:\n  ollama/llama3:\n    timeout: 300  # aloop: ignore[wrong-type]\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 300\ndefault: ollama/llama3\n",
    fixes="safe",
    fix_safety="Safe: removing the comment, or the ID of the rule if the comment has others. Other words of the "
    "comment stay.",
    severity_reason="The models work, and the comment has no effect yet.",
    ignorable=False,
    related=("invalid-ignore",),
    since="0.2.0",
)
INVALID_IGNORE = Rule(
    "invalid-ignore",
    Severity.WARNING,
    "Invalid ignore comment",
    "The comment has no effect: a rule ID is unknown, the rule cannot be ignored, or the IDs in brackets are missing. "
    "Write `# aloop: ignore[rule]`, with commas between several IDs.",
    "models:\n  ollama/llama3:\n    temprature: 0.7  # aloop: ignore[unknown-feild, unknown-field]\n"
    "default: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    temprature: 0.7  # aloop: ignore[unknown-field]\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: removing a rule that cannot be ignored. Unsafe: changing or removing an unknown ID, and "
    "completing or removing a comment.",
    severity_reason="The models work, but the comment does not hide the problem that it should.",
    ignorable=False,
    related=("unused-ignore",),
    since="0.2.0",
)

_FORM = f"# {KEYWORD}[rule]"
_MOST_SIMILAR = 2
_OTHER_WORDS = frozenset({"disable", "suppress", "noqa", "off", "allow"})


def hide_ignored(
    document: Document, items: Sequence[Diagnostic], rules: Mapping[str, Rule]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Split the diagnostics into those that are reported, with those about ignore comments, and the ignored ones.

    Args:
        document: The file.
        items: The diagnostics of all other checks, in the file's coordinates.
        rules: All rules by ID.
    """
    usages = [_Usage(ignore, set(), set()) for ignore in find_ignores(document)]
    if not usages:
        return list(items), []
    covering: dict[int, list[_Usage]] = {}
    for usage in usages:
        for line in usage.ignore.lines:
            # The comment on the line itself, which is found last, comes first.
            covering.setdefault(line, []).insert(0, usage)
    kept: list[Diagnostic] = []
    ignored: list[Diagnostic] = []
    for item in items:
        near = covering.get(line_start(document.text, item.span.start), ()) if item.rule.ignorable else ()
        (ignored if _is_ignored(item.rule.id, near) else kept).append(item)
    if document.parses:
        for usage in usages:
            kept += _check(document, usage, rules)
    return kept, ignored


class _Usage(NamedTuple):
    """One ignore comment and what it hides."""

    ignore: Ignore
    used: set[int]
    """The indices of the IDs that hide a problem."""
    problems: set[str]
    """The IDs of the problems that a correct comment in its place could hide."""


def _is_ignored(rule_id: str, near: Iterable[_Usage]) -> bool:
    """Whether one of the comments hides a problem of its line, which is noted in the first such comment."""
    is_ignored = False
    for usage in near:
        usage.problems.add(rule_id)
        ids = [item.id for item in usage.ignore.rules] if usage.ignore.is_valid else []
        if not is_ignored and rule_id in ids:
            usage.used.add(ids.index(rule_id))
            is_ignored = True
    return is_ignored


def _check(document: Document, usage: _Usage, rules: Mapping[str, Rule]) -> Iterator[Diagnostic]:
    """Report what has no effect in one ignore comment."""
    ignore = usage.ignore
    if not ignore.is_valid:
        if _is_meant(ignore, rules):
            yield _malformed(document, usage, rules)
        return
    unused: list[int] = []
    for index, item in enumerate(ignore.rules):
        rule = rules.get(item.id)
        if rule is None:
            yield _unknown(document, ignore, index, rules)
        elif not rule.ignorable:
            fix = _remove(document, ignore, index, safe=True)
            yield Diagnostic(INVALID_IGNORE, item.span, f"{rule.id} cannot be ignored. Remove it.", offer(fix))
        elif index not in usage.used:
            unused.append(index)
    if len(unused) == len(ignore.rules):
        yield _unused(ignore.span, ignore.rules, remove_ignore(document, ignore))
        return
    for index in unused:
        yield _unused(ignore.rules[index].span, ignore.rules[index : index + 1], remove_rule(ignore, index))


def _unused(span: Span, rules: Iterable[IgnoredRule], changes: tuple[Edit, ...]) -> Diagnostic:
    names = list_choices(dict.fromkeys(item.id for item in rules))
    message = f"Unused ignore: the line has no {names} problem. Remove it."
    fix = Fix("Remove the unused ignore", changes, safe=True)
    return Diagnostic(UNUSED_IGNORE, span, message, offer(fix), unnecessary=True)


def _unknown(document: Document, ignore: Ignore, index: int, rules: Mapping[str, Rule]) -> Diagnostic:
    item = ignore.rules[index]
    others = {other.id for other in ignore.rules}
    near = nearest(item.id, (name for name, rule in rules.items() if rule.ignorable), _MOST_SIMILAR)
    advice = f"Did you mean {list_choices(near)}?" if near else "Write the ID of a rule, such as unknown-model."
    changes = [Fix(f"Change to {name}", (Edit(*item.span, name),), safe=False) for name in near if name not in others]
    remove = _remove(document, ignore, index, safe=False)
    message = f"Unknown rule {quote(item.id, 'ID')}. {advice}"
    return Diagnostic(INVALID_IGNORE, item.span, message, offer(*changes, remove))


def _malformed(document: Document, usage: _Usage, rules: Mapping[str, Rule]) -> Diagnostic:
    ignore = usage.ignore
    given = [item.id for item in ignore.rules]
    are_known = all(name in rules and rules[name].ignorable for name in given)
    names = [] if not are_known else given or sorted(usage.problems)
    fixes: list[Fix] = []
    if names:
        text = f"# {KEYWORD}[{', '.join(dict.fromkeys(names))}]"
        fixes.append(Fix(f"Change to {text}", (Edit(*ignore.span, text),), safe=False))
    fixes.append(Fix("Remove the comment", remove_ignore(document, ignore), safe=False))
    message = f"This ignore has no effect. Write {_FORM}."
    return Diagnostic(INVALID_IGNORE, ignore.span, message, offer(*fixes))


def _is_meant(ignore: Ignore, rules: Mapping[str, Rule]) -> bool:
    """Whether a comment that looks like an ignore is meant as one, and is not prose."""
    if ignore.word == "ignore":
        return ignore.has_colon or ignore.brackets is not None
    if ignore.brackets is None:
        return False
    is_similar = ignore.word in _OTHER_WORDS or bool(nearest(ignore.word, ("ignore",), 1))
    return is_similar or any(item.id in rules for item in ignore.rules)


def _remove(document: Document, ignore: Ignore, index: int, *, safe: bool) -> Fix:
    if len(ignore.rules) > 1:
        return Fix("Remove this ID", remove_rule(ignore, index), safe)
    return Fix("Remove the comment", remove_ignore(document, ignore), safe)
