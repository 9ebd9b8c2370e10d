"""Semantic tokens of IDs, fields and secrets."""

import pytest

from aloop_models.core.text import Span
from aloop_models.features.semantic_tokens import MODIFIERS, TYPES, semantic_tokens
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"


def render(text: str, span: Span | None = None) -> str:
    """Each token as `text:type.modifier`, first letters only, one after the other."""
    tokens = semantic_tokens(snapshot(text), span)
    for token in tokens:
        assert token.type in TYPES
        assert set(token.modifiers) <= set(MODIFIERS)
    return " ".join(
        f"{text[token.start : token.end]}={'.'.join((token.type[0], *(word[0] for word in token.modifiers)))}"
        for token in tokens
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "models:\n  openai/gpt-4o:\n    name: x\n    api_key: sk-1\n    timeout: 5\ndefault: openai/gpt-4o\n",
            "openai/gpt-4o=m.d sk-1=s.s openai/gpt-4o=m",
        ),
        ('models:\n  \'a/b\':\n    "api_key": "k"\n', "a/b=m.d k=s.s"),
        ("{models: {a/b: {api_key: k}}, default: 'a/b'}", "a/b=m.d k=s.s a/b=m"),
        (
            "models:\n  openai/gpt-4o#work:\ndefault: 'openai/gpt-4o#work'\n",
            "openai/gpt-4o#work=m.d openai/gpt-4o#work=m",
        ),
        ("models:\n  plain:\n  openrouter/x/y:\n", "plain=m.d openrouter/x/y=m.d"),
        ("models:\n  a/b:\n    api_key:\n    timout: 5\n", "a/b=m.d"),
        ("default: null\n", ""),
        (f"models:\n  {KEY}:\ndefault: {KEY}\n", f"{KEY}=s.s {KEY}=s.s"),
        (f"models:\n  a/b:\n    api_kye: {KEY}\n", f"a/b=m.d {KEY}=s.s"),
        (
            "models:\n  a/b:\n    api_key: |\n      one\n      two\n",
            "a/b=m.d |=s.s one=s.s two=s.s",
        ),
        (
            'models:\r\n  a/b:\r\n    api_key: "one\r\n      two"\r\n',
            'a/b=m.d "one=s.s two"=s.s',
        ),
        (
            "models:\n  a/b:\n    extra_headers: {X-Key: k, Y: [l]}\n",
            "a/b=m.d k=s.s l=s.s",
        ),
        (
            "keys:\n- &k sk-1\nmodels:\n  a/b: &b\n    api_key: *k\n  a/c:\n    <<: *b\n  a/d: *b\n",
            "sk-1=s.s a/b=m.d a/c=m.d a/d=m.d",
        ),
        ("\ufeffmodels:\n  a/😀:\n    api_key: 😀\n", "a/😀=m.d 😀=s.s"),
        (
            'models:\n  a/b:\n    api_key: k\n    name: "open\n  a/c:\n    api_key: l\n',
            "a/b=m.d k=s.s a/c=m.d l=s.s",
        ),
        ("", ""),
        ("- a\n", ""),
    ],
)
def test_tokens(text: str, expected: str):
    assert render(text) == expected


def test_only_inside_the_asked_span():
    text = "models:\n  a/b:\n    timeout: 5\n  a/c:\n    timeout: 5\ndefault: a/b\n"
    second = text.index("a/c")
    assert render(text, Span(second, second + 9)) == "a/c=m.d"
