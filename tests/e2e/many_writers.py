"""A program that adds models to one file, by the command line or by the Python API, and counts what is acknowledged.

`python many_writers.py FACE FILE NAME COUNT`: it says `ready`, waits for a line, adds, and prints the ids that were
acknowledged.
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
        with contextlib.redirect_stdout(io.StringIO()):
            return main(["add", model_id, f"seed={seed}", "--config", str(path)]) == 0

    def by_api(model_id: str, seed: int) -> bool:
        return manager.add_model(model_id, seed=seed) and model_id in manager.models

    return by_line if face == "line" else by_api


face, path, name, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
add = adder(face, path)
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    if add(f"ollama/{name}-{number}", number):
        print(f"ollama/{name}-{number}")
