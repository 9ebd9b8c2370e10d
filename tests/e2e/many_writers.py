"""A program that adds models to one file, by the command line or by the Python API, and counts what is acknowledged.

`python many_writers.py FACE FILE NAME COUNT`: it says `ready`, waits for a line, adds, and prints the ids that were
acknowledged. If another has the lock for too long, it tries again.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

from aloop_models import ModelManager
from aloop_models.cli.main import main


def adder(face: str, path: Path) -> Callable[[str, int], bool]:
    manager = ModelManager(path)

    def by_line(model_id: str, seed: int) -> bool:
        said = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            is_added = main(["add", model_id, f"seed={seed}", "--config", str(path)]) == 0
        return is_added or refused(said.getvalue())

    def by_api(model_id: str, seed: int) -> bool:
        is_added = manager.add_model(model_id, seed=seed)
        return (is_added and model_id in manager.models) or refused(manager.last_error)

    return by_line if face == "line" else by_api


def refused(message: str) -> bool:
    """False for the one refusal that the load of the machine can cause; it says to try again."""
    if "Another program has locked" not in message:
        raise AssertionError(message)
    return False


face, path, name, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
add = adder(face, path)
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    while not add(f"ollama/{name}-{number}", number):
        pass
    print(f"ollama/{name}-{number}")
