"""Names that are written twice; YAML keeps the later one and says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aloop_models.core.document import Document, Entry, Field, PlacedEntry
from aloop_models.core.nodes import Mapping, Pair, Scalar
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.lines import end_of_line, start_of_line
from aloop_models.features.checks.marks import commenting_out, fixes
from aloop_models.features.finding import Finding, Fix, Related, Rule, Severity
from aloop_models.snapshot import Facts, Snapshot

DUPLICATE_KEY = Rule(
    "duplicate-key",
    Severity.ERROR,
    "A name that is written twice",
    "YAML keeps the later one without a word, so what stands under the earlier one is never used. Two entries of one "
    "model are two keys of which one is dead.",
    "models:\n  ollama/llama3:\n    timeout: 100\n    timeout: 200\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 200\ndefault: ollama/llama3\n",
)

_MESSAGE = "This name stands further up already; only this later one counts. Remove one of them."
_EARLIER = "the earlier one, which does not count"


def check_field_duplicates(entry: Entry, facts: Facts) -> Iterator[Finding]:
    """Fields of one entry, and names inside their values."""
    if len(entry.fields) != len(entry.profile):
        seen: dict[str, Field] = {}
        for field in entry.fields:
            if field.inherited:
                continue
            earlier = seen.get(field.name)
            if earlier is not None:
                yield Finding(
                    DUPLICATE_KEY,
                    field.key.span,
                    _MESSAGE,
                    fixes(
                        Fix("Comment out the earlier one", commenting_out(entry, earlier)),
                        Fix("Comment this one out", commenting_out(entry, field)),
                    ),
                    related=(Related(earlier.key.span, _EARLIER),),
                )
            seen[field.name] = field
    for field in entry.fields:
        if isinstance(field.value, Mapping) and not field.inherited:
            yield from _in_pairs(field.value.pairs)


def check_file_duplicates(snapshot: Snapshot) -> Iterator[Finding]:
    """Sections of the file, and entries of one model."""
    document = snapshot.document
    sections: dict[str, Span] = {}
    one_document = all(problem.what != "multiple documents" for problem in document.problems)
    for section in document.sections:
        earlier = sections.get(section.name)
        if earlier is not None and one_document:
            edits = _without_lines(document, earlier.start, end_of_line(document.text, earlier.end))
            mending = fixes(Fix("Remove the earlier one", edits)) if section.name == "default" else ()
            related = (Related(earlier, _EARLIER),)
            yield Finding(DUPLICATE_KEY, section.key.span, _MESSAGE, mending, related=related)
        sections[section.name] = section.key.span
        if isinstance(section.value, Mapping) and section.name != "models":
            yield from _in_pairs(section.value.pairs)
    if len(document.by_id) == len(document.entries):
        return
    entries: dict[str, PlacedEntry] = {}
    for placed in document.entries:
        first = entries.get(placed.model_id)
        if first is not None:
            yield Finding(
                DUPLICATE_KEY,
                placed.key_span,
                _MESSAGE,
                fixes(
                    Fix("Remove the earlier one", _without(document, first)),
                    Fix("Remove this one", _without(document, placed)),
                ),
                related=(Related(first.key_span, _EARLIER),),
            )
        entries[placed.model_id] = placed


def _in_pairs(pairs: Iterable[Pair]) -> Iterator[Finding]:
    seen: dict[str, Span] = {}
    for pair in pairs:
        if isinstance(pair.key, Scalar) and not pair.key.merge:
            earlier = seen.get(pair.key.text)
            if earlier is not None:
                yield Finding(DUPLICATE_KEY, pair.key.span, _MESSAGE, related=(Related(earlier, _EARLIER),))
            seen[pair.key.text] = pair.key.span
        if isinstance(pair.value, Mapping):
            yield from _in_pairs(pair.value.pairs)


def _without(document: Document, placed: PlacedEntry) -> tuple[Edit, ...]:
    return _without_lines(document, placed.key_span.start, _last_line_end(document.text, placed.full_span))


def _without_lines(document: Document, start: int, end: int) -> tuple[Edit, ...]:
    """Remove whole lines; no edits where something else stands on them or an anchor in them may be used below."""
    text = document.text
    begin = start_of_line(text, start)
    if text[begin:start].strip(" ") or not document.parses:
        return ()
    removed = text[begin:end]
    rest = text[end:]
    if "&" in removed or any(mark in removed for mark in "{}[]"):
        return ()
    after = 2 if rest.startswith("\r\n") else 1 if rest[:1] in ("\n", "\r") else 0
    return (Edit(begin, end + after, ""),)


def _last_line_end(text: str, span: Span) -> int:
    """Where the last line of an entry ends; a block of text ends at the beginning of the line after it."""
    last = span.end
    while last > span.start and text[last - 1] in "\r\n ":
        last -= 1
    return end_of_line(text, last)
