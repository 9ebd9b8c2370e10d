"""Definitions and references of model IDs."""

import pytest

from aloop_models.features.navigation import definition, mentions
from support.snapshots import snapshot, with_cursor


@pytest.mark.parametrize(
    ("marked", "target"),
    [
        ("models:\n  openai/gpt-4o:\ndefault: open$0ai/gpt-4o\n", "<openai/gpt-4o>:"),
        ("models:\n  openai/gpt-4o:\ndefault: $0openai/gpt-4o\n", "<openai/gpt-4o>:"),
        ("models:\n  openai/gpt-4o:\ndefault: openai/gpt-4o$0\n", "<openai/gpt-4o>:"),
        ("models:\n  'openai/gpt-4o':\ndefault: \"openai/gpt-4$0o\"\n", "<'openai/gpt-4o'>:"),
        ("\ufeffdefault: a/$0b\r\nmodels:\r\n  a/b:\r\n", "<a/b>:\r\n"),
        ("{default: a/$0b, models: {a/c: {}, a/b: {}}}", "<a/b>: {}}}"),
        ("models:\n  a/b:\n    timeout: 1\n  a/b:\n    timeout: 2\ndefault: a$0/b\n", "<a/b>:\n    timeout: 2"),
        ("models:\n  $0a/b:\n", "<a/b>:"),
        ("x: &all\n  a/b:\nmodels:\n  <<: *all\ndefault: a$0/b\n", "<a/b>:\nmodels"),
        ('models:\n  a/😀b:\n    name: "open\n  a/c:\ndefault: a/😀b$0\n', "<a/😀b>:"),
        ("models:\n  a/b:\nroles:\n  fast: a/b$0\n", "<a/b>:\nroles"),
        ("roles: {fast: '$0a/b'}\nmodels:\n  a/b:\n", "<a/b>:\n"),
        ("models:\n  a/b:\nfallbacks:\n- a$0/b\n", "<a/b>:\nfallbacks"),
        ("fallbacks: [a/c, a/b$0]\nmodels:\n  a/b:\n", "<a/b>:\n"),
        # An alias leads to its anchor.
        ("models:\n  a/b: &same {timeout: 5}\n  a/c: *sa$0me\n", "<&same> {"),
        ("x: &all\n  a/b:\nmodels:\n  <<: $0*all\n", "<&all>\n"),
        ("x: &a {}\ny: &b {}\nmodels:\n  m/n:\n    <<: [*a, *b$0]\n", "<&b> {"),
        ("# &a\nx: &ab 1\ny: &a 2\nmodels:\n  m/n:\n    timeout: *a$0\n", "<&a> 2"),
        ("models:\n  &id a/b:\ndefault: *$0id\n", "<&id> a/b"),
    ],
)
def test_definition(marked: str, target: str):
    text, offset = with_cursor(marked)
    span = definition(snapshot(text), offset)
    assert span is not None
    assert f"{text[: span.start]}<{text[slice(*span)]}>{text[span.end :]}".count(target) == 1


@pytest.mark.parametrize(
    "marked",
    [
        "models:\n  openai/gpt-4o:\ndefault: openai/$0gpt-5\n",
        "models:\n  openai/gpt-4o:\ndefault:$0 openai/gpt-4o\n",
        "models:\n  openai/gpt-4o:\n    time$0out: 5\n",
        "models:\n  openai/gpt-4o:\ndefault: null$0\n",
        "models:\n  a/b:\nroles:\n  fa$0st: a/b\n",
        "models:\n  a/b:\nfallbacks:\n$0  - a/b\n",
        "models:\n  a/b:\nfallbacks: a/b$0\n",
        "models:\n  a/b: &x {}\n  a/c: {}  # see *$0x\n",
        "models:\n  a/b: &x {}\n  # <<: *$0x\n",
        "$0",
        "- a$0\n",
    ],
)
def test_no_definition(marked: str):
    text, offset = with_cursor(marked)
    assert definition(snapshot(text), offset) is None


@pytest.mark.parametrize(
    ("marked", "drawn"),
    [
        (
            "default: a/b\nmodels:\n  a/$0b:\n  a/bc:\n",
            "default: (a/b)\nmodels:\n  <a/b>:\n  a/bc:\n",
        ),
        ("default: $0'a/b'\nmodels: {a/b: {}}\n", "default: ('a/b')\nmodels: {<a/b>: {}}\n"),
        ("default: a$0/b\nmodels:\n", "default: (a/b)\nmodels:\n"),
        (
            "models:\n  a/b:\n  a/b:\ndefault: a/b\ndefault: a/b$0\n",
            "models:\n  <a/b>:\n  <a/b>:\ndefault: (a/b)\ndefault: (a/b)\n",
        ),
        ("models:\n  &id a/b$0:\ndefault: *id\n", "models:\n  &id <a/b>:\ndefault: (*id)\n"),
        (
            "models:\n  a/b$0:\nroles:\n  x: a/b\n  y: 'a/b'\nfallbacks: [a/c, a/b]\ndefault: a/b\n",
            "models:\n  <a/b>:\nroles:\n  x: (a/b)\n  y: ('a/b')\nfallbacks: [a/c, (a/b)]\ndefault: (a/b)\n",
        ),
        ("models:\n  a/b:\n    na$0me: a/b\n", "models:\n  a/b:\n    name: a/b\n"),
    ],
)
def test_mentions(marked: str, drawn: str):
    text, offset = with_cursor(marked)
    for item in reversed(mentions(snapshot(text), offset)):
        start, end = item.span
        opening, closing = "<>" if item.is_declaration else "()"
        text = f"{text[:start]}{opening}{text[start:end]}{closing}{text[end:]}"
    assert text == drawn
