"""Conversion between offsets and positions of the Language Server Protocol, and text edits."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any, Literal

PositionEncoding = Literal["utf-8", "utf-16", "utf-32"]
Position = dict[str, int]
Range = dict[str, Position]

_LINE_END = re.compile(r"\r\n|\n|\r")


def position_at(text: str, offset: int, encoding: PositionEncoding = "utf-16") -> Position:
    """Return the line and character of a code point offset, in units of the encoding."""
    line, start = 0, 0
    for end in _LINE_END.finditer(text):
        if end.end() > offset:
            break
        line, start = line + 1, end.end()
    return {"line": line, "character": _units(text[start:offset], encoding)}


def offset_at(text: str, position: Position, encoding: PositionEncoding = "utf-16") -> int:
    """Return the code point offset of a position; a position after the end of its line is the end of the line."""
    start, end = _line_bounds(text, position["line"])
    wanted, units = position["character"], 0
    for offset in range(start, end):
        if units >= wanted:
            return offset
        units += _units(text[offset], encoding)
    return end


def range_at(text: str, start: int, end: int, encoding: PositionEncoding = "utf-16") -> Range:
    """Return the range of the code points from start to end."""
    return {
        "start": position_at(text, start, encoding),
        "end": position_at(text, end, encoding),
    }


def text_in(text: str, span: Range, encoding: PositionEncoding = "utf-16") -> str:
    """Return the text in a range."""
    return text[offset_at(text, span["start"], encoding) : offset_at(text, span["end"], encoding)]


def apply_text_edits(text: str, edits: Iterable[dict[str, Any]], encoding: PositionEncoding = "utf-16") -> str:
    """Apply TextEdits that refer to the original text; raise ValueError if they overlap."""
    for start, end, new in edits_from_the_end(text, edits, encoding):
        text = text[:start] + new + text[end:]
    return text


def edits_from_the_end(
    text: str, edits: Iterable[dict[str, Any]], encoding: PositionEncoding = "utf-16"
) -> list[tuple[int, int, str]]:
    """Return TextEdits as (start, end, new text), last first, so that none moves another."""
    spans = [
        (
            offset_at(text, edit["range"]["start"], encoding),
            offset_at(text, edit["range"]["end"], encoding),
            edit["newText"],
        )
        for edit in edits
    ]
    spans = [span for _, span in sorted(enumerate(spans), key=lambda pair: (pair[1][:2], pair[0]))]
    for before, after in itertools.pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(f"edits overlap at offset {after[0]}")
    return spans[::-1]


def _line_bounds(text: str, line: int) -> tuple[int, int]:
    start, number = 0, 0
    for end in _LINE_END.finditer(text):
        if number == line:
            return start, end.start()
        start, number = end.end(), number + 1
    return (start, len(text)) if number == line else (len(text), len(text))


def _units(text: str, encoding: PositionEncoding) -> int:
    if text.isascii() or encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
