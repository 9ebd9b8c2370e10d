"""Numbers, prices and retirement dates for people."""

from datetime import date

import pytest

from aloop_models.catalog import ModelFacts
from aloop_models.catalog.redaction import MASK
from aloop_models.core.reader import read_document
from aloop_models.features.formatting import (
    display_name,
    format_age,
    format_facts,
    format_facts_and_lifecycle,
    format_lifecycle,
    format_name,
    format_price,
    format_price_pair,
    format_prices,
    format_tokens,
    join_parts,
)
from support.sample_keys import secret

TODAY = date(2026, 11, 28)


def model(
    window: int | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
    retires: date | None = None,
) -> ModelFacts:
    """The facts of a chat model."""
    return ModelFacts("a/b", "a", "chat", window, None, price_in, price_out, (), retires, None)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        # Thousands.
        (200_000, "200K"),
        (128_000, "128K"),
        (256_000, "256K"),
        (1_000_000, "1M"),
        (1_050_000, "1.05M"),
        (2_000_000, "2M"),
        (10_000_000, "10M"),
        (4_000, "4K"),
        (2_500, "2.5K"),
        # Powers of two and their multiples.
        (1_024, "1K"),
        (4_096, "4K"),
        (8_192, "8K"),
        (16_384, "16K"),
        (32_768, "32K"),
        (40_960, "40K"),
        (65_536, "64K"),
        (98_304, "96K"),
        (131_072, "128K"),
        (163_840, "160K"),
        (204_800, "200K"),
        (262_144, "256K"),
        (524_288, "512K"),
        (1_048_576, "1M"),
        (1_572_864, "1.5M"),
        (2_097_152, "2M"),
        (10_485_760, "10M"),
        # One or a few tokens less or more, because providers subtract the answer or count from 1.
        (4_097, "4K"),
        (8_191, "8K"),
        (16_385, "16K"),
        (65_535, "64K"),
        (131_071, "128K"),
        (1_047_576, "1M"),
        (1_048_565, "1M"),
        # Others.
        (127_072, "127K"),
        (12_345, "12.3K"),
        (999_999, "1M"),
        (99_960, "100K"),
        (1_234_567, "1.23M"),
        (999, "999"),
        (1, "1"),
        (0, "0"),
    ],
)
def test_tokens(count: int, text: str) -> None:
    assert format_tokens(count) == text


@pytest.mark.parametrize(
    ("count", "like", "text"),
    [
        (131_000, 131_072, "128K"),
        (65_536, 131_072, "64K"),
        (65_536, 200_000, "65.5K"),
        (8_300, 8_192, "8.1K"),
        (18, 1_048_576, "18"),
        (0, 8_192, "0"),
    ],
)
def test_tokens_in_the_unit_of_another_number(count: int, like: int, text: str) -> None:
    assert format_tokens(count, like) == text


@pytest.mark.parametrize(
    ("price", "text"),
    [(3.0, "$3"), (2.5, "$2.50"), (0.1, "$0.10"), (0.075, "$0.075"), (0.0, "$0"), (150.0, "$150"), (None, "?")],
)
def test_price(price: float | None, text: str) -> None:
    assert format_price(price) == text


def test_two_prices() -> None:
    assert format_price_pair(3.0, 15.0) == "$3 / $15"
    assert format_price_pair(0.0, 0.0) == "$0 / $0"
    assert format_price_pair(None, 15.0) == "? / $15"
    assert format_price_pair(None, None) == ""


def test_prices_in_a_sentence() -> None:
    assert format_prices(model(price_in=0.1, price_out=0.4)) == "$0.10 in / $0.40 out"
    assert format_prices(model(price_in=0.1)) == ""
    assert format_prices(model(price_in=0.0, price_out=0.0)) == ""


def test_facts_on_one_line() -> None:
    assert format_facts(model(200_000, 3.0, 15.0)) == "200K · $3 / $15"
    assert format_facts(model(262_144)) == "256K"
    assert format_facts(model(8_192, 0.0, 0.0)) == "8K"
    assert format_facts(model(None, 0.05, None)) == "$0.05 / ?"
    assert format_facts(model()) == ""


@pytest.mark.parametrize(
    ("retires", "text"),
    [
        (None, ""),
        (date(2027, 11, 28), ""),
        (date(2027, 2, 27), ""),
        (date(2027, 2, 26), "retires in 90 days"),
        (date(2026, 11, 30), "retires in 2 days"),
        (date(2026, 11, 29), "retires in 1 day"),
        (date(2026, 11, 28), "retired 2026-11-28"),
        (date(2026, 7, 24), "retired 2026-07-24"),
    ],
)
def test_retirement(retires: date | None, text: str) -> None:
    assert format_lifecycle(model(retires=retires), TODAY) == text
    assert format_facts_and_lifecycle(model(200_000, 3.0, 15.0, retires), TODAY) == join_parts(text, "200K · $3 / $15")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-10, "a moment ago"),
        (59.9, "a moment ago"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (900_000, "10 days ago"),
    ],
)
def test_how_long_ago_something_was(seconds: float, text: str) -> None:
    assert format_age(seconds) == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann's model", "Ann's model"),
        ("n" * 200, "n" * 200),
        ("n" * 201, "n" * 199 + "…"),
        ("a name " * 40, "a name " * 28 + "a …"),
        ("a name " * 1_000_000, "a name " * 28 + "a …"),
        (f"{'a name ' * 28}{secret('name', 'sk-proj-', 160)}", "a name " * 28 + "…"),
        (f"{'a name ' * 27}{secret('name', 'sk-proj-', 160)}", f"{'a name ' * 27}{MASK}"),
        (f"{secret('name', 'sk-proj-', 6_000)}", MASK),
    ],
    ids=["short", "longest", "longer", "words", "as long as a file", "with a key at its end", "with a key", "a key"],
)
def test_names(name: str, shown: str) -> None:
    assert format_name(name) == shown


@pytest.mark.parametrize(
    ("model_id", "shown"),
    [("openai/gpt-4o", "openai/gpt-4o"), ("openai/gpt-4o#work", "gpt-4o (work)"), (secret("id", "sk-proj-"), MASK)],
)
def test_an_entry_without_a_name_has_that_of_its_id(model_id: str, shown: str) -> None:
    [placed] = read_document(f"models:\n  {model_id}:\n").entries
    assert display_name(placed.entry) == shown
