"""The formatter: what each kind of text becomes, and what it leaves alone."""

from __future__ import annotations

import pytest

from aloop_models.core.formatter import format_edits, format_lines, format_text
from aloop_models.core.reader import read_document
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.workspace.first_use import TEMPLATE


def formatted(text: str) -> str:
    return apply_edits(text, format_edits(read_document(text)))


CASES = {
    "four columns, and comments at the column of what is below them": (
        """\
# Ours

models:
# the good one
    openai/gpt-4o: # first
        name: GPT-4o
        # timeout: 5
    # mistral/large:
    #     name: Large
    ollama/llama3.1:
        timeout: 5
default: openai/gpt-4o
""",
        """\
# Ours

models:
  # the good one
  openai/gpt-4o: # first
    name: GPT-4o
    # timeout: 5

  # mistral/large:
  #     name: Large
  ollama/llama3.1:
    timeout: 5

default: openai/gpt-4o
""",
    ),
    "a file that is indented as a whole": (" models:\n   a/b:\n default: a/b\n", "models:\n  a/b:\n\ndefault: a/b\n"),
    "blank lines": (
        "\n\nmodels:\n\n\n  a/b:\n\n    name: x\n\n\n    timeout: 5\n  \n\n\n  c/d:\n\n\n",
        "models:\n  a/b:\n    name: x\n\n    timeout: 5\n\n  c/d:\n",
    ),
    "comments between entries": (
        "models:\n  a/b:\n    name: x\n    # of a/b\n  # of c/d\n  c/d:\n  # of e/f\n\n  e/f:\n",
        "models:\n  a/b:\n    name: x\n    # of a/b\n\n  # of c/d\n  c/d:\n  # of e/f\n\n  e/f:\n",
    ),
    "the fields of a commented-out ID": (
        "models:\n    ollama/a:\n    # ollama/b:\n        timeout: 5\n",
        "models:\n  ollama/a:\n  # ollama/b:\n    timeout: 5\n",
    ),
    "a commented-out entry at the margin": (
        "models:\n    a/b:\n        name: x\n#   c/d:\n#       name: y\n    e/f:\n",
        "models:\n  a/b:\n    name: x\n\n#   c/d:\n#       name: y\n  e/f:\n",
    ),
    "spaces around indicators": (
        "models:   \n  a/b :  {name :x,timeout : 5 ,stop: [ a,'b' ],  extra_headers: {  } }  # c  \ndefault:\ta/b",
        "models:\n  a/b: {name :x, timeout: 5, stop: [a, 'b'], extra_headers: {}}  # c\n\ndefault: a/b\n",
    ),
    "JSON": (
        '{"models":{"a/b":{"timeout":5,"stop":["x","y"]}},"default":null}\n',
        '{"models": {"a/b": {"timeout": 5, "stop": ["x", "y"]}}, "default": null}\n',
    ),
    "flow style over several lines": (
        "models: {\n      a/b: {\n  name: x, # said\n\n\n   # inside\n      stop: [a,\n b]},\n    c/d: }\n",
        "models: {\n  a/b: {\n    name: x, # said\n\n    # inside\n    stop: [a,\n      b]},\n  c/d: }\n",
    ),
    "lists": (
        "fallbacks:\n- a/b\n# second\n-   c/d\nx:\n    -   - 1\n        - 2\n    - a: 1\n      b: 2\n    -   c: 3\n",
        "fallbacks:\n  - a/b\n  # second\n  - c/d\n\nx:\n  - - 1\n    - 2\n  - a: 1\n    b: 2\n  - c: 3\n",
    ),
    "block scalars": (
        "models:\n    a/b:\n        name: |   # said  \n              two\n\n                lines  \n   \n"
        "        key: >4-\n            x\n              y\n    c/d:\n        k: |+\n            kept\n\n\n    e/f:\n",
        "models:\n  a/b:\n    name: |   # said\n      two\n\n        lines  \n\n"
        "    key: >4-\n        x\n          y\n\n  c/d:\n    k: |+\n      kept\n\n\n  e/f:\n",
    ),
    "scalars of several lines": (
        'models:\n    a/b:\n        name: a long\n            name  \n          here\n        t: "x   \n\n'
        "       \\ y \\\n   z\"\n        u: 'it''s\n   so'\n",
        'models:\n  a/b:\n    name: a long\n      name\n      here\n    t: "x\n\n'
        "      \\ y \\\n      z\"\n    u: 'it''s\n      so'\n",
    ),
    "anchors, aliases and tags": (
        "base:   &base\n    timeout:  !!int   5\nmodels:\n    a/b:\n        <<:   *base\n",
        "base: &base\n  timeout: !!int 5\n\nmodels:\n  a/b:\n    <<: *base\n",
    ),
    "an alias as a key keeps its space": (
        "x: &x a/b\nmodels:\n  *x : {name: n}\n  c/d: {*x : 1}\n",
        "x: &x a/b\n\nmodels:\n  *x : {name: n}\n\n  c/d: {*x : 1}\n",
    ),
    "explicit keys": (
        "? models\n:   ? a/b\n    : name: x\n      timeout: 5\n",
        "? models\n: ? a/b\n  : name: x\n    timeout: 5\n",
    ),
    "directives and document marks": (
        "%YAML 1.1\n---   # start\nmodels:\n    a/b:\n...\n",
        "%YAML 1.1\n---   # start\nmodels:\n  a/b:\n...\n",
    ),
    "values on their own line": (
        "models:\n    a/b:\n        name:\n            x\n    c/d:\n       {name: y}\n",
        "models:\n  a/b:\n    name:\n      x\n\n  c/d:\n    {name: y}\n",
    ),
    "tabs": ("models:\n  a/b:\t# c\n    name:\tx\t# d\n  c/d:\n", "models:\n  a/b: # c\n    name: x # d\n\n  c/d:\n"),
    "CRLF": ("models:\r\n    a/b:\r\n    c/d:", "models:\r\n  a/b:\r\n\r\n  c/d:\r\n"),
    "CR": ("models:\r    a/b:  \r    c/d:\r\r", "models:\r  a/b:\r\r  c/d:\r"),
    "mixed line endings": ("models:\r\n    a/b:\n    c/d:\r", "models:\r\n  a/b:\n\n  c/d:\r"),
    "byte order mark": ("\ufeff\n models:\n   a/b:", "\ufeffmodels:\n  a/b:\n"),
    "only comments": ("\n\n# a  \n\n\n#b", "# a\n\n#b\n"),
    "no last line break after a block": (
        "models:\n  a/b:\n    name: |-\n      x",
        "models:\n  a/b:\n    name: |-\n      x\n",
    ),
}

UNCHANGED = {
    "the template": TEMPLATE,
    "no text": "",
    "white space": " \n\n",
    "a list": "- a\n-   b\n",
    "a word": "  a\n",
    "a broken file": "models:\n    a/b:\n      name: [x\n    c/d:\n",
    "two documents": "models:\n    a/b:\n---\nmodels:\n",
    "a tab in the indentation": "models:\n\ta/b:\n",
    "an undefined alias": "models:\n    a/b: *x\n",
    "aligned comments": "models:\n  a/b: {}      # one\n\n  c/d: {}      # two\n\ndefault: a/b   # three\n",
    "a value whose last line break would count": "models:\n  a/b:\n    name: |\n      x",
    "an escaped space at the end of a line": 'models:\n  a/b:\n    name: "x\\ \n      y"\n',
    "comments without a space": "#a\nmodels: # b\n  #c\n  a/b:\n",
    "an empty comment of the template": "# \n#\nmodels:\n",
    "a comment under an empty value": "models: null\n  # a/b:\n",
}


@pytest.mark.parametrize("name", CASES)
def test_what_it_becomes(name: str) -> None:
    text, expected = CASES[name]
    assert formatted(text) == expected
    assert format_edits(read_document(expected)) == ()


@pytest.mark.parametrize("name", UNCHANGED)
def test_what_is_left_alone(name: str) -> None:
    assert format_edits(read_document(UNCHANGED[name])) == ()


def test_edits_are_as_small_as_the_change() -> None:
    text = "models:\n    a/b:\n      name:  x  \ndefault: a/b"
    assert format_edits(read_document(text)) == (
        Edit(10, 12, ""),
        Edit(21, 23, ""),
        Edit(29, 30, ""),
        Edit(31, 33, ""),
        Edit(34, 34, "\n"),
        Edit(46, 46, "\n"),
    )


RANGE = "models:\n    a/b:\n        name:  x\n        stop:\n        -   y\n    c/d:\n        name:   z\n"


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("models:  \r\n  a/b:\r\n", (Edit(7, 9, ""),)),
        ("models:\n    a/b:\n", (Edit(10, 12, ""),)),
        ("models:\n  a/b:   {x:  1}\n", (Edit(15, 17, ""), Edit(21, 22, ""))),
        ("a: |-\n  x\n\n\n", (Edit(10, 12, ""),)),
        ("a: |\n  x\n\n\n", (Edit(9, 11, ""),)),
        ("a: |+\n  x\n\n\n", ()),
        ("a: >-\n  x", (Edit(9, 9, "\n"),)),
    ],
)
def test_edits_are_as_small_as_possible(text: str, edits: tuple[Edit, ...]) -> None:
    assert format_edits(read_document(text)) == edits
    assert format_text(text) == apply_edits(text, edits)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (
            "    a/b:",
            "    c/d:",
            RANGE.replace("        name:  x", "      name: x").replace(
                "        stop:\n        -   y\n", "      stop:\n        - y\n\n"
            ),
        ),
        ("        name:  x", "        name:  x", RANGE.replace("name:  x", "name: x")),
        ("        stop", "stop:\n", RANGE),
        ("        name:   z", "z", RANGE.replace("        name:   z", "      name: z")),
        ("models", "z\n", formatted(RANGE)),
    ],
)
def test_a_range_is_formatted_alone(first: str, last: str, expected: str) -> None:
    document = read_document(RANGE)
    span = Span(RANGE.index(first), RANGE.index(last) + len(last))
    assert apply_edits(RANGE, format_lines(document, span)) == expected


def test_a_range_that_ends_at_the_start_of_a_line_leaves_it_out() -> None:
    text = "models: \ndefault:  x\n"
    document = read_document(text)
    assert format_lines(document, Span(0, 9)) == (Edit(7, 8, ""),)
    assert format_lines(document, Span(9, 9)) == (Edit(18, 19, ""),)
    assert format_lines(document, Span(3, 3)) == (Edit(7, 8, ""),)
