"""Habits of JSON and of other YAML files: commas after values, no space after a colon, slashes and notes."""

from __future__ import annotations

import json

import pytest

from aloop_models.core.text import apply_edits
from support.expectations import diagnostics_of

OPENAI = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
FILE = f"models:\n  openai/gpt-4o:\n    api_key: {OPENAI}\n    timeout: 30\ndefault: openai/gpt-4o\n"
JSON = json.dumps(
    {"models": {"openai/gpt-4o": {"api_key": OPENAI, "timeout": 30}, "ollama/a": {"timeout": 5}}}, indent=2
)


def corrected(text: str, message: str) -> str:
    """The text after the first fix of the diagnostic with this message."""
    (fix, *_) = next(item.fixes for item in diagnostics_of(text) if item.message == message)
    return apply_edits(text, fix.edits)


@pytest.mark.parametrize(
    ("written", "wrong", "message"),
    [
        ("timeout: 30", "timeout: 30,", "timeout must be a number of seconds, not text. Write 30."),
        ("timeout: 30", "timeout: 30;", "timeout must be a number of seconds, not text. Write 30."),
        ("timeout: 1000", "timeout: 1,000,", "timeout must be a number of seconds, not text. Write 1000."),
        ("temperature: 0.7", "temperature: 0.7,", "temperature must be a number, not text. Write 0.7."),
        ("max_tokens: 4096", "max_tokens: 4096,", "max_tokens must be an integer, not text. Write 4096."),
        ("drop_params: true", "drop_params: true,", "drop_params must be true or false, not text. Write true."),
    ],
)
def test_a_comma_after_a_number(written: str, wrong: str, message: str) -> None:
    right = FILE.replace("timeout: 30", written)
    assert corrected(FILE.replace("timeout: 30", wrong), f"openai/gpt-4o: {message}") == right


@pytest.mark.parametrize(("mark", "name"), [(",", "comma"), (";", "semicolon")])
def test_a_mark_after_a_text_in_quotes(mark: str, name: str) -> None:
    right = FILE.replace("timeout: 30", 'name: "Sol" # mine')
    wrong = right.replace('"Sol"', f'"Sol"{mark}')
    assert corrected(wrong, f"Unexpected {name} after the value. Remove it.") == right


@pytest.mark.parametrize("written", ["timeout: 30", f"api_key: {OPENAI}"])
def test_no_space_after_the_colon_of_a_field(written: str) -> None:
    right = f"models:\n  openai/gpt-4o: {{{written}, name: x}}\ndefault: openai/gpt-4o\n"
    name = written.partition(":")[0]
    message = f"openai/gpt-4o: There is no space after the colon of {name}. Add one."
    assert corrected(
        right.replace(": ", ":").replace("4o:{", "4o: {").replace("t:o", "t: o"), message
    ) == right.replace("name: x", "name:x")


def test_no_space_after_the_colon_of_a_role_and_of_the_default() -> None:
    right = "{models: {ollama/a: {}}, roles: {fast: ollama/a}, default: ollama/a}\n"
    for name in ("fast", "default"):
        wrong = right.replace(f"{name}: ", f"{name}:")
        assert corrected(wrong, f"There is no space after the colon of {name}. Add one.") == right


@pytest.mark.parametrize("before", [OPENAI + '"', "    }"])
def test_a_missing_comma_at_the_end_of_a_line(before: str) -> None:
    wrong = JSON.replace(f"{before},", before, 1)
    assert corrected(wrong, "A comma is missing at the end of this line. Add it.") == JSON
    assert [item.rule.id for item in diagnostics_of(wrong)] == ["yaml-syntax"]


def test_a_missing_comma_before_a_comment() -> None:
    right = JSON.replace("    },", "    }, # mine", 1)
    assert corrected(right.replace("},", "}", 1), "A comma is missing at the end of this line. Add it.") == right


def test_a_missing_bracket_of_json_is_not_one_too_many() -> None:
    (found,) = (item for item in diagnostics_of(JSON.replace("    },\n", "    ,\n")) if item.rule.id == "yaml-syntax")
    assert "Unexpected" not in found.message
    (extra,) = diagnostics_of(JSON + "}\n")
    assert (extra.message, [fix.title for fix in extra.fixes]) == ("Unexpected '}'. Remove it.", ["Remove '}'"])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("/openai/gpt-4o:", "The ID begins with a slash. Remove it."),
        ("openai/gpt-4o/:", "The ID ends with a slash. Remove it."),
    ],
)
def test_a_slash_around_an_id(wrong: str, message: str) -> None:
    text = FILE.replace("  openai/gpt-4o:", f"  {wrong}")
    assert corrected(text, f"{wrong[:-1]}: {message}") == FILE


def test_a_slash_before_a_label() -> None:
    text = FILE.replace("openai/gpt-4o", "openai/gpt-4o#work").replace("  openai/gpt-4o#", "  openai/gpt-4o/#")
    assert corrected(text, "openai/gpt-4o/#work: The ID ends with a slash. Remove it.") == FILE.replace("4o", "4o#work")


def test_a_note_directly_after_a_key() -> None:
    message = "The '#' and the text after it are a part of api_key. Write a space before '#' to make it a comment."
    right = FILE.replace(OPENAI, f"{OPENAI} #work")
    assert corrected(right.replace(" #work", "#work"), f"openai/gpt-4o: {message}") == right


def test_a_masked_key_is_a_placeholder() -> None:
    for masked in ("sk-proj-****************abcd", "sk-••••abcd"):
        found = diagnostics_of(FILE.replace(OPENAI, masked))
        assert [item.rule.id for item in found] == ["placeholder-api-key"]


@pytest.mark.parametrize("value", ["5 min", '"5"', "forever", "1d", "10 minutes"])
def test_a_duration_that_ollama_cannot_read(value: str) -> None:
    text = "models:\n  ollama/a:\n    keep_alive: {}\ndefault: ollama/a\n"
    assert [item.rule.id for item in diagnostics_of(text.format(value))] == ["out-of-range"]
    for right in ("5m", "1h30m", "-1", "0", '"0"', "3600", "-1s", "1.5h"):
        assert diagnostics_of(text.format(right)) == ()
