"""Finds candidates with a similar spelling."""

from __future__ import annotations

from collections.abc import Iterable

_DEFAULT_CUTOFF = 0.34
_MOST_EDITS = 4


def nearest(word: str, candidates: Iterable[str], limit: int = 3, cutoff: float = _DEFAULT_CUTOFF) -> tuple[str, ...]:
    """Return up to `limit` different candidates with a spelling similar to `word`, nearest first.

    Similar means at most `cutoff` edits per character of the longer word, and at most four. An edit is an insertion,
    deletion, substitution or transposition. Case is ignored. Of equally near candidates, those with the same case come
    first, then those with the same first letter, then in the given order.
    """
    target = word.casefold()
    if not target or limit <= 0:
        return ()
    letters = set(target)
    # The distance of the worst candidate so far.
    bound = _MOST_EDITS
    found: list[tuple[int, bool, bool, int, str]] = []
    seen: set[str] = set()
    for position, candidate in enumerate(candidates):
        length = len(candidate)
        allowed = int((length if length > len(target) else len(target)) * cutoff)
        if allowed > bound:
            allowed = bound
        if abs(len(target) - length) > allowed:
            continue
        folded = candidate.casefold()
        # Each edit adds at most one letter.
        if len(letters.difference(folded)) > allowed or candidate in seen:
            continue
        edits = edit_distance(target, folded, allowed)
        if edits > allowed:
            continue
        seen.add(candidate)
        found.append((edits, candidate != word, folded[:1] != target[:1], position, candidate))
        if len(found) >= 4 * limit:
            found.sort()
            del found[limit:]
            bound = found[-1][0]
    found.sort()
    return tuple(candidate for *_, candidate in found[:limit])


def one_slip(first: str, second: str) -> bool:
    """Whether two words differ by exactly one edit, ignoring case."""
    return edit_distance(first.casefold(), second.casefold(), 1) == 1


def edit_distance(first: str, second: str, most: int) -> int:
    """Return the optimal string alignment distance, or `most` + 1 if it exceeds `most`."""
    if first == second:
        return 0
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > most:
        return most + 1
    start = 0
    while start < len(first) and first[start] == second[start]:
        start += 1
    end_first, end_second = len(first), len(second)
    while end_first > start and first[end_first - 1] == second[end_second - 1]:
        end_first -= 1
        end_second -= 1
    return _banded_distance(first[start:end_first], second[start:end_second], most)


def _banded_distance(first: str, second: str, most: int) -> int:
    width = len(second)
    if not first:
        return min(width, most + 1)
    too_far = most + 1
    before: list[int] = []
    previous = list(range(width + 1))
    for row, letter in enumerate(first, start=1):
        current = [too_far] * (width + 1)
        current[0] = row
        low = max(1, row - most)
        high = min(width, row + most)
        best = row if low == 1 else too_far
        for column in range(low, high + 1):
            other = second[column - 1]
            cost = previous[column - 1] + (letter != other)
            if previous[column] < cost:
                cost = previous[column] + 1
            if current[column - 1] < cost:
                cost = current[column - 1] + 1
            if (
                row > 1
                and column > 1
                and letter == second[column - 2]
                and other == first[row - 2]
                and before[column - 2] < cost
            ):
                cost = before[column - 2] + 1
            current[column] = cost
            if cost < best:
                best = cost
        if best > most and (row == 1 or min(previous) > most):
            return too_far
        before, previous = previous, current
    return min(previous[width], too_far)
