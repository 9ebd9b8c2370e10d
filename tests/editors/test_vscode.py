"""The packaged extension in a real VS Code with the real server."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from real_editors import ROOT, installed, skip_or_fail

EXTENSION = ROOT / "vscode-extension"


@pytest.fixture(scope="session")
def vsix() -> Path:
    npm = shutil.which("npm")
    if npm is None:
        skip_or_fail("npm is missing; install Node 20")
    manifest, lock = EXTENSION / "package.json", EXTENSION / "node_modules" / ".package-lock.json"
    if not lock.exists() or lock.stat().st_mtime < manifest.stat().st_mtime:
        run([npm, "install", "--no-save"], cwd=EXTENSION)
    run([npm, "run", "--silent", "package"], cwd=EXTENSION)
    return EXTENSION / "dist" / "aloop-models.vsix"


def test_smoke(editors: Path, vsix: Path, server: Path, workspace: Path, environment: dict[str, str]) -> None:
    # The editor finds the server where a person has it: in the workspace's virtual environment.
    (workspace / ".venv").symlink_to(server.parent.parent, target_is_directory=True)
    story = {
        "ALOOP_EDITORS": str(installed(editors / "vscode")),
        "ALOOP_VSIX": str(vsix),
        "ALOOP_WORKSPACE": str(workspace),
        "ALOOP_SCREENSHOTS": os.environ.get("ALOOP_SCREENSHOTS", ""),
    }
    run(["node", "--test", "smoke.test.mjs"], cwd=Path(__file__).parent / "vscode", env=environment | story)


def run(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
