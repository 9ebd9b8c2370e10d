"""Similar spellings, and laws of the edit distance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.catalog import nearest, one_slip
from aloop_models.catalog.nearest import edit_distance

FIELDS = ["name", "api_key", "api_base", "timeout", "drop_params", "temperature", "top_p"]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("timout", "timeout"),
        ("tiemout", "timeout"),
        ("Timeout", "timeout"),
        ("apikey", "api_key"),
        ("api_bsae", "api_base"),
        ("drop_param", "drop_params"),
        ("nmae", "name"),
    ],
)
def test_nearest_field(word: str, first: str) -> None:
    assert nearest(word, FIELDS)[0] == first


@pytest.mark.parametrize("word", ["", "x", "nm", "colour", "organisation"])
def test_nothing_near(word: str) -> None:
    assert nearest(word, FIELDS) == ()


def test_order_limit_and_repeats() -> None:
    words = ["bbbb", "aaab", "aabb", "aaaa", "aaab", "aaac"]
    assert nearest("aaaa", words, 2, 0.5) == ("aaaa", "aaab")
    assert nearest("aaaa", words, 9, 0.5) == ("aaaa", "aaab", "aaac", "aabb")
    assert nearest("aaaa", words, 0) == ()
    # Among equals the same case, then the same first letter, comes first.
    assert nearest("gpt", ["GPT", "gpt"]) == ("gpt", "GPT")
    assert nearest("bat", ["cat", "bad"]) == ("bad", "cat")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("timout", "timeout", True),
        ("timeoutt", "timeout", True),
        ("timeput", "timeout", True),
        ("tiemout", "timeout", True),
        ("TIMOUT", "timeout", True),
        ("timeout", "timeout", False),
        ("TIMEOUT", "timeout", False),
        ("tmout", "timeout", False),
        ("", "a", True),
        ("", "", False),
        ("top_k", "top_p", True),
    ],
)
def test_one_slip(first: str, second: str, expected: bool) -> None:
    assert one_slip(first, second) is expected
    assert one_slip(second, first) is expected


def _reference(first: str, second: str) -> int:
    rows = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for row in range(len(first) + 1):
        for column in range(len(second) + 1):
            if not row or not column:
                rows[row][column] = row + column
                continue
            same = first[row - 1] == second[column - 1]
            costs = [
                rows[row - 1][column] + 1,
                rows[row][column - 1] + 1,
                rows[row - 1][column - 1] + (not same),
            ]
            swapped = first[row - 2 : row] == second[column - 2 : column][::-1]
            if row > 1 and column > 1 and swapped:
                costs.append(rows[row - 2][column - 2] + 1)
            rows[row][column] = min(costs)
    return rows[-1][-1]


_WORDS = st.text(alphabet="abc-", max_size=10)


@given(_WORDS, _WORDS, st.integers(0, 12))
def test_law_the_distance_is_the_textbook_one_up_to_the_bound(first: str, second: str, most: int) -> None:
    assert edit_distance(first, second, most) == min(_reference(first, second), most + 1)


@given(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=30), st.integers(0, 5))
def test_law_answers_are_different_candidates(word: str, candidates: list[str], limit: int) -> None:
    found = nearest(word, candidates, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)
    assert set(found) <= set(candidates)


@given(_WORDS.filter(bool), st.lists(_WORDS, max_size=200))
def test_law_the_answers_are_the_nearest_ones(word: str, candidates: list[str]) -> None:
    distances = {candidate: _reference(word, candidate) for candidate in candidates}
    near = sorted(
        distance
        for candidate, distance in distances.items()
        if distance <= min(4, int(max(len(word), len(candidate)) * 0.34))
    )
    assert [distances[candidate] for candidate in nearest(word, candidates, 3)] == near[:3]
