"""IDs that were made a comment without their fields, which then belong to the entry above, or to none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import NamedTuple

from aloop_models.catalog import is_entry_id, split_id
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, line_start, lines_above, lines_in, next_line
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import content_span
from aloop_models.features.checks.syntax_lines import Explanation
from aloop_models.features.checks.wording import list_choices
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.snapshot import Snapshot

COMMENTED_ID = Rule(
    "commented-id",
    Severity.WARNING,
    "Fields below an ID that is a comment",
    "Only the ID of an entry was made a comment. The fields below it now belong to the entry above, which gets the API "
    "key and the URL of another model.",
    "models:\n  ollama/llama3:\n  # ollama/mistral:\n    timeout: 60\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n  # ollama/mistral:\n  #   timeout: 60\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: making the fields comments too, or the ID an entry again, because either can be meant.",
    severity_reason="The entry above has the fields of another model.",
    related=("duplicate-key", "yaml-syntax"),
    since="0.2.0",
)

_END = rf"(?=[{BREAKS}]|\Z)"
_COMMENTED = lazy_re(rf"#[ \t]*(?P<id>[\w.-]+/[^\s#:]+(?::[^\s#:]+)*(?:#[\w.-]+)?):[ \t]*{_END}", re.ASCII)
_MOST_LINES = 50
"""Lines above a line that are searched for a commented ID."""
_FIELD = lazy_re(rf"([a-z][a-z0-9_]*):(?:[ \t]|{_END})")


class _Commented(NamedTuple):
    """A comment with an ID, and the lines of fields right below it."""

    model_id: str
    span: Span
    id_start: int
    lines: tuple[Span, ...]
    first_field: str

    def edits(self, text: str, indent: int) -> tuple[tuple[str, tuple[Edit, ...]], ...]:
        """The two ways to correct it, each with a title; `indent` is the indentation of IDs."""
        start, column = line_start(text, self.span.start), self.span.start - line_start(text, self.span.start)
        comments = tuple(Edit(line.start + column, line.start + column, "# ") for line in self.lines)
        entry = (Edit(start, self.id_start, " " * indent),)
        return ("Comment out these fields", comments), ("Make the ID an entry again", entry)


def check_commented_ids(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check that no fields of an entry follow the comment of another ID."""
    document = snapshot.document
    text, models = document.text, document.models
    for match in _COMMENTED.finditer(text, models.key.start) if models else ():
        found = _read(text, match)
        placed = document.entry_at(content_span(text, found.lines[0].start).start) if found else None
        if found is None or placed is None or not is_entry_id(placed.model_id):
            continue
        if (block := placed.entry.block) is None or block.flow:
            continue
        facts = snapshot.facts
        if found.first_field in facts.schema.fields and split_id(found.model_id)[0] in facts.catalog.providers:
            message = (
                f"{list_choices([found.model_id])} is a comment, so the fields below it belong to "
                f"{list_choices([placed.model_id])}. Make them comments too."
            )
            key = placed.start + placed.entry.key.start
            edits = found.edits(text, key - line_start(text, key))
            fixes = [Fix(*each, safe=False) for each in edits]
            fixes = offer(*(fixes[:1] if found.model_id in document.by_id else fixes))
            first = content_span(text, found.lines[0].start).start
            yield Diagnostic(COMMENTED_ID, Span(first, first + len(found.first_field)), message, fixes)


def fields_without_id(text: str, at: int) -> Explanation | None:
    """The fields above a line whose ID is a comment, so that the line cannot be aligned; None if there are none."""
    begin = line_start(text, at)
    for line in islice(lines_above(text, begin), _MOST_LINES):
        content = content_span(text, line.start)
        match = _COMMENTED.match(text, content.start)
        if match and (found := _read(text, match)) and not text[found.lines[-1].end : begin].strip():
            message = f"{list_choices([found.model_id])} is a comment, so the fields below it have no ID."
            span = Span(content_span(text, found.lines[0].start).start, found.lines[-1].end)
            return Explanation(span, f"{message} Make them comments too.", found.edits(text, at - begin))
        if content.end > content.start and content.start - line.start <= at - begin:
            return None
    return None


def _read(text: str, match: re.Match[str]) -> _Commented | None:
    """The commented ID if fields with a deeper indentation are right below it."""
    mark, model_id = match.start(), match["id"]
    start = line_start(text, mark)
    if text[start:mark].strip(" ") or not is_entry_id(model_id) or is_key(model_id):
        return None

    below = next_line(text, match.end())
    first = content_span(text, below).start
    while text.startswith("#", first) and first - below > mark - start:
        # A comment about the first field.
        below = next_line(text, first)
        first = content_span(text, below).start
    field = _FIELD.match(text, first)
    if field is None or first - below <= mark - start:
        return None

    def is_below(line: Span) -> bool:
        content = content_span(text, line.start)
        return content.start == content.end or content.start - line.start >= first - below

    around = takewhile(is_below, lines_in(text, below, len(text)))
    lines = tuple(line for line in around if text[slice(*line)].lstrip()[:1] not in ("", "#"))
    return _Commented(model_id, Span(mark, match.end()), match.start("id"), lines, field[1])
