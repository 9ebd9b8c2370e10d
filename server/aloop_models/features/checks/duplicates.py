"""Checks of duplicate keys, of which YAML silently uses only the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count

from aloop_models.catalog import is_entry_id, split_label, with_label
from aloop_models.core.document import Document, Entry, Field, PlacedEntry, Section
from aloop_models.core.lines import BREAKS, line_end, line_start, next_line
from aloop_models.core.nodes import Mapping, Pair, Scalar
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.fixes import comment_out_field, offer, replace_part
from aloop_models.features.checks.model_id import label_from
from aloop_models.features.checks.wording import shorten_middle
from aloop_models.features.diagnostic import Diagnostic, Fix, Related, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts, Snapshot

DUPLICATE_KEY = Rule(
    "duplicate-key",
    Severity.ERROR,
    "Duplicate key",
    "YAML uses only the last of two equal keys and ignores the earlier one with everything in it. To keep "
    "two entries for one model, add a label to one of them: `provider/model#label`.",
    "models:\n  ollama/llama3:\n    timeout: 100\n    timeout: 200\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 200\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: commenting out the earlier of two fields or `default` keys, unless the field is a secret, and "
    "removing the earlier of two identical entries or the later of two equal fallbacks. They are ignored anyway. Other "
    "fixes are unsafe. For two different entries, the first fix keeps both and their API keys: it adds a label to the "
    "earlier entry, made from its `name` or a number, so that the later entry keeps its ID.",
    severity_reason="The runtime cannot use the earlier entry or value.",
    other_severities=(SeverityCase(Severity.WARNING, "for an ID that `fallbacks` contains twice"),),
    related=("multiple-documents", "look-alike-id"),
)

_MESSAGE = "Duplicate key: only the last one is used. Remove one of them."
_LABEL_ADVICE = "To keep both, add a label to one: provider/model#label."
_EARLIER = "This earlier key is ignored."
_LONGEST_LABEL = 32
_LONGEST_NAME = 80


def check_field_duplicates(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the fields of one entry, and the keys inside their values."""
    if len(entry.fields) != len(entry.profile):
        seen: dict[str, Field] = {}
        for field in entry.fields:
            if field.inherited:
                continue
            earlier = seen.get(field.name)
            if earlier is not None:
                yield Diagnostic(
                    DUPLICATE_KEY,
                    field.key.span,
                    _MESSAGE,
                    offer(
                        # The earlier field is ignored, so nothing changes; but a comment with a key is a risk.
                        Fix(
                            "Comment out the earlier line",
                            comment_out_field(entry, earlier),
                            safe=not _is_secret(field.name, facts),
                        ),
                        Fix("Comment out this line", comment_out_field(entry, field), safe=False),
                    ),
                    related=(Related(earlier.key.span, _EARLIER),),
                )
            seen[field.name] = field
    for field in entry.fields:
        if isinstance(field.value, Mapping) and not field.inherited:
            yield from _in_pairs(field.value.pairs)


def check_file_duplicates(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check the top-level keys of the file, and the entries with the same ID."""
    document = snapshot.document
    sections: dict[str, Section] = {}
    one_document = all(problem.what != "multiple documents" for problem in document.problems)
    for section in document.sections:
        earlier = sections.get(section.name)
        if earlier is not None and one_document:
            message = f"{_short(snapshot, section.name)}: {_MESSAGE}"
            edits = _comment_out(document, earlier) if section.name == "default" else ()
            fixes = offer(Fix("Comment out the earlier line", edits, safe=True))
            if section.name == "models":
                message = "models: Duplicate key: only the last one is used. Move all entries below one of them."
            related = (Related(earlier.key.span, _EARLIER),)
            yield Diagnostic(DUPLICATE_KEY, section.key.span, message, fixes, related=related)
        sections[section.name] = section
        if isinstance(section.value, Mapping) and section.name != "models":
            yield from _in_pairs(section.value.pairs)
    if len(document.by_id) == len(document.entries):
        return
    earlier_entries: dict[str, PlacedEntry] = {}
    for placed in document.entries:
        if placed.model_id in snapshot.facts.schema.fields:
            # A field with the indentation of an ID has a diagnostic already.
            continue
        earlier_entry = earlier_entries.get(placed.model_id)
        if earlier_entry is not None:
            yield Diagnostic(
                DUPLICATE_KEY,
                placed.key_span,
                f"{_short(snapshot, placed.model_id)}: Duplicate key: only the last entry is used. {_LABEL_ADVICE}",
                _entry_fixes(snapshot, earlier_entry, placed),
                related=(Related(earlier_entry.key_span, _EARLIER),),
            )
        earlier_entries[placed.model_id] = placed


def _short(snapshot: Snapshot, name: str) -> str:
    return shorten_middle(snapshot.redactor.redact(name), _LONGEST_NAME)


def _entry_fixes(snapshot: Snapshot, earlier: PlacedEntry, placed: PlacedEntry) -> tuple[Fix, ...]:
    """The fixes of two entries: a label for the earlier one, which changes nothing; then removals of either."""
    document, facts = snapshot.document, snapshot.facts
    new_id = _free_id(snapshot, earlier)
    renaming_edits = _rename_key(earlier, new_id) if is_entry_id(new_id) and not snapshot.redactor.hides(new_id) else ()
    keep = Fix(f"Rename the earlier entry to {new_id}", renaming_edits, safe=False)
    is_same = _fields_text(document, earlier) == _fields_text(document, placed)
    loses = (_loses_key(earlier, placed, facts), _loses_key(placed, earlier, facts))
    titles = [
        f"Remove {which} entry{' and its API key' if loses_key else ''}"
        for which, loses_key in zip(("the earlier", "this"), loses, strict=True)
    ]
    if is_same:
        return offer(Fix("Remove the duplicate entry", _remove(document, earlier), safe=True), keep)
    if not (earlier.entry.fields and placed.entry.fields) and not is_entry_id(placed.model_id):
        # Two fields instead of entries: either text may be needed.
        return ()
    remove_earlier = Fix(titles[0], _remove(document, earlier), safe=False)
    return offer(keep, remove_earlier, Fix(titles[1], _remove(document, placed), safe=False))


def _free_id(snapshot: Snapshot, placed: PlacedEntry) -> str:
    """An unused ID for the entry: its model with a label from the entry's name, else with a number."""
    name = placed.entry.profile.get("name")
    model_id, label = split_label(placed.model_id)
    is_usable = isinstance(name, str) and not snapshot.redactor.hides(name)
    slug = label_from(str(name))[:_LONGEST_LABEL].strip("-._") if is_usable else ""
    label = slug or label
    numbered = (f"{label}-{number}" if label else str(number) for number in count(2))
    labels = chain((label,) if label else (), numbered)
    return next(new_id for item in labels if (new_id := with_label(model_id, item)) not in snapshot.document.by_id)


def _rename_key(placed: PlacedEntry, new_id: str) -> tuple[Edit, ...]:
    key = placed.entry.key
    return tuple(edit.shift(placed.start) for edit in replace_part(key, 0, len(key.text), new_id))


def _fields_text(document: Document, placed: PlacedEntry) -> str:
    """The text of the entry after its ID, including comments."""
    end = _last_line_end(document.text, placed.full_span)
    return document.text[placed.key_span.end : end].rstrip(" ,")


def _loses_key(removed: PlacedEntry, kept: PlacedEntry, facts: Facts) -> bool:
    secrets = {name: value for name, value in removed.entry.profile.items() if value and _is_secret(name, facts)}
    return any(kept.entry.profile.get(name) != value for name, value in secrets.items())


def _is_secret(name: str, facts: Facts) -> bool:
    return name in facts.schema.fields and facts.schema.fields[name].secret


def _in_pairs(pairs: Iterable[Pair]) -> Iterator[Diagnostic]:
    seen: dict[str, Span] = {}
    for pair in pairs:
        if isinstance(pair.key, Scalar) and not pair.key.merge:
            earlier = seen.get(pair.key.text)
            if earlier is not None:
                yield Diagnostic(DUPLICATE_KEY, pair.key.span, _MESSAGE, related=(Related(earlier, _EARLIER),))
            seen[pair.key.text] = pair.key.span
        if isinstance(pair.value, Mapping):
            yield from _in_pairs(pair.value.pairs)


def _comment_out(document: Document, section: Section) -> tuple[Edit, ...]:
    """Turn a top-level line into a comment; no edits if other text is on it, or its value continues below."""
    key, value = section.key.span, section.value
    line = Span(key.start, line_end(document.text, key.end))
    is_alone = line_start(document.text, key.start) == key.start
    lines_below = document.text[line.end :].lstrip(BREAKS)
    is_longer = value is not None and bool(document.text[line.end : value.end].strip())
    if not document.parses or not is_alone or is_longer or lines_below[:1] in (" ", "\t", "-"):
        return ()
    return () if "&" in document.text[line.start : line.end] else (Edit(key.start, key.start, "# "),)


def _remove(document: Document, placed: PlacedEntry) -> tuple[Edit, ...]:
    return _remove_lines(document, placed.key_span.start, _last_line_end(document.text, placed.full_span))


def _remove_lines(document: Document, start: int, end: int) -> tuple[Edit, ...]:
    """Remove whole lines; no edits if they contain other text, or an anchor that may be used below."""
    text = document.text
    begin = line_start(text, start)
    if text[begin:start].strip(" ") or not document.parses:
        return ()
    removed = text[begin:end]
    if "&" in removed or any(mark in removed for mark in "{}[]"):
        return ()
    return (Edit(begin, next_line(text, end), ""),)


def _last_line_end(text: str, span: Span) -> int:
    """The end of an entry's last line; the span of a text block ends at the start of the line after it."""
    last = span.end
    while last > span.start and text[last - 1] in f"{BREAKS} ":
        last -= 1
    return line_end(text, last)
