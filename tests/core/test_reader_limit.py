"""A text above the limit is not read, however it was read before."""

import pytest

from aloop_models.core.reader import read_document
from aloop_models.core.text import MAX_BYTES, is_too_large
from aloop_models.core.yaml_reader import TOO_LARGE
from aloop_models.features.broken_file import broken_file
from support.expectations import SAFE, diagnostics_of

TEXT = "models:\n  ollama/a:\ndefault: ollama/a\n"


def padded(size: int, padding: str = "x") -> str:
    """A text of this many bytes."""
    room = size - len(TEXT) - 1
    count, rest = divmod(room, len(padding.encode()))
    return f"{TEXT}#{padding * count}{'x' * rest}"


@pytest.mark.parametrize("padding", ["x", "é", "語", "🎉"])
def test_the_limit_counts_bytes(padding: str) -> None:
    allowed, larger = padded(MAX_BYTES, padding), padded(MAX_BYTES + 1, padding)
    assert (len(allowed.encode()), is_too_large(allowed), is_too_large(larger)) == (MAX_BYTES, False, True)
    document = read_document(allowed)
    assert (list(document.by_id), document.problems, document.text) == (["ollama/a"], (), allowed)
    refused = read_document(larger, document)
    assert (refused.entries, [item.what for item in refused.problems], refused.text) == ((), [TOO_LARGE], "")
    assert list(read_document(TEXT, refused).by_id) == ["ollama/a"]


def test_half_of_a_surrogate_pair() -> None:
    assert not is_too_large("\ud800" * (MAX_BYTES // 3))
    assert is_too_large("\ud800" * (MAX_BYTES // 3 + 1))


def test_the_one_diagnostic() -> None:
    (found,) = diagnostics_of(padded(MAX_BYTES + 1), place=SAFE)
    assert (found.rule.id, found.level, found.span) == ("file-too-large", 1, (0, 0))
    assert found.message == "The file is larger than 4 MiB, so it is not read. Remove what is not needed."
    assert diagnostics_of(padded(MAX_BYTES), place=SAFE) == ()


def test_why_it_cannot_be_used() -> None:
    problem = broken_file(read_document(padded(MAX_BYTES + 1)))
    assert problem is not None
    assert (problem.line, problem.message) == (None, "models.yaml is larger than 4 MiB, which is the limit.")
