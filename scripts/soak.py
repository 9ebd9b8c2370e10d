"""Change files in every way for some time, and state what was done and what it cost: `make soak SECONDS=300`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from support.life import Life
from support.server import environment, raw_client
from support.tally import LOST

LIVES = 50
"""Files of one round."""
STEPS = 40
"""Steps in the life of a file, at most."""


def main(seconds: float) -> None:
    """Work on files for this many seconds; a loss is shown with the shortest way to it."""
    os.environ.update(environment())
    with tempfile.TemporaryDirectory() as folder, raw_client(is_recorded=False) as client:
        client.initialize(Path(folder))
        Life.client, Life.root = client, Path(folder)
        began = time.monotonic()
        round_of_lives = settings(max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None)
        run_state_machine_as_test(Life, settings=round_of_lives)
        first = _megabytes(client.pid)
        while time.monotonic() < began + seconds:
            run_state_machine_as_test(Life, settings=round_of_lives)
        took, last = time.monotonic() - began, _megabytes(client.pid)
    for what, count in sorted(Life.tally.items(), key=lambda item: -item[1]):
        print(f"{count:>9,}  {what}")
    print(f"{took:>9,.0f}  seconds")
    print(f"{first:>9,.0f}  MB of memory of the server after the first round")
    print(f"{last:>9,.0f}  MB of memory of the server at the end")
    print(f"Lost: {', '.join(f'{count:,} {what}' for what, count in LOST.items())}")


def _megabytes(pid: int) -> float:
    """The resident memory of a process; only Linux tells."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(float(sys.argv[1]))
