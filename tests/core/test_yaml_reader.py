"""The tree of a text: every node with its range, its value and why the agent cannot read it."""

from datetime import date

import pytest
import yaml

from aloop_models.core.nodes import NO_DETAILS, Alias, Mapping, Node, Scalar, Sequence
from aloop_models.core.yaml_reader import (
    MAX_DEPTH,
    MAX_NUMBER,
    UNREADABLE,
    UNREADABLE_WITH_TAG,
    Problem,
    Token,
    has_same_events,
    read,
    read_parts,
    scan,
    syntax_problem,
)

UNKNOWN_TAG = "this tag is not understood"


def drawn(text: str) -> list[str]:
    """The nodes of the text in its order, each with its kind, the text of its range and what is special about it."""
    root = read(text).root
    return list(_lines(text, root)) if root else []


def _lines(text: str, node: Node) -> list[str]:
    line = f"{type(node).__name__} {text[node.start : node.end]!r}"
    if isinstance(node, Alias):
        return [f"{line} of {text[node.target.start : node.target.end]!r}" if node.target else line]
    line += f" &{node.anchor}" if node.anchor else ""
    line += f" ({node.fault})" if node.fault else ""
    if isinstance(node, Scalar):
        line += " merge" if node.merge else ""
        return [line + ("" if node.text == text[node.start : node.end] else f" = {node.text!r}")]
    line += f" of {node.size}" + (" flow" if node.flow else "")
    if isinstance(node, Sequence):
        return [line, *(each for item in node.items for each in _lines(text, item))]
    children = [child for pair in node.pairs for child in pair]
    return [f"{line} at {node.column}", *(each for child in children for each in _lines(text, child))]


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        (
            "&a !!str  x: 'it''s'\nb: \"\\u0041 b\"\n",
            [
                "Mapping '&a !!str  x: \\'it\\'\\'s\\'\\nb: \"\\\\u0041 b\"' of 5 at 0",
                "Scalar 'x' &a",
                "Scalar \"'it''s'\" = \"it's\"",
                "Scalar 'b'",
                "Scalar '\"\\\\u0041 b\"' = 'A b'",
            ],
        ),
        (
            "\ufeffk: &x  # c\n  - 1\n  - [a, b]\n",
            [
                "Mapping 'k: &x  # c\\n  - 1\\n  - [a, b]' of 7 at 0",
                "Scalar 'k'",
                "Sequence '- 1\\n  - [a, b]' &x of 5",
                "Scalar '1'",
                "Sequence '[a, b]' of 3 flow",
                "Scalar 'a'",
                "Scalar 'b'",
            ],
        ),
        (
            "\ufeffa: &x\n  b: 1\nc: *x\n<<: *x\n",
            [
                "Mapping 'a: &x\\n  b: 1\\nc: *x\\n<<: *x' of 13 at 0",
                "Scalar 'a'",
                "Mapping 'b: 1' &x of 3 at 2",
                "Scalar 'b'",
                "Scalar '1'",
                "Scalar 'c'",
                "Alias '*x' of 'b: 1'",
                "Scalar '<<' merge",
                "Alias '*x' of 'b: 1'",
            ],
        ),
        (
            "a: &x !!int x\nb: !own y\nd: !own [1]\ne: !own &m {}\nf: !!seq [1]\ng: !!map {}\nh: ! 1\n",
            [
                "Mapping 'a: &x !!int x\\nb: !own y\\nd: !own [1]\\ne: !own &m {}\\nf: !!seq [1]\\ng: !!map {}\\n"
                "h: ! 1' of 17 at 0",
                "Scalar 'a'",
                f"Scalar 'x' &x ({UNREADABLE_WITH_TAG})",
                "Scalar 'b'",
                f"Scalar 'y' ({UNREADABLE_WITH_TAG})",
                "Scalar 'd'",
                f"Sequence '[1]' ({UNKNOWN_TAG}) of 2 flow",
                "Scalar '1'",
                "Scalar 'e'",
                f"Mapping '{{}}' &m ({UNKNOWN_TAG}) of 1 flow at 11",
                "Scalar 'f'",
                "Sequence '[1]' of 2 flow",
                "Scalar '1'",
                "Scalar 'g'",
                "Mapping '{}' of 1 flow at 9",
                "Scalar 'h'",
                "Scalar '1'",
            ],
        ),
        (
            "=: =\n? [a]\n: <<\n",
            [
                "Mapping '=: =\\n? [a]\\n: <<' of 6 at 0",
                "Scalar '='",
                f"Scalar '=' ({UNREADABLE})",
                "Sequence '[a]' of 2 flow",
                "Scalar 'a'",
                f"Scalar '<<' ({UNREADABLE}) merge",
            ],
        ),
        (
            "a: |\n  x\n  y\nb: >-\n  z\nc: d\n  e\n",
            [
                "Mapping 'a: |\\n  x\\n  y\\nb: >-\\n  z\\nc: d\\n  e' of 7 at 0",
                "Scalar 'a'",
                "Scalar '|\\n  x\\n  y\\n' = 'x\\ny\\n'",
                "Scalar 'b'",
                "Scalar '>-\\n  z\\n' = 'z'",
                "Scalar 'c'",
                "Scalar 'd\\n  e' = 'd e'",
            ],
        ),
        # What comes before a problem is read.
        (
            "\ufeffa: [1, {b: 2}\n",
            [
                "Mapping 'a: [1, {b: 2}' of 7 at 0",
                "Scalar 'a'",
                "Sequence '[1, {b: 2}' of 5 flow",
                "Scalar '1'",
                "Mapping '{b: 2}' of 3 flow at 7",
                "Scalar 'b'",
                "Scalar '2'",
            ],
        ),
        ("a: *b\n", ["Mapping 'a' of 2 at 0", "Scalar 'a'", "Scalar ''"]),
        ("{<<", ["Mapping '{<<' of 3 flow at 0", "Scalar '<<' merge", "Scalar ''"]),
    ],
)
def test_nodes(text: str, nodes: list[str]) -> None:
    assert drawn(text) == nodes


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("1", 1, ""),
        ("0x10", 16, ""),
        ("1_0.5", 10.5, ""),
        ("yes", True, ""),
        ("~", None, ""),
        ("2020-01-31", date(2020, 1, 31), ""),
        ("2020-13-01", "2020-13-01", UNREADABLE),
        ("'1'", "1", ""),
        ("!!str 1", "1", ""),
        ("!!int '1'", 1, ""),
        ("!!int ''", "", UNREADABLE_WITH_TAG),
        ("!!set x", "x", UNREADABLE_WITH_TAG),
        ("1" * MAX_NUMBER, int("1" * MAX_NUMBER), ""),
        ("1" * (MAX_NUMBER + 1), "1" * (MAX_NUMBER + 1), UNREADABLE),
        ("." + "1" * MAX_NUMBER, "." + "1" * MAX_NUMBER, UNREADABLE),
        ("x" * (MAX_NUMBER + 1), "x" * (MAX_NUMBER + 1), ""),
    ],
)
def test_values(text: str, value: object, fault: str) -> None:
    root = read(text).root
    assert isinstance(root, Scalar)
    assert (root.value, type(root.value), root.fault) == (value, type(value), fault)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\ufeffa: 1\n---\nb: 2\n", Problem("multiple documents", 6)),
        ("\ufeffa: *nope\n", Problem("undefined alias", 4)),
        ("\ufeffa: &x [*x]\n", Problem("alias inside its own anchor", 8)),
        ("\ufeffa: &x 1\nb: &x 2\n", Problem("duplicate anchor", 12)),
        ("a: &x 1\nb: &x [2]\n", Problem("duplicate anchor", 11)),
        ("\ufeffab\x07", Problem("unprintable character", 3)),
        ("\x07", Problem("unprintable character", 0)),
        ("x" * 600_000 + "\x07", Problem("unprintable character", 600_000)),
        (
            '\ufeffx: "a\n',
            Problem("found unexpected end of stream", 7, "while scanning a quoted scalar", 4),
        ),
        (
            "- a: 1\n  b",
            Problem("could not find expected ':'", 10, "while scanning a simple key", 9),
        ),
        ("'k\n  l': 1\n", Problem("mapping values are not allowed in this context", 7)),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
        ("\ufeff" + "[" * (MAX_DEPTH + 1), Problem("nested too deeply", MAX_DEPTH + 1)),
        ("a: &x [1]\nb: " + "[" * (MAX_DEPTH - 2) + "*x" + "]" * (MAX_DEPTH - 2), None),
        (
            "a: &x [1]\nb: " + "[" * (MAX_DEPTH - 1) + "*x" + "]" * (MAX_DEPTH - 1),
            Problem("nested too deeply", 12 + MAX_DEPTH),
        ),
        (
            "a: &x {k: [1]}\nb: &y [*x]\nc: " + "[" * (MAX_DEPTH - 3) + "*y",
            Problem("nested too deeply", 26 + MAX_DEPTH),
        ),
    ],
)
def test_problems(text: str, problem: Problem | None) -> None:
    assert read(text).problem == problem


@pytest.mark.parametrize(
    ("text", "what", "at"),
    [
        ("a: *nope\n", None, 0),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), None, 0),
        ("\ufeffab\x07", "unprintable character", 3),
        ("\ufeff'a", "found unexpected end of stream", 3),
    ],
)
def test_the_problem_of_a_text_alone(text: str, what: str | None, at: int) -> None:
    found = syntax_problem(text)
    assert (found.what if found else None, found.at if found else 0) == (what, at)


def test_tokens() -> None:
    assert scan("\ufeffa: 'b'\n") == [
        Token("<stream start>", 1, 1),
        Token("<block mapping start>", 1, 1),
        Token("?", 1, 1),
        Token("<scalar>", 1, 2),
        Token(":", 2, 3),
        Token("<scalar>", 4, 7),
        Token("<block end>", 8, 8),
        Token("<stream end>", 8, 8),
    ]
    assert scan("a") != []
    assert scan("a: 'b") == []


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ("\ufeffa:   &x 'b'  # c\nc:\n- *x\n- {}\n", True),
        ('a: &x "b"\nc: [*x, {}]\n', False),
        ("a: &x 'c'\nc: [*x, {}]\n", False),
        ("a: &y 'b'\nc: [*y, {}]\n", False),
        ("a: &x !!str 'b'\nc: [*x, {}]\n", False),
        ("a: &x 'b'\nc: [*x, []]\n", False),
        ("a: &x 'b'\nc: &z [*x, {}]\n", False),
        ("a: &x 'b'\nc: !!seq [*x, {}]\n", False),
        ("a: &x 'b'\nc: [*x, {}]\nd: 1\n", False),
        ("a: &x 'b'\n", False),
        ("a: &x 'b'\nc: [*x, {}\n", False),
    ],
)
def test_texts_with_the_same_events(other: str, is_same: bool) -> None:
    block = "a: &x 'b'\nc:\n  - *x\n  - {}\n"
    flow = "a: &x 'b'\nc: [*x, {}]\n"
    assert has_same_events(block if is_same else flow, other) is is_same
    assert has_same_events(other, block if is_same else flow) is is_same


def test_a_list_with_brackets_is_another_one() -> None:
    assert not has_same_events("a:\n- b\n", "a: [b]\n")
    assert not has_same_events("a:\n  b: c\n", "a: {b: c}\n")
    assert has_same_events("a: &x b\nc: *x\n", "a:  &x  b\nc:  *x\n")
    assert not has_same_events("a: &x b\nb: &y b\nc: *x\n", "a: &x b\nb: &y b\nc: *y\n")


def test_a_mapping_that_is_not_closed_keeps_its_place() -> None:
    root = read("a:\n  b:\n    c: [1").root
    assert isinstance(root, Mapping)
    inner = root.pairs[0].value
    assert isinstance(inner, Mapping)
    assert (inner.column, inner.span, root.span) == (2, (5, 17), (0, 17))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff\ufeffmodels:\n  a/b:\n",
        "\ufeff\ufeffmodels:\n  a/b:\ndefault: a/b\n",
        "\ufeff\ufeff- a\n- b\n",
        "\ufeff\ufeff---\nmodels:\n",
        "\ufeff\n\ufeffmodels:\n  a/b:\ndefault: a/b\n",
    ],
)
def test_two_byte_order_marks_are_read_as_libyaml_reads_them(text: str) -> None:
    try:
        yaml.load(text.encode(), Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        is_read = False
    else:
        is_read = True
    assert (read(text).problem is None) == is_read == (syntax_problem(text) is None)


def test_the_source_of_a_value_that_is_not_its_text() -> None:
    text = "a: b\nc: 'd'\ne: \"\\n\"\nf: g\n  h\ni: |\n  j\nk: 'l''m'\nn: |-\n  o"
    root = read(text).root
    assert isinstance(root, Mapping)
    values = [pair.value for pair in root.pairs]
    sources = [value.source for value in values if isinstance(value, Scalar)]
    assert sources == ["", "", '"\\n"', "g\n  h", "|\n  j\n", "'l''m'", "|-\n  o"]


def test_a_tag_or_an_anchor_before_a_key_is_known() -> None:
    root = read("a: !!str 1\n!!str b: 2\n&c d: 3\n? ! e\n: 'f'\n").root
    assert isinstance(root, Mapping)
    found = {node.text: node.has_properties for pair in root.pairs for node in pair if isinstance(node, Scalar)}
    assert found == {"a": False, "1": True, "b": True, "2": False, "d": True, "3": False, "e": True, "f": False}


def test_aliases_may_add_100_000_nodes() -> None:
    """A list of 1,000 nodes, and 100 or 101 aliases of it, which are nodes of the file themselves."""
    start = f"a: &a [{', '.join('x' * 999)}]\nb: ["
    allowed, larger = (f"{start}{', '.join(['*a'] * count)}]\n" for count in (100, 101))
    assert read(allowed).problem is None
    assert read(larger).problem == Problem("aliases grow too large", len(start) - 1)


def test_the_style_of_a_value() -> None:
    root = read("a: b\nc: 'd'\ne: \"f\"\ng: h\n  i\nj: |\n  k\nl: >\n  m\nn: !!str o\np:\n").root
    assert isinstance(root, Mapping)
    values = [pair.value for pair in root.pairs]
    assert [value.style for value in values if isinstance(value, Scalar)] == ["", "'", '"', "", "|", ">", "", ""]


def test_what_values_share() -> None:
    """Names of fields are one object in all texts, and values without details have the same ones."""
    roots = [read(text).root for text in ("the_name: one\n", "the_name: 'two'\n")]
    first, second = (root.pairs[0] for root in roots if isinstance(root, Mapping))
    assert isinstance(first.key, Scalar)
    assert isinstance(second.key, Scalar)
    assert first.key.text is second.key.text
    details = [node.details for node in (*first, *second) if isinstance(node, Scalar)]
    assert [each is NO_DETAILS for each in details] == [True, True, True, True]


@pytest.mark.parametrize(
    ("text", "parts", "spans"),
    [
        ("a: 1\nb: 2\n", [(0, 5), (5, 10)], [(0, 1, 3, 4), (0, 1, 3, 4)]),
        (" a: 1\n# c\n b: 2\n", [(0, 10), (10, 16)], [(1, 2, 4, 5), (1, 2, 4, 5)]),
        # A part without a key, a key without a part, parts in the wrong order, and a part that begins in a value.
        ("a: 1\nb: 2\n", [(0, 5), (5, 10), (10, 10)], None),
        ("a: 1\nb: 2\n", [(0, 5)], None),
        ("a: 1\nb: 2\n", [(5, 10), (0, 5)], None),
        ("a: 1\nb: 2\n", [(0, 3), (3, 10)], None),
        ("a: 1\nb: [\n", [(0, 5), (5, 10)], None),
        ("a: 1\nb: \x07\n", [(0, 5), (5, 10)], None),
        ("- a\n- b\n", [(0, 4), (4, 8)], None),
    ],
)
def test_pairs_that_are_read_in_parts(
    text: str, parts: list[tuple[int, int]], spans: list[tuple[int, int, int, int]] | None
) -> None:
    pairs = read_parts(text, parts)
    assert spans == (None if pairs is None else [(*key.span, *value.span) for key, value in pairs])
