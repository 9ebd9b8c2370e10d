"""Hovers for models, fields and values, without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aloop_models.catalog import ProviderFacts, key_problem, nearest, provider_of
from aloop_models.catalog.key_forms import KeyProblem
from aloop_models.catalog.provider_hosts import provider_of_host
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.urls import without_credentials
from aloop_models.core.document import Entry
from aloop_models.core.references import ROLE_NAME, fallbacks_of, roles_of
from aloop_models.core.schema import FieldSpec
from aloop_models.core.text import Span
from aloop_models.features.checks.distance import host_of
from aloop_models.features.checks.rules import RULES_BY_ID
from aloop_models.features.current_model import current_id
from aloop_models.features.cursor import Context, Cursor, cursor_at
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.formatting import display_name, format_duration, plural
from aloop_models.features.ignores import find_ignores
from aloop_models.features.markdown import code, escape
from aloop_models.features.model_card import NO_DEFAULT, ROOT_KEYS, field_card, model_lines, provider_links, source_line
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

_NOTHING: frozenset[str] = frozenset()
_HIDDEN = "Secret value (hidden)."
_KEY_FORMATS: Mapping[KeyProblem | None, str] = {
    None: "Its format looks right.",
    KeyProblem.PLACEHOLDER: "It is a placeholder. Replace it with your API key.",
    KeyProblem.MALFORMED: "Its format is wrong. Copy the API key again.",
    KeyProblem.OTHER_PROVIDER: "It looks like an API key of another provider.",
}


class Hover(NamedTuple):
    """Markdown about the text of a span."""

    span: Span
    markdown: str


def hover(snapshot: Snapshot, offset: int) -> Hover | None:
    """The hover of the word at the offset, or None. Never raises."""
    if (about_rule := _ignored_rule(snapshot, offset)) is not None:
        return about_rule
    cursor = cursor_at(snapshot.document, offset)
    if not cursor.word:
        return None
    text = _text(snapshot, cursor, _problems_at(snapshot, cursor.span))
    return Hover(cursor.span, snapshot.redactor.redact_markdown(text)) if text else None


def _ignored_rule(snapshot: Snapshot, offset: int) -> Hover | None:
    """The hover of a rule ID in an ignore comment."""
    for ignore in find_ignores(snapshot.document):
        for item in ignore.rules:
            rule = RULES_BY_ID.get(item.id) if item.span.start <= offset <= item.span.end else None
            if rule is not None:
                heading = f"**{rule.id}** · {rule.severity.name.lower()}"
                cannot = "" if rule.ignorable else "\n\nThis rule cannot be ignored."
                return Hover(item.span, f"{heading}\n\n{rule.title}.{cannot}\n\n{rule.why}")
    return None


def _problems_at(snapshot: Snapshot, span: Span) -> frozenset[str]:
    """The IDs of the rules with a problem in the span. Editors display them, so that the hover does not repeat them."""
    problems = diagnose(snapshot).items
    return frozenset(item.rule.id for item in problems if item.span.start <= span.end and span.start <= item.span.end)


def _text(snapshot: Snapshot, cursor: Cursor, known: frozenset[str]) -> str:
    if cursor.context is Context.ROOT_KEY:
        return _root(snapshot, cursor.word)
    if cursor.context is Context.MODEL_ID:
        return _model(snapshot, cursor.word, known)
    if cursor.context is Context.FIELD_NAME:
        return _field(snapshot, cursor, known)
    if cursor.context is Context.FIELD_VALUE:
        return _value(snapshot, cursor, known)
    if cursor.context is Context.DEFAULT_VALUE:
        return _default(snapshot, cursor.word, cursor.quote, known)
    if cursor.context is Context.ROLE_NAME:
        return _role(snapshot, cursor.word)
    if cursor.context is Context.REFERENCE:
        return _default(snapshot, cursor.word, "quoted", known)
    return ""


def _root(snapshot: Snapshot, word: str) -> str:
    entries = snapshot.document.by_id
    if word == "models":
        ready = sum(not why_not_ready(placed.entry, snapshot.facts) for placed in entries.values())
        count = f"{plural(len(entries), 'model')}, {ready} ready"
        return f"**models** · {count}\n\n{ROOT_KEYS['models']}"
    if word == "default":
        default = snapshot.document.default_id
        about = f"**default**\n\n{ROOT_KEYS['default']}"
        return about if default is None else f"{about}\n\n---\n\n{_default(snapshot, default, 'quoted')}"
    return ROOT_KEYS.get(word, "")


def _role(snapshot: Snapshot, name: str) -> str:
    model_id = roles_of(snapshot.document).get(name)
    if model_id is None or not ROLE_NAME.fullmatch(name):
        return ""
    about = f"**@{name}** · a role: write {code(f'@{name}')} wherever a model is named"
    return f"{about}\n\n---\n\n{_default(snapshot, model_id, 'quoted')}"


def _default(snapshot: Snapshot, word: str, quote: str, known: frozenset[str] = _NOTHING) -> str:
    if not quote and word in ("null", "~", "Null", "NULL"):
        return NO_DEFAULT
    if word in snapshot.document.by_id:
        return _model(snapshot, word)
    if known & {"undefined-default", "undefined-model"}:
        return ""
    near = nearest(word, snapshot.document.by_id, 1)
    meant = f" Did you mean {code(near[0])}?" if near else ""
    return f"{code(word)} is not an entry in `models`.{meant}"


def _model(snapshot: Snapshot, model_id: str, known: frozenset[str] = _NOTHING) -> str:
    facts, placed = snapshot.facts, snapshot.document.by_id.get(model_id)
    provider = facts.catalog.providers.get(provider_of(model_id))
    name = display_name(placed.entry) if placed else redact(model_id)
    heading = f"**{escape(name)}**" + (f" · {escape(provider.label)}" if provider else "")
    # An unknown word is not repeated, because it can be an API key in the wrong place.
    parts = [heading] if placed or provider else []
    if placed and name != redact(model_id):
        parts.append(code(model_id))
    if placed:
        parts.append(_state(snapshot, placed.entry, is_explained=bool(known)))
    model = facts.catalog.configured_model(model_id, placed.entry.profile if placed else {})
    if model:
        parts.append("\n".join(model_lines(model, facts.catalog, facts.today, known)))
    if provider and not (model and facts.catalog.model(model.id)) and "unknown-model" not in known:
        parts.append(_unknown_model(snapshot, provider, model_id))
    elif not provider and not known:
        parts.append(_unknown_provider(snapshot, model_id))
    if provider:
        parts.append(provider_links(provider))
    if "/" in model_id:
        parts.append(source_line(facts.catalog))
    return "\n\n".join(part for part in parts if part)


def _unknown_provider(snapshot: Snapshot, model_id: str) -> str:
    if "/" not in model_id:
        return "Not a model ID. Write `provider/model`, for example `openai/gpt-4o`."
    near = snapshot.facts.catalog.nearest_providers(provider_of(model_id), 1)
    meant = f" Did you mean {code(near[0])}?" if near else ""
    return f"Unknown provider.{meant}"


def _unknown_model(snapshot: Snapshot, provider: ProviderFacts, model_id: str) -> str:
    if not provider.lists_models:
        return "Not in the catalog, which does not list all models of this provider."
    near = snapshot.facts.catalog.nearest_models(model_id, 1)
    meant = f" Did you mean {code(near[0])}?" if near else ""
    return f"Not in the catalog: the model is newer than the catalog, or its name is misspelled.{meant}"


def _state(snapshot: Snapshot, entry: Entry, *, is_explained: bool) -> str:
    """The state of an entry; `is_explained` says whether problems at the cursor explain why it is not ready."""
    reason = why_not_ready(entry, snapshot.facts)
    states = ["Ready" if reason is None else "Not ready" if is_explained else f"Not ready: {reason}"]
    running = sum(session.model_id == entry.model_id for session in snapshot.sessions)
    if running:
        states.append(f"**current** ({plural(running, 'agent')})")
    elif entry.model_id == current_id(snapshot):
        states.append("**current** (next agent)")
    if entry.model_id == snapshot.document.default_id:
        states.append("**default**")
    states += (f"**@{role}**" for role, model_id in roles_of(snapshot.document).items() if model_id == entry.model_id)
    fallbacks = fallbacks_of(snapshot.document)
    if entry.model_id in fallbacks:
        states.append(f"**fallback {fallbacks.index(entry.model_id) + 1}**")
    return " · ".join(states)


def _field(snapshot: Snapshot, cursor: Cursor, known: frozenset[str]) -> str:
    schema = snapshot.facts.schema
    spec = schema.fields.get(cursor.word)
    provider = snapshot.facts.catalog.providers.get(provider_of(cursor.model_id))
    if spec:
        text = field_card(spec, provider)
        if provider and not spec.suits(provider.name):
            text += f"\n\n{escape(provider.label)} does not use this field."
        return text
    if known & {"unknown-field", "unsupported-field"}:
        return ""
    reason = schema.unsupported.get(cursor.word)
    if reason is not None:
        return f"**{escape(cursor.word)}** is not supported. {escape(reason)}"
    if cursor.word == "<<":
        return "YAML merge key: adds the fields of another entry. The fields of this entry take precedence."
    near = nearest(cursor.word, schema.fields, 1)
    meant = f" Did you mean {code(near[0])}?" if near else ""
    return f"Unknown field: it has no effect.{meant}"


def _value(snapshot: Snapshot, cursor: Cursor, known: frozenset[str]) -> str:
    spec = snapshot.facts.schema.fields.get(cursor.field)
    placed = snapshot.document.by_id.get(cursor.model_id)
    if spec is None:
        # The value of an unknown field can be an API key.
        return ""
    is_url = "string" in spec.types and "://" in cursor.word
    if spec.secret or (snapshot.redactor.hides(cursor.word) and not is_url):
        key_format = "" if known else _key_format(cursor, spec, placed.entry if placed else None)
        return f"**{escape(spec.name)}**\n\n{_HIDDEN}{key_format}"
    lines = [f"**{escape(spec.name)}**", escape(spec.description)]
    data = placed.entry.profile.get(spec.name) if placed else None
    meaning = _meaning(spec, data)
    return "\n\n".join([lines[0], meaning, *lines[1:]] if meaning else lines)


def _key_format(cursor: Cursor, spec: FieldSpec, entry: Entry | None) -> str:
    """A sentence about the format of an `api_key`; empty if `api_base` is not known to be a provider's own host."""
    if spec.name != "api_key" or entry is None:
        return ""
    base = entry.profile.get("api_base")
    issuer = provider_of_host(host_of(base) or "") if isinstance(base, str) else provider_of(cursor.model_id)
    if issuer is None:
        return ""
    key = entry.profile.get("api_key")
    if not isinstance(key, str) or not key:
        return ""
    return " " + _KEY_FORMATS[key_problem(issuer, key)]


def _meaning(spec: FieldSpec, data: object) -> str:
    """What a value means if its text alone does not say so."""
    if isinstance(data, bool):
        return "YAML reads this as true." if data else "YAML reads this as false."
    if spec.name == "timeout" and isinstance(data, int | float) and 0 < data <= (spec.maximum or 0):
        return f"Requests time out after {format_duration(data)}."
    if spec.name == "api_base" and isinstance(data, str):
        url = without_credentials(data)
        return f"Requests go to {code(url)}." if url else ""
    return ""
