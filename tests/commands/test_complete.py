"""The words that complete a line, as every interface gets them."""

from typing import Any

import pytest

from aloop_models.snapshot import Session
from support.commands import run

TEXT = """\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh
  ollama/llama3.1:
  ollama/other:
default: openai/gpt-4o
"""
FILE = "/home/me/.aloop/models.yaml"
AGENTS = (
    Session("s1", "interactive", 42, "/home/me", FILE, "openai/gpt-4o"),
    Session("s2", "interactive", 43, "/home/me", FILE, "ollama/other"),
    Session("s3", "task", 44, "/home/me", FILE, "ollama/other"),
)


def complete(*words: str, text: str = TEXT, **around: Any) -> list[tuple[str, str]]:
    """Value and kind of each candidate; the last word is the one that is begun."""
    value: Any = run("complete", text, {"words": [*words[:-1]], "word": words[-1]}, **around).value
    return [(item["value"], item["kind"]) for item in value["candidates"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("sw",), [("switch", "command")]),
        (("rule", "placeh"), [("placeholder-api-key", "rule")]),
        (("rule", "yaml-syntax", "x"), []),
        (("gpt",), [("openai/gpt-4o", "model")]),
        (("show", "llama"), [("ollama/llama3.1", "model")]),
        (("key", "oll"), [("ollama", "provider"), ("ollama/llama3.1", "model"), ("ollama/other", "model")]),
        (("add", "olla"), [("ollama/", "provider")]),
        (("edit", "openai/gpt-4o", "time"), [("timeout=", "field")]),
        (("edit", "openai/gpt-4o", "api_key="), [("api_key=-", "value")]),
        (("remove", "--f"), [("--force", "option")]),
        (("list", ""), []),
        (("nonsense", ""), []),
        (("add", "ollama/x", "--same-key-as", "gpt"), [("openai/gpt-4o", "model")]),
        (("add", "--same-key-as", "openai/gpt-4o", "ollama/x", "time"), [("timeout=", "field")]),
    ],
)
def test_candidates(words: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert [item for item in complete(*words) if item in expected] == expected


def test_a_field_says_how_its_value_is_asked_for() -> None:
    value: Any = run("complete", TEXT, {"words": ["edit", "openai/gpt-4o"]}).value
    fields = {item["value"]: (item.get("secret"), item.get("values")) for item in value["candidates"]}
    assert (fields["api_key="], fields["timeout="]) == ((True, None), (None, None))
    assert (fields["drop_params="], fields["verbosity="]) == (
        (None, ["true", "false"]),
        (None, ["low", "medium", "high"]),
    )


def test_the_sessions_that_can_be_switched() -> None:
    assert complete("switch", "gpt", "--session", "", sessions=AGENTS) == [
        ("s1", "session"),
        ("s2", "session"),
        ("*", "session"),
    ]
    assert complete("switch", "gpt", "--session", "", sessions=AGENTS[1:]) == [("s2", "session")]


def test_nothing_is_needed() -> None:
    assert ("switch", "command") in complete("")
    assert run("complete", "[", {}).value["candidates"]


def test_roles() -> None:
    text = f"{TEXT}roles:\n  fast: ollama/other\n  review: openai/gpt-4o\n  gone: openai/x\n  Odd: ollama/other\n"
    found = [("@fast", "role"), ("@review", "role")]
    for before in ((), ("show",), ("key",), ("switch",)):
        assert complete(*before, "@", text=text) == found
    assert complete("edit", "@fa", text=text) == [("@fast", "role")]
    assert ("@fast", "role") not in complete("add", "@", text=text)
