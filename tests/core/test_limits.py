"""A text above a limit is not read, however it was read before."""

import pytest

from aloop_models.core.limits import MAX_BYTES, MAX_LINE, MAX_VALUE, exceeded_limit
from aloop_models.core.reader import read_document
from aloop_models.core.yaml_reader import TOO_LARGE, TOO_LONG
from aloop_models.features.broken_file import broken_file
from support.expectations import SAFE, diagnostics_of

TEXT = "models:\n  ollama/a:\ndefault: ollama/a\n"
LARGER = "is larger than 4 MiB"


def padded(size: int, padding: str = "x") -> str:
    """A text of this many bytes."""
    room = size - len(TEXT)
    line = f"#{padding * 10_000}\n"
    count, rest = divmod(room, len(line.encode()))
    return f"{TEXT}{line * count}{'#' * rest}"


@pytest.mark.parametrize("padding", ["x", "é", "語", "🎉"])
def test_the_size_is_in_bytes(padding: str) -> None:
    allowed, larger = padded(MAX_BYTES, padding), padded(MAX_BYTES + 1, padding)
    assert (len(allowed.encode()), exceeded_limit(allowed), exceeded_limit(larger)) == (MAX_BYTES, None, LARGER)
    document = read_document(allowed)
    assert (list(document.by_id), document.problems, document.text) == (["ollama/a"], (), allowed)
    refused = read_document(larger, document)
    assert (refused.entries, [item.what for item in refused.problems], refused.text) == ((), [TOO_LARGE], "")
    assert list(read_document(TEXT, refused).by_id) == ["ollama/a"]


def test_half_of_a_surrogate_pair() -> None:
    line = "\ud800" * 999 + "\n"
    count = MAX_BYTES // len(line.encode("utf-8", "surrogatepass"))
    assert exceeded_limit(line * count) is None
    assert exceeded_limit(line * (count + 1)) == LARGER


# An editor shows the last three breaks in a line.
@pytest.mark.parametrize(
    ("line_break", "is_shown"),
    [("\n", True), ("\r\n", True), ("\r", True), ("\x85", False), ("\u2028", False), ("\u2029", False)],
)
@pytest.mark.parametrize("above", [0, 1, 9_999, 99_999])
def test_a_long_line(line_break: str, is_shown: bool, above: int) -> None:
    before = f"{'#' * 7}{line_break}" * above
    line = above + 1 if is_shown else 1
    allowed = f"{before}#{'x' * (MAX_LINE - 1)}{line_break}{TEXT}"
    assert exceeded_limit(allowed) is None
    assert exceeded_limit(allowed.replace("x", "xx", 1)) == f"has more than 262,144 characters in line {line:,}"


def test_a_long_last_line() -> None:
    assert exceeded_limit(f"{TEXT}#{'x' * (MAX_LINE - 1)}") is None
    assert exceeded_limit(f"{TEXT}#{'x' * MAX_LINE}") == "has more than 262,144 characters in line 4"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (padded(MAX_BYTES + 1), LARGER),
        (f"{TEXT}#{'x' * MAX_LINE}", "has more than 262,144 characters in line 4"),
    ],
)
def test_the_one_diagnostic(text: str, what: str) -> None:
    (found,) = diagnostics_of(text, place=SAFE)
    assert (found.rule.id, found.level, found.span) == ("file-too-large", 1, (0, 0))
    assert found.message == f"The file {what}, so it is not read. Remove what is not needed."
    assert diagnostics_of(text[:-1], place=SAFE) == ()
    problem = broken_file(read_document(text))
    assert problem is not None
    assert (problem.line, problem.message) == (None, f"models.yaml {what}, which is the limit.")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("models:\n  ollama/a:\n    name: VALUE\n", 30),
        ("models:\n  ollama/a:\n    name: |\n      VALUE\n", 30),
        ("models:\n  ollama/a:\n    stop: [a, VALUE]\n", 34),
        ("models:\n  ollama/a:\n    metadata: {? VALUE : b}\n", 37),
        ("models:\n  ollama/a:\n    name: &VALUE x\n", 30),
        ("models:\n  ollama/a:\n    name: !VALUE x\n", 30),
    ],
)
def test_a_long_value(text: str, at: int) -> None:
    document = read_document(text.replace("VALUE", "x" * (MAX_VALUE + 1)))
    assert [(problem.what, problem.at) for problem in document.problems] == [(TOO_LONG, at)]


def test_a_value_at_the_limit() -> None:
    text = f"models:\n  ollama/a:\n    name: {'x' * MAX_VALUE}\ndefault: ollama/a\n"
    assert diagnostics_of(text, place=SAFE) == ()
    (found,) = diagnostics_of(text.replace("x", "xx", 1), place=SAFE)
    assert (found.rule.id, found.message) == (
        "yaml-syntax",
        "This value has more than 32,768 characters. Shorten it.",
    )
    problem = broken_file(read_document(text.replace("x", "xx", 1)))
    assert problem is not None
    assert (problem.line, problem.message) == (3, "models.yaml is not valid YAML (line 3).")
