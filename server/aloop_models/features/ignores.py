"""Ignore comments: `# aloop: ignore[rule-a, rule-b]` at the end of a line, or in a comment directly above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aloop_models.core.document import Document
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, break_near, line_end, line_start, next_line
from aloop_models.core.text import Edit, Span
from aloop_models.features.comments import is_in_comment, is_inside_value

KEYWORD = "aloop: ignore"
"""The start of an ignore comment, after `# `."""

_IGNORE = lazy_re(
    r"#[ \t]*aloop(?P<colon>[ \t]*:)?[ \t]*(?P<word>[A-Za-z-]+)"
    rf"[ \t]*(?P<brackets>\[(?P<ids>[^][#{BREAKS}]*)(?P<close>\])?)?"
)
_ID = lazy_re(r"[^\s,]+")


class IgnoredRule(NamedTuple):
    """One rule ID in the brackets, as written."""

    id: str
    span: Span


class Ignore(NamedTuple):
    """One ignore comment, or one that looks like it."""

    span: Span
    """From the `#` to the closing bracket, or to the last word of a malformed one."""
    rules: tuple[IgnoredRule, ...]
    lines: frozenset[int]
    """The offsets at which the lines begin that it covers."""
    word: str
    """The word after `aloop:`, in lower case; `ignore` in a correct one."""
    has_colon: bool
    brackets: Span | None
    """The text between the brackets; None without brackets."""
    is_closed: bool

    @property
    def is_valid(self) -> bool:
        """Whether it is written correctly, so that it has an effect."""
        return self.word == "ignore" and self.has_colon and self.is_closed and bool(self.rules)


def find_ignores(document: Document) -> Iterator[Ignore]:
    """Every ignore comment and what looks like one, in the order of the text; fast if there are none."""
    text = document.text
    below, until = -1, 0
    for match in _IGNORE.finditer(text):
        start = match.start()
        if (match["colon"] or match["brackets"]) and is_in_comment(document, start):
            ids = Span(*match.span("ids")) if match["brackets"] else None
            end = match.end() if ids else match.end("word")
            rules = tuple(_rules(text, ids)) if ids else ()
            line = line_start(text, start)
            if line >= until:
                # The same for all comments above it.
                below, until = _line_below(text, line)
            lines = _covered(document, line, below)
            word, has_colon = match["word"].lower(), match["colon"] is not None
            yield Ignore(Span(start, end), rules, lines, word, has_colon, ids, match["close"] is not None)


def add_ignore(document: Document, ignores: Iterable[Ignore], rule_id: str, offset: int) -> tuple[Edit, ...]:
    """Ignore a rule on the line of the offset: in its ignore comment, at its end, or in a comment above it.

    Empty if the file is not valid YAML, or if the line starts and ends inside values of several lines.

    Args:
        document: The file.
        ignores: All its ignore comments.
        rule_id: The rule.
        offset: The start of the problem.
    """
    if not document.parses:
        return ()
    text = document.text
    line, end = line_start(text, offset), line_end(text, offset)
    covering = [ignore for ignore in ignores if ignore.is_valid and line in ignore.lines]
    if covering:
        # The comment on the line itself is the last one.
        last = covering[-1].rules[-1].span.end
        return (Edit(last, last, f", {rule_id}"),)
    comment = f"# {KEYWORD}[{rule_id}]"
    if not is_inside_value(document, end):
        kept = len(text[line:end].rstrip(" \t"))
        return (Edit(line + kept, end, f"  {comment}" if kept else comment),)
    if is_inside_value(document, line):
        return ()
    indent = text[line : _content(text, line)]
    return (Edit(line, line, f"{indent}{comment}{break_near(text, line)}"),)


def remove_ignore(document: Document, ignore: Ignore) -> tuple[Edit, ...]:
    """Remove an ignore comment and nothing else: other words of the comment stay."""
    text, (start, end) = document.text, ignore.span
    line, last = line_start(text, start), line_end(text, start)
    rest = text[end:last].lstrip(" \t")
    if rest.startswith("#"):
        return (Edit(start, last - len(rest), ""),)
    if rest:
        return (Edit(start, last - len(rest), "# "),)
    kept = text[line:start].rstrip(" \t")
    return (Edit(line + len(kept), last, ""),) if kept else (Edit(line, next_line(text, line), ""),)


def remove_rule(ignore: Ignore, index: int) -> tuple[Edit, ...]:
    """Remove one of several rules, with its comma."""
    rules = ignore.rules
    if index + 1 < len(rules):
        return (Edit(rules[index].span.start, rules[index + 1].span.start, ""),)
    return (Edit(rules[index - 1].span.end, rules[index].span.end, ""),)


def covered_lines(document: Document, start: int) -> frozenset[int]:
    """The offsets at which the lines begin that an ignore comment covers, whose `#` is at `start`.

    The line of the comment; if the comment is alone on it, also the line below, after further such comments.
    """
    line = line_start(document.text, start)
    return _covered(document, line, _line_below(document.text, line)[0])


def _covered(document: Document, line: int, below: int) -> frozenset[int]:
    content = _content(document.text, line)
    is_alone = document.text.startswith("#", content) and is_in_comment(document, content)
    return frozenset([line, below] if is_alone and below >= 0 else [line])


def _line_below(text: str, line: int) -> tuple[int, int]:
    """Where the line begins that is below this one, after comments; -1 if it is empty. And where the comments end."""
    while (below := next_line(text, line)) > line:
        line, content = below, _content(text, below)
        if not text.startswith("#", content):
            return (line if content < line_end(text, line) else -1), line
    return -1, len(text)


def without_ignores(comment: str) -> str:
    """The words of a comment without ignore comments in it; empty if there are no others."""
    return _IGNORE.sub("", comment).strip()


def _rules(text: str, ids: Span) -> Iterator[IgnoredRule]:
    for match in _ID.finditer(text, *ids):
        yield IgnoredRule(match[0], Span(*match.span()))


def _content(text: str, line: int) -> int:
    """The offset of the first character of a line that is not white space."""
    end = line_end(text, line)
    return end - len(text[line:end].lstrip(" \t"))
