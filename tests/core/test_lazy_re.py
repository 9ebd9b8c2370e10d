"""Regular expressions that are compiled when they are first used."""

import re

import pytest

from aloop_models.core.lazy_re import lazy_re


def test_it_does_what_a_compiled_one_does() -> None:
    one, other = lazy_re(r"(?P<word>a+)-", re.IGNORECASE), re.compile(r"(?P<word>a+)-", re.IGNORECASE)
    for _ in range(2):
        assert [match.span() for match in one.finditer("a-AA-b")] == [(0, 2), (2, 5)]
        assert one.sub(r"<\g<word>>", "xAa-") == "x<Aa>"
        assert one.fullmatch("a-", 1) is None
    names = ("pattern", "flags", "groups", "groupindex")
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert lazy_re(rb"[\xff]").split(b"a\xffb") == [b"a", b"b"]


def test_an_error_is_raised_at_the_first_use() -> None:
    pattern = lazy_re("(")
    assert pattern.pattern == "("
    with pytest.raises(re.error, match="missing \\), unterminated subpattern at position 0"):
        pattern.match("a")
