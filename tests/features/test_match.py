"""How well a name matches typed text."""

import pytest

from aloop_models.features.match import Fit, fit, name_of


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("gpt-4o", "gpt-4o", Fit.EXACT),
        ("gpt4o", "gpt-4o", Fit.LOOSE_EXACT),
        ("llama3.", "llama3.1", Fit.PREFIX),
        ("llama3.", "llama3", Fit.LOOSE_PREFIX),
        ("gpt4o", "gpt-4o-mini", Fit.LOOSE_PREFIX),
        ("sonnet5", "claude-sonnet-5", Fit.WORD),
        ("onnet", "claude-sonnet-5", Fit.PART),
        ("mini gpt", "gpt-5-mini", Fit.WORDS),
        ("opus", "claude-sonnet-5", None),
    ],
)
def test_a_name_fits_in_one_way(typed: str, name: str, expected: Fit | None) -> None:
    assert fit(name_of(typed), name_of(name)) == expected
