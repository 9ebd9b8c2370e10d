"""What the extension adds to the start of a VS Code window; alone: `python -m bench.window`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.servers import BENCH, environment

ROOT = BENCH.parent
EDITOR = ROOT / ".editors" / "vscode"
PACKAGE = ROOT / "dist" / "aloop-models.vsix"
GOAL = 100
"""Milliseconds that the extension may add."""

NOTHING, EMPTY, OURS = "no extension", "empty", "aloop models"
_FILE = """\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij
default: openai/gpt-4o
"""

Samples = Mapping[str, Mapping[str, Sequence[float]]]


def measure(rounds: int, folder: Path) -> Samples | None:
    """Milliseconds by variant and figure; None where VS Code or the package is not there."""
    if not EDITOR.is_dir() or not PACKAGE.is_file():
        return None
    workspace = folder / "window"
    config = workspace / ".aloop" / "models.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(_FILE, "utf-8")
    config.chmod(0o600)
    (workspace / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    variants = [
        {"name": NOTHING, "extensions": []},
        {"name": EMPTY, "extensions": [str(_empty_extension(folder))]},
        {"name": OURS, "extensions": [str(PACKAGE)]},
    ]
    asked = json.dumps({"variants": variants, "workspace": str(workspace), "rounds": rounds})
    told = {**os.environ, **environment(folder), "ALOOP_EDITORS": str(EDITOR)}
    command = ["node", str(BENCH / "window.mjs"), asked]
    done = subprocess.run(command, env=told, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def markdown(samples: Samples | None) -> str:
    """The figures as a table."""
    if samples is None:
        return "VS Code's window: not measured; run `make editors package` first."
    lines = ["| VS Code's window | windows | restored | activation | the model is shown |", "|---|--:|--:|--:|--:|"]
    for name, figures in samples.items():
        shown = (_shown(figures[figure]) for figure in ("restored", "activation", "model"))
        lines.append(f"| {name} | {len(figures['restored'])} | {' | '.join(shown)} |")
    activation = statistics.median(samples[OURS]["activation"])
    verdict = "met" if activation <= GOAL else "MISSED"
    low, middle, high = statistics.quantiles(later(samples), n=4)
    lines += [
        "",
        f"Activation, which begins when the window is restored: {activation:.0f} ms; goal: ≤ {GOAL} ms {verdict}.",
        f"Later restored than without an extension, round by round: {middle:+.0f} ms ({low:+.0f} to {high:+.0f}).",
    ]
    return "\n".join(lines)


def later(samples: Samples) -> list[float]:
    """Milliseconds by which ours was restored later than a window without an extension, round by round."""
    pairs = zip(samples[OURS]["restored"], samples[NOTHING]["restored"], strict=True)
    return [ours - nothing for ours, nothing in pairs]


def _empty_extension(folder: Path) -> Path:
    made = folder / "empty.vsix"
    vsce = ROOT / "vscode-extension" / "node_modules" / ".bin" / "vsce"
    options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", str(made)]
    command, source = [str(vsce), "package", *options], BENCH / "peers" / "empty-extension"
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return made


def _shown(values: Sequence[float]) -> str:
    return f"{statistics.median(values):,.0f} ms ({max(values):,.0f})" if values else "–"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="aloop-bench-") as name:
        print(markdown(measure(6, Path(name))))
