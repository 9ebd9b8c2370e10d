"""Checks of `default`, the model that new agents start with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aloop_models.catalog import nearest, split_id, split_label, with_label
from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Document, Section
from aloop_models.core.lines import BREAKS, break_near, line_end
from aloop_models.core.nodes import Mapping, Scalar, resolve
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.fixes import offer, quote_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.key_placement import KEY_IN_WRONG_FIELD
from aloop_models.features.checks.sections import is_misspelled
from aloop_models.features.checks.spans import file_span
from aloop_models.features.checks.values import WRONG_TYPE, kind_of
from aloop_models.features.checks.wording import list_choices, quote_name, shorten_end
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.features.match import name_of
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

UNDEFINED_DEFAULT = Rule(
    "undefined-default",
    Severity.WARNING,
    "Undefined default",
    "A new agent starts with the first ready model instead and says so. `aloop --task` stops with an "
    "error. IDs are case-sensitive.",
    "models:\n  ollama/llama3:\n\ndefault: ollama/llama2\n",
    "models:\n  ollama/llama3:\n\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing `default` to the closest ID, which is a guess.",
    severity_reason="A new agent starts with another model.",
    related=("missing-default", "look-alike-id"),
)
MISSING_DEFAULT = Rule(
    "missing-default",
    Severity.INFORMATION,
    "No default model",
    "A new agent starts with the first ready model and says so. Set `default` to choose the model.",
    "models:\n  ollama/llama3:\n\ndefault: null\n",
    "models:\n  ollama/llama3:\n\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: setting `default` to the first ready model, because which model is the default is your "
    "decision.",
    severity_reason="A new agent starts with the first ready model, which may be what you want.",
    related=("undefined-default", "missing-models"),
)

_PLAIN = re.compile(r"[A-Za-z][\w.+@-]*/[\w./+@-]*(?::[\w./+@-]+)*(?:#[\w.-]+)?", re.ASCII)
_LONGEST_TITLE = 60


def check_default(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check the effective `default`."""
    document = snapshot.document
    section = document.default
    if section is None:
        yield from _missing(snapshot, None)
        return
    value = resolve(section.value) if section.value else None
    if value is None:
        return
    if isinstance(value, Scalar) and value.value is None:
        yield from _missing(snapshot, section)
    elif not isinstance(value, Scalar) or not isinstance(value.value, str):
        kind = kind_of(value.value) if isinstance(value, Scalar) else "a list or mapping"
        span = _on_one_line(document, section)
        edits = quote_scalar(value) if isinstance(value, Scalar) and value is section.value else ()
        is_id = isinstance(value, Scalar) and value.text in document.by_id
        message = f"default must be a model ID, not {kind}. Write provider/model or null."
        yield Diagnostic(
            WRONG_TYPE,
            span,
            message,
            offer(*([Fix("Quote this value", edits, safe=True)] if is_id else [])),
        )
    elif is_key(value.text):
        message = "default is an API key, not a model ID. Write provider/model or null."
        first = _first_ready(snapshot)
        change = Fix("Change to null", _write(section, "null"), safe=False)
        if first is not None:
            change = Fix(_title("Change", first), _write(section, id_as_yaml(first)), safe=False)
        yield Diagnostic(
            KEY_IN_WRONG_FIELD,
            _on_one_line(document, section),
            message,
            offer(change),
        )
    elif value.text not in document.by_id and document.parses and not _is_elsewhere(document, value.text):
        yield _undefined(snapshot, section, value.text)


def _is_elsewhere(document: Document, model_id: str) -> bool:
    """Whether the entry is missing because it is at the top level, or `models` is missing or not a mapping."""
    if any(section.name.strip() == model_id for section in document.sections):
        return True
    models = document.models
    if models is None or document.by_id:
        return models is None
    value = resolve(models.value) if models.value else None
    return not (value is None or isinstance(value, Mapping) or (isinstance(value, Scalar) and value.value is None))


def _first_ready(snapshot: Snapshot) -> str | None:
    entries = snapshot.document.by_id.values()
    ready = (placed.model_id for placed in entries if why_not_ready(placed.entry, snapshot.facts) is None)
    return next((model_id for model_id in ready if not is_key(model_id)), None)


def _is_id_without_a_part(words: str, entry_id: str) -> bool:
    """Whether the text is the entry's ID without its provider or without its label."""
    model_id, label = split_label(entry_id)
    model = split_id(entry_id)[1]
    return words in (model, with_label(model, label), model_id)


def _named(document: Document, text: str) -> tuple[str, ...]:
    """The IDs of the entries with this display name: exactly, else in any case and with any separators."""
    names = [
        (placed.model_id, name)
        for placed in document.by_id.values()
        if isinstance(name := placed.entry.profile.get("name"), str) and not is_key(placed.model_id)
    ]
    same = tuple(model_id for model_id, name in names if name.strip() == text.strip())
    return same or tuple(model_id for model_id, name in names if name_of(name).squeezed == name_of(text).squeezed)


def _undefined(snapshot: Snapshot, section: Section, model_id: str) -> Diagnostic:
    document = snapshot.document
    ids = [other for other in document.by_id if not is_key(other)]
    named = _named(document, model_id)
    if named:
        message = f"default: {quote_name(model_id)} is a display name. Write the ID: {list_choices(named)}."
        fixes = (Fix(_title("Change", other), _write(section, id_as_yaml(other)), safe=False) for other in named)
        return Diagnostic(UNDEFINED_DEFAULT, _on_one_line(document, section), message, offer(*fixes))
    near = nearest(model_id, ids) or tuple(other for other in ids if _is_id_without_a_part(model_id, other))[:3]
    if not ids:
        message = (
            f"default: {quote_name(model_id)} is not an entry in models. Add the entry, or change default to null."
        )
    elif near:
        message = f"default: {quote_name(model_id)} is not an entry in models. Did you mean {list_choices(near)}?"
    else:
        message = f"default: {quote_name(model_id)} is not an entry in models. Write the ID of an entry or null."
    ready = (other for other in near if why_not_ready(document.by_id[other].entry, snapshot.facts) is None)
    candidates = [Fix(_title("Change", other), _write(section, id_as_yaml(other)), safe=False) for other in ready]
    return Diagnostic(UNDEFINED_DEFAULT, _on_one_line(document, section), message, offer(*candidates))


def _missing(snapshot: Snapshot, section: Section | None) -> Iterator[Diagnostic]:
    document = snapshot.document
    is_reported = is_misspelled(document, "default") or "default" in document.by_id
    if not document.parses or not document.entries or is_reported:
        return
    span = section.key.span if section else file_span(document)
    first = _first_ready(snapshot)
    message = "No default model: new agents start with the first ready model. Set default to choose one."
    candidates: list[Fix] = []
    if first is not None:
        edits = _write(section, id_as_yaml(first)) if section else _append(document, id_as_yaml(first))
        candidates.append(Fix(_title("Set", first), edits, safe=False))
    yield Diagnostic(MISSING_DEFAULT, span, message, offer(*candidates))


def id_as_yaml(model_id: str) -> str:
    """A model ID as YAML text; empty if it contains characters that no fix should write."""
    if _PLAIN.fullmatch(model_id):
        return model_id
    return "'" + model_id.replace("'", "''") + "'" if model_id.isprintable() else ""


def _title(verb: str, model_id: str) -> str:
    return shorten_end(f"{verb} default to {redact(model_id)}", _LONGEST_TITLE)


def _write(section: Section | None, text: str) -> tuple[Edit, ...]:
    value = section.value if section else None
    if section is None or not isinstance(value, Scalar) or value.style in ("|", ">") or not text:
        return ()
    if value.end > value.start:
        return (Edit(value.start, value.end, text),)
    # There is no value after the colon, which follows the name directly.
    return (Edit(value.start, value.start, f" {text}"),)


def _append(document: Document, text: str) -> tuple[Edit, ...]:
    models = document.models
    whole = document.text
    in_block = models is not None and models.value is None and "..." not in whole and "---" not in whole
    if not text or not in_block:
        return ()
    end = len(whole)
    line_break = break_near(whole, end)
    before = "" if whole.endswith(tuple(BREAKS)) else line_break
    return (Edit(end, end, f"{before}{line_break}default: {text}{line_break}"),)


def _on_one_line(document: Document, section: Section) -> Span:
    value = section.value
    if value is None or value.end <= value.start:
        return section.key.span
    return Span(value.start, min(value.end, line_end(document.text, value.start)))
