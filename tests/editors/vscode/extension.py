"""The packaged extension and the Node programs that drive a VS Code with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from support.editors import ROOT, installed, skip_or_fail

EXTENSION = ROOT / "vscode-extension"
DIST = ROOT / "dist"
SBOM = "aloop-models.cdx.json"
STORIES = Path(__file__).parent
LIMIT = 900
"""Seconds that one program may take."""


def packaged(folders: pytest.TempPathFactory) -> Path:
    """The .vsix with the wheel in it, as `make package` makes it; once per test run. The SBOM is in the same folder."""
    for program in ("make", "npm"):
        if shutil.which(program) is None:
            skip_or_fail(f"{program} is missing")
    own = folders.getbasetemp()
    # With pytest-xdist, every worker has its own folder inside the folder of the run.
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made = folder / "packages" / "aloop-models.vsix"
    with FileLock(folder / "aloop-models.lock"):
        if not made.exists():
            run(["make", "--silent", "package"], cwd=ROOT)
            made.parent.mkdir()
            # The .vsix last: it tells other workers that all are there.
            for name in (SBOM, made.name):
                shutil.copy(DIST / name, made.parent)
    return made


def integration_tests() -> None:
    """Build the tests that run inside the extension host."""
    run(["npm", "run", "--silent", "compile:integration", "--", "--log-level=error"], cwd=EXTENSION)


def run_story(story: str, editors: Path, environment: Mapping[str, str], **more: object) -> str:
    """Run a story (`<story>.test.mjs`) in VS Code and return its output."""
    variables = {f"ALOOP_{name.upper()}": str(value) for name, value in more.items()}
    variables |= {"ALOOP_TODAY": "2026-11-22", "ALOOP_CATALOG": "snapshot"}
    variables |= {"ALOOP_EDITORS": str(installed(editors / "vscode"))}
    variables |= {"ALOOP_PATIENCE": os.environ.get("ALOOP_PATIENCE", "")}
    for name in ("ALOOP_SCREENSHOTS", "ALOOP_PICTURES"):
        if folder := os.environ.get(name):
            variables[name] = os.path.realpath(folder)
    return run(["node", "--test", f"{story}.test.mjs"], cwd=STORIES, env={**environment, **variables})


def run(command: list[object], cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed and return its output."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout
