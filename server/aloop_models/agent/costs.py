"""What the requests of a session have used, by model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aloop_models.llm.answer import Usage


@dataclass(frozen=True, slots=True)
class ModelCosts:
    """The requests to one model."""

    requests: int = 0
    usage: Usage = field(default_factory=Usage)


class Costs:
    """The sums by model; requests that were stopped or failed count as far as their usage is known."""

    def __init__(self) -> None:
        self._models: dict[str, ModelCosts] = {}

    def add(self, model_id: str, usage: Usage) -> None:
        """Count a request, unless nothing is known of what it used."""
        if usage == Usage():
            return
        before = self._models.get(model_id, ModelCosts())
        self._models[model_id] = ModelCosts(before.requests + 1, before.usage + usage)

    @property
    def by_model(self) -> Mapping[str, ModelCosts]:
        """The sums by model ID, in the order of their first requests."""
        return dict(self._models)

    @property
    def total(self) -> Usage:
        """The sum of all models."""
        return sum((costs.usage for costs in self._models.values()), Usage())
