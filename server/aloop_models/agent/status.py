"""The text of the status bar: the current model, its context window, and the cost."""

from __future__ import annotations

from aloop_models.agent.base import BaseAgent, facts_of
from aloop_models.core.plain_text import sanitize_line
from aloop_models.features.formatting import format_cost, format_tokens
from aloop_models.llm.profile import ModelProfile


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
    parts.append(_context(agent.context, profile))
    parts.append(problem.rstrip("."))
    if agent.usage.cost is not None:
        parts.append(format_cost(agent.usage.cost))
    return " · ".join(part for part in parts if part)


def _name(profile: ModelProfile) -> str:
    return sanitize_line(profile.display_name)


def _context(used: int | None, profile: ModelProfile) -> str:
    facts = facts_of(profile)
    window = facts.context_window if facts else None
    if window is None:
        return f"{format_tokens(used)} tokens" if used else ""
    share = f" ({used / window:.0%})" if used and used * 100 >= window else ""
    return f"{format_tokens(used or 0, window)} of {format_tokens(window)}{share}"
