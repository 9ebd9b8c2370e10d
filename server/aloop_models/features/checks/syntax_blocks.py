"""Syntax errors of a key and the lines below it: a value above a block, and a field on the line of its ID."""

from __future__ import annotations

from itertools import pairwise

from aloop_models.catalog.redaction import redact
from aloop_models.catalog.schema_file import load_schema
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, break_near, line_end, line_start, lines_above, lines_in, next_line
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.sections import SECTIONS
from aloop_models.features.checks.spans import content_span
from aloop_models.features.checks.syntax_foreign import comment_at, comment_mark
from aloop_models.features.checks.syntax_lines import Explanation, before_comment, content_above
from aloop_models.features.checks.wording import quote_name

_KEY = r"""(?P<key>'[^']*'|"[^"]*"|[^\s'"#]\S*?):(?P<gap>[ ]+)"""
_KEY_AND_VALUE = lazy_re(rf"{_KEY}(?P<value>\S.*)")
_TWO_KEYS = lazy_re(rf"[ ]*{_KEY}(?P<inner>\S+)")
_FIRST_FIELD = lazy_re(r"(?P<indent>[ ]*)(?P<name>[a-z]\w*):[ ]+(?=[^\s'\"{\[|>&*!])")
_NEXT_FIELD = lazy_re(r"(?P<mark>[,;]?)[ ]+(?P<name>[a-z]\w*):(?:[ ]+|$)")
_COLON_IN_QUOTES = lazy_re(r"""'[^']*:'|"[^"\\]*:\"""")
_EMPTY = ("null", "~", "{}", "[]", "''", '""')
_SPECIAL = tuple("{[*&!")


def value_above_block(text: str, at: int) -> Explanation | None:
    """An ID or a section with a value, and the line of `at` right below it; None for other lines."""
    line = content_span(text, at)
    begin = line_start(text, at)
    above = content_span(text, content_above(text, begin))
    found = _KEY_AND_VALUE.fullmatch(before_comment(text[slice(*above)]))
    if found is None or _depth(text, above) >= _depth(text, line):
        return None
    key = found["key"].strip("'\"")
    if not _has_block(key) and not (key == "default" and "/" in text[slice(*line)]):
        return None
    value = Span(*found.span("value")).shift(above.start)
    gap = Span(*found.span("gap")).shift(above.start)
    if mark := comment_mark(found["value"]):
        return comment_at(value, mark)
    problem = f"{quote_name(key)} has a value and lines below it."
    if key == "default":
        fix = ("Move the lines under models", _move_default(text, above))
        return Explanation(value, f"{problem} Move the lines under models.", (fix,))
    indent = text[begin : line.start]
    field = "api_key" if is_key(found["value"]) else "name"
    below = lines_in(text, begin, _block_end(text, begin, _depth(text, above)))
    has_field = any(text.startswith(f"{indent}{field}:", start) for start, _ in below)
    if key in SECTIONS or found["value"] in _EMPTY or has_field:
        fix = ("Remove the value", (Edit(gap.start, value.end, ""),))
        # A fix does not delete a key, which may be the only copy.
        return Explanation(value, f"{problem} Remove the value.", () if is_key(found["value"]) else (fix,))
    message = f"{problem} Write the value as a field below the ID."
    if found["value"].startswith(_SPECIAL):
        return Explanation(value, message)
    edit = Edit(gap.start, gap.end, f"{break_near(text, gap.start)}{indent}{field}: ")
    return Explanation(value, message, ((f"Move the value to {field}", (edit,)),))


def colon_in_quotes(text: str, at: int) -> Explanation | None:
    """A key whose colon is inside its quotes, above the line of `at`; None for other lines."""
    line = content_span(text, at)
    above = content_span(text, content_above(text, line_start(text, at)))
    if not _COLON_IN_QUOTES.fullmatch(text, *above) or _depth(text, above) >= _depth(text, line):
        return None
    edits = (Edit(above.end - 2, above.end - 1, ""), Edit(above.end, above.end, ":"))
    message = "The colon is inside the quotes. Write it after them."
    return Explanation(above, message, (("Move the colon after the quotes", edits),))


def two_keys(text: str, colon: int) -> Explanation | None:
    """A field on the line of its ID, or an ID on the line of `models`; None for other lines.

    Args:
        text: The file.
        colon: The offset of the second colon.
    """
    begin = line_start(text, colon)
    found = _TWO_KEYS.fullmatch(text, begin, colon)
    key = found["key"].strip("'\"") if found else ""
    if found is None or not _has_block(key):
        return None
    start = found.start("inner")
    span = Span(start, start + len(before_comment(text[start : content_span(text, colon).end])))
    edit = Edit(*found.span("gap"), break_near(text, start) + " " * _inner_depth(text, found.start("key"), colon))
    message = f"{quote_name(found['inner'])} is on the same line as {quote_name(key)}. Move it to the next line."
    return Explanation(span, message, (("Move it to the next line", (edit,)),))


def fields_on_line(text: str, colon: int) -> Explanation | None:
    """A field, and others after its value on the same line; None for other lines.

    Args:
        text: The file.
        colon: The offset of the second colon.
    """
    begin, fields = line_start(text, colon), load_schema().fields
    line = before_comment(text[begin : line_end(text, colon)])
    first = _FIRST_FIELD.match(line)
    others = list(_NEXT_FIELD.finditer(line, first.end())) if first and first["name"] in fields else []
    if first is None or not others or not all(other["name"] in fields for other in others):
        return None
    values = [line[one.end() : other.start()] for one, other in pairwise((first, *others))]
    if not all(" " not in value or other["mark"] for value, other in zip(values, others, strict=True)):
        return None
    start = f"{break_near(text, begin)}{first['indent']}"
    edits = tuple(Edit(other.start(), other.start("name"), start).shift(begin) for other in others)
    message = f"{others[0]['name']} is on the same line as {first['name']}. Write each field on a line of its own."
    span = Span(others[0].start("name"), len(line)).shift(begin)
    return Explanation(span, message, (("Write each field on a line of its own", edits),))


def name_before_id(text: str, colon: int) -> Explanation | None:
    """A name of one's own or a provider before the ID of an entry with fields below; None for other lines.

    `fast: openai/gpt-4o:`, `openai: gpt-4o:`.

    Args:
        text: The file.
        colon: The offset of the second colon.
    """
    begin = line_start(text, colon)
    found = _TWO_KEYS.fullmatch(text, begin, colon)
    if found is None or "/" in found["key"] or before_comment(text[colon + 1 : line_end(text, colon)]).strip():
        return None
    span = Span(found.start("key"), colon)
    if "/" in found["inner"]:
        message = "The key of an entry is the model ID. Remove the name before it."
        edit = Edit(span.start, found.start("inner"), "")
        return Explanation(span, message, ((f"Remove {quote_name(found['key'])}", (edit,)),))
    message = "The key of an entry is the whole model ID. Write provider/model."
    return Explanation(span, message, (("Join the two keys", (Edit(found.end("key"), found.start("inner"), "/"),)),))


def _inner_depth(text: str, key: int, colon: int) -> int:
    """The indentation of the second key of a line, below the first one."""
    depth = key - line_start(text, key)
    below = _depth(text, content_span(text, next_line(text, colon)))
    belongs_to_second = not before_comment(text[colon + 1 : line_end(text, colon)]).strip()
    return depth + 2 if below <= depth or (belongs_to_second and below > depth + 2) else below


def _has_block(key: str) -> bool:
    """Whether a key has lines below it: an ID or a section, but not a field."""
    return "/" in key or (key in SECTIONS and key != "default")


def _move_default(text: str, default: Span) -> tuple[Edit, ...]:
    """Move the line of `default` below the entries after it.

    No edits if these would not be part of `models`, or if the line has a key, which the edit would repeat.
    """
    start, begin = line_start(text, default.start), next_line(text, default.start)
    above = (text[slice(*line)] for line in lines_above(text, start))
    section = next((line for line in above if line[:1] not in ("", " ", "#")), "")
    written = text[start:begin]
    line = written.rstrip(BREAKS)
    if before_comment(section) != "models:" or redact(line) != line:
        return ()
    end = _block_end(text, begin, 0)
    if text[end - 1] not in BREAKS:
        written = break_near(text, start) + written.rstrip(BREAKS)
    return Edit(start, begin, ""), Edit(end, end, written)


def _block_end(text: str, start: int, depth: int) -> int:
    """The start of the next line that is not indented by more than `depth` spaces, or the end of the text."""
    for line in lines_in(text, start, len(text)):
        content = content_span(text, line.start)
        if content.end > content.start and _depth(text, content) <= depth:
            return line.start
    return len(text)


def _depth(text: str, content: Span) -> int:
    return content.start - line_start(text, content.start)
