"""What `/model` prints: the list of models, the diagnostics; pure functions of a command's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aloop_models.catalog.redaction import redact
from aloop_models.features.readiness import NO_KEY

Result = Mapping[str, Any]
"""A command's JSON result, as every face gets it."""

_HINT = "Use /model <model_id> to switch, /model add to add new"
_CURRENT, _DEFAULT = "[CURRENT]", "[DEFAULT]"


def render_listing(state: Result, current: str | None = None) -> str:
    """The models, one per line, as `[CURRENT] [DEFAULT] name - id`, and what to do with them.

    `state` is the result of `aloop.listModels`; `current` the model in use here, which may have left the file.
    """
    models = state["models"]
    lines = [_row(model, model["modelId"] == current) for model in models]
    if current is not None and all(model["modelId"] != current for model in models):
        lines.insert(0, f"  {_CURRENT} {redact(current)} (removed from file)")
    problem = state.get("problem")
    if problem and not state["models"]:
        lines += [] if current is None else [""]
        return "\n".join((*lines, redact(state.get("message") or problem["message"]))) + "\n"
    if not lines:
        file = f" in {redact(state['file'])}" if state["file"] else ""
        return f"There are no models{file} yet.\n\nUse /model add provider/model to add one\n"
    told = ["", redact(state.get("message") or problem["message"])] if problem else []
    return "\n".join(("Available Models:", *lines, *told, "", _HINT)) + "\n"


def render_diagnostics(result: Result) -> str:
    """One line for each diagnostic, `line:column severity rule message`, and a summary, of `aloop.checkModels`."""
    lines = [
        f"{item['line']}:{item['column']} {item['severity']} {item['rule']} {redact(item['message'])}"
        for item in result["findings"]
    ]
    return "\n".join((*lines, f"{redact(result['file'] or 'models.yaml')}: {result['message']}")) + "\n"


def _row(model: Result, is_current: bool) -> str:  # noqa: FBT001
    marks = f"{_CURRENT if is_current else '':{len(_CURRENT)}} {_DEFAULT + ' ' if model['default'] else ''}"
    name, model_id, reason = model["displayName"], redact(model["modelId"]), model["notReady"]
    label = f"{name} - {model_id}" if name != model_id else model_id
    why = "" if reason is None else " (no API key)" if reason == NO_KEY else f" ({reason})"
    return f"  {marks}{label}{why}"
