"""Messages for PyYAML's problems, with the range of the most likely cause and edits that may fix it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from aloop_models.core.document import Document
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.limits import MAX_VALUE
from aloop_models.core.lines import BREAKS, line_end, line_start, lines_above, next_line
from aloop_models.core.text import Edit, Span
from aloop_models.core.yaml_reader import TOO_LONG, Problem
from aloop_models.features.checks.commented_ids import fields_without_id
from aloop_models.features.checks.spans import content_span, rest_of_line
from aloop_models.features.checks.syntax_blocks import (
    colon_in_quotes,
    fields_on_line,
    name_before_id,
    two_keys,
    value_above_block,
)
from aloop_models.features.checks.syntax_foreign import comment_in_flow, foreign_line, opening_line
from aloop_models.features.checks.syntax_lines import (
    Explanation,
    before_comment,
    content_above,
    indent_title,
    indentation,
    missing_colon,
    missing_quote,
    open_quote,
    unquoted_value,
)

_MOST_COUNTED = 100_000
"""Maximum length of a text whose brackets are counted."""
_CODE = lazy_re(r"`[^\s`'\"#&*!|>%@{}\[\]?,-][^\s`]*`")
"""A word in the backticks of Markdown that needs no quotes without them."""
_QUOTED = lazy_re(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_Explainer: TypeAlias = Callable[[str, Problem, int], Explanation | None]
"""Takes the text, the problem, and the start of the invalid piece."""


_COLON = lazy_re(r":(?:\s|$)")
_FARTHEST = 4_000
"""Characters before a problem that are searched for its cause."""


class _Message(NamedTuple):
    """A part of PyYAML's message, and the function that explains the problem."""

    part: str
    explain: _Explainer


def explain(document: Document, problem: Problem) -> Explanation:
    """Explain the problem."""
    text = document.text
    problem = problem._replace(at=min(problem.at, len(text)))
    start = _piece_start(document, problem)
    if found := _not_yaml(text, problem):
        return found
    for message in _MESSAGES:
        if message.part in problem.what or message.part in problem.context:
            found = message.explain(text, problem, start)
            if found is not None:
                return found
    # What PyYAML found can contain text of the file, so it is removed; what it expected does not.
    what = re.sub(r"[,:]? ?(?:but )?(?:found|got) .*|['\"].*", "", problem.what).strip(" ,.") or "not valid YAML"
    return Explanation(rest_of_line(text, problem.at), f"Invalid YAML: {what[:100]}. Check this line.")


def _not_yaml(text: str, problem: Problem) -> Explanation | None:
    """A line at the problem, or right above it, that is not YAML and is therefore the cause."""
    if "quoted scalar" in problem.context:
        return None
    if problem.context.startswith("while parsing a flow"):
        return comment_in_flow(text, max(problem.context_at, 0), problem.at)
    if text[problem.at : problem.at + 1] in ("}", "]") and (opening := opening_line(text, problem.at)) >= 0:
        # The bracket is left over because of a problem above.
        return comment_in_flow(text, opening, problem.at)
    places = [problem.context_at, problem.at]
    if "mapping values" in problem.what:
        # The line above is the start of this one for YAML.
        places.append(_line_above(text, line_start(text, problem.at), 0).start)
    found = (foreign_line(text, at) for at in places if at >= 0)
    return next(filter(None, found), None)


def _piece_start(document: Document, problem: Problem) -> int:
    """The start of the entry or section with the problem, but at most `_FARTHEST` characters before it."""
    if problem.start >= 0:
        return max(problem.at - _FARTHEST, problem.start)
    # PyYAML reports an unclosed value only at the start of the next piece.
    at = min(problem.at, problem.context_at) if problem.context_at >= 0 else problem.at
    index = bisect_right(document.entries, at, key=lambda placed: placed.start)
    entry = document.entries[index - 1].start if index else 0
    sections = (section.key.start for section in document.sections if section.key.start <= at)
    return max(at - _FARTHEST, entry, max(sections, default=0))


def _quote_to_the_end(text: str, problem: Problem, start: int) -> Explanation | None:
    if "quoted scalar" not in problem.context or problem.context_at < 0:
        return None
    # The quote that is open at the end can be the closing quote of an unclosed value above.
    return open_quote(text, start, problem.context_at + 1) or _left_open(text, problem.context_at)


def _left_open(text: str, at: int) -> Explanation:
    span = rest_of_line(text, at)
    mark = text[at : at + 1]
    edit = Edit(span.end, span.end, mark)
    return Explanation(span, missing_quote(mark), ((f"Add the closing quote ({mark})", (edit,)),))


def _key_expected(text: str, problem: Problem, start: int) -> Explanation | None:
    opened = open_quote(text, start, problem.at)
    if opened is not None:
        return opened
    line = content_span(text, problem.at)
    if text[problem.at : problem.at + 1] == "-" and line.start == problem.at:
        message = "Unexpected list item ('-'). Remove the dash, or put the list under a field."
        return Explanation(rest_of_line(text, problem.at), message)
    if line.start == problem.at:
        return _indentation(text, problem.at)
    return _after_value(text, problem, start)


def _after_value(text: str, problem: Problem, start: int) -> Explanation | None:
    before = text[line_start(text, problem.at) : problem.at].rstrip()
    if before.endswith(("'", '"')):
        end = before_comment(text[problem.at : line_end(text, problem.at)]).rstrip()
        if end in (",", ";"):
            what = "comma" if end == "," else "semicolon"
            span = Span(problem.at, problem.at + 1)
            fix = (f"Remove the {what}", (Edit(*span, ""),))
            return Explanation(span, f"Unexpected {what} after the value. Remove it.", (fix,))
        return unquoted_value(
            text, problem.at, "Unexpected text after the closing quote. Put the whole value in one pair of quotes."
        )
    if text[problem.at : problem.at + 1] in ("}", "]"):
        bracket = text[problem.at]
        if is_after_gap_in_flow(text, problem.at):
            message = "A closing bracket or a comma is missing above this line. Add it."
            return Explanation(Span(problem.at, problem.at + 1), message)
        message = f"Unexpected '{bracket}'. Remove it."
        edit = Edit(problem.at, problem.at + 1, "")
        return Explanation(Span(problem.at, problem.at + 1), message, ((f"Remove '{bracket}'", (edit,)),))
    message = "Unexpected text after the value. Quote the whole value, or remove the text."
    return Explanation(rest_of_line(text, problem.at), message)


def is_after_gap_in_flow(text: str, at: int) -> bool:
    """Whether a closing bracket is the last of a file in JSON style, and not one too many."""
    is_closing = text[at : at + 1] in ("}", "]")
    if len(text) > _MOST_COUNTED or not is_closing or text.lstrip(f"\ufeff \t{BREAKS}")[:1] not in ("{", "["):
        return False
    bare = _QUOTED.sub("", text)
    return sum(map(bare.count, "{[")) >= sum(map(bare.count, "}]"))


def _value_expected(text: str, problem: Problem, start: int) -> Explanation | None:
    at = problem.at
    if text.startswith("...", at):
        message = "'...' ends the YAML document before the end of the file. Remove it."
        return Explanation(Span(at, at + 3), message, (("Remove '...'", (Edit(at, at + 3, ""),)),))
    if text[at : at + 1] in ("}", "]"):
        return _after_value(text, problem, start)
    return Explanation(rest_of_line(text, at), "Missing value before this text. Add the value, or quote the text.")


def _needs_quotes(character: str) -> _Explainer:
    """Return a function that explains that a value starts with a special character."""
    message = f"'{character}' has a special meaning in YAML at the start of a value. Quote the value."
    return lambda text, problem, start: unquoted_value(text, problem.at, message)


def _mapping_value(text: str, problem: Problem, start: int) -> Explanation | None:
    colon = problem.at
    begin = line_start(text, colon)
    if found := two_keys(text, colon):
        return found
    before = text[begin:colon]
    value = re.match(r"[ ]*(?:- )?[^\s:#'\"][^:#]*:[ ]+(?=\S)", before)
    if value and _ends_line(text, colon):
        message = "The colon after the value is not part of it. Remove it."
        return Explanation(Span(colon, colon + 1), message, (("Remove ':'", (Edit(colon, colon + 1, ""),)),))
    if value and (found := name_before_id(text, colon) or fields_on_line(text, colon)):
        return found
    if value:
        message = "A value that contains ': ' must be quoted."
        return unquoted_value(text, begin + value.end(), message)
    above = _line_above(text, begin, 0)
    previous = text[slice(*above)]
    if previous and not previous.lstrip().startswith("#"):
        if not _COLON.search(before_comment(previous)):
            return missing_colon(text, above.start)
        if not previous.rstrip().endswith(":"):
            return _indentation(text, content_span(text, colon).start)
    return None


def _ends_line(text: str, colon: int) -> bool:
    """Whether the colon is the last text on its line, and nothing is indented below it."""
    end = line_end(text, colon)
    if before_comment(text[colon + 1 : end]).strip():
        return False
    below = next_line(text, end)
    column = content_span(text, colon).start - line_start(text, colon)
    content = content_span(text, below)
    return content.start == content.end or content.start - below <= column


def _indentation(text: str, at: int) -> Explanation:
    found = fields_without_id(text, at) or colon_in_quotes(text, at) or value_above_block(text, at)
    return found or indentation(text, at)


def _line_above(text: str, begin: int, floor: int) -> Span:
    """The nearest line with content above the line that begins at `begin`, but not before `floor`; else empty."""
    for line in lines_above(text, begin):
        if line.end <= floor:
            break
        if text[max(line.start, floor) : line.end].strip():
            return Span(max(line.start, floor), line.end)
    return Span(begin, begin)


def _colon_expected(text: str, problem: Problem, start: int) -> Explanation | None:
    at = problem.context_at if problem.context_at >= 0 else problem.at
    return missing_colon(text, at)


def _own_missing_colon(text: str, problem: Problem, start: int) -> Explanation | None:
    return missing_colon(text, problem.at)


def _tab(text: str, problem: Problem, start: int) -> Explanation | None:
    at = text.find("\t", line_start(text, problem.at), line_end(text, problem.at))
    if text[problem.at : problem.at + 1] == "\t":
        at = problem.at
    elif "tab" not in problem.what:
        return None
    if at < 0:
        return None
    end = at + len(text[at:]) - len(text[at:].lstrip("\t"))
    is_indent = not text[line_start(text, at) : at].strip()
    message = f"YAML does not allow tabs {'for indentation' if is_indent else 'here'}. Use spaces."
    return Explanation(Span(at, end), message, _replace_tabs(text, at, start))


def _replace_tabs(text: str, at: int, start: int) -> tuple[tuple[str, tuple[Edit, ...]], ...]:
    begin = line_start(text, at)
    line = text[begin : line_end(text, at)]
    blank = len(line) - len(line.lstrip(" \t"))
    if at - begin >= blank:
        return (("Replace the tab with a space", (Edit(at, at + 1, " "),)),)
    # The indentation follows from the line above; without one, a tab is one level.
    above = text[slice(*_line_above(text, begin, start))]
    depth = len(above) - len(above.lstrip(" "))
    inner = depth + 2 if above.rstrip().endswith(":") else depth
    widths = dict.fromkeys((inner, max(0, depth - 2), 2 * line[:blank].count("\t")))
    single = ((indent_title(width), (Edit(begin, begin + blank, " " * width),)) for width in widths if width)
    return (*single, ("Replace all tabs with spaces", _replace_all_tabs(text)))


def _replace_all_tabs(text: str) -> tuple[Edit, ...]:
    indents = re.finditer(f"(?:^|(?<=[{BREAKS}]))[ ]*\t[ \t]*", text)
    return tuple(Edit(indent.start(), indent.end(), indent[0].replace("\t", "  ")) for indent in indents)


def _odd_start(text: str, problem: Problem, start: int) -> Explanation | None:
    if text[problem.at : problem.at + 1] == "\t":
        return _tab(text, problem, start)
    character = text[problem.at : problem.at + 1]
    if code := _CODE.match(text, problem.at):
        # Copied from Markdown.
        first, last = problem.at, code.end() - 1
        edits = (Edit(first, first + 1, ""), Edit(last, last + 1, ""))
        message = "A value cannot start with '`'. Remove the backticks."
        return Explanation(Span(*code.span()), message, (("Remove the backticks", edits),))
    return unquoted_value(text, problem.at, f"A value cannot start with '{character}'. Quote the value.")


def _bracket(text: str, problem: Problem, start: int) -> Explanation | None:
    at = problem.context_at
    opening = text[at : at + 1] if at >= 0 else ""
    closing = {"{": "}", "[": "]"}.get(opening)
    if closing is None:
        return None
    line = content_span(text, problem.at)
    above = content_span(text, content_above(text, line_start(text, problem.at)))
    before = before_comment(text[slice(*above)]).rstrip()
    if line.start == problem.at and problem.at < len(text) and before[-1:] in ("}", "]", '"', "'"):
        end = above.start + len(before)
        message = "A comma is missing at the end of this line. Add it."
        return Explanation(Span(end - 1, end), message, (("Add the comma", (Edit(end, end, ","),)),))
    span = rest_of_line(text, at)
    message = f"'{opening}' is not closed, or a comma is missing. Add '{closing}' or the comma."
    line = before_comment(text[at : span.end])
    return Explanation(span, message, ((f"Add '{closing}'", (Edit(at + len(line), at + len(line), closing),)),))


def _escape(text: str, problem: Problem, start: int) -> Explanation | None:
    at = problem.at if text[problem.at : problem.at + 1] == "\\" else problem.at - 1
    if text[at : at + 1] != "\\":
        return None
    message = "Invalid escape sequence in double quotes. Write '\\\\' for a backslash, or use single quotes."
    return Explanation(Span(at, at + 2), message, (("Escape the backslash", (Edit(at, at, "\\"),)),))


def _unprintable(text: str, problem: Problem, start: int) -> Explanation | None:
    edit = Edit(problem.at, problem.at + 1, "")
    code = f" (U+{ord(text[problem.at]):04X})" if problem.at < len(text) else ""
    message = f"Invisible control character{code}. Remove it."
    return Explanation(Span(problem.at, problem.at + 1), message, (("Remove the control character", (edit,)),))


def _reference(text: str, problem: Problem, start: int) -> Explanation | None:
    at = problem.context_at if problem.context_at >= 0 and "scanning" in problem.context else problem.at
    word = re.compile(r"[^\s,\[\]{}]*").match(text, at)
    if "undefined" in problem.what:
        message = "'*' refers to an anchor ('&') that is not defined above. Define the anchor, or quote the value."
    elif "duplicate" in problem.what:
        message = "Duplicate anchor ('&'). Give it another name."
        return Explanation(Span(at, word.end() if word else at + 1), message)
    else:
        message = "'&' and '*' have a special meaning in YAML at the start of a value. Quote the value."
    quoted = unquoted_value(text, at, message)
    return quoted if "undefined" not in problem.what or not word else quoted._replace(span=Span(at, word.end()))


def _misaligned(text: str, problem: Problem, start: int) -> Explanation | None:
    return _indentation(text, problem.at)


def _sentence(message: str) -> _Explainer:
    """Return a function that explains the rest of the line with a fixed message."""
    return lambda text, problem, start: Explanation(rest_of_line(text, problem.at), message)


_MESSAGES = (
    _Message("missing colon", _own_missing_colon),
    _Message("unprintable character", _unprintable),
    _Message("special characters are not allowed", _unprintable),
    _Message("undefined alias", _reference),
    _Message("duplicate anchor", _reference),
    _Message("alphabetic or numeric character", _reference),
    _Message(
        "alias inside its own anchor",
        _sentence("The alias ('*') refers to the mapping that contains it. Use another anchor."),
    ),
    _Message("aliases grow too large", _sentence("The aliases ('*') expand to too many values. Use fewer of them.")),
    _Message(TOO_LONG, _sentence(f"This value has more than {MAX_VALUE:,} characters. Shorten it.")),
    _Message("nested too deeply", _sentence("The values are nested too deeply. Use fewer levels.")),
    _Message("unreadable", _sentence("YAML cannot read this file. Save it as a text file in UTF-8.")),
    _Message("unexpected end of stream", _quote_to_the_end),
    _Message("unexpected document indicator", _quote_to_the_end),
    _Message("unexpected document separator", _quote_to_the_end),
    _Message("unknown escape character", _escape),
    _Message("hexdecimal number", _escape),
    _Message("tab character", _tab),
    _Message("cannot start any token", _odd_start),
    _Message("mapping values are not allowed", _mapping_value),
    _Message("could not find expected ':'", _colon_expected),
    _Message("did not find expected key", _key_expected),
    _Message("expected <block end>", _key_expected),
    _Message("expected ',' or", _bracket),
    _Message("flow", _bracket),
    _Message("expected <document start>", _misaligned),
    _Message(
        "'-' indicator", _sentence("Unexpected line after a list. Indent it correctly, or remove the dashes above.")
    ),
    _Message("block sequence entries", _sentence("Unexpected list item ('-'). Remove the dash.")),
    _Message("mapping keys are not allowed", _needs_quotes("?")),
    _Message("node content", _value_expected),
    _Message("block scalar", _sentence("The text of '|' or '>' must start on the next line. Move it there.")),
    _Message("directive", _sentence("A line cannot start with '%'. Remove it, or put '#' before it.")),
    _Message("tag", _needs_quotes("!")),
    _Message("found unexpected ':'", _sentence("Unexpected ':'. Quote the value.")),
)
