"""Checks of `roles` and `fallbacks`, which name entries for particular tasks and for calls that fail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from aloop_models.core.document import Document, Section
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_end, line_start, next_line
from aloop_models.core.nodes import Alias, Mapping, Scalar, Sequence, resolve
from aloop_models.core.references import ROLE_NAME, Reference, references_of
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.duplicates import DUPLICATE_KEY
from aloop_models.features.checks.entry_reference import Place, check_reference
from aloop_models.features.checks.fixes import has_no_colon, missing_space, offer, replace_part
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.values import WRONG_TYPE, kind_of
from aloop_models.features.checks.wording import quote_name, shorten_end
from aloop_models.features.diagnostic import Diagnostic, Fix, Related, Rule, Severity
from aloop_models.snapshot import Snapshot

UNDEFINED_MODEL = Rule(
    "undefined-model",
    Severity.WARNING,
    "Undefined model of a role or fallback",
    "`@role` is refused if `models` does not have an entry with the ID of the role, and the agent skips such a "
    "fallback. IDs are case-sensitive.",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\nroles:\n  fast: ollama/llama2\n",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\nroles:\n  fast: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing the ID to the closest one, which is a guess.",
    severity_reason="The role or fallback cannot be used; the other models can.",
    related=("undefined-default", "look-alike-id"),
    since="0.2.0",
)
INVALID_ROLE_NAME = Rule(
    "invalid-role-name",
    Severity.WARNING,
    "Invalid name of a role",
    "The name of a role consists of lowercase letters, digits and hyphens, and starts with a letter. You write it "
    "after an `@`: `/model @fast`.",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\nroles:\n  Very Fast: ollama/llama3\n",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\nroles:\n  very-fast: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing the name to a valid one, because you choose the name.",
    severity_reason="The role cannot be used; the other roles can.",
    related=("undefined-model",),
    since="0.2.0",
)

_NOT_IN_NAME = lazy_re(r"[^a-z0-9]+")
_LONGEST_SUBJECT = 40
_SHAPES = {
    "roles": "roles must be a mapping, not {0}. Write one 'name: provider/model' per line below it.",
    "fallbacks": "fallbacks must be a list, not {0}. Write one '- provider/model' per line below it.",
}


def check_roles(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check the effective `roles` and `fallbacks`."""
    document = snapshot.document
    for name, wanted in (("roles", Mapping), ("fallbacks", Sequence)):
        section = document.section(name)
        value = resolve(section.value) if section and section.value else None
        if section is None or value is None or section.is_empty:
            continue
        if not isinstance(value, wanted):
            is_null = isinstance(value, Scalar) and value.value is None
            if not isinstance(value, Alias) and not value.fault and not is_null:
                yield _wrong_shape(document, section, value)
            continue
        found = tuple(references_of(section))
        names = frozenset(item.role.text for item in found if item.role is not None)
        for item in found:
            if item.role is not None and (name := _name_before_colon(item)):
                message, fix = missing_space(item.role, name)
                yield Diagnostic(INVALID_ROLE_NAME, item.role.span, message, offer(fix))
                continue
            if item.role is not None:
                yield from _check_name(snapshot, item.role, names)
            yield from check_reference(snapshot, _place(item, section), UNDEFINED_MODEL)
        if name == "fallbacks":
            yield from _duplicates(document, found)


def _place(item: Reference, section: Section) -> Place:
    if item.role is None:
        span = item.node.span if item.node.end > item.node.start else section.key.span
        return Place("fallback", item.node, span, "or remove it", "remove it")
    subject = f"roles.{quote_name(item.role.text)[1:-1]}"
    return Place(
        shorten_end(subject, _LONGEST_SUBJECT), item.node, item.role.span, "or remove the role", "remove the role"
    )


def _wrong_shape(document: Document, section: Section, value: Mapping | Sequence | Scalar) -> Diagnostic:
    kind = kind_of(value.value) if isinstance(value, Scalar) else "a list" if section.name == "roles" else "a mapping"
    written = section.value or section.key
    span = Span(written.start, min(written.end, line_end(document.text, written.start)))
    edits: tuple[Edit, ...] = ()
    if section.name == "fallbacks" and isinstance(written, Scalar) and _names_entries(document, written):
        is_line = written.style not in ("|", ">") and line_end(document.text, written.start) >= written.end
        edits = (Edit(written.start, written.start, "["), Edit(written.end, written.end, "]")) if is_line else ()
    return Diagnostic(
        WRONG_TYPE, span, _SHAPES[section.name].format(kind), offer(Fix("Change to a list", edits, safe=True))
    )


def _names_entries(document: Document, written: Scalar) -> bool:
    """Whether a text is the ID of an entry, or several with commas between them."""
    parts = written.text.split(",") if not written.style else [written.text]
    return all(part.strip() in document.by_id for part in parts)


def _name_before_colon(item: Reference) -> str:
    """The name of a role without a value whose key contains the value: `{fast:openai/gpt-4o}`; else empty."""
    name, colon, rest = item.role.text.partition(":") if item.role else ("", "", "")
    is_key_alone = item.role is not None and has_no_colon(item.role, item.node)
    return name if colon and rest and is_key_alone and ROLE_NAME.fullmatch(name) else ""


def _check_name(snapshot: Snapshot, role: Scalar, names: frozenset[str]) -> Iterator[Diagnostic]:
    if ROLE_NAME.fullmatch(role.text) and isinstance(role.value, str):
        return
    message = (
        f"{quote_name(role.text)} is not the name of a role. Use lowercase letters, digits and hyphens, and start with "
        "a letter."
    )
    plain = unicodedata.normalize("NFKD", role.text).encode("ascii", "ignore").decode().lower()
    name = _NOT_IN_NAME.sub("-", plain).strip("-")
    is_hidden = is_key(role.text) or snapshot.redactor.hides(role.text)
    is_possible = name not in names and ROLE_NAME.fullmatch(name) and name not in _OTHER_TYPES and not is_hidden
    edits = replace_part(role, 0, len(role.text), name) if is_possible else ()
    yield Diagnostic(INVALID_ROLE_NAME, role.span, message, offer(Fix(f"Rename to {name}", edits, safe=False)))


_OTHER_TYPES = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
"""Names that YAML 1.1 does not read as text."""


def _duplicates(document: Document, found: tuple[Reference, ...]) -> Iterator[Diagnostic]:
    first: dict[str, Reference] = {}
    for before, item in zip((None, *found), found, strict=False):
        model_id = item.model_id
        if model_id is None:
            continue
        if model_id in first and before is not None:
            message = f"fallbacks contains {quote_name(model_id)} twice: only the first one has an effect. Remove this."
            related = (Related(first[model_id].node.span, "This earlier fallback is tried."),)
            fix = Fix("Remove this fallback", _remove(document.text, before, item), safe=True)
            yield Diagnostic(DUPLICATE_KEY, item.node.span, message, offer(fix), Severity.WARNING, related=related)
        first.setdefault(model_id, item)


def _remove(text: str, before: Reference, item: Reference) -> tuple[Edit, ...]:
    """The edits that remove an item of a list; none if that would remove other text, such as a comment or an anchor."""
    node = item.node
    if not isinstance(node, Scalar | Alias) or before.node.end > node.start:
        return ()
    if "," in (between := text[before.node.end : node.start]):
        return (Edit(before.node.end, node.end, ""),) if between.strip() == "," else ()
    start, end = line_start(text, node.start), line_end(text, node.end)
    is_alone = text[start : node.start].strip() == "-" and not text[node.end : end].strip()
    is_one_line = line_end(text, start) == end and next_line(text, end) > end
    return (Edit(start, next_line(text, end), ""),) if is_alone and is_one_line else ()
