"""Checks of top-level keys: unknown ones, and API keys at the top level."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from aloop_models.catalog import is_entry_id, nearest, one_slip
from aloop_models.core.document import Document, Section
from aloop_models.core.edit_layout import nodes_of
from aloop_models.core.lines import break_near, line_end, line_start, lines_in
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence
from aloop_models.core.text import Edit
from aloop_models.features.checks.fields import UNKNOWN_FIELD
from aloop_models.features.checks.fixes import has_no_colon, missing_space, offer, replace_part
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.key_placement import KEY_IN_WRONG_FIELD
from aloop_models.features.checks.other_formats import describe, find_other_format
from aloop_models.features.checks.syntax_foreign import comment_mark, use_hash
from aloop_models.features.checks.wording import quote_name
from aloop_models.features.diagnostic import Diagnostic, Fix
from aloop_models.snapshot import Snapshot

SECTIONS = ("models", "default", "roles", "fallbacks")
"""The known top-level keys."""

_COMMONLY_MEANT = {"default_model": "default", "default-model": "default", "defaultmodel": "default"}


def check_sections(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check the top-level keys."""
    document = snapshot.document
    unknown = [section for section in document.sections if section.name not in SECTIONS]
    found = find_other_format(document, snapshot.facts.catalog) if unknown else None
    with_key = {id(section.value) for section in unknown if _has_key(section)}
    used = _aliased(document) if with_key and "*" in document.text else frozenset[int]()
    models = document.models
    below_models = next((below for above, below in pairwise(document.sections) if above is models), None)
    for section in unknown:
        if found and section.name in found.sections:
            if section.name == found.section:
                yield Diagnostic(UNKNOWN_FIELD, section.key.span, *describe(document, found, snapshot.facts))
            continue
        if not isinstance(section.key.value, str):
            continue
        if is_key(section.name) or (id(section.value) in with_key and id(section.value) not in used):
            span = section.key.span if is_key(section.name) else (section.value or section.key).span
            message = "An API key at the top level has no effect. Move it to api_key of its model."
            yield Diagnostic(KEY_IN_WRONG_FIELD, span, message)
        elif not _has_anchors(document, section):
            yield _unknown(document, section, models if section is below_models else None)


def is_misspelled(document: Document, name: str) -> bool:
    """Whether a missing top-level key is in the file with a misspelled name, which has a diagnostic already."""
    others = (section.name for section in document.sections if section.name not in SECTIONS)
    return document.section(name) is None and any(name in _meant(other) for other in others)


def _meant(name: str) -> tuple[str, ...]:
    """The top-level key that an unknown name most likely means, or nothing."""
    common = _COMMONLY_MEANT.get(name.casefold())
    return (common,) if common else nearest(name, SECTIONS, 1)


def _unknown(document: Document, section: Section, models: Section | None) -> Diagnostic:
    """The diagnostic of a key; `models` is given if that is the key above."""
    name = section.name
    near = tuple(other for other in _meant(name) if document.section(other) is None)
    candidates = [
        Fix(f"Rename to {other}", replace_part(section.key, 0, len(name), other), safe=_is_certain(section, other))
        for other in near
        if _takes(other, section.value)
    ]
    first, colon, rest = name.partition(":")
    if colon and rest and first in SECTIONS and has_no_colon(section.key, section.value):
        message, fix = missing_space(section.key, first)
        candidates = [fix]
    elif mark := comment_mark(name):
        candidates = [Fix("Comment out this line", _comment_out(document, section), safe=False)]
        message = use_hash(mark)
    elif near == ("models",) and isinstance(section.value, Scalar) and section.value.value is not None:
        message = f"Unknown top-level key {quote_name(name)}: it has no effect. Write the model as an entry in models."
        edits = _as_entry(document, section.key, section.value) if is_entry_id(section.value.text) else ()
        candidates = [Fix("Change to an entry in models", edits, safe=False)]
    elif near == ("default",) and isinstance(section.value, Mapping):
        message = f"Unknown top-level key {quote_name(name)}: it has no effect. Write its fields in each entry."
    elif near:
        message = f"Unknown top-level key {quote_name(name)}: it has no effect. Did you mean {near[0]}?"
    elif "/" in name and document.parses:
        message = f"Top-level key {quote_name(name)} has no effect. Indent it and its fields under models."
        candidates = [Fix("Indent it under models", _indented(document, section, models), safe=False)]
    else:
        message = f"Unknown top-level key {quote_name(name)}: it has no effect. Use {', '.join(SECTIONS)} only."
        candidates.append(Fix("Comment out this line", _comment_out(document, section), safe=False))
    return Diagnostic(UNKNOWN_FIELD, section.key.span, message, offer(*candidates))


def _takes(name: str, value: Node | None) -> bool:
    """Whether a top-level key can have a value of this kind."""
    kinds = {"default": Scalar, "fallbacks": Sequence}
    is_null = value is None or (isinstance(value, Scalar) and value.value is None)
    return is_null or isinstance(value, (kinds.get(name, Mapping), Alias))


def _as_entry(document: Document, key: Scalar, model_id: Scalar) -> tuple[Edit, ...]:
    """Write `model: ID` as `models:` with an entry; no edits if other text is on the line."""
    text = document.text
    is_alone = line_start(text, key.start) == key.start and line_end(text, key.start) >= model_id.end
    if not is_alone or text[key.end : model_id.start].strip() != ":" or model_id.style in ("|", ">"):
        return ()
    before = Edit(key.start, model_id.start, f"models:{break_near(text, key.start)}  ")
    return before, Edit(model_id.end, model_id.end, ":")


def _indented(document: Document, section: Section, models: Section | None) -> tuple[Edit, ...]:
    """Indent a section that is right below the entries, as they are; no edits if that is not possible."""
    text, start = document.text, section.key.start
    if models is None or line_start(text, start) != start or section.name in document.by_id:
        return ()
    if not (models.value is None or models.is_empty) or isinstance(section.value, Alias):
        return ()
    first = document.entries[0].key_span.start if document.entries else start
    depth = first - line_start(text, first) if document.entries else 2
    if depth == 0 or "{" in text[models.key.end : first]:
        return ()
    end = max(section.key.end, section.value.end if section.value else 0)
    lines = (line for line in lines_in(text, start, end) if text[slice(*line)].strip())
    return tuple(Edit(line.start, line.start, " " * depth) for line in lines)


def _is_certain(section: Section, other: str) -> bool:
    """Whether the name is one typo away from the other, and the value is valid there."""
    value = section.value
    has_entries = isinstance(value, Mapping) and any(
        isinstance(pair.key, Scalar) and is_entry_id(pair.key.text) for pair in value.pairs
    )
    is_id = isinstance(value, Scalar) and is_entry_id(value.text)
    fits = {"models": has_entries, "default": is_id}.get(other, False)
    return one_slip(section.name, other) and fits


def _has_key(section: Section) -> bool:
    return isinstance(section.value, Scalar) and is_key(section.value.text)


def _aliased(document: Document) -> frozenset[int]:
    """The identities of all values that an entry has by an alias."""
    nodes = (node for placed in document.entries for node in nodes_of(placed.entry.value))
    return frozenset(id(node.target) for node in nodes if isinstance(node, Alias))


def _has_anchors(document: Document, section: Section) -> bool:
    """Whether the section may exist for anchors that other parts of the file use."""
    value = section.value
    if value is None or isinstance(value, Alias):
        return False
    return "&" in document.text[section.key.end : value.end] and "*" in document.text


def _comment_out(document: Document, section: Section) -> tuple[Edit, ...]:
    text, value = document.text, section.value
    start = section.key.start
    if not isinstance(value, Scalar) or not document.parses or line_start(text, start) != start:
        return ()
    on_one_line = max(value.end, section.key.end) <= line_end(text, start) and value.style not in ("|", ">")
    return (Edit(start, start, "# "),) if on_one_line else ()
