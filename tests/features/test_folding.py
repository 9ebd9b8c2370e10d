"""Folding ranges."""

import pytest

from aloop_models.features.folding import folds
from support.snapshots import snapshot


def render(text: str) -> list[tuple[str, int, int]]:
    """(kind, first line, last line) of each fold, lines from 1."""
    subject = snapshot(text)
    lines = subject.document.lines
    return [
        (fold.kind, lines.line_at(fold.span.start) + 1, lines.line_at(fold.span.end) + 1) for fold in folds(subject)
    ]


TEXT = """\
# One
# Two

# Alone
models:
  openai/gpt-4o:
    name: GPT-4o
    # Three
    # Four
    timeout: 300

  ollama/llama2:

  ollama/b: {timeout: 5,
    name: x}
default: openai/gpt-4o # Five
# Six
"""


@pytest.mark.parametrize("end_of_line", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_sections_models_and_comments(start: str, end_of_line: str):
    assert render(start + TEXT.replace("\n", end_of_line)) == [
        ("comment", 1, 2),
        ("region", 5, 15),
        ("region", 6, 10),
        ("comment", 8, 9),
        ("region", 14, 15),
    ]


def test_of_two_on_one_line_the_outer_one_folds():
    assert render("models: {ollama/b: {\n  timeout: 5\n  }, ollama/c: {}\n}\n") == [("region", 1, 4)]


def test_a_number_sign_inside_a_value_is_no_comment():
    text = 'models:\n  a/b:\n    name: |\n      # one\n      # two\n    api_base: "x\n      # three\n      # four"\n'
    assert render(text) == [("region", 1, 8), ("region", 2, 8)]


def test_trailing_blank_lines_of_a_block_value_stay_visible():
    assert render("models:\n  a/b:\n    name: |+\n      one\n\n\n  a/c:\n") == [("region", 1, 7), ("region", 2, 4)]


def test_entries_around_a_broken_line():
    text = 'models:\n  a/b:\n    name: b\n  a/c:\n    name: "open\n  a/d:\n    name: d\n'
    assert render(text) == [("region", 1, 7), ("region", 2, 3), ("region", 6, 7)]


def test_inherited_entries_fold_where_they_stand():
    text = "base: &base\n  a/b:\n    timeout: 5\nmodels:\n  <<: *base\n  a/c:\n"
    assert render(text) == [("region", 1, 3), ("region", 2, 3), ("region", 4, 6)]
