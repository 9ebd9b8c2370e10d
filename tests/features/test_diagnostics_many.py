"""Files with many problems: suggestions for the first ones, and the most severe ones for an editor."""

import pytest

from aloop_models.catalog import Catalog, nearest
from aloop_models.core.reader import read_document
from aloop_models.core.text import Span
from aloop_models.features.checks import fields
from aloop_models.features.checks.entry_checks import entry_diagnostics
from aloop_models.features.code_actions import QUICK_FIX, code_actions
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose, most_severe
from aloop_models.snapshot import Facts, Snapshot
from support.mistake import Mistake, view
from support.mistakes import ALL
from support.snapshots import HOME_PLACE, facts, snapshot

SUGGESTED = 200
"""Diagnostics that suggest similar names."""


def own_facts() -> Facts:
    """Facts of one test, without cached results of others."""
    known = facts()
    return Facts(known.schema, known.catalog, known.settings, known.today)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were compared with those of the catalog or of the schema."""
    searched: list[str] = []
    nearest_models, nearest_providers = Catalog.nearest_models, Catalog.nearest_providers

    def models(self: Catalog, model_id: str, limit: int = 3) -> tuple[str, ...]:
        searched.append(model_id)
        return nearest_models(self, model_id, limit)

    def providers(self: Catalog, name: str, limit: int = 3) -> tuple[str, ...]:
        searched.append(name)
        return nearest_providers(self, name, limit)

    def names(word: str, candidates: list[str]) -> tuple[str, ...]:
        searched.append(word)
        return nearest(word, candidates)

    monkeypatch.setattr(Catalog, "nearest_models", models)
    monkeypatch.setattr(Catalog, "nearest_providers", providers)
    monkeypatch.setattr(fields, "nearest", names)
    return searched


def misspelt(count: int) -> str:
    entries = "".join(f"  antropic/claude-{number}:\n" for number in range(count))
    return f"models:\n{entries}default: null\n"


@pytest.mark.parametrize(
    "entry",
    [
        "  openai/gpt-4oo-{}:\n    api_base:\n    api_key: sk-proj-abcdefghij0123456789\n",
        "  antropic-{}/claude:\n    api_key: 0123456789abcdef0123\n",
        "  gpt-4oo-{}:\n    api_key: sk-proj-abcdefghij0123456789\n",
    ],
)
def test_only_the_first_problems_have_suggestions(entry: str, searches: list[str]) -> None:
    text = f"models:\n{''.join(entry.format(number) for number in range(SUGGESTED + 100))}default: null\n"
    found = diagnose(Snapshot(read_document(text), own_facts(), HOME_PLACE)).items
    assert len(found) >= SUGGESTED + 100
    assert 0 < len(searches) <= SUGGESTED


@pytest.mark.parametrize("mistake", ALL, ids=[mistake.name[:80] for mistake in ALL])
def test_the_same_problems_are_found_without_suggestions(mistake: Mistake) -> None:
    subject = view(mistake)
    for placed in subject.document.entries:
        with_names = entry_diagnostics(placed.entry, subject.facts)
        without = entry_diagnostics(placed.entry, subject.facts.brief)
        assert [(item.rule.id, item.span) for item in without] == [(item.rule.id, item.span) for item in with_names]


def test_the_fields_of_one_entry(searches: list[str]) -> None:
    lines = "".join(f"    timeout{number}: 5\n" for number in range(100))
    text = f"models:\n  ollama/a:\n{lines}default: ollama/a\n"
    found = diagnose(Snapshot(read_document(text), own_facts(), HOME_PLACE)).items
    assert len(found) == 100
    assert len(searches) == 20
    assert found[19].message == "ollama/a: Unknown field 'timeout19': it has no effect. Did you mean timeout?"
    assert (
        found[20].message == "ollama/a: Unknown field 'timeout20': it has no effect. Check its spelling, or remove it."
    )


def test_the_code_action_has_the_suggestion() -> None:
    subject = snapshot(misspelt(SUGGESTED + 2))
    found = diagnose(subject).items
    first, last = found[0], found[SUGGESTED + 1]
    assert first.message == "antropic/claude-0: LiteLLM has no provider 'antropic'. Did you mean anthropic?"
    advice = "Check the part before the first slash."
    assert last.message == f"antropic/claude-{SUGGESTED + 1}: LiteLLM has no provider 'antropic'. {advice}"
    offered = [item.title for item in code_actions(subject, found, last.span) if item.kind == QUICK_FIX]
    assert offered == ["Change to anthropic", "Ignore here: unknown-provider"]


def test_a_model_without_a_suggestion_keeps_its_severity() -> None:
    entries = "".join(f"  openai/gpt-4oo{n}:\n    api_key: sk-proj-{n:040}\n" for n in range(SUGGESTED + 50))
    found = diagnose(snapshot(f"models:\n{entries}default: openai/gpt-4oo0\n")).items
    last = next(item for item in reversed(found) if item.rule.id == "unknown-model")
    assert last.level is Severity.INFORMATION
    assert last.message.endswith(": The model is not in the catalog. If the ID is correct, keep it.")


@pytest.mark.parametrize("fixed", [0, 1, SUGGESTED - 1, SUGGESTED, SUGGESTED + 1])
def test_an_edit_gives_the_diagnostics_of_the_whole_file(fixed: int) -> None:
    """The suggestions move to the problem that is now among the first ones, and back."""
    text, known = misspelt(SUGGESTED + 5), facts()
    changed = text.replace(f"antropic/claude-{fixed}:", f"ollama/claude-{fixed}:")
    before = read_document(text)
    diagnose(Snapshot(before, known, HOME_PLACE))
    after = diagnose(Snapshot(read_document(changed, before), known, HOME_PLACE)).items
    assert after == diagnose(Snapshot(read_document(changed), own_facts(), HOME_PLACE)).items
    assert sum("Did you mean" in item.message for item in after) == SUGGESTED
    again = diagnose(Snapshot(read_document(text, before), known, HOME_PLACE)).items
    assert again == diagnose(Snapshot(read_document(text), own_facts(), HOME_PLACE)).items


def test_the_most_severe_in_the_order_of_the_text() -> None:
    entries = "".join(f"  ollama/m{number}:\n    timout: 5\n" for number in range(8))
    subject = snapshot(f"models:\n{entries}  ollama/z:\n    timeout: 5m\ndefault: ollama/z\n")
    found = diagnose(subject).items
    assert most_severe(found, 9) is found
    kept = most_severe(found, 4)
    assert list(kept) == [*found[:2], found[-1]]
    assert kept[-1].rule.id == "wrong-type"
    assert Span(*kept[0].span) == found[0].span
