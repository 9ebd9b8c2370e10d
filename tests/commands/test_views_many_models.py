"""Commands in a file of many models: what is asked of each is asked a fixed number of times, never of all for each."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from aloop_models.commands import list_models as list_command
from aloop_models.commands import parse_arguments, views
from aloop_models.commands.list_models import LIST
from aloop_models.commands.views import state_view
from aloop_models.core.text import Span
from aloop_models.features import current_model, readiness
from aloop_models.features.diagnostics import Diagnostics, diagnose
from aloop_models.snapshot import Snapshot
from support.snapshots import snapshot

COUNT = 400
ENTRIES = "".join(f"  openai/m{number}:\n    timeout: 5m\n" for number in range(COUNT))
NONE_IS_READY = f"models:\n{ENTRIES}"
THE_LAST_IS_READY = f"models:\n{ENTRIES}  ollama/llama3.1:\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each entry was asked whether it is ready."""
    counts: Counter[str] = Counter()
    ask = readiness.why_not_ready

    def count(entry: Any, facts: Any) -> str | None:
        counts[entry.model_id] += 1
        return ask(entry, facts)

    for module in (current_model, views):
        monkeypatch.setattr(module, "why_not_ready", count)
    return counts


@pytest.mark.parametrize(("text", "used"), [(NONE_IS_READY, None), (THE_LAST_IS_READY, "ollama/llama3.1")])
def test_the_state_asks_each_entry_three_times_at_most(asked: Counter[str], text: str, used: str | None) -> None:
    """For the current model, for the next one, and for itself."""
    state = state_view(snapshot(text))
    assert state["current"] == used
    assert set(asked.values()) == {3}


def test_a_list_asks_each_entry_three_times_at_most(asked: Counter[str]) -> None:
    outcome = LIST.run(snapshot(NONE_IS_READY), parse_arguments(LIST, {}))
    assert [view["problems"] for view in outcome.value["models"]] == [2] * COUNT  # type: ignore[index,union-attr]
    assert set(asked.values()) == {3}


class CountedSpan(Span):
    """A span that counts how often its start is looked at."""

    looks = 0

    @property
    def start(self) -> int:  # type: ignore[override]
        CountedSpan.looks += 1
        return self[0]


def test_a_list_looks_once_at_each_diagnostic(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(subject: Snapshot) -> Diagnostics:
        found = diagnose(subject)
        items = tuple(item._replace(span=CountedSpan(*item.span)) for item in found.items)
        CountedSpan.looks = 0
        return Diagnostics(items, found.by_entry)

    monkeypatch.setattr(list_command, "diagnose", counted)
    outcome = LIST.run(snapshot(NONE_IS_READY), parse_arguments(LIST, {}))
    assert [view["problems"] for view in outcome.value["models"]] == [2] * COUNT  # type: ignore[index,union-attr]
    assert CountedSpan.looks == 2 * COUNT


def test_problems_are_counted_at_their_entry() -> None:
    wrong = "    timeout: 5m\n    name: 5\n"
    text = f"models:\n  openai/a:\n    api_key: sk-...\n  ollama/b:\n  ollama/c:\n{wrong}default: ollama/x\n"
    outcome = LIST.run(snapshot(text), parse_arguments(LIST, {}))
    assert [view["problems"] for view in outcome.value["models"]] == [1, 0, 2]  # type: ignore[index,union-attr]
