"""The laws of any text, with some texts of a grammar and those that once broke a law; `make fuzz` has more."""

import pytest
from hypothesis import given, settings

from support.laws_of_texts import LAWS, Versions
from support.texts_of_failures import TEXTS
from support.yaml_grammar import versions


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_once_broke_a_law(name: str, law: str) -> None:
    LAWS[law]((TEXTS[name],))


@pytest.mark.parametrize("law", LAWS)
@given(versions=versions())
@settings(max_examples=12, deadline=None, derandomize=True)
def test_any_text(law: str, versions: Versions) -> None:
    LAWS[law](versions)
