"""An answer as plain text: each piece at once, and a paragraph of its own for each text between tool calls."""

from __future__ import annotations

import io

import pytest

from aloop_models.agent.plain_answer import PlainAnswer
from aloop_models.agent.progress import Progress


def plain_answer(out: io.StringIO, errors: list[OSError] | None = None) -> PlainAnswer:
    return PlainAnswer(out, Progress(None, "One"), [].append if errors is None else errors.append)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("One ", "two"), "One two\n"),
        (("One\n",), "One\n"),
        (("One\r", "\ntwo\r"), "One\ntwo\n"),
        (("\x1b[31m", "red\x1b", "[0m"), "[31mred[0m\n"),
        ((), ""),
        (("", ""), ""),
        (("One\u2028two",), "One\ntwo\n"),
    ],
)
def test_pieces_are_written_at_once_and_sanitized(pieces: tuple[str, ...], text: str) -> None:
    out = io.StringIO()
    answer = plain_answer(out)
    for piece in pieces:
        before = out.getvalue()
        answer.add(piece)
        assert out.getvalue().startswith(before)
    answer.end_text()
    assert out.getvalue() == text


def test_texts_between_notices_are_paragraphs() -> None:
    out, notes = io.StringIO(), list[str]()
    answer = plain_answer(out)
    answer.say("a notice before", notes.append)
    answer.add("I look.")
    answer.say("first call", notes.append)
    answer.say("second call", notes.append)
    answer.add("Done.")
    answer.end_text()
    assert out.getvalue() == "I look.\n\nDone.\n"
    assert notes == ["a notice before", "first call", "second call"]


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_an_error_is_reported_once() -> None:
    errors: list[OSError] = []
    answer = plain_answer(Full(), errors)
    for piece in ("One ", "two"):
        answer.add(piece)
    answer.end_text()
    assert [error.strerror for error in errors] == ["No space left on device"]
