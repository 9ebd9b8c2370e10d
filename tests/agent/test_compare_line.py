"""What a `/compare` line means; nothing that may be a model's name is sent as a prompt without asking."""

from __future__ import annotations

import pytest

from aloop_models.agent.compare_line import CompareLine, is_name, parse_compare

KNOWN = ("openai/gpt-6-sol", "gpt-6-sol", "Sol", "gpt-4o", "openai/gpt-4o", "Claude 3.5 Sonnet", "work", "model (work)")


@pytest.mark.parametrize(
    ("text", "names", "prompt"),
    [
        ("", (), ""),
        ("sol", ("sol",), ""),
        (" SOL ", ("SOL",), ""),
        ("sol,", ("sol",), ""),
        ("sol, gpt-4o", ("sol", "gpt-4o"), ""),
        ("sol,gpt-4o say hello, please", ("sol", "gpt-4o"), "say hello, please"),
        ("sol , gpt-4o say hello", ("sol", "gpt-4o"), "say hello"),
        ("gpt-4o, sol hello", ("gpt-4o", "sol"), "hello"),
        ("gpt-4o, sol\nhello\nyou", ("gpt-4o", "sol"), "hello\nyou"),
        ("sol hello", ("sol",), "hello"),
        ("openai/gpt-6-sol hello", ("openai/gpt-6-sol",), "hello"),
        ("claude 3.5 sonnet, sol hi", ("claude 3.5 sonnet", "sol"), "hi"),
        ("model (work), work x", ("model (work)", "work"), "x"),
        ("hello", (), "hello"),
        ("Say hello to all, please", (), "Say hello to all, please"),
        ("solar power, how does it work?", (), "solar power, how does it work?"),
        ("What is gpt-4o, sol?", (), "What is gpt-4o, sol?"),
        ("What is better, gpt-4o or sol?", (), "What is better, gpt-4o or sol?"),
        ("Hello, how are you?", (), "Hello, how are you?"),
        ("1,000 words about the sun", (), "1,000 words about the sun"),
        ("@ what time?", (), "@ what time?"),
    ],
)
def test_names_come_first_and_the_rest_is_the_prompt(text: str, names: tuple[str, ...], prompt: str) -> None:
    assert parse_compare(text, KNOWN) == CompareLine(names, prompt)


@pytest.mark.parametrize(
    ("text", "names", "prompt", "doubt"),
    [
        ("soll", (), "soll", "There is no model 'soll'. Did you mean sol?"),
        ('"sol"', (), '"sol"', "There is no model '\"sol\"'. Did you mean sol?"),
        ("(Claude 3.5 Sonnet)", (), "(Claude 3.5 Sonnet)", "Did you mean claude 3.5 sonnet?"),
        ("gpt-4 hello", (), "gpt-4 hello", "There is no model 'gpt-4'. Did you mean gpt-4o?"),
        ("claude", (), "claude", "There is no model 'claude'. Did you mean claude 3.5 sonnet?"),
        ("azure/x hello", (), "azure/x hello", "There is no model 'azure/x'."),
        ("gtp-4o,sol hello", (), "gtp-4o,sol hello", "There is no model 'gtp-4o'. Did you mean gpt-4o?"),
        ("@fast hi", (), "@fast hi", "There is no role '@fast'."),
        ("opus, sol Which?", (), "opus, sol Which?", "There is no model 'opus'."),
        ("opus , haiku, sol Which?", (), "opus , haiku, sol Which?", "There is no model 'opus'."),
        ("opus,haiku Which?", (), "opus,haiku Which?", "There is no model 'opus'."),
        ("opus,", (), "opus,", "There is no model 'opus'."),
        ("sol, explain it", ("sol",), "explain it", "'explain' after the last comma is not a model."),
        ("sol, gtp-4o hello", ("sol",), "gtp-4o hello", "is not a model. Did you mean gpt-4o?"),
    ],
)
def test_what_is_unclear_is_asked(text: str, names: tuple[str, ...], prompt: str, doubt: str) -> None:
    line = parse_compare(text, KNOWN)
    assert (line.names, line.prompt) == (names, prompt)
    assert doubt in line.doubt
    assert line.reading


@pytest.mark.parametrize(("text", "expected"), [("sol", True), ("sol, gpt-4o", True), ("sol hi", False), ("hi", False)])
def test_a_prompt_that_is_only_a_name_is_seen(text: str, *, expected: bool) -> None:
    assert is_name(text, KNOWN) is expected
