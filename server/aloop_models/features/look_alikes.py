"""Report look-alike characters once per file, without the problems that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from aloop_models.core.document import Document
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.look_alike_syntax import LOOK_ALIKE_SYNTAX, LookAlike, find_look_alikes, plain_for
from aloop_models.features.checks.wording import name_of_character
from aloop_models.features.diagnostic import Diagnostic, Fix, Related
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot

_SMALL = 100_000
"""Maximum characters of a text that is checked again with the characters replaced."""
_MOST_NAMES = 2
_MOST_RELATED = 10

_RULES_OF_CHARACTERS = frozenset({"invalid-api-base", "look-alike-id", "malformed-api-key"})
"""Rules about such characters in a value, which is not syntax."""

Check = Callable[[Snapshot], Sequence[Diagnostic]]
"""Returns the diagnostics of a snapshot."""


def report_look_alikes(snapshot: Snapshot, items: Sequence[Diagnostic], check: Check) -> Sequence[Diagnostic]:
    """Return the diagnostics with one about look-alike characters in place of those that it causes.

    A problem is caused by the characters if it disappears when they are replaced.

    Args:
        snapshot: The file.
        items: Its other diagnostics.
        check: Returns the other diagnostics of a changed file.
    """
    document = snapshot.document
    found = find_look_alikes(document.text, snapshot.facts.schema.fields)
    if not found:
        return items
    if len(document.text) > _SMALL:
        certain = [item for item in found if item.is_certain]
        return [_diagnostic(document, certain, fixes=False), *items] if certain else items
    chosen = _needed(snapshot, found, items, check)
    if not chosen:
        return items
    fixed = _replaced(snapshot, chosen)
    left = _places(fixed.document, check(fixed))
    kept = [item for item in items if _place(document, item) in left]
    if len(kept) == len(items) or len(fixed.document.problems) > len(document.problems):
        return items
    return [_diagnostic(document, chosen, fixes=True, is_solved=fixed.document.parses), *kept]


def _needed(
    snapshot: Snapshot, found: Sequence[LookAlike], items: Sequence[Diagnostic], check: Check
) -> list[LookAlike]:
    """Return the certain ones, and of the others those whose replacement solves a problem there."""
    certain = [item for item in found if item.is_certain]
    if len(certain) == len(found):
        return certain
    lines = snapshot.document.lines
    before = _replaced(snapshot, certain)
    after = _replaced(snapshot, found)
    solved = _places(before.document, check(before) if certain else items) - _places(after.document, check(after))
    solved_lines = {line for rule, line in solved if rule not in _RULES_OF_CHARACTERS}
    return [
        item
        for item in found
        if item.is_certain or solved_lines & {lines.line_at(item.edit.start), lines.line_at(item.start)}
    ]


def _replaced(snapshot: Snapshot, chosen: Iterable[LookAlike]) -> Snapshot:
    document = snapshot.document
    text = apply_edits(document.text, [item.edit for item in chosen])
    return replace(snapshot, document=read_document(text, document))


def _places(document: Document, items: Iterable[Diagnostic]) -> set[tuple[str, int]]:
    return {_place(document, item) for item in items}


def _place(document: Document, item: Diagnostic) -> tuple[str, int]:
    """Return what identifies a problem in both texts: its rule and line."""
    return item.rule.id, document.lines.line_at(item.span.start)


def _diagnostic(document: Document, chosen: Sequence[LookAlike], *, fixes: bool, is_solved: bool = False) -> Diagnostic:
    text = document.text
    spans = [_odd_span(text, item.edit) for item in chosen]
    characters = list(dict.fromkeys(char for span in spans for char in text[slice(*span)] if _is_odd(char)))
    is_safe = is_solved and all(item.is_certain for item in chosen)
    fix = Fix(
        f"Replace the {plural(len(chosen), 'look-alike character')}" if len(chosen) > 1 else "Replace the character",
        tuple(item.edit for item in chosen),
        safe=is_safe,
    )
    related = tuple(Related(span, "Also here.") for span in spans[1 : _MOST_RELATED + 1])
    return Diagnostic(
        LOOK_ALIKE_SYNTAX, spans[0], _message(characters, len(chosen)), offer(fix) if fixes else (), related=related
    )


def _odd_span(text: str, edit: Edit) -> Span:
    """Return the span of the look-alike characters that an edit replaces."""
    odd = [at for at in range(edit.start, edit.end) if _is_odd(text[at])]
    return Span(odd[0], odd[-1] + 1)


def _is_odd(character: str) -> bool:
    return not character.isascii()


def _message(characters: Sequence[str], count: int) -> str:
    names = [name_of_character(character) for character in characters[:_MOST_NAMES]]
    if len(characters) > _MOST_NAMES:
        names.append(f"{len(characters) - _MOST_NAMES} more")
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    if len(characters) > 1:
        advice = "Replace them with ASCII characters"
    else:
        plain = plain_for(characters[0])
        advice = "Remove it" if not plain else f"Use {'spaces' if plain == ' ' else repr(plain)}"
    places = f" ({plural(count, 'place')})" if count > 1 else ""
    return f"YAML reads {listed} as text. {advice}{places}."
