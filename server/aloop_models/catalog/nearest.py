"""Nearest spellings of a mistyped word among many candidates, and the one-slip test."""

from __future__ import annotations

from collections.abc import Iterable

_DEFAULT_CUTOFF = 0.34
_MOST_EDITS = 4


def nearest(word: str, candidates: Iterable[str], limit: int = 3, cutoff: float = _DEFAULT_CUTOFF) -> tuple[str, ...]:
    """Return up to `limit` different candidates nearest to `word`, nearest first, or none.

    Near means at most `cutoff` edits per character of the longer word, and at most four; an edit
    is an insertion, deletion, substitution or swap of neighbours. Case counts for nothing, except
    that among equals the same case comes first, then the same first letter, then the candidates'
    own order.
    """
    target = word.casefold()
    if not target or limit <= 0:
        return ()
    letters = set(target)
    # The distance of the worst kept candidate: only a nearer one is worth measuring.
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
        # One edit brings in one letter at most, so this many absent ones are too many.
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
    """Whether exactly one edit parts two different words, case counting for nothing.

    Words that differ in case alone, or not at all, are no slip apart.
    """
    return edit_distance(first.casefold(), second.casefold(), 1) == 1


def edit_distance(first: str, second: str, most: int) -> int:
    """Return the optimal string alignment distance, or `most` + 1 as soon as it exceeds `most`."""
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
    return _banded(first[start:end_first], second[start:end_second], most)


def _banded(first: str, second: str, most: int) -> int:
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
