"""What a terminal is given of texts that come from elsewhere."""

from __future__ import annotations

import pytest

from aloop_models.core.plain_text import StreamSanitizer, is_blank, sanitize, sanitize_line


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("words, tabs\tand\nlines", "words, tabs\tand\nlines"),
        ("漢字 👩‍👩‍👧 é", "漢字 👩‍👩‍👧 é"),
        ("\x1b]52;c;eA==\x07", "]52;c;eA=="),
        ("\x1b[2J\x9b31m\x90q\x9c", "[2J31mq"),
        ("over\rwritten\r\nnext\x85last\u2028line", "over\nwritten\nnext\nlast\nline"),
        ("12\b34\x7f", "1234"),
        ("\u202egnp.exe\u202c \u2066x\u2069\u200f\u061c", "gnp.exe x"),
        ("\ud800half", "half"),
        ("\0", ""),
    ],
)
def test_only_words_tabs_and_line_feeds_are_left(text: str, plain: str) -> None:
    assert sanitize(text) == plain
    assert "\n" not in sanitize_line(text)


def test_every_control_and_bidi_character_goes() -> None:
    unsafe = [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x2070)]
    assert set(sanitize("".join(map(chr, unsafe)))) == {"\n"}


def test_one_line() -> None:
    assert sanitize_line("a\n\n\tb\r\nc\td") == "a b c d"


def test_pieces_are_shown_as_the_whole() -> None:
    stream = StreamSanitizer()
    pieces = ["one\r", "\ntwo\r", "three", "\r", "\r", "\x1b", "[31m"]
    assert [stream.add(piece) for piece in pieces] == ["one", "\ntwo", "\nthree", "", "\n", "\n", "[31m"]


@pytest.mark.parametrize(
    ("text", "blank"), [("", True), (" \t\n", True), ("\u200b\u202e\x1b", True), ("\u00a0", True), (" x\x1b", False)]
)
def test_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank
