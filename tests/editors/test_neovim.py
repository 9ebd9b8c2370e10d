"""models.yaml in a real Neovim with the real server."""

import json
import subprocess
from pathlib import Path

from real_editors import ROOT, installed


def test_smoke(editors: Path, workspace: Path, environment: dict[str, str], tmp_path: Path) -> None:
    nvim = installed(editors / "neovim" / "bin" / "nvim")
    outcome = tmp_path / "outcome.json"
    story = Path(__file__).parent / "neovim" / "story.lua"
    runtime = ROOT / "neovim"
    subprocess.run(
        [nvim, "--headless", "--clean", "-n", "--cmd", f"set runtimepath^={runtime}", "-c", f"luafile {story}"],
        env=environment | {"ALOOP_WORKSPACE": str(workspace), "ALOOP_OUTCOME": str(outcome)},
        cwd=workspace,
        timeout=60,
        check=True,
        capture_output=True,
    )
    shown = json.loads(outcome.read_text(encoding="utf-8"))
    assert "error" not in shown, shown["error"]
    assert shown["filetype"] == "yaml.aloop"
    assert shown["syntax"] == "yamlBlockMappingKey"
    assert shown["root"] == str(workspace)
    assert shown["diagnostics"] == [
        {
            "code": "unknown-provider",
            "severity": "WARN",
            "text": "openia",
            "message": "There is no provider 'openia'. Did you mean openai?",
        }
    ]
    assert shown["providers"][0] == "anthropic/"
    assert shown["models"]
    assert all(label.startswith("anthropic/claude-sonnet-") for label in shown["models"])
