"""Lines that are not YAML: conflict markers, code fences, HTML, shell commands, and comments of other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, line_end, line_start, lines_above, lines_in, next_line
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.spans import content_span, inner_start
from aloop_models.features.checks.syntax_lines import Explanation

_CONFLICT = lazy_re(r"(?:<{7}|\|{7}|>{7})(?: .*)?|={7}")
_FENCE = lazy_re(r"(?:`{3,}|~{3,})[ ]*[a-z]*")
_FENCES = lazy_re(rf"(?:^|(?<=[{BREAKS}]))\ufeff?({_FENCE.pattern})[ \t]*(?=[{BREAKS}]|$)")
_TAGS = lazy_re(r"(?:</?[a-z][a-z0-9]*(?: [^<>]*)?>)+", re.IGNORECASE)
_COMMAND = lazy_re(r"\$ \S|(?:cat|tee) .*<<|EOF$")
_COMMENT = lazy_re(r"//|;|--(?=[ ])|/\*|<!--")
_COMMENT_AFTER = lazy_re(rf"[ \t]({_COMMENT.pattern})")
_CLOSING = {"/*": "*/", "<!--": "-->"}
_COMMENT_IN_FLOW = lazy_re(
    r"""(?:[^'"/]|"(?:[^"\\]|\\.)*"|'[^']*'|/(?!/)|(?<=[^\s,{}\[\]])//)*?(?<![^\s,{}\[\]])(?P<mark>//)"""
)
_MOST_LINES = 10
"""Lines above a line, and below it, that one fix changes with it."""

_FARTHEST = 4_000
"""Characters around a line that are searched for the other end of a conflict or comment."""

_LONGEST_FLOW = 20_000
"""Characters after a bracket that are searched for comments."""


def foreign_line(text: str, at: int) -> Explanation | None:
    """The line of an offset if it is not YAML; None for other lines."""
    line = content_span(text, at)
    content = text[slice(*line)]
    if _CONFLICT.fullmatch(content) and line.start == line_start(text, at):
        message = "A conflict marker of git is not YAML. Keep one of the two versions, and remove the markers."
        return Explanation(_conflict_start(text, line), message)
    if _FENCE.fullmatch(content):
        # A text block has no line without indentation.
        is_indented = line.start > line_start(text, at)
        around = max(0, line.start - _FARTHEST), line.end + _FARTHEST
        found = islice(_FENCES.finditer(text, *around), 2 * _MOST_LINES)
        fences = [line] if is_indented else [Span(*fence.span(1)) for fence in found]
        return _removal(text, fences, "A code fence of Markdown is not YAML.")
    if _TAGS.fullmatch(content):
        return _removal(text, [line], "An HTML tag is not YAML.")
    if _COMMAND.match(content):
        lines = tuple(_lines_alike(text, line, _COMMAND))
        message = f"A shell command is not YAML. Remove {_count(lines)}."
        return Explanation(lines[0], message, (_comment_out(lines),))
    if found := _COMMENT.match(content):
        return _comment(text, line, found[0])
    opening = next((opening for opening, closing in _CLOSING.items() if content.endswith(closing)), "")
    start = text.rfind(opening, max(0, line.end - _FARTHEST), line.end) if opening else -1
    first = content_span(text, start) if start >= 0 else line
    return _comment(text, first, opening) if first.start == start else None


def comment_mark(text: str) -> str | None:
    """What starts a comment of another language at the start of a text, or None."""
    found = _COMMENT.match(text)
    return found[0] if found else None


def use_hash(mark: str) -> str:
    """Return the message for what starts a comment in another language."""
    return f"'{mark}' does not start a comment in YAML. Use '#'."


def comment_after(scalar: Scalar | None) -> Explanation | None:
    """The comment of another language after a plain value that is the last text on its line; None without one."""
    first = None if scalar is None or scalar.style else inner_start(scalar)
    found = _COMMENT_AFTER.search(scalar.text) if scalar and first is not None else None
    if scalar is None or first is None or found is None:
        return None
    return comment_at(Span(first + found.start(1), scalar.end), found[1])


def comment_at(span: Span, mark: str) -> Explanation:
    """The comment of another language with this range."""
    edit = Edit(span.start, span.start + len(mark), "#")
    return Explanation(span, use_hash(mark), ((_replacing(mark), (edit,)),))


def comment_in_flow(text: str, start: int, end: int) -> Explanation | None:
    """The first `//` comment between two offsets inside brackets, as in JSON; None if there is none."""
    limit = min(len(text), start + _LONGEST_FLOW)
    first = next(_marks_in_flow(text, line_start(text, start), min(end + 2, limit)), None)
    if first is None:
        return None
    marks = (first, *_marks_in_flow(text, next_line(text, first), limit))
    edits = tuple(Edit(mark, mark + 2, "#" if text[mark - 1].isspace() else " #") for mark in marks)
    return Explanation(Span(first, content_span(text, first).end), use_hash("//"), ((_replacing("//"), edits),))


def opening_line(text: str, closing: int) -> int:
    """The start of the line above that opens what a bracket at the start of a line closes; -1 if there is none."""
    line = content_span(text, closing)
    begin = line_start(text, closing)
    for above in lines_above(text, begin) if line.start == closing else ():
        content = content_span(text, above.start)
        if begin - above.start > _LONGEST_FLOW:
            break
        if content.end > content.start and content.start - above.start <= closing - begin:
            return above.start if text[content.end - 1] in "{[" else -1
    return -1


def _removal(text: str, lines: Sequence[Span], problem: str) -> Explanation:
    edits = tuple(Edit(line_start(text, line.start), next_line(text, line.end), "") for line in lines)
    title = f"Remove {_count(lines)}"
    return Explanation(lines[0], f"{problem} {title}.", ((title, edits),))


def _count(lines: Sequence[Span]) -> str:
    return "this line" if len(lines) == 1 else f"{len(lines)} lines"


def _marks_in_flow(text: str, start: int, end: int) -> Iterator[int]:
    """Where `//` starts a comment, from the start of a line up to `end`."""
    while (slashes := text.find("//", start, end)) >= 0:
        line = Span(max(start, line_start(text, slashes)), min(line_end(text, slashes), end))
        found = _COMMENT_IN_FLOW.match(text, *line)
        if found:
            yield found.start("mark")
        start = next_line(text, slashes)


def _comment(text: str, line: Span, mark: str) -> Explanation:
    """A comment of another language that begins at the start of a line."""
    closing = _CLOSING.get(mark)
    if closing is None:
        lines = tuple(_lines_alike(text, line, re.compile(rf"{re.escape(mark)}(?!-)")))
        edits = tuple(Edit(start, start + len(mark), "#") for start, _ in lines)
        return Explanation(lines[0], use_hash(mark), ((_replacing(mark), edits),))
    end = text.find(closing, line.start, line.start + _FARTHEST)
    if end < 0 or text[end + len(closing) : line_end(text, end)].strip():
        return Explanation(line, use_hash(mark))
    lines = tuple(content_span(text, each.start) for each in lines_in(text, line_start(text, line.start), end))
    return Explanation(line, use_hash(mark), (_comment_out(lines),))


def _comment_out(lines: Sequence[Span]) -> tuple[str, tuple[Edit, ...]]:
    """The fix that makes lines comments, with its title."""
    edits = tuple(Edit(start, start, "# ") for start, end in lines if end > start)
    return f"Comment out {_count(lines)}", edits


def _replacing(mark: str) -> str:
    return f"Replace '{mark}' with '#'"


def _conflict_start(text: str, line: Span) -> Span:
    """The first marker of the conflict that a marker belongs to."""
    for above in lines_above(text, line.start):
        if line.start - above.start > _FARTHEST or text.startswith(">>>>>>>", above.start):
            break
        if text.startswith("<<<<<<<", above.start) and not text.startswith("<<<<<<<", line.start):
            return content_span(text, above.start)
    return line


def _lines_alike(text: str, line: Span, pattern: re.Pattern[str]) -> Iterator[Span]:
    """The lines around a line, and the line itself, whose content begins with a pattern."""
    first = line.start
    for above in islice(lines_above(text, line_start(text, first)), _MOST_LINES):
        content = content_span(text, above.start)
        if not pattern.match(text, *content):
            break
        first = content.start
    for each in islice(lines_in(text, line_start(text, first), len(text)), 2 * _MOST_LINES):
        content = content_span(text, each.start)
        if not pattern.match(text, *content):
            break
        yield content
