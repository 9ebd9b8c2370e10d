"""The status bar (the current model, its context window, the cost) and the line below an answer."""

from __future__ import annotations

from collections.abc import Sequence

from aloop_models.agent.base import BaseAgent, Turn
from aloop_models.agent.costs import ModelCosts
from aloop_models.catalog.redaction import redact
from aloop_models.core.plain_text import sanitize_line
from aloop_models.features.formatting import format_cost, format_seconds, format_tokens, format_usage
from aloop_models.features.table import Cell, Column, fit_table
from aloop_models.llm.answer import Usage
from aloop_models.llm.effort import effort_of
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.usage import facts_of
from aloop_models.terminal import terminal_width

COST_COLUMNS = (
    Column("MODEL", is_id=True),
    Column("REQUESTS", drop=10),
    Column("TOKENS IN → OUT", drop=20),
    Column("COST"),
)


def status_text(agent: BaseAgent) -> str:
    """One line, such as `GPT-4o · 12.3K of 128K (10%) · $0.0042`."""
    manager = agent.model_manager
    profile = manager.get_current_model()
    problem = sanitize_line(manager.file_error)
    if profile is None:
        if problem:
            return problem.rstrip(".")
        return "no model is ready · /model" if manager.has_entries else "no models yet · /model add provider/model"
    parts = [_name(profile)]
    if profile.model_id not in manager.models:
        parts.append("removed from file")
    if effort := effort_of(profile, agent.effort):
        parts.append(f"effort {effort}")
    parts.append(_context(agent.context, profile))
    parts.append(problem.rstrip("."))
    if agent.usage.cost is not None:
        parts.append(cost_text(agent.usage))
    return " · ".join(part for part in parts if part)


def turn_text(agent: BaseAgent, turn: Turn) -> str:
    """The line below an answer, such as `GPT-4o · 1.35 s · 22 → 14 tokens · $0.0002`."""
    profile = known_profile(agent.model_manager, turn.model_id)
    name = _name(profile) if profile else redact(turn.model_id)
    return " · ".join(part for part in (name, format_seconds(turn.seconds), usage_text(turn.usage)) if part)


def known_profile(manager: ModelManager, model_id: str) -> ModelProfile | None:
    """The model with this ID, also if it is the current model and has left the file; None if it is unknown."""
    current = manager.get_current_model()
    return manager.models.get(model_id) or (current if current and current.model_id == model_id else None)


def usage_text(usage: Usage) -> str:
    """Tokens and cost as far as known, such as `22 → 14 tokens · $0.0002`; `~` marks an estimate."""
    tokens = "" if usage.input_tokens is None and usage.output_tokens is None else f"{tokens_text(usage)} tokens"
    parts = [tokens, cost_text(usage) if usage.cost is not None else ""]
    return " · ".join(part for part in parts if part)


def cost_rows(models: Sequence[tuple[str, ModelCosts]], total: Usage) -> list[Sequence[str]]:
    """The table of `/cost`: a row for each model, and their sum if there are several."""
    counts = sum(costs.requests for _, costs in models)
    rows = [(name, costs.requests, costs.usage) for name, costs in models]
    rows += [("Total", counts, total)] if len(models) > 1 else []
    return [(name, str(count), tokens_text(usage), cost_text(usage)) for name, count, usage in rows]


def table_text(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> str:
    """The rows as a table that fits the terminal."""
    return fit_table(columns, rows, terminal_width()).rstrip("\n")


def tokens_text(usage: Usage) -> str:
    """Input and output tokens, such as `22 → 14`; `~` marks an estimate, a dash means unknown."""
    tokens = format_usage(usage.input_tokens, usage.output_tokens)
    return f"~{tokens}" if usage.is_estimated else tokens


def cost_text(usage: Usage) -> str:
    """The cost, such as `$0.0002`; `~` marks an estimate, a dash means unknown."""
    return format_cost(usage.cost) if usage.cost is None else f"{'~' * usage.is_estimated}{format_cost(usage.cost)}"


def _name(profile: ModelProfile) -> str:
    return sanitize_line(profile.display_name)


def _context(used: int | None, profile: ModelProfile) -> str:
    facts = facts_of(profile)
    window = facts.context_window if facts else None
    if window is None:
        return f"{format_tokens(used)} tokens" if used else ""
    share = f" ({used / window:.0%})" if used and used * 100 >= window else ""
    return f"{format_tokens(used or 0, window)} of {format_tokens(window)}{share}"
