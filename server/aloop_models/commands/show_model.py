"""Show one model."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog.redaction import redact
from aloop_models.commands.candidates import ask_model
from aloop_models.commands.definition import Command, ModelParameters, Outcome, Result
from aloop_models.commands.lookup import entry_of
from aloop_models.commands.question import Question
from aloop_models.commands.style import Style
from aloop_models.commands.views import JsonObject, entry_view, find_used, masked_value, uses_of, with_detail
from aloop_models.features.formatting import display_name, format_prices_in_words, format_tokens, plural
from aloop_models.features.table import Column, fit_table
from aloop_models.snapshot import Snapshot


def show_model(snapshot: Snapshot, parameters: ModelParameters) -> Outcome:
    """Show an entry with all its fields. Secrets are masked; entries with the same API key are listed."""
    placed = entry_of(snapshot, parameters.model_id)
    fields: JsonObject = {}
    for name, value in placed.entry.profile.items():
        fields[redact(name)] = masked_value(snapshot.facts.schema.fields.get(name), value)
    shared = _sharing(snapshot, placed.model_id)
    value = with_detail(entry_view(snapshot, placed, find_used(snapshot))) | {
        "fields": fields,
        "sameKeyAs": [redact(item) for item in shared],
    }
    same = f" Same API key as {plural(len(shared), 'other')}." if shared else ""
    name, model_id = display_name(placed.entry), redact(placed.model_id)
    return Outcome(f"{name if name == model_id else f'{name} ({model_id})'}.{same}", value)


def _sharing(snapshot: Snapshot, model_id: str) -> list[str]:
    key = snapshot.document.by_id[model_id].entry.profile.get("api_key")
    if not key:
        return []
    entries = snapshot.document.by_id.items()
    return [other for other, placed in entries if other != model_id and placed.entry.profile.get("api_key") == key]


def ask_for_show(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the model."""
    return ask_model(snapshot, argument, "Select the model to show")


def render_model(model: Result, style: Style) -> str:
    """Render the model with its fields."""
    rows = [("id", model["modelId"]), *((name, _text(value)) for name, value in model["fields"].items())]
    if model["contextWindow"]:
        rows.append(("context", f"{format_tokens(model['contextWindow'])} tokens"))
    if prices := format_prices_in_words(model["inputPrice"], model["outputPrice"]):
        rows.append(("price", f"{prices} per 1M tokens"))
    if uses := uses_of(model):
        rows.append(("used as", ", ".join(uses)))
    rows.append(("ready", "yes" if model["ready"] else f"no: {model['notReady']}"))
    if model.get("sameKeyAs"):
        rows.append(("same key as", ", ".join(model["sameKeyAs"])))
    columns = (Column(), Column(wraps=20))
    return f"{model['displayName']}\n" + fit_table(columns, [(f"  {name}", value) for name, value in rows], style.width)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


SHOW = Command(
    "aloop.showModel",
    "show",
    "Show Model",
    "Show a model with its API key masked.",
    ModelParameters,
    show_model,
    question=ask_for_show,
    render=render_model,
)
