"""Expected diagnostics, written under the lines they are about.

    models:
      openia/gpt-4o:
    # ^^^^^^ unknown-provider: openia/gpt-4o: LiteLLM has no provider 'openia'. Did you mean openai?

A line of `#`, blanks and carets marks the columns of the nearest line above that is not an annotation; `|` in place of
carets marks an empty range. What begins in the first column is written as `#<0^^^^`, as the `#` stands there itself.
A message that is left out is not compared.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aloop_models.core.text import Edit, apply_edits
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.snapshot import Place
from support.snapshots import snapshot

_ANNOTATION = re.compile(
    r"(?P<before>[ ]*#(?:<(?P<column>\d+))?[ ]*)(?P<carets>\^+|\|) (?P<rule>[a-z-]+)(?:: (?P<message>.*))?"
)


KEY = "sk-not-a-real-one-but-long-enough"
SECRET = "sk-proj-A1b2C3d4E5f6G7h8I9j0"
HOME = "/home/me/project"
PATH = f"{HOME}/.aloop/models.yaml"
PLACES = {
    "not-gitignored": Place(PATH, 0o600, HOME, tracked="no", ignored=False),
    "tracked-by-git": Place(PATH, 0o600, HOME, tracked="yes", ignored=True),
    "skipped-file": Place(PATH, 0o600, HOME, ignored=True, skipped="it belongs to another user. Run: chown."),
    "readable-by-others": Place(PATH, 0o644, HOME, tracked="no", ignored=True),
}

SAFE = Place(PATH, 0o600, HOME, tracked="no", ignored=True)


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
    """All diagnostics of a text; each has a severity and fixes that the page of its rule states."""
    found = diagnose(snapshot(text, **around)).items  # type: ignore[arg-type]
    for item in found:
        assert item.level in item.rule.severities, (item.rule.id, item.level)
        stated = {"none": set(), "safe": {True}, "unsafe": {False}, "safe or unsafe": {True, False}}[item.rule.fixes]
        assert {fix.safe for fix in item.fixes} <= stated, (item.rule.id, item.fixes)
    return found


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


def check_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    """Assert that the diagnostics stand where they are expected, and that the changed text does not break the rule."""
    check_expectations(marked, place=SAFE)
    text, expected = parse_expectations(marked)
    assert rule in {item.rule for item in expected}
    assert change[0] in text
    assert rule not in rules_of(text.replace(*change, 1), place=SAFE)


def entry(field: str, model_id: str = "ollama/a") -> str:
    """A file of one entry with one line of fields."""
    return f"models:\n  {model_id}:\n    {field}\ndefault: {model_id}\n"


def check_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    """Assert one diagnostic at most, on exactly the faulty text, and what each fix makes of the line."""
    text = entry(field)
    found = diagnostics_of(text)
    if rule is None:
        assert found == ()
        return
    assert [(item.rule.id, item.level, text[slice(*item.span)]) for item in found] == [(rule, level, underlined)]
    lines = [apply_edits(text, fix.edits).split("\n")[2].strip() for fix in found[0].fixes]
    assert lines[: len(after)] == after
    assert bool(lines) == bool(after)


def check_id(model_id: str, rule: str | None, underlined: str, after: str | None) -> None:
    """Assert the faulty part of an id, and the id that the first fix makes of it."""
    text = f"models:\n  {model_id}:\n    api_base: http://localhost:1\ndefault: null\n"
    found = [item for item in diagnostics_of(text) if item.rule.id != "missing-default"]
    if rule is None:
        assert found == []
        return
    assert [(item.rule.id, text[slice(*item.span)]) for item in found] == [(rule, underlined)]
    if after is None:
        assert found[0].fixes == ()
    else:
        assert apply_fix(text, found[0]).split("\n")[1] == f"  {after}:"


def faults_of(text: str) -> list[tuple[str, str]]:
    """Rule and underlined text of each diagnostic, sorted."""
    return sorted((item.rule.id, text[slice(*item.span)]) for item in diagnostics_of(text))
