"""What the tests in real editors share: the editors' folder, the server, a workspace to open."""

import os
import sys
from pathlib import Path

import pytest

from support.editors import MODELS_YAML, ROOT, installed


@pytest.fixture(scope="session")
def editors() -> Path:
    return installed(ROOT / ".editors")


@pytest.fixture(scope="session")
def server() -> Path:
    return installed(Path(sys.executable).parent / "aloop-ls")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / ".aloop").mkdir(parents=True, mode=0o700)
    models = folder / ".aloop" / "models.yaml"
    models.write_text(MODELS_YAML, encoding="utf-8")
    models.chmod(0o600)
    return folder


@pytest.fixture
def environment(server: Path, tmp_path: Path) -> dict[str, str]:
    """A person's environment with the server on PATH and nothing else of this machine's home."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALOOP", "XDG_"))}
    path = os.pathsep.join([str(server.parent), kept.get("PATH", "")])
    return {**kept, "HOME": str(home), "PATH": path}
