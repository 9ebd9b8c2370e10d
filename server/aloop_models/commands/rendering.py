"""What every terminal prints of a command's result, whatever the face; pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aloop_models.catalog.redaction import redact
from aloop_models.features.formatting import format_price, format_tokens
from aloop_models.features.table import render_table

Result = Mapping[str, Any]
"""A command's JSON result, as every face gets it."""


def render_model(model: Result) -> str:
    """One model with its fields; `model` is the result of `aloop.showModel`."""
    rows = [("id", model["modelId"]), *((name, _text(value)) for name, value in model["fields"].items())]
    if model["contextWindow"]:
        rows.append(("context", f"{format_tokens(model['contextWindow'])} tokens"))
    if model["inputPrice"] is not None and model["outputPrice"] is not None:
        prices = f"{format_price(model['inputPrice'])} in / {format_price(model['outputPrice'])} out per 1M tokens"
        rows.append(("price", prices))
    rows.append(("ready", "yes" if model["ready"] else f"no: {model['notReady']}"))
    if model.get("sameKeyAs"):
        rows.append(("same key as", ", ".join(model["sameKeyAs"])))
    return f"{model['displayName']}\n" + render_table([(f"  {name}", value) for name, value in rows])


def render_sessions(result: Result) -> str:
    """One line for each running agent, of `aloop.listSessions`."""
    lines = [
        f"{redact(item['id'])}  {item['kind']} {item['pid']}  {redact(item['displayName'] or 'no model')}  "
        f"{redact(item['folder'])}"
        for item in result["sessions"]
    ]
    return "\n".join((*lines, result["message"])) + "\n"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
