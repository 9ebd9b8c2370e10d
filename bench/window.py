"""The time that the extension adds to the start of a VS Code window. Run only this: `python -m bench.window`."""

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
    """Return milliseconds by variant and metric; None if VS Code or the package is missing."""
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
    plan = json.dumps({"variants": variants, "workspace": str(workspace), "rounds": rounds})
    variables = {**os.environ, **environment(folder), "ALOOP_EDITORS": str(EDITOR)}
    command = ["node", str(BENCH / "window.mjs"), plan]
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def markdown(samples: Samples | None) -> str:
    """Return the results as a Markdown table."""
    if samples is None:
        return "VS Code window: not measured. Run `make editors package` first."
    lines = ["| VS Code window | windows | restored | activation | model shown |", "|---|--:|--:|--:|--:|"]
    for name, figures in samples.items():
        shown = (_shown(figures[figure]) for figure in ("restored", "activation", "model"))
        lines.append(f"| {name} | {len(figures['restored'])} | {' | '.join(shown)} |")
    activation = statistics.median(samples[OURS]["activation"])
    verdict = "met" if activation <= GOAL else "MISSED"
    low, middle, high = statistics.quantiles(delays(samples), n=4)
    lines += [
        "",
        f"Activation, after the window is restored: {activation:.0f} ms (goal: ≤ {GOAL} ms, {verdict}).",
        f"Delay compared with no extension, by round: {middle:+.0f} ms (quartiles {low:+.0f} to {high:+.0f}).",
    ]
    return "\n".join(lines)


def delays(samples: Samples) -> list[float]:
    """Return the milliseconds by which each of our windows was restored later than one without an extension."""
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
