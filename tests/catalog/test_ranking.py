"""The ranking of models, rule by rule."""

import datetime
import random

import pytest

from aloop_models.catalog.facts import ModelFacts
from aloop_models.catalog.model_names import version
from aloop_models.catalog.ranking import rank_models

TODAY = datetime.date(2026, 6, 1)
TOOLS = ("tools",)


def facts(
    model: str,
    mode: str = "chat",
    capabilities: tuple[str, ...] = TOOLS,
    retires: datetime.date | None = None,
) -> ModelFacts:
    return ModelFacts(f"p/{model}", "p", mode, None, None, None, None, capabilities, retires, None)


def test_rule_by_rule() -> None:
    expected = [
        facts("m-5.5"),
        facts("m-5"),
        facts("m-5-mini"),
        facts("m-5-preview"),
        facts("m-4", mode="responses"),
        facts("m-9-no-tools", capabilities=()),
        facts("m-5-2026-01-01"),
        facts("us.m-5"),
        facts("us-east-1/m-5"),
        facts("m-8", retires=TODAY),
        facts("text-9", mode="completion"),
        facts("embed-9", mode="embedding"),
    ]
    shuffled = expected.copy()
    random.Random(1).shuffle(shuffled)
    assert list(rank_models(shuffled, TODAY)) == expected


def test_without_a_day_nothing_is_retired() -> None:
    old, new = facts("m-4"), facts("m-5", retires=datetime.date(2020, 1, 1))
    assert rank_models([old, new], None) == (new, old)
    assert rank_models([old, new], TODAY) == (old, new)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-opus-4-5", 4.5),
        ("claude-sonnet-4-20250514", 4.0),
        ("gpt-4o", 4.0),
        ("gpt-4.1-mini", 4.1),
        ("gpt-35-turbo", 3.5),
        ("gemini-2.5-pro", 2.5),
        ("grok-4.20", 4.2),
        ("llama-3.3-70b-versatile", 3.3),
        ("mixtral-8x7B", 0.0),
        ("gpt-oss-120b", 0.0),
        ("glm-5p1", 5.1),
        ("mistral-large-2512", 0.0),
        ("command-a-03-2025", 0.0),
        ("moonshot-v1-128k", 1.0),
        ("", 0.0),
    ],
)
def test_version_in_a_name(model: str, expected: float) -> None:
    assert version(model) == expected
