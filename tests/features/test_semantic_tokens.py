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
            "models=p openai=n.d gpt-4o=c.d name=p api_key=p sk-1=s.s timeout=p default=p openai=n gpt-4o=c",
        ),
        ('models:\n  \'a/b\':\n    "api_key": "k"\n', "models=p a=n.d b=c.d api_key=p k=s.s"),
        ("{models: {a/b: {api_key: k}}, default: 'a/b'}", "models=p a=n.d b=c.d api_key=p k=s.s default=p a=n b=c"),
        (
            "models:\n  openai/gpt-4o#work:\ndefault: 'openai/gpt-4o#work'\n",
            "models=p openai=n.d gpt-4o=c.d work=l.d default=p openai=n gpt-4o=c work=l",
        ),
        ("models:\n  plain:\n  openrouter/x/y:\n", "models=p plain=c.d openrouter=n.d x/y=c.d"),
        ("models:\n  a/b:\n    api_key:\n    timout: 5\n", "models=p a=n.d b=c.d api_key=p timout=p"),
        ("default: null\n", "default=p"),
        (f"models:\n  {KEY}:\ndefault: {KEY}\n", f"models=p {KEY}=s.s default=p {KEY}=s.s"),
        (f"models:\n  a/b:\n    api_kye: {KEY}\n", f"models=p a=n.d b=c.d api_kye=p {KEY}=s.s"),
        (
            "models:\n  a/b:\n    api_key: |\n      one\n      two\n",
            "models=p a=n.d b=c.d api_key=p |=s.s one=s.s two=s.s",
        ),
        (
            'models:\r\n  a/b:\r\n    api_key: "one\r\n      two"\r\n',
            'models=p a=n.d b=c.d api_key=p "one=s.s two"=s.s',
        ),
        (
            "models:\n  a/b:\n    extra_headers: {X-Key: k, Y: [l]}\n",
            "models=p a=n.d b=c.d extra_headers=p k=s.s l=s.s",
        ),
        (
            "keys:\n- &k sk-1\nmodels:\n  a/b: &b\n    api_key: *k\n  a/c:\n    <<: *b\n  a/d: *b\n",
            "keys=p sk-1=s.s models=p a=n.d b=c.d api_key=p a=n.d c=c.d a=n.d d=c.d",
        ),
        ("\ufeffmodels:\n  a/😀:\n    api_key: 😀\n", "models=p a=n.d 😀=c.d api_key=p 😀=s.s"),
        (
            'models:\n  a/b:\n    api_key: k\n    name: "open\n  a/c:\n    api_key: l\n',
            "models=p a=n.d b=c.d api_key=p k=s.s a=n.d c=c.d api_key=p l=s.s",
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
    assert render(text, Span(second, second + 9)) == "a=n.d c=c.d"
