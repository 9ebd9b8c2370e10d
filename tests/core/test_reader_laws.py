"""Laws of the reader: it never raises, agrees with PyYAML, and piecewise reading equals whole reading."""

import random

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aloop_models.core.nodes import data_of
from aloop_models.core.reader import read_document, read_whole
from aloop_models.core.yaml_reader import read
from support.readings import is_same, reading

LINES = [
    "models:",
    "models: # all of them",
    "models: {}",
    "models:  ",
    '"models":',
    "default: a/b",
    "default: 'a/b'",
    "default:",
    "---",
    "...",
    "%YAML 1.1",
    "# comment",
    "",
    "  # comment",
    "  a/b:",
    "  c/d:",
    "  'e/f':",
    '  "g:h/i" :',
    "  a/b: {name: x}",
    "  a/b: &x",
    "  c/d: *x",
    "    <<: *x",
    "  c/d: {<<: *x, timeout: 5}",
    "    name: x",
    "    name: 'x",
    '    name: "x',
    "    name: x'",
    '    name: "y"',
    "    timeout: 300",
    "    timeout: 1:30",
    "    drop_params: yes",
    "    api_key: |",
    "      block",
    "     ",
    "   half",
    "  anth",
    "anth",
    "- a",
    "  - a",
    "    - a",
    "  ? a/b",
    "  : c",
    "? x",
    ": y",
    "\tname: x",
    "    name:\tx",
    "  a/b: [1, 2",
    "    ]",
    "    extra_headers:",
    "      X-A: 1",
    "      X-A: [a, {b: c}]",
    "    name: A & B",
    "    name: a *b",
    "    name: !foo x",
    "    name: !!str 5",
    " c/d: y",
    "      deep: 1",
    "    name: x # c",
    "    name: x: y",
    "    'n': 2024-13-45",
    "    n: 2024-01-02",
    "    =: 1",
    "    n: =",
    "other: 1",
    "other: [a",
    "]",
    "é/😀: 1",
    "  é/😀:",
    "    name: 😀\u2028x",
    "x: &a [*a]",
    "    name: @x",
    "    name: >-",
    "a: b\u0085c: d",
    "# c\u2028a: 1",
    '    name: "x\u2028y"',
    "\ufeff",
    "\ufeff    timeout: 5",
    "\ufeff  c/d:",
    "\ufeff# c",
]
TEXTS = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.sampled_from(LINES), max_size=14),
    st.sampled_from(["\n", "\r\n", "\n", "\r", "\x85", "\u2028"]),
)
STRUCTURED = st.builds(
    lambda entries, tail: "models:\n" + "".join(entries) + tail,
    st.lists(
        st.builds(
            lambda head, body: "\n".join([head, *body]) + "\n",
            st.sampled_from(["  a/b:", "  c/d:", "  'e/f':", "  é/😀: # c"]),
            st.lists(
                st.sampled_from(
                    [
                        "    name: x",
                        "    timeout: 300",
                        "    # c",
                        "",
                        '    name: "a b"',
                        "    extra_headers: {a: b}",
                        "    stop:\n      - x\n      - y",
                    ]
                ),
                max_size=4,
            ),
        ),
        max_size=5,
    ),
    st.sampled_from(["", "default: a/b\n", "\n# end\ndefault: 'c/d'", "default:\n"]),
)


@settings(max_examples=600, deadline=None)
@given(TEXTS | STRUCTURED)
@example('models:\n  a/b:\n    name: "GPT\n    x: 1\n  c/d:\n    name: "Mini"\n')
@example('models:\n  a/b:\n    name: "GPT\n  c/d:\n    name: Mini"\n')
@example("\ufeffmodels:\n  a/b:\n")
@example("\ufeff\ufeffmodels:\n  a/b:\ndefault: a/b\n")
@example("\ufeff\ufeffmodels:\n  a/b:\n")
@example("\ufeff\ufeff---\nmodels:\n  a/b:\n")
@example("models:\n  a/b:\n\ufeff    timeout: 5\n  c/d:\n")
@example("models:\n  a/b:\n    timeout: 5\n\n\ufeff\n  c/d:\n    timeout: 6\n")
@example("a: 1\n\ufeff# c\nmodels:\n  a/b:\n")
def test_piecewise_reading_equals_whole_reading(text: str) -> None:
    document = read_document(text)
    if document.parses:
        assert reading(document) == reading(read_whole(text))
    assert document.parses == (read(text).problem is None)


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS | STRUCTURED, min_size=2, max_size=5))
def test_the_previous_version_changes_nothing(texts: list[str]) -> None:
    document = None
    for text in texts:
        document = read_document(text, document)
        assert reading(document) == reading(read_document(text))


@settings(max_examples=400, deadline=None)
@given(st.text() | TEXTS)
def test_reading_never_raises(text: str) -> None:
    document = read_document(text)
    for placed in document.entries:
        assert 0 <= placed.full_span.start <= placed.full_span.end <= len(text)


@settings(max_examples=600, deadline=None)
@given(TEXTS | STRUCTURED)
@example("a: 0b1\nb: 0o7\nc: 1_0\nd: .inf\ne: ~\nf: 1:30.5\n")
def test_values_are_those_of_pyyaml(text: str) -> None:
    try:
        theirs = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, UnicodeEncodeError):
        return
    root, problem = read(text)
    if problem is not None:
        assert problem.what == "alias inside its own anchor"
        return
    assert is_same(data_of(root) if root else None, theirs)


@pytest.mark.parametrize("seed", range(5))
def test_random_edits_of_a_large_file(seed: int) -> None:
    chance = random.Random(seed)
    text = (
        "models:\n"
        + "".join(f"  openai/m{i}:\n    name: M {i}\n    timeout: {i + 1}\n" for i in range(60))
        + "default: openai/m3\n"
    )
    document = None
    for _ in range(60):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice([0, 0, 1, 3, 20]))
        text = (
            text[:start] + chance.choice(["", "x", "\n", "  ", ": ", '"', "\n  a/b:\n", "#", "&a ", "*a"]) + text[end:]
        )
        document = read_document(text, document)
        if document.parses:
            assert reading(document) == reading(read_whole(text))
        assert document.parses == (read(text).problem is None)
