"""Checks of `default`, the model that new agents start with."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.core.document import Document, Section
from aloop_models.core.lines import BREAKS, break_near, line_start
from aloop_models.core.nodes import Node, Scalar, resolve
from aloop_models.core.text import Edit
from aloop_models.features.checks.entry_reference import Place, check_reference, first_ready, id_as_yaml, title
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.sections import is_misspelled
from aloop_models.features.checks.spans import file_span
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.snapshot import Snapshot

UNDEFINED_DEFAULT = Rule(
    "undefined-default",
    Severity.WARNING,
    "Undefined default",
    "A new agent starts with the first ready model instead and says so. `aloop --task` stops with an "
    "error. IDs are case-sensitive. A label after a space is a comment, which is reported if `models` has that ID too.",
    "models:\n  ollama/llama3:\n\ndefault: ollama/llama2\n",
    "models:\n  ollama/llama3:\n\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing `default` to the closest ID, which is a guess.",
    severity_reason="A new agent starts with another model.",
    related=("missing-default", "undefined-model", "look-alike-id"),
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


def check_default(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check the effective `default`."""
    section = snapshot.document.default
    if section is None:
        yield from _missing(snapshot, None)
        return
    value = resolve(section.value) if section.value else None
    if section.value is None or value is None:
        return
    if isinstance(value, Scalar) and value.value is None:
        yield from _missing(snapshot, section)
    else:
        yield from check_reference(snapshot, _place(section, section.value), UNDEFINED_DEFAULT)


def _place(section: Section, value: Node) -> Place:
    return Place("default", value, section.key.span, "or null", "change default to null", "null")


def _missing(snapshot: Snapshot, section: Section | None) -> Iterator[Diagnostic]:
    document = snapshot.document
    is_reported = is_misspelled(document, "default") or "default" in document.by_id
    if not document.parses or not document.entries or is_reported:
        return
    span = section.key.span if section else file_span(document)
    first = first_ready(snapshot)
    message = "No default model: new agents start with the first ready model. Set default to choose one."
    candidates: list[Fix] = []
    if first is not None:
        text, value = id_as_yaml(first), section.value if section else None
        edits = _place(section, value).write(text) if section and value else _append(document, text)
        candidates.append(Fix(title("Set", "default", first), edits, safe=False))
    yield Diagnostic(MISSING_DEFAULT, span, message, offer(*candidates))


def _append(document: Document, text: str) -> tuple[Edit, ...]:
    models = document.models
    whole = document.text
    if not text or models is None or models.value is not None or "..." in whole or "---" in whole:
        return ()
    end = len(whole)
    # The top level can be indented.
    indent = whole[line_start(whole, models.key.start) : models.key.start].lstrip("\ufeff")
    line_break = break_near(whole, end)
    before = "" if whole.endswith(tuple(BREAKS)) else line_break
    return (Edit(end, end, f"{before}{line_break}{indent}default: {text}{line_break}"),)
