"""Numbers as people write them."""

import pytest

from aloop_models.features.checks.numbers import number_in, number_text


def test_numbers() -> None:
    """Numbers as people write them."""
    assert [number_in(text, with_units=True) for text in ("5m", "1.5h", "90 s", "1,000", "x", "5 apples", "")] == [
        300, 5400, 90, 1000, None, None, None,
    ]  # fmt: skip
    assert number_in("5m", with_units=False) is None
    assert [number_text(number) for number in (5.0, 0.5, 1e-7, 10**20)] == ["5", "0.5", "1.0e-07", str(10**20)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30,5", 30.5),
        ("0,5", 0.5),
        (",5", 0.5),
        ("-1,25", -1.25),
        ("0,125", 0.125),
        ("10,000", 10000),
        ("1,000,000", 1000000),
        ("1,000.5", 1000.5),
        ("1.000,5", None),
        ("1,00,000", None),
        ("1,000,00", None),
        ("1,", None),
        (",", None),
    ],
)
def test_commas(text: str, number: float | None) -> None:
    assert number_in(text, with_units=True) == number
