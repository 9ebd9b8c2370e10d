"""Quick search for references to environment variables and secret stores in values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aloop_models.catalog import references
from aloop_models.catalog.references import is_reference


@given(st.from_regex(references._ANYWHERE))
def test_the_quick_search_finds_every_reference(text: str) -> None:
    assert references._may_contain_reference(text)


@given(st.from_regex(references._ANYWHERE))
def test_a_reference_in_the_middle_of_a_text_is_found(text: str) -> None:
    inside = f"https://h/{text}"
    assert is_reference(inside) == (
        references._ANYWHERE.search(inside) is not None or references._WHOLE.fullmatch(inside) is not None
    )
