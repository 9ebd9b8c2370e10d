"""Quick search for references to environment variables and secret stores in values."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.catalog import references
from aloop_models.catalog.references import is_reference

ANYWHERE = re.compile(references._ANYWHERE.pattern, references._ANYWHERE.flags)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENC[AES256_GCM,data:x1,iv:y2,tag:z3,type:str]", True),
        ("file:/run/secrets/key", True),
        ("file:~/.key", True),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:llm-a1b2c3", True),
        ("arn:aws-us-gov:ssm:us-gov-east-1:123456789012:parameter/key", True),
        ("secretsmanager:llm/key", True),
        ("secrets-manager:llm/key", True),
        ("@OPENAI_API_KEY", True),
        ("arn:aws:iam::123456789012:role/My", False),
        ("ENCq7Zk19fMx2", False),
        ("file", False),
        ("@q7_zk19", False),
    ],
)
def test_references_to_secret_stores(text: str, expected: bool) -> None:
    assert is_reference(text) is expected


@given(st.from_regex(ANYWHERE))
def test_the_quick_search_finds_every_reference(text: str) -> None:
    assert references._may_contain_reference(text)


@given(st.from_regex(ANYWHERE))
def test_a_reference_in_the_middle_of_a_text_is_found(text: str) -> None:
    inside = f"https://h/{text}"
    assert is_reference(inside) == (
        references._ANYWHERE.search(inside) is not None or references._WHOLE.fullmatch(inside) is not None
    )
