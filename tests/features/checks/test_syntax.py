"""Texts that YAML cannot read: what is underlined, what is said, and what the first fix makes of it."""

import pytest

from aloop_models.core.reader import read_document
from support.expectations import apply_fix, check_case, check_expectations, diagnostics_of

HEAD = "models:\n  ollama/a:\n"

# what stands below the first entry's id, what is underlined, how the message begins, what the fix makes of it
BELOW = [
    ('    name: "GPT\n    timeout: 5\n', '"GPT', "Missing closing quote", '    name: "GPT"\n    timeout: 5\n'),
    ('    name: "GPT\n    x: "y"\n', '"GPT', "Missing closing quote", '    name: "GPT"\n    x: "y"\n'),
    ("    name: 'GPT # c\n", "'GPT # c", "Missing closing quote", "    name: 'GPT' # c\n"),
    ("    name: 'it's'\n", "'it's'", "Unexpected text after", "    name: 'it''s'\n"),
    ('    name: "a "b" c"\n', '"a "b" c"', "Unexpected text after", '    name: "a \\"b\\" c"\n'),
    ('    name: "a" b\n', '"a" b', "Unexpected text after", "    name: '\"a\" b'\n"),
    ("    timeout 300\n    name: x\n", "timeout 300", "Missing colon after", "    timeout: 300\n    name: x\n"),
    ("    name: x\n    timeout 300\n", "timeout 300", "Missing colon after", "    name: x\n    timeout: 300\n"),
    ("    timeout:300\n    name: x\n", "timeout:300", "Missing space", "    timeout: 300\n    name: x\n"),
    (
        "    name: x\n  openai/gpt-4o #work:\n    name: y\n",
        "openai/gpt-4o #work:",
        "A space before '#' starts a comment. Write provider/model#label: without the space.",
        "    name: x\n  openai/gpt-4o#work:\n    name: y\n",
    ),
    ("    name: x\n  anth\n", "anth", "Missing colon at", "    name: x\n  anth:\n"),
    ("    name: x\n  b/c\n    name: y\n", "b/c", "Missing colon at", "    name: x\n  b/c:\n    name: y\n"),
    ("    name: x\ndefa\n", "defa", "Missing colon at", "    name: x\ndefa:\n"),
    ("    name: a: b # c\n", "a: b", "A value that contains", "    name: 'a: b' # c\n"),
    ("    name: x\n      timeout: 5\n", "timeout: 5", "The indentation does not", "    name: x\n    timeout: 5\n"),
    ("    name: x\n   timeout: 5\n", "timeout: 5", "The indentation does not", "    name: x\n    timeout: 5\n"),
    ("    name: x\n ollama/b:\n", "ollama/b:", "The indentation does not", "    name: x\n  ollama/b:\n"),
    ("\tname: x\n", "\t", "YAML does not allow tabs for indentation. Use", "    name: x\n"),
    (
        "    name: x\n\ttimeout: 3\n",
        "\t",
        "YAML does not allow tabs for indentation. Use",
        "    name: x\n    timeout: 3\n",
    ),
    (
        "\t\tname: x\n\t\ttimeout: 3\n",
        "\t\t",
        "YAML does not allow tabs for indentation. Use",
        "    name: x\n    timeout: 3\n",
    ),
    ("    name: @x\n", "@x", "A value cannot start with", "    name: '@x'\n"),
    ("    name: `x` # c\n", "`x`", "A value cannot start with '`'. Remove the backticks.", "    name: x # c\n"),
    ("    name: `x` y # c\n", "`x`", "A value cannot start with '`'. Remove", "    name: x y # c\n"),
    ("    name: `x\n", "`x", "A value cannot start with '`'. Quote", "    name: '`x'\n"),
    ("    api_key:\n    a1\n", "a1", "The value of api_key is not on its line. Write it", "    api_key: a1\n"),
    ("    name:  \n    X # c\n    timeout: 5\n", "X", "The value of name is", "    name: X # c\n    timeout: 5\n"),
    ("    api_key:\n    time\n", "time", "Missing colon at", "    api_key:\n    time:\n"),
    ("    api_key:\n    # c\n    a1\n", "a1", "Missing colon at", "    api_key:\n    # c\n    a1:\n"),
    (
        "    api_key: a1 timeout: 5 # c\n",
        "timeout: 5",
        "timeout is on the same line as api_key. Write each field on a line of its own.",
        "    api_key: a1\n    timeout: 5 # c\n",
    ),
    (
        "    api_key: a1, timeout: 5, name: x\n",
        "timeout: 5, name: x",
        "timeout is on the same line as api_key.",
        "    api_key: a1\n    timeout: 5\n    name: x\n",
    ),
    ("    name: a b timeout: 5\n", "a b timeout: 5", "A value that contains", "    name: 'a b timeout: 5'\n"),
    ("    name: a note: b\n", "a note: b", "A value that contains", "    name: 'a note: b'\n"),
    (
        "    name: x\n  'b/c:'\n    name: y\n",
        "'b/c:'",
        "The colon is inside the quotes. Write it after them.",
        "    name: x\n  'b/c':\n    name: y\n",
    ),
    ("    name: %x\n", "%x", "A value cannot start with", "    name: '%x'\n"),
    ("    name: *x\n", "*x", "'*' refers to", "    name: '*x'\n"),
    ("    name: **x**\n", "**x**", "'&' and '*'", "    name: '**x**'\n"),
    ("    name: & x\n", "& x", "'&' and '*'", "    name: '& x'\n"),
    ("    name: !x!y z\n", "!x!y z", "'!' has a special meaning", "    name: '!x!y z'\n"),
    ("    name: ? x\n", "? x", "'?' has a special meaning", "    name: '? x'\n"),
    ("    stop: [a, b\n", "[a, b", "'[' is not closed, or a comma", "    stop: [a, b]\n"),
    (
        "    extra_headers: {a: b # c\n",
        "{a: b # c",
        "'{' is not closed, or a comma",
        "    extra_headers: {a: b} # c\n",
    ),
    ("    stop: [a]]\n", "]", "Unexpected ']'", "    stop: [a]\n"),
    ("    stop: }\n", "}", "Unexpected '}'", "    stop: \n"),
    ('    name: "C:\\dir"\n', "\\d", "Invalid escape sequence in double quotes", '    name: "C:\\\\dir"\n'),
    ("    name: x\n    - y\n", "- y", "Unexpected list item", None),
    ("    stop: - y\n", "- y", "Unexpected list item", None),
    ("    name: |x\n      y\n", "x", "The text of '|' or '>'", None),
    ("    name: &x a\n    user: &x b\n", "&x", "Duplicate anchor", None),
    ('    name: "\x07"\n', "\x07", "Invisible control character (U+0007)", '    name: ""\n'),
    ("...\nx: y\n", "...", "'...' ends the YAML document", "\nx: y\n"),
    ("%FOO\n", "%FOO", "A line cannot start with '%'", None),
    (f"    stop: {'[' * 70}{']' * 70}\n", "[" * 8 + "]" * 70, "The values are nested", None),
]


@pytest.mark.parametrize(("below", "underlined", "begins", "after"), BELOW, ids=[repr(item[0])[:40] for item in BELOW])
def test_mistakes_below_an_id(below: str, underlined: str, begins: str, after: str | None) -> None:
    """One diagnostic, on the faulty text, with a fix that makes the file readable."""
    text = HEAD + below
    syntax = [diagnostic for diagnostic in diagnostics_of(text) if diagnostic.rule.id == "yaml-syntax"]
    assert [item.message[: len(begins)] for item in syntax] == [begins]
    assert [text[slice(*item.span)] for item in syntax] == [underlined]
    if after is None:
        assert syntax[0].fixes == ()
        return
    result = apply_fix(text, syntax[0])
    assert result == HEAD + after
    assert read_document(result).parses


@pytest.mark.parametrize(
    ("text", "underlined", "rule", "after"),
    [
        ("models\n", "models", "not-a-mapping", "models:\n"),
        ("models\n  ollama/a:\n", "models", "yaml-syntax", "models:\n  ollama/a:\n"),
        ("models:\n  anth\n", "anth", "wrong-type", "models:\n  anth:\n"),
        ("models:\n  anth\n  ollama/a:\n", "anth", "yaml-syntax", "models:\n  anth:\n  ollama/a:\n"),
        ("defa\nmodels:\n  ollama/a:\n", "defa", "yaml-syntax", "defa:\nmodels:\n  ollama/a:\n"),
        ("models:\n  ollama/a: {timeout: 5\n", "{timeout: 5", "yaml-syntax", "models:\n  ollama/a: {timeout: 5}\n"),
        ("models:\n  ollama/a:\ndefault: ollama/a:\n", ":", "yaml-syntax", "models:\n  ollama/a:\ndefault: ollama/a\n"),
        (
            "models:\n  ollama/a:\n    name: My model:  # mine\n    timeout: 5\n",
            ":",
            "yaml-syntax",
            "models:\n  ollama/a:\n    name: My model  # mine\n    timeout: 5\n",
        ),
        ("models: {ollama/a: {}\n", "{ollama/a: {}", "yaml-syntax", "models: {ollama/a: {}}\n"),
        (
            "models:\r\n  ollama/a:\r\n    name: 'x\r\n",
            "'x",
            "yaml-syntax",
            "models:\r\n  ollama/a:\r\n    name: 'x'\r\n",
        ),
    ],
)
def test_mistakes_at_the_root(text: str, underlined: str, rule: str, after: str) -> None:
    """Words without a colon and brackets that stay open."""
    (diagnostic,) = (item for item in diagnostics_of(text) if item.rule.id == rule)
    assert text[slice(*diagnostic.span)] == underlined
    assert apply_fix(text, diagnostic) == after


def test_two_broken_entries_are_two_diagnostics() -> None:
    """Each broken piece is told at its own place."""
    text = (
        "models:\n  ollama/a:\n    name: 'x\n  ollama/b:\n    name: y\n  ollama/c:\n    name: @z\ndefault: ollama/zzz\n"
    )
    found = [(item.rule.id, text[slice(*item.span)]) for item in diagnostics_of(text)]
    assert found == [("yaml-syntax", "'x"), ("yaml-syntax", "@z")]


def test_unknown_words_hold_nothing_of_the_text() -> None:
    """What PyYAML says about a text it quotes is cut off."""
    from aloop_models.core.yaml_reader import Problem
    from aloop_models.features.checks.syntax_messages import explain

    document = read_document("models:\n  ollama/a:\n")
    explained = explain(document, Problem("expected the frobnicator, but found 'sk-secret'", 10))
    assert explained.message == "Invalid YAML: expected the frobnicator. Check this line."


def test_broken_file_cries_no_wolf() -> None:
    """What may stand in the broken part is not missed."""
    text = "models:\n  ollama/a:\n    name: 'x\n  openai/gpt-4o:\n    name: 'y'\ndefault: ollama/b\n"
    assert [item.rule.id for item in diagnostics_of(text)] == ["yaml-syntax", "missing-api-key"]


# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "yaml-syntax",
        """\
models:
  ollama/llama3:
    name: "Llama
#         ^^^^^^ yaml-syntax: Missing closing quote ("). Add it.
default: ollama/llama3
""",
        ('"Llama', '"Llama"'),
    ),
    (
        "multiple-documents",
        """\
models:
  ollama/llama3:
default: ollama/llama3
---
#<0^^^ multiple-documents: Only one YAML document is allowed. Remove the '---' or one document.
""",
        ("---", "#---"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


def test_unclosed_quote_that_the_next_entry_closes() -> None:
    """Reported at the opening quote, whatever closes it further down."""
    check_expectations("""\
models:
  ollama/llama2:
    name: "Llama
#         ^^^^^^ yaml-syntax: Missing closing quote ("). Add it.
  ollama/llama3:
    name: "Llama 3"
default: ollama/llama2
""")


def test_two_documents() -> None:
    """One diagnostic, at the second one's beginning."""
    check_expectations("""\
models:
  ollama/llama2:
default: ollama/llama2
---
#<0^^^ multiple-documents
models:
  ollama/llama3:
""")
