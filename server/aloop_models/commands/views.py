"""The file as JSON for programs: one entry, all entries, the whole state. API keys are masked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from aloop_models.catalog import Catalog, provider_of
from aloop_models.catalog.file_secrets import hides_value
from aloop_models.catalog.redaction import MASK, redact
from aloop_models.catalog.urls import without_credentials
from aloop_models.core.document import PlacedEntry
from aloop_models.core.plain_text import sanitize_line
from aloop_models.core.references import fallbacks_of, roles_of
from aloop_models.core.schema import FieldSpec
from aloop_models.features.current_model import current_id, next_id
from aloop_models.features.formatting import (
    display_name,
    format_facts_and_lifecycle,
    format_name,
    format_price_pair,
    format_tokens,
    join_parts,
    plural,
)
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Session, Snapshot

JsonObject = dict[str, object]
NOTIFIED_MODELS = 1000
"""How many models `aloop/modelsChanged` lists at most, besides those in use: a client reads each notification whole."""


class Used(NamedTuple):
    """Which models are used, and for what; found once for all entries of a file."""

    default: str | None
    current: str | None
    selected: str | None
    """The model of the next agent."""
    roles: Mapping[str, list[str]]
    """The roles of each model that has any."""
    fallbacks: Mapping[str, int]
    """When each fallback is tried, starting at 1."""


def find_used(snapshot: Snapshot) -> Used:
    """Return the models that the file and the agents use."""
    roles: dict[str, list[str]] = {}
    for role, model_id in roles_of(snapshot.document).items():
        roles.setdefault(model_id, []).append(role)
    fallbacks = {model_id: position for position, model_id in enumerate(fallbacks_of(snapshot.document), 1)}
    return Used(snapshot.document.default_id, current_id(snapshot), next_id(snapshot), roles, fallbacks)


def entry_view(snapshot: Snapshot, placed: PlacedEntry, used: Used) -> JsonObject:
    """Return one entry as JSON; prices are US dollars per 1M tokens, the context window is in tokens."""
    entry = placed.entry
    model = snapshot.facts.catalog.configured_model(entry.model_id, entry.profile)
    reason = why_not_ready(entry, snapshot.facts)
    name = entry.profile.get("name")
    return {
        "modelId": redact(entry.model_id),
        "name": format_name(name) if isinstance(name, str) else None,
        "displayName": display_name(entry),
        "provider": redact(provider_of(entry.model_id)),
        "current": entry.model_id == used.current,
        "selected": entry.model_id == used.selected,
        "default": entry.model_id == used.default,
        "roles": [redact(role) for role in used.roles.get(entry.model_id, ())],
        "fallback": used.fallbacks.get(entry.model_id),
        "ready": reason is None,
        "notReady": reason,
        "contextWindow": model.context_window if model else None,
        "inputPrice": model.input_price if model else None,
        "outputPrice": model.output_price if model else None,
        "facts": format_facts_and_lifecycle(model, snapshot.facts.today) if model else "",
        "apiKey": MASK if entry.profile.get("api_key") else None,
    }


def masked_value(spec: FieldSpec | None, value: object) -> object:
    """Return a field's value without secrets: a mask, or a URL without its user, password and query."""
    if hides_value(spec, value):
        return MASK
    if not isinstance(value, str):
        return value
    return redact(without_credentials(value) or MASK if "://" in value else value)


def uses_of(view: Mapping[str, Any]) -> list[str]:
    """Return the roles of a view of an entry, and its position as a fallback, for people: `@fast`, `fallback 1`."""
    position = view.get("fallback")
    return [*(f"@{role}" for role in view.get("roles", ())), *([] if position is None else [f"fallback {position}"])]


def with_detail(view: JsonObject) -> JsonObject:
    """The view of an entry with what a pick list shows below its name: provider, facts, readiness and problems."""
    window = cast("int | None", view["contextWindow"])
    price_in, price_out = (cast("float | None", view[name]) for name in ("inputPrice", "outputPrice"))
    parts = [str(view["provider"]), format_tokens(window) if window else "", format_price_pair(price_in, price_out)]
    if not view["ready"]:
        parts.append(f"not ready: {view['notReady']}")
    if problems := cast("int", view.get("problems", 0)):
        parts.append(plural(problems, "problem"))
    return {**view, "detail": join_parts(*parts)}


def session_view(snapshot: Snapshot, session: Session) -> JsonObject:
    """Return one running agent as JSON."""
    placed = snapshot.document.by_id.get(session.model_id) if session.model_id else None
    model_id = redact(session.model_id) if session.model_id else None
    return {
        "id": session.id,
        "kind": session.kind,
        "pid": session.pid,
        "folder": session.folder,
        "here": session.here,
        "switchable": session.is_switchable,
        "modelId": model_id,
        "displayName": display_name(placed.entry) if placed else model_id,
    }


def state_view(snapshot: Snapshot, most: int | None = None) -> JsonObject:
    """Return the state, with every entry in the order of the file.

    With `most`, it has only the first ones and those in use; `moreModels` is then the number of the others.
    """
    path = snapshot.place.path
    used = find_used(snapshot)
    default, current, selected = used.default, used.current, used.selected
    placed = snapshot.document.by_id.get(selected) if selected else None
    in_use = {default, current, selected, *(session.model_id for session in snapshot.sessions)}
    entries = list(snapshot.document.by_id.values())
    listed = [entry for index, entry in enumerate(entries) if most is None or index < most or entry.model_id in in_use]
    state: JsonObject = {
        "file": path,
        "uri": Path(path).as_uri() if path else None,
        "default": redact(default) if default is not None else None,
        "current": redact(current) if current is not None else None,
        "choice": {"modelId": redact(placed.model_id), "displayName": display_name(placed.entry)} if placed else None,
        "label": label(snapshot, selected),
        "sessions": [session_view(snapshot, session) for session in snapshot.sessions],
        "models": [entry_view(snapshot, entry, used) for entry in listed],
        **({"moreModels": len(entries) - len(listed)} if len(listed) < len(entries) else {}),
        **({"unsaved": list(snapshot.unsaved)} if snapshot.unsaved else {}),
        "catalog": catalog_view(snapshot.facts.catalog),
        **_problem_view(snapshot),
    }
    return snapshot.redactor.redact_value(state)


def label(snapshot: Snapshot, selected: str | None) -> str:
    """Return the text of a status bar: `GPT-4o (next agent)`, `GPT-4o`, `GPT-4o ×3`, `3 agents, 2 models` or nothing.

    `selected` is the model of the next agent.
    """
    agents = [session for session in snapshot.sessions if session.is_switchable]
    if not agents:
        placed = snapshot.document.by_id.get(selected) if selected else None
        return f"{display_name(placed.entry)} (next agent)" if placed else ""
    models = {session.model_id for session in agents}
    if len(models) > 1:
        return f"{len(agents)} agents, {len(models)} models"
    name = sanitize_line(str(session_view(snapshot, agents[0])["displayName"] or "no model"))
    return name if len(agents) == 1 else f"{name} ×{len(agents)}"


def catalog_view(catalog: Catalog) -> JsonObject:
    """Return the version and origin of the catalog as JSON."""
    return {
        "litellm": catalog.litellm_version,
        "made": catalog.made.isoformat(),
        "origin": catalog.origin,
        "providers": len(catalog.providers),
    }


def _problem_view(snapshot: Snapshot) -> JsonObject:
    """Return why the file cannot be used now; the models are then those of its last valid version, if any."""
    problem = snapshot.problem
    return {} if problem is None else {"problem": {"line": problem.line, "message": problem.message}}
