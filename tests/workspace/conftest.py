"""What the tests of the disk share: a runtime folder of their own, git, Python programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.litellm_folder import litellm_dir

__all__ = ["litellm_dir"]


@pytest.fixture(autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("runtime")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "folder" / "models.yaml"
    made.parent.mkdir()
    made.write_text("old\n")
    made.chmod(0o600)
    return made


@pytest.fixture
def require() -> Callable[[object, str], None]:
    """Skips without the condition, but fails where everything is required."""

    def check(condition: object, why: str) -> None:
        if not condition:
            (pytest.fail if os.environ.get("ALOOP_REQUIRE_ALL") == "1" else pytest.skip)(why)

    return check


@pytest.fixture
def git() -> Callable[..., str]:
    def run(folder: Path, *arguments: str) -> str:
        command = ("git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture
def python() -> Callable[..., subprocess.Popen[str]]:
    """Starts Python code in a process that has the package; what it prints can be read."""

    def start(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            (sys.executable, "-c", code, *map(str, arguments)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    return start
