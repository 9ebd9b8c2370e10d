"""What the tree of a text means: merge keys, aliases, values that are refused, and places after a shift."""

import pytest
import yaml

from aloop_models.core import yaml_reader
from aloop_models.core.nodes import (
    Alias,
    Mapping,
    Node,
    Precedence,
    Scalar,
    Sequence,
    data_of,
    faults_of,
    pairs_of,
    resolve,
    shift,
)
from aloop_models.core.yaml_reader import UNREADABLE, UNREADABLE_WITH_TAG, read

NOT_MERGED = "'<<' merges mappings only"
UNKNOWN_TAG = "this tag is not understood"
NOT_A_WORD = "a key must be a single word or number"


def root_of(text: str) -> Node:
    root = read(text).root
    assert root is not None
    return root


def value_of(text: str, name: str) -> Node:
    root = root_of(text)
    assert isinstance(root, Mapping)
    return next(pair.value for pair in root.pairs if isinstance(pair.key, Scalar) and pair.key.text == name)


MERGED = """\
one: &one {a: 1, b: 1}
two: &two {b: 2, c: 2}
both: {<<: [*one, *two], c: 3}
first: {d: 4, <<: *one}
again: {<<: *one, <<: *two}
deep: {<<: {<<: *two, b: 5}, a: 6}
nothing: {<<: 7, a: 8}
"""


@pytest.mark.parametrize(
    ("name", "pairs", "data"),
    [
        ("both", "bc ab c", {"b": 1, "c": 3, "a": 1}),
        ("first", "ab d", {"a": 1, "b": 1, "d": 4}),
        ("again", "ab bc", {"a": 1, "b": 2, "c": 2}),
        ("deep", "bc b a", {"b": 5, "c": 2, "a": 6}),
        ("nothing", "a", {"a": 8}),
    ],
)
def test_merge_keys(monkeypatch: pytest.MonkeyPatch, name: str, pairs: str, data: dict[str, int]) -> None:
    monkeypatch.setattr(yaml_reader, "MERGE_PRECEDENCE", Precedence.FIRST)
    mapping = value_of(MERGED, name)
    assert isinstance(mapping, Mapping)
    keys = [pair.key for pair in pairs_of(mapping)]
    assert [key.text for key in keys if isinstance(key, Scalar)] == [*pairs.replace(" ", "")]
    found = data_of(mapping)
    assert isinstance(found, dict)
    assert [*found.items()] == [*data.items()]


MERGED_IN_LISTS = """\
one: &one {aa: 1, bb: 1}
two: &two {bb: 2, cc: 2}
short: &short {k: 1, k: 2}
other: &other {k: 3, é: 3}
both: {<<: [*one, *two], cc: 3}
thrice: {<<: [*one, *two, *one]}
again: {<<: *one, <<: *two, <<: *one}
twice: {<<: *short}
letters: {<<: [*short, *other]}
"""


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("both", {"aa": 1, "bb": 1, "cc": 3}, {"aa": 1, "bb": 2, "cc": 3}),
        ("thrice", {"aa": 1, "bb": 1, "cc": 2}, {"aa": 1, "bb": 2, "cc": 2}),
        ("again", {"aa": 1, "bb": 1, "cc": 2}, {"aa": 1, "bb": 2, "cc": 2}),
        ("twice", {"k": 2}, {"k": 1}),
        ("letters", {"k": 2, "é": 3}, {"k": 1, "é": 3}),
    ],
)
def test_keys_of_several_merged_mappings(
    monkeypatch: pytest.MonkeyPatch, name: str, first: dict[str, int], last: dict[str, int]
) -> None:
    expected = {Precedence.FIRST: first, Precedence.LAST: last}
    assert expected[yaml_reader.MERGE_PRECEDENCE] == yaml.safe_load(MERGED_IN_LISTS)[name]
    for precedence, data in expected.items():
        monkeypatch.setattr(yaml_reader, "MERGE_PRECEDENCE", precedence)
        assert data_of(value_of(MERGED_IN_LISTS, name)) == data


def test_data() -> None:
    text = "a: &x [1, {b: null}]\nc: *x\n? [k]\n: 1\n? *x\n: 2\n3: 4.5\nx: &w word\n? *w\n: 6\n"
    values = {"a": [1, {"b": None}], "c": [1, {"b": None}], 3: 4.5, "x": "word", "word": 6}
    assert data_of(root_of(text)) == values
    assert data_of(Alias(0, 1, "x", None)) is None


def test_an_alias_of_an_alias() -> None:
    word = Scalar(0, 1, "a", "a", "")
    nowhere = Alias(0, 1, "x", None)
    assert resolve(Alias(2, 3, "y", Alias(1, 2, "x", word))) is word
    assert resolve(Alias(2, 3, "y", nowhere)) is nowhere
    assert resolve(word) is word


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a: [1, 0x, =]\n=: !!int x\n", [("=", UNREADABLE), ("x", UNREADABLE_WITH_TAG)]),
        ("? [k]\n: =\n", [("[k]", NOT_A_WORD), ("=", UNREADABLE)]),
        ("? {a: =}\n: 1\n", [("{a: =}", NOT_A_WORD), ("=", UNREADABLE)]),
        ("x: &x [1]\n? *x\n: 1\n", [("*x", NOT_A_WORD)]),
        ("x: &x =\ny: *x\n", [("=", UNREADABLE)]),
        ("<<: 1\n", [("1", NOT_MERGED)]),
        ("<<: [{a: 1}, 2]\n", [("[{a: 1}, 2]", NOT_MERGED)]),
        ("<<: [{a: 1}, {b: 2}]\n", []),
        ("x: &x {a: 1}\n<<: *x\n", []),
        ("x: &x [{a: 1}]\n<<: *x\n", []),
        ("x: &x 1\n<<: *x\n", [("*x", NOT_MERGED)]),
        ("<<: =\n", [("=", NOT_MERGED), ("=", UNREADABLE)]),
        ("a: !own {b: =}\n", [("{b: =}", UNKNOWN_TAG), ("=", UNREADABLE)]),
        ("c: !own [=]\n", [("[=]", UNKNOWN_TAG), ("=", UNREADABLE)]),
    ],
)
def test_faults(text: str, faults: list[tuple[str, str]]) -> None:
    assert [(text[slice(*span)], reason) for span, reason in faults_of(root_of(text))] == faults


@pytest.mark.parametrize("text", ["a: &x {b: [1, 'c']}\nd: *x\ne: |\n  f\n", "- [1, {a: }]\n", "word"])
def test_a_shifted_tree_is_that_of_the_later_text(text: str) -> None:
    assert shift(root_of(text), 3) == root_of("\n\n\n" + text)
    root = root_of(text)
    assert shift(root, 0) is root
    nowhere = Alias(1, 2, "x", None)
    assert shift(nowhere, 3) == Alias(4, 5, "x", None)


def test_ranges() -> None:
    collections = (Mapping(1, 2, (), True, 1), Sequence(1, 2, (), True, 1))
    assert {node.span for node in (Scalar(1, 2, "a", "a", ""), Alias(1, 2, "a", None), *collections)} == {(1, 2)}
