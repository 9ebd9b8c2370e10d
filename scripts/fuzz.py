"""Check the laws of texts, quick fixes and sessions with random input for some time: `make fuzz SECONDS=600`."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import SkipTest

from hypothesis import given, seed, settings, target
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from aloop_models.features.diagnostics import diagnose
from lsp_client import LspClient
from support.laws_of_requests import check_requests
from support.laws_of_sessions import ProcessWire, ThreadWire, check_session
from support.laws_of_texts import LAWS, Versions
from support.message_grammar import Session, sessions
from support.mistake import Mistake
from support.mistakes import BY_NAME
from support.server import environment, raw_client
from support.snapshots import snapshot
from support.surroundings import SURROUNDINGS, Surroundings, check_in_surroundings
from support.tally import LOST, TRIED
from support.yaml_grammar import versions

CORPUS = Path(__file__).parents[1] / ".hypothesis" / "fuzz"
"""Kept between runs: what failed, and the texts with the most kinds of problems, which are changed further."""

DATABASE = DirectoryBasedExampleDatabase(CORPUS)
DONE: Counter[str] = Counter()
ENTRIES = [mistake for mistake in BY_NAME.values() if mistake.model_id]
SECONDS_OF_TEXTS = 20.0
"""At most, in one round."""
PLACES = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))


class Texts:
    """When the texts of this round end, unless one has failed and is being made smaller."""

    end = 0.0
    has_failed = False


@settings(max_examples=150, deadline=None, database=DATABASE)
@given(texts=versions())
def check_texts(texts: Versions) -> None:
    """Check the laws of a text and its versions."""
    # Otherwise hypothesis, which looks for more kinds of problems in smaller texts, can continue for half an hour.
    if time.monotonic() > Texts.end and not Texts.has_failed:
        raise SkipTest
    DONE["texts"] += 1
    DONE["versions of texts"] += len(texts)
    with _advice("texts_of_failures.py", texts):
        for law in LAWS.values():
            law(texts)
    target(float(len({item.rule.id for item in diagnose(snapshot(texts[-1])).items})), label="kinds of problems")


@settings(max_examples=50, deadline=None, database=DATABASE)
@given(texts=versions(), places=PLACES)
def check_answers(client: LspClient, folder: Path, texts: Versions, places: tuple[int, ...]) -> None:
    """Check what a server with a process of its own says about a text."""
    DONE["texts in an editor"] += 1
    with _advice("texts_of_failures.py", (texts, places)):
        check_requests(client, folder, texts, places)


@settings(max_examples=20, deadline=None, database=DATABASE)
@given(mistake=st.sampled_from(ENTRIES), around=SURROUNDINGS)
def check_mistakes(mistake: Mistake, around: Surroundings) -> None:
    """Check the quick fixes of one mistake in random surroundings."""
    DONE["files with one mistake"] += 1
    try:
        check_in_surroundings(mistake, around)
    except AssertionError as error:
        example = f"@example(BY_NAME[{mistake.name!r}], {around!r})"
        raise AssertionError(f"Add this to tests/features/test_laws_surroundings.py:\n{example}") from error


@settings(max_examples=50, deadline=None, database=DATABASE)
@given(session=sessions())
def check_sessions(folder: Path, session: Session) -> None:
    """Check a session with a server in this process."""
    with _advice("sessions_of_failures.py", session):
        check_session(ThreadWire(), folder, session)


@settings(max_examples=2, deadline=None, database=DATABASE)
@given(session=sessions())
def check_processes(folder: Path, session: Session) -> None:
    """Check a session with a server in a process of its own."""
    DONE["sessions with a process of their own"] += 1
    with _advice("sessions_of_failures.py", session):
        check_session(ProcessWire(), folder, session)


@contextmanager
def _advice(file: str, value: object) -> Iterator[None]:
    """Say what to do with a failure."""
    try:
        yield
    except Exception as error:
        Texts.has_failed = True
        raise AssertionError(f"Add this to tests/support/{file}, under a name:\n{value!r}") from error


def main(seconds: float) -> None:
    """Check for this many seconds; a failure is shown with the smallest input that causes it."""
    os.environ.update(environment())
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as root, raw_client(is_recorded=False) as client:
        folder = Path(root)
        client.initialize(folder)
        while time.monotonic() < began + seconds:
            Texts.end = time.monotonic() + SECONDS_OF_TEXTS
            with suppress(SkipTest):
                # Given a seed, hypothesis does not print its own when the time is over.
                seed(secrets.randbits(64))(check_texts)()
            check_answers(client, folder)
            check_mistakes()
            check_sessions(folder)
            check_processes(folder)
    for what, count in (DONE + TRIED).most_common():
        print(f"{count:>9,}  {what}")
    print(f"{time.monotonic() - began:>9,.0f}  seconds")
    print(f"Lost: {', '.join(f'{count:,} {what}' for what, count in LOST.items())}")


if __name__ == "__main__":
    main(float(sys.argv[1]))
