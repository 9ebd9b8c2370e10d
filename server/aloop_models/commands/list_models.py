"""List the models."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import cast

from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, NoParameters, Outcome, Result
from aloop_models.commands.lookup import LAST_GOOD
from aloop_models.commands.style import Prompt, Style
from aloop_models.commands.views import JsonObject, state_view, uses_of, with_detail
from aloop_models.features.checks.other_formats import step_for_other_format
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.formatting import format_price_pair, format_tokens, plural
from aloop_models.features.readiness import brief_reason
from aloop_models.features.table import Cell, Column, fit_table, width, wrap
from aloop_models.snapshot import Snapshot

_COLUMNS = (
    Column(shorten=60),
    Column("NAME", shorten=65, drop=50),
    Column("ID", is_id=True, shorten=40),
    Column("PROVIDER"),
    Column("CONTEXT", drop=20),
    Column("IN / OUT PER 1M", drop=30),
    Column("READY", wraps=12),
)
_MARKS = {"current": ">", "default": "*"}
_LEGEND = "> current, * default"
_HINT = "Use /model <model_id> to switch, /model add to add new"
_CURRENT, _DEFAULT = "[CURRENT]", "[DEFAULT]"
NOTHING_KNOWN = "Fix it to list its models."
"""Ends a message about a file of which no valid version is known."""


def list_models(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """List every model with its facts and the number of problems in its entry."""
    problems = _problems_by_entry(snapshot)
    state = state_view(snapshot)
    views = zip(cast("list[JsonObject]", state["models"]), snapshot.document.by_id, strict=True)
    state["models"] = [with_detail({**view, "problems": problems.get(model_id, 0)}) for view, model_id in views]
    count = len(snapshot.document.by_id)
    where = redact(snapshot.place.path or "no file yet")
    message = f"{plural(count, 'model')} in {where}"
    if not count and (step := step_for_other_format(snapshot.document, snapshot.facts)):
        state["otherFormat"] = message = step
    if snapshot.problem is not None:
        message = f"{snapshot.problem.message} {LAST_GOOD if count else NOTHING_KNOWN}"
    return Outcome(message, state)


def _problems_by_entry(snapshot: Snapshot) -> dict[str, int]:
    counts: dict[str, int] = {}
    # Diagnostics are in the order of the text.
    starts = [item.span.start for item in diagnose(snapshot).items if item.level <= Severity.WARNING]
    for placed in snapshot.document.entries:
        span = placed.full_span
        inside = bisect_right(starts, span.end) - bisect_left(starts, span.start)
        counts[placed.model_id] = counts.get(placed.model_id, 0) + inside
    return counts


def render_list(state: Result, style: Style) -> str:
    """Render the models as a table for a shell, as lines for the prompt."""
    return _lines(state, style) if isinstance(style, Prompt) else _table(state, style.width)


def _table(state: Result, most: int | None) -> str:
    """Render a table of the models, and the path of the file."""
    file = state["file"]
    models = state["models"]
    if not models and state.get("problem"):
        return ""
    if not models and not file and state.get("skipped"):
        return "No models.yaml is used here.\n"
    if not models:
        if step := state.get("otherFormat"):
            return f"{step}\n"
        where = f"No models in {redact(str(file))}." if file else "There is no models.yaml yet."
        return f"{where} Add a model: aloop models add provider/model\n"
    table = fit_table(_COLUMNS, [_table_row(model, is_whole=most is None) for model in models], most)
    lines = [table, f"File: {redact(str(file))}"]
    if most is not None and any(model[word] and word not in table for word in _MARKS for model in models):
        lines.append(_LEGEND)
    problems = sum(model.get("problems", 0) for model in models)
    if problems:
        lines.append(f"{plural(problems, 'problem')} in these models. For details: aloop models check")
    return "\n".join(lines) + "\n"


def _table_row(model: Result, *, is_whole: bool) -> tuple[Cell, ...]:
    """A row; in a terminal, what the ID says too is omitted: the provider, and a name that is only the ID."""
    words, uses = [word for word in _MARKS if model[word]], uses_of(model)
    marks = "".join(mark if word in words else " " for word, mark in _MARKS.items())
    window, name = model["contextWindow"], model["displayName"]
    return (
        (", ".join((*words, *uses)), f"{marks} {', '.join(uses)}".rstrip(), marks.rstrip()),
        name if is_whole or name != model["modelId"] else "",
        model["modelId"],
        model["provider"] if is_whole else "",
        format_tokens(window) if window else "",
        format_price_pair(model["inputPrice"], model["outputPrice"]),
        "yes" if model["ready"] else f"no: {model['notReady']}",
    )


def _lines(state: Result, style: Prompt) -> str:
    """Render each model as `[CURRENT] [DEFAULT] name - id`, and a hint; the current model may not be in the file."""
    models, current = state["models"], style.current
    lines = [_row(model, model["modelId"] == current, style.width) for model in models]
    if current is not None and all(model["modelId"] != current for model in models):
        lines.insert(0, f"  {_CURRENT} {redact(current)} (removed from file)")
    problem = state.get("problem")
    if problem and not state["models"]:
        lines += [] if current is None else [""]
        return "\n".join((*lines, state.get("message") or problem["message"])) + "\n"
    if not lines and (step := state.get("otherFormat")):
        return f"{step}\n"
    if not lines:
        file = f" in {redact(state['file'])}" if state["file"] else ""
        return f"There are no models{file} yet.\n\nUse /model add provider/model to add one\n"
    note = ["", state.get("message") or problem["message"]] if problem else []
    return "\n".join(("Available Models:", *lines, *note, "", _HINT)) + "\n"


def _row(model: Result, is_current: bool, most: int | None) -> str:  # noqa: FBT001
    """Render a model in one line, or if that is too long, its ID in the next line."""
    marks = f"{_CURRENT if is_current else '':{len(_CURRENT)}} {_DEFAULT + ' ' if model['default'] else ''}"
    name, model_id, reason = model["displayName"], model["modelId"], model["notReady"]
    label = f"{name} - {model_id}" if name != model_id else model_id
    why = "" if reason is None else f" ({brief_reason(reason, model['modelId'])})"
    uses = f" [{', '.join(found)}]" if (found := uses_of(model)) else ""
    line = f"  {marks}{label}{uses}{why}"
    if most is None or width(line) <= most:
        return line
    head = f"  {marks}{name if name != model_id else ''}".rstrip()
    rest = (f"    {text}" for text in wrap(f"{model_id}{uses}{why}", most - 4))
    return "\n".join((*([head] if head else []), *rest))


LIST = Command(
    "aloop.listModels",
    "list",
    "Manage Models…",
    "List the models with context window, price and status.",
    NoParameters,
    list_models,
    needs_file=False,
    render=render_list,
)
