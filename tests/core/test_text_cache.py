"""A cache of results for texts."""

from __future__ import annotations

from aloop_models.core.text_cache import LONGEST, per_text


def test_the_result_of_a_short_text_is_kept() -> None:
    asked = list[str]()

    @per_text(2)
    def upper(text: str) -> str:
        """As `str.upper`."""
        asked.append(text)
        return text.upper()

    assert [upper(text) for text in ("a", "a", "b", "a", "c", "b")] == ["A", "A", "B", "A", "C", "B"]
    assert asked == ["a", "b", "c", "b"]
    assert (upper.__name__, upper.__doc__) == ("upper", "As `str.upper`.")


def test_a_long_text_is_not_kept() -> None:
    asked = list[int]()

    @per_text(2)
    def length(text: str) -> int:
        asked.append(len(text))
        return len(text)

    texts = ("x" * LONGEST, "x" * LONGEST, "x" * (LONGEST + 1), "x" * (LONGEST + 1))
    assert [length(text) for text in texts] == [256, 256, 257, 257]
    assert asked == [256, 257, 257]
