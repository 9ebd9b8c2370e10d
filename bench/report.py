"""Tables of medians, 95th percentiles, ratios and goals."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bench.run import DIAGNOSTICS, MEMORY, MODEL, NAME, START, START_AS_SHIPPED, Samples

OURS, PEER, SHIPPED, WITH_IDS = "aloop-ls", "yaml-language-server", "as shipped", "yaml-ls with ids"
_SIZES: tuple[int, ...] = (10, 100, 1_000)


class Row(NamedTuple):
    """One metric at one size, compared with another server."""

    figure: str
    size: int
    ours: Sequence[float]
    other: str
    theirs: Sequence[float]
    goal: float | None

    @property
    def ratio(self) -> float:
        """Return our median divided by theirs."""
        return statistics.median(self.ours) / statistics.median(self.theirs)

    @property
    def is_met(self) -> bool:
        """Return whether the goal is met; True if there is none."""
        return self.goal is None or self.ratio <= self.goal


class _Question(NamedTuple):
    """A comparison: our samples of one metric with another server's samples of a metric."""

    title: str
    ours: str
    other: str
    theirs: str
    goals: tuple[float, float, float] | None


_QUESTIONS = (
    _Question(START, START, PEER, START, (1.3, 1.3, 1.3)),
    _Question(START_AS_SHIPPED, START, SHIPPED, START, (1.0, 1.0, 1.0)),
    _Question(DIAGNOSTICS, DIAGNOSTICS, PEER, DIAGNOSTICS, (0.7, 0.3, 0.1)),
    _Question("edit → completion (our ids, its fields)", MODEL, PEER, NAME, (1.0, 0.3, 0.1)),
    _Question("edit → completion (fields, both)", NAME, PEER, NAME, None),
    _Question("edit → completion (ids, both)", MODEL, WITH_IDS, MODEL, None),
    _Question(MEMORY, MEMORY, PEER, MEMORY, (0.8, 0.8, 0.8)),
)


def rows(samples: Samples) -> list[Row]:
    """Return every comparison that has samples."""
    sizes = sorted({size for _, size, _ in samples})
    found = []
    for question in _QUESTIONS:
        for size in sizes:
            ours = samples.get((question.ours, size, OURS))
            theirs = samples.get((question.theirs, size, question.other))
            if ours and theirs:
                goals = dict(zip(_SIZES, question.goals or (), strict=False))
                found.append(Row(question.title, size, ours, question.other, theirs, goals.get(size)))
    return found


def markdown(samples: Samples, facts: Mapping[str, Any]) -> str:
    """Return the comparisons as Markdown tables, with a server that does nothing for reference."""
    lines = [f"{name}: {value}  " for name, value in facts.items()]
    lines += [
        "",
        "| figure | models | ours: median (p95) | against | theirs: median (p95) | ratio | goal |",
        "|---|--:|--:|---|--:|--:|---|",
    ]
    for row in rows(samples):
        goal = "–" if row.goal is None else f"≤ {row.goal} {'met' if row.is_met else 'MISSED'}"
        ours, theirs = _shown(row.figure, row.ours), _shown(row.figure, row.theirs)
        lines.append(f"| {row.figure} | {row.size:,} | {ours} | {row.other} | {theirs} | {row.ratio:.2f} | {goal} |")
    lines += ["", "| for reference: do-nothing pygls | models | median (p95) |", "|---|--:|--:|"]
    for (figure, size, server), values in samples.items():
        if server == "do-nothing pygls":
            lines.append(f"| {figure} | {size:,} | {_shown(figure, values)} |")
    return "\n".join(lines)


def document(samples: Samples, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return all results as JSON."""
    return {
        "facts": dict(facts),
        "comparisons": [
            {"figure": r.figure, "models": r.size, "against": r.other, "ratio": r.ratio, "goal": r.goal}
            for r in rows(samples)
        ],
        "samples": [
            {"figure": figure, "models": size, "server": server, "values": values}
            for (figure, size, server), values in samples.items()
        ],
    }


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def _shown(figure: str, values: Sequence[float]) -> str:
    if figure == MEMORY:
        return f"{statistics.median(values) / 2**20:.0f} MiB"
    median, high = statistics.median(values) * 1000, p95(values) * 1000
    return f"{_milliseconds(median)} ({_milliseconds(high)})"


def _milliseconds(value: float) -> str:
    return f"{value:.2f} ms" if value < 10 else f"{value:,.0f} ms"
