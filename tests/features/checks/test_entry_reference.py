"""Titles of fixes that write an ID."""

import pytest

from aloop_models.features.checks.entry_reference import title

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("openai/gpt-4o", "Change default to openai/gpt-4o"),
        # The whole ID is redacted, then it is cut: a part of a key has no format.
        (f"{'a' * 30}/{KEY}", "Change default to ••••••••"),
    ],
)
def test_the_title_of_a_fix_has_no_key(model_id: str, expected: str) -> None:
    assert title("Change", "default", model_id) == expected
