"""Inlay hints."""

from datetime import date

import pytest

from aloop_models.catalog import Catalog
from aloop_models.core.reader import read_document
from aloop_models.core.text import Span
from aloop_models.features.formatting import format_facts_and_lifecycle
from aloop_models.features.inlay_hints import inlay_hints
from aloop_models.settings import Settings
from aloop_models.snapshot import Facts, Snapshot
from support.snapshots import facts, snapshot

CATALOG = Catalog(
    {
        "format": 1,
        "made": "2026-11-20",
        "litellm": "1.93.0",
        "models": {
            "openai": {
                "gpt-4o": ["chat", 128000, 16384, 2.5, 10.0, "tools"],
                "late": ["chat", 1050000, None, None, None, "", "2027-01-08", "openai/gpt-4o"],
                "later": ["chat", 200000, None, 3.0, 0.15, "", "2027-11-23"],
                "gone": ["chat", None, None, None, None, "", "2026-01-05"],
                "bare": ["chat"],
            }
        },
        "providers": {"openai": {"chat": True}},
    },
    "snapshot",
)


def render(text: str, span: Span | None = None, settings: Settings | None = None) -> str:
    """The text with its hints in angle brackets."""
    given = facts()
    subject = Snapshot(read_document(text), Facts(given.schema, CATALOG, settings or Settings(), date(2026, 11, 22)))
    hints = inlay_hints(subject, span or Span(0, len(text)))
    assert [hint.offset for hint in hints] == sorted(hint.offset for hint in hints)
    for hint in reversed(hints):
        text = f"{text[: hint.offset]}⟨{hint.text}⟩{text[hint.offset :]}"
    return text


@pytest.mark.parametrize(
    "expected",
    [
        "models:\n  openai/gpt-4o:⟨128K · $2.50 / $10⟩\n    timeout: 5\n",
        "models:\n  openai/gpt-4o: # mine⟨128K · $2.50 / $10⟩\n",
        "models:\r\n  openai/gpt-4o:⟨128K · $2.50 / $10⟩\r\n  openai/bare:\r\n",
        "\ufeffmodels:\n  'openai/gpt-4o':⟨128K · $2.50 / $10⟩\n",
        "models:\n  openai/late:⟨retires in 47 days · 1.05M⟩\n",
        "models:\n  openai/later:⟨200K · $3 / $0.15⟩\n",
        "models:\n  openai/gone:⟨retired 2026-01-05⟩\n",
        "models:\n  openai/unknown:\n  nobody/x:\n  plain:\n",
        "models: {openai/gpt-4o: {}}⟨128K · $2.50 / $10⟩\n",
        "models: {openai/gpt-4o: {timeout: 5}⟨128K · $2.50 / $10⟩, openai/late: {}}⟨retires in 47 days · 1.05M⟩",
        "models:\n  openai/gpt-4o: {timeout: 5,⟨128K · $2.50 / $10⟩\n    name: x}\n",
        # At the provider's retirement, another server can still have the model.
        "models:\n  openai/late:⟨1.05M⟩\n    api_base: https://proxy.example/v1\n",
        "models:\n  ? openai/gpt-4o⟨128K · $2.50 / $10⟩\n  : {}\n",
        'models:\n  openai/gpt-4o:⟨128K · $2.50 / $10⟩\n    name: "open\n  openai/gone:⟨retired 2026-01-05⟩\n',
    ],
)
def test_hint_ends_the_line_of_the_id(expected: str):
    plain = "".join(part.partition("⟩")[2] if "⟩" in part else part for part in expected.split("⟨"))
    assert render(plain) == expected


@pytest.mark.parametrize(
    "line",
    [
        "  openai/gpt-4o: {timeout: 5, name: %s}⟨128K · $2.50 / $10⟩" % ("x" * 45),
        "  openai/gpt-4o:⟨128K · $2.50 / $10⟩ {timeout: 5, name: %s}" % ("x" * 46),
        "  'openai/gpt-4o':⟨128K · $2.50 / $10⟩ {timeout: 5, name: %s}" % ("x" * 44),
        "  openai/gpt-4o: # %s⟨128K · $2.50 / $10⟩" % ("x" * 63),
        "  openai/gpt-4o:⟨128K · $2.50 / $10⟩ # %s" % ("x" * 64),
        "  ? openai/gpt-4o # %s⟨128K · $2.50 / $10⟩" % ("x" * 64),
    ],
)
def test_the_hint_of_a_long_line_is_after_the_colon(line: str):
    plain = line.replace("⟨128K · $2.50 / $10⟩", "")
    assert render(f"models:\n{plain}\n") == f"models:\n{line}\n"


def test_law_no_hint_is_longer_than_what_vs_code_displays():
    given = facts()
    for day in (given.today, date(2027, 2, 1), date(2028, 1, 1)):
        for provider in given.catalog.providers:
            for model in given.catalog.models_of(provider):
                assert len(format_facts_and_lifecycle(model, day)) <= 43, model


def test_only_inside_the_asked_span():
    text = "models:\n  openai/gpt-4o:\n    timeout: 5\n  openai/gone:\n    timeout: 5\n"
    second = text.index("openai/gone")
    assert render(text, Span(second, len(text))).count("⟨") == 1
    assert "gone:⟨" in render(text, Span(second, second + 3))
    assert "gpt-4o:⟨" in render(text, Span(0, 12))
    assert "⟨" not in render(text, Span(text.index("timeout"), text.index("timeout") + 5))


def test_none_where_the_setting_says_so():
    text = "models:\n  openai/gpt-4o:\n"
    assert render(text, settings=Settings(inlay_hints=False)) == text


def test_tooltip_says_what_the_numbers_mean():
    document = read_document("models:\n  openai/late:\n  openai/gpt-4o:\n")
    subject = Snapshot(document, Facts(facts().schema, CATALOG, Settings(), date(2026, 11, 22)))
    assert [hint.tooltip for hint in inlay_hints(subject, Span(0, 99))] == [
        "Context window: 1,050,000 tokens.\n"
        "Retires on 2027-01-08. Successor: openai/gpt-4o.\n"
        "Catalog of 2026-11-20 (LiteLLM 1.93.0).",
        "Context window: 128,000 tokens.\n"
        "List price: $2.50 in / $10 out per 1M tokens.\n"
        "Catalog of 2026-11-20 (LiteLLM 1.93.0).",
    ]


def test_shipped_catalog_gives_hints():
    text = "models:\n  openai/gpt-4o:\n"
    (hint,) = inlay_hints(snapshot(text), Span(0, len(text)))
    assert hint.text.startswith("128K · $")
