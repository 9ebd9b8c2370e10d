"""Laws of the features: no exceptions on any text, spans inside the text, disjoint tokens and no secrets."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.errors import RefusedError
from aloop_models.features.code_actions import code_actions
from aloop_models.features.code_lens import code_lenses
from aloop_models.features.folding import folds
from aloop_models.features.inlay_hints import inlay_hints
from aloop_models.features.links import links
from aloop_models.features.navigation import definition, mentions
from aloop_models.features.rename import prepare, rename
from aloop_models.features.semantic_tokens import semantic_tokens
from aloop_models.features.symbols import Symbol, symbols
from aloop_models.snapshot import Snapshot
from support.snapshots import snapshot

SECRET = "sk-proj-pLaNtEd0123456789SeCrEt9876543210AbCdEfGh"
PASSWORD = "pLaNtEdPaSsWoRd"

LINES = [
    "models:",
    "models: &all",
    '"models": # all',
    "models: {openai/gpt-4o: {api_key: x}, ollama/b: {}}",
    "default: openai/gpt-4o",
    "default: 'ollama/b'",
    "default: *id",
    f"default: {SECRET}",
    "default:",
    "---",
    "# one",
    "  # two",
    f"# https://me:{PASSWORD}@example.com/{SECRET}",
    "# https://example.com",
    "",
    "x: &all",
    f"k: &k {SECRET}",
    "  <<: *all",
    "  openai/gpt-4o:",
    "  openai/gpt-4o: &id",
    '  "openai/gpt-4o": {timeout: 5,',
    "  'anthropic/claude-sonnet-4-5': {}",
    "  ollama/b:",
    "  &id ollama/b: # mine",
    "  ? ollama/c",
    "  : {}",
    f"  {SECRET}: {{}}",
    f"  openai/{SECRET}:",
    "  ollama/b: *all",
    "  a/😀b:",
    "  plain",
    "    <<: *all",
    "    <<: *id",
    f"    api_key: {SECRET}",
    f'    api_key: "{SECRET}"',
    f"    api_key: {SECRET} # {SECRET}",
    "    api_key: *k",
    "    api_key: |",
    f"      {SECRET}",
    f"    api_kye: {PASSWORD}",
    f"    name: {SECRET}",
    '    name: "open',
    "    timeout: 5}",
    "\ttimeout: 5",
    f"    api_base: https://me:{PASSWORD}@example.com/?key={PASSWORD}",
    f"    extra_headers: {{X: {PASSWORD}, Y: [{PASSWORD}]}}",
    f"    token: {PASSWORD}",
    "    ? [a]",
    "- a",
]

EXAMPLE = f"""\
\ufeff# Model Configuration
# This file is gitignored, see https://example.com/docs

models:
  openai/gpt-4o: &base
    name: "GPT-4o # 1"
    api_key: {SECRET}
    timeout: 300  # seconds

  'anthropic/claude-sonnet-4-5': {{<<: *base, api_key: "{SECRET}
    #{PASSWORD}"
    }}
  # One
  # Two
  ollama/😀:
  azure/x:
    <<: *base
    api_base: https://me:{PASSWORD}@example.com/v1
    extra_headers:
      Authorization: Bearer {PASSWORD}

default: openai/gpt-4o
"""

texts = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=14).flatmap(
        lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda ending: ending.join(lines))
    ),
    st.text(alphabet="models:/ab \n\r\t#'\"&*{}[]<|>-!?,😀\ufeff\x85\u2028", max_size=60),
    st.text(max_size=40),
)


def parts(subject: Snapshot, offset: int) -> Iterator[object]:
    """Everything that any feature says about the snapshot, and about the offset in it."""
    end = len(subject.document.text)
    yield code_lenses(subject)
    yield inlay_hints(subject, Span(0, end))
    yield symbols(subject)
    yield folds(subject)
    yield links(subject)
    yield definition(subject, offset)
    yield [(item.span, item.is_declaration) for item in mentions(subject, offset)]
    yield prepare(subject, offset)
    yield [(item.title, item.arguments) for item in code_actions(subject, (), Span(offset, offset))]


def check(text: str, offset: int) -> None:
    subject = snapshot(text)
    said = repr(list(parts(subject, offset)))
    assert SECRET not in said
    assert PASSWORD not in said
    spans = [lens.span for lens in code_lenses(subject)]
    spans += [Span(hint.offset, hint.offset) for hint in inlay_hints(subject, Span(0, len(text)))]
    spans += [fold.span for fold in folds(subject)]
    spans += [link.span for link in links(subject)]
    spans += [item.span for item in mentions(subject, offset)]
    spans += [span for span in (definition(subject, offset),) if span]
    spans += [prepared[0] for prepared in (prepare(subject, offset),) if prepared]
    for item in symbols(subject):
        spans += nested(item, Span(0, len(text)))
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    check_tokens(subject)
    check_folds(subject)
    check_edits(subject, offset)


def nested(symbol: Symbol, within: Span) -> list[Span]:
    """The symbol's spans, after a look that each lies inside its parent's."""
    assert symbol.name.strip()
    assert within.start <= symbol.span.start <= symbol.name_span.start
    assert symbol.name_span.end <= symbol.span.end <= within.end
    children = [span for child in symbol.children for span in nested(child, symbol.span)]
    assert children == sorted(children)
    return [symbol.span, *children]


def check_tokens(subject: Snapshot) -> None:
    text = subject.document.text
    end = 0
    for token in semantic_tokens(subject):
        assert end <= token.start < token.end <= len(text)
        assert not {"\n", "\r"} & set(text[token.start : token.end])
        end = token.end
    middle = Span(len(text) // 3, 2 * len(text) // 3)
    inside = [token for token in semantic_tokens(subject) if middle.start <= token.start and token.end <= middle.end]
    assert list(semantic_tokens(subject, middle)) == inside


def check_folds(subject: Snapshot) -> None:
    lines = subject.document.lines
    starts = [lines.line_at(fold.span.start) for fold in folds(subject)]
    assert starts == sorted(set(starts))
    assert all(lines.line_at(fold.span.start) < lines.line_at(fold.span.end) for fold in folds(subject))


def check_edits(subject: Snapshot, offset: int) -> None:
    changes: tuple[Edit, ...] = ()
    with suppress(RefusedError):
        changes = rename(subject, offset, "groq/new")
    if changes:
        after = snapshot(apply_edits(subject.document.text, changes)).document
        assert after.parses
        assert "groq/new" in after.by_id
        assert len(after.by_id) == len(subject.document.by_id)
    for action in code_actions(subject, (), Span(offset, offset)):
        if action.edits:
            assert snapshot(apply_edits(subject.document.text, action.edits)).document.parses


@given(texts, st.integers(0, 200))
def test_any_text(text: str, offset: int):
    check(text, min(offset, len(text)))


@cache
def examples() -> tuple[str, ...]:
    folder = Path(__file__).parents[2] / "examples"
    files = sorted(path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml"))
    return (EXAMPLE, EXAMPLE.replace("\n", "\r\n"), *files)


@pytest.mark.parametrize("index", range(2))
def test_every_prefix_of_the_hard_example(index: int):
    text = examples()[index]
    assert snapshot(text).document.parses
    for end in range(len(text) + 1):
        check(text[:end], end)


@given(st.data())
def test_prefixes_of_the_example_files(data: st.DataObject):
    text = data.draw(st.sampled_from(examples()))
    end = data.draw(st.integers(0, len(text)))
    check(text[:end], data.draw(st.integers(0, end)))
