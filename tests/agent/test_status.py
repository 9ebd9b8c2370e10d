"""The status bar, the line below an answer and the table of `/cost`."""

from __future__ import annotations

import pytest

from aloop_models.agent.costs import Costs
from aloop_models.agent.status import cost_rows, usage_text
from aloop_models.llm.answer import Usage

ESTIMATE = Usage(100, 5, 0.0003, is_estimated=True)


def test_the_costs_are_summed_by_model() -> None:
    costs = Costs()
    for model_id, usage in (("a/x", Usage(10, 2, 0.5)), ("b/y", Usage(3, 1)), ("a/x", ESTIMATE), ("b/y", Usage())):
        costs.add(model_id, usage)
    assert cost_rows(list(costs.by_model.items()), costs.total) == [
        ("a/x", "2", "~110 → 7", "~$0.5003"),
        ("b/y", "1", "3 → 1", "–"),
        ("Total", "3", "~113 → 8", "~$0.5003"),
    ]
    assert cost_rows(list(costs.by_model.items())[:1], costs.total) == [("a/x", "2", "~110 → 7", "~$0.5003")]


@pytest.mark.parametrize(
    ("usage", "text"),
    [
        (Usage(), ""),
        (Usage(22, 14, 0.0002), "22 → 14 tokens · $0.000200"),
        (Usage(22, None), "22 → 0 tokens"),
        (ESTIMATE, "~100 → 5 tokens · ~$0.000300"),
    ],
)
def test_the_usage_in_words(usage: Usage, text: str) -> None:
    assert usage_text(usage) == text
