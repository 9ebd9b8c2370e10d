"""Check the laws of any text and of quick fixes with random files for some time: `make fuzz SECONDS=600`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings, target
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from aloop_models.features.diagnostics import diagnose
from support.laws_of_texts import LAWS, TALLY, Versions
from support.mistake import Mistake
from support.mistakes import BY_NAME
from support.snapshots import snapshot
from support.surroundings import SURROUNDINGS, Surroundings, check_in_surroundings
from support.yaml_grammar import versions

CORPUS = Path(__file__).parents[1] / ".hypothesis" / "fuzz"
"""Kept between runs: what failed, and the texts with the most kinds of problems, which are changed further."""

DATABASE = DirectoryBasedExampleDatabase(CORPUS)

DONE: Counter[str] = Counter()
ENTRIES = [mistake for mistake in BY_NAME.values() if mistake.model_id]


@settings(max_examples=200, deadline=None, database=DATABASE)
@given(versions())
def check_texts(texts: Versions) -> None:
    """Check a text and its versions."""
    DONE["texts"] += 1
    DONE["versions of texts"] += len(texts)
    try:
        for law in LAWS.values():
            law(texts)
    except Exception as error:
        message = f"Add this text to tests/support/texts_of_failures.py, or all of these versions:\n{texts!r}"
        raise AssertionError(message) from error
    target(float(len({item.rule.id for item in diagnose(snapshot(texts[-1])).items})), label="kinds of problems")


@settings(max_examples=20, deadline=None, database=DATABASE)
@given(st.sampled_from(ENTRIES), SURROUNDINGS)
def check_mistakes(mistake: Mistake, around: Surroundings) -> None:
    """Check the quick fixes of one mistake in random surroundings."""
    DONE["files with one mistake"] += 1
    try:
        check_in_surroundings(mistake, around)
    except AssertionError as error:
        example = f"@example(BY_NAME[{mistake.name!r}], {around!r})"
        raise AssertionError(f"Add this to tests/features/test_laws_surroundings.py:\n{example}") from error


CHECKS: tuple[Callable[[], None], ...] = (check_texts, check_mistakes)


def main(seconds: float) -> None:
    """Check for this many seconds; a failure is shown with the smallest input that causes it."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        for check in CHECKS:
            check()
    for what, count in (DONE + TALLY).most_common():
        print(f"{count:>9,}  {what}")
    print(f"{time.monotonic() - began:>9,.0f}  seconds")
    print("Every law was kept.")


if __name__ == "__main__":
    main(float(sys.argv[1]))
