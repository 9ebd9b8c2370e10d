"""Checks of the structure of the file and its entries, and of values that YAML cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.catalog import is_entry_id
from aloop_models.core.document import Document, Entry, Section
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, line_end, line_start
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence, resolve
from aloop_models.core.text import Edit, Span
from aloop_models.core.yaml_reader import UNREADABLE, UNREADABLE_WITH_TAG
from aloop_models.features.checks.field_lines import first_field, to_mapping
from aloop_models.features.checks.fixes import offer, quote_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.list_of_models import list_to_entries, list_to_fields
from aloop_models.features.checks.other_formats import describe, find_other_format
from aloop_models.features.checks.sections import is_misspelled
from aloop_models.features.checks.spans import file_span
from aloop_models.features.checks.syntax_lines import comment_for_label
from aloop_models.features.checks.values import WRONG_TYPE, kind_of
from aloop_models.features.checks.wording import quote_name
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.snapshot import Facts, Snapshot

NOT_A_MAPPING = Rule(
    "not-a-mapping",
    Severity.ERROR,
    "The file is not a mapping",
    "The file must be a mapping with the keys `models` and `default`. Anything else cannot be loaded.",
    "- openai/gpt-4o\n- ollama/llama3\n",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: adding the missing colon after `models` or `default`. Unsafe: converting the configuration of "
    "another tool to entries.",
    severity_reason="The runtime cannot read the file.",
    related=("yaml-syntax", "missing-models"),
    ignorable=False,
)
MISSING_MODELS = Rule(
    "missing-models",
    Severity.INFORMATION,
    "No models",
    "Without `models`, the agent has no model to use.",
    "default: null\n",
    "models:\n  ollama/llama3:\n\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: inserting a template with comments, because it adds text.",
    severity_reason="A file without models is complete, but the agent cannot use it yet.",
    related=("not-a-mapping", "missing-default"),
)

SKELETON = """\
models:
  # openai/gpt-4o:
  #   name: GPT-4o
  #   api_key: sk-...
"""
_FIELDS_ADVICE = "Write its fields below the ID, each as 'name: value'."
_ONLY_COMMENTS = lazy_re(rf"(?:\s|#[^{BREAKS}]*(?=[{BREAKS}]|\Z))*")
_COMMENTS_THEN_BRACE = lazy_re(rf"\ufeff?{_ONLY_COMMENTS.pattern}\{{")


def check_file_shape(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check the root, `models`, and values outside entries."""
    document = snapshot.document
    root = document.other_root
    if root is not None:
        yield _not_a_mapping(snapshot, root)
        return
    for span, reason in document.faults:
        yield Diagnostic(WRONG_TYPE, _first_line(document, span), _fault_message(reason))
    models = document.models
    if models is None:
        others = [section.name for section in document.sections]
        is_reported = any(map(is_entry_id, others)) or is_misspelled(document, "models")
        if document.parses and not is_reported and not find_other_format(document, snapshot.facts.catalog):
            yield _missing_models(document)
    elif models.value is not None:
        yield from _models_shape(snapshot, models)
    for section in document.sections:
        if not isinstance(section.key.value, str) and document.parses:
            name, kind = quote_name(section.name), kind_of(section.key.value)
            message = f"YAML reads the top-level key {name} as {kind}. Remove it, or quote it."
            fix = Fix("Quote this key", quote_scalar(section.key), safe=True)
            yield Diagnostic(WRONG_TYPE, section.key.span, message, offer(fix), Severity.WARNING)


def check_entry_shape(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the entry's value, and the values in it that the safe loader refuses."""
    if entry.faults:
        quotable = {item.value.span: item.value for item in entry.fields if isinstance(item.value, Scalar)}
        for span, reason in entry.faults:
            scalar = quotable.get(span)
            # A tag applies to the quoted text as well, so quotes do not help.
            edits = quote_scalar(scalar) if scalar and reason == UNREADABLE else ()
            yield Diagnostic(WRONG_TYPE, span, _fault_message(reason), offer(Fix("Quote this value", edits, safe=True)))
    value = entry.value
    if isinstance(value, Mapping) or (isinstance(value, Scalar) and value.value is None):
        return
    target = resolve(value)
    if isinstance(target, Mapping) or (isinstance(target, Scalar) and target.value is None):
        return
    if isinstance(target, Scalar) and is_key(target.text) and not first_field(target.text, facts):
        return
    if isinstance(value, (Scalar, Sequence)) and value.fault:
        return
    message, candidates = f"The entry is not a mapping. {_FIELDS_ADVICE}", ()
    if isinstance(target, Sequence):
        message = f"The entry is a list, not a mapping. {_FIELDS_ADVICE}"
        edits = list_to_fields(entry.key, target) if target is value and entry.readable else ()
        candidates = offer(Fix("Remove the dashes", edits, safe=False))
    elif isinstance(target, Scalar):
        message, candidates = _text_instead_of_fields(value, target, facts)
    yield Diagnostic(WRONG_TYPE, value.span, message, candidates)


def _text_instead_of_fields(value: Node, target: Scalar, facts: Facts) -> tuple[str, tuple[Fix, ...]]:
    name = first_field(target.text, facts)
    if name is None:
        return f"The entry is {kind_of(target.value)}, not a mapping. {_FIELDS_ADVICE}", ()
    message = f"'{name}' is not followed by a colon and a space. Write '{name}: value' on its own line below the ID."
    edits = to_mapping(value, facts) if isinstance(value, Scalar) else ()
    # A line of a field has two edits of its own.
    title = "Change to a field" if len(edits) == 3 else "Change to fields"
    return message, offer(Fix(title, edits, safe=False))


def _not_a_mapping(snapshot: Snapshot, root: Node) -> Diagnostic:
    document = snapshot.document
    span = _first_line(document, root.span)
    if other := find_other_format(document, snapshot.facts.catalog):
        return Diagnostic(NOT_A_MAPPING, span, *describe(document, other, snapshot.facts))
    if isinstance(root, Sequence):
        message = (
            "models.yaml is a list, not a mapping. Start it with 'models:', and write one ID per line without dashes."
        )
        return Diagnostic(NOT_A_MAPPING, span, message)
    message = (
        "models.yaml is a single value, not a mapping. Start it with 'models:', and write one ID per line below it."
    )
    candidates: list[Fix] = []
    if isinstance(root, Scalar) and root.text in ("models", "default") and not root.style:
        message = f"Missing colon after '{root.text}'. Write '{root.text}:'."
        candidates.append(Fix("Add a colon", (Edit(root.end, root.end, ":"),), safe=True))
    return Diagnostic(NOT_A_MAPPING, span, message, offer(*candidates))


def _models_shape(snapshot: Snapshot, models: Section) -> Iterator[Diagnostic]:
    document, value = snapshot.document, models.value
    if value is None:
        return
    target = resolve(value)
    if isinstance(target, (Mapping, Alias)) or target.fault or (isinstance(target, Scalar) and target.value is None):
        return
    if isinstance(target, Sequence):
        if other := find_other_format(document, snapshot.facts.catalog):
            span = _first_line(document, value.span)
            yield Diagnostic(WRONG_TYPE, span, *describe(document, other, snapshot.facts))
            return
        message = "models is a list, not a mapping. Write one 'provider/model:' per line, without dashes or brackets."
        fix = Fix("Change the list to entries", list_to_entries(document, target), safe=False)
        yield Diagnostic(WRONG_TYPE, _first_line(document, value.span), message, offer(fix))
        return
    if label := comment_for_label(document.text, value.start):
        yield Diagnostic(
            WRONG_TYPE, label.span, label.message, offer(*(Fix(*edits, safe=False) for edits in label.edits))
        )
        return
    message = "models is not a mapping: a colon is missing. Write one 'provider/model:' per line below it."
    single = isinstance(value, Scalar) and not value.style and line_end(document.text, value.start) >= value.end
    below = line_end(document.text, models.key.end) < value.start
    in_braces = _COMMENTS_THEN_BRACE.match(document.text) is not None
    has_colon = document.text.startswith(":", value.end)
    edits = (Edit(value.end, value.end, ":"),) if single and below and not in_braces and not has_colon else ()
    yield Diagnostic(
        WRONG_TYPE,
        _first_line(document, value.span),
        message,
        offer(Fix("Add a colon", edits, safe=isinstance(value, Scalar) and is_entry_id(value.text))),
    )


def _missing_models(document: Document) -> Diagnostic:
    message = "This file has no models. Add 'models:', and write one ID per line below it."
    text = document.text
    edits: tuple[Edit, ...] = ()
    if _ONLY_COMMENTS.fullmatch(text.removeprefix("\ufeff")):
        line_break = "" if not text.removeprefix("\ufeff") or text.endswith(tuple(BREAKS)) else "\n"
        edits = (Edit(len(text), len(text), f"{line_break}{SKELETON}\ndefault: null\n"),)
    elif document.sections and line_start(text, document.sections[0].key.start) == document.sections[0].key.start:
        first = document.sections[0].key.start
        edits = (Edit(first, first, f"{SKELETON}\n"),)
    if document.default_id is not None:
        # With the template alone, the default would be undefined.
        edits = ()
    return Diagnostic(MISSING_MODELS, file_span(document), message, offer(Fix("Insert a template", edits, safe=False)))


def _first_line(document: Document, span: Span) -> Span:
    """The part of a span on its first line."""
    return Span(span.start, min(span.end, line_end(document.text, span.start)))


def _fault_message(reason: str) -> str:
    if reason in (UNREADABLE, UNREADABLE_WITH_TAG):
        return "YAML cannot read this value as a date, number or tag ('!…'). Correct it, or quote it."
    if "tag" in reason:
        return "Unknown YAML tag ('!…'). Remove it, or quote the value."
    if "merge" in reason:
        return "The value of '<<' must be a mapping, such as '<<: *name'."
    return "YAML cannot use this as a key. Write a single word."
