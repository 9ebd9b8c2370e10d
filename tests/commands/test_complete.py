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
        (("remove", "--force", "llama"), [("ollama/llama3.1", "model")]),
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


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("li",), [("list", "List the models with context window, price and status.")]),
        (
            ("switch", "--"),
            [
                ("--session", "The ID of an agent, or * for all agents here. By default, the agent in this folder."),
                ("--make-default", "Also make it the default model."),
            ],
        ),
        (
            ("copy", "--to", ""),
            [
                ("home", "~/.aloop/models.yaml, for all projects"),
                ("project", "The models.yaml of this project"),
            ],
        ),
        (
            ("edit", "openai/gpt-4o", "drop_params="),
            [("drop_params=true", "default true"), ("drop_params=false", None)],
        ),
        (("add", "openai/gpt-5#work"), [("openai/gpt-5#work", "as typed · OpenAI")]),
        (("add", "openia/gpt-5#work"), []),
    ],
)
def test_all_candidates_with_their_details(words: tuple[str, ...], expected: list[tuple[str, str | None]]) -> None:
    value: Any = run("complete", TEXT, {"words": [*words[:-1]], "word": words[-1]}).value
    assert [(item["value"], item.get("detail")) for item in value["candidates"]] == expected


def test_a_label_makes_a_new_model_unless_the_file_has_it() -> None:
    text = "models:\n  openai/gpt-5#work:\n"
    assert complete("add", "openai/gpt-5#work", text=text) == []
    assert complete("add", "openai/gpt-5#home", text=text) == [("openai/gpt-5#home", "newModel")]


def test_a_field_is_offered_once() -> None:
    assert ("timeout=", "field") in complete("edit", "openai/gpt-4o", "ti")
    assert ("timeout=", "field") not in complete("edit", "openai/gpt-4o", "timeout=3", "ti")
