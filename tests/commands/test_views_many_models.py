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
from aloop_models.features.diagnostics import Diagnostics, diagnose
from aloop_models.snapshot import Session, Snapshot
from support.readiness import count_asked
from support.snapshots import snapshot

COUNT = 400
ENTRIES = "".join(f"  openai/m{number}:\n    timeout: 5m\n" for number in range(COUNT))
NONE_IS_READY = f"models:\n{ENTRIES}"
THE_LAST_IS_READY = f"models:\n{ENTRIES}  ollama/llama3.1:\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each entry was asked whether it is ready."""
    return count_asked(monkeypatch, views)


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


@pytest.mark.parametrize("find", ["roles_of", "fallbacks_of"])
def test_a_list_looks_once_for_what_uses_its_models(find: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[object]()
    original = getattr(views, find)

    def count(document: object) -> Any:
        asked.append(document)
        return original(document)

    monkeypatch.setattr(views, find, count)
    uses = "roles:\n  fast: openai/m0\n  cheap: openai/m1\nfallbacks: [openai/m2, openai/m1]\n"
    shown = LIST.run(snapshot(f"{NONE_IS_READY}{uses}"), parse_arguments(LIST, {})).value["models"]
    assert [(view["roles"], view["fallback"]) for view in shown[:4]] == [  # type: ignore[index]
        (["fast"], None),
        (["cheap"], 2),
        ([], 1),
        ([], None),
    ]
    assert len(asked) == 1


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


def test_the_notified_state_has_the_first_models_and_those_in_use() -> None:
    agent = Session("7", "interactive", 7, "/project", "", "openai/m300")
    text = f"models:\n{ENTRIES}  ollama/llama3.1:\n  ollama/last:\ndefault: openai/m{COUNT - 2}\n"
    subject = snapshot(text, sessions=(agent,), selected="ollama/llama3.1")
    state, whole = state_view(subject, most=3), state_view(subject)
    shown = ["openai/m0", "openai/m1", "openai/m2", "openai/m300", f"openai/m{COUNT - 2}", "ollama/llama3.1"]
    assert [view["modelId"] for view in state["models"]] == shown  # type: ignore[index,union-attr]
    assert state["moreModels"] == COUNT + 2 - len(shown)
    assert "moreModels" not in whole
    assert all(view in whole["models"] for view in state["models"])  # type: ignore[operator,union-attr]


def test_a_state_of_few_models_has_them_all() -> None:
    subject = snapshot(NONE_IS_READY)
    assert state_view(subject, most=COUNT) == state_view(subject)


def test_problems_are_counted_at_their_entry() -> None:
    wrong = "    timeout: 5m\n    name: 5\n"
    text = f"models:\n  openai/a:\n    api_key: sk-...\n  ollama/b:\n  ollama/c:\n{wrong}default: ollama/x\n"
    outcome = LIST.run(snapshot(text), parse_arguments(LIST, {}))
    assert [view["problems"] for view in outcome.value["models"]] == [1, 0, 2]  # type: ignore[index,union-attr]
