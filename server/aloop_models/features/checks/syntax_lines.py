"""Syntax errors that are visible in one line: open quotes, missing colons, wrong indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, LSP_BREAKS, line_end, line_start, lines_above, lines_in, next_line
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import content_span, rest_of_line
from aloop_models.features.checks.wording import name_of_character
from aloop_models.features.formatting import plural

_OPENING = lazy_re(
    r"""(?:[^\s'"#:](?:[^#:]*[^#: ])?(?::[^\s#:]+)*|'[^']*'|"[^"]*")[ ]*:[ ]+(?P<quote>['"])|(?P<bare>['"])"""
)
_COMMENT_FOR_LABEL = lazy_re(
    r"([^\s#:'\"/]+/[^\s#'\"]*[^\s#:'\"])[ \t]+#[ \t]*([A-Za-z0-9._-]+)[ \t]*(?::(?![^\s])(.*))?"
)
_COMMENT = lazy_re(r"(?<!\s)\s+#")
_ID = lazy_re(r"[^\s#:'\"{\[]+/[^\s#'\"]*:(?!\S)")
_FIRST_WORD = lazy_re(r"([A-Za-z_][\w-]*)(:?)(\s*)(\S?)")
_EMPTY_FIELD = lazy_re(r"([a-z]\w*):")
_BLOCKS = frozenset({"models", "roles", "fallbacks"})
"""Keys whose value is a block, and not a word."""
_VALUE = lazy_re(r"(?![a-z_]+$)[^\s'\"#{\[|>&*!-]\S*(?<!:)")
"""A value of one word that cannot be the beginning of a field."""
_NAME = lazy_re(r"""\w(?:\S*\w)?|'[^']*'|"[^"]*\"""")
_ASSIGNMENT = lazy_re(r"(export[ ]+)?([A-Za-z_][\w-]*)([ ]*=>?(?!=)[ ]*)")


_FARTHEST = 4_000
"""Characters above a line that are searched for lines to align it with."""

_MOST_FIELDS = 10
"""Lines of an entry that one fix changes; each line that is not indented has a fix of its own."""


class Explanation(NamedTuple):
    """The range of a syntax error, its message, and edits that may fix it, each with a title."""

    span: Span
    message: str
    edits: tuple[tuple[str, tuple[Edit, ...]], ...] = ()


def open_quote(text: str, start: int, end: int) -> Explanation | None:
    """The first quote between two offsets that its line does not close; None if all are closed."""
    offset = line_start(text, max(0, start))
    while offset < end:
        stop = line_end(text, offset)
        line = text[offset:stop]
        blank = len(line) - len(line.lstrip(" -"))
        opening = _OPENING.match(line, blank)
        if opening:
            at = offset + opening.end() - 1
            mark = text[at]
            if at < end and not closes_quote(text[at + 1 : stop], mark):
                return _open_at(text, at, mark)
        offset = next_line(text, offset)
    return None


def _open_at(text: str, at: int, mark: str) -> Explanation:
    span = rest_of_line(text, at)
    places = dict.fromkeys((at + len(before_comment(text[at : span.end])), span.end))
    edits = tuple((f"Add the closing quote ({mark})", (Edit(place, place, mark),)) for place in places)
    return Explanation(span, missing_quote(mark), edits)


def before_comment(line: str) -> str:
    """Return a line, or the end of one, without a comment and the spaces before it."""
    comment = _COMMENT.search(line)
    return line[: comment.start()] if comment else line


def missing_quote(mark: str) -> str:
    """Return the message for a quote without its closing quote."""
    return f"Missing closing quote ({mark}). Add it."


def closes_quote(rest: str, mark: str) -> bool:
    """Return whether the text after an opening quote contains the closing one."""
    if mark == "'":
        return "'" in rest.replace("''", "")
    return '"' in re.sub(r"\\.", "", rest)


def missing_colon(text: str, at: int) -> Explanation:
    """A line that should be `name: value` or `ID:`, but has no colon or no space after it."""
    line = content_span(text, at)
    span = Span(max(line.start, min(at, line.end)), line.end) if line.start <= at < line.end else line
    content = before_comment(text[span.start : span.end])
    span = Span(span.start, span.start + len(content))
    if label := comment_for_label(text, at):
        return label
    if found := _rare_break(text, line_start(text, at)):
        return found
    if _ASSIGNMENT.match(content):
        message = "'=' instead of a colon. Write 'name: value'."
        return Explanation(span, message, (("Replace '=' with a colon", tuple(_replace_equals(text, span.start))),))
    word = _FIRST_WORD.match(content)
    if word and word[2] and not word[3] and word[4]:
        place = span.start + word.end(2)
        message = "Missing space after the colon. Write 'name: value'."
        return Explanation(span, message, (("Add a space after the colon", (Edit(place, place, " "),)),))
    if word and not word[2] and word[3] and word[4]:
        place = span.start + word.end(1)
        message = "Missing colon after the name. Write 'name: value'."
        return Explanation(span, message, (("Add a colon after the name", (Edit(place, place, ":"),)),))
    if found := _below_its_field(text, span):
        return found
    if is_key(content) and _NAME.fullmatch(content):
        message = "The API key has no field name. Write it as the value of api_key."
        is_field = span.start > line_start(text, span.start)
        edit = Edit(span.start, span.start, "api_key: ")
        return Explanation(span, message, (("Add the field name api_key", (edit,)),) if is_field else ())
    message = "Missing colon at the end of the line. Write 'provider/model:' or 'name: value'."
    if _NAME.fullmatch(content):
        return Explanation(span, message, (("Add a colon", (Edit(span.end, span.end, ":"),)),))
    return Explanation(span, message)


def _below_its_field(text: str, value: Span) -> Explanation | None:
    """A value on the line below its field, with the same indentation; None for other lines."""
    begin = line_start(text, value.start)
    above = content_span(text, content_above(text, begin))
    field = _EMPTY_FIELD.fullmatch(text, *above)
    is_aligned = above.start - line_start(text, above.start) == value.start - begin
    if field is None or not is_aligned or field[1] in _BLOCKS or text[above.end : value.start].strip():
        return None
    if not _VALUE.fullmatch(text, *value):
        return None
    message = f"The value of {field[1]} is not on its line. Write it after the colon."
    return Explanation(value, message, (("Write it after the colon", (Edit(above.end, value.start, " "),)),))


def _rare_break(text: str, start: int) -> Explanation | None:
    """The character before a line if it is a line break for YAML, but not for an editor; None for other breaks."""
    at = start - 1
    if at < 0 or text[at] not in BREAKS or text[at] in LSP_BREAKS or not any(mark in text for mark in LSP_BREAKS):
        return None
    message = f"YAML reads {name_of_character(text[at])} as a line break. Replace it with a space."
    return Explanation(Span(at, start), message, (("Replace the character with a space", (Edit(at, start, " "),)),))


def _replace_equals(text: str, start: int) -> Iterator[Edit]:
    """Yield the edits of a line `name = value`, and of the fields right below it."""
    lines = lines_in(text, line_start(text, start), len(text))
    for line in islice(lines, _MOST_FIELDS if start > line_start(text, start) else 1):
        content = content_span(text, line.start)
        found = _ASSIGNMENT.match(text, *content)
        if found is None:
            return
        if found[2].endswith("_API_KEY"):
            yield Edit(content.start, found.end(2), "api_key")
        elif found[1]:
            yield Edit(content.start, found.start(2), "")
        yield Edit(*found.span(3), ": " if found.end() < content.end else ":")


def comment_for_label(text: str, at: int) -> Explanation | None:
    """An ID whose label and colon are a comment, because of a space before the `#`; None for other lines."""
    line = content_span(text, at)
    found = _COMMENT_FOR_LABEL.fullmatch(text, *line)
    if found is None or is_key(found[2]):
        return None
    message = "A space before '#' starts a comment. Write provider/model#label: without the space."
    end = line.end if found[3] is None else found.start(3)
    edits = (Edit(found.end(1), found.start(2), "#"), Edit(found.end(2), end, ":"))
    return Explanation(line, message, (("Remove the space before '#'", edits),))


def indentation(text: str, at: int) -> Explanation:
    """A line with another indentation than all lines above."""
    span = content_span(text, at)
    begin = line_start(text, at)
    if label := comment_for_label(text, content_above(text, begin)):
        return label
    depth = span.start - begin
    near = (text[slice(*line)] for line in lines_in(text, max(0, begin - _FARTHEST), begin))
    above = [line for line in near if line.strip() and not line.lstrip().startswith("#")][-40:]
    if _ID.match(text, span.start):
        # An ID is not aligned with fields.
        above = [line for line in above if _ID.match(line.lstrip(" "))]
    known = dict.fromkeys(len(line) - len(line.lstrip(" ")) for line in reversed(above))
    nearest = sorted((other for other in known if other != depth), key=lambda other: abs(other - depth))[:3]
    edits = tuple((indent_title(other), (Edit(begin, span.start, " " * other),)) for other in nearest)
    message = "The indentation does not match any line above. Align the line with the fields or IDs above."
    return Explanation(span, message, edits)


def indent_title(width: int) -> str:
    """Return the title of a fix that indents a line by `width` spaces."""
    return f"Indent by {plural(width, 'space')}" if width else "Remove the indentation"


def content_above(text: str, begin: int) -> int:
    """The start of the nearest line above that is neither blank nor a comment, or 0."""
    lines = lines_above(text, begin)
    return next((line.start for line in lines if text[slice(*line)].lstrip()[:1] not in ("", "#")), 0)


def unquoted_value(text: str, at: int, message: str) -> Explanation:
    """A value that needs quotes, from `at` or an opening quote before it to the end of the line."""
    begin, stop = line_start(text, at), line_end(text, at)
    line = text[begin:stop]
    opening = _OPENING.match(line, len(line) - len(line.lstrip(" -")))
    start = begin + opening.end() - 1 if opening and begin + opening.end() - 1 < at else at
    value = before_comment(text[start:stop]).rstrip()
    span = Span(start, start + len(value))
    mark = value[:1]
    if mark in ("'", '"') and len(value) > 1 and value.endswith(mark):
        escape = "'" if mark == "'" else "\\"
        inner = (index for index in range(start + 1, span.end - 1) if text[index] == mark)
        return Explanation(span, message, (("Escape the inner quotes", tuple(Edit(i, i, escape) for i in inner)),))
    doubled = (Edit(index, index, "'") for index in range(start, span.end) if text[index] == "'")
    edits = (Edit(start, start, "'"), *doubled, Edit(span.end, span.end, "'"))
    return Explanation(span, message, (("Quote this value", tuple(edits)),))
