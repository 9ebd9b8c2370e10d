"""Check the law of fixes in random surroundings for some time: `make fuzz SECONDS=600`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.mistake import Mistake
from support.mistakes import BY_NAME
from support.surroundings import SURROUNDINGS, Surroundings, check_in_surroundings

ROUND = 100
"""Files of one round."""


def main(seconds: float) -> None:
    """Check files for this many seconds; a failure is shown with the smallest surroundings that cause it."""
    entries = [mistake for mistake in BY_NAME.values() if mistake.model_id]
    end, count = time.monotonic() + seconds, 0

    @given(st.sampled_from(entries), SURROUNDINGS)
    @settings(max_examples=ROUND, deadline=None)
    def check(mistake: Mistake, around: Surroundings) -> None:
        nonlocal count
        count += 1
        try:
            check_in_surroundings(mistake, around)
        except AssertionError as error:
            example = f"@example(BY_NAME[{mistake.name!r}], {around!r})"
            message = f"Add this to tests/features/test_laws_surroundings.py:\n{example}"
            raise AssertionError(message) from error

    while time.monotonic() < end:
        check()
    print(f"{count} files with a mistake: every fix keeps the law.")


if __name__ == "__main__":
    main(float(sys.argv[1]))
