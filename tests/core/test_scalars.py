"""Values as YAML text: what is written comes back as exactly the value given, by every loader of PyYAML."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aloop_models.core.scalars import (
    MAX_LEVELS,
    is_nested_too_deeply,
    is_writable,
    same,
    write_like,
    write_scalar,
)
from support.edit_files import VALUES


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ollama/llama3:8b", "ollama/llama3:8b"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1"),
        ("Claude 3.5 (new)", "Claude 3.5 (new)"),
        ("yes", "'yes'"),
        ("y", "'y'"),
        ("1:30", "'1:30'"),
        ("0123", "'0123'"),
        ("1e3", "'1e3'"),
        ("", "''"),
        (" x ", "' x '"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("it's #1", "'it''s #1'"),
        ("=", "'='"),
        ("<<", "'<<'"),
        ("a\tb\n", '"a\\tb\\n"'),
        ("\x00\x85\u2028\ufeff", '"\\0\\x85\\u2028\\ufeff"'),
        ("😀", "😀"),
        (1e20, "1.0e+20"),
        (float("-inf"), "-.inf"),
        (True, "true"),
        (None, "null"),
        ({"X-A": "1", "b": [1, "a,b"]}, "{X-A: '1', b: [1, 'a,b']}"),
    ],
)
def test_values_as_text(value: object, written: str) -> None:
    assert write_scalar(value) == written


def test_quotes() -> None:
    assert write_scalar("plain", '"') == "plain"
    assert write_scalar("a: b", '"') == '"a: b"'
    assert write_scalar("a:b", flow=True) == "'a:b'"
    assert write_like("plain", '"') == '"plain"'
    assert not is_writable({"x": object()})


@settings(max_examples=400, deadline=None)
@given(VALUES | st.text(), st.sampled_from(["", "'", '"']))
@example("x" * 2000 + " " + "y" * 2000, "")
@example("---", "")
@example("? a", '"')
@example("%YAML", "")
@example("a\r\nb \x85 \xa0\u2029", "'")
def test_what_is_written_reads_back(value: object, style: str) -> None:
    if not is_writable(value):
        assert "\\ud" in repr(value)
        return
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        for write in (write_scalar, write_like):
            block, flow = write(value, style), write(value, style, flow=True)
            assert "\n" not in block + flow
            read = yaml.load(f"k: {block} # c\nl: {{k: {flow}, l: [{flow}]}}\n", Loader=loader)
            assert same(read, {"k": value, "l": {"k": value, "l": [value]}})
            if isinstance(value, str) and len(block) < 1000:
                assert yaml.load(f"m:\n  {block}:\nf: {{{flow}: x}}", Loader=loader) == {
                    "m": {value: None},
                    "f": {value: "x"},
                }


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def test_values_that_are_nested_too_deeply() -> None:
    assert [is_writable(nested(levels)) for levels in (MAX_LEVELS + 3, MAX_LEVELS + 4)] == [True, False]
    assert [is_nested_too_deeply(nested(levels)) for levels in (MAX_LEVELS, MAX_LEVELS + 1)] == [False, True]
    endless: list[object] = []
    endless.append(endless)
    assert is_nested_too_deeply(endless)
