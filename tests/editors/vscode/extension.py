"""The packaged extension and the Node programs that drive a VS Code with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from real_editors import ROOT, installed, skip_or_fail

EXTENSION = ROOT / "vscode-extension"
STORIES = Path(__file__).parent
LIMIT = 400
"""Seconds that one program may take."""


def node_modules() -> None:
    """The extension's packages, as its package.json names them."""
    if shutil.which("npm") is None:
        skip_or_fail("npm is missing; install Node 20")
    manifest, lock = EXTENSION / "package.json", EXTENSION / "node_modules" / ".package-lock.json"
    if not lock.exists() or lock.stat().st_mtime < manifest.stat().st_mtime:
        run(["npm", "install", "--no-save", "--silent"], cwd=EXTENSION)
        lock.touch()


def packaged(folders: pytest.TempPathFactory) -> Path:
    """The .vsix with the wheel in it, made as `make package` does; once in a run of the tests, whoever asks."""
    own = folders.getbasetemp()
    # Of several workers each has a folder of its own below the run's.
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made = folder / "aloop-models.vsix"
    with FileLock(folder / "aloop-models.lock"):
        if not made.exists():
            node_modules()
            bundle = EXTENSION / "dist"
            bundle.mkdir(exist_ok=True)
            for old in bundle.glob("*.whl"):
                old.unlink()
            run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", bundle, ROOT], cwd=ROOT)
            run(["npm", "run", "--silent", "package"], cwd=EXTENSION)
            shutil.copy(bundle / made.name, made)
    return made


def integration_tests() -> None:
    """Build what runs inside the extension host; the extension itself is built with its package."""
    run(["npm", "run", "--silent", "compile:integration", "--", "--log-level=error"], cwd=EXTENSION)


def tell(story: str, editors: Path, environment: Mapping[str, str], **more: object) -> str:
    """Run a story (`<story>.test.mjs`) in a VS Code; what it printed."""
    told = {f"ALOOP_{name.upper()}": str(value) for name, value in more.items()}
    told |= {"ALOOP_TODAY": "2026-11-22", "ALOOP_CATALOGUE": "snapshot"}
    told |= {"ALOOP_EDITORS": str(installed(editors / "vscode"))}
    told |= {name: os.environ.get(name, "") for name in ("ALOOP_SCREENSHOTS", "ALOOP_PICTURES", "ALOOP_PATIENCE")}
    return run(["node", "--test", f"{story}.test.mjs"], cwd=STORIES, env={**environment, **told})


def run(command: list[object], cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """The output of a program that has to succeed."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout
