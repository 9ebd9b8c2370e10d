"""Expected diagnostics, written under the lines they are about.

    models:
      openia/gpt-4o:
    # ^^^^^^ unknown-provider: There is no provider 'openia'. Did you mean openai?

A line of `#`, blanks and carets marks the columns of the nearest line above that is not an annotation; `|` in place of
carets marks an empty range. What begins in the first column is written as `#<0^^^^`, as the `#` stands there itself.
A message that is left out is not compared.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aloop_models.core.text import Edit, apply_edits
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.features.diagnostics import find
from support.snapshots import snapshot

_ANNOTATION = re.compile(
    r"(?P<before>[ ]*#(?:<(?P<column>\d+))?[ ]*)(?P<carets>\^+|\|) (?P<rule>[a-z-]+)(?:: (?P<message>.*))?"
)


class Expectation(NamedTuple):
    """One diagnostic: where it begins and ends, its rule and what it says."""

    start: int
    end: int
    rule: str
    message: str


def parse_expectations(marked: str) -> tuple[str, list[Expectation]]:
    """The text without its annotations, and what they say; a message that is left out is empty."""
    lines: list[str] = []
    expected: list[Expectation] = []
    begin, offset = 0, 0
    for line in marked.splitlines(keepends=True):
        match = _ANNOTATION.fullmatch(line.rstrip("\n"))
        if match is None:
            begin, offset = offset, offset + len(line)
            lines.append(line)
            continue
        column = int(match["column"]) if match["column"] else len(match["before"])
        width = 0 if match["carets"] == "|" else len(match["carets"])
        expected.append(Expectation(begin + column, begin + column + width, match["rule"], match["message"] or ""))
    return "".join(lines), expected


def diagnostics_of(text: str, **around: object) -> tuple[Diagnostic, ...]:
    """All diagnostics of a text."""
    return find(snapshot(text, **around)).items  # type: ignore[arg-type]


def rules_of(text: str, **around: object) -> list[str]:
    """The ids of the rules that a text breaks, in its order."""
    return [diagnostic.rule.id for diagnostic in diagnostics_of(text, **around)]


def check_expectations(marked: str, **around: object) -> tuple[Diagnostic, ...]:
    """Assert that a text has exactly the diagnostics written in it; returns them."""
    text, expected = parse_expectations(marked)
    found = diagnostics_of(text, **around)
    actual = [Expectation(*diagnostic.span, diagnostic.rule.id, diagnostic.message) for diagnostic in found]
    blind = [
        item._replace(message="") if not wanted.message else item
        for item, wanted in zip(actual, expected, strict=False)
    ] + actual[len(expected) :]
    assert blind == expected, "\n" + draw(text, found)
    return found


def draw(text: str, diagnostics: tuple[Diagnostic, ...]) -> str:
    """The text with its diagnostics under their lines, for a failure's report."""
    parts: list[str] = []
    offset = 0
    for line in text.splitlines(keepends=True) or [""]:
        end = offset + len(line)
        parts.append(line if line.endswith("\n") else line + "\n")
        for diagnostic in diagnostics:
            if offset <= diagnostic.span.start < end or (diagnostic.span.start == end == len(text)):
                width = min(diagnostic.span.end, end) - diagnostic.span.start
                column = diagnostic.span.start - offset
                parts.append(f"#<{column}{'^' * width or '|'} {diagnostic.rule.id}: {diagnostic.message}\n")
        offset = end
    return "".join(parts)


def apply_fix(text: str, diagnostic: Diagnostic, index: int = 0) -> str:
    """The text after one of the finding's fixes."""
    edits: tuple[Edit, ...] = diagnostic.fixes[index].edits
    return apply_edits(text, edits)
