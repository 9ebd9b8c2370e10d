"""All line breaks of YAML 1.1 have the same meaning for the cursor and the checks."""

import re

import pytest

from aloop_models.core.lines import BREAKS
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.checks.rules import RULES
from aloop_models.features.cursor import cursor_at
from support.expectations import diagnostics_of

OTHER_BREAKS = pytest.mark.parametrize("line_break", ["\r\n", "\r", "\x85", "\u2028", "\u2029"])
PLACES = """\
# note
models:
  openai/gpt-4o:  # beside
    name: "x
      y"
    time
    extra_headers:
      X-A: 1

  ollama/b: {timeout: 5, # inside
    na: 1, }
  anth
def
"""
BROKEN = [
    'models:\n  a/b:\n    name: "x\n    timeout: 5\n',
    "models:\n  a/b:\n    name: x\n\ttimeout: 5\n",
    "models:\n  a/b:\n    name x\n    timeout: 5\n",
    "models:\n  a/b:\n    name: x\n     timeout: 5\n",
    "models:\n  a/b\n    name: x\n  c/d:\n",
    "models:\n  a/b:\n    stop: [x\n    timeout: 5\n",
]


def with_line_feeds(text: str) -> str:
    return re.sub(f"\r\n|[{BREAKS}]", "\n", text)


def diagnostics(text: str) -> list[object]:
    """What a text's diagnostics say, mark and change, with line feeds for every line break."""
    return [
        (
            item.rule.id,
            item.message,
            len(with_line_feeds(text[: item.span.start])),
            with_line_feeds(text[slice(*item.span)]),
            [(fix.title, fix.safe, with_line_feeds(apply_edits(text, fix.edits))) for fix in item.fixes],
        )
        for item in diagnostics_of(text)
    ]


@OTHER_BREAKS
@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_rules(rule, line_break: str):
    for text in (rule.example, rule.good):
        assert diagnostics(text.replace("\n", line_break)) == diagnostics(text)


@OTHER_BREAKS
@pytest.mark.parametrize("text", BROKEN)
def test_broken_texts(text: str, line_break: str):
    assert diagnostics(text.replace("\n", line_break)) == diagnostics(text)


@OTHER_BREAKS
@pytest.mark.parametrize("text", [PLACES, *BROKEN, "{\nmodels: {\n  a/b: {na\n}}}\n"])
def test_cursor(text: str, line_break: str):
    before, after = read_document(text), read_document(text.replace("\n", line_break))
    for offset in range(len(text) + 1):
        there = offset + (len(line_break) - 1) * text.count("\n", 0, offset)
        one, other = cursor_at(before, offset), cursor_at(after, there)
        assert (other.context, other.word, other.typed, other.model_id, other.field) == (
            one.context,
            one.word,
            one.typed,
            one.model_id,
            one.field,
        )
        assert (other.prefix, other.indent, other.present, other.has_children) == (
            one.prefix,
            one.indent,
            one.present,
            one.has_children,
        )


def test_a_rare_break_inside_a_value_ends_no_field():
    text = 'models:\n  a/b:\n    name: "x\u2028    y"\n    tim'
    cursor = cursor_at(read_document(text), len(text))
    assert (cursor.word, cursor.model_id) == ("tim", "a/b")
    assert "name" in cursor.present
