"""Law: what PyYAML's safe loader refuses is an error for the editor, and no text makes a feature raise or hang."""

import threading

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.commands.views import state_view
from aloop_models.core.nodes import Scalar
from aloop_models.core.reader import read_document, read_whole
from aloop_models.core.yaml_reader import MAX_DEPTH, MAX_NODES, MAX_NUMBER, read
from aloop_models.features.completion import complete
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.hover import hover
from support.snapshots import snapshot

VALUES = [
    *("!foo", "!foo {a: b}", "!foo [a]", "!!python/object:os.x {}", "! 5", "! [a]"),
    *("!!int a", "!!int {=: q}", "!!float b", "!!bool maybe", "!!null x", "!!null [a]", "!!str [a]", "!!str {a: b}"),
    *("!!timestamp q", "!!timestamp [a]", "!!binary é", "!!binary abc", "!!seq {a: b}", "!!map [a]", "!!set [a]"),
    *("!!seq", "!!map", "!!set", "!!omap", "!!pairs", "!!omap [a]", "!!omap [{a: b, c: d}]", "!!pairs {a: 1}"),
    *("0x", "0b_", "-0b", "+_", "._", "08", "1:99", "2024-13-45", "2024-01-01t99:00:00Z", "0001-01-01 00:00:00+99:00"),
    *("9" * 5000, "0x" + "f" * 5000, "9" * 4301 + ":1", "1:" * 3000 + "1", "9" * 400 + ".0"),
    *("=", "<<", "[<<]", "{a: <<}", "{=: x}", "!!merge x", "!!value x"),
    *("{[a]: b}", "{{a: b}: c}", "[a: b, [c]: d]", "{a, [b]}", "{? [a] : b}", "{<<: x}", "{<<: [x]}", "{<<: *x}"),
    *("&y [*y]", "&y {*y : 1}", "*x", "*y", "&x a", "{*x : 1}", "[*x, *x]"),
    *("\x00", "\x07", "\ud800", "\ufffe", "\x85", "\ufeff", "😀", "'", '"', "[", "}", "@", "%", "- a", "a: b", "|"),
]
KEYS = [
    *("a", "[a]", "{a: b}", "? [a]\n", "? {a: b}\n", "? !!set {a}\n", "? |\n   a\n", "*x ", "&a a"),
    *("2024-13-13", "0x_", "08", "=", "<<", "!foo a", "!!str a", "!!int a", "!!binary aGk=", "!!merge x", "!!value x"),
]
LINES = st.builds(
    lambda indent, key, value: f"{' ' * indent}{key}: {value}",
    st.sampled_from([0, 2, 4, 6]),
    st.sampled_from(KEYS) | st.sampled_from(["models", "default", "models", "default"]),
    st.sampled_from(VALUES) | st.sampled_from(["", "", "5", "a/b"]),
)
ODD = [
    "---",
    "...",
    "--- !foo",
    "--- !!set",
    "--- [*a]",
    "!foo",
    "%TAG ! tag:x,2000:",
    "%YAML 2.0",
    "x: &x {a: b}",
    "x: &x [a]",
]
HEADS = [
    "",
    "models:\n",
    "models:\n  a/b:\n",
    "x: &x {a: b}\nmodels:\n  a/b:\n    name: x\n",
    "models:\n  c/d: {}\n  a/b: ",
]
TEXTS = st.builds(
    lambda head, lines, end: head + end.join(lines),
    st.sampled_from(HEADS),
    st.lists(LINES | st.sampled_from(ODD), max_size=6),
    st.sampled_from(["\n", "\r\n", "\n", "\r"]),
)


def is_refused(text: str) -> bool:
    """Whether the loader of the runtime refuses the text, while it reads or while it makes values."""
    try:
        yaml.load(text, Loader=yaml.CSafeLoader)
    except Exception:  # noqa: BLE001
        # It raises whatever comes its way: YAMLError, ValueError, OverflowError, RecursionError, …
        return True
    return False


def errors(text: str) -> list[str]:
    """The rules of all errors found in a text."""
    return [item.rule.id for item in diagnose(snapshot(text)).items if item.level is Severity.ERROR]


@settings(max_examples=500, deadline=None)
@given(TEXTS | st.text())
def test_what_the_loader_refuses_is_an_error(text: str) -> None:
    assert errors(text) or not is_refused(text)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("head", ["", "models:\n  a/b:\n", "models:\n  a/b:\n  c/d:\n", "default: a/b\nmodels:\n"])
@pytest.mark.parametrize("key", ["    x: ", "  c/d:\n    ? ", "    stop:\n    - ", "models: ", "default: ", ""])
def test_a_value_that_the_loader_refuses_is_an_error(value: str, head: str, key: str) -> None:
    text = f"{head}{key}{value}\n"
    assert errors(text) or not is_refused(text)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("head", ["", "models:\n  ", "models:\n  a/b:\n    ", "models:\n  a/b:\n  "])
def test_a_key_that_the_loader_refuses_is_an_error(key: str, head: str) -> None:
    text = f"{head}{key}: x\n"
    assert errors(text) or not is_refused(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models:\n  ? [a]\n  : b\n", [("wrong-type", "[a]")]),
        ("models:\n  <<: x\n", [("wrong-type", "x")]),
        ("models:\n  <<: {[a]: b}\n", [("wrong-type", "[a]")]),
        ("models: !!set\n", [("wrong-type", "!!set")]),
        ("models:\n  ollama/a:\n    x: <<\n", [("wrong-type", "<<")]),
        ("models:\n  ollama/a: !!map [a]\n", [("wrong-type", "[a]")]),
        ("2024-13-13: x\n", [("wrong-type", "2024-13-13")]),
        ("models:\n!foo\n    z: 1\n", [("yaml-syntax", "!foo")]),
        ("x: &x {2024-13-13: x}\nmodels: {ollama/a: *x}\n", [("wrong-type", "2024-13-13")]),
        ("x: &x\n  ollama/a: {n: 2024-13-13}\nmodels: *x\n", [("wrong-type", "2024-13-13")]),
    ],
)
def test_it_stands_on_what_is_refused(text: str, expected: list[tuple[str, str]]) -> None:
    found = diagnose(snapshot(text)).items
    assert [(item.rule.id, text[slice(*item.span)]) for item in found if item.level is Severity.ERROR] == expected


def test_a_tag_above_a_key_is_not_the_mappings() -> None:
    text = "models:\n  a/b:\n!foo\nx: 1\n"
    assert read_document(text).parses == (read(text).problem is None)
    assert read_document(text).faults == read_whole(text).faults


HEAD = "models:\n  ollama/a:\n    stop: "
MANY = 50_000
DEEP = {
    "brackets": "[" * MANY,
    "braces": "{" * MANY,
    "closed brackets": "[" * MANY + "]" * MANY,
    "dashes": "- " * MANY,
    "question marks": "? " * MANY,
    "mappings": "{a: " * MANY,
    "brackets in an entry": HEAD + "[" * MANY,
    "bracket lines in an entry": HEAD + "[\n" * MANY,
    "closed brackets in an entry": HEAD + "[" * MANY + "]" * MANY + "\n  ollama/b:\n",
    "mappings in an entry": HEAD + "{a: " * MANY + "}" * MANY,
    "dashes in an entry": HEAD + "\n      " + "- " * MANY,
    "brackets as an id": "models:\n  " + "[" * MANY,
    "brackets as models": "models: " + "[" * MANY,
    "comments with CRLF": "# c\r\n" * MANY + "name: [",
    "empty lines with CRLF": "\r\n" * MANY + "name: [",
    "a frame of comments": f"{'#' * MANY}\n# Mine\n{'# ' * MANY}\nname: [",
    "a staircase": "models:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1, 500)),
}
ALIASES = {
    "ten times ten": "a0: &a0 [x, x]\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40)),
    "merged twice": "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 40)),
    "side by side": f"a: &a [{'x, ' * 999}]\n" + "".join(f"b{i}: [{'*a, ' * 90}]\n" for i in range(200)),
    "one in the other": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3000)),
    "merged in a row": "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}}}\n" for i in range(1, 3000)),
}


@pytest.mark.parametrize("name", [*DEEP, *ALIASES])
def test_a_text_that_goes_too_deep_is_told_and_everything_else_answers(name: str) -> None:
    text = (DEEP | ALIASES)[name]
    subject = snapshot(text)
    found = diagnose(subject).items
    assert {item.rule.id for item in found if item.level is Severity.ERROR} >= {"yaml-syntax"}
    for offset in (0, 30, len(text) // 2, len(text)):
        complete(subject, offset, snippets=True)
        hover(subject, offset)
    assert state_view(subject)["default"] is None


def test_aliases_that_are_few_are_read() -> None:
    fits = f"a: &a [{', '.join('x' * 1000)}]\nb: [{', '.join(['*a'] * 99)}]\n"
    assert read(fits).problem is None
    problem = read(fits + "c: [*a]\nd: [*a]\n").problem
    assert problem is not None
    assert problem.what == "aliases grow too large"
    # What is written out by hand may be as long as a file can be.
    assert read("a: &a x\nb: *a\nc: [" + "x, " * (MAX_NODES + 10) + "]\n").problem is None


def test_levels_are_counted_through_aliases() -> None:
    def chain(levels: int) -> str:
        return "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, levels - 1))

    assert read(chain(MAX_DEPTH)).problem is None
    problem = read(chain(MAX_DEPTH + 1)).problem
    assert problem is not None
    assert problem.what == "nested too deeply"


@pytest.mark.parametrize("written", ["1{}", "0x{}", "1{}.5", "{}:1"])
def test_a_number_that_is_too_long_is_no_number(written: str) -> None:
    longest = written.format("1" * (MAX_NUMBER + 2 - len(written)))
    scalar, longer = read(longest).root, read(longest + "1").root
    assert isinstance(scalar, Scalar)
    assert isinstance(longer, Scalar)
    assert len(longest) == MAX_NUMBER
    assert longer.fault != ""
    assert longer.value == longest + "1"


def test_readings_in_several_threads_do_not_disturb_each_other() -> None:
    text = "[" + ", ".join(["2024-01-02", "5", "1.5", "yes"] * 5000) + "]"
    faults: list[str] = []

    def work() -> None:
        root = read(text).root
        faults.extend(item.fault for item in getattr(root, "items", ()) if item.fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
