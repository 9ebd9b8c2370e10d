"""Model IDs that are shown as examples: no retired model, and none that retires soon."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from aloop_models.core.formatter import format_text
from aloop_models.features.model_search import example_model
from aloop_models.workspace.first_use import TEMPLATE
from support.pages import PAGES as TEXTS
from support.pages import blocks
from support.small_catalog import SMALL
from support.snapshots import TODAY, facts

ROOT = Path(__file__).parents[2]
GENERATED = "docs/rules"
PAGES = ["README.md", *(page.relative_to(ROOT).as_posix() for page in sorted((ROOT / "docs").rglob("*.md")))]
PAGES = [page for page in PAGES if not page.startswith(GENERATED)]  # Their examples break rules on purpose.
SHOWN = [*PAGES, "server/aloop_models/agent/greeting.py", "server/aloop_models/features/readiness.py"]
RFC = "anthropic/claude-3-5-sonnet-20241022"
"""The example of the template, whose words are fixed."""


def test_the_example_is_the_best_model_that_stays() -> None:
    assert example_model(SMALL.catalog, TODAY) == "openai/gpt-4o"
    known = facts().catalog
    found = known.model(example_model(known, TODAY))
    assert found is not None
    assert found.is_chat
    assert not found.is_retired(TODAY)
    assert not found.is_retiring(TODAY)


def test_retirement_counts_from_ninety_days_before() -> None:
    model = SMALL.catalog.model("anthropic/claude-haiku-2")
    assert model is not None
    days = [date(2026, 9, 2), date(2026, 9, 3), date(2026, 12, 1), date(2026, 12, 2)]
    assert [model.is_retiring(day) for day in days] == [False, True, True, False]
    assert [model.is_retired(day) for day in days] == [False, False, False, True]


@pytest.mark.parametrize("name", SHOWN)
def test_no_example_is_retired_or_retires_soon(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    known = facts().catalog
    ids = {found.rstrip(".") for found in re.findall(r"\b[a-z_]+/[a-z][\w.-]*\d[\w.-]*", text)} - {RFC}
    models = [model for model_id in ids if (model := known.model(model_id))]
    assert [model.id for model in models if model.is_retired(TODAY) or model.is_retiring(TODAY)] == []


@pytest.mark.parametrize("page", TEXTS)
def test_every_example_is_formatted(page: str) -> None:
    assert [block for block in blocks(page, "yaml") if format_text(block) != block] == []


@pytest.mark.parametrize("text", [TEMPLATE, (ROOT / "examples" / "models.yaml").read_text("utf-8")])
def test_the_files_that_we_write_are_formatted(text: str) -> None:
    assert format_text(text) == text
